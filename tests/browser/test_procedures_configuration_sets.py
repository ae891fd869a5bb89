"""The console procedures of configuration sets and event destinations, as written (data/console_procedures.json)."""

import pytest
from playwright.sync_api import expect

from messaging.models import ConfigurationSet, EventDestination
from messaging.operations.tags import tags_of
from tests import factories
from tests.browser.pages import said, section

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

ROLE = "arn:aws:iam::123456789012:role/events"
TARGETS = {
    "Log group": "arn:aws:logs:us-east-1:123456789012:log-group:messages",
    "Delivery stream": "arn:aws:firehose:us-east-1:123456789012:deliverystream/messages",
    "Topic": "messages",  # a new one, by its name
}


@pytest.fixture
def otp(caller):
    return factories.make_configuration_set(caller, "otp")


@pytest.fixture
def opened(otp, page, console_url):
    """The page of the set, reached from the list."""
    page.goto(console_url("configuration-sets/"))
    page.get_by_role("link", name="otp", exact=True).click()
    page.wait_for_url("**/otp/")
    return page


def test_a_configuration_set_is_created_and_deleted(page, console_url, db) -> None:
    page.goto(console_url("configuration-sets/"))
    page.get_by_role("link", name="Create configuration set").first.click()
    page.get_by_role("textbox", name="Name", exact=True).fill("alerts")
    page.get_by_role("button", name="Create configuration set").click()
    said(page, "The configuration set “alerts” was created.")
    assert ConfigurationSet.objects.get().configuration_set_name == "alerts"
    page.get_by_role("link", name="Delete configuration set").click()
    page.get_by_label("Type alerts to confirm").fill("alerts")
    page.get_by_role("button", name="Delete configuration set").click()
    said(page, "was deleted.")
    assert not ConfigurationSet.objects.exists()


def test_defaults_of_a_set_are_edited(opened, otp) -> None:
    opened.get_by_role("link", name="Edit", exact=True).click()
    opened.get_by_role("radio", name="Promotional").check()
    opened.get_by_label("Default sender ID").fill("ACME")
    opened.get_by_role("button", name="Save settings").click()
    said(opened, "The defaults of the set were saved.")
    otp.refresh_from_db()
    assert (otp.default_message_type, otp.default_sender_id) == ("PROMOTIONAL", "ACME")


def test_tags_of_a_set_are_managed(opened, otp, caller) -> None:
    section(opened, "Tags")
    opened.get_by_role("button", name="Add").last.click()
    opened.get_by_label("Key").last.fill("team")
    opened.get_by_label("Value").last.fill("care")
    opened.get_by_role("button", name="Save tags").click()
    said(opened, "The tags were saved.")
    assert tags_of(caller, otp.arn) == [{"key": "team", "value": "care"}]


@pytest.mark.parametrize("kind", list(TARGETS))
def test_an_event_destination_is_created_edited_and_deleted(opened, kind) -> None:
    section(opened, "Event destinations")
    opened.get_by_role("link", name="Add event destination").first.click()
    opened.get_by_label("Event destination name").fill("first")
    opened.get_by_role("radio", name=kind).check()
    opened.get_by_label("Log group, delivery stream or topic").fill(TARGETS[kind])
    opened.get_by_label("IAM role ARN").fill(ROLE)
    expect(opened.get_by_role("checkbox", name="Event publishing")).to_be_checked()
    opened.get_by_role("radio", name="All SMS events (recommended)").check()
    opened.get_by_role("radio", name="No MMS events").check()
    opened.get_by_role("radio", name="Custom voice events").check()
    opened.locator("summary", has_text="Voice events").click()
    opened.get_by_role("checkbox", name="VOICE_BUSY").check()
    opened.get_by_role("link", name="Example VOICE_BUSY").click()
    expect(opened.get_by_role("dialog")).to_contain_text('"eventType": "VOICE_BUSY"')
    opened.keyboard.press("Escape")
    opened.get_by_role("button", name="Create event destination").click()
    said(opened, "The event destination “first” was saved.")
    made = EventDestination.objects.get()
    assert (made.get_kind_display(), made.enabled) == (kind, True)
    assert made.target_arn.endswith("messages") and made.matching_event_types == ["TEXT_ALL", "VOICE_BUSY"]

    opened.get_by_role("link", name="first", exact=True).click()
    target = opened.get_by_label("Log group, delivery stream or topic")
    target.fill(target.input_value().replace("messages", "others"))
    opened.get_by_role("radio", name="No voice events").check()
    opened.get_by_role("button", name="Save event destination").click()
    said(opened, "The event destination “first” was saved.")
    made.refresh_from_db()
    assert made.target_arn.endswith("others") and made.matching_event_types == ["TEXT_ALL"]

    opened.get_by_role("link", name="first", exact=True).click()
    opened.get_by_role("link", name="Delete event destination").click()
    opened.get_by_role("dialog").get_by_role("button", name="Delete event destination").click()
    said(opened, "The event destination “first” was deleted.")
    assert not EventDestination.objects.exists()
