"""The console procedures of spend limits, metrics and alarms, carried out as written (data/console_procedures.json)."""

import pytest
from playwright.sync_api import expect

from messaging.models import Alarm, Spend
from messaging.operations import spend_limits
from messaging.operations.checks.money import this_month
from messaging.operations.outbox import subscribe_endpoint
from tests import factories

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
TOPIC = "arn:aws:sns:us-east-1:123456789012:money"


def status(tab, name):
    return tab.locator("#spend").get_by_role("region", name=name)


def test_spend_limits_are_viewed(page, console_url, owner, caller) -> None:
    Spend.objects.create(owner=owner, month=this_month(), channel="TEXT", amount=300_000)
    spend_limits.set_text_message_spend_limit_override(caller, monthly_limit=5)
    page.goto(console_url())
    expect(page.get_by_role("heading", name="SMS spending status")).to_be_visible()
    for words in ("1,000.00 USD", "5.00 USD", "2.00 USD"):
        expect(status(page, "Text messages")).to_contain_text(words)
    expect(status(page, "Voice messages").locator("dd").nth(1)).to_have_text("–")


def test_the_enforced_limit_is_changed_and_given_back(page, console_url, owner) -> None:
    page.goto(console_url())
    status(page, "Media messages").get_by_role("link", name="Edit Media messages").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("radio", name="Update enforced spending limit").check()
    dialog.get_by_label("Enforced limit in USD a month").fill("1001")
    dialog.get_by_role("button", name="Save changes").click()
    expect(dialog.get_by_text("Give at most 1,000 USD.").first).to_be_visible()
    dialog.get_by_label("Enforced limit in USD a month").fill("20")
    dialog.get_by_role("button", name="Save changes").click()
    expect(page.get_by_text("The spend limit was saved.").first).to_be_visible()
    expect(status(page, "Media messages")).to_contain_text("20.00 USD")
    owner.refresh_from_db()
    assert owner.spend_limit("MEDIA") == 2_000_000
    status(page, "Media messages").get_by_role("link", name="Edit Media messages").click()
    dialog.get_by_role("radio", name="Default to maximum sending limit").check()
    dialog.get_by_role("button", name="Save changes").click()
    expect(status(page, "Media messages").locator("dd").nth(1)).to_have_text("–")
    owner.refresh_from_db()
    assert owner.media_spend_override is None


def test_spend_metrics_are_viewed(page, console_url, caller) -> None:
    number = factories.make_number(caller)
    factories.send(caller, factories.HANDSET, origination_identity=number.phone_number_id)
    page.goto(console_url())
    page.get_by_role("link", name="Spending", exact=True).first.click()
    expect(page.get_by_role("img", name="Month to date by day, in USD")).to_be_visible()
    for metric in ("TextMessageMonthlySpend", "MediaMessageMonthlySpend", "VoiceMessageMonthlySpend"):
        expect(page.get_by_text(metric)).to_be_visible()
    page.get_by_text("As a table").first.click()
    expect(page.get_by_role("columnheader", name="SMS", exact=True).first).to_be_visible()


def test_a_spend_alarm_is_created(page, console_url, caller) -> None:
    subscribe_endpoint(caller, topic_arn=TOPIC, endpoint="https://example.com/money")
    page.goto(console_url("spending/alarms/"))
    page.get_by_role("link", name="Create alarm").first.click()
    page.get_by_role("combobox", name="Metric").select_option("VoiceMessageMonthlySpend")
    page.get_by_role("combobox", name="Statistic").select_option("Maximum")
    page.get_by_role("combobox", name="Period").select_option("900")
    page.get_by_role("combobox", name="Condition").select_option("GreaterThanOrEqualToThreshold")
    page.get_by_label("Threshold").fill("12.50")
    page.get_by_label("Datapoints to alarm").fill("2")
    page.get_by_label("Out of the last periods").fill("3")
    page.get_by_role("combobox", name="Missing data treatment").select_option("ignore")
    page.get_by_role("combobox", name="Topic").select_option(TOPIC)
    page.get_by_label("Alarm name").fill("Voice gets dear")
    page.get_by_label("Description").fill("Ask the call centre.")
    page.get_by_role("button", name="Preview").click()
    expect(page.get_by_text("VoiceMessageMonthlySpend ≥ 12.50 USD")).to_be_visible()
    page.get_by_role("button", name="Create alarm").click()
    expect(page.get_by_role("heading", name="Voice gets dear")).to_be_visible()
    row = Alarm.objects.get()
    assert (row.metric, row.statistic, row.period_seconds) == ("VoiceMessageMonthlySpend", "Maximum", 900)
    assert (row.comparison, row.threshold) == ("GreaterThanOrEqualToThreshold", 1_250_000)
    assert (row.datapoints_to_alarm, row.evaluation_periods, row.topic_arn) == (2, 3, TOPIC)
    assert row.description == "Ask the call centre."
