"""The console procedures of protect configurations, carried out as written (data/console_procedures.json)."""

import pytest
from playwright.sync_api import expect

from messaging.models import ConfigurationSet, ProtectConfiguration
from messaging.operations import protect_configurations as protect
from messaging.operations.tags import tags_of
from tests import factories
from tests.browser.pages import said, section

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def row(caller):
    factories.make_configuration_set(caller, "otp")
    return factories.make_protect_configuration(caller, "Codes")


@pytest.fixture
def opened(row, page, console_url):
    """Its page, reached from the list."""
    page.goto(console_url("protect-configurations/"))
    page.locator(f'tbody a[href$="/{row.name}/"]').first.click()
    page.wait_for_url(f"**/{row.name}/")
    return page


def create(tab, association):
    tab.get_by_label("Protect configuration name").fill("Sign-in")
    tab.locator("summary", has_text="Europe").click()
    tab.get_by_role("checkbox", name="France", exact=True).check()
    tab.locator("label", has_text=association).get_by_role("radio").first.check()


def test_a_configuration_is_created(page, console_url, caller) -> None:
    page.goto(console_url("protect-configurations/"))
    page.get_by_role("link", name="Create configuration").first.click()
    create(page, "Account default")
    page.get_by_role("button", name="Create configuration").last.click()
    said(page, "The protect configuration “Sign-in” was created.")
    made = ProtectConfiguration.objects.get()
    assert made.account_default
    assert list(made.rules.values_list("number_capability", "iso_country_code", "protect_status")) == [
        ("SMS", "FR", "BLOCK")
    ]
    assert tags_of(caller, made.arn) == [{"key": "Name", "value": "Sign-in"}]


def test_a_configuration_is_created_from_the_overview(page, console_url, caller) -> None:
    factories.make_configuration_set(caller, "otp")
    page.goto(console_url())
    page.get_by_role("link", name="Create a protect configuration").click()
    create(page, "For sends that name one of the sets")
    page.get_by_role("checkbox", name="otp").check()
    page.get_by_role("button", name="Create configuration").last.click()
    said(page, "was created.")
    assert ConfigurationSet.objects.get().protect_configuration_id == ProtectConfiguration.objects.get().name


def test_country_rules_are_changed(opened, row) -> None:
    section(opened, "Country rules")
    opened.get_by_role("link", name="Voice rules").click()
    opened.get_by_role("combobox", name="Part of the world").select_option(label="Europe")
    opened.get_by_role("button", name="Filter", exact=True).click()
    opened.get_by_role("checkbox", name="France", exact=True).check()
    opened.get_by_role("checkbox", name="Germany", exact=True).check()
    opened.get_by_role("combobox", name="Rule").last.select_option("BLOCK")
    opened.get_by_role("button", name="Preview changes").click()
    expect(opened.get_by_role("heading", name="Confirm status change")).to_be_visible()
    opened.get_by_role("button", name="Confirm", exact=True).click()
    said(opened, "The country rules were changed")
    assert set(row.rules.values_list("number_capability", "iso_country_code", "protect_status")) == {
        ("VOICE", "FR", "BLOCK"),
        ("VOICE", "DE", "BLOCK"),
    }


def test_the_association_is_changed(opened, row, caller) -> None:
    other = factories.make_protect_configuration(caller, "Other")
    protect.associate_protect_configuration(caller, protect_configuration_id=other.name, configuration_set_name="otp")
    section(opened, "Associations")
    opened.get_by_role("link", name="Edit settings").click()
    opened.locator("label", has_text="For sends that name one of the sets").get_by_role("radio").check()
    opened.get_by_role("checkbox", name="otp").check()
    opened.get_by_role("button", name="Save changes").click()
    expect(opened.get_by_text("“otp” no longer has Other")).to_be_visible()
    opened.get_by_role("button", name="Save changes").click()
    said(opened, "The association was saved.")
    assert ConfigurationSet.objects.get().protect_configuration_id == row.name


def test_a_configuration_is_deleted(opened, row, caller) -> None:
    protect.set_account_default_protect_configuration(caller, protect_configuration_id=row.name)
    opened.get_by_role("link", name="Delete configuration").click()
    opened.get_by_role("link", name="Remove association").click()
    opened.get_by_role("button", name="Save changes").click()
    opened.get_by_role("button", name="Save changes").click()
    opened.wait_for_url("**/delete/")
    opened.get_by_label("Type confirm to confirm").fill("confirm")
    opened.get_by_role("button", name="Delete configuration").click()
    said(opened, "was deleted.")
    assert not ProtectConfiguration.objects.exists()


def test_deletion_protection_is_turned_on_and_off(opened, row) -> None:
    for on in (True, False):
        opened.get_by_role("link", name="Edit", exact=True).click()
        opened.get_by_role("checkbox", name="Enable deletion protection").set_checked(on)
        opened.get_by_role("button", name="Save settings").click()
        opened.wait_for_url(f"**/{row.name}/")
        row.refresh_from_db()
        assert row.deletion_protection_enabled is on


def test_it_is_renamed_by_its_tag_name(opened, row, caller) -> None:
    section(opened, "Tags")
    opened.get_by_label("Value").first.fill("Sign-in")
    opened.get_by_role("button", name="Save tags").last.click()
    said(opened, "The tags were saved.")
    assert tags_of(caller, row.arn) == [{"key": "Name", "value": "Sign-in"}]
    expect(opened.get_by_role("heading", level=1)).to_have_text("Sign-in")


def test_tags_are_managed(opened, row, caller) -> None:
    section(opened, "Tags")
    opened.get_by_role("button", name="Add tag").click()
    opened.get_by_label("Key").last.fill("team")
    opened.get_by_label("Value").last.fill("login")
    opened.get_by_role("button", name="Save tags").last.click()
    said(opened, "The tags were saved.")
    assert {"key": "team", "value": "login"} in tags_of(caller, row.arn)


def test_the_protect_configuration_of_a_set_is_changed(opened, row, console_url) -> None:
    opened.goto(console_url("configuration-sets/otp/"))
    for label, own in (("Codes", row.name), ("No association", "")):
        opened.get_by_role("link", name="Change protect configuration").click()
        options = opened.get_by_role("combobox", name="Protect configuration")
        options.select_option(own or "")
        expect(options.locator("option:checked")).to_contain_text(label)
        opened.get_by_role("button", name="Save changes").click()
        said(opened, "The protect configuration of the set was saved.")
        assert ConfigurationSet.objects.get().protect_configuration_id == own
