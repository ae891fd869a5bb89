"""Every field as the guide has it (tests/data/registration_fields.json), and answers that break its limits."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import Any

from registrations.definitions import ATTACHMENT, REQUIRED, SELECT, TEXT, TEXT_VALUE_MAX, Field, registration_types

DATA = Path(__file__).parents[1] / "data" / "registration_fields.json"
TOO_LONG, TOO_SHORT, WRONG_FORM = "too long", "too short", "of the wrong form"
NO_CHOICE, TOO_MANY = "no such choice", "too many choices"
WRONG_TYPE, TOO_LARGE = "a file of the wrong type", "a file that is too large"
FAULTS = (TOO_LONG, TOO_SHORT, WRONG_FORM, NO_CHOICE, TOO_MANY, WRONG_TYPE, TOO_LARGE)


@dataclass(frozen=True)
class Fact:
    """A field of a form in the guide. Files that break a limit are told by media type and size in bytes."""

    registration_type: str
    section: str
    given: Mapping[str, Any]

    def __getattr__(self, name: str) -> Any:
        try:
            return self.given[name]
        except KeyError:
            raise AttributeError(name) from None

    @cached_property
    def field(self) -> Field:
        """The field in the product's data: the examples are ours."""
        return registration_types()[self.registration_type].fields[self.path]

    @property
    def longest(self) -> int:
        return min(self.max_length, TEXT_VALUE_MAX)

    @property
    def options(self) -> list[str]:
        return list(self.given.get("options", ()))

    @property
    def required_when(self) -> dict[str, list[str]]:
        return dict(self.given.get("required_when", {}))

    @cached_property
    def largest(self) -> dict[str, int]:
        """Media type -> bytes, of the types that the guide names."""
        types = {kind: self.max_bytes for kind in self.file_types if "/" in kind}
        return types | ({"application/pdf": self.max_bytes_other} if "max_bytes_other" in self.given else {})

    @cached_property
    def broken(self) -> dict[str, Any]:
        """Fault -> an answer that has it and no other: a text, choices, or (media type, bytes)."""
        if self.type == TEXT:
            return self._broken_texts()
        if self.type == SELECT:
            many = {TOO_MANY: self.options[: self.max_choices + 1]} if len(self.options) > self.max_choices else {}
            return {NO_CHOICE: ["NO_SUCH_CHOICE"], **many}
        kind, most = next(iter(self.largest.items()))
        return {WRONG_TYPE: ("image/bmp", 1000), TOO_LARGE: (kind, most + 1)}

    def _broken_texts(self) -> dict[str, str]:
        example = self.field.example
        filler = next((c for c in "Aa5" if re.fullmatch(self.pattern, example + c)), "A")
        found = {TOO_LONG: example + filler * (self.longest + 1 - len(example))}
        if self.min_length > 1:
            found[TOO_SHORT] = example[: self.min_length - 1]
        size = max(self.min_length, 3) if self.longest > 2 else 2
        tries = (" " * size, "no form " * 2, "é" * size, "?" * size)
        found[WRONG_FORM] = next(text for text in tries if not re.fullmatch(self.pattern, text))
        return found


@cache
def facts() -> dict[str, dict[str, tuple[Fact, ...]]]:
    """Type -> section -> fields, in the order of the forms."""
    given = json.loads(DATA.read_text(encoding="utf-8"))["types"]
    return {
        name: {section: tuple(Fact(name, section, row) for row in rows) for section, _title, rows in sections}
        for name, sections in given.items()
    }


@cache
def section_titles(registration_type: str) -> dict[str, str]:
    given = json.loads(DATA.read_text(encoding="utf-8"))["types"]
    return {section: title for section, title, _rows in given[registration_type]}


def all_of(registration_type: str) -> list[Fact]:
    return [fact for rows in facts()[registration_type].values() for fact in rows]


def triggers(registration_type: str) -> dict[str, list[str]]:
    """Answers under which every condition of a type holds."""
    found: dict[str, list[str]] = {}
    for fact in all_of(registration_type):
        for path, values in fact.required_when.items():
            found[path] = values[:1]
    return found


def must_have(registration_type: str) -> set[str]:
    """What must be answered while every condition holds."""
    rows = all_of(registration_type)
    return {fact.path for fact in rows if fact.requirement == REQUIRED or fact.required_when}


__all__ = ["ATTACHMENT", "FAULTS", "SELECT", "TEXT", "Fact", "all_of", "facts", "must_have", "section_titles"]
