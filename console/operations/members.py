"""Members of an account: who is added with which role, changed, removed, given a new one-time password."""

import secrets as randomness
from collections.abc import Collection
from dataclasses import dataclass, field

from allauth.mfa.models import Authenticator
from django.contrib.auth import get_user_model
from django.contrib.auth.validators import UnicodeUsernameValidator
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from console.models import AccessKey, Membership
from console.operations import preferences
from messaging.caller import Caller
from messaging.errors import Conflict, Invalid, NotFound, Resource
from messaging.models import Account
from messaging.operations.registry import operation
from messaging.permissions import Role
from registrations.operations import four_eyes

RESOURCE = "member"
KEY = "key:"  # how the actor of an access key begins (messaging.caller)
# Lower-case letters and digits that cannot be mistaken for one another, 31 of them: 20 characters are 99 bits.
LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"


@dataclass(frozen=True, slots=True)
class AddedMember:
    """A membership, with the one-time password when one was made (empty for a person who had one already)."""

    membership: Membership
    one_time_password: str = field(default="", repr=False)

    @property
    def user_name(self) -> str:
        return str(self.membership.user.get_username())


def new_one_time_password() -> str:
    """Four groups of five characters that read well aloud; it must be changed at the first sign-in."""
    return "-".join("".join(randomness.choice(LETTERS) for _i in range(5)) for _group in range(4))


@operation(resource=lambda added: added.user_name)
def add_member(caller: Caller, *, user_name: str, role: str) -> AddedMember:
    """Give a person a role in the account; a new person is made with a one-time password, answered once.

    Raises Invalid for a malformed name or role, Conflict when the person is a member already.
    """
    user_name = user_name.strip()
    _check_role(role)
    users = get_user_model()
    user = users.objects.filter(username__iexact=user_name).first()
    one_time_password = ""
    if user is None:
        _check_name(user_name)
        one_time_password = new_one_time_password()
        user = users.objects.create_user(user_name, password=one_time_password)
        preferences.change(user, must_change_password=True)
    elif Membership.objects.filter(user=user, account_id=caller.account_id).exists():
        raise Conflict(
            _("%(name)s is a member of this account already.") % {"name": user.get_username()},
            resource=Resource(RESOURCE, user.get_username()),
            next_step=_("Change the role on the member's page."),
        )
    membership = Membership.objects.create(user=user, account_id=caller.account_id, role=role)
    return AddedMember(membership, one_time_password)


@operation(resource=lambda membership: membership.user.get_username())
def update_member(caller: Caller, *, user_name: str, role: str) -> Membership:
    """Change a member's role. Raises NotFound; Invalid; Conflict when it would leave no administrator."""
    _check_role(role)
    membership = _locked(caller, user_name)
    if role != Role.ADMINISTRATOR:
        _keep_an_administrator(membership)
    membership.role = role
    membership.save(update_fields=["role"])
    return membership


@operation(resource=lambda membership: membership.user.get_username())
def remove_member(caller: Caller, *, user_name: str) -> Membership:
    """Take a person's role in the account away, at once, and return it as it was.

    The person may still sign in to other accounts; access keys that the person made keep working. Raises NotFound;
    Conflict when it would leave no administrator.
    """
    membership = _locked(caller, user_name)
    _keep_an_administrator(membership)
    Membership.objects.filter(pk=membership.pk).delete()
    return membership


@operation(resource=lambda added: added.user_name)
def reset_member_password(caller: Caller, *, user_name: str, remove_mfa: bool = False) -> AddedMember:
    """Give a member a new one-time password, answered once; every session of the person ends.

    remove_mfa also takes away authenticator app, passkeys and recovery codes (a lost phone). Raises NotFound; Conflict
    when the person also belongs to an account of which the caller is not an administrator: whoever resets a password
    could enter there.
    """
    membership = _locked(caller, user_name)
    user = membership.user
    administered = Membership.objects.filter(user__username=_name_of(caller), role=Role.ADMINISTRATOR)
    elsewhere = Membership.objects.filter(user=user).exclude(account_id=caller.account_id)
    if elsewhere.exclude(account_id__in=administered.values("account_id")).exists():
        raise Conflict(
            _("%(name)s also belongs to an account that you do not administer.") % {"name": user.get_username()},
            resource=Resource(RESOURCE, user.get_username()),
            next_step=_("Ask an administrator of all of the person's accounts."),
        )
    one_time_password = new_one_time_password()
    user.set_password(one_time_password)
    user.save(update_fields=["password"])
    preferences.change(user, must_change_password=True)
    if remove_mfa:
        Authenticator.objects.filter(user=user).delete()
    return AddedMember(membership, one_time_password)


@operation()
def describe_members(caller: Caller) -> QuerySet[Membership]:
    """The memberships of the caller's account by user name, with their users."""
    return Membership.objects.filter(account_id=caller.account_id).select_related("user").order_by("user__username")


def find(caller: Caller, user_name: str) -> Membership:
    """The membership of a person in the caller's account. Raises NotFound."""
    membership = describe_members(caller).filter(user__username=user_name).first()
    if membership is None:
        raise NotFound(RESOURCE, user_name)
    return membership


class ConsoleMembers(four_eyes.Members):
    """What the four-eyes rule asks about members, from those who can sign in here."""

    def count(self, account_id: str) -> int:
        return Membership.objects.filter(account_id=account_id, user__is_active=True).count()

    def people_behind(self, actors: Collection[str]) -> dict[str, str]:
        """Key's actor -> the actor of the person who made the key. One query, none without keys."""
        keys = [actor.removeprefix(KEY) for actor in actors if actor.startswith(KEY)]
        if not keys:
            return {}
        rows = AccessKey.objects.filter(access_key_id__in=keys, created_by__isnull=False).select_related("created_by")
        return {f"{KEY}{row.access_key_id}": f"user:{row.created_by.get_username()}" for row in rows if row.created_by}


def is_last_administrator(membership: Membership) -> bool:
    """Whether nobody else could administer the account without this person."""
    others = Membership.objects.filter(account_id=membership.account_id, role=Role.ADMINISTRATOR, user__is_active=True)
    return membership.role == Role.ADMINISTRATOR and not others.exclude(pk=membership.pk).exists()


def _locked(caller: Caller, user_name: str) -> Membership:
    """The membership, with the account locked: two administrators cannot remove each other at once."""
    Account.objects.select_for_update().get(pk=caller.account_id)
    return find(caller, user_name)


def _keep_an_administrator(membership: Membership) -> None:
    if is_last_administrator(membership):
        raise Conflict(
            _("%(name)s is the last administrator of this account.") % {"name": membership.user.get_username()},
            resource=Resource(RESOURCE, membership.user.get_username()),
            next_step=_("Make another member an administrator first."),
        )


def _name_of(caller: Caller) -> str:
    kind, _colon, name = caller.actor.partition(":")
    return name if kind == "user" else ""


def _check_role(role: str) -> None:
    if role not in Role.values:
        raise Invalid(_("There is no such role."), fields={"role": _("Choose one of the list.")})


def _check_name(user_name: str) -> None:
    try:
        UnicodeUsernameValidator()(user_name)
    except ValidationError as error:
        raise Invalid(
            _("The user name is malformed."),
            fields={"user_name": _("Use letters, digits and @ . + - _ only.")},
        ) from error
    if len(user_name) > 150:
        raise Invalid(_("The user name is too long."), fields={"user_name": _("Use at most 150 characters.")})
