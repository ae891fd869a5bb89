"""Resource quotas: how many of each there may be in an account and Region, and the refusal when there are as many.

Numbers: quotas.json (guide 9702-9711, 9727). A support case raises one in RegionalAccount.quotas.
"""

from collections.abc import Callable
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from messaging.caller import Caller
from messaging.errors import OverQuota, Text
from messaging.models import ConfigurationSet, OptOutList, PhoneNumber, Pool, RegionalAccount


@dataclass(frozen=True, slots=True)
class Quota:
    """A limit. `name` is the service model's AccountLimitName where it has one; `reason` its refusal reason."""

    name: str
    default: int
    reason: str
    message: Text


PHONE_NUMBERS = Quota(
    "PHONE_NUMBERS",
    25,
    "PHONE_NUMBERS_PER_ACCOUNT",
    _("This account has as many phone numbers in this Region as it may have (%(limit)s)."),
)
POOLS = Quota(
    "POOLS", 25, "POOLS_PER_ACCOUNT", _("This account has as many pools in this Region as it may have (%(limit)s).")
)
CONFIGURATION_SETS = Quota(
    "CONFIGURATION_SETS",
    25,
    "CONFIGURATION_SETS_PER_ACCOUNT",
    _("This account has as many configuration sets in this Region as it may have (%(limit)s)."),
)
OPT_OUT_LISTS = Quota(
    "OPT_OUT_LISTS",
    25,
    "OPT_OUT_LISTS_PER_ACCOUNT",
    _("This account has as many opt-out lists in this Region as it may have (%(limit)s)."),
)
IDENTITIES_PER_POOL = Quota(
    "ORIGINATION_IDENTITIES_PER_POOL",
    100,
    "ORIGINATION_IDENTITIES_PER_POOL",
    _("This pool has as many origination identities as it may have (%(limit)s)."),
)
KEYWORDS_PER_NUMBER = Quota(
    "KEYWORDS_PER_PHONE_NUMBER",
    30,
    "KEYWORDS_PER_PHONE_NUMBER",
    _("This phone number has as many keywords as it may have (%(limit)s)."),
)
# The guide gives no number for pools; the one for phone numbers serves.
KEYWORDS_PER_POOL = Quota(
    "KEYWORDS_PER_POOL", 30, "KEYWORDS_PER_POOL", _("This pool has as many keywords as it may have (%(limit)s).")
)
# Service model, TagList: at most 200.
TAGS_PER_RESOURCE = Quota("TAGS_PER_RESOURCE", 200, "TAGS_PER_RESOURCE", _("A resource can have %(limit)s tags."))

ACCOUNT_LIMITS: dict[str, tuple[Quota, Callable[[int], int]]] = {
    "PHONE_NUMBERS": (PHONE_NUMBERS, lambda owner: PhoneNumber.objects.filter(owner_id=owner).count()),
    "POOLS": (POOLS, lambda owner: Pool.objects.filter(owner_id=owner).count()),
    "CONFIGURATION_SETS": (CONFIGURATION_SETS, lambda owner: ConfigurationSet.objects.filter(owner_id=owner).count()),
    "OPT_OUT_LISTS": (OPT_OUT_LISTS, lambda owner: OptOutList.objects.filter(owner_id=owner).count()),
}


def limit(owner: RegionalAccount, quota: Quota) -> int:
    """The number in force: raised for this account, or the default."""
    return int(owner.quotas.get(quota.name, quota.default))


def need_room(caller: Caller, quota: Quota, used: Callable[[], int]) -> None:
    """Raise OverQuota when as many are used as allowed; counted under a lock, so that two cannot slip in at once."""
    owner = RegionalAccount.objects.select_for_update().get(pk=caller.owner_id)
    allowed = limit(owner, quota)
    if used() >= allowed:
        raise OverQuota(
            quota.message % {"limit": allowed},
            reason=quota.reason,
            next_step=_("Remove one that is not needed, or ask for a higher quota."),
        )


def need_account_room(caller: Caller, name: str) -> None:
    """The same for a quota counted per account and Region, by its AccountLimitName."""
    quota, used = ACCOUNT_LIMITS[name]
    need_room(caller, quota, lambda: used(caller.owner_id))
