"""The kinds of support cases: their fields, what they ask for, what an approval does. Data: data/support_cases.json."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from messaging.data_texts import DataTexts
from messaging.errors import Text
from registrations.definitions import DATA

TEXTS = DataTexts(
    DATA,
    "support_cases.json",
    json.loads,
    shown=frozenset(
        {
            "note",
            "message_types.meaning",
            "fields.label",
            "fields.help",
            "flows.name",
            "flows.service_field",
            "flows.details.label",
            "flows.details.help",
            "flows.details.options.label",
            "flows.request.resource_type",
            "flows.request.quota_label",
            "flows.request.new_value.unit",
            "flows.description_asks",
            "flows.description_asks_over.per_country",
            "flows.preconditions",
            "flows.response_time",
            "flows.outcome",
        }
    ),
    names=frozenset({"languages", "message_types.value", "flows.request.quotas"}),
)
REQUIRED, OPTIONAL = "required", "optional"


@dataclass(frozen=True, slots=True)
class CaseField:
    """One field of a case. type is one of those in data/support_cases.json; options are (value, label)."""

    key: str
    label: Text
    type: str
    requirement: str
    help: Text = ""
    options: tuple[tuple[str, Text], ...] = ()

    @property
    def required(self) -> bool:
        return self.requirement == REQUIRED


@dataclass(frozen=True, slots=True)
class Asked:
    """What a case asks for, once for each Region or quota: “Resource Type”, “Quota” or “Limit”, “New quota value”.

    quotas are the values that the quota can have, empty for every adjustable one: names, translated by who shows them.
    value_fixed is the one possible new
    value; has_value is False where the form has no such field.
    """

    resource_type: Text
    quota_label: Text
    quotas: tuple[str, ...]
    has_value: bool
    value_unit: Text = ""
    value_fixed: int | None = None
    value_default: int | None = None


@dataclass(frozen=True, slots=True)
class Flow:
    """One kind of case. grant is what an approval does, a key of operations/support_grants.py, or nothing.

    decision_hours is simulated time from a question to its decision.
    """

    id: str
    name: Text
    service: str
    service_field: Text
    case_fields: tuple[CaseField, ...]
    details: tuple[CaseField, ...]
    request: Asked | None
    add_another: bool
    description_asks: tuple[Text, ...]
    asks_over: tuple[int, tuple[Text, ...]] | None
    preconditions: tuple[Text, ...]
    contact_method: bool
    response_time: Text
    decision_hours: int
    grant: str
    outcome: Text
    refused_countries: tuple[str, ...]

    @property
    def fields(self) -> dict[str, CaseField]:
        """Every field of the case by its key."""
        return {field.key: field for field in (*self.case_fields, *self.details)}


@cache
def _document() -> Mapping[str, Any]:
    found: dict[str, Any] = TEXTS.load(DATA / "support_cases.json")
    return found


@cache
def flows() -> dict[str, Flow]:
    """Every kind of case by its id, in the order they are offered."""
    return {row["id"]: _flow(row) for row in _document()["flows"]}


def languages() -> tuple[str, ...]:
    """The languages that a case can be handled in: names, translated by who shows them."""
    return tuple(_document()["languages"])


def message_types() -> tuple[tuple[str, Text], ...]:
    """(name, meaning) of the kinds of messages that one can plan to send; who shows a name translates it."""
    return tuple((row["value"], row["meaning"]) for row in _document()["message_types"])


def refusal_note() -> Text:
    """What is said about refusals in general."""
    note: Text = _document()["note"]
    return note


def _flow(row: Mapping[str, Any]) -> Flow:
    shared = {field["key"]: field for field in _document()["fields"]}
    over = row["description_asks_over"]
    return Flow(
        id=row["id"],
        name=row["name"],
        service=row["service"],
        service_field=row["service_field"],
        case_fields=tuple(
            CaseField(**shared[given["key"]], requirement=given["requirement"]) for given in row["case_fields"]
        ),
        details=tuple(_detail(given) for given in row["details"]),
        request=_asked(row["request"]) if row["request"] else None,
        add_another=row["add_another"],
        description_asks=tuple(row["description_asks"]),
        asks_over=(over["threshold_usd"], tuple(over["per_country"])) if over else None,
        preconditions=tuple(row["preconditions"]),
        contact_method=row["contact_method"],
        response_time=row["response_time"],
        decision_hours=row["decision_hours"],
        grant=row["grant"],
        outcome=row["outcome"],
        refused_countries=tuple(row.get("refused_countries", ())),
    )


def _detail(given: Mapping[str, Any]) -> CaseField:
    options = tuple((option["value"], option["label"]) for option in given.get("options", ()))
    return CaseField(**{**given, "options": options})


def _asked(given: Mapping[str, Any]) -> Asked:
    value = given["new_value"]
    return Asked(
        given["resource_type"],
        given["quota_label"],
        tuple(given["quotas"]),
        value is not None,
        *((value["unit"], value["fixed"], value["default"]) if value else ()),
    )
