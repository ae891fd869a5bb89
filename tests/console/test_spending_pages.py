"""Pages about money: spending with its limits, rate card, usage report, alarms."""

import csv
import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from messaging.models import Alarm, RateCard, RegionalAccount, Spend
from messaging.operations import alarms, charges, spend_limits
from messaging.operations.checks.money import this_month
from tests import factories

pytestmark = pytest.mark.django_db
HEAD = "country,channel,originator_type,message_price,carrier_fee\n"


@pytest.fixture
def sent(caller, clock):
    """A number with a lease, and two messages of the month."""
    number = factories.make_number(caller, monthly_leasing_units=200_000)
    for last in ("01", "02"):
        factories.send(caller, f"+120655501{last}", origination_identity=number.phone_number_id)
    return number


def text(response):
    return " ".join(response.content.decode().split())


def test_overview_shows_account_enforced_and_remaining_limit_of_each_channel(client_in, caller, owner, clock):
    """spend.dash, overview.spend_limits.view"""
    Spend.objects.create(owner=owner, month=this_month(), channel="TEXT", amount=300_000)
    html = text(client_in.get(client_in.path("")))
    assert html.count("<dt>Account limit</dt><dd>1,000.00 USD</dd>") == 3
    assert html.count("<dt>Enforced limit</dt><dd>–</dd>") == 3
    assert "<dt>Remaining limit</dt><dd>997.00 USD</dd>" in html
    spend_limits.set_text_message_spend_limit_override(caller, monthly_limit=5)
    html = text(client_in.get(client_in.path("")))
    assert html.count("<dt>Enforced limit</dt><dd>–</dd>") == 2
    assert "<dt>Enforced limit</dt><dd>5.00 USD</dd>" in html
    assert "<dt>Remaining limit</dt><dd>2.00 USD</dd>" in html


def test_spending_page_with_and_without_anything_billed(client_in, owner, clock):
    assert "Nothing was billed in this month" in text(client_in.get(client_in.path("spending/")))


def test_spending_page_shows_where_the_money_went(client_in, sent, django_assert_max_num_queries):
    with django_assert_max_num_queries(12):
        html = text(client_in.get(client_in.path("spending/")))
    assert "Month to date by day, in USD" in html
    assert "United States (US)" in html
    assert "Toll-free" in html


@pytest.mark.parametrize("channel", ["TEXT", "MEDIA", "VOICE"])
def test_a_limit_is_set_refused_and_given_back(client_in, owner, channel):
    url = f"spending/limits/{channel}/"
    assert "account limit is 1,000.00 USD" in text(client_in.get(client_in.path(url)))
    answer = client_in.post(client_in.path(url), {"choice": "enforce", "monthly_limit": "20"})
    assert (answer.status_code, answer["Location"]) == (303, client_in.path("spending/"))
    owner.refresh_from_db()
    assert owner.spend_limit(channel) == 20 * spend_limits.UNITS_PER_DOLLAR
    for wrong in ("1001", "0", "", "x"):
        answer = client_in.post(client_in.path(url), {"choice": "enforce", "monthly_limit": wrong})
        assert answer.status_code == 422, wrong
    assert "Give at most 1,000 USD." in text(
        client_in.post(client_in.path(url), {"choice": "enforce", "monthly_limit": "1001"})
    )
    answer = client_in.post(client_in.path(f"{url}?from=overview"), {"choice": "default"})
    assert answer["Location"] == client_in.path("")
    owner.refresh_from_db()
    assert spend_limits.override(owner, channel) is None


def test_limits_of_unknown_channels_and_for_viewers_are_not_edited(client_in, signed_in):
    assert client_in.get(client_in.path("spending/limits/RCS/")).status_code == 404
    viewer = signed_in("VIEWER")
    assert viewer.get(viewer.path("spending/limits/TEXT/")).status_code == 403
    assert "limits/TEXT" not in text(viewer.get(viewer.path("spending/")))


def test_rate_card_says_that_it_is_made_up_and_is_searched(client_in, django_assert_max_num_queries):
    with django_assert_max_num_queries(12):
        html = text(client_in.get(client_in.path("spending/rates/")))
    assert "These prices are made up." in html
    html = text(client_in.get(client_in.path("spending/rates/?q=germany&channel=VOICE")))
    assert "Germany (DE)" in html
    assert ">1 price<" in html
    assert "No price fits" in text(client_in.get(client_in.path("spending/rates/?q=atlantis")))
    assert "Page 2 of" in text(client_in.get(client_in.path("spending/rates/?page=2")))
    assert "Page 1 of" in text(client_in.get(client_in.path("spending/rates/?page=x")))


def upload(client, body, day="2026-01-01"):
    given = SimpleUploadedFile("prices.csv", body.encode(), "text/csv")
    return client.post(client.path("spending/rates/import/"), {"file": given, "effective_date": day})


def test_a_rate_card_is_checked_imported_exported_and_dropped(client_in, owner, tmp_path, settings):
    settings.MEDIA_ROOT = tmp_path
    answer = upload(client_in, HEAD + "US,SMS,TOLL_FREE,0.5,0.1\nXX,SMS,TOLL_FREE,0.5,0.1\n")
    assert answer.status_code == 422
    assert "“XX” is not the ISO code of a country." in text(answer).replace("&#x27;", "'")
    answer = upload(client_in, HEAD + "US,SMS,TOLL_FREE,0.5,0.1\n")
    assert "has 1 price and no error" in text(answer)
    assert not RateCard.objects.exists()
    token = answer.context["confirm"].initial["checked"]
    answer = client_in.post(client_in.path("spending/rates/import/confirm/"), {"checked": token})
    assert answer.status_code == 303
    assert RateCard.objects.get().file_name == "prices.csv"
    html = text(client_in.get(client_in.path("spending/rates/")))
    assert "made up" not in html
    assert "0.5000 USD" in html
    body = b"".join(client_in.get(client_in.path("spending/rates/rate-card.csv")).streaming_content).decode()
    assert body.split() == [HEAD.strip(), "US,SMS,TOLL_FREE,0.50000,0.10000"]
    again = client_in.post(client_in.path("spending/rates/import/confirm/"), {"checked": token})
    assert again["Location"].endswith("spending/rates/import/")
    assert "every Region" in text(client_in.get(client_in.path("spending/rates/restore/")))
    client_in.post(client_in.path("spending/rates/restore/"))
    assert not RateCard.objects.exists()
    body = b"".join(client_in.get(client_in.path("spending/rates/rate-card.csv")).streaming_content).decode()
    assert body.startswith("# Illustrative rate card")


def test_an_operator_reads_the_rate_card_and_does_not_import(signed_in):
    operator = signed_in("OPERATOR")
    assert "rates/import" not in text(operator.get(operator.path("spending/rates/")))
    assert operator.get(operator.path("spending/rates/import/")).status_code == 403
    assert operator.post(operator.path("spending/rates/restore/")).status_code == 403


def test_usage_report_as_page_and_file(client_in, sent, owner, django_assert_max_num_queries):
    charges.record_charge(owner, "BRAND_VETTING", 4_000_000, "registration-1")
    with django_assert_max_num_queries(12):
        html = text(client_in.get(client_in.path("spending/usage/")))
    for words in (
        "USE1-OutboundSMS-US-Standard-TollFree-MessageCount",
        "USE1-OutboundSMS-US-Standard-TollFree-CarrierFees",
        "Phone number, monthly",
        "Brand vetting, once",
        "40.00 USD",
        "42.00 USD",
    ):
        assert words in html
    body = b"".join(client_in.get(client_in.path("spending/usage/usage.csv")).streaming_content).decode()
    rows = list(csv.DictReader(io.StringIO(body)))
    assert [row["usage_type"].rpartition("-")[2] for row in rows if row["usage_type"]] == [
        "MessageCount",
        "MessageFees",
        "CarrierFeeCount",
        "CarrierFees",
    ]
    assert rows[0]["quantity"] == "2"
    assert {(row["charge"], row["amount_usd"]) for row in rows if row["charge"]} == {
        ("PHONE_NUMBER", "2.00000"),
        ("BRAND_VETTING", "40.00000"),
    }
    spent = Spend.objects.get().amount
    fees = sum(round(float(row["amount_usd"]) * 100_000) for row in rows if row["usage_type"] and row["amount_usd"])
    assert fees == spent


def test_the_months_of_the_report(client_in, sent, clock):
    clock.advance(days=31)
    html = text(client_in.get(client_in.path("spending/usage/")))
    assert "No message was billed in this month." in html
    assert "TollFree" in text(client_in.get(client_in.path("spending/usage/?month=2026-03")))
    assert "No message was billed" in text(client_in.get(client_in.path("spending/usage/?month=1999-01")))


ALARM = {
    "metric": "TextMessageMonthlySpend",
    "statistic": "Maximum",
    "period_seconds": "300",
    "comparison": "GreaterThanThreshold",
    "threshold": "0.5",
    "datapoints_to_alarm": "1",
    "evaluation_periods": "1",
    "missing_data": "ignore",
    "new_topic": "money",
    "notifies_members": "on",
    "alarm_name": "Half a dollar",
    "description": "",
    "enabled": "on",
}


def test_an_alarm_is_previewed_created_shown_edited_and_deleted(client_in, owner, caller, clock):
    html = text(client_in.post(client_in.path("spending/alarms/create/"), {**ALARM, "preview": "1"}))
    assert "TextMessageMonthlySpend &gt; 0.50 USD" in html
    assert "no data at the moment" in html
    assert not Alarm.objects.exists()
    answer = client_in.post(client_in.path("spending/alarms/create/"), ALARM)
    row = Alarm.objects.get()
    assert answer["Location"] == client_in.path(f"spending/alarms/{row.alarm_id}/")
    assert (row.threshold, row.topic_arn) == (50_000, "arn:aws:sns:us-east-1:123456789012:money")
    Spend.objects.create(owner=owner, month=this_month(), channel="TEXT", amount=60_000)
    clock.advance(minutes=5)
    alarms.evaluate_due_alarms()
    html = text(client_in.get(client_in.path(f"spending/alarms/{row.alarm_id}/")))
    assert "In alarm" in html
    assert "0.60 USD" in html
    assert "topics/money/" in html
    assert "Half a dollar" in text(client_in.get(client_in.path("spending/alarms/")))
    assert "Half a dollar" in text(client_in.get(client_in.path("topics/money/")))
    edited = {**ALARM, "new_topic": "", "topic_arn": row.topic_arn, "threshold": "1", "alarm_name": "A dollar"}
    client_in.post(client_in.path(f"spending/alarms/{row.alarm_id}/edit/"), edited)
    row.refresh_from_db()
    assert (row.alarm_name, row.threshold, row.topic_arn.rpartition(":")[2]) == ("A dollar", 100_000, "money")
    assert "cannot be undone" in text(client_in.get(client_in.path(f"spending/alarms/{row.alarm_id}/delete/")))
    client_in.post(client_in.path(f"spending/alarms/{row.alarm_id}/delete/"))
    assert not Alarm.objects.exists()


@pytest.mark.parametrize(
    "changes", [{"alarm_name": ""}, {"threshold": "x"}, {"datapoints_to_alarm": "3"}, {"new_topic": "no topic!"}]
)
def test_an_alarm_that_cannot_be_keeps_its_input(client_in, changes):
    answer = client_in.post(client_in.path("spending/alarms/create/"), {**ALARM, "description": "kept", **changes})
    assert answer.status_code == 422
    assert "kept" in text(answer)
    assert not Alarm.objects.exists()


def test_viewers_read_alarms_and_make_none(signed_in, caller, owner):
    viewer = signed_in("VIEWER")
    assert "alarms/create" not in text(viewer.get(viewer.path("spending/alarms/")))
    assert viewer.get(viewer.path("spending/alarms/create/")).status_code == 403
    assert viewer.get(viewer.path("spending/alarms/alarm-none/")).status_code == 404


def test_sandbox_limits_are_a_dollar_each(signed_in, owner):
    limits = dict.fromkeys(("text_spend_limit", "media_spend_limit", "voice_spend_limit"), 100_000)
    RegionalAccount.objects.filter(pk=owner.pk).update(**limits)
    html = text((reader := signed_in()).get(reader.path("spending/")))
    assert html.count("1.00 USD") >= 6
