"""Event records and what event destinations get of them."""

import json
import uuid
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from messaging import work
from messaging.identifiers import earliest_uuid
from messaging.models import LogRecord, Message, MessageEvent, OutboxEntry
from messaging.operations.event_destinations import create_event_destination, update_event_destination
from messaging.operations.events import event_record, family, new_event, record_events
from tests.factories import SUCCESS, make_configuration_set, make_log_destination, make_simulator_number, send

TOPIC = {"topic_arn": "arn:aws:sns:us-east-1:123456789012:events"}
OTHER = {"topic_arn": "arn:aws:sns:us-east-1:123456789012:others"}

# event_types.json, event_records: members in order with their JSON types.
TEXT_MEMBERS = {
    "eventType": str,
    "eventVersion": str,
    "eventTimestamp": int,
    "isFinal": bool,
    "originationPhoneNumber": str,
    "destinationPhoneNumber": str,
    "isoCountryCode": str,
    "messageId": str,
    "messageRequestTimestamp": int,
    "messageEncoding": str,
    "messageType": str,
    "messageStatus": str,
    "messageStatusDescription": str,
    "context": dict,
    "totalMessageParts": int,
    "totalMessagePrice": float,
    "totalCarrierFee": float,
}


def a_message(**changes: Any) -> Message:
    values = {
        "owner_id": 1,
        "channel": "SMS",
        "destination_phone_number": "+14255550131",
        "iso_country_code": "US",
        "origination_identity": "+12065550167",
        "message_type": "TRANSACTIONAL",
        "encoding": "GSM",
        "parts": 2,
        "price": 1562,
        "carrier_fee": 600,
        "context": {"orderId": "A-1007"},
        "created_timestamp": datetime(2024, 5, 2, 8, 40, 2, 815_000, tzinfo=UTC),
        **changes,
    }
    return Message(**values)


def test_the_record_of_a_text_is_the_documented_one() -> None:
    message = a_message()
    at = datetime(2024, 5, 2, 8, 40, 5, 310_999, tzinfo=UTC)
    event = new_event(message.message_id, "SMS", "DELIVERED", at, sequence=3, is_final=True)
    record = event_record(message, event)
    assert record == {
        "eventType": "TEXT_DELIVERED",
        "eventVersion": "1.0",
        "eventTimestamp": 1714639205310,
        "isFinal": True,
        "originationPhoneNumber": "+12065550167",
        "destinationPhoneNumber": "+14255550131",
        "isoCountryCode": "US",
        "messageId": str(message.message_id),
        "messageRequestTimestamp": 1714639202815,
        "messageEncoding": "GSM",
        "messageType": "TRANSACTIONAL",
        "messageStatus": "DELIVERED",
        "messageStatusDescription": "Message has been accepted by phone",
        "context": {"orderId": "A-1007"},
        "totalMessageParts": 2,
        "totalMessagePrice": 0.01562,
        "totalCarrierFee": 0.006,
    }
    assert {name: type(value) for name, value in json.loads(json.dumps(record)).items()} == TEXT_MEMBERS
    assert list(record) == list(TEXT_MEMBERS)


def test_the_record_of_a_media_message_says_so_and_has_no_encoding() -> None:
    message = a_message(channel="MMS", parts=1)
    record = event_record(
        message, new_event(message.message_id, "MMS", "SUCCESSFUL", message.created_timestamp, sequence=2)
    )
    assert list(record)[:2] == ["contentType", "eventType"]
    assert record["eventType"] == "MEDIA_SUCCESSFUL"
    assert "messageEncoding" not in record
    assert set(record) == {*TEXT_MEMBERS, "contentType"} - {"messageEncoding"}


def test_families() -> None:
    assert [family(name) for name in ("TEXT_SENT", "MEDIA_QUEUED", "VOICE_BUSY")] == [
        "TEXT_ALL",
        "MEDIA_ALL",
        "VOICE_ALL",
    ]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("types", "expected"),
    [
        (["ALL"], ["TEXT_QUEUED", "TEXT_PENDING", "TEXT_SUCCESSFUL", "TEXT_DELIVERED"]),
        (["TEXT_ALL"], ["TEXT_QUEUED", "TEXT_PENDING", "TEXT_SUCCESSFUL", "TEXT_DELIVERED"]),
        (["TEXT_DELIVERED", "TEXT_BLOCKED"], ["TEXT_DELIVERED"]),
        (["ALL", "TEXT_ALL", "TEXT_DELIVERED"], ["TEXT_QUEUED", "TEXT_PENDING", "TEXT_SUCCESSFUL", "TEXT_DELIVERED"]),
        (["MEDIA_ALL", "VOICE_ALL"], []),
    ],
)
def test_a_destination_gets_what_it_takes_and_nothing_twice(
    caller: Any, clock: Any, types: list[str], expected: list[str]
) -> None:
    make_configuration_set(caller, "events")
    create_event_destination(
        caller,
        configuration_set_name="events",
        event_destination_name="one",
        matching_event_types=types,
        sns_destination=TOPIC,
    )
    message = send(caller, SUCCESS, configuration_set_name="events").message
    _carry(clock)
    rows = OutboxEntry.objects.order_by("id")
    assert [row.event_type for row in rows] == expected
    events = {event.event_type: event.event_id for event in MessageEvent.objects.filter(message=message)}
    assert [row.event_id for row in rows] == [events[name] for name in expected]
    assert all(row.payload["messageId"] == str(message.message_id) for row in rows)


@pytest.mark.django_db
def test_without_a_set_or_with_a_switched_off_destination_nothing_is_queued(caller: Any, clock: Any) -> None:
    make_configuration_set(caller, "events")
    create_event_destination(
        caller,
        configuration_set_name="events",
        event_destination_name="one",
        matching_event_types=["ALL"],
        sns_destination=TOPIC,
    )
    update_event_destination(caller, configuration_set_name="events", event_destination_name="one", enabled=False)
    send(caller, SUCCESS, configuration_set_name="events")
    send(caller, SUCCESS)
    _carry(clock)
    assert not OutboxEntry.objects.exists()


@pytest.mark.django_db
def test_every_destination_of_a_set_gets_its_own(caller: Any, clock: Any) -> None:
    make_configuration_set(caller, "events")
    for name, target in (("one", TOPIC), ("two", OTHER)):
        create_event_destination(
            caller,
            configuration_set_name="events",
            event_destination_name=name,
            matching_event_types=["TEXT_QUEUED"],
            sns_destination=target,
        )
    send(caller, SUCCESS, configuration_set_name="events")
    rows = list(OutboxEntry.objects.select_related("event_destination"))
    assert {row.event_destination.event_destination_name for row in rows} == {"one", "two"}
    assert len({row.event_id for row in rows}) == 1


@pytest.mark.django_db
def test_events_of_messages_without_a_set_cost_one_statement(
    caller: Any, clock: Any, django_assert_num_queries: Any
) -> None:
    number = make_simulator_number(caller).phone_number_id
    messages = [send(caller, SUCCESS, origination_identity=number).message for _ in range(5)]
    pairs = [
        (message, new_event(message.message_id, "SMS", "PENDING", clock.now() + timedelta(seconds=1), sequence=1))
        for message in messages
    ]
    with django_assert_num_queries(1):
        record_events(pairs)


@pytest.mark.django_db
def test_a_second_final_event_is_impossible(caller: Any, clock: Any) -> None:
    from django.db import IntegrityError

    message = send(caller, SUCCESS).message
    _carry(clock)
    with pytest.raises(IntegrityError):
        record_events(
            [(message, new_event(message.message_id, "SMS", "UNKNOWN", clock.now(), sequence=9, is_final=True))]
        )


def _carry(clock: Any) -> None:
    from messaging.operations.carriage import advance_due_messages

    for _ in range(3):
        advance_due_messages()
        clock.advance(seconds=2)
    advance_due_messages()
    assert work.seconds_to_next() in (None, 0.0)


def test_events_of_one_instant_sort_in_the_order_of_their_steps(clock: Any) -> None:
    message = uuid.uuid4()
    at = clock.now()
    ids = [new_event(message, "SMS", "QUEUED", at, sequence=step).event_id for step in (0, 1, 2, 9, 300)]
    assert ids == sorted(ids)
    assert {key.version for key in ids} == {7} and {key.variant for key in ids} == {uuid.RFC_4122}
    later = new_event(message, "SMS", "QUEUED", at + timedelta(microseconds=1), sequence=0).event_id
    assert earliest_uuid(at) < ids[0] and ids[-1] < later


def test_events_of_one_instant_are_delivered_in_their_order(caller: Any, clock: Any) -> None:
    make_log_destination(caller)
    send(caller, SUCCESS, configuration_set_name="events")
    clock.advance(hours=1)
    work.run_until_idle()
    keys = OutboxEntry.objects.order_by("created_timestamp", "id").values_list("event_id", flat=True)
    assert list(LogRecord.objects.order_by("id").values_list("event_id", flat=True)) == list(keys)
