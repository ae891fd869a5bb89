"""The first start: one account in one Region, its administrator and an access key. Later starts make nothing.

Environment (README, “Settings”): SWITCHBOARD_ADMIN_USER, SWITCHBOARD_ADMIN_PASSWORD, SWITCHBOARD_ACCESS_KEY_ID,
SWITCHBOARD_SECRET_ACCESS_KEY, SWITCHBOARD_ACCOUNT_ID, SWITCHBOARD_REGION, SWITCHBOARD_ACCOUNT_TIER.
"""

import hmac
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from django.contrib.auth import get_user_model
from django.contrib.auth.password_validation import validate_password
from django.contrib.auth.validators import UnicodeUsernameValidator
from django.core.exceptions import ImproperlyConfigured, ValidationError
from django.db import connection

from console.environment import Environment
from console.models import AccessKey, Membership
from console.operations import access_keys, preferences
from console.operations.members import new_one_time_password
from messaging import secrets
from messaging.models import Account, RegionalAccount, Tier
from messaging.operations.accounts import account_named, new_account_id, regional_account
from messaging.permissions import Role
from messaging.reference import regions
from messaging.transactions import write_transaction

USER, PASSWORD = "SWITCHBOARD_ADMIN_USER", "SWITCHBOARD_ADMIN_PASSWORD"
KEY_ID, SECRET = "SWITCHBOARD_ACCESS_KEY_ID", "SWITCHBOARD_SECRET_ACCESS_KEY"
ACCOUNT, REGION, TIER = "SWITCHBOARD_ACCOUNT_ID", "SWITCHBOARD_REGION", "SWITCHBOARD_ACCOUNT_TIER"

DEFAULT_USER, DEFAULT_REGION, ACCOUNT_NAME = "admin", "us-east-1", "Main"
LOCK = 0x5717C4B0  # the advisory lock that two first starts on PostgreSQL wait for


@dataclass(frozen=True, slots=True)
class Bootstrapped:
    """What a start found or made, for `manage.py up` to print.

    first_start says whether anything was made. one_time_password and secret_access_key are set on the first start
    only, and only when they were made here and not given: nothing that is known already is printed again.
    """

    first_start: bool
    account_id: str
    region: str
    admin_user: str
    access_key_id: str = ""
    one_time_password: str = field(default="", repr=False)
    secret_access_key: str = field(default="", repr=False)
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Wishes:
    """The variables, each checked for its own shape; blank where not given."""

    user: str
    password: str = field(repr=False)
    key_id: str
    secret: str = field(repr=False)
    account_id: str
    region: str
    tier: str


def bootstrap(environment: Environment) -> Bootstrapped:
    """Make what the first start needs, or check that the variables agree with what the database has.

    Two processes at once wait for one another. Raises ImproperlyConfigured naming the variable and what the database
    has instead.
    """
    wishes = read(environment)
    with write_transaction(), _one_at_a_time():
        if not get_user_model().objects.exists() and not Account.objects.exists():
            return _first_start(wishes)
        return _later_start(wishes)


def read(environment: Environment) -> Wishes:
    """The variables of bootstrapping. Raises ImproperlyConfigured for a malformed one or half a key pair."""

    def text(name: str, pattern: str, expected: str) -> str:
        def convert(raw: str) -> str:
            if not re.fullmatch(pattern, raw, re.ASCII):
                raise ValueError(raw)
            return raw

        return environment.read(name, convert, "", expected=expected)

    def one_of(name: str, allowed: list[str]) -> str:
        return environment.read(name, lambda raw: allowed[allowed.index(raw)], "", expected=" or ".join(allowed))

    def user_name(raw: str) -> str:
        try:
            UnicodeUsernameValidator()(raw)
        except ValidationError as error:
            raise ValueError(raw) from error
        return raw

    wishes = Wishes(
        user=environment.read(USER, user_name, "", expected="letters, digits and @ . + - _ only"),
        password=environment.text(PASSWORD),
        key_id=text(KEY_ID, r"\w{1,32}", "1 to 32 letters, digits and underscores"),
        secret=environment.text(SECRET),
        account_id=text(ACCOUNT, r"\d{12}", "twelve digits"),
        region=one_of(REGION, list(regions())),
        tier=one_of(TIER, list(Tier.values)),
    )
    for given, missing, absent in ((KEY_ID, SECRET, wishes.secret), (SECRET, KEY_ID, wishes.key_id)):
        if not absent and environment.text(given):
            raise ImproperlyConfigured(f"{given} is set but {missing} is not: an access key needs both.")
    return wishes


@contextmanager
def _one_at_a_time() -> Iterator[None]:
    """write_transaction keeps a line on SQLite; PostgreSQL needs a lock that the end of the transaction frees."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
    yield


def _first_start(wishes: Wishes) -> Bootstrapped:
    account = account_named(wishes.account_id or new_account_id(), ACCOUNT_NAME)
    region = wishes.region or DEFAULT_REGION
    _open(account.account_id, region, wishes.tier)
    one_time = "" if wishes.password else new_one_time_password()
    user = get_user_model().objects.create_user(wishes.user or DEFAULT_USER, password=wishes.password or one_time)
    if one_time:
        preferences.change(user, must_change_password=True)
    Membership.objects.create(user=user, account=account, role=Role.ADMINISTRATOR)
    made = access_keys.store(
        account.account_id,
        role=Role.ADMINISTRATOR,
        description="First access key",
        created_by=user,
        access_key_id=wishes.key_id,
        secret=wishes.secret,
    )
    return Bootstrapped(
        first_start=True,
        account_id=account.account_id,
        region=region,
        admin_user=user.get_username(),
        access_key_id=made.access_key_id,
        one_time_password=one_time,
        secret_access_key="" if wishes.secret else made.secret,
        warnings=_weaknesses(wishes.password, user),
    )


def _later_start(wishes: Wishes) -> Bootstrapped:
    membership = _check_people(wishes)
    account_id = membership.account_id
    region = wishes.region or _region_of(account_id)
    _open(account_id, region, wishes.tier)
    if wishes.key_id:
        _check_key(wishes, account_id)
    return Bootstrapped(
        first_start=False,
        account_id=account_id,
        region=region,
        admin_user=membership.user.get_username(),
        access_key_id=wishes.key_id,
    )


def _check_people(wishes: Wishes) -> Membership:
    """The administrator's membership that the variables mean; the oldest where they leave it open."""
    rows = Membership.objects.filter(role=Role.ADMINISTRATOR).select_related("user").order_by("pk")
    if wishes.account_id:
        if not Account.objects.filter(pk=wishes.account_id).exists():
            raise _conflict(ACCOUNT, wishes.account_id, "the account " + _some(Account, "account_id"))
        rows = rows.filter(account_id=wishes.account_id)
    if wishes.user:
        mine = rows.filter(user__username=wishes.user)
        if not mine.exists():
            names = ", ".join(rows.values_list("user__username", flat=True)[:3]) or "nobody"
            raise _conflict(USER, wishes.user, f"as administrator {names}")
        rows = mine
    membership = rows.first()
    if membership is None:
        raise ImproperlyConfigured(
            "The database has people or accounts but no administrator. Make one with `manage.py shell`, or start on an "
            "empty data directory (SWITCHBOARD_DATA_DIR)."
        )
    if wishes.password and not membership.user.check_password(wishes.password):
        raise ImproperlyConfigured(
            f"{PASSWORD} is not the password that the database has for {membership.user.get_username()}. "
            "It is needed for the first start only: remove the variable, or set it to the present password."
        )
    return membership


def _check_key(wishes: Wishes, account_id: str) -> None:
    key = AccessKey.objects.filter(pk=wishes.key_id).first()
    if key is None:
        raise _conflict(KEY_ID, wishes.key_id, "the access key " + _some(AccessKey, "access_key_id"))
    if key.account_id != account_id:
        raise _conflict(KEY_ID, wishes.key_id, f"this key in the account {key.account_id}, not in {account_id}")
    if not hmac.compare_digest(secrets.decrypt(key.secret_encrypted).encode(), wishes.secret.encode()):
        raise ImproperlyConfigured(
            f"{SECRET} is not the secret that the database has for {key.access_key_id}. "
            "Set it to that secret, or remove both variables and create another key on the Access keys page."
        )


def _open(account_id: str, region: str, tier: str) -> RegionalAccount:
    """The account in the Region, opened in the given tier (SANDBOX unless given) when it was not open yet."""
    found = RegionalAccount.objects.filter(account_id=account_id, region=region).first()
    if found is not None:
        if tier and found.tier != tier:
            raise _conflict(TIER, tier, f"the account {account_id} in {region} in {found.tier}")
        return found
    owner = regional_account(account_id, region)
    if tier:
        RegionalAccount.objects.filter(pk=owner.pk).update(tier=tier, voice_tier=tier)
    return owner


def _region_of(account_id: str) -> str:
    first = RegionalAccount.objects.filter(account_id=account_id).order_by("pk").first()
    return first.region if first else DEFAULT_REGION


def _some(model: Any, name: str) -> str:
    """The first few values that the database has."""
    return ", ".join(model.objects.order_by(name).values_list(name, flat=True)[:3]) or "(none)"


def _conflict(variable: str, given: str, found: str) -> ImproperlyConfigured:
    return ImproperlyConfigured(
        f"{variable}={given} conflicts with the database, which has {found}. "
        "Remove the variable, or start on another data directory (SWITCHBOARD_DATA_DIR)."
    )


def _weaknesses(password: str, user: Any) -> tuple[str, ...]:
    """What the password rules say about a given password; it is used all the same, since a script asked for it."""
    if not password:
        return ()
    try:
        validate_password(password, user)
    except ValidationError as error:
        return tuple(f"{PASSWORD}: {message}" for message in error.messages)
    return ()
