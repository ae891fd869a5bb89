"""How a destination behaves: number, then longest prefix, then country, then magic suffix, then the default.

The documented simulator numbers come before all of these and follow their table only.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache, lru_cache
from typing import NamedTuple, Protocol

from django.db.models import Q

from messaging.carrier.contract import Carried
from messaging.models import HandsetBehaviour
from messaging.reference import event_types, simulator_numbers
from messaging.text.tables import document

NO_RECEIPT = "NO_RECEIPT"
SENT = "SENT"
PROTECT_BLOCKED = "PROTECT_BLOCKED"  # an event type of the service model without a documented status
DEFAULT_CARRIER_SECONDS = 0.5
DEFAULT_HANDSET_SECONDS = 1.0
SUFFIX_LENGTH = 4


@dataclass(frozen=True, slots=True)
class Behaviour:
    """What a handset does. outcomes are (final status, NO_RECEIPT or SENT; weight); delays are simulated seconds."""

    outcomes: tuple[tuple[str, int], ...] = (("DELIVERED", 1),)
    carrier_delay: float = DEFAULT_CARRIER_SECONDS
    handset_delay: float = DEFAULT_HANDSET_SECONDS
    carrier_name: str = ""
    seed: int = 0


DEFAULT = Behaviour()

# What an outcome of one channel comes to on another, where a behaviour names none of that channel's own.
FOR_CALLS = {
    "DELIVERED": "COMPLETED", "SUCCESSFUL": "COMPLETED", "CARRIER_BLOCKED": "SPAM", "UNREACHABLE": "NO_ANSWER",
    "UNKNOWN": "NO_ANSWER", NO_RECEIPT: "NO_ANSWER", SENT: "COMPLETED", PROTECT_BLOCKED: "COMPLETED",
}  # fmt: skip
FOR_TEXTS = {"FAILED": "UNREACHABLE"}
# Not final, without an event type, or without a documented status.
OWN_OUTCOMES = {"SMS": {NO_RECEIPT, SENT, PROTECT_BLOCKED}, "MMS": {NO_RECEIPT}, "VOICE": {"SPAM"}}


@dataclass(frozen=True, slots=True)
class MagicSuffix:
    """Last digits that decide an outcome, and what they are for."""

    ending: str
    outcome: str
    meaning: str
    carrier_delay: float = DEFAULT_CARRIER_SECONDS
    handset_delay: float = DEFAULT_HANDSET_SECONDS


@cache
def magic_suffixes() -> dict[str, MagicSuffix]:
    """The documented endings, by their digits."""
    return {row["ending"]: MagicSuffix(**row) for row in document("magic_suffixes.json")["suffixes"]}


@cache
def final_outcomes() -> tuple[str, ...]:
    """Every outcome that a behaviour may have, the plain one first."""
    return tuple(dict.fromkeys(["DELIVERED", *sorted(suffix.outcome for suffix in magic_suffixes().values())]))


@cache
def _fixed() -> dict[str, Behaviour]:
    failure: str = document("magic_suffixes.json")["simulator_failure_outcome"]
    return {
        number: Behaviour(outcomes=(("DELIVERED" if row.succeeds else failure, 1),))
        for number, row in simulator_numbers().items()
    }


@cache
def _by_suffix() -> dict[str, Behaviour]:
    return {
        ending: Behaviour(((suffix.outcome, 1),), suffix.carrier_delay, suffix.handset_delay)
        for ending, suffix in magic_suffixes().items()
    }


def resolve(messages: Sequence[Carried]) -> list[Behaviour]:
    """The behaviour that each message meets, in order, as its channel knows it. One query for all of them."""
    configured = _Configured(messages)
    return [on_channel(behaviour, message.channel) for message, behaviour in _met(messages, configured)]


def _met(messages: Sequence[Carried], configured: "_Configured") -> list[tuple[Carried, Behaviour]]:
    found = [
        _fixed().get(message.destination_phone_number)
        or configured.of(message)
        or _by_suffix().get(message.destination_phone_number[-SUFFIX_LENGTH:])
        or DEFAULT
        for message in messages
    ]
    return list(zip(messages, found, strict=True))


@cache
def outcomes_of(channel: str) -> frozenset[str]:
    """The outcomes that a message of a channel can meet (event_types.json)."""
    final = {row.message_status for row in event_types().values() if row.channel == channel and row.final is not False}
    return frozenset(outcome for outcome in final_outcomes() if outcome in final | OWN_OUTCOMES[channel])


@lru_cache(maxsize=1024)
def on_channel(behaviour: Behaviour, channel: str) -> Behaviour:
    """A behaviour with the outcomes that a channel knows: those among its own, or what its own come to there."""
    known = outcomes_of(channel)
    fitting = tuple(pair for pair in behaviour.outcomes if pair[0] in known)
    if len(fitting) == len(behaviour.outcomes):
        return behaviour
    if not fitting:
        words, otherwise = (FOR_CALLS, "FAILED") if channel == "VOICE" else (FOR_TEXTS, "DELIVERED")
        fitting = tuple((words.get(outcome, otherwise), weight) for outcome, weight in behaviour.outcomes)
    return replace(behaviour, outcomes=fitting)


class _Bound(Protocol):
    """Where something goes, and whose it is."""

    @property
    def owner_id(self) -> int: ...
    @property
    def destination_phone_number(self) -> str: ...
    @property
    def iso_country_code(self) -> str: ...


class _Configured:
    """The behaviours that people have set and that can concern some destinations."""

    def __init__(self, messages: Iterable[_Bound]) -> None:
        messages = list(messages)
        owners = {message.owner_id for message in messages}
        numbers = {message.destination_phone_number for message in messages}
        scope = HandsetBehaviour.Scope
        rows = HandsetBehaviour.objects.filter(owner_id__in=owners).filter(
            Q(scope=scope.NUMBER, match__in=numbers) | Q(scope__in=[scope.PREFIX, scope.COUNTRY])
        )
        self.found: dict[tuple[int, str, str], Behaviour] = {
            (row.owner_id, row.scope, row.match): _behaviour(row) for row in rows
        }
        self.lengths = sorted({len(match) for _owner, of, match in self.found if of == scope.PREFIX}, reverse=True)

    def of(self, message: _Bound) -> Behaviour | None:
        if not self.found:
            return None
        owner, number = message.owner_id, message.destination_phone_number
        scope = HandsetBehaviour.Scope
        exact = self.found.get((owner, scope.NUMBER, number))
        if exact:
            return exact
        for length in self.lengths:
            prefixed = self.found.get((owner, scope.PREFIX, number[:length]))
            if prefixed:
                return prefixed
        return self.found.get((owner, scope.COUNTRY, message.iso_country_code))


def _behaviour(row: HandsetBehaviour) -> Behaviour:
    return Behaviour(
        tuple((item["outcome"], item["weight"]) for item in row.outcomes),
        row.carrier_delay_seconds,
        row.handset_delay_seconds,
        row.carrier_name,
        row.seed,
    )


class _Destination(NamedTuple):
    """What a behaviour is looked up by, without a message."""

    owner_id: int
    destination_phone_number: str
    iso_country_code: str


def carrier_names(owner_id: int, numbers: Mapping[str, str]) -> dict[str, str]:
    """The carriers that people have set for numbers (number -> country), where they have. One query."""
    destinations = [_Destination(owner_id, number, country) for number, country in numbers.items()]
    configured = _Configured(destinations)
    found = ((row.destination_phone_number, configured.of(row)) for row in destinations)
    return {number: behaviour.carrier_name for number, behaviour in found if behaviour and behaviour.carrier_name}
