"""Saving what was typed into a registration's form: one field at a time, never over somebody else's change."""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.http import QueryDict
from django.utils.translation import gettext as _

from console.registration_sheets import Card, Offer, Sheet, digest, seen, shown
from messaging.errors import Conflict, Refusal, Text
from registrations.definitions import ATTACHMENT, SELECT, TEXT, Field
from registrations.models import RegistrationAttachment, RegistrationFieldValue
from registrations.operations.attachments import create_registration_attachment, delete_registration_attachment
from registrations.operations.field_values import delete_registration_field_value, put_registration_field_value

COMPANY_SECTIONS = ("companyInfo", "contactInfo")  # who one is stays the same from form to form


@dataclass
class Outcome:
    """What became of one field: the words of a refusal, or what another person has put there meanwhile."""

    typed: tuple[str, ...]
    error: Text = ""
    theirs: RegistrationFieldValue | None = None
    conflict: bool = False

    @property
    def saved(self) -> bool:
        return not self.error and not self.conflict

    @property
    def status(self) -> int:
        return 409 if self.conflict else 422 if self.error else 200


def typed(data: QueryDict, entry: Field) -> tuple[str, ...]:
    """What a form says of a field; line ends as the API has them, and blanks only are nothing."""
    if entry.field_type == SELECT:
        return tuple(choice for choice in data.getlist(entry.field_path) if choice)
    text = data.get(entry.field_path, "").replace("\r\n", "\n").replace("\r", "\n")
    return (text,) if text.strip() else ()


def was_asked(data: QueryDict, entry: Field) -> bool:
    """Whether the form had the field at all: only then a missing value means that it was emptied."""
    return entry.field_type != ATTACHMENT and f"seen:{entry.field_path}" in data


def save(sheet: Sheet, entry: Field, answer: tuple[str, ...], was: str, *, again: bool = True) -> Outcome:
    """Put an answer into the draft unless it is there; `was` is what the editor saw (registration_sheets.seen).

    What the same person saved meanwhile is no conflict: a page that saves itself may be overtaken by its own button.
    """
    stored = sheet.values.get(entry.field_path)
    before = tuple(stored.answer) if stored else ()
    revision, _dot, untouched = was.partition(".")
    if answer == before or digest(answer) == untouched:
        return Outcome(before)
    by_another = (stored or sheet.version).edited_by != sheet.caller.actor
    if was and by_another and revision != seen(stored).partition(".")[0]:
        return Outcome(answer, theirs=stored, conflict=True)
    try:
        _put(sheet, entry, answer, stored)
    except Conflict as refusal:
        sheet.read()
        if again:
            return save(sheet, entry, answer, was, again=False)
        return Outcome(answer, error=refusal.message, theirs=sheet.values.get(entry.field_path), conflict=True)
    except Refusal as refusal:
        return Outcome(answer, error=next(iter(refusal.fields.values()), refusal.message))
    return Outcome(answer)


def _put(sheet: Sheet, entry: Field, answer: tuple[str, ...], stored: RegistrationFieldValue | None) -> None:
    parameters: dict[str, Any] = {"registration_id": sheet.row.registration_id, "field_path": entry.field_path}
    if not answer:
        delete_registration_field_value(sheet.caller, **parameters)
        return
    parameters |= {"text_value": answer[0]} if entry.field_type == TEXT else {"select_choices": list(answer)}
    put_registration_field_value(sheet.caller, **parameters, if_revision=stored.revision if stored else 0)


def save_all(sheet: Sheet, fields: Sequence[Field], data: QueryDict, *, but: str = "") -> dict[str, Outcome]:
    """Every field of a form, choices before texts, since they decide what the texts may be. `but` keeps its value."""
    order = sorted((entry for entry in fields if was_asked(data, entry)), key=lambda entry: entry.field_type != SELECT)
    outcomes: dict[str, Outcome] = {}
    for entry in order:
        if entry.field_path == but:
            continue
        outcomes[entry.field_path] = save(sheet, entry, typed(data, entry), data.get(f"seen:{entry.field_path}", ""))
    sheet.read()
    return outcomes


def upload(sheet: Sheet, entry: Field, file: Any) -> Outcome:
    """Take a file and answer the field with it; the file that was there before goes, and so does a refused one."""
    before = sheet.values.get(entry.field_path)
    made: RegistrationAttachment | None = None
    try:
        made = create_registration_attachment(
            sheet.caller, attachment_body=file.read(), said_name=file.name or "", said_type=file.content_type or ""
        )
        put_registration_field_value(
            sheet.caller,
            registration_id=sheet.row.registration_id,
            field_path=entry.field_path,
            registration_attachment_id=made.registration_attachment_id,
        )
    except Refusal as refusal:
        _forget(sheet, made)
        error = refusal.message if refusal.reason in ("ATTACHMENT_TYPE_NOT_SUPPORTED", "MAXIMUM_SIZE_EXCEEDED") else ""
        return Outcome((), error=error or next(iter(refusal.fields.values()), refusal.message))
    _forget(sheet, before.attachment if before else None)
    sheet.read()
    return Outcome(())


def remove(sheet: Sheet, entry: Field) -> Outcome:
    """Take the answer out, whatever it is, and a file with it."""
    before = sheet.values.get(entry.field_path)
    try:
        delete_registration_field_value(
            sheet.caller, registration_id=sheet.row.registration_id, field_path=entry.field_path
        )
    except Refusal as refusal:
        return Outcome((), error=refusal.message)
    _forget(sheet, before.attachment if before else None)
    sheet.read()
    return Outcome(())


def _forget(sheet: Sheet, attachment: RegistrationAttachment | None) -> None:
    """Delete a file that came from a page, unless another version has it: nobody could find it again.

    One that was made through the API has no name of a file and stays: whoever made it has its id.
    """
    if attachment is not None and attachment.file_name and not attachment.attachment_url:
        with suppress(Refusal):
            delete_registration_attachment(
                sheet.caller, registration_attachment_id=attachment.registration_attachment_id
            )


def cards(sheet: Sheet, fields: Sequence[Field], outcomes: dict[str, Outcome] | None = None) -> list[Card]:
    """Fields ready to be shown, with what was typed where it could not be saved, and with what is known elsewhere."""
    made = [sheet.card(entry) for entry in fields]
    for card in made:
        outcome = (outcomes or {}).get(card.path)
        if outcome and not outcome.saved:
            card.answer = outcome.typed or card.answer
            card.error, card.theirs = outcome.error, outcome.theirs
            if outcome.conflict and not card.theirs and not card.error:
                card.error = _("Somebody emptied this answer meanwhile. Save again to keep yours.")
    _offer(sheet, made)
    return made


def _offer(sheet: Sheet, made: list[Card]) -> None:
    """Values that are known already: of the registration that this one is built on, and of other forms' company."""
    empty = [card for card in made if not card.answer and not card.hidden]
    for card in empty:
        carried = sheet.brand.get(card.field.carried_from) if card.field.carried_from else None
        if carried and (card.field.field_type != SELECT or set(carried) <= set(card.resolved.options)):
            words = ", ".join(shown(card.field, carried))
            card.offer = Offer(carried[0], words, _("the brand registration"))
    wanted = [
        card.path
        for card in empty
        if card.offer is None and card.field.section_path in COMPANY_SECTIONS and card.field.field_type == TEXT
    ]
    known: dict[str, RegistrationFieldValue] = {}
    for value in _known(sheet, wanted) if wanted else ():
        known.setdefault(value.field_path, value)
    for card in empty:
        said = known.get(card.path)
        if said is not None and card.offer is None:
            card.offer = Offer(said.text_value, said.text_value, said.version.registration.definition.title)


def _known(sheet: Sheet, paths: list[str]) -> QuerySet[RegistrationFieldValue]:
    """What other registrations of the account say there, the newest first. One query."""
    return (
        RegistrationFieldValue.objects.filter(version__registration__owner=sheet.row.owner_id, field_path__in=paths)
        .exclude(version__registration=sheet.row)
        .exclude(text_value="")
        .select_related("version__registration")
        .order_by("-edited_at")[:200]
    )
