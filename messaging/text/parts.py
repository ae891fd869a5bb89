"""How a text becomes message parts: encoding, units, and the exact content of every part.

GSM-7 text is counted in septets (an extension character is two), any other in UTF-16 code units. A text that
does not fit one part is cut greedily, and neither an escape pair nor a surrogate pair is ever cut in two.
Sources: 3GPP TS 23.038 and 23.040; the message length chapter of the service's user guide.
"""

import re
from dataclasses import dataclass
from typing import Final, Literal, NamedTuple

from messaging.text.alphabet import EXTENSION_BYTES, weights
from messaging.text.tables import document

Encoding = Literal["GSM", "UNICODE"]

_LIMITS: Final[dict[str, int]] = document("gsm0338.json")["limits"]
SINGLE: Final[dict[Encoding, int]] = {"GSM": _LIMITS["gsm_single"], "UNICODE": _LIMITS["unicode_single"]}
"""Units in a message of one part: 160 septets, 70 code units."""
SPLIT: Final[dict[Encoding, int]] = {"GSM": _LIMITS["gsm_part"], "UNICODE": _LIMITS["unicode_part"]}
"""Units in each part of a longer message, whose header takes room: 153 septets, 67 code units."""

_GSM_SINGLE, _GSM_SPLIT = SINGLE["GSM"], SPLIT["GSM"]
_UNICODE_SINGLE, _UNICODE_SPLIT = SINGLE["UNICODE"], SPLIT["UNICODE"]
_ESCAPE: Final = b"\x1b"
_ESCAPED: Final = [(bytes((code,)), _ESCAPE + bytes((code,))) for code in EXTENSION_BYTES]
_LOW_SURROGATES: Final = bytes(range(0xDC, 0xE0))
_PAIR_OR_CHARACTER: Final = re.compile("[\ud800-\udbff][\udc00-\udfff]|.", re.DOTALL)


class Count(NamedTuple):
    """What a text costs. characters are septets for GSM and UTF-16 code units for UNICODE."""

    encoding: Encoding
    characters: int
    parts: int


@dataclass(frozen=True, slots=True)
class Analysis:
    """A text cut into parts.

    contents holds the exact text of every part, in order; used the units each takes of capacity (153 or 67
    when cut, 160 or 70 when single). The empty text has no parts and the capacity of a single GSM part.
    """

    encoding: Encoding
    characters: int
    parts: int
    contents: tuple[str, ...]
    used: tuple[int, ...]
    capacity: int

    @property
    def left(self) -> int:
        """Units still free in the last part; a whole part when the text is empty."""
        return self.capacity - self.used[-1] if self.used else self.capacity


class _Cut(NamedTuple):
    """Where a text of more than one part is cut: contents and the units of each."""

    contents: list[str]
    used: list[int]


def count(text: str) -> Count:
    """Return encoding, characters and parts without the contents: the cheap question of the send path."""
    codes = weights(text)
    if codes is None:
        return _count_unicode(text)
    plain = len(codes.translate(None, EXTENSION_BYTES))
    units = 2 * len(codes) - plain
    if units <= _GSM_SINGLE:
        return Count("GSM", units, 1 if units else 0)
    if units == plain:
        return Count("GSM", units, -(-units // _GSM_SPLIT))
    return Count("GSM", units, len(_gsm_cuts(_escaped(codes))))


def analyse(text: str) -> Analysis:
    """Return the parts of a text with their exact contents.

    Joining contents gives the text back. Lone surrogates, which no handset can show, count one unit each.
    """
    codes = weights(text)
    if codes is None:
        return _analyse_unicode(text)
    plain = len(codes.translate(None, EXTENSION_BYTES))
    units = 2 * len(codes) - plain
    if units <= _GSM_SINGLE:
        return _single("GSM", text, units)
    cut = _equal_cut(text, _GSM_SPLIT) if units == plain else _gsm_cut(text, _escaped(codes))
    return _several("GSM", units, cut)


def _single(encoding: Encoding, text: str, units: int) -> Analysis:
    if not text:
        return Analysis(encoding, 0, 0, (), (), SINGLE[encoding])
    return Analysis(encoding, units, 1, (text,), (units,), SINGLE[encoding])


def _several(encoding: Encoding, units: int, cut: _Cut) -> Analysis:
    contents, used = cut
    return Analysis(encoding, units, len(contents), tuple(contents), tuple(used), SPLIT[encoding])


def _equal_cut(text: str, size: int) -> _Cut:
    """Cut a text in which every character is one unit."""
    contents = [text[start : start + size] for start in range(0, len(text), size)]
    return _Cut(contents, [size] * (len(contents) - 1) + [len(contents[-1])])


def _escaped(codes: bytes) -> bytes:
    """Put the escape before every extension code: one byte per septet."""
    for code, pair in _ESCAPED:
        codes = codes.replace(code, pair)
    return codes


def _gsm_cuts(septets: bytes) -> list[int]:
    """Return where each part ends, in septets; an escape that would end a part goes to the next one."""
    cuts = []
    end, last = 0, len(septets)
    while last - end > _GSM_SPLIT:
        end += _GSM_SPLIT
        if septets[end - 1] == 0x1B:
            end -= 1
        cuts.append(end)
    cuts.append(last)
    return cuts


def _gsm_cut(text: str, septets: bytes) -> _Cut:
    contents, used = [], []
    start = position = 0
    for end in _gsm_cuts(septets):
        length = end - start - septets.count(_ESCAPE, start, end)
        contents.append(text[position : position + length])
        used.append(end - start)
        start, position = end, position + length
    return _Cut(contents, used)


def _count_unicode(text: str) -> Count:
    try:
        utf16 = text.encode("utf-16-be")
    except UnicodeEncodeError:
        return _counted(_analyse_surrogates(text))
    units = len(utf16) >> 1
    if units <= _UNICODE_SINGLE:
        return Count("UNICODE", units, 1)
    if units == len(text):
        return Count("UNICODE", units, -(-units // _UNICODE_SPLIT))
    return Count("UNICODE", units, len(_unicode_cuts(utf16[::2])))


def _counted(analysis: Analysis) -> Count:
    return Count(analysis.encoding, analysis.characters, analysis.parts)


def _analyse_unicode(text: str) -> Analysis:
    try:
        utf16 = text.encode("utf-16-be")
    except UnicodeEncodeError:
        return _analyse_surrogates(text)
    units = len(utf16) >> 1
    if units <= _UNICODE_SINGLE:
        return _single("UNICODE", text, units)
    cut = _equal_cut(text, _UNICODE_SPLIT) if units == len(text) else _unicode_cut(text, utf16[::2])
    return _several("UNICODE", units, cut)


def _unicode_cuts(units: bytes) -> list[int]:
    """Return where each part ends, in code units; a high surrogate never ends a part.

    units holds the upper byte of every code unit of well-formed UTF-16.
    """
    cuts = []
    end, last = 0, len(units)
    while last - end > _UNICODE_SPLIT:
        end += _UNICODE_SPLIT
        if 0xD8 <= units[end - 1] <= 0xDB:
            end -= 1
        cuts.append(end)
    cuts.append(last)
    return cuts


def _unicode_cut(text: str, units: bytes) -> _Cut:
    contents, used = [], []
    start = position = 0
    for end in _unicode_cuts(units):
        length = len(units[start:end].translate(None, _LOW_SURROGATES))
        contents.append(text[position : position + length])
        used.append(end - start)
        start, position = end, position + length
    return _Cut(contents, used)


def _analyse_surrogates(text: str) -> Analysis:
    """Cut a text with lone surrogates, one character at a time: rare, so slow is good enough.

    A high and a low surrogate side by side as two characters are a pair on the wire and stay together.
    """
    pieces = _PAIR_OR_CHARACTER.findall(text)
    sizes = [1 if len(piece) == 1 and piece <= "\uffff" else 2 for piece in pieces]
    units = sum(sizes)
    if units <= _UNICODE_SINGLE:
        return _single("UNICODE", text, units)
    contents, used = [""], [0]
    for piece, size in zip(pieces, sizes, strict=True):
        if used[-1] + size > _UNICODE_SPLIT:
            contents.append("")
            used.append(0)
        contents[-1] += piece
        used[-1] += size
    return _several("UNICODE", units, _Cut(contents, used))
