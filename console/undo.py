"""Undo of what is cheap to restore: a flash with a button that works for ten minutes.

The session keeps what to do, for one account and Region. The operations that restore ask for permission and check the
rules like any other call.
"""

import secrets
import time
from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import HttpRequest

from console.callers import caller_of, url_to
from console.operations.views import save_view
from messaging.caller import Caller
from messaging.operations.handsets import put_handset_behaviour
from messaging.operations.keywords import delete_keyword, put_keyword
from messaging.operations.outbox import subscribe_endpoint
from messaging.operations.pools import associate_origination_identity, disassociate_origination_identity
from messaging.operations.protect_rules import put_protect_configuration_rule_set_number_override
from messaging.operations.tags import tag_resource, untag_resource

KEY = "undo"
MINUTES = 10
KEPT = 10


def restore_tags(caller: Caller, *, resource_arn: str, tags: list[dict[str, str]], remove: list[str]) -> None:
    """Tags as they were: those that came go, those that went or changed come back."""
    if remove:
        untag_resource(caller, resource_arn=resource_arn, tag_keys=remove)
    if tags:
        tag_resource(caller, resource_arn=resource_arn, tags=tags)


def put_number_override(caller: Caller, *, expiration_timestamp: str | None, **override: str) -> None:
    """A number override as it was, with the expiry that the session keeps as text."""
    until = datetime.fromisoformat(expiration_timestamp) if expiration_timestamp else None
    put_protect_configuration_rule_set_number_override(caller, expiration_timestamp=until, **override)


UNDOABLE: dict[str, Callable[..., Any]] = {
    "associate_origination_identity": associate_origination_identity,
    "disassociate_origination_identity": disassociate_origination_identity,
    "put_handset_behaviour": put_handset_behaviour,
    "put_keyword": put_keyword,
    "put_number_override": put_number_override,
    "delete_keyword": delete_keyword,
    "restore_tags": restore_tags,
    "save_view": save_view,
    "subscribe_endpoint": subscribe_endpoint,
}


def offer(request: HttpRequest, text: str, restore: str, **parameters: Any) -> None:
    """A success flash whose Undo calls UNDOABLE[restore] with the parameters."""
    caller = caller_of(request)
    token = secrets.token_urlsafe(9)
    note = {"at": time.time(), "in": [caller.account_id, caller.region], "do": restore, "with": parameters}
    kept = list(request.session.get(KEY, {}).items())[-KEPT + 1 :]
    request.session[KEY] = {**dict(kept), token: note}
    messages.success(request, text, extra_tags=f"undo:{url_to(caller, 'undo', token)}")


def perform(request: HttpRequest, token: str) -> bool:
    """Restore what a token stands for, once; False when it is too old or not known here."""
    caller = caller_of(request)
    notes = request.session.get(KEY, {})
    note = notes.pop(token, None)
    if note is None or time.time() - note["at"] > MINUTES * 60 or note["in"] != [caller.account_id, caller.region]:
        return False
    request.session.modified = True
    UNDOABLE[note["do"]](caller, **note["with"])
    return True
