"""How the simulator places a call: how it ends, and when each step of it is reported.

A call is set up, rings, is answered, and lasts as long as its script takes to say. Like a text's, its fate is kept in
the reference (`CALL.<submitted, ms>.<outcome>.<set-up ms>.<ringing ms>.<talking seconds>`). Source: event_types.json.
"""

from functools import lru_cache
from typing import NamedTuple

PREFIX = "CALL"
COMPLETED, NO_ANSWER, EXPIRED = "COMPLETED", "NO_ANSWER", "TTL_EXPIRED"
RINGING, ANSWERED = "RINGING", "ANSWERED"


class CallPlan(NamedTuple):
    """What will become of a call: the outcome, how long it is set up and rings, and how long it talks if answered."""

    outcome: str
    setup_ms: int
    ring_ms: int
    talk_seconds: int


class CallReport(NamedTuple):
    """One line of a plan: so long after submission (None: when the time to live is over), and how long it talked."""

    after_ms: int | None
    status: str
    is_final: bool
    talked_seconds: int = 0


@lru_cache(maxsize=4096)
def reports(planned: CallPlan) -> tuple[CallReport, ...]:
    """What the carrier will report of a call, in order."""
    outcome, setup, ring, talk = planned
    if outcome == EXPIRED:
        return (CallReport(None, EXPIRED, True),)
    rings = CallReport(setup, RINGING, False)
    if outcome == NO_ANSWER:
        return rings, CallReport(setup + ring, NO_ANSWER, True)
    if outcome == COMPLETED:
        answered = setup + ring
        return (
            rings,
            CallReport(answered, ANSWERED, False),
            CallReport(answered + 1000 * talk, COMPLETED, True, talk),
        )
    return (CallReport(setup, outcome, True),)


def reference(submitted_ms: int, planned: CallPlan) -> str:
    """The carrier's reference of a call, at most 64 characters."""
    return ".".join([PREFIX, *(str(value) for value in (submitted_ms, *planned))])


def is_call(carrier_reference: str) -> bool:
    return carrier_reference.startswith(f"{PREFIX}.")


def read(carrier_reference: str) -> tuple[int, CallPlan]:
    """When a call was submitted (Unix milliseconds) and its plan, from its reference."""
    _prefix, submitted, outcome, setup, ring, talk = carrier_reference.split(".")
    return int(submitted), CallPlan(outcome, int(setup), int(ring), int(talk))
