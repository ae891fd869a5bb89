"""Writing down a message that is accepted: its row, its first event, its outbox rows, and a worker woken."""

import json
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from django.db import transaction

from messaging import wakeups
from messaging.bulk import insert_rows
from messaging.identifiers import time_ordered_uuid
from messaging.models import Message
from messaging.operations.events import FIRST_STATUS, accepted_event, record_events
from messaging.reference import Price
from messaging.text.parts import Count

DEFAULT_TIME_TO_LIVE = timedelta(hours=72)  # behaviour_rules.json, send.ttl
JSON_COLUMNS = frozenset({"context", "destination_country_parameters", "media_urls"})


@cache
def _columns() -> tuple[tuple[str, ...], dict[str, Any]]:
    """The columns of a message in order, and what those have that nobody names."""
    fields = Message._meta.concrete_fields
    return tuple(field.attname for field in fields), {field.attname: field.get_default() for field in fields}


def accept(now: datetime, *, counted: Count, price: Price | None, time_to_live: timedelta, **values: Any) -> Message:
    """Write a message that goes out from `now` on and return it.

    price is that of a part; the other values are columns of Message by name. One INSERT for the row and one for the
    event: the row is built as plain values, since making a model object twice would cost more than writing it.
    """
    names, defaults = _columns()
    given = defaults | values
    given |= {
        "message_id": time_ordered_uuid(now),
        "created_timestamp": now,
        "status": FIRST_STATUS[given["channel"]],
        "encoding": counted.encoding,
        "characters": counted.characters,
        "parts": counted.parts,
        "price": price.message_price * counted.parts if price else 0,
        "carrier_fee": price.carrier_fee * counted.parts if price else 0,
        "expires_at": now + time_to_live,
        "due_at": now,
    }
    row = [given[name] for name in names]
    stored = [json.dumps(value) if name in JSON_COLUMNS else value for name, value in zip(names, row, strict=True)]
    insert_rows(Message, names, [stored])
    message = Message.from_db("default", names, row)
    record_events([(message, accepted_event(message))])
    transaction.on_commit(wakeups.wake)
    return message
