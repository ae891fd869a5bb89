"""The carrier simulator. It keeps nothing: a message's whole fate is a pure function of its id and behaviour, and the
reference that submit() answers says it (`SIM.<submitted, ms>.<outcome>.<carrier ms>.<handset ms>`), so that a change of
behaviour concerns later messages only and a killed worker finds everything again.
"""

import hashlib
import uuid
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import NamedTuple

from messaging.carrier import calls
from messaging.carrier.behaviours import NO_RECEIPT, PROTECT_BLOCKED, SENT, Behaviour, resolve
from messaging.carrier.contract import Carried, Receipt, Submission
from messaging.carrier.networks import network_of
from messaging.reference import message_status, message_statuses

# A carrier that accepts and then reports on the device; the others are refused by the carrier itself.
AFTER_ACCEPTANCE = frozenset({"DELIVERED", "BLOCKED", "UNREACHABLE", "UNKNOWN"})
ACCEPTED = "SUCCESSFUL"
FILTER = "FILTER"  # ProtectStatus
STOPPED_BY_PROTECT = "Message was blocked by a protect configuration"  # ours: the status has no documented text
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MILLISECOND = timedelta(milliseconds=1)


class Plan(NamedTuple):
    """What will become of one message: the outcome and the two delays in milliseconds."""

    outcome: str
    carrier_ms: int
    handset_ms: int


class Report(NamedTuple):
    """One line of a plan: so many milliseconds after submission (None: when the time to live is over)."""

    after_ms: int | None
    status: str
    is_final: bool


def plan(message_id: uuid.UUID, behaviour: Behaviour) -> Plan:
    """The fate of a message: the same for the same id, outcomes, weights and seed."""
    return Plan(
        _drawn(message_id, behaviour), round(behaviour.carrier_delay * 1000), round(behaviour.handset_delay * 1000)
    )


def _drawn(message_id: uuid.UUID, behaviour: Behaviour) -> str:
    if len(behaviour.outcomes) == 1:
        return behaviour.outcomes[0][0]
    digest = hashlib.blake2b(message_id.bytes, digest_size=8, key=behaviour.seed.to_bytes(8, "big")).digest()
    point = int.from_bytes(digest, "big") % sum(weight for _outcome, weight in behaviour.outcomes)
    for outcome, weight in behaviour.outcomes:
        point -= weight
        if point < 0:
            return outcome
    raise ValueError(behaviour)


@lru_cache(maxsize=4096)
def reports(planned: Plan) -> tuple[Report, ...]:
    """What the carrier will report, in order."""
    outcome, carrier, handset = planned
    if outcome == "TTL_EXPIRED":
        return (Report(None, outcome, True),)
    if outcome == NO_RECEIPT:
        return (Report(carrier, ACCEPTED, False),)
    if outcome == SENT:
        return (Report(carrier, SENT, False), Report(carrier + handset, "DELIVERED", True))
    if outcome in AFTER_ACCEPTANCE:
        return (Report(carrier, ACCEPTED, False), Report(carrier + handset, outcome, True))
    return (Report(carrier, outcome, True),)


class Simulator:
    """The carrier behind every destination until a real one is connected."""

    def submit(self, messages: Sequence[Carried], at: datetime) -> list[Submission]:
        """Take messages. One query for the behaviours of all."""
        submitted = (at - EPOCH) // MILLISECOND
        answers = []
        for message, behaviour in zip(messages, resolve(messages), strict=True):
            if message.channel == "VOICE":
                answers.append(_placed(message, behaviour, submitted))
                continue
            planned = _filtered(message, plan(message.message_id, behaviour))
            reference = f"SIM.{submitted}.{planned.outcome}.{planned.carrier_ms}.{planned.handset_ms}"
            first = _instant(message, submitted, reports(planned)[0])
            answers.append(Submission(reference, first, _network(message, behaviour)))
        return answers

    def poll(self, messages: Sequence[Carried], at: datetime) -> list[Receipt | None]:
        """The next line of each message's plan, once its time has come. No query."""
        return [_receipt(message, at) for message in messages]


def _filtered(message: Carried, planned: Plan) -> Plan:
    """Suspected traffic is stopped by a protect rule FILTER only; under any other rule, and none, it is delivered.

    Source: the service's page on country rule modes.
    """
    if planned.outcome != PROTECT_BLOCKED or message.protect_status == FILTER:
        return planned
    return planned._replace(outcome="DELIVERED")


def _network(message: Carried, behaviour: Behaviour) -> str:
    return behaviour.carrier_name or network_of(message.destination_phone_number, message.iso_country_code)


def _instant(message: Carried, submitted: int, report: Report | calls.CallReport) -> datetime:
    return message.expires_at if report.after_ms is None else EPOCH + (submitted + report.after_ms) * MILLISECOND


def _placed(message: Carried, behaviour: Behaviour, submitted: int) -> Submission:
    """A call is taken; its first report says that it rings, or why it does not."""
    fate = plan(message.message_id, behaviour)
    planned = calls.CallPlan(fate.outcome, fate.carrier_ms, fate.handset_ms, message.duration_seconds or 1)
    first = calls.reports(planned)[0]
    return Submission(
        calls.reference(submitted, planned), _instant(message, submitted, first), _network(message, behaviour), ""
    )


def _call_receipt(message: Carried, at: datetime) -> Receipt | None:
    submitted, planned = calls.read(message.carrier_reference)
    lines = calls.reports(planned)
    if message.step >= len(lines):
        return None
    report, instant = lines[message.step], _instant(message, submitted, lines[message.step])
    if instant > at:
        return None
    rest = lines[message.step + 1 :]
    following = _instant(message, submitted, rest[0]) if rest else None
    said = call_description(report.status)
    return Receipt(
        report.status, said, report.is_final, instant, following, message.carrier_name, report.talked_seconds
    )


def _receipt(message: Carried, at: datetime) -> Receipt | None:
    if calls.is_call(message.carrier_reference):
        return _call_receipt(message, at)
    _name, submitted, outcome, carrier, handset = message.carrier_reference.split(".")
    lines = reports(Plan(outcome, int(carrier), int(handset)))
    line = message.step - 1
    if line >= len(lines):
        return None
    report, instant = lines[line], _instant(message, int(submitted), lines[line])
    if instant > at:
        return None
    following = _instant(message, int(submitted), lines[line + 1]) if line + 1 < len(lines) else None
    return Receipt(report.status, description(report.status), report.is_final, instant, following, message.carrier_name)


@lru_cache(maxsize=64)
def description(status: str) -> str:
    """The text of messageStatusDescription (event_types.json); empty for a status without one."""
    otherwise = STOPPED_BY_PROTECT if status == PROTECT_BLOCKED else ""
    return next((row.description for row in message_statuses() if row.status == status), otherwise)


@lru_cache(maxsize=64)
def call_description(status: str) -> str:
    """The text of a call's status (event_types.json); it is on the timeline, not in the record."""
    return message_status(status, "VOICE").description
