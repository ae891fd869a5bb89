"""How many registrations and attachments there may be. The numbers stand in messaging/data/quotas.json."""

from datetime import timedelta

from django.utils.translation import gettext_lazy as _

from messaging import clock
from messaging.caller import Caller
from messaging.errors import OverQuota
from messaging.operations import quotas
from messaging.operations.quotas import Quota
from registrations.definitions import Association, RegistrationType
from registrations.models import Registration, RegistrationAttachment

REGISTRATIONS = Quota(
    "registrations", _("This account has as many registrations in this Region as it may have (%(limit)s).")
)
ATTACHMENTS = Quota(
    "registration_attachments",
    _("This account has as many registration attachments in this Region as it may have (%(limit)s)."),
)
ATTACHMENTS_PER_DAY = Quota(
    "registration_attachments_per_day",
    _("This account has made as many registration attachments in 24 hours as it may make (%(limit)s)."),
)
VERSIONS_PER_DAY = Quota(
    "registration_versions_per_day",
    _("This registration has as many new versions in 24 hours as it may have (%(limit)s)."),
)
PER_PARENT: dict[str, Quota] = {
    "ten_dlc_brands": Quota(
        "ten_dlc_brands", _("This account has as many 10DLC brands in this Region as it may have (%(limit)s).")
    ),
    "ten_dlc_campaigns_per_brand": Quota(
        "ten_dlc_campaigns_per_brand", _("This brand has as many 10DLC campaigns as it may have (%(limit)s).")
    ),
}

COUNTED = {
    "REGISTRATIONS": (REGISTRATIONS, lambda owner: Registration.objects.filter(owner_id=owner).count()),
    "REGISTRATION_ATTACHMENTS": (
        ATTACHMENTS,
        lambda owner: RegistrationAttachment.objects.filter(owner_id=owner).count(),
    ),
}
"""What DescribeAccountLimits lists besides: AccountLimitName -> the quota and how many of an owner's are used."""


def need_room_for_registration(caller: Caller, definition: RegistrationType) -> None:
    """Raise OverQuota REGISTRATIONS_PER_ACCOUNT when no registration of the type may be added."""
    mine = Registration.objects.for_caller(caller)
    quotas.need_room(caller, REGISTRATIONS, mine.count)
    own = PER_PARENT.get(definition.quota)
    if own and not any(entry.registration_type for entry in definition.associations):
        same = mine.filter(registration_type=definition.registration_type)
        quotas.need_room(caller, own, same.count, reason="REGISTRATIONS_PER_ACCOUNT")


def need_room_for_child(caller: Caller, definition: RegistrationType, parent: Registration) -> None:
    """Raise OverQuota when a registration (a brand) has as many of the type (campaigns) as it may have."""
    quota = PER_PARENT.get(definition.quota)
    if quota:
        children = parent.associated_from.filter(registration__registration_type=definition.registration_type)
        quotas.need_room(caller, quota, children.count, reason="ASSOCIATIONS_PER_REGISTRATION")


def need_room_for_association(caller: Caller, registration: Registration, spec: Association) -> None:
    """Raise OverQuota when a registration goes with as many resources of a kind as it may."""
    numbers = spec.resource_type == "phone-number"
    used = registration.associations.filter(resource_type=spec.resource_type).count()
    if used >= spec.max:
        raise OverQuota(
            _("The registration goes with as many resources of the type %(type)s as it may (%(limit)s).")
            % {"type": spec.resource_type, "limit": spec.max},
            reason="PHONE_NUMBERS_PER_REGISTRATION" if numbers else "ASSOCIATIONS_PER_REGISTRATION",
            next_step=_("Release one that is not needed, or make another registration."),
        )


def need_room_for_attachment(caller: Caller) -> None:
    """Raise OverQuota REGISTRATION_ATTACHMENTS_PER_ACCOUNT or REGISTRATION_ATTACHMENTS_CREATED_PER_DAY."""
    mine = RegistrationAttachment.objects.for_caller(caller)
    quotas.need_room(caller, ATTACHMENTS, mine.count)
    since = clock.now() - timedelta(days=1)
    quotas.need_room(caller, ATTACHMENTS_PER_DAY, mine.filter(created_timestamp__gt=since).count)


def need_room_for_version(caller: Caller, registration: Registration) -> None:
    """Raise OverQuota REGISTRATION_VERSIONS_CREATED_PER_DAY."""
    since = clock.now() - timedelta(days=1)
    quotas.need_room(caller, VERSIONS_PER_DAY, registration.versions.filter(created_timestamp__gt=since).count)
