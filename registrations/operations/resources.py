"""What a registration does to the numbers and sender IDs that go with it: activate, keep waiting, take back."""

from contextlib import suppress
from datetime import timedelta

from django.db.models import QuerySet

from messaging import clock
from messaging.caller import Caller
from messaging.errors import Conflict, OverQuota, Resource
from messaging.models import CampaignRates, PhoneNumber, SenderId
from messaging.operations.claims import claim
from messaging.operations.registry import settings_changed
from messaging.operations.sender_ids import request_sender_id, sender_id_named
from messaging.transactions import write_transaction
from registrations.definitions import AFTER_COMPLETE, BEFORE_SUBMIT, ON_APPROVAL, Answers, Association
from registrations.models import Registration, RegistrationAssociation, RegistrationStatus
from registrations.operations import fees, moves
from registrations.operations.naming import answers_of, text, version_numbered
from registrations.throughput import tier_of
from registrations.transitions import Action

TRY_AGAIN = timedelta(days=1)


def shown(entry: RegistrationAssociation) -> str:
    """An associated resource as people know it."""
    if entry.phone_number:
        return entry.phone_number.phone_number
    return entry.sender_id.name if entry.sender_id else entry.other.registration_id if entry.other else ""


def resource_of(entry: RegistrationAssociation) -> Resource:
    """An associated resource as what a refusal concerns."""
    row = entry.phone_number or entry.sender_id or entry.other
    return Resource(entry.resource_type, row.name if row else "")


def entries_of(resource: PhoneNumber | SenderId) -> QuerySet[RegistrationAssociation]:
    """The associations of a number or sender ID, with their registrations."""
    rows = RegistrationAssociation.objects.select_related("registration__owner")
    return rows.filter(phone_number=resource) if isinstance(resource, PhoneNumber) else rows.filter(sender_id=resource)


def registration_of(resource: PhoneNumber | SenderId) -> Registration | None:
    """The registration that a number or sender ID goes with: what it waits for while it is pending."""
    entry = entries_of(resource).order_by("-id").first()
    return entry.registration if entry else None


def spec_for(registration: Registration, resource: PhoneNumber | SenderId | Registration) -> Association | None:
    """What the type says of associating such a resource, or None if it cannot be associated."""
    for spec in registration.definition.associations:
        if spec.resource_type != resource.RESOURCE_TYPE:
            continue
        if isinstance(resource, Registration):
            if spec.registration_type in ("", resource.registration_type):
                return spec
        elif spec.iso_country_code in ("", resource.iso_country_code) and (
            isinstance(resource, SenderId) or spec.number_type in ("", resource.number_type)
        ):
            return spec
    return None


def has_lost(registration: Registration) -> bool:
    """Whether a number that had to be there before the submission was given back since: nothing is left to approve."""
    had = {
        spec.resource_type
        for spec in registration.definition.associations
        if spec.association_behavior == BEFORE_SUBMIT and not spec.registration_type and spec.min
    }
    return bool(had) and not registration.associations.filter(resource_type__in=had).exists()


def may_provision(registration: Registration, answers: Answers) -> bool:
    """Provision what the type promises on approval; False when there is no room for it yet."""
    for spec in registration.definition.associations:
        if spec.association_behavior == ON_APPROVAL and spec.created_from:
            try:
                _provision(registration, spec, text(answers, spec.created_from))
            except OverQuota:
                return False
    return True


def _provision(registration: Registration, spec: Association, name: str) -> None:
    caller = Caller.system(registration.owner)
    if registration.associations.filter(resource_type=spec.resource_type).exists():
        return
    row = sender_id_named(caller, name, spec.iso_country_code) or request_sender_id(
        caller, sender_id=name, iso_country_code=spec.iso_country_code
    )
    RegistrationAssociation.objects.get_or_create(
        registration=registration,
        sender_id=row,
        defaults={
            "resource_type": spec.resource_type,
            "iso_country_code": row.iso_country_code,
            "created_by": "system",
        },
    )


def activate(registration: Registration) -> None:
    """Let the numbers and sender IDs of an approved registration send."""
    waiting = PhoneNumber.objects.filter(status=PhoneNumber.Status.PENDING, due_at__isnull=True)
    waiting.filter(registrations__registration=registration).update(status=PhoneNumber.Status.ACTIVE)
    _register_sender_ids(registration, True)
    settings_changed([registration.owner_id])


def grant_rates(registration: Registration, answers: Answers) -> None:
    """Note what the carriers let a campaign send, by its use case and the score that its brand has now."""
    use_case = registration.definition.extra.get("rated_by")
    entry = registration.associations.filter(other__isnull=False).select_related("other").first()
    if not use_case or entry is None or entry.other is None:
        return
    tier = tier_of(entry.other.score, text(answers, use_case))
    registration.message_parts_per_minute = tier.parts_per_minute
    registration.messages_per_day = tier.messages_per_day
    registration.save(update_fields=["message_parts_per_minute", "messages_per_day"])
    CampaignRates.objects.update_or_create(
        owner_id=registration.owner_id,
        campaign_id=registration.registration_id,
        defaults={
            "brand_id": entry.other.registration_id,
            "parts_per_minute": tier.parts_per_minute,
            "messages_per_day": tier.messages_per_day,
        },
    )


def let_go(registration: Registration) -> None:
    """The registration is being deleted: what went with it waits again, and names no registration any more."""
    withdraw(registration)
    PhoneNumber.objects.filter(registrations__registration=registration).update(registration_id="")


def withdraw(registration: Registration) -> None:
    """Let them wait again: the approval was withdrawn."""
    numbers = PhoneNumber.objects.filter(registrations__registration=registration)
    numbers.update(status=PhoneNumber.Status.PENDING, due_at=None)
    _register_sender_ids(registration, False)
    CampaignRates.objects.filter(owner_id=registration.owner_id, campaign_id=registration.registration_id).delete()
    settings_changed([registration.owner_id])


def _register_sender_ids(registration: Registration, registered: bool) -> None:
    rows = SenderId.objects.filter(registrations__registration=registration)
    if registered:
        rows.update(registered=True, registration_id=registration.registration_id)
    else:  # unless another registration stands for it by now
        rows.filter(registration_id=registration.registration_id).update(registered=False, registration_id="")


def take_on(registration: Registration, number: PhoneNumber, spec: Association, wait: timedelta | None = None) -> None:
    """Note the registration of a number; one that joins a complete registration waits for the carriers again.

    wait is simulated time; without it, what associating takes by the type. A number that is requested with its
    registration stays PENDING meanwhile, one that was there before is ASSOCIATING.
    """
    number.registration_id = registration.registration_id
    if spec.association_behavior == AFTER_COMPLETE:
        number.due_at = clock.now() + (timedelta(days=spec.wait_days) if wait is None else wait)
        number.status = PhoneNumber.Status.ASSOCIATING if wait is None else PhoneNumber.Status.PENDING
    number.save(update_fields=["registration_id", "status", "due_at"])
    settings_changed([registration.owner_id])


def provision_waiting(registration: Registration) -> None:
    """Try again to provision what there was no room for; complete the registration when there is."""
    version = version_numbered(registration, registration.approved_version_number)
    if not may_provision(registration, answers_of(version)):
        Registration.objects.filter(pk=registration.pk).update(
            due_at=clock.now() + TRY_AGAIN, claim=None, claimed_until=None
        )
        return
    moves.move(Action.PROVISIONED, registration, version, actor="system")
    Registration.objects.filter(pk=registration.pk).update(due_at=None, claim=None, claimed_until=None)
    fees.start_monthly(registration, answers_of(version))
    activate(registration)


def provision_due(limit: int = 20) -> int:
    """Try again with registrations whose provisioning waited for room; returns how many."""
    held = claim(Registration, limit)
    if held is None:
        return 0
    for row in held.rows:
        with suppress(Conflict), write_transaction():  # it may have been closed or revoked meanwhile
            waiting = Registration.objects.select_related("owner").filter(pk=row.pk, claim=held.claim).first()
            if waiting is not None:
                provision_waiting(waiting)
    return len(held.rows)


def released(resource: PhoneNumber | SenderId) -> None:
    """A number or sender ID is being given back: close the registration that stood for it alone."""
    for entry in entries_of(resource):
        registration = entry.registration
        spec = spec_for(registration, resource)
        entry.delete()
        if spec is None or spec.association_behavior == AFTER_COMPLETE:
            continue
        complete = registration.registration_status in (RegistrationStatus.COMPLETE, RegistrationStatus.PROVISIONING)
        if complete and not registration.associations.filter(resource_type=spec.resource_type).exists():
            moves.move(Action.CLOSE, registration, version_numbered(registration), actor="system")
            fees.stop_monthly(registration)
