"""Access keys of programs: made, changed, deleted. Times here are wall time, like signatures."""

import base64
import secrets as randomness
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from django.contrib.auth import get_user_model
from django.db.models import QuerySet
from django.dispatch import Signal
from django.utils.translation import gettext_lazy as _

from console.models import AccessKey
from messaging import secrets
from messaging.caller import Caller
from messaging.errors import Conflict, Denied, Invalid, NotFound, Resource
from messaging.operations.registry import operation
from messaging.permissions import Role

RESOURCE = "access-key"
IN_USE = timedelta(days=7)
DESCRIPTION_LENGTH = 100

# Sent with access_key_id=… after a key was made, changed or deleted, inside the transaction.
access_key_changed = Signal()


@dataclass(frozen=True, slots=True)
class NewAccessKey:
    """A key just made. `secret` is here and nowhere else: it is stored encrypted and never shown again."""

    access_key_id: str
    secret: str = field(repr=False)
    key: AccessKey


def new_access_key_id() -> str:
    """AKIA and sixteen characters of base32 (80 random bits)."""
    return "AKIA" + base64.b32encode(randomness.token_bytes(10)).decode()


def new_secret() -> str:
    """Forty characters of base64 (30 random bytes)."""
    return base64.b64encode(randomness.token_bytes(30)).decode()


def in_use(key: AccessKey, now: datetime | None = None) -> bool:
    """Whether the key has signed a request within the last seven days."""
    return key.last_used_at is not None and key.last_used_at > (now or datetime.now(UTC)) - IN_USE


def rank(role: str) -> int:
    """How far a role reaches: 0 for the weakest."""
    return list(Role).index(Role(role))


@operation(resource=lambda made: made.access_key_id)
def create_access_key(caller: Caller, *, role: str, read_only: bool = False, description: str = "") -> NewAccessKey:
    """Make a key of the caller's account with a role not above the caller's own; its secret is answered once.

    Raises Invalid for an unknown role or a long description, Denied for a role above the caller's.
    """
    if role not in Role.values:
        raise Invalid(_("There is no such role."), fields={"role": _("Choose one of the list.")})
    if rank(role) > rank(caller.role) or (caller.read_only and not read_only):
        raise Denied(
            _("A key cannot have the role %(role)s, which may do more than you.") % {"role": Role(role).label},
            next_step=_("Choose a role that is not above your own."),
        )
    return store(
        caller.account_id,
        role=role,
        read_only=read_only,
        description=_described(description),
        created_by=_user_behind(caller),
    )


def store(
    account_id: str,
    *,
    role: str,
    read_only: bool = False,
    description: str = "",
    created_by: Any = None,
    access_key_id: str = "",
    secret: str = "",
) -> NewAccessKey:
    """Write a key, with a fresh id and secret unless given (bootstrapping gives them)."""
    access_key_id, secret = access_key_id or new_access_key_id(), secret or new_secret()
    key = AccessKey.objects.create(
        access_key_id=access_key_id,
        secret_encrypted=secrets.encrypt(secret),
        account_id=account_id,
        description=description,
        role=role,
        read_only=read_only,
        created_by=created_by,
    )
    access_key_changed.send(AccessKey, access_key_id=access_key_id)
    return NewAccessKey(access_key_id, secret, key)


@operation(resource=lambda key: key.access_key_id)
def update_access_key(
    caller: Caller, *, access_key_id: str, enabled: bool | None = None, description: str | None = None
) -> AccessKey:
    """Enable or disable a key, or describe it anew. Raises NotFound; Invalid for a long description."""
    key = find(caller, access_key_id, lock=True)
    if enabled is not None:
        key.enabled = enabled
    if description is not None:
        key.description = _described(description)
    key.save(update_fields=["enabled", "description"])
    access_key_changed.send(AccessKey, access_key_id=key.access_key_id)
    return key


@operation(resource=lambda key: key.access_key_id)
def delete_access_key(caller: Caller, *, access_key_id: str, confirm: str = "") -> AccessKey:
    """Delete a key and return it as it was.

    A key used within seven days is deleted only when `confirm` repeats its id (Invalid otherwise, with the field
    "confirm"); Conflict when the caller is signing with this very key. Raises NotFound.
    """
    key = find(caller, access_key_id, lock=True)
    if caller.actor == f"key:{key.access_key_id}":
        raise Conflict(_("A key cannot delete itself."), resource=Resource(RESOURCE, key.access_key_id))
    if in_use(key) and confirm.strip() != key.access_key_id:
        raise Invalid(
            _("The access key has been used within seven days: type its id to delete it."),
            resource=Resource(RESOURCE, key.access_key_id),
            fields={"confirm": _("Type %(id)s.") % {"id": key.access_key_id}},
        )
    AccessKey.objects.filter(pk=key.pk).delete()
    access_key_changed.send(AccessKey, access_key_id=key.access_key_id)
    return key


@operation()
def describe_access_keys(caller: Caller) -> QuerySet[AccessKey]:
    """The keys of the caller's account, newest first, without their secrets."""
    rows = AccessKey.objects.filter(account_id=caller.account_id).select_related("created_by")
    return rows.defer("secret_encrypted").order_by("-created_at", "access_key_id")


def find(caller: Caller, access_key_id: str, *, lock: bool = False) -> AccessKey:
    """The key of the caller's account. Raises NotFound."""
    rows = AccessKey.objects.filter(account_id=caller.account_id, access_key_id=access_key_id).defer("secret_encrypted")
    key = (rows.select_for_update() if lock else rows.select_related("created_by")).first()
    if key is None:
        raise NotFound(RESOURCE, access_key_id)
    return key


def _described(description: str) -> str:
    description = description.strip()
    if len(description) > DESCRIPTION_LENGTH:
        raise Invalid(
            _("The description is too long."),
            fields={"description": _("Use at most %(limit)d characters.") % {"limit": DESCRIPTION_LENGTH}},
        )
    return description


def _user_behind(caller: Caller) -> Any:
    kind, _colon, name = caller.actor.partition(":")
    return get_user_model().objects.filter(username=name).first() if kind == "user" else None
