"""A version as its reviewer sees it: cards of fields, what was decided so far, what the submitter will read."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _

from console.media import PICTURES
from console.registration_sheets import size_words
from console.review_words import Age, flags, person
from messaging.caller import Caller
from messaging.errors import Text
from registrations import checks, differences
from registrations.definitions import (
    ATTACHMENT,
    CONDITIONAL,
    DISALLOWED,
    REQUIRED,
    SELECT,
    TEXT,
    Field,
    RegistrationType,
    Resolved,
    registration_types,
)
from registrations.differences import Piece
from registrations.models import (
    Decision,
    RegistrationAttachment,
    RegistrationFieldValue,
    RegistrationVersion,
    ReviewDraft,
    ReviewMode,
    VersionStep,
)
from registrations.operations.naming import answers_of
from registrations.operations.reviews import (
    WHOLE,
    Verdicts,
    decisions_around,
    draft_of,
    last_decision_before,
    starting_verdicts,
)
from registrations.reasons import OTHER_REASON, Reason, reasons, reasons_for

COMPANY = ("companyName", "dbaName", "website", "supportEmail", "isoCountryCode")  # who it is, in short
HISTORY = 5  # decisions on other registrations of the account


@dataclass(slots=True)
class Card:
    """A field on the screen with all that helps to decide on it. verdict is None while it is undecided."""

    path: str
    number: int
    title: Text
    hint: Text = ""
    requirement: Text = ""
    texts: Sequence[str] = ()
    attachment: RegistrationAttachment | None = None
    findings: Sequence[checks.Finding] = ()
    pieces: Sequence[Piece] = ()
    changed: bool = False
    is_list: bool = False
    verdict: Mapping[str, Any] | None = None
    reasons: Sequence[Reason] = ()
    problem: Text = ""

    @property
    def in_place(self) -> bool:
        """Whether a browser may show the file inside a page: a picture of a type that is safe."""
        return self.attachment is not None and in_place(self.attachment)

    @property
    def accepted(self) -> bool:
        return bool(self.verdict and self.verdict["accepted"])

    @property
    def denied(self) -> bool:
        return bool(self.verdict) and not self.accepted

    @property
    def reason(self) -> str:
        """The reason chosen; before that, the one for which the checks would return the field."""
        if self.verdict and not self.verdict["accepted"]:
            return str(self.verdict["reason"])
        offered = {reason.id for reason in self.reasons}
        return next((finding.reason for finding in self.findings if finding.reason in offered), "")

    @property
    def note(self) -> str:
        return str(self.verdict["note"]) if self.verdict else ""


@dataclass(slots=True)
class Part:
    """A section with its cards; empty ones that need no answer stand apart."""

    title: Text
    number: int
    cards: list[Card] = field(default_factory=list)

    @property
    def answered(self) -> list[Card]:
        return [card for card in self.cards if not self._is_empty(card)]

    @property
    def empty(self) -> list[Card]:
        return [card for card in self.cards if self._is_empty(card)]

    @staticmethod
    def _is_empty(card: Card) -> bool:
        return not (card.texts or card.attachment or card.pieces or card.denied) and card.accepted and bool(card.path)

    @property
    def decided(self) -> int:
        return sum(card.verdict is not None for card in self.cards)

    @property
    def denied(self) -> int:
        return sum(card.denied for card in self.cards)


@dataclass(frozen=True, slots=True)
class Returned:
    """A field that goes back, as the submitter reads it."""

    title: Text
    reason: Reason | None
    note: str


@dataclass(frozen=True, slots=True)
class Earlier:
    """A decision that was made, with the fields that it sent back."""

    decision: Decision
    definition: RegistrationType

    @property
    def who(self) -> str:
        return person(self.decision.reviewer)

    @property
    def denials(self) -> list[Returned]:
        fields = self.definition.fields
        return [
            Returned(
                fields[verdict.field_path].title if verdict.field_path in fields else _("The registration as a whole"),
                reasons().get(verdict.reason),
                verdict.note,
            )
            for verdict in self.decision.verdicts.all()
            if not verdict.accepted
        ]


class Sheet:
    """A version under review. given replaces the verdicts of the draft: what was just posted."""

    def __init__(self, caller: Caller, version: RegistrationVersion, given: Verdicts | None = None) -> None:
        self.caller, self.version = caller, version
        self.registration = version.registration
        self.definition: RegistrationType = self.registration.definition
        self.given = given

    @cached_property
    def _rows(self) -> dict[str, dict[str, RegistrationFieldValue]]:
        """The answers of this version, of the one before and of the company, each by field path. One query."""
        before = self._decided_before
        ids = [self.version.pk, *([before.version_id] if before else [])]
        company = checks.brand_versions(self.registration).values("pk")
        rows = RegistrationFieldValue.objects.filter(Q(version__in=ids) | Q(version__in=company))
        found: dict[str, dict[str, RegistrationFieldValue]] = {"now": {}, "before": {}, "company": {}}
        names = {self.version.pk: "now", **({before.version_id: "before"} if before else {})}
        for row in rows.select_related("attachment"):
            found[names.get(row.version_id, "company")][row.field_path] = row
        return found

    @property
    def values(self) -> dict[str, RegistrationFieldValue]:
        return self._rows["now"]

    @cached_property
    def answers(self) -> dict[str, tuple[str, ...]]:
        return {path: tuple(row.answer) for path, row in self.values.items()}

    @cached_property
    def _around(self) -> list[Decision]:
        return decisions_around(self.version, HISTORY)

    @property
    def decisions(self) -> list[Decision]:
        return [one for one in self._around if one.version.registration_id == self.registration.pk]

    @property
    def history(self) -> list[Decision]:
        """The latest decisions on other registrations of the account."""
        return [one for one in self._around if one.version.registration_id != self.registration.pk]

    @cached_property
    def _decided_before(self) -> Decision | None:
        return last_decision_before(self.version, self.decisions)

    @property
    def before(self) -> dict[str, RegistrationFieldValue] | None:
        """The answers of the version that was decided last before this one; None for the first."""
        return self._rows["before"] if self._decided_before else None

    @property
    def before_number(self) -> int:
        """The number of that version; 0 for none."""
        return self._decided_before.version.version_number if self._decided_before else 0

    @cached_property
    def findings(self) -> list[checks.Finding]:
        company = {path: tuple(row.answer) for path, row in self._rows["company"].items()}
        attachments = {path: row.attachment for path, row in self.values.items() if row.attachment}
        return checks.run_on_submitted(self.definition, self.answers, attachments, company)

    @property
    def returnable(self) -> frozenset[str]:
        """The fields that a check would return: nothing accepts them but the reviewer's own hand."""
        return frozenset(one.field_path for one in self.findings if one.severity is checks.Severity.REFUSED)

    @cached_property
    def draft(self) -> ReviewDraft | None:
        return draft_of(self.caller, self.version)

    @cached_property
    def verdicts(self) -> Verdicts:
        """What is decided so far: posted, drafted, or what stands at the start."""
        if self.given is not None:
            return self.given
        if self.draft is not None:
            return dict(self.draft.verdicts)
        accepted = self._accepted_before
        before = {path: tuple(row.answer) for path, row in (self.before or {}).items()}
        return starting_verdicts(self.version, self.answers, before, accepted - self.returnable)

    @property
    def _accepted_before(self) -> frozenset[str]:
        """What the last decision accepted; the simulated reviewer looks at every field and says what it denies."""
        last = self._decided_before
        if last is None:
            return frozenset()
        verdicts = last.verdicts.all()
        denied = {verdict.field_path for verdict in verdicts if not verdict.accepted}
        if last.mode != ReviewMode.MANUAL:
            return frozenset(self.definition.fields) - denied
        return frozenset(verdict.field_path for verdict in verdicts) - denied

    @cached_property
    def problems(self) -> dict[str, Text]:
        """What keeps the denials from being sent: a reason or a note is missing. By field path."""
        found: dict[str, Text] = {}
        for card in self.cards:
            if not card.denied:
                continue
            if not card.reason:
                found[card.path] = _("Choose a reason.")
            elif card.reason == OTHER_REASON and not card.note:
                found[card.path] = _("Write what is wrong and how to mend it: the reason Other says nothing by itself.")
        return found

    # Cards

    @cached_property
    def parts(self) -> list[Part]:
        parts, number = [], 0
        for at, section in enumerate(self.definition.sections, start=1):
            part = Part(section.title, at)
            for entry in section.fields:
                number += 1
                part.cards.append(self._card(entry, number))
            parts.append(part)
        whole = Card(
            WHOLE,
            number + 1,
            _("The registration as a whole"),
            hint=_("For what no single field is at fault for."),
            findings=[finding for finding in self.findings if finding.field_path not in self.definition.fields],
            verdict=self.verdicts.get(WHOLE),
            reasons=reasons_for(self.definition.registration_type),
        )
        return [*parts, Part(_("As a whole"), len(parts) + 1, [whole])]

    @cached_property
    def cards(self) -> list[Card]:
        return [card for part in self.parts for card in part.cards]

    def _card(self, entry: Field, number: int) -> Card:
        row, old = self.values.get(entry.field_path), (self.before or {}).get(entry.field_path)
        resolved = entry.resolve(self.answers)
        card = Card(
            entry.field_path,
            number,
            entry.title,
            requirement=_requirement(entry, resolved),
            texts=_shown(entry, row),
            attachment=row.attachment if row else None,
            findings=checks.of_field(self.findings, entry.field_path),
            verdict=self.verdicts.get(entry.field_path),
            reasons=offered(self.definition, entry.field_path),
            is_list=entry.field_type != TEXT,
        )
        now, then = (row.answer if row else ()), (old.answer if old else ())
        if self.before is not None and tuple(now) != tuple(then):
            card.changed = True
            was = _shown(entry, old)
            by_words = entry.field_type == TEXT
            choices = differences.of_choices(was, card.texts)
            card.pieces = differences.of_texts("".join(was), "".join(card.texts)) if by_words else choices
        return card

    # Counts

    @property
    def undecided(self) -> int:
        return sum(card.verdict is None for card in self.cards)

    @property
    def denied(self) -> list[Card]:
        return [card for card in self.cards if card.denied]

    @property
    def changed(self) -> int:
        return sum(card.changed for card in self.cards)

    @property
    def returned(self) -> list[Returned]:
        """What the submitter will read of the fields that go back."""
        return [Returned(card.title, reasons().get(card.reason), card.note) for card in self.denied]

    @property
    def final_verdicts(self) -> list[dict[str, Any]]:
        """The verdicts as an operation takes them."""
        return [
            {"field_path": path, **verdict}
            for path, verdict in self.verdicts.items()
            if path != WHOLE or not verdict["accepted"]
        ]

    # Beside the fields

    @property
    def company(self) -> list[tuple[Text, str]]:
        """What the registration that this one is built on says of the company: (title, answer).

        All of it where there is no form besides, else what tells who it is.
        """
        types = [entry.registration_type for entry in self.definition.associations if entry.registration_type]
        fields = registration_types()[types[0]].fields if types else {}
        rows = self._rows["company"]
        return [
            (entry.title, ", ".join(_shown(entry, rows[path])))
            for path, entry in fields.items()
            if path in rows and (entry.name in COMPANY or not self.definition.fields)
        ]

    @property
    def evidence(self) -> list[Card]:
        return [card for card in self.cards if card.attachment]

    @cached_property
    def steps(self) -> list[VersionStep]:
        return list(self.version.steps.all())

    @property
    def timeline(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = [
            {"status": step.status, "what": step.get_status_display(), "at": step.at, "by": person(step.actor)}
            for step in self.steps
        ]
        return found

    @property
    def age(self) -> Age:
        return Age.of(self.version)

    @property
    def flags(self) -> str:
        return flags(self.findings)

    @property
    def earlier(self) -> list["Earlier"]:
        """The decisions on this registration so far, as one reads them."""
        return [Earlier(decision, self.definition) for decision in self.decisions]


def in_place(attachment: RegistrationAttachment) -> bool:
    """Whether a browser may show a file inside a page: pictures of the types that are safe."""
    return attachment.media_type in PICTURES


def _requirement(entry: Field, resolved: Resolved) -> str:
    """Whether a field must be there, and how much text or how many choices: “Required. At most 100 characters.”"""
    if resolved.behavior == REQUIRED:
        words = _("Required here") if entry.field_requirement == CONDITIONAL else _("Required")
    else:
        words = _("Not asked for here") if resolved.behavior == DISALLOWED else _("Optional")
    return ". ".join(filter(None, (words, "" if entry.field_type == ATTACHMENT else size_words(entry, resolved))))


def _shown(entry: Field, row: RegistrationFieldValue | None) -> list[str]:
    """An answer in words, one piece per choice."""
    if row is None:
        return []
    if row.attachment:
        return [row.attachment.file_name or row.attachment.registration_attachment_id]
    if entry.field_type == SELECT:
        titles = {option.option: str(option.title) for option in entry.options}
        return [titles.get(choice, choice) for choice in row.select_choices]
    return [row.text_value] if row.text_value else []


def offered(definition: RegistrationType, field_path: str) -> list[Reason]:
    """The reasons to return a field for: those published of it or of its like (samples 2 to 5), and Other."""
    like = field_path.rstrip("0123456789")
    alike = {field_path, f"{like}1"} if like != field_path else {field_path}
    known = reasons_for(definition.registration_type)
    return [reason for reason in known if reason.id == OTHER_REASON or alike & set(reason.fields)]


def company_of(version: RegistrationVersion) -> Mapping[str, Sequence[str]]:
    """The answers of the registration that a row of the queue goes with, from what was fetched with the row."""
    for entry in getattr(version.registration, "companies", ()):
        for approved in getattr(entry.other, "approved_versions", ()):
            return answers_of(approved)
    return {}
