"""Registration types as data: sections, fields, conditions, associations, fees and waits.

One JSON file per type in registrations/data/types, and in the folders that the setting REGISTRATION_TYPE_FOLDERS names:
a new type is a new file. Attributes that the API has are named as the API names them, in snake case.
"""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache, cached_property
from pathlib import Path
from typing import Any

from django.conf import settings

from messaging.data_texts import DataTexts, in_english
from messaging.errors import Text

DATA = Path(__file__).parent / "data"
TEXTS = DataTexts(
    DATA / "types",
    "*.json",
    json.loads,
    shown=frozenset(
        {
            "title",
            "short_description",
            "prerequisites",
            "facts",
            "after",
            "fees.title",
            "review.waits.text",
            "sections.title",
            "sections.short_description",
            "sections.fields.title",
            "sections.fields.short_description",
            "sections.fields.guide",
            "sections.fields.pattern_words",
            "sections.fields.attachment.words",
            "sections.fields.options.title",
            "sections.fields.options.description",
            "sections.fields.condition.rules.why",
            "sections.fields.condition.rules.validation.words",
        }
    ),
)
TEXT_VALUE_MAX = 2048  # TextValue of the service model: no text in the API is longer, whatever a field allows

TEXT, SELECT, ATTACHMENT = "TEXT", "SELECT", "ATTACHMENT"
REQUIRED, CONDITIONAL, OPTIONAL, DISALLOWED = "REQUIRED", "CONDITIONAL", "OPTIONAL", "DISALLOWED"
BEFORE_SUBMIT, ON_APPROVAL, AFTER_COMPLETE = (
    "ASSOCIATE_BEFORE_SUBMIT",
    "ASSOCIATE_ON_APPROVAL",
    "ASSOCIATE_AFTER_COMPLETE",
)
CLOSES, ALLOWS_DELETE, DELETE_DISASSOCIATES = (
    "DISASSOCIATE_ALL_CLOSES_REGISTRATION",
    "DISASSOCIATE_ALL_ALLOWS_DELETE_REGISTRATION",
    "DELETE_REGISTRATION_DISASSOCIATES",
)
ON_SUBMISSION, MONTHLY = "SUBMISSION", "MONTHLY"

Answers = Mapping[str, Sequence[str]]
"""Field path -> the text, the choices or the attachment's id; a field without a value is left out."""


@dataclass(frozen=True, slots=True)
class Condition:
    """What another field must say. An unknown operator never holds (ConditionOperator of the service model)."""

    depends_on_field_path: str
    operator: str
    values: tuple[str, ...]

    def holds(self, answers: Answers) -> bool:
        """Whether it does; a field without an answer neither equals nor differs."""
        answer = set(answers.get(self.depends_on_field_path) or ())
        wanted = set(self.values)
        return {
            "EQUALS": bool(answer) and answer == wanted,
            "NOT_EQUALS": bool(answer) and answer != wanted,
            "IN": bool(answer & wanted),
            "NOT_IN": bool(answer) and not answer & wanted,
            "HAS_VALUE": bool(answer),
            "NO_VALUE": not answer,
        }.get(self.operator, False)


@dataclass(frozen=True, slots=True)
class Validation:
    """What a rule changes of a field's own limits; None leaves the field's."""

    min_length: int | None = None
    max_length: int | None = None
    pattern: str | None = None
    allowed_values: tuple[str, ...] | None = None
    words: Text = ""


@dataclass(frozen=True, slots=True)
class Rule:
    """The behaviour of a field while all conditions hold, and the sentence that tells people why."""

    conditions: tuple[Condition, ...]
    rule_behavior: str
    why: Text = ""
    conditional_validation: Validation | None = None


@dataclass(frozen=True, slots=True)
class Option:
    """A choice of a select field."""

    option: str
    title: Text
    description: Text = ""


@dataclass(frozen=True, slots=True)
class Resolved:
    """A field as it stands among the other answers: whether it must be there, its limits now, and why.

    max_length never passes what the API can carry. pattern is a regular expression for the whole text.
    """

    behavior: str
    min_length: int
    max_length: int
    pattern: str
    pattern_words: Text
    options: tuple[str, ...]
    why: Text = ""


@dataclass(frozen=True)
class Field:
    """One question of a form.

    max_bytes_by_type maps the media types that an attachment may have to how many bytes of it are allowed.
    carried_from is the field of an associated registration whose value is offered here. guide is what the answer must
    have, or what to write in which case.
    """

    section_path: str
    field_path: str
    field_type: str
    field_requirement: str
    title: Text
    short_description: Text
    min_length: int = 0
    max_length: int = 0
    pattern: str = ""
    pattern_words: Text = ""
    min_choices: int = 0
    max_choices: int = 0
    options: tuple[Option, ...] = ()
    max_bytes_by_type: Mapping[str, int] = field(default_factory=dict)
    size_words: Text = ""
    rules: tuple[Rule, ...] = ()
    default_behavior: str = OPTIONAL
    example: str = ""
    bad_example: str = ""
    carried_from: str = ""
    guide: tuple[Text, ...] = ()
    source: str = ""

    @property
    def name(self) -> str:
        """The last part of the path: `companyName`."""
        return self.field_path.rpartition(".")[2]

    def resolve(self, answers: Answers) -> Resolved:
        """The field among these answers: the first rule that holds, else the default."""
        fixed = self.field_requirement if self.field_requirement != CONDITIONAL else None
        rule = next((r for r in self.rules if all(c.holds(answers) for c in r.conditions)), None)
        change = (rule and rule.conditional_validation) or Validation()
        most = self.max_length if change.max_length is None else change.max_length
        return Resolved(
            fixed or (rule.rule_behavior if rule else self.default_behavior),
            self.min_length if change.min_length is None else change.min_length,
            min(most, TEXT_VALUE_MAX),
            change.pattern or self.pattern,
            change.words or self.pattern_words,
            change.allowed_values or tuple(option.option for option in self.options),
            rule.why if rule else "",
        )

    # The members of RegistrationFieldDefinition:

    @property
    def text_validation(self) -> dict[str, Any] | None:
        if self.field_type != TEXT:
            return None
        return {"min_length": self.min_length, "max_length": self.max_length, "pattern": self.pattern}

    @property
    def select_validation(self) -> dict[str, Any] | None:
        if self.field_type != SELECT:
            return None
        options = [option.option for option in self.options]
        return {"min_choices": self.min_choices, "max_choices": self.max_choices, "options": options}

    @property
    def conditional_behavior(self) -> dict[str, Any] | None:
        if self.field_requirement != CONDITIONAL:
            return None
        return {"rules": self.rules, "default_behavior": self.default_behavior}

    @property
    def display_hints(self) -> dict[str, Any]:
        words = [self.pattern_words, *(r.conditional_validation.words for r in self.rules if r.conditional_validation)]
        whys = [rule.why for rule in self.rules if rule.why]
        return {
            "title": self.title,
            "short_description": self.short_description,
            "long_description": _sentences(*whys, *self.guide, self.size_words),
            "select_option_descriptions": self.options or None,
            "text_validation_description": _sentences(*words),
            "example_text_value": (self.example if self.field_type == TEXT else "") or None,
        }


@dataclass(frozen=True, slots=True)
class Section:
    """A step of the form."""

    section_path: str
    title: Text
    short_description: Text
    fields: tuple[Field, ...]

    @property
    def display_hints(self) -> dict[str, Any]:
        return {"title": self.title, "short_description": self.short_description}


@dataclass(frozen=True, slots=True)
class Association:
    """A kind of resource that a registration goes with.

    resource_type is phone-number, sender-id or registration; number_type or registration_type narrow it;
    required_status is what a registration must be. created_from is the field with the name of what is provisioned on
    approval; wait_days is how long associating takes in simulated time.
    """

    resource_type: str
    iso_country_code: str
    min: int
    max: int
    association_behavior: str
    disassociation_behavior: str
    number_type: str = ""
    registration_type: str = ""
    required_status: str = ""
    created_from: str = ""
    wait_days: int = 0


@dataclass(frozen=True, slots=True)
class Fee:
    """What a registration costs: units of 0.00001 USD, on each submission (once: the first only) or every month.

    kind is the ChargeKind that it is charged as.
    """

    item: str
    kind: str
    title: Text
    units: int
    when: str
    once: bool = False
    refundable: bool = False
    condition: Condition | None = None
    source: str = ""


@dataclass(frozen=True, slots=True)
class Wait:
    """How long a review takes: days of simulated time, and the sentence that people read."""

    days: int
    text: Text
    condition: Condition | None = None


@dataclass(frozen=True)
class RegistrationType:
    """A form and everything around it.

    quota is the id of the quota that counts these registrations (of an association's parent, if there is one).
    submits_itself: there is no form; whoever makes one on a page submits it with that. scored: approval gives a score.
    """

    registration_type: str
    version: str
    title: Text
    iso_country_code: str
    short_description: Text
    sections: tuple[Section, ...]
    associations: tuple[Association, ...] = ()
    fees: tuple[Fee, ...] = ()
    waits: tuple[Wait, ...] = ()
    prerequisites: tuple[Text, ...] = ()
    facts: tuple[Text, ...] = ()
    after: tuple[Text, ...] = ()
    documentation_title: str = ""
    quota: str = ""
    submits_itself: bool = False
    scored: bool = False
    new_version_when_complete: bool = False
    extra: Mapping[str, Any] = field(default_factory=dict)

    @cached_property
    def fields(self) -> dict[str, Field]:
        """Every field by its path, in the order of the form."""
        return {entry.field_path: entry for section in self.sections for entry in section.fields}

    def section(self, section_path: str) -> Section | None:
        return next((section for section in self.sections if section.section_path == section_path), None)

    def wait(self, answers: Answers) -> Wait:
        """How long the review of these answers takes; conditions may also ask for answers of the brand."""
        return next(w for w in self.waits if w.condition is None or w.condition.holds(answers))

    def fees_due(self, answers: Answers, when: str) -> tuple[Fee, ...]:
        """The fees of these answers on submission or every month."""
        return tuple(f for f in self.fees if f.when == when and (f.condition is None or f.condition.holds(answers)))

    # The members of RegistrationTypeDefinition:

    @property
    def supported_associations(self) -> tuple[Association, ...]:
        return self.associations

    @property
    def display_hints(self) -> dict[str, Any]:
        return {
            "title": self.title,
            "short_description": self.short_description,
            "long_description": _sentences(*self.prerequisites, *self.facts, *self.after),
            "documentation_title": self.documentation_title or None,
        }


def _sentences(*texts: Text) -> str | None:
    return " ".join(str(text) for text in texts if text) or None


def _condition(given: Mapping[str, Any] | None) -> Condition | None:
    return Condition(given["field"], given["operator"], tuple(given.get("values", ()))) if given else None


def _rule(given: Mapping[str, Any]) -> Rule:
    change = given.get("validation")
    validation = None
    if change:
        allowed = change.get("allowed_values")
        validation = Validation(**{**change, "allowed_values": tuple(allowed) if allowed else None})
    conditions = tuple(Condition(c["field"], c["operator"], tuple(c.get("values", ()))) for c in given["when"])
    return Rule(conditions, given["behavior"], given.get("why", ""), validation)


def _field(section_path: str, given: Mapping[str, Any]) -> Field:
    rest = dict(given)
    for name in ("min_length", "max_length", "min_choices", "max_choices"):
        rest.setdefault(name, 0)
    if rest.get("pattern"):
        re.compile(rest["pattern"])  # a broken pattern stops the start, not a submission
    kind, requirement = rest.pop("type"), rest.pop("requirement")
    attachment, condition = rest.pop("attachment", {}), rest.pop("condition", {})
    guide = tuple(rest.pop("guide", ()))
    options = tuple(Option(o["value"], o["title"], o.get("description", "")) for o in rest.pop("options", ()))
    return Field(
        section_path=section_path,
        field_type=kind,
        field_requirement=requirement,
        options=options,
        max_bytes_by_type=attachment.get("max_bytes_by_type", {}),
        size_words=attachment.get("words", ""),
        rules=tuple(_rule(entry) for entry in condition.get("rules", ())),
        default_behavior=condition.get("default", OPTIONAL),
        guide=guide,
        **rest,
    )


def _association(given: Mapping[str, Any]) -> Association:
    rest = dict(given)
    return Association(
        association_behavior=rest.pop("behavior"), disassociation_behavior=rest.pop("disassociation"), **rest
    )


KNOWN = {
    "registration_type", "version", "title", "iso_country_code", "short_description", "documentation_title", "quota",
    "submits_itself", "scored", "new_version_when_complete",
}  # fmt: skip
BUILT = {"sections", "associations", "fees", "review", "prerequisites", "facts", "after", "source", "format"}


def read(text: str) -> RegistrationType:
    """A type from the text of its file. Raises KeyError, TypeError or ValueError when the file is wrong."""
    given = TEXTS.read(text)
    sections = tuple(
        Section(
            s["section_path"],
            s["title"],
            s["short_description"],
            tuple(_field(s["section_path"], f) for f in s["fields"]),
        )
        for s in given["sections"]
    )
    fees = tuple(
        Fee(**{k: v for k, v in f.items() if k != "if"}, condition=_condition(f.get("if"))) for f in given["fees"]
    )
    waits = tuple(Wait(w["days"], w["text"], _condition(w.get("if"))) for w in given["review"]["waits"])
    return RegistrationType(
        sections=sections,
        associations=tuple(_association(entry) for entry in given["associations"]),
        fees=fees,
        waits=waits,
        prerequisites=tuple(given.get("prerequisites", ())),
        facts=tuple(given.get("facts", ())),
        after=tuple(given.get("after", ())),
        extra={name: value for name, value in given.items() if name not in KNOWN | BUILT},
        **{name: given[name] for name in KNOWN if name in given},
    )


@cache
def _types(folders: tuple[str, ...]) -> dict[str, RegistrationType]:
    found = [
        read(path.read_text(encoding="utf-8"))
        for folder in (DATA / "types", *map(Path, folders))
        for path in sorted(folder.glob("*.json"))
    ]
    order = {"US": 0}
    found.sort(key=lambda entry: (order.get(entry.iso_country_code, 1), in_english(entry.title)))
    return {entry.registration_type: entry for entry in found}


def registration_types() -> dict[str, RegistrationType]:
    """Every type by its name, those of the US first, then by title."""
    return _types(tuple(str(folder) for folder in getattr(settings, "REGISTRATION_TYPE_FOLDERS", ())))
