"""The GSM 03.38 alphabet: what is in it, what could stand in for what is not, what cannot be seen.

Source of the sets: 3GPP TS 23.038 clause 6.2.1, kept in messaging/data/gsm0338.json.
"""

import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from messaging.text.tables import document

_DATA: Final = document("gsm0338.json")

BASIC: Final[str] = _DATA["basic"]
"""127 characters of one septet each, in table order; the escape position is left out."""
EXTENSION: Final[str] = _DATA["extension"]
"""10 characters of two septets each (escape and code): form feed, ^ { } \\ [ ~ ] | and the euro sign."""
GSM: Final = frozenset(BASIC + EXTENSION)

# Whether a text is GSM-7, and what it weighs, is asked of bytes: two C calls instead of a loop per character.
# Only eleven GSM characters are outside Latin-1; each gives way to a Latin-1 one of the same weight.
_STAND_INS: Final = [(c, "^" if c in EXTENSION else "A") for c in BASIC + EXTENSION if c > "\xff"]
_WIDE: Final = frozenset(c for c, _ in _STAND_INS)
_GSM_BYTES: Final = bytes(sorted(ord(c) for c in GSM - _WIDE))
EXTENSION_BYTES: Final = bytes(sorted(ord(c) for c in EXTENSION if c not in _WIDE))
"""The bytes of weights() that stand for two septets."""


@dataclass(frozen=True, slots=True)
class Replacement:
    """What may stand in for a text outside GSM-7, all of it in GSM-7.

    text may be empty (the character is simply left out). keeps_meaning is False for letters and signs whose
    replacement a reader could take for something else (á → a): those are offered singly, never in "all".
    """

    text: str
    why: str
    keeps_meaning: bool


_LISTED: Final = {
    row["char"]: Replacement(row["replace_with"], row["why"], keeps_meaning=row["keeps_meaning"])
    for row in _DATA["replacements"]
}
_LABELS: Final[dict[str, str]] = _DATA["labels"]

# Compatibility forms that read the same (full width, ligature, font) and forms that do not (x² is not x2).
_SAME_READING: Final = {"<wide>", "<narrow>", "<compat>", "<font>", "<noBreak>", "<small>"}
_OTHER_READING: Final = {"<super>", "<sub>", "<fraction>", "<circle>", "<square>"}


def weights(text: str) -> bytes | None:
    """Return one byte per character of a GSM-7 text, an EXTENSION_BYTES value where it costs two septets.

    None when a character is outside GSM-7. The bytes tell weights, not characters: Greek letters share one.
    """
    try:
        found = text.encode("latin-1")
    except UnicodeEncodeError as refused:
        if text[refused.start] not in _WIDE:
            return None
        for char, stand_in in _STAND_INS:
            text = text.replace(char, stand_in)
        try:
            found = text.encode("latin-1")
        except UnicodeEncodeError:
            return None
    return None if found.translate(None, _GSM_BYTES) else found


def is_gsm(text: str) -> bool:
    """Return whether every character of the text is in GSM-7; true of the empty text."""
    return weights(text) is not None


@lru_cache(maxsize=4096)
def replacement(text: str) -> Replacement | None:
    """Return what may stand in for one character (or a letter with combining marks), or None.

    Listed pairs first, then what Unicode itself says: canonical equivalents are the same character,
    compatibility forms read the same, a letter without its accents is another letter. Source:
    messaging/data/gsm0338.json and the Unicode character database.
    """
    if text in _LISTED:
        return _LISTED[text]
    composed = unicodedata.normalize("NFC", text)
    if composed != text and is_gsm(composed):
        return Replacement(composed, "the same character in its short form", keeps_meaning=True)
    kind = unicodedata.category(text) if len(text) == 1 else ""
    if kind == "Cc":
        return Replacement("", "control character, never shown", keeps_meaning=True)
    if kind == "Zs":
        return Replacement(" ", "another kind of space", keeps_meaning=True)
    return _by_decomposition(text)


def _by_decomposition(text: str) -> Replacement | None:
    form = unicodedata.decomposition(text).split(" ", 1)[0] if len(text) == 1 else ""
    plain = unicodedata.normalize("NFKC", text).replace("\u2044", "/")
    if form in _SAME_READING and is_gsm(plain):
        return Replacement(plain, "another form of the same character", keeps_meaning=True)
    if form in _OTHER_READING and is_gsm(plain):
        return Replacement(plain, "its plain form; may be read as something else", keeps_meaning=False)
    letters = "".join(c for c in unicodedata.normalize("NFD", text) if not unicodedata.combining(c))
    if letters and letters != text and is_gsm(letters):
        return Replacement(letters, "the letter without its accent; the word may change", keeps_meaning=False)
    return None


def code_point(char: str) -> str:
    """Return the code point as people write it: "U+2019"."""
    return f"U+{ord(char):04X}"


def name(char: str) -> str:
    """Return the Unicode name in lower case; a word for characters without one (controls, surrogates)."""
    found = unicodedata.name(char, "")
    if found:
        return found.lower()
    if 0xD800 <= ord(char) <= 0xDFFF:
        return "lone surrogate"
    return "control character" if unicodedata.category(char) == "Cc" else "unnamed character"


@lru_cache(maxsize=4096)
def label(char: str) -> str | None:
    """Return how to draw a character that cannot be seen, such as "[NBSP]"; None when it shows by itself.

    The ordinary space shows by itself; line feed does not. Without an abbreviation it is the code point.
    """
    known = _LABELS.get(char)
    if known:
        return f"[{known}]"
    if char != " " and unicodedata.category(char) in {"Cc", "Cf", "Cs", "Zs", "Zl", "Zp"}:
        return f"[{code_point(char)}]"
    return None
