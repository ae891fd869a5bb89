"""Simulated time: read it, let it run faster, jump ahead. It is one for the whole installation and never runs back."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from messaging import clock, wakeups
from messaging.caller import Caller
from messaging.errors import Invalid
from messaging.models import SimulatedTime
from messaging.operations.registry import operation

RATES = (1, 60, 3600)
MOST_SECONDS = 366 * 86_400  # one jump; six weeks is the longest wait that a rule speaks of


@dataclass(frozen=True, slots=True)
class ClockState:
    """Simulated time (now) and wall time; rate is simulated seconds per second, ahead_seconds the lead of now."""

    now: datetime
    wall: datetime
    rate: int

    @property
    def ahead_seconds(self) -> float:
        return (self.now - self.wall).total_seconds()

    @property
    def arn(self) -> str:
        return "clock"


@operation()
def describe_clock(caller: Caller) -> ClockState:
    """The present instant of simulated time and the rate it runs at."""
    return _state()


@operation()
def set_clock_rate(caller: Caller, *, rate: int) -> ClockState:
    """Let simulated time run at 1, 60 or 3600 times wall time from now on. Raises Invalid for another rate."""
    if rate not in RATES:
        raise Invalid(
            _("The clock runs at 1, 60 or 3600 times real time."), fields={"rate": _("Choose 1, 60 or 3600.")}
        )
    return _anchor(timedelta(0), rate)


@operation()
def advance_clock(caller: Caller, *, seconds: float) -> ClockState:
    """Move simulated time ahead; what becomes due is done at once. Raises Invalid for a step back or over a year."""
    if not 0 < seconds <= MOST_SECONDS:
        raise Invalid(
            _("The clock only moves forward, by at most a year at a time."),
            fields={"seconds": _("Give a number of seconds above 0 and up to %(most)s.") % {"most": MOST_SECONDS}},
        )
    return _anchor(timedelta(seconds=seconds), None)


def _state() -> ClockState:
    wall = datetime.now(UTC)
    return ClockState(clock.now(), wall, clock.current().rate)


def _anchor(step: timedelta, rate: int | None) -> ClockState:
    """Anchor time anew at this instant; the row is locked, so that of two steps at once neither is lost."""
    wall = datetime.now(UTC)
    row = SimulatedTime.objects.select_for_update().first() or SimulatedTime.objects.create(
        pk=1, anchor_wall=wall, anchor_simulated=wall, rate=1
    )  # with its key, so that of two first steps at once one meets the other's row (registry.py)
    row.anchor_simulated += (wall - row.anchor_wall) * row.rate + step
    row.anchor_wall = wall
    row.rate = row.rate if rate is None else rate
    row.save()
    clock.current().forget()
    transaction.on_commit(_moved)
    return _state()


def _moved() -> None:
    clock.current().forget()
    wakeups.wake()
