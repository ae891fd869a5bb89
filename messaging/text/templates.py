"""Registered message templates: whether a text is what was registered.

A registered text must be met exactly: characters, case, spaces, line breaks and punctuation. Where a value stands, the
template has {#var#}, as the Indian registry writes it, and a value has at most 30 characters. Source: the India chapter
of the service user guide, template matching.
"""

from typing import Final

VARIABLE: Final = "{#var#}"
VARIABLE_MOST: Final = 30


def matches(template: str, body: str) -> bool:
    """Return whether a text is the template with a value, of 1 to 30 characters, for each variable.

    The time is bounded by the lengths, whatever the template: each step holds every place that the text can have been
    read to, as the bits of a number.
    """
    first, *rest = template.split(VARIABLE)
    if not body.startswith(first):
        return False
    read_to = 1 << len(first)
    everywhere = (1 << (len(body) + 1)) - 1
    for piece in rest:
        begins = 0
        for length in range(1, VARIABLE_MOST + 1):
            begins |= read_to << length
        read_to = (begins & everywhere & _places(piece, body)) << len(piece)
        if not read_to:
            return False
    return bool(read_to >> len(body) & 1)


def _places(piece: str, body: str) -> int:
    """Where a piece begins in a text, as bits."""
    if not piece:
        return (1 << (len(body) + 1)) - 1
    found, at = 0, body.find(piece)
    while at >= 0:
        found |= 1 << at
        at = body.find(piece, at + 1)
    return found
