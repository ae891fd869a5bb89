"""Writing down a message that is accepted: its row, its first event, its outbox rows, and a worker woken."""

import json
import uuid
from datetime import datetime, timedelta
from functools import cache
from typing import Any, NamedTuple

from messaging import wakeups
from messaging.bulk import insert_rows
from messaging.identifiers import time_ordered_uuid
from messaging.models import Message
from messaging.operations.events import FIRST_STATUS, new_event, record_events
from messaging.reference import Price
from messaging.text.parts import Count

DEFAULT_TIME_TO_LIVE = timedelta(hours=72)  # behaviour_rules.json, send.ttl
JSON_COLUMNS = frozenset({"context", "destination_country_parameters", "media_urls"})


@cache
def _columns() -> tuple[tuple[str, ...], dict[str, Any]]:
    """The columns of a message in order, and what those have that nobody names."""
    fields = Message._meta.concrete_fields
    return tuple(field.attname for field in fields), {field.attname: field.get_default() for field in fields}


class Accepted(NamedTuple):
    """A message that has been written. The whole of it is made when somebody asks: that costs as much as writing it."""

    message_id: uuid.UUID
    owner_id: int
    configuration_set_name: str
    values: dict[str, Any]

    def whole(self) -> Message:
        """The message with all its members."""
        names, _defaults = _columns()
        return Message.from_db("default", names, [self.values[name] for name in names])


def accept(now: datetime, *, counted: Count, price: Price | None, time_to_live: timedelta, **values: Any) -> Accepted:
    """Write a message that goes out from `now` on.

    price is that of a part; the other values are columns of Message by name. One INSERT for the row and one for the
    first event: QUEUED, or INITIATED for a call, with sequence 0; the carrier's follow from 1.
    """
    names, defaults = _columns()
    row = defaults | values
    first = FIRST_STATUS[row["channel"]]
    row |= {
        "message_id": time_ordered_uuid(now),
        "created_timestamp": now,
        "status": first,
        "encoding": counted.encoding,
        "characters": counted.characters,
        "parts": counted.parts,
        "price": price.message_price * counted.parts if price else 0,
        "carrier_fee": price.carrier_fee * counted.parts if price else 0,
        "expires_at": now + time_to_live,
        "due_at": now,
    }
    stored = row | {name: json.dumps(row[name]) for name in JSON_COLUMNS}
    insert_rows(Message, names, [[stored[name] for name in names]])
    accepted = Accepted(row["message_id"], row["owner_id"], row["configuration_set_name"], row)
    event = new_event(accepted.message_id, row["channel"], first, now, sequence=0)
    record_events([(accepted.whole() if accepted.configuration_set_name else accepted, event)])
    wakeups.wake_after_commit()
    return accepted
