"""Voice messages: what is said, who may be called and how often, the steps of a call, what it costs."""

from typing import Any

import pytest

from messaging.clock import FrozenClock
from messaging.errors import Conflict, Invalid, NotFound, OverQuota, Refusal, Throttled
from messaging.models import Message, MessageEvent, RegionalAccount, Spend, Tier
from messaging.operations import snapshot
from messaging.operations.events import event_record
from messaging.operations.handsets import put_handset_behaviour
from messaging.operations.voice_messages import check_voice_message, send_voice_message
from messaging.reference import price
from tests.factories import (
    FAILURE,
    HANDSET,
    SUCCESS,
    call,
    deliver_all,
    make_caller,
    make_configuration_set,
    make_opt_out_list,
    make_pool,
    make_sender_id,
    make_simulator_number,
    make_verified_number,
    make_voice_number,
)

MINUTE = price("US", "VOICE", "LONG_CODE").total  # type: ignore[union-attr]

# event_types.json, event_records VOICE: members in order with their JSON types.
CALL_MEMBERS = {
    "eventType": str,
    "eventVersion": str,
    "eventTimestamp": int,
    "isFinal": bool,
    "originationPhoneNumber": str,
    "destinationPhoneNumber": str,
    "isoCountryCode": str,
    "messageId": str,
    "messageRequestTimestamp": int,
    "messageStatus": str,
    "callDurationInSeconds": int,
    "totalDurationInMinutes": int,
    "totalMessagePrice": float,
    "context": dict,
}


@pytest.fixture(autouse=True)
def _clock(clock: FrozenClock) -> None:
    """Every rule here is one of simulated time."""


@pytest.fixture
def number(caller: Any) -> Any:
    return make_voice_number(caller)


def types(message: Message) -> list[str]:
    return list(MessageEvent.objects.filter(message=message).values_list("event_type", flat=True))


def spent(caller: Any) -> int:
    return sum(Spend.objects.filter(owner_id=caller.owner_id, channel="VOICE").values_list("amount", flat=True))


def behave(caller: Any, outcome: str, **changes: Any) -> None:
    put_handset_behaviour(caller, scope="NUMBER", match=HANDSET, outcomes=[{"outcome": outcome}], **changes)


@pytest.mark.parametrize(
    ("outcome", "expected"),
    [
        ("COMPLETED", ["VOICE_INITIATED", "VOICE_RINGING", "VOICE_ANSWERED", "VOICE_COMPLETED"]),
        ("BUSY", ["VOICE_INITIATED", "VOICE_BUSY"]),
        ("NO_ANSWER", ["VOICE_INITIATED", "VOICE_RINGING", "VOICE_NO_ANSWER"]),
        ("FAILED", ["VOICE_INITIATED", "VOICE_FAILED"]),
        ("SPAM", ["VOICE_INITIATED", "VOICE_FAILED"]),
        ("TTL_EXPIRED", ["VOICE_INITIATED", "VOICE_TTL_EXPIRED"]),
        ("DELIVERED", ["VOICE_INITIATED", "VOICE_RINGING", "VOICE_ANSWERED", "VOICE_COMPLETED"]),
        ("UNREACHABLE", ["VOICE_INITIATED", "VOICE_RINGING", "VOICE_NO_ANSWER"]),
        ("NO_RECEIPT", ["VOICE_INITIATED", "VOICE_RINGING", "VOICE_NO_ANSWER"]),
        ("BLOCKED", ["VOICE_INITIATED", "VOICE_FAILED"]),
    ],
)
def test_a_call_goes_through_its_steps(
    caller: Any, number: Any, clock: FrozenClock, outcome: str, expected: list[str]
) -> None:
    behave(caller, outcome)
    sent = call(caller, origination_identity=number.phone_number_id)
    assert types(sent.message) == ["VOICE_INITIATED"] and sent.message.status == "INITIATED"
    deliver_all(clock)
    assert types(sent.message) == expected
    row = Message.objects.get(pk=sent.message_id)
    assert row.is_final and row.status == (outcome if outcome in expected[-1] else row.status)
    assert row.status == "SPAM" if outcome == "SPAM" else expected[-1] == f"VOICE_{row.status}"


@pytest.mark.parametrize(
    ("ending", "status"),
    [("9930", "COMPLETED"), ("9931", "BUSY"), ("9932", "NO_ANSWER"), ("9933", "FAILED"), ("9910", "TTL_EXPIRED")],
)
def test_magic_suffixes_decide_calls_too(caller: Any, clock: FrozenClock, ending: str, status: str) -> None:
    sent = call(caller, f"+1206555{ending}")
    deliver_all(clock)
    assert Message.objects.get(pk=sent.message_id).status == status


@pytest.mark.parametrize(("destination", "status"), [(SUCCESS, "COMPLETED"), (FAILURE, "FAILED")])
def test_simulator_destinations_are_called_for_nothing(
    caller: Any, clock: FrozenClock, destination: str, status: str
) -> None:
    sent = call(caller, destination)
    deliver_all(clock)
    assert Message.objects.get(pk=sent.message_id).status == status
    assert spent(caller) == 0


def test_the_steps_come_when_they_happen(caller: Any, number: Any, clock: FrozenClock) -> None:
    behave(caller, "COMPLETED", carrier_delay_seconds=2, handset_delay_seconds=5)
    sent = call(caller, origination_identity=number.phone_number_id, body="x" * 15 * 30)
    deliver_all(clock)
    at = list(MessageEvent.objects.filter(message=sent.message).values_list("occurred_at", flat=True))
    assert [(instant - at[0]).total_seconds() for instant in at] == [0, 2, 7, 37]


def test_the_record_of_a_call_is_the_documented_one(caller: Any, number: Any, clock: FrozenClock) -> None:
    sent = call(caller, origination_identity=number.phone_number_id, body="y" * 15 * 61, context={"orderId": "A-1007"})
    deliver_all(clock)
    row = Message.objects.get(pk=sent.message_id)
    first, *_others, last = [event_record(row, event) for event in row.events.all()]
    for record in (first, last):
        assert list(record) == list(CALL_MEMBERS)
        assert {name: type(value) for name, value in record.items()} == CALL_MEMBERS
    assert (first["callDurationInSeconds"], first["totalDurationInMinutes"], first["totalMessagePrice"]) == (0, 0, 0.0)
    assert (last["callDurationInSeconds"], last["totalDurationInMinutes"]) == (61, 2)
    assert last["totalMessagePrice"] == 2 * MINUTE / 100_000
    assert last["context"] == {"orderId": "A-1007"} and last["originationPhoneNumber"] == number.phone_number


@pytest.mark.parametrize(
    ("outcome", "minutes"), [("COMPLETED", 2), ("BUSY", 0), ("NO_ANSWER", 0), ("TTL_EXPIRED", 0), ("FAILED", 0)]
)
def test_what_was_reserved_becomes_what_the_call_took(
    caller: Any, number: Any, clock: FrozenClock, outcome: str, minutes: int
) -> None:
    behave(caller, outcome)
    sent = call(caller, origination_identity=number.phone_number_id, body="y" * 15 * 61)
    assert spent(caller) == 2 * MINUTE == sent.message.price
    deliver_all(clock)
    row = Message.objects.get(pk=sent.message_id)
    assert spent(caller) == row.price == minutes * MINUTE
    assert row.parts == minutes and row.duration_seconds == (61 if minutes else 0)


def test_a_refund_goes_to_the_month_that_reserved(caller: Any, number: Any, clock: FrozenClock) -> None:
    behave(caller, "TTL_EXPIRED")
    clock.instant = clock.now().replace(day=31, hour=23)
    call(caller, origination_identity=number.phone_number_id)
    deliver_all(clock)
    assert clock.now().month == 4
    assert [(row.month.month, row.amount) for row in Spend.objects.filter(channel="VOICE")] == [(3, 0)]


def test_a_call_that_was_answered_outlives_its_time_to_live(caller: Any, number: Any, clock: FrozenClock) -> None:
    """send.ttl"""
    sent = call(caller, origination_identity=number.phone_number_id, body="z" * 15 * 30, time_to_live=5)
    deliver_all(clock)
    assert Message.objects.get(pk=sent.message_id).status == "COMPLETED"


def test_a_call_that_rings_too_long_expires(caller: Any, number: Any, clock: FrozenClock) -> None:
    """send.ttl"""
    behave(caller, "COMPLETED", handset_delay_seconds=60)
    sent = call(caller, origination_identity=number.phone_number_id, time_to_live=30)
    deliver_all(clock)
    assert types(sent.message) == ["VOICE_INITIATED", "VOICE_RINGING", "VOICE_TTL_EXPIRED"]
    assert spent(caller) == 0


def test_nothing_said_is_matthew_in_plain_text(caller: Any, number: Any) -> None:
    """send.voice_default"""
    row = call(caller, origination_identity=number.phone_number_id).message
    assert (row.voice_id, row.message_body_text_type, row.channel, row.encoding) == ("MATTHEW", "TEXT", "VOICE", "")


def test_markup_is_not_billed(caller: Any, number: Any) -> None:
    body = "<speak>Hello <emphasis level='strong'>you</emphasis>.</speak>"
    row = call(caller, origination_identity=number.phone_number_id, body=body, message_body_text_type="SSML").message
    assert row.characters == len("Hello you.")


@pytest.mark.parametrize(
    ("body", "text_type", "reason"),
    [
        ("", "TEXT", "MISSING_PARAMETER"),
        (" \n", "TEXT", "MISSING_PARAMETER"),
        ("a" * 3001, "TEXT", "MAXIMUM_SIZE_EXCEEDED"),
        ("a" * 6001, "SSML", "MAXIMUM_SIZE_EXCEEDED"),
        (f"<speak>{'a' * 3001}</speak>", "SSML", "MAXIMUM_SIZE_EXCEEDED"),
        ("<speak>" + "<break time='10s'/>" * 31 + "a</speak>", "SSML", "MAXIMUM_SIZE_EXCEEDED"),
        ("Hello", "SSML", "INVALID_PARAMETER"),
        ("<speak>Hello", "SSML", "INVALID_PARAMETER"),
        ("<speak>Hello<audio src='https://example.com/a.mp3'/></speak>", "SSML", "INVALID_PARAMETER"),
        ('<!DOCTYPE speak [<!ENTITY a SYSTEM "file:///etc/passwd">]><speak>&a;</speak>', "SSML", "INVALID_PARAMETER"),
    ],
)
def test_refuses_what_cannot_be_said(caller: Any, number: Any, body: str, text_type: str, reason: str) -> None:
    with pytest.raises(Invalid) as refused:
        call(caller, origination_identity=number.phone_number_id, body=body, message_body_text_type=text_type)
    assert refused.value.reason == reason and "message_body" in refused.value.fields


def test_the_longest_that_can_be_said(caller: Any, number: Any) -> None:
    body = "a" * 3000
    sent = call(caller, origination_identity=number.phone_number_id, body=body)
    assert sent.message.characters == 3000
    body = "<speak>" + "<mark name='x'/>" * 180 + "a" * 3000 + "</speak>"
    assert len(body) < 6000
    call(caller, HANDSET[:-1] + "3", body=body, message_body_text_type="SSML")


def test_a_dear_minute_is_not_called(caller: Any, number: Any) -> None:
    """send.max_price"""
    with pytest.raises(Invalid) as refused:
        call(caller, origination_identity=number.phone_number_id, max_price_per_minute="0.00001")
    assert refused.value.reason == "PRICE_OVER_THRESHOLD" and "max_price_per_minute" in refused.value.fields
    exactly = f"{MINUTE / 100_000:.5f}"
    assert call(caller, origination_identity=number.phone_number_id, max_price_per_minute=exactly).message


def test_a_dry_run_writes_and_costs_nothing(caller: Any, number: Any) -> None:
    """send.dry_run"""
    sent = call(caller, origination_identity=number.phone_number_id, dry_run=True)
    assert sent.message is None and sent.message_id
    assert not Message.objects.exists() and spent(caller) == 0


def test_refuses_originators_that_do_not_call(caller: Any) -> None:
    """sender_id.no_mms_voice"""
    silent = make_simulator_number(caller)
    with pytest.raises(Invalid) as refused:
        call(caller, SUCCESS, origination_identity=silent.phone_number_id)
    assert refused.value.reason == "VOICE_CAPABILITY_NOT_AVAILABLE"
    make_sender_id(caller, "MYSHOP", "GB")
    with pytest.raises(Invalid) as refused:
        call(caller, "+447400123456", origination_identity="MYSHOP")
    assert refused.value.reason == "SENDER_ID_NOT_SUPPORTED"
    with pytest.raises(NotFound):
        call(caller, origination_identity="phone-nowhere")


def test_a_pool_calls_from_its_number_with_voice(caller: Any, number: Any) -> None:
    pool = make_pool(caller, iso_country_code="CA", origination_identity=number.phone_number_id)
    assert call(caller, origination_identity=pool.pool_id).message.origination_identity == number.phone_number
    texts = make_pool(caller)
    with pytest.raises(Conflict) as refused:
        call(caller, origination_identity=texts.pool_id)
    assert refused.value.reason == "NO_ORIGINATION_IDENTITIES_FOUND"


def test_voice_reaches_any_country(caller: Any, number: Any) -> None:
    """country:voice_reach"""
    assert call(caller, "+4915112345678", origination_identity=number.phone_number_id).message.iso_country_code == "DE"


def test_voice_is_refused_where_the_region_has_none(owner: RegionalAccount) -> None:
    elsewhere = make_caller(make_other_region(owner))
    with pytest.raises(Invalid) as refused:
        call(elsewhere)
    assert refused.value.reason == "CHANNEL_NOT_ENABLED"


def make_other_region(owner: RegionalAccount) -> RegionalAccount:
    from messaging.reference import regions
    from tests.factories import make_owner

    without = next(code for code, region in regions().items() if not region.voice)
    return make_owner(owner.account_id, without)


def test_nobody_who_opted_out_is_called(caller: Any, number: Any) -> None:
    made = make_opt_out_list(caller, "no-calls", (HANDSET,))
    type(number).objects.filter(pk=number.pk).update(opt_out_list=made)
    snapshot.forget()
    with pytest.raises(Conflict) as refused:
        call(caller, origination_identity=number.phone_number_id)
    assert refused.value.reason == "DESTINATION_PHONE_NUMBER_OPTED_OUT"


class TestSandbox:
    """sandbox.json, voice"""

    @pytest.fixture
    def caller(self, sandbox_owner: RegionalAccount) -> Any:
        return make_caller(sandbox_owner)

    def test_calls_go_only_to_verified_numbers(self, caller: Any, number: Any) -> None:
        """voice_verified_only"""
        with pytest.raises(Conflict) as refused:
            call(caller, origination_identity=number.phone_number_id)
        assert refused.value.reason == "DESTINATION_PHONE_NUMBER_NOT_VERIFIED"
        make_verified_number(caller)
        assert call(caller, origination_identity=number.phone_number_id).message

    def test_only_some_countries_can_be_called(self, caller: Any, number: Any) -> None:
        """voice_countries"""
        make_verified_number(caller, "+33612345678")
        with pytest.raises(Invalid) as refused:
            call(caller, "+33612345678", origination_identity=number.phone_number_id)
        assert refused.value.reason == "DESTINATION_COUNTRY_BLOCKED"
        make_verified_number(caller, "+4915112345678")
        assert call(caller, "+4915112345678", origination_identity=number.phone_number_id).message

    def test_a_message_lasts_thirty_seconds_at_most(self, caller: Any, number: Any) -> None:
        """voice_length"""
        make_verified_number(caller)
        with pytest.raises(Invalid) as refused:
            call(caller, origination_identity=number.phone_number_id, body="a" * 15 * 31)
        assert refused.value.reason == "MAXIMUM_SIZE_EXCEEDED"
        assert call(caller, origination_identity=number.phone_number_id, body="a" * 15 * 30).message

    def test_twenty_calls_a_day(self, caller: Any, number: Any, clock: FrozenClock) -> None:
        """voice_daily"""
        RegionalAccount.objects.update(voice_spend_limit=10**8)
        for made in range(20):
            if made % 5 == 0:
                row = make_verified_number(caller, f"+1206555014{made // 5}")
            clock.advance(minutes=1)
            call(caller, row.destination_phone_number, origination_identity=number.phone_number_id)
        make_verified_number(caller, "+12065550149")
        clock.advance(minutes=1)
        with pytest.raises(OverQuota) as refused:
            call(caller, "+12065550149", origination_identity=number.phone_number_id)
        assert refused.value.reason == "DAILY_DESTINATION_CALL_LIMIT"
        clock.advance(hours=24)
        assert call(caller, "+12065550149", origination_identity=number.phone_number_id).message

    def test_five_calls_a_minute(self, caller: Any, number: Any, clock: FrozenClock) -> None:
        """voice_rate"""
        make_verified_number(caller)
        make_verified_number(caller, "+12065550149")
        for _ in range(5):
            clock.advance(seconds=2)
            call(caller, origination_identity=number.phone_number_id)
        with pytest.raises(Throttled):
            call(caller, "+12065550149", origination_identity=number.phone_number_id)

    def test_one_dollar_a_month(self, caller: Any, number: Any) -> None:
        """voice_spend"""
        make_verified_number(caller)
        Spend.objects.create(owner_id=caller.owner_id, month="2026-03-01", channel="VOICE", amount=100_000 - MINUTE + 1)
        RegionalAccount.objects.update(voice_spend_limit=100_000)
        with pytest.raises(OverQuota) as refused:
            call(caller, origination_identity=number.phone_number_id)
        assert refused.value.reason == "MONTHLY_SPEND_LIMIT_REACHED_FOR_VOICE"


def test_one_recipient_is_called_five_times_a_day(caller: Any, number: Any, clock: FrozenClock) -> None:
    """voice_per_recipient"""
    for _ in range(5):
        clock.advance(minutes=1)
        call(caller, origination_identity=number.phone_number_id)
    clock.advance(minutes=1)
    with pytest.raises(OverQuota) as refused:
        call(caller, origination_identity=number.phone_number_id)
    assert refused.value.reason == "DAILY_DESTINATION_CALL_LIMIT"
    assert call(caller, "+12065550149", origination_identity=number.phone_number_id).message
    clock.advance(hours=24)
    assert call(caller, origination_identity=number.phone_number_id).message


def test_production_makes_twenty_calls_a_minute_one_a_second_from_a_number(
    caller: Any, number: Any, clock: FrozenClock
) -> None:
    call(caller, origination_identity=number.phone_number_id)
    with pytest.raises(Throttled):
        call(caller, "+12065550100", origination_identity=number.phone_number_id)
    for made in range(19):
        clock.advance(seconds=2)
        call(caller, f"+120655501{made + 10}", origination_identity=number.phone_number_id)
    clock.advance(seconds=2)
    with pytest.raises(Throttled):
        call(caller, "+12065550100", origination_identity=number.phone_number_id)
    clock.advance(seconds=40)
    assert call(caller, "+12065550100", origination_identity=number.phone_number_id).message


def test_check_says_every_verdict_and_agrees_with_sending(caller: Any, number: Any) -> None:
    given = {"destination_phone_number": HANDSET, "origination_identity": number.phone_number_id}
    checked = check_voice_message(caller, **given, message_body="Hello.", dry_run=False)
    assert checked.would_send and [verdict.name for verdict in checked.verdicts][-1] == "calls"
    broken = check_voice_message(caller, **given, message_body="Hello.", message_body_text_type="SSML")
    refused = [verdict for verdict in broken.verdicts if verdict.refusal]
    with pytest.raises(Refusal) as raised:
        send_voice_message(caller, **given, message_body="Hello.", message_body_text_type="SSML")
    assert str(refused[0].refusal) == str(raised.value) and "column 1" in str(raised.value)
    assert check_voice_message(caller).verdicts


def test_a_set_gives_its_feedback_default(caller: Any, number: Any) -> None:
    made = make_configuration_set(caller)
    type(made).objects.filter(pk=made.pk).update(default_message_feedback_enabled=True)
    snapshot.forget()
    sent = call(
        caller,
        origination_identity=number.phone_number_id,
        configuration_set_name=made.configuration_set_name,
    )
    assert sent.message.message_feedback_enabled


def test_tier_of_voice_is_its_own(caller: Any, number: Any) -> None:
    RegionalAccount.objects.update(tier=Tier.SANDBOX)
    assert call(caller, origination_identity=number.phone_number_id).message
