"""What changed between two answers, word by word."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum

WORDS = re.compile(r"\w+|\s+|[^\w\s]")


class Change(StrEnum):
    """What became of a piece of text."""

    SAME = "same"
    ADDED = "added"
    REMOVED = "removed"


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of words that stayed, came or went."""

    change: Change
    text: str


def of_texts(before: str, after: str) -> list[Piece]:
    """The words of both texts in order; what went stands before what came in its place."""
    old, new = WORDS.findall(before), WORDS.findall(after)
    found: list[Piece] = []
    for kind, old_from, old_to, new_from, new_to in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if kind == "equal":
            found.append(Piece(Change.SAME, "".join(new[new_from:new_to])))
            continue
        if old_to > old_from:
            found.append(Piece(Change.REMOVED, "".join(old[old_from:old_to])))
        if new_to > new_from:
            found.append(Piece(Change.ADDED, "".join(new[new_from:new_to])))
    return found


def of_choices(before: Sequence[str], after: Sequence[str]) -> list[Piece]:
    """Each choice by itself: those that stayed or came in their order, then those that went."""
    kept = [Piece(Change.SAME if choice in before else Change.ADDED, choice) for choice in after]
    return kept + [Piece(Change.REMOVED, choice) for choice in before if choice not in after]
