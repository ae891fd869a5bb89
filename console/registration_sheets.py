"""A registration as the pages of its form have it: one version's answers, and every field ready to be shown.

A sheet is read once per request; what follows from the answers (steps, what is missing, what was returned) is worked
out of it without further queries.
"""

import zlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from console.callers import url_to
from console.statuses import look
from messaging.caller import Caller
from messaging.errors import Text
from messaging.operations.tags import names_of
from registrations.checks import brand_answers
from registrations.definitions import (
    ATTACHMENT,
    DISALLOWED,
    REQUIRED,
    SELECT,
    TEXT,
    Answers,
    Field,
    RegistrationType,
    Resolved,
    Section,
)
from registrations.models import (
    Decision,
    FieldVerdict,
    Registration,
    RegistrationAttachment,
    RegistrationFieldValue,
    RegistrationVersion,
    VersionStatus,
)
from registrations.operations.decisions import is_editable
from registrations.operations.field_checks import problems
from registrations.operations.naming import registration_named, version_numbered
from registrations.reasons import Reason, reasons

EDITABLE = ("CREATED", "REQUIRES_UPDATES", "COMPLETE")  # a draft can be worked on
LONG_EXAMPLE = 60  # characters: an answer like this does not fit into one line
LONG_TEXT = 255
FEW_OPTIONS = 6  # as many are shown as radio buttons, more as a list


def element_id(field_path: str) -> str:
    """The part of ids that stands for a field: dots mean something in selectors."""
    return field_path.replace(".", "-")


@dataclass(frozen=True, slots=True)
class Choice:
    """One option of a select field."""

    value: str
    title: Text
    description: Text
    chosen: bool


@dataclass(frozen=True, slots=True)
class Offer:
    """A value that is known already: from another registration, called source."""

    text: str
    shown: str
    source: Text


@dataclass
class Card:
    """One field on a page. answer is what is shown (typed or stored), stored what the draft has."""

    field: Field
    resolved: Resolved
    answer: tuple[str, ...] = ()
    stored: RegistrationFieldValue | None = None
    error: Text = ""
    theirs: RegistrationFieldValue | None = None
    offer: Offer | None = None
    returned: "Returned | None" = None
    save_url: str = ""

    @property
    def path(self) -> str:
        return self.field.field_path

    @property
    def id(self) -> str:
        return element_id(self.path)

    @property
    def seen(self) -> str:
        """See seen() below."""
        return seen(self.stored)

    @property
    def text(self) -> str:
        return self.answer[0] if self.answer else ""

    @property
    def attachment(self) -> RegistrationAttachment | None:
        return self.stored.attachment if self.stored else None

    @property
    def hidden(self) -> bool:
        """Not asked with the other answers as they are, and not answered either."""
        return self.resolved.behavior == DISALLOWED and not self.answer

    @property
    def required(self) -> bool:
        return self.resolved.behavior == REQUIRED

    @property
    def requirement(self) -> Text:
        if self.resolved.behavior == DISALLOWED:
            return _("must stay empty")
        return _("required") if self.required else _("optional")

    @property
    def control(self) -> str:
        """How it is asked: line, area, list, radios, checks or file."""
        if self.field.field_type == ATTACHMENT:
            return "file"
        if self.field.field_type == TEXT:
            long = len(self.field.example) > LONG_EXAMPLE or self.resolved.max_length > LONG_TEXT
            return "area" if long else "line"
        if self.field.max_choices > 1:
            return "checks"
        return "radios" if len(self.resolved.options) <= FEW_OPTIONS else "list"

    @property
    def grouped(self) -> bool:
        """Several inputs under one legend."""
        return self.control in ("radios", "checks")

    @property
    def options(self) -> list[Choice]:
        allowed = set(self.resolved.options) | set(self.answer)
        return [
            Choice(option.option, option.title, option.description, option.option in self.answer)
            for option in self.field.options
            if option.option in allowed
        ]

    @property
    def size_words(self) -> str:
        return size_words(self.field, self.resolved)

    @property
    def accept(self) -> str:
        return ",".join(self.field.max_bytes_by_type)

    @property
    def good(self) -> str:
        return "" if self.field.field_type != TEXT else self.field.example

    @property
    def stored_shown(self) -> list[str]:
        """What the draft has, in words."""
        return shown(self.field, self.stored.answer if self.stored else (), self.attachment)

    @property
    def shown(self) -> list[str]:
        """The answer in words: titles of choices, the name of a file."""
        return shown(self.field, self.answer, self.attachment)


def size_words(entry: Field, resolved: Resolved) -> str:
    """How long a text may be, how many choices, or how large a file of which types: a sentence, or nothing."""
    if entry.field_type == TEXT and resolved.max_length:
        least, most = resolved.min_length, resolved.max_length
        if least == most:
            return _("%(most)s characters.") % {"most": most}
        if least > 1:
            return _("%(least)s to %(most)s characters.") % {"least": least, "most": most}
        return _("At most %(most)s characters.") % {"most": most}
    if entry.field_type == SELECT and entry.max_choices > 1:
        return _("Choose up to %(most)s.") % {"most": entry.max_choices}
    if entry.field_type == ATTACHMENT:
        kinds = ", ".join(sorted({kind.partition("/")[2].removeprefix("x-") for kind in entry.max_bytes_by_type}))
        return _("%(size)s. File types: %(types)s.") % {"size": entry.size_words, "types": kinds}
    return ""


def shown(entry: Field, answer: Sequence[str], attachment: RegistrationAttachment | None = None) -> list[str]:
    """An answer in words."""
    if entry.field_type == SELECT:
        titles = {option.option: str(option.title) for option in entry.options}
        return [titles.get(choice, choice) for choice in answer]
    if attachment is not None:
        return [attachment.file_name or attachment.registration_attachment_id]
    return list(answer)


def digest(answer: Sequence[str]) -> str:
    """A sum of an answer, to see whether it was touched."""
    return str(zlib.crc32("\x1f".join(answer).encode()))


def seen(value: RegistrationFieldValue | None) -> str:
    """What an editor saw, to be sent back with a change: the revision, and a sum of the answer."""
    return f"{value.revision if value else 0}.{digest(value.answer if value else ())}"


@dataclass(frozen=True)
class Returned:
    """A field that the last decision denied; settled when its answer was changed since."""

    verdict: FieldVerdict
    title: Text
    url: str
    settled: bool

    @cached_property
    def reason(self) -> Reason | None:
        return reasons().get(self.verdict.reason)


@dataclass(frozen=True, slots=True)
class Part:
    """A section with its fields, for pages that show all of them."""

    section: Section
    cards: list[Card]
    url: str


@dataclass
class Sheet:
    """See the module. `current` is whether the version shown is the registration's current one."""

    caller: Caller
    row: Registration
    version: RegistrationVersion
    values: dict[str, RegistrationFieldValue] = field(default_factory=dict)
    returned_values: dict[str, RegistrationFieldValue] = field(default_factory=dict)

    @property
    def definition(self) -> RegistrationType:
        return self.row.definition

    @property
    def current(self) -> bool:
        return self.version.version_number == self.row.current_version_number

    @cached_property
    def editable(self) -> bool:
        may = self.caller.may("PutRegistrationFieldValue")
        return may and self.current and bool(self.definition.sections) and is_editable(self.row, self.version)

    @property
    def answers(self) -> Answers:
        return {path: tuple(value.answer) for path, value in self.values.items() if value.answer}

    @property
    def problems(self) -> dict[str, Text]:
        """Field path -> what keeps the version from being submitted."""
        attachments = {path: value.attachment for path, value in self.values.items() if value.attachment}
        return problems(self.definition, self.answers, attachments)

    @cached_property
    def name(self) -> str:
        """The tag Name, or the type and the id. One query."""
        return names_of(self.caller, self.row).get(self.row.name, "").strip() or self.row.registration_id

    @cached_property
    def brand(self) -> Answers:
        """What the registration that this one is built on said. No query for a type that is built on none."""
        is_built = any(entry.registration_type for entry in self.definition.associations)
        return brand_answers(self.row) if is_built else {}

    @property
    def known(self) -> Answers:
        """The answers that the wait goes by: those of the brand as well, where the type has several waits."""
        return {**(self.brand if len(self.definition.waits) > 1 else {}), **self.answers}

    def read(self) -> None:
        """Read the answers of the version, and of the one that was returned last. One query."""
        shown, returned = self.version.version_number, self.row.latest_denied_version_number
        rows = RegistrationFieldValue.objects.filter(
            version__registration=self.row, version__version_number__in=[shown, returned or shown]
        ).select_related("attachment")
        self.values, self.returned_values = {}, {}
        for value in rows:
            of_shown = value.version_id == self.version.pk
            (self.values if of_shown else self.returned_values)[value.field_path] = value

    # Fields

    def section_url(self, section_path: str) -> str:
        return url_to(self.caller, "registration-section", self.row.name, section_path)

    def field_url(self, entry: Field) -> str:
        return f"{self.section_url(entry.section_path)}#field-{element_id(entry.field_path)}"

    def card(self, entry: Field) -> Card:
        value = self.values.get(entry.field_path)
        return Card(
            entry,
            entry.resolve(self.answers),
            tuple(value.answer) if value else (),
            value,
            returned=self.returned.get(entry.field_path),
            save_url=url_to(self.caller, "registration-field", self.row.name, entry.field_path),
        )

    def parts(self) -> list[Part]:
        """Every section with its fields."""
        return [
            Part(
                section,
                [card for card in map(self.card, section.fields) if not card.hidden],
                self.section_url(section.section_path),
            )
            for section in self.definition.sections
        ]

    @cached_property
    def verdicts(self) -> dict[str, FieldVerdict]:
        """What the last refusal said of which field, while it waits to be corrected. One query at most."""
        number = self.row.latest_denied_version_number
        if not number or self.row.registration_status not in EDITABLE:
            return {}
        found = FieldVerdict.objects.filter(
            decision__version__registration=self.row, decision__version__version_number=number, accepted=False
        )
        return {verdict.field_path: verdict for verdict in found.select_related("decision")}

    @property
    def refusal(self) -> Decision | None:
        """The decision that these verdicts belong to: a return, or a withdrawn approval."""
        return next((verdict.decision for verdict in self.verdicts.values()), None)

    @property
    def open_returns(self) -> list[Returned]:
        """What the last refusal names and nobody has changed since."""
        return [entry for entry in self.returned.values() if not entry.settled]

    @property
    def returned(self) -> dict[str, Returned]:
        """The fields that the last refusal names, and whether each was changed since."""
        is_newer = self.row.latest_denied_version_number != self.version.version_number
        return {path: self._returned(path, verdict, is_newer) for path, verdict in self.verdicts.items()}

    def _returned(self, path: str, verdict: FieldVerdict, is_newer: bool) -> Returned:
        entry = self.definition.fields.get(path)
        if entry is None:
            return Returned(verdict, _("The registration as a whole"), "", False)
        now, then = self.values.get(path), self.returned_values.get(path)
        changed = tuple(now.answer if now else ()) != tuple(then.answer if then else ())
        return Returned(verdict, entry.title, self.field_url(entry), is_newer and changed)

    # Steps

    @property
    def percent(self) -> int:
        return percent(self.definition, self.answers)

    def steps(self, current: str) -> list[dict[str, Any]]:
        """The sections, then the review."""
        faults = self.problems
        made = [
            self._step(number, section, faults, current)
            for number, section in enumerate(self.definition.sections, start=1)
        ]
        ready = not faults and not self.open_returns
        made.append(
            {
                "number": len(made) + 1,
                "label": _("Review and submit"),
                "state": "in_progress" if ready else "not_started",
                "state_label": _("Ready") if ready else _("Not yet ready"),
                "url": url_to(self.caller, "registration-review", self.row.name),
                "current": current == "review",
            }
        )
        return made

    def _step(self, number: int, section: Section, faults: dict[str, Text], current: str) -> dict[str, Any]:
        paths = [entry.field_path for entry in section.fields]
        missing = sum(1 for path in paths if path in faults)
        open_returns = sum(1 for path in paths if path in self.returned and not self.returned[path].settled)
        if open_returns:
            state, words = (
                "attention",
                ngettext("%(count)s field to change", "%(count)s fields to change", open_returns)
                % {"count": open_returns},
            )
        elif not missing:
            state, words = "complete", _("Complete")
        elif any(path in self.values for path in paths):
            words = ngettext("%(count)s field left", "%(count)s fields left", missing) % {"count": missing}
            state = "in_progress"
        else:
            state, words = "not_started", _("Not started")
        return {
            "number": number,
            "label": section.title,
            "state": state,
            "state_label": words,
            "url": self.section_url(section.section_path),
            "current": current == section.section_path,
        }

    def next_url(self, after: str = "") -> str:
        """The step after a section; without one, the first that is not complete."""
        sections = [section.section_path for section in self.definition.sections]
        review = url_to(self.caller, "registration-review", self.row.name)
        if after:
            at = sections.index(after) + 1
            return self.section_url(sections[at]) if at < len(sections) else review
        steps = self.steps("")[:-1]
        return next((step["url"] for step in steps if step["state"] != "complete"), review)


def percent(definition: RegistrationType, answers: Answers) -> int:
    """How much of what must be answered is: 0 to 100."""
    must = [p for p, entry in definition.fields.items() if entry.resolve(answers).behavior == REQUIRED]
    return 100 if not must else sum(1 for path in must if answers.get(path)) * 100 // len(must)


def sheet_of(caller: Caller, registration_id: str, version_number: int | None = None) -> Sheet:
    """A registration with the answers of a version, by default the current one. Raises NotFound, Invalid. 3 queries."""
    caller.require("DescribeRegistrations")
    row = registration_named(caller, registration_id)
    found = Sheet(caller, row, version_numbered(row, version_number))
    found.read()
    return found


def status_words(version: RegistrationVersion) -> Text:
    """A version's status as the badge says it."""
    return look(VersionStatus(version.registration_version_status)).label
