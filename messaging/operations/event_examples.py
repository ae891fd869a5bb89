"""What the event record of each type looks like, and sending one to a destination to try it.

The records are the documented samples of each channel with the members that a type decides. Source: event_types.json.
"""

import uuid
from functools import cache
from typing import Any

from django.utils.translation import gettext_lazy as _

from messaging import clock, wakeups
from messaging.caller import Caller
from messaging.errors import Conflict, Invalid, Resource
from messaging.identifiers import time_ordered_uuid
from messaging.models import EventDestination, OutboxEntry
from messaging.operations.configuration_sets import named_set
from messaging.operations.event_destinations import RESOURCE_TYPE, destination_named
from messaging.operations.events import description_of, milliseconds
from messaging.operations.registry import operation
from messaging.reference import EventType, event_types
from messaging.text.tables import document

TEST_CONTEXT = {"test": "true"}


def status_of(event_type: EventType) -> str:
    """The messageStatus in records of a type; of one that the list of statuses lacks, the rest of its name."""
    return event_type.message_status or event_type.event_type.partition("_")[2]


@cache
def example_of(event_type: str) -> dict[str, Any]:
    """The example record of a type. Raises KeyError for types that stand for several, and unknown ones."""
    row = event_types()[event_type]
    if row.channel not in document("event_types.json")["samples"] or event_type.endswith("_ALL"):
        raise KeyError(event_type)
    status = status_of(row)
    decided = {"eventType": event_type, "isFinal": bool(row.final), "messageStatus": status}
    sample: dict[str, Any] = document("event_types.json")["samples"][row.channel]
    record = {name: decided.get(name, value) for name, value in sample.items()}
    if "messageStatusDescription" in record:
        record["messageStatusDescription"] = _described(row, status)
    return record


def _described(row: EventType, status: str) -> str:
    try:
        return description_of(status, row.channel)
    except KeyError:
        return row.meaning


def single_types(matching: list[str]) -> list[str]:
    """The types with a record of their own that a destination gets, in the order they are listed."""
    return [
        name
        for name, row in event_types().items()
        if row.channel != "ALL"
        and not name.endswith("_ALL")
        and ({"ALL", name, f"{name.partition('_')[0]}_ALL"} & set(matching))
    ]


@operation(resource=lambda entry: str(entry.event_id), changes_settings=False)
def send_test_event(
    caller: Caller, *, configuration_set_name: str, event_destination_name: str, event_type: str = ""
) -> OutboxEntry:
    """Send an example record to just this destination, by the way that every event takes; return its outbox entry.

    event_type is one that the destination gets, the first of them when empty. The record has context {"test": "true"}
    and the id of no message. Raises NotFound; Invalid for a type that it does not get; Conflict RESOURCE_NOT_ACTIVE
    for a destination that is switched off.
    """
    row = named_set(caller, configuration_set_name)
    found = destination_named(row, event_destination_name)
    if not found.enabled:
        raise Conflict(
            _("The event destination “%(name)s” is switched off.") % {"name": event_destination_name},
            reason="RESOURCE_NOT_ACTIVE",
            resource=Resource(RESOURCE_TYPE, event_destination_name),
            next_step=_("Turn its event publishing on first."),
        )
    possible = single_types(found.matching_event_types)
    chosen = event_type or possible[0]
    if chosen not in possible:
        raise Invalid(
            _("The event destination does not get events of the type %(type)s.") % {"type": chosen},
            fields={"event_type": _("Choose one of the types that it gets.")},
        )
    entry = _queued(caller, found, chosen)
    wakeups.wake_after_commit()
    return entry


def _queued(caller: Caller, destination: EventDestination, event_type: str) -> OutboxEntry:
    now = clock.now()
    own = {
        "eventTimestamp": milliseconds(now),
        "messageRequestTimestamp": milliseconds(now),
        "messageId": str(uuid.uuid4()),
        "context": TEST_CONTEXT,
    }
    example = example_of(event_type)
    return OutboxEntry.objects.create(
        owner_id=caller.owner_id,
        event_id=time_ordered_uuid(now),
        event_type=event_type,
        event_destination=destination,
        payload={name: own.get(name, value) for name, value in example.items()},
        created_timestamp=now,
        due_at=now,
    )
