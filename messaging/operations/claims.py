"""Taking rows that are due, so that no two workers work on the same one.

Works on any table with due_at (simulated time), claim and claimed_until (wall time). A claim is a lease: a worker that
is killed loses its rows to the next one when the lease is over.
"""

import uuid
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

from django.db.models import Model, Q, QuerySet

from messaging import clock
from messaging.transactions import write_transaction

LEASE_SECONDS = 10


class Claimed(NamedTuple):
    """Rows held under one claim; values are named tuples of the columns that were asked for, oldest first."""

    claim: uuid.UUID
    rows: Sequence[Any]


def due(model: type[Model], at: datetime) -> QuerySet[Any]:
    """Rows whose time has come and that nobody holds."""
    free = Q(claim__isnull=True) | Q(claimed_until__lt=datetime.now(UTC))
    return model._default_manager.filter(free, due_at__lte=at)


def claim(
    model: type[Model], limit: int, *, columns: Sequence[str] = ("pk",), lease_seconds: float = LEASE_SECONDS
) -> Claimed | None:
    """Take up to `limit` due rows, or None when there are none: an idle look is one indexed query and locks nothing.

    columns begin with the primary key, by its name or as "pk".
    On PostgreSQL rows that another worker is just taking are passed over; on SQLite writers stand in line anyway.
    """
    at = clock.now()
    if not due(model, at).order_by().exists():
        return None
    token = uuid.uuid4()
    with write_transaction():
        rows = list(
            due(model, at)
            .select_for_update(skip_locked=True, of=("self",))
            .order_by("due_at")
            .values_list(*columns, named=True)[:limit]
        )
        if not rows:
            return None
        model._default_manager.filter(pk__in=[row[0] for row in rows]).update(
            claim=token, claimed_until=datetime.now(UTC) + timedelta(seconds=lease_seconds)
        )
    return Claimed(token, rows)
