"""What becomes of a bulk send's messages comes back to its rows, in the transaction that writes their final events."""

import json
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, Protocol
from uuid import UUID

from django.db.models import Q

from messaging import clock, statements
from messaging.bulk import update_rows
from messaging.models import BulkSend, BulkSendRow

State, Status = BulkSendRow.State, BulkSend.Status

ARRIVED = frozenset({"SUCCESSFUL", "DELIVERED"})
AMONG = "state = 'SENT'"  # a literal, so that SQLite finds the partial index
_ANY = f"SELECT 1 FROM {BulkSendRow._meta.db_table} WHERE {AMONG} LIMIT 1"  # noqa: S608


class Final(Protocol):
    """A message's final event."""

    @property
    def message_id(self) -> UUID: ...
    @property
    def status(self) -> str: ...
    @property
    def occurred_at(self) -> datetime: ...


def wait_before(tries: int, *, first_wait_seconds: int, wait_growth: int) -> timedelta:
    """How long a row waits after so many tries before the next one."""
    return timedelta(seconds=first_wait_seconds * wait_growth ** (tries - 1))


def note_outcomes(finals: Sequence[Final]) -> None:
    """Note on their rows how messages ended; a transient failure is tried again later while tries are left.

    One small statement while no bulk send waits for any message, three otherwise.
    """
    if not finals or statements.first(_ANY, []) is None:
        return
    ended = {event.message_id: event for event in finals}
    rows = (
        BulkSendRow.objects.filter(message_id__in=ended)
        .extra(where=[f"{BulkSendRow._meta.db_table}.{AMONG}"])  # noqa: S610  # a literal of ours
        .select_related("bulk_send")
        .only(
            "message_id", "tries", "earlier_message_ids", "bulk_send__status", "bulk_send__retry_statuses",
            "bulk_send__max_tries", "bulk_send__first_wait_seconds", "bulk_send__wait_growth",
        )
    )  # fmt: skip
    found = list(rows)
    if not found:
        return
    written = [_written(row, ended[row.message_id]) for row in found if row.message_id]
    update_rows(BulkSendRow, ("state", "reason", "due_at", "message_id", "earlier_message_ids"), written, among=AMONG)
    _wake({row.bulk_send_id for row in found})


def _written(row: BulkSendRow, event: Final) -> tuple[Any, ...]:
    """Primary key, state, reason, due_at, message_id, earlier_message_ids."""
    earlier = list(row.earlier_message_ids)
    if event.status in ARRIVED:
        return row.pk, State.DELIVERED.value, event.status, None, row.message_id, json.dumps(earlier)
    bulk = row.bulk_send
    again = event.status in bulk.retry_statuses and row.tries < bulk.max_tries and bulk.status != Status.STOPPED
    if not again:
        return row.pk, State.FAILED.value, event.status, None, row.message_id, json.dumps(earlier)
    wait = wait_before(row.tries, first_wait_seconds=bulk.first_wait_seconds, wait_growth=bulk.wait_growth)
    earlier.append(str(row.message_id))
    return row.pk, State.WAITING.value, event.status, event.occurred_at + wait, None, json.dumps(earlier)


def _wake(keys: set[int]) -> None:
    """Let the bulk sends that have nothing else to do look at their rows."""
    now = clock.now()
    idle = Q(due_at__isnull=True) | Q(due_at__gt=now)
    BulkSend.objects.filter(idle, pk__in=sorted(keys), status=Status.RUNNING).update(due_at=now)
