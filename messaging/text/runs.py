"""A text as runs to draw: plain, characters outside GSM-7, extension characters, characters nobody can see.

A page draws the contents of each part with these, so that the same rules count and colour.
"""

import re
from dataclasses import dataclass
from typing import Final, Literal

from messaging.text import alphabet
from messaging.text.alphabet import EXTENSION, GSM

Kind = Literal["plain", "outside", "extension", "unseen"]

_PLAIN: Final = "".join(sorted(GSM - frozenset(EXTENSION) - {"\r"}))
_SPECIAL: Final = re.compile("[^" + re.escape(_PLAIN) + "]")


@dataclass(frozen=True, slots=True)
class Run:
    """A stretch of text drawn one way.

    shown is what to draw: the text itself, or a label such as "[NBSP]" for what cannot be seen. title is the
    code point and name of a marked character, else empty. kind "unseen" is a GSM-7 control character.
    """

    kind: Kind
    text: str
    shown: str
    title: str


def runs(text: str) -> tuple[Run, ...]:
    """Return the runs of a text; joining their text gives it back. Line feeds stay in plain runs."""
    found: list[Run] = []
    end = 0
    for match in _SPECIAL.finditer(text):
        if match.start() > end:
            found.append(_plain(text[end : match.start()]))
        found.append(_special(match[0]))
        end = match.end()
    if end < len(text):
        found.append(_plain(text[end:]))
    return tuple(found)


def _plain(text: str) -> Run:
    return Run("plain", text, text, "")


def _special(char: str) -> Run:
    label = alphabet.label(char)
    title = f"{alphabet.code_point(char)} {alphabet.name(char)}"
    return Run(_kind(char, label), char, label or char, title)


def _kind(char: str, label: str | None) -> Kind:
    if char not in GSM:
        return "outside"
    if char in EXTENSION:
        return "extension"
    return "unseen" if label else "plain"
