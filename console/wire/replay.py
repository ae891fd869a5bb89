"""ClientToken: the same token with the same request is answered as the first time, and changes nothing again.

boto3 puts a fresh token into every call that has none, so answers are kept for a day and swept in passing.
"""

import hashlib
import itertools
import json
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from console.models import ClientToken
from messaging.caller import Caller
from messaging.errors import Invalid, Refusal
from messaging.transactions import write_transaction

KEPT = timedelta(hours=24)
SWEEP_EVERY = 100  # kept answers in this process
SWEEP_AT_MOST = 500  # rows at once, so that no request pays for many

_kept = itertools.count(1)


def once(
    caller: Caller, action: str, token: str, given: Mapping[str, Any], call: Callable[[], dict[str, Any]]
) -> dict[str, Any]:
    """The reply of call(), or the one that was kept for the token. Raises Invalid when the token had another request.

    The reply is kept in the transaction of the change. A refusal is not kept, so that the call can be tried again; it
    leaves the transaction unharmed, because its entry in the activity log stands there too.
    """
    wanted = fingerprint(given)
    refused: Refusal | None = None
    with write_transaction():
        row, fresh = _row(caller, action, token, wanted)
        if not fresh:
            caller.require(action)
            return _kept_reply(row, wanted)
        try:
            row.response = call()
        except Refusal as refusal:
            refused = refusal
            row.delete()
        else:
            row.save(update_fields=["response"])
            if next(_kept) % SWEEP_EVERY == 0:
                sweep()
    if refused:
        raise refused
    reply: dict[str, Any] = row.response
    return reply


def fingerprint(given: Mapping[str, Any]) -> str:
    """SHA-256 of the request's parameters in one fixed spelling."""
    return hashlib.sha256(json.dumps(given, sort_keys=True, default=str).encode()).hexdigest()


def _row(caller: Caller, action: str, token: str, wanted: str) -> tuple[ClientToken, bool]:
    """The token's row and whether it is new. A second request with the token waits here until the first is done."""
    key = {"owner_id": caller.owner_id, "action": action, "token": token}
    ClientToken.objects.filter(**key, created_at__lt=datetime.now(UTC) - KEPT).delete()
    return ClientToken.objects.get_or_create(**key, defaults={"request_hash": wanted, "response": {}})


def _kept_reply(row: ClientToken, wanted: str) -> dict[str, Any]:
    if row.request_hash != wanted:
        raise Invalid(
            "This client token was used for another request.",
            fields={"ClientToken": "Use a new token for a new request, or repeat the first request unchanged."},
        )
    reply: dict[str, Any] = row.response
    return reply


def sweep() -> int:
    """Forget answers that are older than a day; returns how many."""
    old = ClientToken.objects.filter(created_at__lt=datetime.now(UTC) - KEPT).values_list("pk", flat=True)
    deleted, _rows = ClientToken.objects.filter(pk__in=list(old[:SWEEP_AT_MOST])).delete()
    return deleted
