"""Answers to the fields of a draft."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import F
from django.utils.translation import gettext_lazy as _

from messaging import clock
from messaging.caller import Caller
from messaging.errors import Conflict, Invalid, Text
from messaging.operations.registry import operation
from registrations.definitions import ATTACHMENT, DISALLOWED, SELECT, TEXT, Field
from registrations.models import (
    Registration,
    RegistrationAttachment,
    RegistrationFieldValue,
    RegistrationVersion,
)
from registrations.operations import moves
from registrations.operations.field_checks import attachment_problem, choices_problem, text_problem
from registrations.operations.naming import (
    about,
    answers_of,
    attachment_named,
    field_named,
    registration_named,
    version_numbered,
)
from registrations.transitions import Action

MEMBER = {TEXT: "text_value", SELECT: "select_choices", ATTACHMENT: "registration_attachment_id"}
API_MEMBER = {TEXT: "TextValue", SELECT: "SelectChoices", ATTACHMENT: "RegistrationAttachmentId"}


@dataclass(frozen=True, slots=True)
class FieldValue:
    """An answer as the API answers it; revision is ours."""

    registration_arn: str
    registration_id: str
    version_number: int
    field_path: str
    text_value: str | None = None
    select_choices: Sequence[str] | None = None
    registration_attachment_id: str | None = None
    revision: int = 0

    @property
    def arn(self) -> str:
        return self.registration_arn


@operation(logged=True, changes_settings=False)
def put_registration_field_value(
    caller: Caller,
    *,
    registration_id: str,
    field_path: str,
    select_choices: Sequence[str] | None = None,
    text_value: str | None = None,
    registration_attachment_id: str | None = None,
    if_revision: int | None = None,
) -> FieldValue:
    """Answer a field of the current draft; an earlier answer is replaced. Source: PutRegistrationFieldValue.

    if_revision, which the API does not have, is the revision that the editor saw (0: no answer): should another have
    changed the answer since, Conflict EDIT_REGISTRATION_FIELD_VALUES_NOT_ALLOWED. Raises NotFound; Invalid
    UNKNOWN_REGISTRATION_FIELD, FIELD_VALIDATION_FAILED, ATTACHMENT_TYPE_NOT_SUPPORTED, MISSING_PARAMETER,
    PARAMETERS_CANNOT_BE_USED_TOGETHER; Conflict EDIT_REGISTRATION_FIELD_VALUES_NOT_ALLOWED.
    """
    row = registration_named(caller, registration_id, lock=True)
    version = version_numbered(row)
    moves.need(Action.EDIT, row, version)
    field = field_named(row.definition, field_path)
    given = {TEXT: text_value, SELECT: select_choices, ATTACHMENT: registration_attachment_id}
    _check_kind(field, {kind for kind, value in given.items() if value is not None})
    attachment = None
    if registration_attachment_id:
        attachment = attachment_named(caller, registration_attachment_id, lock=True)
    _check_value(field, version, text_value, select_choices, attachment)
    before = version.values.filter(field_path=field_path).first()
    _check_revision(row, field, before, if_revision)
    stored, _made = RegistrationFieldValue.objects.update_or_create(
        version=version,
        field_path=field_path,
        defaults={
            "text_value": text_value or "",
            "select_choices": list(select_choices or ()),
            "attachment": attachment,
            "revision": before.revision + 1 if before else 1,
            "edited_at": clock.now(),
            "edited_by": caller.actor,
        },
    )
    _note_edit(caller, version)
    return _answered(row, version, stored)


@operation(changes_settings=False)
def delete_registration_field_value(caller: Caller, *, registration_id: str, field_path: str) -> FieldValue:
    """Take an answer out of the current draft and return it as it was. Source: DeleteRegistrationFieldValue.

    Raises NotFound; Invalid UNKNOWN_REGISTRATION_FIELD, REGISTRATION_FIELD_CANNOT_BE_DELETED when there is no answer;
    Conflict EDIT_REGISTRATION_FIELD_VALUES_NOT_ALLOWED.
    """
    row = registration_named(caller, registration_id, lock=True)
    version = version_numbered(row)
    moves.need(Action.EDIT, row, version)
    field = field_named(row.definition, field_path)
    stored = version.values.filter(field_path=field_path).select_related("attachment").first()
    if stored is None:
        raise Invalid(
            _("The field “%(field)s” has no value.") % {"field": field.title},
            reason="REGISTRATION_FIELD_CANNOT_BE_DELETED",
            fields={"field_path": _("Only a field with a value can lose it.")},
        )
    answered = _answered(row, version, stored)
    RegistrationFieldValue.objects.filter(pk=stored.pk).delete()
    _note_edit(caller, version)
    return answered


def _check_kind(field: Field, given: set[str]) -> None:
    """Exactly the member that the field's type has must be given."""
    names = ", ".join(sorted(API_MEMBER[kind] for kind in given))
    wanted = API_MEMBER[field.field_type]
    if not given:
        raise Invalid(
            _("The field “%(field)s” needs %(member)s.") % {"field": field.title, "member": wanted},
            reason="MISSING_PARAMETER",
            fields={MEMBER[field.field_type]: _("Give the value of the field.")},
        )
    if len(given) > 1:
        raise Invalid(
            _("A field has one kind of value, and %(members)s were given.") % {"members": names},
            reason="PARAMETERS_CANNOT_BE_USED_TOGETHER",
            fields={MEMBER[kind]: _("Give %(member)s only.") % {"member": wanted} for kind in given},
        )
    if field.field_type not in given:
        (kind,) = given
        raise _failed(field, MEMBER[kind], _("This field is answered with %(member)s.") % {"member": wanted})


def _check_value(
    field: Field,
    version: RegistrationVersion,
    text_value: str | None,
    select_choices: Sequence[str] | None,
    attachment: RegistrationAttachment | None,
) -> None:
    answers = answers_of(version) if field.rules else {}
    resolved = field.resolve(answers)
    member = MEMBER[field.field_type]
    if resolved.behavior == DISALLOWED:
        raise _failed(
            field, member, resolved.why or _("This field must stay empty with the other answers as they are.")
        )
    wrong: Text | None = None
    if text_value is not None:
        wrong = text_problem(field, resolved, text_value)
    elif select_choices is not None:
        wrong = choices_problem(field, resolved, select_choices)
    elif attachment is not None:
        wrong = attachment_problem(field, attachment)
        if wrong and attachment.media_type not in field.max_bytes_by_type:
            raise _failed(field, member, wrong, reason="ATTACHMENT_TYPE_NOT_SUPPORTED")
    if wrong:
        raise _failed(field, member, wrong)


def _failed(field: Field, member: str, text: Text, *, reason: str = "FIELD_VALIDATION_FAILED") -> Invalid:
    return Invalid(
        _("“%(field)s” (%(path)s): %(problem)s") % {"field": field.title, "path": field.field_path, "problem": text},
        reason=reason,
        fields={member: text},
    )


def _check_revision(
    row: Registration, field: Field, before: RegistrationFieldValue | None, if_revision: int | None
) -> None:
    found = before.revision if before else 0
    if if_revision is not None and if_revision != found:
        raise Conflict(
            _("“%(field)s” was changed by %(who)s in the meantime.")
            % {"field": field.title, "who": before.edited_by if before else _("somebody else")},
            reason="EDIT_REGISTRATION_FIELD_VALUES_NOT_ALLOWED",
            resource=about(row),
            fields={MEMBER[field.field_type]: _("Compare both values and save again.")},
            next_step=_("Compare both values and save again."),
        )


def _note_edit(caller: Caller, version: RegistrationVersion) -> None:
    RegistrationVersion.objects.filter(pk=version.pk).update(
        edits=F("edits") + 1, edited_by=caller.actor, edited_at=clock.now()
    )


def _answered(row: Registration, version: RegistrationVersion, stored: RegistrationFieldValue) -> FieldValue:
    return FieldValue(
        row.arn,
        row.registration_id,
        version.version_number,
        stored.field_path,
        stored.text_value or None,
        stored.select_choices or None,
        stored.registration_attachment_id,
        stored.revision,
    )
