"""The request wizard and the originator chooser."""

import re
from urllib.parse import parse_qs, urlsplit

import pytest

from console import returning
from messaging.models import PhoneNumber, SenderId
from messaging.operations import quotas
from messaging.operations.tags import tags_of
from tests import factories

USE = {"text": "SMS", "two_way": "no", "mps": "1", "volume": "10000", "headquarters": "LOCAL"}
TOLL_FREE = {"iso_country_code": "US", **USE, "number_type": "TOLL_FREE"}
NUMBER = {"message_type": "TRANSACTIONAL", "opt_out_list_name": "Default"}
NAME = {"iso_country_code": "GB", **USE, "number_type": "SENDER_ID"}
STEPS = ("", "use-case/", "type/", "options/", "review/")


def at(client, step=""):
    return client.path(f"originators/request/{step}")


def asked(url):
    return {name: values[0] for name, values in parse_qs(urlsplit(url).query).items()}


def go_on(client, step, answers):
    return client.get(at(client, step), {**answers, "continue": "1"})


def review_url(client, answers):
    from urllib.parse import urlencode

    return f"{at(client, 'review/')}?{urlencode(answers, doseq=True)}"


def test_strangers_sign_in_and_viewers_may_not_request(stranger, signed_in):
    assert stranger.get(at(stranger)).status_code == 302
    viewer = signed_in("VIEWER")
    for step in STEPS:
        assert viewer.get(at(viewer, step)).status_code == 403
    assert viewer.post(review_url(viewer, {**TOLL_FREE, **NUMBER})).status_code == 403
    assert viewer.get(viewer.path("originators/choose/")).status_code == 200
    assert not PhoneNumber.objects.exists()


def test_get_requests_nothing_and_only_the_review_takes_a_post(client_in):
    for step in STEPS:
        assert client_in.get(at(client_in, step), {**TOLL_FREE, **NUMBER}).status_code == 200, step
        if step and step != "review/":
            assert client_in.post(at(client_in, step), TOLL_FREE).status_code == 405
    assert client_in.post(at(client_in)).status_code == 405
    assert client_in.get(at(client_in, "nothing/")).status_code == 404
    assert not PhoneNumber.objects.exists()


def test_the_steps_lead_from_country_to_request(client_in, caller, clock):
    assert "United Kingdom (GB)" in client_in.get(at(client_in)).content.decode()
    to_use = go_on(client_in, "", {"iso_country_code": "US"})
    assert urlsplit(to_use.url).path == at(client_in, "use-case/") and "continue" not in asked(to_use.url)
    assert "Text and media (SMS, MMS)" in client_in.get(to_use.url).content.decode()
    to_type = go_on(client_in, "use-case/", {**asked(to_use.url), **USE})
    body = client_in.get(to_type.url).content.decode()
    assert "Recommended: Toll-free number" in body and "Toll-free number – recommended" in body
    assert re.search(r'value="TOLL_FREE"[^>]*checked', body)
    assert "2.00 USD a month" in body and "Active after 21 days" in body
    assert "It comes through a support case." in body and "This country does not support sender IDs." in body
    to_options = go_on(client_in, "type/", {**asked(to_type.url), "number_type": "TOLL_FREE"})
    assert urlsplit(to_options.url).path == at(client_in, "options/")
    assert 'name="pool_id"' not in client_in.get(to_options.url).content.decode()
    given = {**asked(to_options.url), **NUMBER, "tag_key": "team", "tag_value": "red"}
    to_review = go_on(client_in, "options/", given)
    body = client_in.get(to_review.url).content.decode()
    assert "US toll-free number registration" in body and "the next page begins its form" in body
    assert "team = red" in body and "10,000" in body and "Not provided" not in body
    for step in STEPS[:-1]:
        assert f'href="{at(client_in, step)}?iso_country_code=US' in body
    response = client_in.post(to_review.url)
    row = PhoneNumber.objects.get()
    assert response.url == client_in.path(f"originators/requested/number/{row.phone_number_id}/")
    assert (row.status, row.number_type, row.sms, row.mms) == ("PENDING", "TOLL_FREE", True, False)
    assert tags_of(caller, row.arn) == [{"key": "team", "value": "red"}]
    body = client_in.get(response.url).content.decode()
    assert "It waits for its registration" in body and "stays pending" in body and "Send a test message" not in body
    assert "A registration is needed." in body and "Begin registration" in body


def test_a_sender_id_has_its_own_options(client_in):
    start = client_in.get(client_in.path("sender-ids/request/"))
    assert asked(start.url) == {"number_type": "SENDER_ID"}
    to_use = go_on(client_in, "", {**asked(start.url), "iso_country_code": "GB"})
    assert re.search(r'name="two_way" value="no"[^>]*checked', client_in.get(to_use.url).content.decode())
    to_options = go_on(client_in, "use-case/", {**asked(to_use.url), **USE})
    assert urlsplit(to_options.url).path == at(client_in, "options/")
    body = client_in.get(to_options.url).content.decode()
    assert 'name="sender_id"' in body and "opt_out_list_name" not in body
    for name in ("", "12345", "AB", "NAME TOO LONG"):
        wrong = go_on(client_in, "options/", {**NAME, "sender_id": name, "message_types": "TRANSACTIONAL"})
        assert wrong.status_code == 422
        assert f'value="{name}"' in wrong.content.decode() or not name
    good = {**NAME, "sender_id": "MYSHOP", "message_types": ["TRANSACTIONAL", "PROMOTIONAL"]}
    to_review = go_on(client_in, "options/", good)
    assert "Transactional, Promotional" in client_in.get(to_review.url).content.decode()
    response = client_in.post(to_review.url)
    row = SenderId.objects.get()
    assert (row.name, row.message_types) == ("MYSHOP/GB", ["TRANSACTIONAL", "PROMOTIONAL"])
    assert response.url == client_in.path("originators/requested/sender-id/GB/MYSHOP/")
    assert "It can be used now" in client_in.get(response.url).content.decode()


def test_a_sender_id_that_must_be_registered_says_so(client_in):
    answers = {**NAME, "iso_country_code": "AU", "sender_id": "BANK", "message_types": "TRANSACTIONAL"}
    assert "AU_SENDER_ID_REGISTRATION" in client_in.get(review_url(client_in, answers)).content.decode()
    response = client_in.post(review_url(client_in, answers))
    assert "It waits for its registration" in client_in.get(response.url).content.decode()
    india = {**NAME, "iso_country_code": "IN", "sender_id": "MYSHOPS", "message_types": "TRANSACTIONAL"}
    wrong = go_on(client_in, "options/", india)
    assert wrong.status_code == 422 and "6 letters" in wrong.content.decode()


@pytest.mark.parametrize(
    ("step", "answers", "says"),
    [
        ("", {}, "Choose a country."),
        ("", {"iso_country_code": "XX"}, "Select a valid choice"),
        ("use-case/", {"iso_country_code": "US", "voice": "on"}, "Choose what it must carry."),
        ("use-case/", {"iso_country_code": "US", **USE, "text": "NONE"}, "Choose messages, voice or both."),
        ("use-case/", {"iso_country_code": "GB", **USE, "text": "MMS"}, "Select a valid choice"),
        ("use-case/", {"iso_country_code": "US", **USE, "mps": "0"}, "greater than or equal to 1"),
        ("type/", {"iso_country_code": "US", **USE}, "Choose a type of originator."),
        ("type/", {**TOLL_FREE, "number_type": "SENDER_ID"}, "Select a valid choice"),
        ("options/", {**TOLL_FREE, **NUMBER, "message_type": ""}, "This field is required."),
        ("options/", {**TOLL_FREE, **NUMBER, "tag_key": "", "tag_value": "red"}, "Give this value a key."),
    ],
)
def test_a_wrong_answer_stays_on_its_step_with_all_that_was_said(client_in, step, answers, says):
    response = go_on(client_in, step, answers)
    body = response.content.decode()
    assert response.status_code == 422
    assert says in body
    if "volume" in answers:
        assert re.search(r'value="10000" selected|name="volume" value="10000"', body)


def test_steps_ahead_of_the_answers_lead_back(client_in):
    assert urlsplit(client_in.get(at(client_in, "review/")).url).path == at(client_in)
    early = client_in.get(at(client_in, "options/"), {"iso_country_code": "US"})
    assert urlsplit(early.url).path == at(client_in, "use-case/")
    changed = client_in.get(at(client_in, "review/"), {**TOLL_FREE, **NUMBER, "iso_country_code": "GB"})
    assert urlsplit(changed.url).path == at(client_in, "type/")
    body = client_in.get(changed.url).content.decode()
    assert "Needs changes" in body and "Recommended: Sender ID" in body


def test_a_change_keeps_every_other_answer(client_in):
    everything = {**TOLL_FREE, **NUMBER, "deletion_protection_enabled": "on", "tag_key": "team", "tag_value": "red"}
    response = go_on(client_in, "use-case/", {**everything, "mps": "2"})
    assert urlsplit(response.url).path == at(client_in, "review/")
    assert asked(response.url) == {**everything, "mps": "2"}


def test_tags_are_added_and_taken_away_without_scripts(client_in):
    answers = {**TOLL_FREE, **NUMBER, "tag_key": ["a"], "tag_value": ["1"]}
    body = client_in.get(at(client_in, "options/"), {**answers, "tag_add": "1"}).content.decode()
    assert body.count('name="tag_key"') == 2 and 'value="a"' in body
    body = client_in.get(at(client_in, "options/"), {**answers, "tag_remove": "0"}).content.decode()
    assert 'value="a"' not in body and 'name="message_type"' in body


def test_what_does_not_fit_says_why(client_in):
    two_way = {"iso_country_code": "GB", **USE, "two_way": "yes"}
    body = client_in.get(at(client_in, "type/"), two_way).content.decode()
    assert "Sender IDs cannot receive." in body and "It carries no SMS." in body
    assert "Nothing that can be requested here fits these answers." in body
    slow = client_in.get(at(client_in, "type/"), {"iso_country_code": "US", **USE, "mps": "50"}).content.decode()
    assert "Recommended: 10DLC number" in slow and "Slower than you need." in slow


def test_a_refused_request_says_why_and_keeps_the_answers(client_in, owner, caller):
    owner.quotas = {quotas.PHONE_NUMBERS.id: 0}
    owner.save()
    url = review_url(client_in, {**TOLL_FREE, **NUMBER})
    response = client_in.post(url)
    body = response.content.decode()
    assert response.status_code == 422
    assert "PHONE_NUMBERS_PER_ACCOUNT" in body and "number_type=TOLL_FREE" in body
    factories.make_sender_id(caller, "MYSHOP")
    twice = client_in.post(review_url(client_in, {**NAME, "sender_id": "MYSHOP", "message_types": "TRANSACTIONAL"}))
    body = twice.content.decode()
    assert twice.status_code == 422 and "Choose another sender ID" in body
    assert f'href="{at(client_in, "options/")}?' in body and "#field-sender_id" in body


def test_a_number_straight_into_a_pool(client_in, caller):
    pool = factories.make_pool(caller)
    simulator = {**TOLL_FREE, "number_type": "SIMULATOR", **NUMBER}
    assert pool.pool_id in client_in.get(at(client_in, "options/"), simulator).content.decode()
    client_in.post(review_url(client_in, {**simulator, "pool_id": pool.pool_id}))
    assert pool.phone_numbers.count() == 2
    wrong = client_in.post(review_url(client_in, {**simulator, "pool_id": pool.pool_id, "message_type": "PROMOTIONAL"}))
    assert wrong.status_code == 422 and pool.phone_numbers.count() == 2


def test_an_active_number_goes_back_to_the_form_that_asked(client_in):
    back = client_in.path("pools/create/?deletion_protection_enabled=on")
    answers = {**TOLL_FREE, "number_type": "SIMULATOR", **NUMBER, "return": returning.signed(back)}
    assert f'href="{back}"' in client_in.get(at(client_in), answers).content.decode()
    response = client_in.post(review_url(client_in, answers))
    row = PhoneNumber.objects.get()
    assert response.url == f"{back}&origination_identity={row.phone_number_id}"
    waiting = client_in.post(review_url(client_in, {**TOLL_FREE, **NUMBER, "return": returning.signed(back)}))
    assert "/originators/requested/number/" in waiting.url


def test_results_of_others_do_not_exist(client_in, other_owner):
    theirs = factories.make_caller(other_owner)
    number, sender = factories.make_simulator_number(theirs), factories.make_sender_id(theirs, "THEIRS")
    assert client_in.get(client_in.path(f"originators/requested/number/{number.name}/")).status_code == 404
    assert sender and client_in.get(client_in.path("originators/requested/sender-id/GB/THEIRS/")).status_code == 404


def test_lists_lead_to_the_wizard(client_in):
    assert f'href="{at(client_in)}"' in client_in.get(client_in.path("phone-numbers/")).content.decode()
    assert client_in.path("sender-ids/request/") in client_in.get(client_in.path("sender-ids/")).content.decode()
    body = client_in.get(client_in.path("search/?q=originator")).content.decode()
    assert at(client_in) in body and client_in.path("originators/choose/") in body


def choose(client, **answers):
    return client.get(client.path("originators/choose/"), answers)


@pytest.mark.parametrize(
    ("path", "entry"),
    [
        ("originators/request/", "phone-numbers/"),
        ("originators/request/use-case/?iso_country_code=US", "phone-numbers/"),
        ("originators/choose/", "phone-numbers/"),
        ("recipients/+12065550142/", "opt-out-lists/"),
        ("pools/", "pools/"),
        ("", ""),
    ],
)
def test_the_side_navigation_marks_where_one_is(client_in, path, entry):
    html = client_in.get(client_in.path(path)).content.decode().partition('id="navigation"')[2].partition("</nav>")[0]
    assert re.findall(r'href="([^"]*)" aria-current="page"', html) == [client_in.path(entry)]


def test_the_chooser_asks_one_question_at_a_time(client_in):
    assert "Country of the recipients" in choose(client_in).content.decode()
    nothing = choose(client_in, **{"continue": "iso_country_code"})
    assert nothing.status_code == 422 and "Choose a country." in nothing.content.decode()
    on = choose(client_in, iso_country_code="GB", **{"continue": "iso_country_code"})
    assert asked(on.url) == {"iso_country_code": "GB"}
    assert "What will you do there?" in client_in.get(on.url).content.decode()
    body = choose(client_in, iso_country_code="GB", two_way="no").content.decode()
    assert "Must all messages come from the same originator?" in body and "Question 3" in body
    assert "known for this country" in body
    unsaid = choose(client_in, iso_country_code="GB", two_way="no", **{"continue": "same_originator"})
    assert unsaid.status_code == 422


def test_the_chooser_ends_in_the_wizard_with_the_answers_kept(client_in):
    body = choose(client_in, iso_country_code="US", two_way="yes", mps="75").content.decode()
    assert "Recommended: 10DLC number" in body and "More room to grow" in body
    link = re.search(r'href="([^"]+)"[^>]*>Request it', body).group(1).replace("&amp;", "&")
    assert asked(link) == {
        "iso_country_code": "US",
        "two_way": "yes",
        "mps": "75",
        "text": "SMS",
        "number_type": "TEN_DLC",
    }
    wizard = client_in.get(link).content.decode()
    assert re.search(r'value="TEN_DLC"[^>]*checked', wizard) and "Receiving" not in wizard


@pytest.mark.parametrize(
    ("answers", "says"),
    [
        ({"iso_country_code": "GB", "two_way": "no", "same_originator": "yes"}, "Recommended: Sender ID"),
        ({"iso_country_code": "GB", "two_way": "no", "same_originator": "no"}, "Recommended: Shared route"),
        ({"iso_country_code": "CN", "two_way": "no", "same_originator": "no"}, "has no shared routes"),
        ({"iso_country_code": "GB", "two_way": "yes"}, "It comes through a support case."),
        ({"iso_country_code": "AF", "two_way": "yes", "same_originator": "yes"}, "does not support two-way messaging"),
    ],
)
def test_the_chooser_recommends_with_the_reason(client_in, answers, says):
    body = choose(client_in, **answers).content.decode()
    assert says in body and "Start again" in body


def test_pages_stay_within_their_queries(client_in, caller, django_assert_max_num_queries):
    for _ in range(3):
        factories.make_pool(caller)
    simulator = {**TOLL_FREE, "number_type": "SIMULATOR", **NUMBER}
    client_in.get(at(client_in))
    for step in STEPS:
        with django_assert_max_num_queries(12):
            client_in.get(at(client_in, step), simulator)
    number = PhoneNumber.objects.first()
    for path in (f"originators/requested/number/{number.name}/", "originators/choose/?iso_country_code=US"):
        with django_assert_max_num_queries(12):
            client_in.get(client_in.path(path))
    with django_assert_max_num_queries(12):
        client_in.get(client_in.path("search/?q=MYSHOP"))
