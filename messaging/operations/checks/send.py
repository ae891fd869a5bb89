"""A request to send on its way through the checks: what was asked, what has been found out, what each check said."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import NamedTuple

from messaging import reference
from messaging.caller import Caller
from messaging.errors import Refusal, Resource, Text
from messaging.models import Channel, ConfigurationSet
from messaging.operations import originators, snapshot
from messaging.operations.protect_decision import Decision
from messaging.operations.throughput import Rate
from messaging.reference import Price
from messaging.text import parts

EVERY_CHANNEL = frozenset(Channel.values)
SPEND_CHANNELS = {"SMS": "TEXT", "MMS": "MEDIA", "VOICE": "VOICE"}  # SpendLimitName of the service model, shortened


@dataclass(slots=True)
class Send:
    """One request to send on a channel, and what the checks have found out about it."""

    caller: Caller
    destination_phone_number: str
    message_body: str
    origination_identity: str = ""
    message_type: str = ""
    keyword: str = ""
    configuration_set_name: str = ""
    max_price: str = ""
    time_to_live: int | None = None
    context: Mapping[str, str] = field(default_factory=dict)
    destination_country_parameters: Mapping[str, str] = field(default_factory=dict)
    message_feedback_enabled: bool | None = None
    protect_configuration_id: str = ""
    channel: reference.Channel = "SMS"
    media_urls: Sequence[str] = ()
    message_body_text_type: str = ""
    voice_id: str = ""
    verification: bool = False  # a code to a number that is not verified yet
    free: bool = False
    # Found on the way:
    destination: str = ""
    country: str = ""
    to_simulator: bool = False
    configuration_set: ConfigurationSet | None = None
    originator: originators.Originator | None = None
    candidates: list[originators.Candidate] = field(default_factory=list)
    protect: Decision | None = None
    account: snapshot.Snapshot = field(init=False)
    counted: parts.Count | None = None
    duration_seconds: int | None = None  # how long saying a voice message takes
    price: Price | None = None
    rates: Sequence[Rate] = ()

    def __post_init__(self) -> None:
        self.account = snapshot.take(self.caller.owner_id, self.origination_identity, self.destination_phone_number)

    @property
    def total(self) -> int:
        """What the whole message costs, in 0.00001 USD."""
        return self.price.total * self.counted.parts if self.price and self.counted else 0

    @property
    def spend_channel(self) -> str:
        """The name that the channel has in spend limits: TEXT, MEDIA or VOICE."""
        return SPEND_CHANNELS[self.channel]

    @property
    def billed(self) -> bool:
        """Whether it counts against the spend limit: a simulator destination stays inside the service."""
        return not self.to_simulator and not self.free and self.total > 0


class Outcome(StrEnum):
    PASSED = "passed"
    REFUSED = "refused"
    NOT_REACHED = "not reached"


@dataclass(frozen=True, slots=True)
class Verdict:
    """What one check said: the value and rule it read, the refusal if it refused, what setting it looked at."""

    name: str
    label: Text
    outcome: Outcome
    detail: Text = ""
    refusal: Refusal | None = None
    about: Resource | None = None


class Found(NamedTuple):
    """What a check found in order: a sentence, the values that go into it when somebody reads it, what it read."""

    text: Text
    values: Mapping[str, object] = {}
    about: Resource | None = None


@dataclass(frozen=True, slots=True)
class Check:
    """One rule of sending on some channels.

    reason is the code it refuses with; needs are the members of Send it cannot do without.
    """

    name: str
    label: Text
    reason: str
    run: Callable[[Send], Found]
    needs: tuple[str, ...] = ()
    channels: frozenset[str] = EVERY_CHANNEL
