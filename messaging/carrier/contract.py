"""What a carrier is: it takes messages and, later, says what became of them.

The simulator stands behind it today. A real carrier answers submit() with its own reference; what it reports by calling
back goes through the same operation that takes the answers of poll() (messaging.operations.carriage).
"""

import uuid
from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple, Protocol


class Carried(Protocol):
    """What a carrier may know of a message (a Message, or a row with these members)."""

    @property
    def message_id(self) -> uuid.UUID: ...
    @property
    def owner_id(self) -> int: ...
    @property
    def channel(self) -> str: ...
    @property
    def protect_status(self) -> str: ...
    @property
    def duration_seconds(self) -> int | None: ...
    @property
    def destination_phone_number(self) -> str: ...
    @property
    def iso_country_code(self) -> str: ...
    @property
    def expires_at(self) -> datetime: ...
    @property
    def step(self) -> int: ...
    @property
    def carrier_reference(self) -> str: ...
    @property
    def carrier_name(self) -> str: ...


class Submission(NamedTuple):
    """A message is taken. reference is at most 64 characters; next_report_at is when to ask, None for never.

    status is what the message has from now on; empty when that stays as it is, as for a call that does not ring yet.
    """

    reference: str
    next_report_at: datetime | None
    carrier_name: str = ""
    status: str = "PENDING"


class Receipt(NamedTuple):
    """What became of a message at reported_at. status is one of event_types.json; after a final one nothing follows.

    talked_seconds is how long a call was answered.
    """

    status: str
    description: str
    is_final: bool
    reported_at: datetime
    next_report_at: datetime | None
    carrier_name: str = ""
    talked_seconds: int = 0


class Carrier(Protocol):
    """Both calls are idempotent by message id: repeating one after a crash carries nothing twice."""

    def submit(self, messages: Sequence[Carried], at: datetime) -> list[Submission]:
        """Take messages at an instant of simulated time; one answer for each, in order."""
        ...

    def poll(self, messages: Sequence[Carried], at: datetime) -> list[Receipt | None]:
        """The next report on each message that there is by an instant, or None while there is none."""
        ...
