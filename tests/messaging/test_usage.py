"""Usage: counted days and live ones give the same report, in the documented usage types. Facts: billing.json."""

import re
from datetime import date, timedelta
from itertools import count

import pytest

from messaging.models import ChargeKind, Message, Spend, UsageDay, UsageProgress
from messaging.operations import charges, usage
from messaging.operations.checks.money import this_month
from messaging.operations.inbound import receive_inbound_message
from messaging.operations.phone_numbers import release_phone_number, request_phone_number
from messaging.operations.rate_cards import price_for
from messaging.operations.snapshot import take
from messaging.text.tables import document
from tests import factories

pytestmark = pytest.mark.django_db
MARCH = date(2026, 3, 1)


@pytest.fixture
def toll_free(caller, clock):
    return factories.make_number(caller, monthly_leasing_units=200_000)


HANDSETS = (f"+1206555{number:04d}" for number in count(1000))  # a recipient takes one message a second


def send(caller, number, body="Hello", destination=""):
    factories.send(caller, destination or next(HANDSETS), body, origination_identity=number.phone_number_id)


def lines(owner, month):
    return usage.month_lines(usage.counted(owner.pk), month)


def days(owner, month):
    return usage.month_days(usage.counted(owner.pk), month)


def test_a_month_is_counted_in_parts_with_its_fees(caller, owner, toll_free, unlimited):
    send(caller, toll_free)
    send(caller, toll_free, "a" * 200)
    send(caller, toll_free, destination=factories.SUCCESS)  # a simulator destination is not billed
    (line,) = lines(owner, MARCH)
    cost = price_for(take(owner.pk), "US", "SMS", "TOLL_FREE")
    assert (line.messages, line.parts, line.fee_parts) == (2, 3, 3)
    assert (line.price, line.carrier_fee) == (3 * cost.message_price, 3 * cost.carrier_fee)
    assert line.total == Spend.objects.get(channel="TEXT").amount


def test_usage_types_are_those_of_the_documentation(caller, owner, toll_free):
    send(caller, toll_free, "a" * 200)
    rows = usage.usage_types("us-east-1", lines(owner, MARCH))
    assert [(row.usage_type, row.is_money) for row in rows] == [
        ("USE1-OutboundSMS-US-Standard-TollFree-MessageCount", False),
        ("USE1-OutboundSMS-US-Standard-TollFree-MessageFees", True),
        ("USE1-OutboundSMS-US-Standard-TollFree-CarrierFeeCount", False),
        ("USE1-OutboundSMS-US-Standard-TollFree-CarrierFees", True),
    ]
    assert rows[0].quantity == 2, "everything billed is counted in message parts"


@pytest.mark.parametrize(
    ("kind", "region", "fee", "first"),
    [
        ("SHORT_CODE", "us-east-1", 0, "USE1-OutboundSMS-GB-Standard-Shortcode-MessageCount"),
        ("TEN_DLC", "ca-central-1", 5, "CAN1-OutboundSMS-GB-Standard-10DLC-MessageCount"),
        ("SENDER_ID", "ap-northeast-1", 0, "APN1-OutboundSMS-GB-Standard-Sender-MessageCount"),
        ("SHARED_ROUTE", "eu-west-1", 0, "EU-OutboundSMS-GB-Standard-Sharedroute-MessageCount"),
    ],
)
def test_a_combination_has_two_usage_types_and_four_with_carrier_fees(kind, region, fee, first):
    rows = usage.usage_types(region, [usage.Line("SMS", "GB", kind, 10, 12, 12 if fee else 0, 100, fee)])
    assert rows[0].usage_type == first
    assert len(rows) == (4 if fee else 2)
    assert all(re.fullmatch(document("usage_types.json")["pattern"], row.usage_type) for row in rows)


def test_counted_and_open_days_make_the_same_report(caller, owner, toll_free, clock):
    for _day in range(4):
        send(caller, toll_free)
        clock.advance(days=1)
    send(caller, toll_free, "a" * 200)
    before = lines(owner, MARCH), days(owner, MARCH)
    assert usage.count_closed_days() == 1, "it takes note that days are over"
    assert not UsageDay.objects.exists(), "and counts them a minute later: a send may still be on its way"
    assert usage.count_closed_days() == 0
    assert usage.count_closed_days(settle=timedelta()) == 1
    assert UsageDay.objects.count() == 4
    assert usage.count_closed_days(settle=timedelta()) == 0
    assert (
        lines(owner, MARCH),
        days(owner, MARCH),
    ) == before
    Message.objects.filter(created_timestamp__lt=clock.now() - timedelta(hours=1)).delete()
    assert (
        lines(owner, MARCH),
        days(owner, MARCH),
    ) == before
    assert sum(before[1].values()) == Spend.objects.get(month=this_month(), channel="TEXT").amount


def test_a_day_is_counted_when_its_calls_have_ended(caller, owner, clock):
    """A call that goes on at midnight is paid for by what it takes in the end, not by what was reserved."""
    number = factories.make_voice_number(caller)
    clock.advance(hours=13, minutes=59, seconds=50)
    factories.call(caller, factories.HANDSET, origination_identity=number.phone_number_id)
    clock.advance(days=1)
    assert usage.count_closed_days(settle=timedelta()) == 0
    assert not UsageDay.objects.exists()
    factories.deliver_all(clock)
    assert usage.count_closed_days(settle=timedelta()) == 1
    ended = Message.objects.get(channel="VOICE")
    counted = UsageDay.objects.get()
    assert (counted.day, counted.price) == (date(2026, 3, 2), ended.price)
    assert counted.price + counted.carrier_fee == Spend.objects.get(channel="VOICE").amount


def test_a_page_that_is_read_while_days_are_counted_has_none_of_them_twice(caller, owner, toll_free, clock):
    send(caller, toll_free)
    clock.advance(days=1)
    so_far = usage.counted(owner.pk)
    assert usage.count_closed_days(settle=timedelta()) == 1
    assert usage.month_lines(so_far, MARCH) == lines(owner, MARCH)


def test_two_workers_count_a_day_once(caller, owner, toll_free, clock):
    send(caller, toll_free)
    clock.advance(days=1)
    usage.count_closed_days(settle=timedelta())
    behind = UsageProgress(pk=UsageProgress.objects.get().pk, owner=owner, counted_until=date(2026, 3, 2))
    assert usage._advance(behind, clock.now().date(), clock.now(), timedelta()) is False
    assert UsageDay.objects.get().messages == 1


def test_days_of_two_months_are_kept_apart(caller, owner, toll_free, clock):
    send(caller, toll_free)
    clock.advance(days=30)
    send(caller, toll_free, "a" * 200)
    for month, parts in ((MARCH, 1), (date(2026, 4, 1), 2)):
        assert [line.parts for line in lines(owner, month)] == [parts]
    usage.count_closed_days(settle=timedelta())
    for month, parts in ((MARCH, 1), (date(2026, 4, 1), 2)):
        assert [line.parts for line in lines(owner, month)] == [parts]
    assert usage.months_with_usage(owner.pk) == [date(2026, 4, 1), MARCH]
    assert set(usage.month_totals(owner.pk)) == {(MARCH, "TEXT"), (date(2026, 4, 1), "TEXT")}


def test_an_automatic_reply_is_billed_like_any_message(caller, owner, toll_free):
    received = receive_inbound_message(
        caller, origination_number=factories.HANDSET, destination_number=toll_free.phone_number, message_body="HELP"
    )
    assert received.reply.billed or received.reply.price == 0
    assert sum(line.total for line in lines(owner, MARCH)) == Spend.objects.get(channel="TEXT").amount


def leases(owner, month):
    return [(row.kind, row.about, row.amount) for row in usage.month_charges(owner.pk, month)]


def test_a_number_is_charged_for_each_month_begun_until_it_is_released(caller, owner, toll_free, clock):
    """number.lease"""
    lease = (ChargeKind.PHONE_NUMBER, toll_free.phone_number_id, 200_000)
    assert leases(owner, MARCH) == [lease], "from the request on"
    assert charges.charge_due_months() == 0
    clock.advance(days=70)
    assert charges.charge_due_months() == 1
    assert leases(owner, date(2026, 4, 1)) == leases(owner, date(2026, 5, 1)) == [lease]
    clock.advance(days=31)
    release_phone_number(caller, phone_number_id=toll_free.phone_number_id)
    assert leases(owner, date(2026, 6, 1)) == [lease], "the month of the release is charged whole"
    clock.advance(days=31)
    assert charges.charge_due_months() == 0
    assert leases(owner, date(2026, 7, 1)) == []


def test_a_free_number_and_a_charge_of_nothing_leave_no_trace(caller, owner, clock):
    request_phone_number(
        caller,
        iso_country_code="US",
        message_type="TRANSACTIONAL",
        number_capabilities=["SMS"],
        number_type="SIMULATOR",
    )
    assert charges.record_charge(owner, ChargeKind.REGISTRATION, 0, "registration-1") is None
    assert leases(owner, MARCH) == []


def test_a_fee_is_charged_once_for_each_call(owner, clock):
    """billing: brand vetting 40 USD"""
    for _again in range(2):
        made = charges.record_charge(owner, ChargeKind.BRAND_VETTING, 4_000_000, "registration-1", clock.now())
        assert made.month == MARCH
    assert leases(owner, MARCH) == 2 * [(ChargeKind.BRAND_VETTING, "registration-1", 4_000_000)]


def test_a_campaign_that_begins_twice_in_a_month_is_charged_once(owner, clock):
    for _again in range(2):
        charges.begin_monthly_charge(owner, ChargeKind.CAMPAIGN, 1_000_000, "registration-1")
        charges.begin_monthly_charge(owner, ChargeKind.CAMPAIGN, 1_000_000, "registration-1")
        charges.end_monthly_charge(owner, ChargeKind.CAMPAIGN, "registration-1")
    assert leases(owner, MARCH) == [(ChargeKind.CAMPAIGN, "registration-1", 1_000_000)]
