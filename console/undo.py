"""Undo of what is cheap to restore: a flash with a button that works for ten minutes.

The button posts a signed note of what to do, good for one person in one account and Region. The operations that
restore ask for permission and check the rules like any other call.
"""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core import signing
from django.http import HttpRequest

from console.callers import caller_of
from messaging.caller import Caller
from messaging.operations.keywords import delete_keyword, put_keyword
from messaging.operations.pools import associate_origination_identity, disassociate_origination_identity
from messaging.operations.tags import tag_resource, untag_resource

SALT = "console.undo"
MINUTES = 10
EXTRA_TAG = "undo"


def restore_tags(caller: Caller, *, resource_arn: str, tags: list[dict[str, str]], remove: list[str]) -> None:
    """Tags as they were: those that came go, those that went or changed come back."""
    if remove:
        untag_resource(caller, resource_arn=resource_arn, tag_keys=remove)
    if tags:
        tag_resource(caller, resource_arn=resource_arn, tags=tags)


UNDOABLE: dict[str, Callable[..., Any]] = {
    "associate_origination_identity": associate_origination_identity,
    "disassociate_origination_identity": disassociate_origination_identity,
    "put_keyword": put_keyword,
    "delete_keyword": delete_keyword,
    "restore_tags": restore_tags,
}


def offer(request: HttpRequest, text: str, restore: str, **parameters: Any) -> None:
    """A success flash whose Undo calls UNDOABLE[restore] with the parameters.

    The token stands behind the tag `undo`: templates/components/flash.html draws the form.
    """
    caller = caller_of(request)
    note = {"a": caller.account_id, "r": caller.region, "u": caller.actor, "do": restore, "with": parameters}
    token = signing.dumps(note, salt=SALT, compress=True)
    messages.success(request, text, extra_tags=f"{EXTRA_TAG}:{token}")


def perform(caller: Caller, token: str) -> bool:
    """Restore what a token says; False when it is too old, not this person's, or not ours."""
    try:
        note = signing.loads(token, salt=SALT, max_age=MINUTES * 60)
    except signing.BadSignature:
        return False
    if (note["a"], note["r"], note["u"]) != (caller.account_id, caller.region, caller.actor):
        return False
    UNDOABLE[note["do"]](caller, **note["with"])
    return True
