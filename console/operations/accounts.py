"""Accounts of this server: who makes one administers it."""

from django.contrib.auth import get_user_model

from console.models import Membership
from messaging.caller import Caller
from messaging.models import Account
from messaging.operations.accounts import open_account
from messaging.operations.registry import operation
from messaging.permissions import Role


@operation(resource=lambda account: account.account_id)
def create_account(caller: Caller, *, user_name: str, name: str, account_id: str = "") -> Account:
    """Make an account and give the person its administration. account_id is twelve digits, or blank for a made-up one.

    Raises Invalid; Conflict RESOURCE_ALREADY_EXISTS.
    """
    account = open_account(account_id=account_id, name=name)
    user = get_user_model().objects.get_by_natural_key(user_name)
    Membership.objects.create(user=user, account=account, role=Role.ADMINISTRATOR)
    return account
