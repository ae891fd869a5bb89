"""What a voice message says and how long that takes: voices, scripts, and the time that reading one aloud needs.

The duration is an estimate from counts (messaging/data/ssml.json, reading); a simulated call lasts as long as it says.
"""

import math
import re
from dataclasses import dataclass
from functools import cache
from typing import Final, NamedTuple

from messaging.text.tables import document

_READING: Final[dict[str, float]] = document("ssml.json")["reading"]
_IDEOGRAPHS: Final = re.compile("[\u1100-\u11ff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\uf900-\ufaff]")
_SENTENCE_ENDS: Final = re.compile(r"[.!?…。！？](?=\s|$)|[。！？]")
_COMMAS: Final = re.compile("[,;:](?=\\s|$)|[\u3001\uff0c\uff1b\uff1a]")
BILLABLE_MAX: Final = 3000
"""Spoken characters of a voice message (quotas.json, voice_billable_characters)."""
TOTAL_MAX: Final = 6000
"""Characters of a voice message with its markup (quotas.json, voice_characters)."""


class Voice(NamedTuple):
    """A voice of the service model: its id, the language that it reads (BCP 47), and FEMALE or MALE."""

    voice_id: str
    language: str
    gender: str


@cache
def voices() -> dict[str, Voice]:
    """Every voice by its id, in the service model's order."""
    return {row["voice_id"]: Voice(**row) for row in document("voices.json")["voices"]}


@cache
def default_voice() -> str:
    """The voice of a message that names none (behaviour_rules.json, send.voice_default)."""
    name: str = document("voices.json")["default"]
    return name


@cache
def verification_voices() -> dict[str, str]:
    """The voice that reads a verification code, by LanguageCode."""
    return dict(document("voices.json")["verification"])


class Mark(NamedTuple):
    """How something is said: a kind such as "emphasis", "pause", "whispered", "say-as", and its value."""

    kind: str
    value: str = ""


@dataclass(frozen=True, slots=True)
class Segment:
    """A stretch of a script that is said in one way. A pause or breath has no text; begins starts a new line."""

    text: str
    marks: tuple[Mark, ...] = ()
    begins: bool = False


@dataclass(frozen=True, slots=True)
class Script:
    """A voice message as it is read aloud.

    characters are those that are billed (without markup), total all of them; seconds is how long reading takes, whole
    and at least 1. Counted like a text for the message row: encoding is empty, parts are the minutes begun.
    """

    segments: tuple[Segment, ...]
    characters: int
    total: int
    seconds: int

    @property
    def encoding(self) -> str:
        return ""

    @property
    def parts(self) -> int:
        return minutes_begun(self.seconds)

    @property
    def spoken(self) -> str:
        """The words alone, with the white space of a text that is read."""
        return " ".join("".join(segment.text or " " for segment in self.segments).split())


def minutes_begun(seconds: int) -> int:
    """Minutes as they are billed: every minute begun (event_types.json, totalDurationInMinutes)."""
    return -(-seconds // 60)


def reading_seconds(text: str, *, spelled: bool = False) -> float:
    """How long reading a text takes at the usual rate; spelled is one character after the other."""
    letters = len("".join(text.split()))
    if spelled:
        return letters / _READING["spelled_per_second"]
    ideographs = len(_IDEOGRAPHS.findall(text))
    words = " ".join(text.split())
    seconds = (len(words) - ideographs) / _READING["characters_per_second"]
    seconds += ideographs / _READING["ideographs_per_second"]
    seconds += len(_SENTENCE_ENDS.findall(text)) * _READING["after_sentence_seconds"]
    return seconds + len(_COMMAS.findall(text)) * _READING["after_comma_seconds"]


def whole_seconds(seconds: float) -> int:
    """A duration as it is kept: whole seconds, at least one."""
    return max(1, math.ceil(round(seconds, 3)))


def plain(text: str) -> Script:
    """The script of a text without markup: every character is said and billed."""
    lines = [line for line in text.splitlines() if line.strip()]
    segments = tuple(Segment(line.strip(), begins=True) for line in lines)
    return Script(segments, len(text), len(text), whole_seconds(reading_seconds(text)))
