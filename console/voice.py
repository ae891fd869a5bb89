"""Voice messages in the reader's words: voices by language, a script with its effects, and the live preview of one."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from console.preview import text_in
from messaging.errors import Refusal, Text
from messaging.models import Message
from messaging.operations.checks.voice import SSML, script_of
from messaging.operations.rate_cards import Card
from messaging.reference import price, simulator_number, voice_quotas
from messaging.text import e164
from messaging.text.speech import (
    BILLABLE_MAX,
    TOTAL_MAX,
    Mark,
    Script,
    Segment,
    default_voice,
    minutes_begun,
    voices,
)

LANGUAGES: dict[str, Text] = {
    "arb": gettext_lazy("Arabic"),
    "cmn-CN": gettext_lazy("Chinese (Mandarin)"),
    "cy-GB": gettext_lazy("Welsh"),
    "da-DK": gettext_lazy("Danish"),
    "de-DE": gettext_lazy("German"),
    "en-AU": gettext_lazy("English (Australia)"),
    "en-GB": gettext_lazy("English (United Kingdom)"),
    "en-GB-WLS": gettext_lazy("English (Wales)"),
    "en-IN": gettext_lazy("English (India)"),
    "en-US": gettext_lazy("English (United States)"),
    "es-ES": gettext_lazy("Spanish (Spain)"),
    "es-MX": gettext_lazy("Spanish (Mexico)"),
    "es-US": gettext_lazy("Spanish (United States)"),
    "fr-CA": gettext_lazy("French (Canada)"),
    "fr-FR": gettext_lazy("French (France)"),
    "is-IS": gettext_lazy("Icelandic"),
    "it-IT": gettext_lazy("Italian"),
    "ja-JP": gettext_lazy("Japanese"),
    "ko-KR": gettext_lazy("Korean"),
    "nb-NO": gettext_lazy("Norwegian (Bokmål)"),
    "nl-NL": gettext_lazy("Dutch"),
    "pl-PL": gettext_lazy("Polish"),
    "pt-BR": gettext_lazy("Portuguese (Brazil)"),
    "pt-PT": gettext_lazy("Portuguese (Portugal)"),
    "ro-RO": gettext_lazy("Romanian"),
    "ru-RU": gettext_lazy("Russian"),
    "sv-SE": gettext_lazy("Swedish"),
    "tr-TR": gettext_lazy("Turkish"),
}
GENDERS: dict[str, Text] = {"FEMALE": gettext_lazy("female"), "MALE": gettext_lazy("male")}

# How a stretch is said, by the kind of its mark; %(value)s is the mark's value as the markup has it.
CUES: dict[str, Text] = {
    "emphasis": gettext_lazy("emphasis: %(value)s"),
    "pause": gettext_lazy("pause of %(value)s s"),
    "breath": gettext_lazy("breath"),
    "whispered": gettext_lazy("whispered"),
    "soft": gettext_lazy("softly"),
    "drc": gettext_lazy("made clearer"),
    "vocal-tract-length": gettext_lazy("timbre: %(value)s"),
    "volume": gettext_lazy("volume: %(value)s"),
    "rate": gettext_lazy("speed: %(value)s"),
    "pitch": gettext_lazy("pitch: %(value)s"),
    "say-as": gettext_lazy("as %(value)s"),
    "sub": gettext_lazy("read “%(value)s”"),
    "phoneme": gettext_lazy("pronounced [%(value)s]"),
    "lang": gettext_lazy("in %(value)s"),
}


def voice_name(voice_id: str) -> str:
    """A voice as people call it: MATTHEW -> Matthew."""
    return voice_id.capitalize()


def language_of(voice_id: str) -> Text:
    """The language that a voice reads; empty for no voice."""
    known = voices().get(voice_id)
    return LANGUAGES[known.language] if known else ""


def voice_choices() -> list[tuple[Any, list[tuple[str, str]]]]:
    """Every voice, grouped by its language in the order of the languages' names."""
    grouped: dict[str, list[tuple[str, str]]] = {}
    for voice in voices().values():
        shown = f"{voice_name(voice.voice_id)} · {GENDERS[voice.gender]}"
        grouped.setdefault(voice.language, []).append((voice.voice_id, shown))
    return [(LANGUAGES[code], grouped[code]) for code in sorted(grouped, key=lambda code: str(LANGUAGES[code]))]


def seconds_in_words(seconds: int) -> str:
    """A duration as people say it: 75 -> 1 min 15 s."""
    if seconds < 60:
        return _("%(seconds)s s") % {"seconds": seconds}
    return _("%(minutes)s min %(seconds)s s") % {"minutes": seconds // 60, "seconds": seconds % 60}


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of a script: the text, in words how it is said from here on, and whether it is said in some way at all.

    A pause has no text. What goes on from the stretch before is not said again.
    """

    text: str
    cues: tuple[str, ...]
    marked: bool


def cue(mark: Mark) -> str:
    """How something is said, in words."""
    value = number_format(float(mark.value)) if mark.kind == "pause" else mark.value
    return str(CUES[mark.kind]) % {"value": value}


def lines_of(script: Script) -> list[list[Piece]]:
    """A script as lines of pieces."""
    lines: list[list[Piece]] = []
    going_on: tuple[Mark, ...] = ()
    for segment in script.segments:
        if segment.begins or not lines:
            lines.append([])
            going_on = ()
        marks = _heard(segment)
        lines[-1].append(Piece(_said(segment), tuple(cue(mark) for mark in marks if mark not in going_on), bool(marks)))
        if segment.text.strip():
            going_on = marks
    return lines


def _heard(segment: Segment) -> tuple[Mark, ...]:
    """The marks that change what is heard: on white space and in silence, only that there is a pause."""
    if segment.text.strip():
        return segment.marks
    return tuple(mark for mark in segment.marks if mark.kind in ("pause", "breath"))


def _said(segment: Segment) -> str:
    """The text; one that is spelled out is shown that way, so that a code can be read off."""
    if any(mark.kind == "say-as" and mark.value in ("digits", "characters", "spell-out") for mark in segment.marks):
        return " ".join(segment.text.replace(" ", ""))
    return segment.text


@dataclass(frozen=True, slots=True)
class Called:
    """A voice message as a page shows it: the script in lines, the voice, how long it lasted or will last."""

    lines: list[list[Piece]]
    voice: str
    language: Text
    duration: str
    minutes: int
    text_type: str


def called(message: Message) -> Called:
    """What a voice message says. A body is held to its rules when it is accepted, so it can be read."""
    script = script_of(message.message_body, message.message_body_text_type)
    seconds = message.duration_seconds or 0
    return Called(
        lines_of(script),
        voice_name(message.voice_id),
        language_of(message.voice_id),
        seconds_in_words(seconds),
        minutes_begun(seconds),
        message.message_body_text_type,
    )


class VoicePreview:
    """What a voice message that is being written says, counts and costs. No query while the account's settings stand.

    originator_type and sender stand as in the preview of a text, for the fields that carry them along.
    """

    def __init__(
        self,
        data: Mapping[str, Any],
        *,
        country: str,
        originator_type: str,
        sender: str,
        card: Card,
        sandbox: bool,
    ) -> None:
        self.text = text_in(data.get("message_body") or "")
        self.is_ssml = data.get("message_body_text_type") == SSML
        given = data.get("voice_id") or ""
        self.voice_id = given if given in voices() else default_voice()
        self.country, self.originator_type, self.sender = country, originator_type, sender
        number = data.get("destination_phone_number") or ""
        self.to_simulator = e164.is_number(number) and simulator_number(number) is not None
        self.card, self.sandbox = card, sandbox

    @property
    def is_empty(self) -> bool:
        return not self.text.strip()

    @cached_property
    def _read(self) -> tuple[Script | None, Text]:
        """The script, or why there is none."""
        if self.is_empty or len(self.text) > TOTAL_MAX:
            return None, ""
        try:
            return script_of(self.text, SSML if self.is_ssml else "TEXT"), ""
        except Refusal as refusal:
            return None, refusal.message

    @property
    def script(self) -> Script | None:
        return self._read[0]

    @property
    def characters(self) -> int:
        return self.script.characters if self.script else 0 if self.is_ssml else len(self.text)

    @property
    def longest_seconds(self) -> int:
        quota = voice_quotas()["voice_message_length"]
        return (quota.sandbox if self.sandbox else quota.production) or 0

    @property
    def problem(self) -> Text:
        """Why it cannot be sent, or nothing."""
        if self._read[1]:
            return self._read[1]
        if len(self.text) > TOTAL_MAX:
            return _("It has %(found)s characters; at most %(most)s can be sent, markup included.") % {
                "found": _grouped(len(self.text)),
                "most": _grouped(TOTAL_MAX),
            }
        if self.characters > BILLABLE_MAX:
            return _("%(found)s characters are said; at most %(most)s can be, markup not counted.") % {
                "found": _grouped(self.characters),
                "most": _grouped(BILLABLE_MAX),
            }
        if self.script and self.script.seconds > self.longest_seconds:
            return _("Saying it takes about %(found)s; a message lasts at most %(most)s here.") % {
                "found": seconds_in_words(self.script.seconds),
                "most": seconds_in_words(self.longest_seconds),
            }
        return ""

    @property
    def looks_like_ssml(self) -> bool:
        """Whether markup stands in a text that would be read out as it is."""
        return not self.is_ssml and "<speak" in self.text.lower()

    @property
    def figures(self) -> list[tuple[Text, str]]:
        seconds = self.script.seconds if self.script else 0
        limits = (self.characters, BILLABLE_MAX), (len(self.text), TOTAL_MAX)
        billable, total = (
            _("%(used)s of %(most)s") % {"used": _grouped(used), "most": _grouped(most)} for used, most in limits
        )
        found: list[tuple[Text, str]] = [(_("Billable characters"), billable)]
        if self.is_ssml:
            found.append((_("With markup"), total))
        return [
            *found,
            (_("Length, about"), seconds_in_words(seconds)),
            (_("Minutes begun"), str(minutes_begun(seconds))),
        ]

    @property
    def lines(self) -> list[list[Piece]]:
        return lines_of(self.script) if self.script else []

    @property
    def voice(self) -> str:
        return voice_name(self.voice_id)

    @property
    def language(self) -> Text:
        return language_of(self.voice_id)

    @property
    def cost(self) -> tuple[int, int] | None:
        """Units of a minute, and of the whole message; None without a destination or a price."""
        if not self.country and not self.to_simulator:
            return None
        found = price(
            self.country, "VOICE", self.originator_type, to_simulator=self.to_simulator, card=self.card.prices
        )
        if found is None:
            return None
        return found.total, found.total * minutes_begun(self.script.seconds if self.script else 0)

    @property
    def summary(self) -> str:
        """What a screen reader hears after a change."""
        if self.problem:
            return str(self.problem)
        said = ngettext("%(count)s billable character", "%(count)s billable characters", self.characters)
        return said % {"count": self.characters}


def _grouped(number: int) -> str:
    return number_format(number, force_grouping=True)
