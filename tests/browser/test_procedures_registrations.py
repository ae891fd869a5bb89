"""The console procedures of registrations, carried out as written (data/console_procedures.json)."""

import pytest
from playwright.sync_api import expect

from messaging.operations.phone_numbers import request_phone_number
from messaging.operations.tags import tags_of
from registrations.definitions import ATTACHMENT, REQUIRED, SELECT, registration_types
from registrations.models import Registration
from tests.browser.pages import said, section
from tests.registrations.forms import (
    BRAND,
    CAMPAIGN,
    FIVE,
    SINGAPORE,
    TOLL_FREE,
    VETTING,
    associate,
    by_hand,
    complete,
    decide,
    make_registration,
    png,
    submit,
)

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture(autouse=True)
def _by_hand(caller):
    by_hand(caller, *FIVE)


def opened(tab, console_url, row):
    """The page of a registration, reached from the list."""
    tab.goto(console_url("registrations/"))
    tab.locator(f'tbody th a[href$="/{row.registration_id}/"]').click()
    tab.wait_for_url(f"**/registrations/{row.registration_id}/")
    return tab


def created(tab, console_url, title, name):
    """Create registration: choose the type; on the next page everything else."""
    tab.goto(console_url("registrations/"))
    tab.get_by_role("link", name="Create registration").first.click()
    tab.locator(".radio-tile", has=tab.get_by_text(title, exact=True)).locator("input").check()
    tab.get_by_role("button", name="Continue").first.click()
    tab.get_by_label("Registration form name").fill(name)
    return tab


def fill(tab, registration_type):
    """Every section with the examples of the data, Next after each; ends on the review."""
    definition = registration_types()[registration_type]
    answers = {path: (entry.example,) for path, entry in definition.fields.items() if entry.field_type != ATTACHMENT}
    for step in definition.sections:
        expect(tab.locator('.steps [aria-current="step"]')).to_contain_text(str(step.title))
        for entry in step.fields:
            if entry.resolve(answers).behavior == REQUIRED:
                _answer(tab, entry)
        tab.get_by_role("button", name="Save and continue").last.click()


def _answer(tab, entry):
    field = tab.locator(f"#field-{entry.field_path.replace('.', '-')}")
    if entry.field_type == ATTACHMENT:
        file = {"name": "proof.png", "mimeType": "image/png", "buffer": png()}
        field.locator("input[type=file]").set_input_files(file)
        expect(field.get_by_role("link", name="proof.png")).to_be_visible()
    elif entry.field_type == SELECT and field.locator("select").count():
        field.locator("select").select_option(entry.example)
    elif entry.field_type == SELECT:
        field.locator(f'input[value="{entry.example}"]').check()
    else:
        field.locator("input[type=text], textarea").fill(entry.example)


def submitted(tab):
    expect(tab.get_by_role("heading", name="Review and submit")).to_be_visible()
    tab.get_by_role("checkbox", name="What this form says is true").check()
    tab.get_by_role("button", name="Submit for review").click()
    said(tab, "Version 1 was submitted.")
    return Registration.objects.latest("pk")


def test_a_registration_is_created_and_saves_itself(page, console_url, caller) -> None:
    created(page, console_url, "US 10DLC brand registration", "Our brand")
    page.get_by_role("button", name="Create registration").last.click()
    said(page, "The registration was created.")
    row = Registration.objects.get()
    assert (row.registration_status, tags_of(caller, row.arn)) == (
        "CREATED",
        [{"key": "Name", "value": "Our brand"}],
    )
    page.locator("#field-companyInfo-companyName input[type=text]").fill("Example Outfitters, Inc.")
    expect(page.locator("#save-line")).to_contain_text("Saved ")
    page.reload()
    expect(page.locator("#field-companyInfo-companyName input[type=text]")).to_have_value("Example Outfitters, Inc.")
    page.locator("#field-companyInfo-isoCountryCode input[type=text]").fill("nowhere")
    expect(page.locator("#save-line")).to_contain_text("Not saved.")
    expect(page.locator("#field-companyInfo-isoCountryCode input[type=text]")).to_have_attribute("aria-invalid", "true")


def test_a_brand_is_filled_in_without_scripts(open_page, console_url) -> None:
    tab = open_page(javascript=False)
    created(tab, console_url, "US 10DLC brand registration", "Our brand")
    tab.get_by_role("button", name="Create registration").last.click()
    fill(tab, BRAND)
    assert submitted(tab).registration_status == "SUBMITTED"


def test_a_vetting_is_applied_for(page, console_url, caller) -> None:
    brand = complete(caller, BRAND)
    created(page, console_url, "US 10DLC brand vetting", "Vetting")
    page.get_by_role("radio", name=brand.registration_id).check()
    page.get_by_role("button", name="Create and submit").last.click()
    said(page, "The registration was submitted.")
    assert Registration.objects.get(registration_type=VETTING).registration_status == "SUBMITTED"


@pytest.mark.parametrize("registration_type", [CAMPAIGN, TOLL_FREE, SINGAPORE])
def test_a_form_is_filled_in(page, console_url, caller, registration_type) -> None:
    row = make_registration(caller, registration_type, fill=False)
    if registration_type == CAMPAIGN:
        associate(caller, row, complete(caller, BRAND))
    if registration_type == TOLL_FREE:
        associate(caller, row, toll_free_number(caller))
    opened(page, console_url, row).get_by_role("link", name="Continue", exact=True).click()
    fill(page, registration_type)
    submitted(page)
    row.refresh_from_db()
    assert row.registration_status == "SUBMITTED"


def toll_free_number(caller):
    return request_phone_number(
        caller, iso_country_code="US", message_type="TRANSACTIONAL", number_capabilities=["SMS"],
        number_type="TOLL_FREE",
    )  # fmt: skip


def test_a_registration_is_renamed_by_its_tag(page, console_url, caller) -> None:
    row = make_registration(caller, BRAND, fill=False)
    section(opened(page, console_url, row), "Tags")
    page.get_by_label("Key of tag 1").fill("Name")
    page.get_by_label("Value of tag 1").fill("Main brand")
    page.get_by_role("button", name="Save").last.click()
    said(page, "The tags were saved.")
    expect(page.get_by_role("heading", level=1)).to_have_text("Main brand")


def test_the_list_shows_the_status(page, console_url, caller) -> None:
    row = make_registration(caller, BRAND)
    submit(caller, row)
    page.goto(console_url("registrations/"))
    expect(page.locator(f"#row-{row.registration_id}")).to_contain_text("Submitted")
    expect(page.get_by_role("columnheader", name="Registration status")).to_be_visible()


def test_a_returned_registration_is_corrected_and_resubmitted(page, console_url, caller) -> None:
    row = make_registration(caller, BRAND)
    submit(caller, row)
    decide(caller, row, {"field_path": "contactInfo.website", "reason": "OTHER", "note": "The site is down."})
    opened(page, console_url, row)
    expect(page.locator("#tab")).to_contain_text("The site is down.")
    page.get_by_role("link", name="Update registration").click()
    page.get_by_role("button", name="Update registration").click()
    page.locator("#field-contactInfo-website").locator("input[type=text], textarea").fill("https://www.example.net")
    page.get_by_role("button", name="Save and continue").last.click()
    page.get_by_role("checkbox", name="What this form says is true").check()
    page.get_by_role("button", name="Submit for review").click()
    said(page, "Version 2 was submitted.")


def test_a_submitted_version_is_discarded(page, console_url, caller) -> None:
    row = make_registration(caller, BRAND)
    submit(caller, row)
    opened(page, console_url, row).get_by_role("link", name="Discard version").click()
    page.get_by_label("Type discard to confirm").fill("discard")
    page.get_by_role("button", name="Discard version").click()
    said(page, "Version 1 was discarded.")


def test_a_registration_is_deleted(page, console_url, caller) -> None:
    row = make_registration(caller, BRAND, fill=False)
    opened(page, console_url, row).get_by_role("link", name="Delete registration").click()
    page.get_by_label("Type delete to confirm").fill("delete")
    page.get_by_role("button", name="Delete registration").click()
    said(page, "was deleted.")
    assert not Registration.objects.exists()


def test_a_number_is_linked_to_a_campaign_and_both_lead_to_each_other(page, console_url, caller) -> None:
    campaign = complete(caller, CAMPAIGN)
    number = request_phone_number(
        caller, iso_country_code="US", message_type="TRANSACTIONAL", number_capabilities=["SMS"],
        number_type="TEN_DLC",
    )  # fmt: skip
    section(opened(page, console_url, campaign), "Associated resources")
    page.get_by_role("link", name="Add resource").click()
    expect(page.get_by_text("Supported associations:")).to_contain_text("TEN_DLC")
    page.locator(f'input[value="{number.phone_number_id}"]').check()
    page.get_by_role("button", name="Associate resource").click()
    said(page, "The resource goes with this registration now.")
    page.locator(f'#tab a[href*="{number.phone_number_id}"]').click()
    page.get_by_role("link", name="US 10DLC campaign registration").or_(
        page.get_by_role("link", name="Open the registration")
    ).first.click()
    page.wait_for_url(f"**/registrations/{campaign.registration_id}/")


def test_a_toll_free_number_leads_to_its_registration(page, console_url, caller) -> None:
    number = toll_free_number(caller)
    page.goto(console_url(f"phone-numbers/{number.phone_number_id}/"))
    page.get_by_role("link", name="Begin registration").click()
    page.get_by_label("Registration form name").fill("Hotline")
    page.get_by_role("button", name="Create registration").last.click()
    said(page, "The registration was created.")
    assert Registration.objects.get().associations.get().phone_number == number
