"""From an originator that was requested to the registration that it needs, and back again."""

import re
from html import unescape

import pytest

from messaging.models import PhoneNumber
from messaging.operations.sender_ids import request_sender_id
from registrations.models import RegistrationAssociation
from tests.console.test_originators_pages import NUMBER, USE, review_url
from tests.registrations.forms import BRAND, CAMPAIGN, FIVE, TOLL_FREE, associate, by_hand, complete, make_registration

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _by_hand(caller):
    by_hand(caller, *FIVE)


def answers(number_type, **more):
    return {"iso_country_code": "US", **USE, "number_type": number_type, **NUMBER, **more}


def body(client, url):
    return unescape(client.get(url).content.decode())


def link(text, label):
    """Where a link leads."""
    (found,) = set(re.findall(rf'href="([^"]+)">{label}<', text))
    return found


def test_a_toll_free_number_leads_to_its_form_and_the_form_back(client_in):
    made = client_in.post(review_url(client_in, answers("TOLL_FREE")))
    begin = link(body(client_in, made.url), "Begin registration")
    number = PhoneNumber.objects.get()
    assert f"resource_id={number.phone_number_id}" in begin
    assert re.search(rf'<option value="{number.phone_number_id}" selected', body(client_in, begin)) or re.search(
        rf'value="{number.phone_number_id}"[^>]*checked', body(client_in, begin)
    )


def test_who_lacks_a_number_requests_one_and_comes_back(client_in, caller):
    create = client_in.path(f"registrations/create/?registration_type={TOLL_FREE}")
    request = link(body(client_in, create), "Request number")
    given = request.partition("return=")[2]
    made = client_in.post(f"{review_url(client_in, answers('TOLL_FREE'))}&return={given}")
    number = PhoneNumber.objects.get()
    assert made.url == f"{create}&resource_id={number.phone_number_id}"
    campaign = complete(caller, CAMPAIGN)
    add = client_in.path(f"registrations/{campaign.registration_id}/resources/add/")
    given = link(body(client_in, add), "Request number").partition("return=")[2]
    made = client_in.post(f"{review_url(client_in, answers('TEN_DLC', registration_id=''))}&return={given}")
    number = PhoneNumber.objects.get(number_type="TEN_DLC")
    assert made.url == f"{add}?resource_id={number.phone_number_id}"
    assert re.search(rf'value="{number.phone_number_id}"[^>]*checked', body(client_in, made.url))
    along = review_url(client_in, answers("TEN_DLC", registration_id=campaign.registration_id))
    assert "originators/requested/" in client_in.post(f"{along}&return={given}").url  # it goes with it already


def test_a_10dlc_number_is_requested_for_a_campaign(client_in, caller):
    """None is complete: the list. One: chosen already; left out, the result leads to it."""
    draft = make_registration(caller, CAMPAIGN)
    review = body(client_in, review_url(client_in, answers("TEN_DLC")))
    assert "the number waits until it goes with one that is complete" in review
    options = client_in.path("originators/request/options/")
    assert "registration_id" not in unescape(client_in.get(options, answers("TEN_DLC")).content.decode())
    made = client_in.post(review_url(client_in, answers("TEN_DLC")))
    assert "f=registration-type" in link(body(client_in, made.url), "Choose its registration, or create one")
    assert RegistrationAssociation.objects.filter(registration=draft).count() == 0

    campaign = complete(caller, CAMPAIGN)
    asked = answers("TEN_DLC")
    assert f'value="{campaign.registration_id}" selected' in unescape(client_in.get(options, asked).content.decode())
    later = body(client_in, made.url)
    assert link(later, f"Associate it with {campaign.registration_id}").endswith(
        f"{campaign.registration_id}/resources/add/?resource_id={PhoneNumber.objects.get().phone_number_id}"
    )
    url = review_url(client_in, {**asked, "registration_id": campaign.registration_id})
    assert "A registration is needed." not in body(client_in, url)
    made = client_in.post(url)
    number = PhoneNumber.objects.latest("pk")
    assert number.registrations.get().registration == campaign
    assert "Register later" not in body(client_in, made.url)


def test_a_brand_that_goes_with_a_number_is_no_choice(client_in, caller):
    campaign = make_registration(caller, CAMPAIGN)
    associate(caller, campaign, complete(caller, BRAND))
    options = client_in.path("originators/request/options/")
    assert "registration_id" not in unescape(client_in.get(options, answers("TEN_DLC")).content.decode())


@pytest.mark.parametrize(
    ("country", "name", "leads_to", "says"),
    [
        ("SG", "MYSHOP", "Begin registration", "see this name only after"),
        ("IN", "MYSHOP", "Open a support case", "takes registered sender IDs only"),
        ("GB", "MYSHOP", None, "It can be used now"),
    ],
)
def test_sender_ids_lead_to_a_form_or_a_case(client_in, caller, country, name, leads_to, says):
    request_sender_id(caller, sender_id=name, iso_country_code=country)
    text = body(client_in, client_in.path(f"originators/requested/sender-id/{country}/{name}/"))
    assert says in text
    if leads_to is None:
        assert "A registration is needed." not in text
    else:
        assert client_in.get(unescape(link(text, leads_to))).status_code == 200
