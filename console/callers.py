"""From a request to the caller of operations: who, in which account and Region, with which role."""

from typing import Any

from django.http import Http404, HttpRequest
from django.urls import reverse

from console.models import Membership
from messaging.caller import Caller, Door
from messaging.models import RegionalAccount
from messaging.operations.accounts import regional_account
from messaging.permissions import Role
from messaging.reference import regions


def enter(request: HttpRequest, account_id: str, region: str) -> None:
    """Set request.caller, request.owner and request.membership for a page of an account in a Region; no access is 404."""
    if region not in regions():
        raise Http404
    membership = (
        Membership.objects.select_related("account").filter(user=request.user.pk, account_id=account_id).first()
    )
    if membership is None:
        raise Http404
    owner = regional_account(account_id, region)
    request.membership = membership  # type: ignore[attr-defined]
    request.owner = owner  # type: ignore[attr-defined]
    request.caller = Caller(  # type: ignore[attr-defined]
        owner.pk, account_id, region, f"user:{request.user.get_username()}", Role(membership.role), Door.PAGE
    )


def caller_of(request: HttpRequest) -> Caller:
    """The caller that the middleware found; only pages below /{account}/{region}/ have one."""
    return request.caller  # type: ignore[attr-defined]


def owner_of(request: HttpRequest) -> RegionalAccount:
    """The account in its Region that the page is about."""
    return request.owner  # type: ignore[attr-defined]


def url_to(caller: Caller, name: str, *args: Any) -> str:
    """The URL of a console page in the caller's account and Region."""
    return reverse(name, args=(caller.account_id, caller.region, *args))
