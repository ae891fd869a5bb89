"""Whether anything is due, asked many times a second by workers that have nothing to do.

One statement for all tables, built once, finds the next instant that anything is planned for. On SQLite even that is
asked only when another connection has committed since (PRAGMA data_version, some microseconds), when that instant has
come, or once a second for leases that have run out.
"""

import time
from collections.abc import Sequence
from datetime import UTC, datetime

from django.db import connection
from django.db.models import Model

from messaging import clock

LOOK_AGAIN_SECONDS = 1.0
IDLE_SECONDS = {"sqlite": 0.02}  # between two looks of an idle worker
OTHERWISE_IDLE_SECONDS = 0.05


def idle_seconds() -> float:
    """How long an idle worker may rest between two looks, by what a look costs (performance.md 14)."""
    return IDLE_SECONDS.get(connection.vendor, OTHERWISE_IDLE_SECONDS)


def _next_of(model: type[Model]) -> tuple[str, int]:
    """The next instant of one table, of rows that nobody holds; and how many times the wall clock is a parameter."""
    table = model._meta.db_table
    leased = any(field.name == "claimed_until" for field in model._meta.concrete_fields)
    free = " AND (claimed_until IS NULL OR claimed_until < %s)" if leased else ""
    return (
        f"SELECT * FROM (SELECT due_at FROM {table} WHERE due_at IS NOT NULL{free} "  # noqa: S608  # our own names
        f"ORDER BY due_at LIMIT 1) {table}_next",
        free.count("%s"),
    )


class Watch:
    """One thread's look at some tables. After work of its own it must be told to look again (forget)."""

    def __init__(self, models: Sequence[type[Model]]) -> None:
        parts = [_next_of(model) for model in models]
        self.statement = " UNION ALL ".join(sql for sql, _walls in parts)
        self.walls = sum(walls for _sql, walls in parts)
        self.version: int | None = None
        self.next: datetime | None = None
        self.looked_at = float("-inf")

    def next_instant(self) -> datetime | None:
        """The next instant that these tables plan for, asked now. One query."""
        return self._find()

    def forget(self) -> None:
        """Look at the tables next time: this thread's own connection has written."""
        self.looked_at = float("-inf")

    def is_due(self) -> bool:
        """Whether there is something to do now; at most one query."""
        if connection.vendor != "sqlite":
            self.next = self._find()
        else:
            version = self._version()
            at = time.monotonic()
            if version != self.version or at - self.looked_at >= LOOK_AGAIN_SECONDS:
                # The version was read first: what is committed in between is seen twice rather than never.
                self.next, self.version, self.looked_at = self._find(), version, at
        return self.next is not None and self.next <= clock.now()

    def _version(self) -> int:
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA data_version")
            return int(cursor.fetchone()[0])

    def _find(self) -> datetime | None:
        wall = connection.ops.adapt_datetimefield_value(datetime.now(UTC))
        with connection.cursor() as cursor:
            cursor.execute(self.statement, [wall] * self.walls)
            return min((_instant(row[0]) for row in cursor.fetchall()), default=None)


def _instant(value: datetime | str) -> datetime:
    """A point in time as the database gives it: SQLite in UTC without saying so."""
    instant = value if isinstance(value, datetime) else datetime.fromisoformat(value)
    return instant if instant.tzinfo else instant.replace(tzinfo=UTC)
