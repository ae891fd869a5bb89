"""What registrations go with: phone numbers, sender IDs, and registrations that come first."""

from collections import Counter
from dataclasses import dataclass
from datetime import timedelta

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from messaging.caller import Caller
from messaging.errors import Conflict, Invalid, NotFound, Resource
from messaging.models import PhoneNumber, SenderId
from messaging.operations.identities import phone_number_named
from messaging.operations.registry import operation
from messaging.operations.sender_ids import sender_id_named
from registrations.definitions import AFTER_COMPLETE, BEFORE_SUBMIT, Association
from registrations.models import Registration, RegistrationAssociation, RegistrationStatus
from registrations.operations import limits, resources
from registrations.operations.naming import about, registration_named
from registrations.operations.versions import not_complete
from registrations.transitions import EDITABLE

Associable = PhoneNumber | SenderId | Registration


@dataclass(frozen=True, slots=True)
class Associated:
    """An association as the API answers it."""

    registration_arn: str
    registration_id: str
    registration_type: str
    resource_arn: str
    resource_id: str
    resource_type: str
    iso_country_code: str = ""
    phone_number: str = ""

    @property
    def arn(self) -> str:
        return self.registration_arn


@operation()
def create_registration_association(caller: Caller, *, registration_id: str, resource_id: str) -> Associated:
    """Let a registration go with a phone number, a sender ID or a registration. Source: CreateRegistrationAssociation.

    resource_id is an id or an ARN; a sender ID may be named with its country, `MYSHOP/SG`. Raises NotFound; Invalid
    INVALID_REGISTRATION_ASSOCIATION when the type does not go with it; Conflict RESOURCE_ALREADY_ASSOCIATED,
    PHONE_NUMBER_ASSOCIATED_TO_REGISTRATION, REGISTRATION_NOT_COMPLETE, RESOURCE_MODIFICATION_NOT_ALLOWED while the
    registration is in review; OverQuota PHONE_NUMBERS_PER_REGISTRATION, ASSOCIATIONS_PER_REGISTRATION.
    """
    row = registration_named(caller, registration_id, lock=True)
    resource = _named(caller, row, resource_id)
    spec = resources.spec_for(row, resource)
    if spec is None:
        raise Invalid(
            _("%(title)s does not go with %(resource)s.") % {"title": row.definition.title, "resource": resource_id},
            reason="INVALID_REGISTRATION_ASSOCIATION",
            fields={"resource_id": _("Choose a resource that the type's supported associations name.")},
        )
    return associate(caller, row, resource, spec)


def associate(
    caller: Caller, row: Registration, resource: Associable, spec: Association, *, wait: timedelta | None = None
) -> Associated:
    """The same for rows already found; wait is how long a new number takes, in simulated time."""
    _check_free(row, resource)
    _check_time(row, resource, spec)
    limits.need_room_for_association(caller, row, spec)
    if isinstance(resource, Registration):
        limits.need_room_for_child(caller, row.definition, resource)
    column = {PhoneNumber: "phone_number", SenderId: "sender_id", Registration: "other"}[type(resource)]
    try:
        with transaction.atomic():
            entry = RegistrationAssociation.objects.create(
                registration=row,
                resource_type=spec.resource_type,
                iso_country_code=country_of(resource),
                created_by=caller.actor,
                **{column: resource},
            )
    except IntegrityError as error:  # somebody was quicker
        raise _taken(resource) from error
    if isinstance(resource, PhoneNumber):
        resources.take_on(row, resource, spec, wait)
    elif isinstance(resource, SenderId) and row.registration_status == RegistrationStatus.COMPLETE:
        resources.activate(row)
    return presented(entry)


def number_requested(caller: Caller, number: PhoneNumber, registration_id: str, wait: timedelta) -> None:
    """A number was requested for a registration: let both go together from the start. Raises as the operation does."""
    row = registration_named(caller, registration_id, lock=True)
    spec = resources.spec_for(row, number)
    if spec is None:
        raise Invalid(
            _("%(title)s does not go with numbers of the type %(type)s.")
            % {"title": row.definition.title, "type": number.number_type},
            reason="INVALID_REGISTRATION_ASSOCIATION",
            fields={"registration_id": _("Choose a registration of the type that the number needs.")},
        )
    associate(caller, row, number, spec, wait=wait)


def presented(entry: RegistrationAssociation) -> Associated:
    """An association as the API answers it; fetch its registration__owner and its resource with the rows."""
    row = entry.registration
    resource: Associable | None = entry.phone_number or entry.sender_id or entry.other
    assert resource is not None
    return Associated(
        row.arn,
        row.registration_id,
        row.registration_type,
        row.owner.arn(f"{entry.resource_type}/{resource.name}"),
        resource.sender_id if isinstance(resource, SenderId) else resource.name,
        entry.resource_type,
        entry.iso_country_code,
        resource.phone_number if isinstance(resource, PhoneNumber) else "",
    )


def country_of(resource: Associable) -> str:
    """The country (ISO code) that a resource is for."""
    return resource.definition.iso_country_code if isinstance(resource, Registration) else resource.iso_country_code


def _named(caller: Caller, row: Registration, resource_id: str) -> Associable:
    if resource_id.startswith("phone-") or ":phone-number/" in resource_id or resource_id.isdigit():
        number = phone_number_named(caller, resource_id, lock=True)
        if number is None:
            raise NotFound("phone-number", resource_id)
        return number
    if resource_id.startswith("registration-") or ":registration/" in resource_id:
        return registration_named(caller, resource_id, lock=True)
    country = "" if "/" in resource_id else row.definition.iso_country_code
    sender_id = sender_id_named(caller, resource_id, country, lock=True)
    if sender_id is None:
        raise NotFound("sender-id", resource_id)
    return sender_id


def _check_free(row: Registration, resource: Associable) -> None:
    if isinstance(resource, Registration):
        taken = row.associations.filter(other=resource)
    elif isinstance(resource, SenderId):
        taken = row.associations.filter(sender_id=resource)
    else:
        taken = RegistrationAssociation.objects.filter(phone_number=resource)
    entry = taken.select_related("registration").first()
    if entry is None:
        return
    if entry.registration_id == row.pk:
        raise Conflict(
            _("The registration goes with this resource already."),
            reason="RESOURCE_ALREADY_ASSOCIATED",
            resource=Resource(resource.RESOURCE_TYPE, resource.name),
        )
    raise _taken(resource, entry.registration)


def _taken(resource: Associable, holder: Registration | None = None) -> Conflict:
    return Conflict(
        _("%(resource)s goes with another registration already.") % {"resource": resource.name},
        reason="PHONE_NUMBER_ASSOCIATED_TO_REGISTRATION"
        if isinstance(resource, PhoneNumber)
        else "RESOURCE_ALREADY_ASSOCIATED",
        resource=about(holder) if holder else Resource(resource.RESOURCE_TYPE, resource.name),
        next_step=_("Choose another one: a number belongs to one registration only."),
    )


def _check_time(row: Registration, resource: Associable, spec: Association) -> None:
    """Whether the registration, and one that must come first, are where the type wants them."""
    first = resource if isinstance(resource, Registration) and spec.required_status else None
    if first and first.registration_status != spec.required_status:
        raise not_complete(first)
    if _is_time(row, spec):
        return
    if spec.association_behavior == AFTER_COMPLETE:
        raise not_complete(row)
    raise Conflict(
        _("The registration is %(status)s: nothing can be associated now.")
        % {"status": row.get_registration_status_display()},
        reason="RESOURCE_MODIFICATION_NOT_ALLOWED",
        resource=about(row),
        next_step=_("Wait for the decision, or discard the submitted version."),
    )


def _is_time(row: Registration, spec: Association) -> bool:
    complete = row.registration_status == RegistrationStatus.COMPLETE
    if spec.association_behavior == AFTER_COMPLETE:
        return complete
    return row.registration_status in EDITABLE or (complete and spec.association_behavior != BEFORE_SUBMIT)


def open_specs(row: Registration) -> list[Association]:
    """The kinds of resources that can join a registration as it is now; for pages. One query."""
    held = Counter(row.associations.values_list("resource_type", flat=True))
    specs = row.definition.associations
    return [spec for spec in specs if _is_time(row, spec) and held[spec.resource_type] < spec.max]
