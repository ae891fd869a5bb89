"""Signature Version 4: who signed a request, and that nobody changed it since.

Source of the rules: the vendor's description of SigV4, held against botocore's signer by tests. What the eight traps
ask: host, date and target must be signed; the credential scope must be consistent; the date within 15 minutes of wall
time; the body's hash is computed here, never believed; unknown keys cost the same work as known ones; session tokens
belong to another issuer; secrets are encrypted at rest; the error names are those that clients know.

A warm request makes no query: keys and accounts are remembered for a second, and forgotten at once when this process
changes them.
"""

import hmac
import os
import re
import time
from calendar import timegm
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from hashlib import sha256
from typing import Any, NamedTuple

from django.db import transaction
from django.db.models import Q
from django.db.models.signals import post_delete, post_save
from django.dispatch import receiver

from console import shapes
from console.models import AccessKey
from console.wire.errors import ProtocolError
from messaging import secrets
from messaging.caller import Caller, Door
from messaging.errors import Denied
from messaging.models import Account, RegionalAccount
from messaging.operations.accounts import regional_account
from messaging.permissions import Role
from messaging.reference import regions
from messaging.transactions import write_transaction

ALGORITHM = "AWS4-HMAC-SHA256"
TERMINATOR = "aws4_request"
SKEW_SECONDS = 15 * 60
MUST_SIGN = frozenset({"host", "x-amz-date", "x-amz-target"})
KEY_SECONDS = 1.0  # how long a process may go on with a key or account that another process has just changed
KEYS_REMEMBERED = 1024
USE_NOTED_SECONDS = 60

USUAL = re.compile(
    rf"{ALGORITHM} Credential=([^/,\s]+)/([^/,\s]+)/([^/,\s]+)/([^/,\s]+)/([^/,\s]+), ?"
    r"SignedHeaders=([^,\s]+), ?Signature=([0-9a-f]+)"
)
STAMP = re.compile(r"[0-9]{8}T[0-9]{6}Z")


class Signed(NamedTuple):
    """The parts of an Authorization header."""

    access_key_id: str
    date: str
    region: str
    service: str
    terminator: str
    headers: str
    signature: str


@dataclass(slots=True)
class Key:
    """What the wire remembers of an access key; secret is in the clear, in memory only."""

    access_key_id: str
    secret: str
    account_id: str
    role: Role
    read_only: bool
    enabled: bool
    noted_at: float  # wall time, seconds: when its use was last written down


# Equal work for a key that does not exist: it is verified against a secret that nobody has.
NOBODY = os.urandom(20).hex()

# What was read, and when (monotonic seconds). Unknown keys are remembered too.
_keys: dict[str, tuple[Key | None, float]] = {}
_owners: dict[tuple[str, str], tuple[int, float]] = {}
_changes = 0


def forget() -> None:
    """Read keys and accounts anew: this process has changed some."""
    global _changes
    _changes += 1  # whoever is reading right now must not remember what it read
    _keys.clear()
    _owners.clear()
    clear.cache_clear()


@receiver([post_save, post_delete], sender=AccessKey)
@receiver([post_save, post_delete], sender=RegionalAccount)
@receiver([post_save, post_delete], sender=Account)
def _forget_changed(**kwargs: Any) -> None:
    forget()
    transaction.on_commit(forget)  # and once more when others can see the change


def authenticate(meta: Mapping[str, Any], body: bytes, request_id: str, action: str) -> Caller:
    """The caller who signed a request. Raises ProtocolError, or Denied for a key that is switched off.

    meta is the WSGI environment; only POST / comes here.
    """
    signed = parse(meta)
    stamp = meta.get("HTTP_X_AMZ_DATE", "")
    _check_scope(signed, stamp)
    _check_signed_headers(signed)
    key = key_named(signed.access_key_id)
    expected = signature(key.secret if key else NOBODY, signed, stamp, meta, body)
    genuine = hmac.compare_digest(expected, signed.signature)
    if key is None or "HTTP_X_AMZ_SECURITY_TOKEN" in meta:
        raise ProtocolError("UnrecognizedClientException", "The security token included in the request is invalid.")
    if not genuine:
        raise _invalid(
            "The request signature we calculated does not match the signature you provided. Check your secret access"
            " key and signing method."
        )
    _check_time(stamp)
    if not key.enabled:
        raise Denied(
            f"The access key {key.access_key_id} is disabled.",
            next_step="An administrator of the account can enable it on the Access keys page.",
        )
    note_use(key, signed.region, action)
    return Caller(
        owner_id(key.account_id, signed.region),
        key.account_id,
        signed.region,
        f"key:{key.access_key_id}",
        key.role,
        Door.WIRE,
        key.read_only,
        request_id,
    )


def parse(meta: Mapping[str, Any]) -> Signed:
    """The Authorization header's parts. Raises ProtocolError."""
    header = meta.get("HTTP_AUTHORIZATION", "")
    if not header:
        raise ProtocolError("MissingAuthenticationTokenException", "Request is missing Authentication Token")
    if not header.isascii():
        raise _incomplete("The Authorization header must be ASCII.")
    usual = USUAL.fullmatch(header)
    if usual:
        return Signed(*usual.groups())
    scheme, _space, rest = header.partition(" ")
    if scheme != ALGORITHM:
        raise _incomplete(f"Unsupported signature algorithm; use {ALGORITHM}.")
    given = {}
    for part in rest.split(","):
        name, equals, value = part.strip().partition("=")
        if not equals:
            raise _incomplete(f"'{part.strip()}' is not a key=value pair in the Authorization header.")
        given[name] = value
    for name in ("Credential", "Signature", "SignedHeaders"):
        if not given.get(name):
            raise _incomplete(f"Authorization header requires '{name}' parameter.")
    try:
        access_key_id, date, region, service, terminator = given["Credential"].split("/")
    except ValueError as error:
        raise _incomplete(
            "Credential must have exactly 5 slash-delimited elements, e.g. keyid/date/region/service/term, "
            f"got '{given['Credential']}'."
        ) from error
    return Signed(access_key_id, date, region, service, terminator, given["SignedHeaders"], given["Signature"])


def _incomplete(message: str) -> ProtocolError:
    return ProtocolError("IncompleteSignatureException", message)


def _invalid(message: str) -> ProtocolError:
    return ProtocolError("InvalidSignatureException", message)


def _check_scope(signed: Signed, stamp: str) -> None:
    """Date, Region, service and terminator of the credential scope."""
    if not stamp:
        raise _incomplete("Authorization header requires existence of an 'X-Amz-Date' header.")
    if epoch(stamp) is None:
        raise _incomplete(f"Date must be in ISO-8601 'basic format'. Got '{stamp}'.")
    if signed.date != stamp[:8]:
        raise _invalid(
            "Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP: "
            f"'{signed.date}' != '{stamp[:8]}', from '{stamp}'."
        )
    if signed.service != shapes.signing_name():
        raise _invalid(f"Credential should be scoped to correct service: '{shapes.signing_name()}'.")
    if signed.terminator != TERMINATOR:
        raise _invalid(f"Credential should be scoped with a valid terminator: '{TERMINATOR}'.")
    if signed.region not in regions():
        raise _invalid(f"Credential should be scoped to a valid region, not '{signed.region}'.")


def _check_signed_headers(signed: Signed) -> None:
    missing = MUST_SIGN.difference(signed_headers(signed.headers)[0])
    if missing:
        raise _invalid(f"{', '.join(sorted(missing))} must be a 'SignedHeader' in the Authorization.")


def _check_time(stamp: str) -> None:
    at, now = epoch(stamp), time.time()
    low, high = now - SKEW_SECONDS, now + SKEW_SECONDS
    if at is None or at < low:
        bound = f"{spelled_time(low)} ({spelled_time(now)} - 15 min.)"
        raise _invalid(f"Signature expired: {stamp} is now earlier than {bound}")
    if at > high:
        bound = f"{spelled_time(high)} ({spelled_time(now)} + 15 min.)"
        raise _invalid(f"Signature not yet current: {stamp} is still later than {bound}")


def spelled_time(instant: float) -> str:
    """20261121T235959Z."""
    return time.strftime("%Y%m%dT%H%M%SZ", time.gmtime(instant))


@lru_cache(maxsize=256)
def epoch(stamp: str) -> int | None:
    """Seconds since 1970 of an ISO-8601 basic time, or None for a day or hour that does not exist."""
    if not STAMP.fullmatch(stamp):
        return None
    try:
        return timegm(time.strptime(stamp, "%Y%m%dT%H%M%SZ"))
    except ValueError:
        return None


@lru_cache(maxsize=64)
def signed_headers(names: str) -> tuple[frozenset[str], tuple[tuple[str, str], ...]]:
    """The set of signed header names, and for each in the order given: what it begins with, and its WSGI name."""
    listed = names.split(";")
    wsgi = (name.upper().replace("-", "_") for name in listed)
    bare = ("CONTENT_TYPE", "CONTENT_LENGTH")
    return frozenset(listed), tuple(
        (f"{name}:", key if key in bare else f"HTTP_{key}") for name, key in zip(listed, wsgi, strict=True)
    )


def signature(secret: str, signed: Signed, stamp: str, meta: Mapping[str, Any], body: bytes) -> str:
    """The signature that the owner of the secret would give this request, in hexadecimal."""
    lines = [prefix + " ".join(str(meta.get(name, "")).split()) for prefix, name in signed_headers(signed.headers)[1]]
    query = meta.get("QUERY_STRING", "")
    canonical = "\n".join(
        ("POST", "/", canonical_query(query) if query else "", *lines, "", signed.headers, sha256(body).hexdigest())
    )
    scope = f"{signed.date}/{signed.region}/{signed.service}/{signed.terminator}"
    # WSGI hands header bytes over as Latin-1 text: encoding it so gives back the bytes that were signed.
    digest = sha256(canonical.encode("latin-1", "replace")).hexdigest()
    to_sign = f"{ALGORITHM}\n{stamp}\n{scope}\n{digest}"
    return hmac.digest(signing_key(secret, signed.date, signed.region), to_sign.encode(), "sha256").hex()


def canonical_query(query: str) -> str:
    """The query string, its pairs in order; a name without a value gets its equals sign."""
    return "&".join(sorted(part if "=" in part else f"{part}=" for part in query.split("&") if part))


@lru_cache(maxsize=KEYS_REMEMBERED)
def signing_key(secret: str, date: str, region: str) -> bytes:
    """The key of one day, Region and service, derived from the secret; remembered, as it saves half of the work."""
    derived = f"AWS4{secret}".encode()
    for part in (date, region, shapes.signing_name(), TERMINATOR):
        derived = hmac.digest(derived, part.encode(), "sha256")
    return derived


def key_named(access_key_id: str) -> Key | None:
    """The access key, or None; both are remembered for KEY_SECONDS. One query when not remembered."""
    now = time.monotonic()
    found = _keys.get(access_key_id)
    if found is not None and now - found[1] < KEY_SECONDS:
        return found[0]
    if len(_keys) >= KEYS_REMEMBERED:
        forget()
    changes = _changes
    row = AccessKey.objects.filter(pk=access_key_id).first() if "\0" not in access_key_id else None
    key = None if row is None else _remembered(row)
    if changes == _changes:
        _keys[access_key_id] = key, now
    return key


def _remembered(row: AccessKey) -> Key:
    return Key(
        row.access_key_id,
        clear(bytes(row.secret_encrypted)),
        row.account_id,
        Role(row.role),
        row.read_only,
        row.enabled,
        row.last_used_at.timestamp() if row.last_used_at else 0.0,
    )


@lru_cache(maxsize=KEYS_REMEMBERED)
def clear(encrypted: bytes) -> str:
    """The secret in the clear; remembered, since decrypting costs more than verifying."""
    return secrets.decrypt(encrypted)


def owner_id(account_id: str, region: str) -> int:
    """The primary key of the account in its Region, which is opened on first use; remembered for KEY_SECONDS."""
    now = time.monotonic()
    found = _owners.get((account_id, region))
    if found is not None and now - found[1] < KEY_SECONDS:
        return found[0]
    changes = _changes
    pk = regional_account(account_id, region).pk
    if changes == _changes:
        _owners[account_id, region] = pk, now
    return pk


def note_use(key: Key, region: str, action: str) -> None:
    """Keep when, where and for what a key was last used, at most once a minute for each."""
    now = time.time()
    if now - key.noted_at < USE_NOTED_SECONDS:
        return
    key.noted_at = now
    at = datetime.fromtimestamp(now, UTC)
    due = Q(last_used_at=None) | Q(last_used_at__lt=at - timedelta(seconds=USE_NOTED_SECONDS))
    with write_transaction():
        AccessKey.objects.filter(due, pk=key.access_key_id).update(
            last_used_at=at, last_used_region=region, last_used_action=action
        )
