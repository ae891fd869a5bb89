"""Texts with placeholders: `Hello {{name|friend}}` says what stands in the column “name”, or “friend” without it.

A name is that of a column, whatever its case and the blanks around it. Two braces that hold no name are a mistake.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

PLACEHOLDER = re.compile(r"\{\{([^{}|]*)(?:\|([^{}]*))?\}\}")


@dataclass(frozen=True, slots=True)
class Placeholder:
    """Where a value goes: its column's name, folded, and what stands there without one (None: there must be one)."""

    name: str
    default: str | None


@dataclass(frozen=True, slots=True)
class Template:
    """A text in pieces: literal ones and placeholders. broken is what looks like a placeholder and is none."""

    pieces: tuple[str | Placeholder, ...]
    broken: str = ""

    @property
    def names(self) -> tuple[str, ...]:
        """The columns that it reads, each once, in order."""
        return tuple(dict.fromkeys(piece.name for piece in self.pieces if isinstance(piece, Placeholder)))

    def missing(self, values: Mapping[str, str]) -> tuple[str, ...]:
        """The columns that must have a value and have none."""
        wanted = [piece.name for piece in self.pieces if isinstance(piece, Placeholder) and piece.default is None]
        return tuple(dict.fromkeys(name for name in wanted if not values.get(name)))

    def rendered(self, values: Mapping[str, str]) -> str:
        """The text with the values, which are taken as they are: a placeholder in a value stays as it is written."""
        return "".join(
            (values.get(piece.name) or piece.default or "") if isinstance(piece, Placeholder) else piece
            for piece in self.pieces
        )


def folded(name: str) -> str:
    """A column's name as placeholders are compared with it."""
    return " ".join(name.split()).casefold()


def example(text: str) -> str:
    """The text as a row could have it: every placeholder says its default, or without one the name of its column."""
    template = parsed(text)
    return template.rendered({name: name for name in template.missing({})})


@lru_cache(maxsize=64)
def parsed(text: str) -> Template:
    """The pieces of a text."""
    pieces: list[str | Placeholder] = []
    at, broken = 0, ""
    for found in PLACEHOLDER.finditer(text):
        pieces.append(text[at : found.start()])
        name = folded(found[1])
        broken = broken or ("" if name else found[0])
        pieces.append(Placeholder(name, found[2]))
        at = found.end()
    pieces.append(text[at:])
    for piece in pieces:
        if isinstance(piece, str) and not broken:
            broken = _braces(piece)
    return Template(tuple(piece for piece in pieces if piece != ""), broken)


def _braces(literal: str) -> str:
    for braces in ("{{", "}}"):
        if braces in literal:
            start = max(literal.find(braces) - 10, 0)
            return literal[start : start + 30]
    return ""


def unknown(template: Template, columns: Sequence[str]) -> tuple[str, ...]:
    """The placeholders that no column of a file fills."""
    known = {folded(column) for column in columns}
    return tuple(name for name in template.names if name not in known)
