"""Identifiers in the vendor's shapes."""

import os
import uuid
from datetime import datetime


def new_id(prefix: str) -> str:
    """A fresh id such as `phone-0f3c…` (prefix, hyphen, 32 hexadecimal digits)."""
    return f"{prefix}-{uuid.uuid4().hex}"


def time_ordered_uuid(instant: datetime, sequence: int | None = None) -> uuid.UUID:
    """A version 7 UUID (RFC 9562 §5.7) of an instant of simulated time: rows written in order sort in order.

    48 bits of Unix milliseconds, 12 bits of microsecond fraction, 62 random bits. With a sequence, 8 of these hold it
    (255 for all above), so that what follows upon each other within one instant sorts in order too.
    """
    microseconds = int(instant.timestamp() * 1_000_000)
    milliseconds, rest = divmod(microseconds, 1000)
    high = (milliseconds & (2**48 - 1)) << 80 | 0x7 << 76 | (rest * 4096 // 1000) << 64
    drawn = int.from_bytes(os.urandom(8), "big")
    low = drawn & (2**62 - 1) if sequence is None else min(sequence, 255) << 54 | drawn & (2**54 - 1)
    return uuid.UUID(int=high | 0b10 << 62 | low)


def earliest_uuid(instant: datetime) -> uuid.UUID:
    """The smallest version 7 UUID of an instant: a bound for “since then” on a primary key."""
    return uuid.UUID(int=((int(instant.timestamp() * 1000) & (2**48 - 1)) << 80) | 0x7 << 76 | 0b10 << 62)
