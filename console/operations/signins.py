"""Signing in and out, and what a person changes about it, in the activity log of every account the person belongs to.

These are no operations: nobody is asked whether somebody may sign in, and allauth does it. Each is noted in every open
Region of each account, since a person signs in to all of them at once. Whoever is no member of anything leaves no trace
here; how often an address or a name may fail is limited elsewhere, which also bounds what failed attempts write.
"""

import uuid
from datetime import UTC, datetime
from typing import Any

from messaging.caller import Door
from messaging.models import Activity, RegionalAccount
from messaging.operations.registry import loggable
from messaging.transactions import write_transaction

WRONG_PASSWORD = "Denied WRONG_PASSWORD"  # noqa: S105 - the name of a refusal
WRONG_CODE = "Denied WRONG_CODE"


def note(user: Any, operation: str, *, address: str, refused: str = "", detail: str = "", **parameters: Any) -> None:
    """Write that a person did this, from where, or was refused. Never a password, a code or a secret.

    operation is named like the others: SignIn, SignOut. address is the address that it came from.
    """
    owners = RegionalAccount.objects.filter(account__memberships__user=user.pk).values_list("pk", flat=True)
    given = {"address": address, **parameters}
    at, request_id = datetime.now(UTC), str(uuid.uuid4())
    actor = f"user:{user.get_username()}"
    with write_transaction():
        Activity.objects.bulk_create(
            Activity(
                owner_id=owner,
                at=at,
                actor=actor,
                door=Door.SIGN_IN,
                operation=operation,
                resource=actor,
                parameters={name: loggable(name, value) for name, value in given.items() if value},
                refused=refused,
                detail=str(detail)[:500],
                request_id=request_id,
            )
            for owner in owners
        )
