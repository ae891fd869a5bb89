"""Events of messages: the documented record, and writing events with what the event destinations must get.

Event rows are the truth for the timeline and the statistics. A configuration set's destinations get theirs through
outbox rows, written in the same transaction. Source: the event chapters of the user guide, event_types.json.
"""

import uuid
from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Any, NamedTuple, Protocol

from messaging.bulk import insert_rows
from messaging.identifiers import time_ordered_uuid
from messaging.models import MatchingEventType, Message, MessageEvent, OutboxEntry
from messaging.operations.bulk_send_outcomes import note_outcomes
from messaging.reference import Channel, message_status
from messaging.text.speech import minutes_begun

EVENT_VERSION = "1.0"
PREFIXES = {"SMS": "TEXT", "MMS": "MEDIA", "VOICE": "VOICE"}
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MILLISECOND = timedelta(milliseconds=1)
UNITS_PER_DOLLAR = 100_000
FIRST_STATUS = {"SMS": "QUEUED", "MMS": "QUEUED", "VOICE": "INITIATED"}
# A status without an event type of its own: a call that is blocked as spam is a call that failed.
OTHER_TYPES = {"VOICE_SPAM": "VOICE_FAILED"}


class NewEvent(NamedTuple):
    """An event that is yet to be written, with the members of MessageEvent but the owner, which is its message's."""

    event_id: uuid.UUID
    message_id: uuid.UUID
    sequence: int
    event_type: str
    status: str
    description: str
    is_final: bool
    occurred_at: datetime


COLUMNS = (*NewEvent._fields, "owner_id")


class Event(Protocol):
    """What a record says of an event (a MessageEvent or a NewEvent)."""

    @property
    def event_type(self) -> str: ...
    @property
    def status(self) -> str: ...
    @property
    def description(self) -> str: ...
    @property
    def is_final(self) -> bool: ...
    @property
    def occurred_at(self) -> datetime: ...


class Sent(Protocol):
    """What is asked of a message before its record is made."""

    @property
    def message_id(self) -> uuid.UUID: ...
    @property
    def owner_id(self) -> int: ...
    @property
    def configuration_set_name(self) -> str: ...


def new_event(
    message_id: uuid.UUID,
    channel: str,
    status: str,
    at: datetime,
    *,
    sequence: int,
    is_final: bool = False,
    description: str | None = None,
) -> NewEvent:
    """An event of a message; its type and description follow from channel and status."""
    said = description_of(status, channel) if description is None else description
    kind = f"{PREFIXES[channel]}_{status}"
    kind = OTHER_TYPES.get(kind, kind)
    return NewEvent(time_ordered_uuid(at, sequence), message_id, sequence, kind, status, said, is_final, at)


@lru_cache(maxsize=128)
def description_of(status: str, channel: Channel) -> str:
    """The text of messageStatusDescription."""
    return message_status(status, channel).description


def event_record(message: Message, event: Event) -> dict[str, Any]:
    """The documented JSON of an event, members in the documented order.

    Timestamps are Unix milliseconds, prices decimal US dollars. SMS, MMS and voice have a record each.
    """
    if message.channel == "VOICE":
        return _call_record(message, event)
    is_text = message.channel == "SMS"
    record: dict[str, Any] = {} if is_text else {"contentType": "MMS"}
    record |= _head(message, event)
    if is_text:
        record["messageEncoding"] = message.encoding
    record |= {
        "messageType": message.message_type,
        "messageStatus": event.status,
        "messageStatusDescription": event.description,
        "context": message.context,
        "totalMessageParts": message.parts,
        "totalMessagePrice": message.price / UNITS_PER_DOLLAR,
        "totalCarrierFee": message.carrier_fee / UNITS_PER_DOLLAR,
    }
    return record | _protection(message)


def _head(message: Message, event: Event) -> dict[str, Any]:
    """What the record of every channel says of an event and its message."""
    return {
        "eventType": event.event_type,
        "eventVersion": EVENT_VERSION,
        "eventTimestamp": milliseconds(event.occurred_at),
        "isFinal": event.is_final,
        "originationPhoneNumber": message.origination_identity,
        "destinationPhoneNumber": message.destination_phone_number,
        "isoCountryCode": message.iso_country_code,
        "messageId": str(message.message_id),
        "messageRequestTimestamp": milliseconds(message.created_timestamp),
    }


def _call_record(message: Message, event: Event) -> dict[str, Any]:
    """The record of a voice event. What a call took and cost is known when it is over, 0 until then."""
    seconds = (message.duration_seconds or 0) if event.is_final else 0
    record = _head(message, event) | {
        "messageStatus": event.status,
        "callDurationInSeconds": seconds,
        "totalDurationInMinutes": minutes_begun(seconds),
        "totalMessagePrice": message.price / UNITS_PER_DOLLAR if event.is_final else 0.0,
        "context": message.context,
    }
    return record | _protection(message)


def _protection(message: Message) -> dict[str, Any]:
    """Which rule decided about the message: in present-day records, not in the guide (event_types.json)."""
    if not message.protect_configuration_id:
        return {}
    return {
        "protectConfiguration": {
            "protectConfigurationId": message.protect_configuration_id,
            "protectStatus": message.protect_status,
        }
    }


def milliseconds(instant: datetime) -> int:
    """Unix milliseconds of an instant."""
    return (instant - EPOCH) // MILLISECOND


def record_events(pairs: Sequence[tuple[Sent, NewEvent]]) -> None:
    """Write events of messages and the outbox rows of the destinations that take them, in the caller's transaction.

    A message is a Message, or a row with at least message_id, owner_id and configuration_set_name. Events of messages
    without a configuration set cost one statement for all; sets cost one look-up for all of them.
    """
    insert_rows(MessageEvent, COLUMNS, [(*event, message.owner_id) for message, event in pairs])
    note_outcomes([event for _message, event in pairs if event.is_final])
    routed = [(message, event) for message, event in pairs if message.configuration_set_name]
    if routed:
        _fill_outbox(routed)


def _fill_outbox(pairs: Sequence[tuple[Sent, NewEvent]]) -> None:
    takers = _destinations({(message.owner_id, message.configuration_set_name) for message, _event in pairs})
    wanted = []
    for message, event in pairs:
        matching = takers.get((message.owner_id, message.configuration_set_name), {})
        found = {
            *matching.get(event.event_type, ()),
            *matching.get("ALL", ()),
            *matching.get(family(event.event_type), ()),
        }
        wanted += [(message, event, destination) for destination in sorted(found)]
    messages = _whole({message.message_id: message for message, _event, _destination in wanted})
    OutboxEntry.objects.bulk_create(
        OutboxEntry(
            owner_id=message.owner_id,
            event_id=event.event_id,
            message_id=message.message_id,
            event_type=event.event_type,
            event_destination_id=destination,
            payload=event_record(messages[message.message_id], event),
            created_timestamp=event.occurred_at,
            due_at=event.occurred_at,
        )
        for message, event, destination in wanted
    )


def family(event_type: str) -> str:
    """The type that stands for all of an event type's channel: TEXT_ALL of TEXT_SENT."""
    return f"{event_type.split('_', 1)[0]}_ALL"


def _destinations(sets: Iterable[tuple[int, str]]) -> dict[tuple[int, str], dict[str, list[int]]]:
    """Of each (owner, configuration set): event type -> the enabled destinations that take it. One query."""
    owners, names = {owner for owner, _name in sets}, {name for _owner, name in sets}
    found: dict[tuple[int, str], dict[str, list[int]]] = defaultdict(lambda: defaultdict(list))
    rows = MatchingEventType.objects.filter(
        event_destination__enabled=True,
        event_destination__configuration_set__owner_id__in=owners,
        event_destination__configuration_set__configuration_set_name__in=names,
    ).values_list(
        "event_destination__configuration_set__owner_id",
        "event_destination__configuration_set__configuration_set_name",
        "event_type",
        "event_destination_id",
    )
    for owner, name, event_type, destination in rows:
        found[owner, name][event_type].append(destination)
    return found


def _whole(messages: dict[uuid.UUID, Sent]) -> dict[uuid.UUID, Message]:
    """The messages in full; those that came as rows are read, in one query."""
    found = {key: message for key, message in messages.items() if isinstance(message, Message)}
    missing = [key for key in messages if key not in found]
    if missing:
        found |= Message.objects.in_bulk(missing)
    return found
