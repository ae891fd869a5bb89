"""The two limits a text message body meets: the shape the API takes, and what can be sent as parts.

Sources: the service model (TextMessageBody: 1 to 1,600 characters, not only white space) and the message
length chapter of the user guide (1,530 GSM-7 characters or 630 others).
"""

from dataclasses import dataclass
from typing import Final, Literal

from messaging.text.parts import Count, Encoding, count
from messaging.text.tables import document

_LIMITS: Final[dict[str, int]] = document("gsm0338.json")["limits"]
BODY_MIN: Final = _LIMITS["body_min"]
BODY_MAX: Final = _LIMITS["body_max"]
"""Characters (code points) of a message body in a request."""
TOTAL: Final[dict[Encoding, int]] = {"GSM": _LIMITS["gsm_total"], "UNICODE": _LIMITS["unicode_total"]}
"""Units of a message that can be sent: 1,530 septets, 630 UTF-16 code units."""

_UNITS: Final[dict[Encoding, str]] = {
    "GSM": "GSM-7 characters (an extension character counts two)",
    "UNICODE": "characters of UCS-2 text (an emoji usually counts two)",
}


@dataclass(frozen=True, slots=True)
class Breach:
    """A broken limit: at which stage, how much was found, how much is allowed, and a sentence for the reader.

    stage "shape" is a request the API does not take at all; "send" a body well formed that cannot be sent.
    """

    stage: Literal["shape", "send"]
    found: int
    allowed: int
    message: str


def shape_breach(text: str) -> Breach | None:
    """Return how a message body breaks the shape the API takes, or None. Lengths are in code points."""
    found = len(text)
    if found < BODY_MIN:
        return Breach("shape", found, BODY_MIN, "The message is empty; it needs at least 1 character.")
    if found > BODY_MAX:
        words = f"The message has {found:,} characters; the API takes at most {BODY_MAX:,}."
        return Breach("shape", found, BODY_MAX, words)
    if not text.strip():
        return Breach("shape", found, BODY_MAX, "The message is only white space.")
    return None


def send_breach(counted: Count) -> Breach | None:
    """Return how a counted text breaks the limit of its encoding, or None. Lengths in septets or units."""
    allowed = TOTAL[counted.encoding]
    if counted.characters <= allowed:
        return None
    found = f"The message has {counted.characters:,} {_UNITS[counted.encoding]}"
    return Breach("send", counted.characters, allowed, f"{found}; at most {allowed:,} can be sent.")


def breach(text: str) -> Breach | None:
    """Return the first limit a message body breaks, shape before send, or None when it can be sent."""
    return shape_breach(text) or send_breach(count(text))
