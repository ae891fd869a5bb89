"""The console procedures of support cases, carried out as written (data/console_procedures.json)."""

import pytest
from playwright.sync_api import expect

from messaging.models import PhoneNumber, RegionalAccount, Tier
from registrations.models import Registration, RegistrationStatus, SupportCase
from registrations.operations.registrations import create_registration
from registrations.operations.support_decisions import decide_support_case
from tests import factories
from tests.browser_fixtures import axe_findings, scrolls_sideways

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def begun(page, console_url):
    """Support Center, Your support cases, Create case, and the kind of case."""

    def begin(kind):
        page.goto(console_url())
        page.get_by_role("link", name="Support cases").first.click()
        page.get_by_role("link", name="Create case").first.click()
        page.get_by_role("link", name=kind, exact=True).click()
        page.wait_for_url("**/support-cases/create/*/")
        return page

    return begin


def details(tab):
    """The case details that most kinds share."""
    tab.get_by_label("Provide a link to the site").fill("https://example.com")
    tab.get_by_label("What type of messages").select_option("Transactional")
    tab.get_by_label("Which countries do you plan").fill("United States")
    for label in ("How do your customers opt to receive", "Please provide the message template"):
        if tab.get_by_label(label).count():
            tab.get_by_label(label).fill("They tick a box; your code is 123456.")


def country(tab, label, name):
    """Pick a country by typing its name."""
    tab.get_by_role("combobox", name=label).fill(name)
    tab.get_by_role("option", name=name, exact=True).click()


def submitted(tab):
    """Description, contact options, Submit: the case is open."""
    tab.get_by_role("textbox", name="Case description").fill("We send codes to people who sign in.")
    tab.get_by_label("Preferred contact language").select_option("English")
    tab.get_by_role("button", name="Submit").click()
    expect(tab.get_by_text("waits for a reviewer")).to_be_visible()
    return SupportCase.objects.get()


def approved(tab, row):
    """The reviewer's page, Approve."""
    tab.get_by_role("link", name="Open as reviewer").click()
    tab.get_by_role("button", name="Approve").click()
    expect(tab.get_by_text("The case was approved.").first).to_be_visible()
    row.refresh_from_db()
    return row


def test_sms_production_access_is_asked_for(begun, owner) -> None:
    RegionalAccount.objects.filter(pk=owner.pk).update(tier=Tier.SANDBOX)
    tab = begun("SMS and MMS production access")
    details(tab)
    expect(tab.get_by_text("SMS Production Access").first).to_be_visible()
    tab.get_by_role("button", name="Add another request").click()
    tab.get_by_label("Region 2").select_option("eu-west-1")
    row = approved(tab, submitted(tab))
    assert [done["region"] for done in row.granted] == ["us-east-1", "eu-west-1"]
    owner.refresh_from_db()
    assert owner.tier == Tier.PRODUCTION


def test_production_access_is_requested_from_the_overview(page, console_url, owner) -> None:
    RegionalAccount.objects.filter(pk=owner.pk).update(tier=Tier.SANDBOX)
    page.goto(console_url())
    page.get_by_role("link", name="Move to production").click()
    page.wait_for_url("**/support-cases/create/sms_production_access/**")
    details(page)
    assert submitted(page).flow == "sms_production_access"


def test_voice_production_access_is_asked_for(begun, owner) -> None:
    RegionalAccount.objects.filter(pk=owner.pk).update(voice_tier=Tier.SANDBOX)
    tab = begun("Voice production access")
    tab.get_by_label("Maximum number of voice messages per day").fill("100")
    tab.get_by_label("How consent to voice messages is obtained").fill("They tick a box.")
    approved(tab, submitted(tab))
    owner.refresh_from_db()
    assert owner.voice_tier == Tier.PRODUCTION


def test_a_higher_spend_limit_is_asked_for(page, console_url, owner) -> None:
    page.goto(console_url())
    page.get_by_role("link", name="Raise limit").first.click()
    expect(page.get_by_role("combobox", name="Channel")).to_have_value("TEXT")
    details(page)
    page.get_by_label("New quota value").fill("5000")
    approved(page, submitted(page))
    owner.refresh_from_db()
    assert owner.text_spend_limit == 500_000_000


def test_a_short_code_is_asked_for_and_a_refusal_is_answered(begun, caller) -> None:
    tab = begun("Short code")
    details(tab)
    country(tab, "Country of the short code", "United States")
    tab.get_by_label("Will Protected Health Information").select_option("NO")
    tab.get_by_label("Reply to HELP").fill("Example: call +1 206 555 0199.")
    tab.get_by_label("Reply to STOP").fill("Example: you get no more messages.")
    tab.get_by_label("Further keywords").fill("JOIN: Welcome.")
    tab.locator('[name="request-0-quota"]').select_option("Transactional")
    tab.get_by_label("New quota value").fill("1")
    row = submitted(tab)
    decide_support_case(caller, case_id=row.case_id, approved=False, message="The carriers want a longer HELP.")
    tab.reload()
    expect(tab.get_by_text("The carriers want a longer HELP.")).to_be_visible()
    tab.get_by_label("Your message").fill("HELP names our number.")
    tab.get_by_role("button", name="Send reply").click()
    expect(tab.get_by_text("waits for a reviewer")).to_be_visible()
    approved(tab, row)
    assert PhoneNumber.objects.get().number_type == "SHORT_CODE"


def test_a_dedicated_long_code_is_asked_for(begun) -> None:
    tab = begun("Dedicated long code")
    details(tab)
    country(tab, "Country of the long code", "Canada")
    tab.locator('[name="request-0-quota"]').select_option("Transactional")
    tab.get_by_label("New quota value").fill("1")
    approved(tab, submitted(tab))
    assert PhoneNumber.objects.get().number_type == "LONG_CODE"


def test_a_sender_id_is_asked_for(begun) -> None:
    tab = begun("Sender ID")
    details(tab)
    tab.get_by_label("Sender ID", exact=True).fill("MYSHOP")
    country(tab, "Country where it is shown", "United Kingdom")
    for label in ("Message templates", "Messages to each recipient", "How customers opt in", "Company name"):
        tab.get_by_label(label).fill("One")
    for label in ("Company address", "Country of the company", "Company phone number", "Company website"):
        tab.get_by_label(label).fill("Two")
    tab.locator('[name="request-0-quota"]').select_option("Transactional")
    row = approved(tab, submitted(tab))
    assert [done["about"] for done in row.granted] == ["MYSHOP/GB"]


def test_an_india_sender_id_is_asked_for(begun) -> None:
    tab = begun("India sender ID registration")
    details(tab)
    tab.get_by_label("Sender ID (header)").fill("MYSHOP")
    tab.get_by_label("Company name").fill("My Shop")
    tab.get_by_label("Principal Entity ID").fill("1101000000000000001")
    tab.get_by_label("Registered templates").fill("1107000000000000001: Your code is {#var#}.")
    tab.get_by_label("Messages planned per month").fill("100")
    tab.get_by_label("Steps by which recipients opt in").fill("They tick a box.")
    tab.get_by_label("are collected and managed").check()
    tab.locator('[name="request-0-quota"]').select_option("Transactional")
    assert approved(tab, submitted(tab)).granted[0]["about"] == "MYSHOP/IN"


def test_templates_for_china_are_registered(begun) -> None:
    tab = begun("China SMS template registration")
    details(tab)
    tab.get_by_label("Templates to register").fill("Your code is {#var#}.")
    tab.locator('[name="request-0-quota"]').select_option("Transactional")
    assert len(approved(tab, submitted(tab)).granted) == 1


def test_a_rejected_ten_dlc_registration_is_asked_about(begun, caller) -> None:
    brand = create_registration(caller, registration_type="US_TEN_DLC_BRAND_REGISTRATION")
    Registration.objects.filter(pk=brand.pk).update(latest_denied_version_number=1)
    tab = begun("Query about a rejected 10DLC brand or campaign")
    tab.get_by_label("ID of the rejected brand or campaign").select_option(brand.registration_id)
    submitted(tab)
    tab.get_by_role("link", name="Open as reviewer").click()
    tab.get_by_label("Message to the submitter").fill("The EIN is not that of the company.")
    tab.get_by_role("button", name="Send answer and close").click()
    expect(tab.get_by_text("The EIN is not that of the company.")).to_be_visible()


def test_a_long_code_is_converted_to_ten_dlc(begun, caller) -> None:
    campaign = create_registration(caller, registration_type="US_TEN_DLC_CAMPAIGN_REGISTRATION")
    Registration.objects.filter(pk=campaign.pk).update(registration_status=RegistrationStatus.COMPLETE)
    number = factories.make_number(caller, phone_number="+12065550123", number_type="LONG_CODE")
    tab = begun("Conversion of an unregistered long code to 10DLC")
    tab.get_by_label("The long code").select_option(number.phone_number_id)
    tab.get_by_label("The approved campaign").select_option(campaign.registration_id)
    approved(tab, submitted(tab))
    number.refresh_from_db()
    assert (number.number_type, number.registration_id) == ("TEN_DLC", campaign.registration_id)


def test_a_higher_quota_is_asked_for(begun, owner) -> None:
    tab = begun("Quota increase")
    details(tab)
    tab.locator('[name="request-0-quota"]').select_option("pools")
    tab.get_by_label("New quota value").fill("60")
    approved(tab, submitted(tab))
    owner.refresh_from_db()
    assert owner.quotas == {"pools": 60}


def test_every_kind_of_case_is_opened_on_a_page_that_holds(open_page, console_url) -> None:
    """The walk over all pages looks at one kind only; the biggest forms are looked at here, and without scripts."""
    tab, found = open_page(width=320, theme="dark"), []
    for flow in ("short_code", "india_sender_id", "sender_id", "quota_increase"):
        tab.goto(console_url(f"support-cases/create/{flow}/"))
        found += axe_findings(tab)
        if scrolls_sideways(tab):
            found.append(f"{flow} scrolls sideways")
    assert not found, "\n".join(found)
    plain = open_page(javascript=False)
    plain.goto(console_url("support-cases/create/quota_increase/"))
    plain.get_by_role("button", name="Add another request").click()
    expect(plain.locator('[name="request-1-quota"]')).to_have_count(1)
