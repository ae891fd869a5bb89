"""From a request to the caller of operations: who, in which account and Region, with which role."""

from dataclasses import dataclass
from typing import Any

from allauth.mfa.models import Authenticator
from django.conf import settings
from django.db.models import Exists, F, FilteredRelation, OuterRef, Q, QuerySet
from django.http import Http404, HttpRequest
from django.urls import NoReverseMatch, reverse

from console.models import Membership, Preferences
from messaging.caller import Caller, Door
from messaging.models import RegionalAccount
from messaging.operations.accounts import regional_account
from messaging.operations.notifications import unread_of
from messaging.permissions import Role
from messaging.prepared import Prepared
from messaging.reference import regions
from registrations.operations.reviews import waiting_of

SECOND_FACTORS = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)
DEFAULT_REGION = "us-east-1"
PLACE_COOKIE = "switchboard_place"


@dataclass(frozen=True, slots=True)
class Place:
    """An account in a Region."""

    account_id: str
    region: str

    def __str__(self) -> str:
        return f"{self.account_id}/{self.region}"

    @property
    def url(self) -> str:
        """The page that a person lands on there."""
        for name in ("overview", "settings"):
            try:
                return reverse(name, args=(self.account_id, self.region))
            except NoReverseMatch:
                continue
        return f"/{self.account_id}/{self.region}/"


def _entry(user_id: int, actor: str, account_id: str, region: str) -> QuerySet[RegionalAccount]:
    """The account in its Region with the person's membership, second factor or not, and unread notifications."""
    return (
        RegionalAccount.objects.select_related("account")
        .filter(account_id=account_id, region=region)
        .annotate(mine=FilteredRelation("account__memberships", condition=Q(account__memberships__user=user_id)))
        .filter(mine__isnull=False)
        .annotate(membership_id=F("mine__pk"), role=F("mine__role"), added_at=F("mine__added_at"))
        .annotate(has_mfa=Exists(Authenticator.objects.filter(user_id=user_id, type__in=SECOND_FACTORS)))
        .annotate(unread_notifications=unread_of(OuterRef("pk"), actor), waiting_reviews=waiting_of(OuterRef("pk")))
    )


_ENTRY = Prepared(_entry, -7, "?actor", "?account", "?region")


def enter(request: HttpRequest, account_id: str, region: str) -> None:
    """Set request.caller, request.owner, request.membership and request.has_mfa for a page of an account in a Region.

    One query; no access, no such account and no such Region are all Http404.
    """
    if region not in regions():
        raise Http404
    user_id: int = request.user.pk  # type: ignore[assignment]  # signed in, see ConsoleMiddleware
    actor = f"user:{request.user.get_username()}"
    owner: Any = _ENTRY.first(user_id, actor, account_id, region)
    if owner is None:
        # Either a stranger or the first visit to this Region, which opens it.
        if not Membership.objects.filter(user=user_id, account_id=account_id).exists():
            raise Http404
        regional_account(account_id, region)
        owner = _ENTRY.first(user_id, actor, account_id, region)
    membership = Membership(
        pk=owner.membership_id, user_id=user_id, account=owner.account, role=owner.role, added_at=owner.added_at
    )
    request.membership = membership  # type: ignore[attr-defined]
    request.has_mfa = owner.has_mfa  # type: ignore[attr-defined]
    request.owner = owner  # type: ignore[attr-defined]
    request.caller = Caller(  # type: ignore[attr-defined]
        owner.pk, account_id, region, actor, Role(owner.role), Door.PAGE
    )


def caller_of(request: HttpRequest) -> Caller:
    """The caller that the middleware found; only pages below /{account}/{region}/ surely have one."""
    return request.caller  # type: ignore[attr-defined]


def owner_of(request: HttpRequest) -> RegionalAccount:
    """The account in its Region that the page is about."""
    return request.owner  # type: ignore[attr-defined]


def unread_notifications(request: HttpRequest) -> int:
    """How many notifications the person has not read here; read along with the account, so it costs no query."""
    return getattr(owner_of(request), "unread_notifications", None) or 0


def preferences_of(request: HttpRequest) -> Preferences:
    """The person's preferences; an unsaved row with the defaults until something was changed."""
    return request.preferences  # type: ignore[attr-defined]


def place_in_cookie(request: HttpRequest) -> Place | None:
    """Where this browser was last, as far as its cookie can be believed."""
    account_id, _slash, region = request.COOKIES.get(PLACE_COOKIE, "").partition("/")
    return Place(account_id, region) if account_id and region in regions() else None


def place_of(request: HttpRequest) -> Place | None:
    """Where the person was last, in this browser or another, else the first account; None without any membership."""
    preferences = preferences_of(request)
    mine = Membership.objects.filter(user=request.user.pk).order_by("added_at", "pk")
    account_ids = list(mine.values_list("account_id", flat=True))
    if not account_ids:
        return None
    here = place_in_cookie(request)
    if here and here.account_id in account_ids:
        return here
    if preferences.last_account in account_ids and preferences.last_region in regions():
        return Place(preferences.last_account, preferences.last_region)
    opened = RegionalAccount.objects.filter(account_id=account_ids[0]).order_by("pk").values_list("region", flat=True)
    return Place(account_ids[0], opened.first() or DEFAULT_REGION)


def lacks_mfa(request: HttpRequest) -> bool:
    """Whether the role here requires a second factor (SWITCHBOARD_REQUIRE_MFA) that the person does not have."""
    membership: Membership = request.membership  # type: ignore[attr-defined]
    return membership.role in settings.SWITCHBOARD_REQUIRE_MFA and not request.has_mfa  # type: ignore[attr-defined]


def url_to(caller: Caller, name: str, *args: Any) -> str:
    """The URL of a console page in the caller's account and Region."""
    return reverse(name, args=(caller.account_id, caller.region, *args))
