"""Accounts in Regions: opening them, their tier, their attributes and limits."""

import re
import secrets

from django.utils.translation import gettext_lazy as _

from messaging.caller import Caller
from messaging.errors import Conflict, Invalid, Resource
from messaging.models import DEFAULT_LIST, Account, OptOutList, ProtectConfiguration, RegionalAccount, Tier
from messaging.operations import quotas
from messaging.operations.registry import operation
from messaging.transactions import write_transaction

ACCOUNT_ID = re.compile(r"[0-9]{12}")


def regional_account(account_id: str, region: str) -> RegionalAccount:
    """The account in this Region, opened on first use with its Default opt-out list (guide: every account has one)."""
    found = RegionalAccount.objects.filter(account_id=account_id, region=region).first()
    if found is not None:
        return found
    with write_transaction():
        owner, created = RegionalAccount.objects.get_or_create(account_id=account_id, region=region)
        if created:
            OptOutList.objects.get_or_create(owner=owner, opt_out_list_name=DEFAULT_LIST)
    return owner


def account_named(account_id: str, name: str) -> Account:
    """The account with this id, made if it is not there (bootstrapping, demo data)."""
    with write_transaction():
        account, _created = Account.objects.get_or_create(account_id=account_id, defaults={"name": name})
    return account


def new_account_id() -> str:
    """Twelve random digits without a leading zero."""
    return str(secrets.randbelow(9 * 10**11) + 10**11)


def open_account(*, account_id: str, name: str) -> Account:
    """A new account; a blank id is made up. Raises Invalid for a malformed id or name, Conflict for a taken one."""
    if account_id and not ACCOUNT_ID.fullmatch(account_id):
        raise Invalid(
            _("“%(id)s” is not an account id.") % {"id": account_id},
            fields={"account_id": _("Write twelve digits, or leave it empty to get one.")},
        )
    if not name.strip():
        raise Invalid(
            _("The account needs a name."),
            reason="MISSING_PARAMETER",
            fields={"name": _("Write the name that the account switcher shall show.")},
        )
    account, created = Account.objects.get_or_create(
        account_id=account_id or new_account_id(), defaults={"name": name.strip()}
    )
    if not created:
        raise Conflict(
            _("There is already an account %(id)s.") % {"id": account.account_id},
            reason="RESOURCE_ALREADY_EXISTS",
            resource=Resource("account", account.account_id),
            fields={"account_id": _("Choose another id, or leave it empty to get one.")},
        )
    return account


def owner_of(caller: Caller) -> RegionalAccount:
    """The caller's account in its Region."""
    return RegionalAccount.objects.get(pk=caller.owner_id)


@operation()
def describe_account_attributes(caller: Caller) -> list[dict[str, str]]:
    """[{"name": …, "value": …}]: the tier of the text and media channels, and the default protect configuration.

    Source: DescribeAccountAttributes.
    """
    attributes = [{"name": "ACCOUNT_TIER", "value": owner_of(caller).tier}]
    default = ProtectConfiguration.objects.for_caller(caller).filter(account_default=True).first()
    if default is not None:
        attributes.append({"name": "DEFAULT_PROTECT_CONFIGURATION_ID", "value": default.protect_configuration_id})
    return attributes


@operation()
def describe_account_limits(caller: Caller) -> list[dict[str, str | int]]:
    """[{"name": …, "used": …, "max": …}] of every resource quota. Source: DescribeAccountLimits."""
    owner = owner_of(caller)
    return [
        {"name": name, "used": used(owner.pk), "max": quotas.limit(owner, quota)}
        for name, (quota, used) in quotas.COUNTED.items()
    ]


@operation(resource=lambda owner: f"{owner.account_id}/{owner.region}")
def set_account_tier(caller: Caller, *, tier: str) -> RegionalAccount:
    """Move the account in this Region to SANDBOX or PRODUCTION, for all channels. Raises Invalid."""
    if tier not in Tier.values:
        raise Invalid(
            _("“%(tier)s” is not an account tier.") % {"tier": tier}, fields={"tier": _("Give SANDBOX or PRODUCTION.")}
        )
    RegionalAccount.objects.filter(pk=caller.owner_id).update(tier=tier, voice_tier=tier)
    return owner_of(caller)
