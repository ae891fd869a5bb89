"""Versions of registrations: a new one from the last, submission, discarding."""

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from messaging import clock
from messaging.caller import Caller
from messaging.errors import Conflict, Invalid
from messaging.operations.registry import operation
from registrations.definitions import BEFORE_SUBMIT, Association
from registrations.models import (
    Registration,
    RegistrationFieldValue,
    RegistrationStatus,
    RegistrationVersion,
    ReviewClaim,
    VersionStatus,
    VersionStep,
)
from registrations.operations import fees, limits, moves, policies
from registrations.operations.field_checks import problems
from registrations.operations.naming import about, registration_named, version_numbered
from registrations.transitions import Action


def _arn(version: RegistrationVersion) -> str:
    return version.registration.arn


@operation(changes_settings=False, resource=_arn)
def create_registration_version(caller: Caller, *, registration_id: str) -> RegistrationVersion:
    """Make a new draft that starts with every answer of the version before. Source: CreateRegistrationVersion.

    Raises NotFound; Conflict CREATE_REGISTRATION_VERSION_NOT_ALLOWED; OverQuota REGISTRATION_VERSIONS_CREATED_PER_DAY.
    """
    row = registration_named(caller, registration_id, lock=True)
    before = version_numbered(row)
    complete = row.registration_status == RegistrationStatus.COMPLETE and row.definition.new_version_when_complete
    moves.need(Action.NEW_VERSION_OF_COMPLETE if complete else Action.NEW_VERSION, row, before)
    limits.need_room_for_version(caller, row)
    number = row.current_version_number + 1
    try:
        with transaction.atomic():
            version = RegistrationVersion.objects.create(
                registration=row, version_number=number, definition_version=row.definition.version
            )
    except IntegrityError as error:  # somebody made one in this very moment
        raise moves.refused(Action.NEW_VERSION, row, before) from error
    RegistrationFieldValue.objects.bulk_create(
        RegistrationFieldValue(
            version=version,
            field_path=value.field_path,
            text_value=value.text_value,
            select_choices=value.select_choices,
            attachment_id=value.attachment_id,
            edited_at=value.edited_at,
            edited_by=value.edited_by,
        )
        for value in before.values.all()
        if value.field_path in row.definition.fields
    )
    row.current_version_number = number
    row.save(update_fields=["current_version_number"])
    VersionStep.objects.create(
        version=version,
        status=VersionStatus.DRAFT,
        registration_status=row.registration_status,
        at=clock.now(),
        actor=caller.actor,
    )
    return version


@operation(changes_settings=False, resource=_arn)
def submit_registration_version(
    caller: Caller, *, registration_id: str, aws_review: bool = False
) -> RegistrationVersion:
    """Hand the current version in for review; its fees fall due. Source: SubmitRegistrationVersion.

    Raises NotFound; Conflict SUBMIT_REGISTRATION_VERSION_NOT_ALLOWED, REGISTRATION_ALREADY_SUBMITTED, or
    REGISTRATION_NOT_COMPLETE while another registration must be complete first; Invalid MISSING_PARAMETER when a
    resource is not associated yet, FIELD_VALIDATION_FAILED with every faulty field by its path.
    """
    row = registration_named(caller, registration_id, lock=True)
    version = version_numbered(row)
    moves.need(Action.SUBMIT, row, version)
    _check_prerequisites(row)
    values = list(version.values.select_related("attachment"))
    answers = {value.field_path: tuple(value.answer) for value in values}
    attachments = {value.field_path: value.attachment for value in values if value.attachment}
    faults = problems(row.definition, answers, attachments)
    if faults:
        raise Invalid(
            _("%(count)s fields keep this registration from being submitted: %(fields)s.")
            % {"count": len(faults), "fields": ", ".join(faults)},
            reason="FIELD_VALIDATION_FAILED",
            fields=faults,
            next_step=_("Correct the fields named and submit again."),
        )
    now = clock.now()
    moves.move(
        Action.SUBMIT,
        row,
        version,
        actor=caller.actor,
        submitted_at=now,
        submitted_by=caller.actor,
        aws_review=aws_review,
        expected_at=now + policies.documented_wait(row, answers),
    )
    fees.charge_submission(row, answers)
    policies.plan(row, version)
    return version


@operation(changes_settings=False, resource=_arn)
def discard_registration_version(caller: Caller, *, registration_id: str) -> RegistrationVersion:
    """Take a submitted version back for good. Source: DiscardRegistrationVersion.

    Raises NotFound; Conflict DISCARD_REGISTRATION_VERSION_NOT_ALLOWED.
    """
    row = registration_named(caller, registration_id, lock=True)
    version = version_numbered(row)
    moves.move(Action.DISCARD, row, version, actor=caller.actor, due_at=None)
    ReviewClaim.objects.filter(version=version).delete()
    return version


def _check_prerequisites(row: Registration) -> None:
    """What must be there before a form is worth submitting: associated resources, in the state the type asks for."""
    for spec in row.definition.associations:
        if spec.association_behavior != BEFORE_SUBMIT:
            continue
        found = list(row.associations.filter(resource_type=spec.resource_type).select_related("other"))
        if len(found) < spec.min:
            raise Invalid(
                _("This registration needs %(what)s before it can be submitted.") % {"what": needed(spec)},
                reason="MISSING_PARAMETER",
                fields={"registration_id": _("Associate it with CreateRegistrationAssociation.")},
                next_step=" ".join(map(str, row.definition.prerequisites)),
            )
        for entry in found:
            if spec.required_status and entry.other and entry.other.registration_status != spec.required_status:
                raise not_complete(entry.other)
    _check_same_name(row)


def _check_same_name(row: Registration) -> None:
    """What is provisioned by a name in the form must be what the registration goes with already, if it does."""
    for spec in row.definition.associations:
        if not spec.created_from:
            continue
        entry = row.associations.filter(sender_id__isnull=False).select_related("sender_id").first()
        if entry is None or entry.sender_id is None:
            continue
        named = row.current_version.values.filter(field_path=spec.created_from).first()
        if named and named.text_value != entry.sender_id.sender_id:
            raise Invalid(
                _("The form names the sender ID %(named)s, and the registration goes with %(associated)s.")
                % {"named": named.text_value, "associated": entry.sender_id.sender_id},
                reason="FIELD_VALIDATION_FAILED",
                fields={spec.created_from: _("Name the sender ID that the registration goes with.")},
                next_step=_("Correct the form, or make another registration for the other sender ID."),
            )


def needed(spec: Association) -> str:
    """What an association asks for, in words."""
    if spec.number_type:
        return str(_("a %(country)s phone number of the type %(type)s")) % {
            "country": spec.iso_country_code,
            "type": spec.number_type,
        }
    if spec.registration_type:
        return str(_("a registration of the type %(type)s")) % {"type": spec.registration_type}
    return str(_("a sender ID of %(country)s")) % {"country": spec.iso_country_code}


def not_complete(other: Registration) -> Conflict:
    """The refusal while another registration must be complete first."""
    return Conflict(
        _("%(title)s %(registration)s is not complete yet: it is %(status)s.")
        % {
            "title": other.definition.title,
            "registration": other.registration_id,
            "status": other.get_registration_status_display(),
        },
        reason="REGISTRATION_NOT_COMPLETE",
        resource=about(other),
        next_step=_("Wait until it is complete; then go on here."),
    )


def readiness(row: Registration) -> list[Invalid | Conflict]:
    """What else than fields keeps a registration from being submitted; for pages. Empty when nothing does."""
    try:
        _check_prerequisites(row)
    except (Invalid, Conflict) as refusal:
        return [refusal]
    return []


def missing(version: RegistrationVersion) -> dict[str, object]:
    """Field path -> what is wrong, of everything that keeps a version from being submitted; for pages. One query."""
    values = list(version.values.select_related("attachment"))
    answers = {value.field_path: tuple(value.answer) for value in values}
    attachments = {value.field_path: value.attachment for value in values if value.attachment}
    return dict(problems(version.registration.definition, answers, attachments))
