"""Registrations: make and delete. Rules: the registration guide's status and transition tables."""

from collections.abc import Mapping, Sequence

from django.utils.translation import gettext_lazy as _

from messaging import clock
from messaging.caller import Caller
from messaging.errors import Conflict
from messaging.identifiers import new_id
from messaging.operations.registry import operation
from messaging.operations.tags import forget_tags, write_tags
from registrations.definitions import DELETE_DISASSOCIATES
from registrations.models import Registration, RegistrationStatus, RegistrationVersion, VersionStatus, VersionStep
from registrations.operations import fees, limits, moves, resources
from registrations.operations.naming import about, definition_named, registration_named
from registrations.transitions import Action


@operation(changes_settings=False)
def create_registration(
    caller: Caller, *, registration_type: str, tags: Sequence[Mapping[str, str]] = ()
) -> Registration:
    """Start a registration with version 1 as a draft. Source: CreateRegistration.

    Raises Invalid UNKNOWN_REGISTRATION_TYPE; OverQuota REGISTRATIONS_PER_ACCOUNT, TAGS_PER_RESOURCE.
    """
    definition = definition_named(registration_type)
    limits.need_room_for_registration(caller, definition)
    row = Registration.objects.create(
        owner_id=caller.owner_id, registration_id=new_id("registration"), registration_type=registration_type
    )
    version = RegistrationVersion.objects.create(
        registration=row, version_number=1, definition_version=definition.version
    )
    VersionStep.objects.create(
        version=version,
        status=VersionStatus.DRAFT,
        registration_status=RegistrationStatus.CREATED,
        at=clock.now(),
        actor=caller.actor,
    )
    write_tags(caller, row.arn, tags)
    return row


@operation()
def delete_registration(caller: Caller, *, registration_id: str) -> Registration:
    """Delete a registration for good and return it with status DELETED; its charges stay. Source: DeleteRegistration.

    Raises NotFound; Conflict RESOURCE_DELETION_NOT_ALLOWED while it is in review, RESOURCE_NOT_EMPTY while a number
    that it approved, or another registration, goes with it.
    """
    row = registration_named(caller, registration_id, lock=True)
    version = row.current_version
    moves.need(Action.DELETE, row, version)
    _check_empty(row)
    resources.let_go(row)
    fees.stop_monthly(row)
    forget_tags(caller, row.arn)
    Registration.objects.filter(pk=row.pk).delete()
    row.registration_status = RegistrationStatus.DELETED
    return row


def _check_empty(row: Registration) -> None:
    child = row.associated_from.select_related("registration").first()
    if child is not None:
        raise Conflict(
            _("Another registration is built on this one: %(registration)s.")
            % {"registration": child.registration.registration_id},
            reason="RESOURCE_NOT_EMPTY",
            resource=about(child.registration),
            next_step=_("Delete that registration first."),
        )
    if row.registration_status != RegistrationStatus.COMPLETE:
        return
    for entry in row.associations.select_related("phone_number", "sender_id"):
        spec = next((s for s in row.definition.associations if s.resource_type == entry.resource_type), None)
        if spec and spec.disassociation_behavior != DELETE_DISASSOCIATES:
            raise Conflict(
                _("%(resource)s was approved by this registration and goes with it.")
                % {"resource": resources.shown(entry)},
                reason="RESOURCE_NOT_EMPTY",
                resource=resources.resource_of(entry),
                next_step=_("Release it first."),
            )
