"""The published reasons of refusals. Data: data/refusal_reasons.json."""

import json
from dataclasses import dataclass
from functools import cache
from typing import Any

from messaging.data_texts import DataTexts
from messaging.errors import Text
from registrations.definitions import DATA

TEXTS = DataTexts(
    DATA,
    "refusal_reasons.json",
    json.loads,
    shown=frozenset(
        f"reasons.{name}" for name in ("short_description", "long_description", "cure", "common_faults", "notice")
    ),
)
OTHER_REASON = "OTHER"


@dataclass(frozen=True, slots=True)
class Reason:
    """A published reason of a refusal. registration_types is empty for one that every type has."""

    id: str
    registration_types: tuple[str, ...]
    short_description: Text
    long_description: Text
    cure: Text
    fields: tuple[str, ...]
    documentation_title: str
    common_faults: tuple[Text, ...] = ()
    notice: Text = ""


@cache
def reasons() -> dict[str, Reason]:
    """Every reason of a refusal by its id."""
    tuples = ("registration_types", "fields", "common_faults")
    rows: list[dict[str, Any]] = TEXTS.load(DATA / "refusal_reasons.json")["reasons"]
    kept: list[dict[str, Any]] = [{k: tuple(v) if k in tuples else v for k, v in row.items()} for row in rows]
    return {row["id"]: Reason(**row) for row in kept}


def reasons_for(registration_type: str) -> tuple[Reason, ...]:
    """The reasons that a registration of a type can be refused for: the published ones, then OTHER."""
    return tuple(r for r in reasons().values() if not r.registration_types or registration_type in r.registration_types)
