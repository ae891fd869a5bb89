"""Resource quotas: how many of each there may be in an account and Region, and the refusal when there are as many.

The numbers and reasons stand in data/quotas.json; a support case raises one for an account in RegionalAccount.quotas,
by the same id.
"""

from collections.abc import Callable
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from messaging import reference
from messaging.caller import Caller
from messaging.errors import OverQuota, Text
from messaging.models import (
    ConfigurationSet,
    OptOutList,
    PhoneNumber,
    Pool,
    RegionalAccount,
    SenderId,
    VerifiedDestinationNumber,
)


@dataclass(frozen=True, slots=True)
class Quota:
    """A limit, by its id in the reference table, and what to say when it is reached."""

    id: str
    message: Text

    @property
    def row(self) -> reference.Quota:
        return reference.quotas()[self.id]


PHONE_NUMBERS = Quota(
    "phone_numbers", _("This account has as many phone numbers in this Region as it may have (%(limit)s).")
)
POOLS = Quota("pools", _("This account has as many pools in this Region as it may have (%(limit)s)."))
CONFIGURATION_SETS = Quota(
    "configuration_sets", _("This account has as many configuration sets in this Region as it may have (%(limit)s).")
)
OPT_OUT_LISTS = Quota(
    "opt_out_lists", _("This account has as many opt-out lists in this Region as it may have (%(limit)s).")
)
SENDER_IDS = Quota("sender_ids", _("This account has as many sender IDs in this Region as it may have (%(limit)s)."))
VERIFIED_NUMBERS = Quota(
    "verified_destination_numbers",
    _("This account has as many verified destination numbers in this Region as it may have (%(limit)s)."),
)
EVENT_DESTINATIONS = Quota(
    "event_destinations", _("This configuration set has as many event destinations as it may have (%(limit)s).")
)
IDENTITIES_PER_POOL = Quota(
    "origination_identities_per_pool", _("This pool has as many origination identities as it may have (%(limit)s).")
)
KEYWORDS_PER_NUMBER = Quota(
    "keywords_per_number", _("This phone number has as many keywords as it may have (%(limit)s).")
)
PROTECT_CONFIGURATIONS = Quota(
    "protect_configurations",
    _("This account has as many protect configurations in this Region as it may have (%(limit)s)."),
)
KEYWORDS_PER_POOL = Quota("keywords_per_pool", _("This pool has as many keywords as it may have (%(limit)s)."))
TAGS_PER_RESOURCE = Quota("tags_per_resource", _("A resource can have %(limit)s tags."))

COUNTED: dict[str, tuple[Quota, Callable[[int], int]]] = {
    "PHONE_NUMBERS": (PHONE_NUMBERS, lambda owner: PhoneNumber.objects.filter(owner_id=owner).count()),
    "POOLS": (POOLS, lambda owner: Pool.objects.filter(owner_id=owner).count()),
    "CONFIGURATION_SETS": (CONFIGURATION_SETS, lambda owner: ConfigurationSet.objects.filter(owner_id=owner).count()),
    "OPT_OUT_LISTS": (OPT_OUT_LISTS, lambda owner: OptOutList.objects.filter(owner_id=owner).count()),
    "SENDER_IDS": (SENDER_IDS, lambda owner: SenderId.objects.filter(owner_id=owner).count()),
    "VERIFIED_DESTINATION_NUMBERS": (
        VERIFIED_NUMBERS,
        lambda owner: VerifiedDestinationNumber.objects.filter(owner_id=owner).count(),
    ),
}
"""AccountLimitName of the service model -> its quota and how many of an owner's are used."""


def limit(owner: RegionalAccount, quota: Quota) -> int:
    """The number in force: raised for this account, or the default."""
    return int(owner.quotas.get(quota.id, quota.row.value))


def need_room(caller: Caller, quota: Quota, used: Callable[[], int], *, reason: str = "") -> None:
    """Raise OverQuota when as many are used as allowed; counted under a lock, so that two cannot slip in at once.

    reason is that of the refusal, for a quota whose row in the reference table names none.

    Every change takes the account's row last (registry.py), so what else is to be locked is locked before. no_key: new
    rows of the account, every message among them, refer to it and do not wait.
    """
    owner = RegionalAccount.objects.select_for_update(no_key=True).get(pk=caller.owner_id)
    allowed = limit(owner, quota)
    if used() >= allowed:
        raise OverQuota(
            quota.message % {"limit": allowed},
            reason=quota.row.reason or reason,
            next_step=_("Remove one that is not needed, or ask for a higher quota."),
        )


def need_account_room(caller: Caller, name: str) -> None:
    """The same for a quota counted per account and Region, by its AccountLimitName."""
    quota, used = COUNTED[name]
    need_room(caller, quota, lambda: used(caller.owner_id))
