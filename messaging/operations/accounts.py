"""Accounts in Regions: opening them, their tier, their attributes and limits."""

from django.db.models import QuerySet

from messaging.caller import Caller
from messaging.models import DEFAULT_LIST, Account, OptOutList, RegionalAccount
from messaging.transactions import write_transaction


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


def create_account(account_id: str, name: str) -> Account:
    """The account with this id, made if it is not there."""
    with write_transaction():
        account, _created = Account.objects.get_or_create(account_id=account_id, defaults={"name": name})
    return account


def owner_of(caller: Caller) -> RegionalAccount:
    """The caller's account in its Region."""
    return RegionalAccount.objects.get(pk=caller.owner_id)


def regions_of(account_id: str) -> QuerySet[RegionalAccount]:
    """The Regions in which the account has been opened."""
    return RegionalAccount.objects.filter(account_id=account_id).order_by("region")
