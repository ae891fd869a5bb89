"""The clock that every rule about time reads. Wall time is for logs, sign-in and signatures only.

Simulated time runs at a rate (1×, 60×, 3600×) from an anchor and can jump forward; it is one for the whole
installation, kept in the SimulatedTime row, so that every process sees the same instant.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime, timedelta

CACHE_SECONDS = 0.2  # how long a process may go on with an anchor that another process has just moved


class Clock:
    """Simulated time, read through a short-lived copy of its anchor."""

    def __init__(self) -> None:
        self._read_at = float("-inf")
        self._anchor: tuple[datetime, datetime, int] | None = None

    def now(self) -> datetime:
        """The present instant of simulated time, in UTC with microseconds."""
        if time.monotonic() - self._read_at > CACHE_SECONDS:
            self._load()
        wall = datetime.now(UTC)
        if self._anchor is None:
            return wall
        anchor_wall, anchor_simulated, rate = self._anchor
        return anchor_simulated + (wall - anchor_wall) * rate

    @property
    def rate(self) -> int:
        """Simulated seconds per second of wall time."""
        self.now()
        return self._anchor[2] if self._anchor else 1

    def _load(self) -> None:
        from messaging.models import SimulatedTime

        row = SimulatedTime.objects.values_list("anchor_wall", "anchor_simulated", "rate").first()
        self._anchor, self._read_at = row, time.monotonic()

    def forget(self) -> None:
        """Read the anchor anew next time (the clock was moved in this process)."""
        self._read_at = float("-inf")


class FrozenClock(Clock):
    """A clock for tests: stands still until it is moved."""

    def __init__(self, instant: datetime) -> None:
        super().__init__()
        self.instant = instant

    def now(self) -> datetime:
        return self.instant

    def advance(self, **timedelta_arguments: float) -> None:
        self.instant += timedelta(**timedelta_arguments)


_current: Clock = Clock()
_pinned: ContextVar[datetime | None] = ContextVar("pinned_instant", default=None)


def now() -> datetime:
    """The present instant of simulated time."""
    return _pinned.get() or _current.now()


@contextmanager
def at(instant: datetime) -> Iterator[None]:
    """Let the rules read a fixed instant, in this thread only: work that is done a little later than it was due.

    Under a fast clock many simulated seconds pass between two looks of a worker; what was due in between happens as of
    when it was due.
    """
    token = _pinned.set(instant)
    try:
        yield
    finally:
        _pinned.reset(token)


def current() -> Clock:
    return _current


@contextmanager
def using(clock: Clock) -> Iterator[Clock]:
    """Let every rule read another clock inside the block (tests, demo data over past days)."""
    global _current
    before, _current = _current, clock
    try:
        yield clock
    finally:
        _current = before
