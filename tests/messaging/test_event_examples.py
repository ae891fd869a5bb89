"""Example records, test events, quick set-up, and what log groups and streams there are."""

from typing import Any

import pytest

from messaging import streams
from messaging.errors import Conflict, Invalid, OverQuota
from messaging.models import DeliveryAttempt, EventDestination, LogRecord, OutboxEntry
from messaging.operations.delivery import deliver_due_events
from messaging.operations.event_destinations import (
    create_event_destination,
    create_event_destinations,
    target_of,
    update_event_destination,
)
from messaging.operations.event_examples import example_of, send_test_event, single_types
from messaging.operations.log_groups import describe_delivery_streams, describe_log_groups
from messaging.outbox_filters import DELIVERY_FILTERS, RECORD_FILTERS, searchable
from messaging.reference import event_types
from tests.factories import make_configuration_set, send

pytestmark = pytest.mark.django_db
ROLE = "arn:aws:iam::123456789012:role/events"


@pytest.fixture(autouse=True)
def _data_directory(settings: Any, tmp_path: Any) -> None:
    settings.DATA_DIR = tmp_path


def quick(caller: Any, *types: str) -> list[Any]:
    make_configuration_set(caller, "otp")
    return create_event_destinations(
        caller, configuration_set_name="otp", matching_event_types=types or ["ALL"], iam_role_arn=ROLE
    )


@pytest.mark.parametrize("name", [name for name in event_types() if not name.endswith("ALL")])
def test_every_type_has_an_example_that_says_so(name: str) -> None:
    record, row = example_of(name), event_types()[name]
    assert record["eventType"] == name
    assert record["messageStatus"] == (row.message_status or name.partition("_")[2])
    assert record["isFinal"] is bool(row.final)
    assert record.get("messageStatusDescription", "-")


@pytest.mark.parametrize("name", ["ALL", "TEXT_ALL", "MEDIA_ALL", "VOICE_ALL"])
def test_what_stands_for_several_types_has_none(name: str) -> None:
    with pytest.raises(KeyError):
        example_of(name)


def test_what_a_destination_gets_type_by_type() -> None:
    assert single_types(["TEXT_SENT", "TEXT_QUEUED"]) == ["TEXT_QUEUED", "TEXT_SENT"]
    assert len(single_types(["VOICE_ALL"])) == 8
    assert len(single_types(["ALL"])) == 39


def test_one_go_makes_one_of_each_kind(caller: Any) -> None:
    made = quick(caller, "TEXT_ALL")
    assert [one.row.kind for one in made] == list(EventDestination.Kind.values)
    assert [one.row.target_arn for one in made] == [
        "arn:aws:logs:us-east-1:123456789012:log-group:otp",
        "arn:aws:firehose:us-east-1:123456789012:deliverystream/otp",
        "arn:aws:sns:us-east-1:123456789012:otp",
    ]


def test_one_go_makes_all_or_nothing(caller: Any) -> None:
    make_configuration_set(caller, "otp")
    for number in range(3):
        create_event_destination(
            caller,
            configuration_set_name="otp",
            event_destination_name=f"number-{number}",
            matching_event_types=["ALL"],
            sns_destination={"topic_arn": target_of(caller, "TOPIC", "sms")},
        )
    with pytest.raises(OverQuota):
        create_event_destinations(caller, configuration_set_name="otp", matching_event_types=["ALL"], iam_role_arn=ROLE)
    assert EventDestination.objects.count() == 3


def test_a_test_event_goes_to_just_its_destination_by_the_usual_way(caller: Any, clock: Any) -> None:
    quick(caller)
    entry = send_test_event(
        caller, configuration_set_name="otp", event_destination_name="log-group", event_type="MEDIA_SPAM"
    )
    assert OutboxEntry.objects.get() == entry
    assert deliver_due_events() == 1
    record = LogRecord.objects.get()
    assert (record.event_id, record.record["eventType"]) == (entry.event_id, "MEDIA_SPAM")
    assert record.record["context"] == {"test": "true"}
    assert record.record["eventTimestamp"] == round(clock.now().timestamp() * 1000)
    assert DeliveryAttempt.objects.get().succeeded


def test_a_test_event_is_of_a_type_that_the_destination_gets(caller: Any, clock: Any) -> None:
    quick(caller, "TEXT_SENT")
    entry = send_test_event(caller, configuration_set_name="otp", event_destination_name="topic")
    assert entry.event_type == "TEXT_SENT"
    with pytest.raises(Invalid):
        send_test_event(caller, configuration_set_name="otp", event_destination_name="topic", event_type="VOICE_BUSY")
    update_event_destination(caller, configuration_set_name="otp", event_destination_name="topic", enabled=False)
    with pytest.raises(Conflict):
        send_test_event(caller, configuration_set_name="otp", event_destination_name="topic")


def test_groups_and_streams_are_those_named_and_those_written_to(caller: Any, clock: Any) -> None:
    quick(caller)
    send(caller, configuration_set_name="otp")
    deliver_due_events()
    for group in ("/old/group", "zebra"):
        arn = target_of(caller, "LOG_GROUP", group)
        LogRecord.objects.create(
            owner_id=caller.owner_id, log_group=arn, event_id=OutboxEntry.objects.all()[0].event_id, record={}
        )
    assert [(one.name, len(one.destinations)) for one in describe_log_groups(caller)] == [
        ("/old/group", 0),
        ("otp", 1),
        ("zebra", 0),
    ]
    streams.append(streams.stream_path(caller.account_id, caller.region, "arn:x:deliverystream/old", clock.now()), [{}])
    assert [(one.name, len(one.destinations)) for one in describe_delivery_streams(caller)] == [("old", 0), ("otp", 1)]


def test_files_of_a_stream_newest_first_and_page_by_page(caller: Any, clock: Any) -> None:
    for _hour in range(30):
        streams.append(streams.stream_path(caller.account_id, caller.region, "deliverystream/sms", clock.now()), [{}])
        clock.advance(hours=1)
    hours = [file.hour for file in streams.files(caller.account_id, caller.region, "sms")]
    assert (len(hours), hours[0], hours[-1]) == (30, "2026/03/03/15", "2026/03/02/10")
    older = [file.hour for file in streams.files(caller.account_id, caller.region, "sms", before="2026/03/03/02")]
    assert older == hours[hours.index("2026/03/03/02") + 1 :]
    file = streams.file_of(caller.account_id, caller.region, "sms", "2026/03/02/10")
    assert file is not None and file.size == 3
    assert streams.file_of(caller.account_id, caller.region, "sms", "2026/01/01/00") is None
    for name, hour in (("..", "2026/03/02/10"), ("sms", "../../../x"), ("sms", "2026/03/02/10/..")):
        with pytest.raises(ValueError):
            streams.file_of(caller.account_id, caller.region, name, hour)


def test_records_are_searched_by_their_members_and_their_text(caller: Any, clock: Any) -> None:
    quick(caller)
    message = send(caller, configuration_set_name="otp", context={"order": "A-77"}).message
    send(caller, configuration_set_name="otp")
    deliver_due_events()
    rows = searchable(LogRecord.objects.for_caller(caller))

    def found(*tokens: tuple[str, str, str], text: str = "") -> int:
        narrowed, _used, dropped = RECORD_FILTERS.narrow_by_tokens(rows, tokens, text=text)
        assert not dropped
        return narrowed.count()

    assert found() == found(("event-type", "=", "TEXT_QUEUED"), ("message-status", "=", "QUEUED")) == 2
    assert found(("event-type", "=", "TEXT_SENT")) == 0
    assert found(("message-id", "=", str(message.pk))) == found(text="a-77") == 1
    assert found(("destination", "starts with", "+1425")) == found(("country", "=", "US")) == 2


def test_deliveries_are_narrowed_by_status_destination_and_id(caller: Any, clock: Any) -> None:
    quick(caller)
    message = send(caller, configuration_set_name="otp").message
    rows = OutboxEntry.objects.for_caller(caller)

    def found(*tokens: tuple[str, str, str], text: str = "") -> int:
        narrowed, _used, dropped = DELIVERY_FILTERS.narrow_by_tokens(rows, tokens, text=text)
        assert not dropped
        return narrowed.count()

    assert found(("status", "=", "WAITING")) == found(text=str(message.pk)) == 3
    assert found(("status", "=", "GIVEN_UP")) == found(text="no id") == 0
    assert found(("event-destination", "=", "topic")) == found(("kind", "=", "LOG_GROUP")) == 1
    assert found(("configuration-set", "=", "otp"), ("event-type", "=", "TEXT_QUEUED")) == 3
