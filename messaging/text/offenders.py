"""What makes a text cost more: characters outside GSM-7 and what to put in their place, extension characters,
characters nobody can see; and what a replacement would gain.

Source: messaging/data/gsm0338.json. Positions are indexes into the text, in code points.
"""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from messaging.text import alphabet
from messaging.text.alphabet import EXTENSION, GSM, Replacement
from messaging.text.parts import Count, count

_OUTSIDE_SET: Final = "[^" + re.escape("".join(sorted(GSM))) + "]"
# A letter with combining marks is judged and replaced as one: e + acute is é, which GSM-7 has.
_OUTSIDE: Final = re.compile(f"[^\\W\\d_][\u0300-\u036f]+|{_OUTSIDE_SET}")
_EXTENSION: Final = re.compile("[" + re.escape(EXTENSION) + "]")
_UNSEEN: Final = re.compile("[^!-~\u00a1-\u00ac\u00ae-\u02ff\u0370-\u0482 ]")


@dataclass(frozen=True, slots=True)
class Offender:
    """A character that forces UCS-2, or a letter with combining marks that does.

    code_point and name are those of the character ("U+0065 U+0301" for several); label is how to draw what
    cannot be seen, else None; replacement is None when nothing in GSM-7 can stand in.
    """

    text: str
    positions: tuple[int, ...]
    code_point: str
    name: str
    label: str | None
    replacement: Replacement | None

    @property
    def safe(self) -> bool:
        """Whether replacing it keeps the meaning, so that "replace all" may do it."""
        return self.replacement is not None and self.replacement.keeps_meaning


@dataclass(frozen=True, slots=True)
class Mark:
    """A character worth pointing out, and where; label is how to draw it, or the character itself."""

    text: str
    positions: tuple[int, ...]
    code_point: str
    name: str
    label: str


@dataclass(frozen=True, slots=True)
class Gain:
    """What a replacement brings: the new text, and what both texts cost."""

    text: str
    before: Count
    after: Count

    @property
    def parts_saved(self) -> int:
        """Parts fewer than before; negative when the replacement makes the text longer."""
        return self.before.parts - self.after.parts

    def __str__(self) -> str:
        word = "part" if self.before.parts == 1 else "parts"
        return f"{self.before.parts} {word} → {self.after.parts}"


def offenders(text: str) -> tuple[Offender, ...]:
    """Return what forces UCS-2, each once, in order of first appearance; empty for a GSM-7 text."""
    if alphabet.is_gsm(text):
        return ()
    return tuple(_offender(found, at) for found, at in _positions(_OUTSIDE, text).items())


def extension(text: str) -> tuple[Mark, ...]:
    """Return the extension characters in the text: two septets each in GSM-7, one unit each in UCS-2."""
    return tuple(_mark(found, at) for found, at in _positions(_EXTENSION, text).items())


def invisible(text: str) -> tuple[Mark, ...]:
    """Return the characters that cannot be seen, line breaks aside, with labels such as "[NBSP]"."""
    found = _positions(_UNSEEN, text).items()
    return tuple(_mark(char, at) for char, at in found if char not in "\r\n" and alphabet.label(char))


def replaced(text: str, wanted: Iterable[str]) -> str:
    """Return the text with the wanted offenders (Offender.text) replaced wherever they stand."""
    chosen = frozenset(wanted)
    return _replaced(text, lambda offender, _: offender in chosen)


def replaced_safely(text: str) -> str:
    """Return the text with every offender replaced whose replacement keeps the meaning.

    Dropping an invisible character can bring a letter and its combining mark together, so it goes on until nothing
    changes; each round leaves fewer characters outside GSM-7.
    """
    while (after := _replaced(text, lambda _, instead: instead.keeps_meaning)) != text:
        text = after
    return text


def gain(text: str, wanted: Iterable[str]) -> Gain:
    """Return what replacing the wanted offenders brings."""
    return _gain(text, replaced(text, wanted))


def safe_gain(text: str) -> Gain:
    """Return what "replace all" brings: every replacement that keeps the meaning."""
    return _gain(text, replaced_safely(text))


def _gain(before: str, after: str) -> Gain:
    return Gain(after, count(before), count(after))


def _replaced(text: str, wanted: Callable[[str, Replacement], bool]) -> str:
    def instead(match: re.Match[str]) -> str:
        found = alphabet.replacement(match[0])
        return found.text if found is not None and wanted(match[0], found) else match[0]

    return _OUTSIDE.sub(instead, text)


def _positions(pattern: re.Pattern[str], text: str) -> dict[str, tuple[int, ...]]:
    found: dict[str, list[int]] = {}
    for match in pattern.finditer(text):
        found.setdefault(match[0], []).append(match.start())
    return {char: tuple(at) for char, at in found.items()}


def _offender(text: str, positions: tuple[int, ...]) -> Offender:
    code_points, name, label, replacement = _described(text)
    return Offender(text, positions, code_points, name, label, replacement)


@lru_cache(maxsize=4096)
def _described(text: str) -> tuple[str, str, str | None, Replacement | None]:
    code_points = " ".join(alphabet.code_point(char) for char in text)
    names = " with ".join(alphabet.name(char) for char in text)
    label = alphabet.label(text) if len(text) == 1 else None
    return code_points, names, label, alphabet.replacement(text)


def _mark(char: str, positions: tuple[int, ...]) -> Mark:
    return Mark(char, positions, alphabet.code_point(char), alphabet.name(char), alphabet.label(char) or char)
