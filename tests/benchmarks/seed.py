"""Many messages with their events, straight into the tables; runs in `manage.py shell` of an installation."""

import random
from datetime import timedelta

from django.db import connection

from messaging import clock
from messaging.bulk import insert_rows, rest_of
from messaging.identifiers import time_ordered_uuid
from messaging.models import Message, MessageEvent
from messaging.operations.accounts import regional_account
from messaging.operations.events import COLUMNS, new_event
from messaging.transactions import write_transaction
from tests.installation import ACCOUNT

CHUNK = 20_000
DAYS = 30
STATUSES = ("DELIVERED",) * 17 + ("BLOCKED", "UNREACHABLE", "CARRIER_UNREACHABLE")
FIELDS = (
    "message_id", "owner", "created_timestamp", "channel", "status", "is_final", "destination_phone_number",
    "iso_country_code", "origination_identity", "origination_identity_id", "originator_type", "pool_id",
    "chosen_because", "configuration_set_name", "message_type", "message_body", "encoding", "characters", "parts",
    "price", "carrier_fee", "max_price", "keyword", "context", "destination_country_parameters",
    "message_feedback_enabled", "expires_at", "actor", "request_id", "step", "due_at", "carrier_reference",
    "carrier_name",
)  # fmt: skip
BODY = "Your code is 123456. It is valid for ten minutes."


def seed(region: str, count: int, *, due: bool = False) -> None:
    """Oldest first, spread evenly over the last thirty days, each with its first event and its last.

    With `due`, a backlog whose first carrier step is due, without events.
    """
    owner = regional_account(ACCOUNT, region)
    dice, end = random.Random(count), clock.now()
    step = timedelta(days=DAYS) / count
    begin = end - timedelta(days=DAYS)
    names, values = rest_of(Message, FIELDS)
    rows, events = [], []
    for number in range(count):
        at = end if due else begin + number * step
        status = "QUEUED" if due else dice.choice(STATUSES)
        destination = f"+1206{dice.randrange(10_000_000):07d}"
        key = time_ordered_uuid(at)
        if not due:
            ended = at + timedelta(milliseconds=dice.randrange(500, 9000))
            events.append((*new_event(key, "SMS", "QUEUED", at, sequence=0), owner.pk))
            events.append((*new_event(key, "SMS", status, ended, sequence=2, is_final=True), owner.pk))
        rows.append(
            (
                key,
                owner.pk,
                at,
                "SMS",
                status,
                not due,
                destination,
                "US",
                "+14255550100",
                "phone-benchmark",
                "SIMULATOR",
                "",
                "GIVEN",
                "",
                "TRANSACTIONAL",
                BODY,
                "GSM",
                len(BODY),
                1,
                581,
                0,
                "",
                "",
                "{}",
                "{}",
                False,
                at + timedelta(days=3),
                "benchmark",
                "",
                0 if due else 2,
                at if due else None,
                "",
                "",
                *values,
            )  # fmt: skip
        )
        if len(rows) == CHUNK or number == count - 1:
            with write_transaction():
                insert_rows(Message, (*FIELDS, *names), rows)
                insert_rows(MessageEvent, COLUMNS, events)
            rows, events = [], []
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("PRAGMA analysis_limit = 400")  # SQLite's own advice; the whole of ten million takes an hour
        cursor.execute("ANALYZE")
