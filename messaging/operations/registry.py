"""The registry of operations and what happens around each call, once.

permission → request-rate quota → the function in one transaction → activity-log entry. Called from inside another
operation, a function runs plainly as part of the outer call: one request is one permission, one transaction, one entry.
"""

import functools
import inspect
import math
from collections.abc import Callable, Iterable
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Concatenate, ParamSpec, TypeVar

from django.conf import settings
from django.db import DatabaseError, connection
from django.db.models import F

from messaging import permissions
from messaging.caller import Caller
from messaging.commits import committed
from messaging.errors import Refusal
from messaging.models import Activity, RegionalAccount
from messaging.operations import rates
from messaging.transactions import lost_race, write_transaction

P = ParamSpec("P")
R = TypeVar("R")

SECRET_WORDS = ("secret", "password", "token", "verification_code")
PRIVATE = {"message_body", "keyword_message", "text_value"}  # the log says how long a text was, never what it said
TEXT_LIMIT = 200
MOST_TRIES = 3  # of a transaction that loses races against others

_inside: ContextVar[bool] = ContextVar("inside_operation", default=False)


@dataclass(frozen=True, slots=True)
class Operation:
    """One entry of the registry. `action` is the API's name, or ours in the same style."""

    action: str
    function: Callable[..., Any]
    logged: bool
    changes_settings: bool
    shares_commit: bool

    @property
    def reads(self) -> bool:
        return permissions.table()[self.action][1]

    @property
    def parameters(self) -> tuple[str, ...]:
        """The keyword-only parameters, in snake case."""
        signature = inspect.signature(self.function)
        return tuple(p.name for p in signature.parameters.values() if p.kind is p.KEYWORD_ONLY)


OPERATIONS: dict[str, Operation] = {}


def operation(
    *,
    logged: bool = True,
    changes_settings: bool = True,
    shares_commit: bool = False,
    resource: Callable[[Any], str] | None = None,
) -> Callable[[Callable[Concatenate[Caller, P], R]], Callable[Concatenate[Caller, P], R]]:
    """Register a function as the operation of its name (`create_pool` is CreatePool) with the shared steps around it.

    logged=False keeps its successes out of the activity log, not its refusals (reads are never logged).
    changes_settings=False says that no later send can go differently because of it, so that what sends remember stands
    (snapshot.py). shares_commit=True lets calls that wait in line together share one commit: for short ones that come
    in numbers and touch nothing but the database (messaging/commits.py). resource(result) names what a successful call
    concerned, an ARN or id; by default the result's `arn`.
    """

    def register(function: Callable[Concatenate[Caller, P], R]) -> Callable[Concatenate[Caller, P], R]:
        action = "".join(word.capitalize() for word in function.__name__.split("_"))
        entry = Operation(action, function, logged, changes_settings, shares_commit)
        OPERATIONS[action] = entry

        @functools.wraps(function)
        def call(caller: Caller, /, *args: P.args, **kwargs: P.kwargs) -> R:
            if _inside.get():
                return function(caller, *args, **kwargs)
            token = _inside.set(True)
            try:
                return _guarded(entry, resource, caller, args, kwargs)
            finally:
                _inside.reset(token)

        return call

    return register


def _guarded(entry: Operation, resource: Any, caller: Caller, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    reads = entry.reads
    try:
        caller.require(entry.action)
        if settings.SWITCHBOARD_RATE_QUOTAS:
            rates.take(caller, entry.action)
        if reads:
            return entry.function(caller, *args, **kwargs)
        result, counted = _performed(entry, functools.partial(_changed, entry, resource, caller, args, kwargs))
        if counted is not None:
            raise counted
        return result
    except Refusal as refusal:
        if not reads:
            refused = f"{type(refusal).__name__} {refusal.reason}".strip()
            about = refusal.resource.id if refusal.resource else ""
            with write_transaction():
                _record(caller, entry.action, kwargs, resource=about, refused=refused, detail=str(refusal))
        raise


def _performed(entry: Operation, perform: Callable[[], tuple[Any, Refusal | None]]) -> tuple[Any, Refusal | None]:
    """Do it in one transaction, and again when that lost a race: then it meets what the winner has left."""
    for _try in range(MOST_TRIES - 1):
        try:
            return _once(entry, perform)
        except DatabaseError as error:
            if connection.in_atomic_block or not lost_race(error):
                raise
    return _once(entry, perform)


def _once(entry: Operation, perform: Callable[[], tuple[Any, Refusal | None]]) -> tuple[Any, Refusal | None]:
    if entry.shares_commit:
        return committed(perform)
    with write_transaction():
        return perform()


def _changed(
    entry: Operation, resource: Any, caller: Caller, args: tuple[Any, ...], kwargs: dict[str, Any]
) -> tuple[Any, Refusal | None]:
    """What the function returns, or the refusal whose changes stay; with the entry in the log, in the transaction."""
    try:
        result = entry.function(caller, *args, **kwargs)
    except Refusal as refusal:
        if not refusal.keeps_changes:
            raise
        return None, refusal
    if entry.logged:
        about = resource(result) if resource else getattr(result, "arn", "")
        _record(caller, entry.action, kwargs, resource=str(about))
    if entry.changes_settings:
        # Last: the account's row stays locked from here to the commit only.
        settings_changed([caller.owner_id])
    return result, None


def settings_changed(owners: Iterable[int]) -> None:
    """Let no send go by what it remembers of these accounts; for background work that changes settings itself."""
    RegionalAccount.objects.filter(pk__in=list(owners)).update(settings_version=F("settings_version") + 1)


def _record(
    caller: Caller, action: str, kwargs: dict[str, Any], *, resource: str, refused: str = "", detail: str = ""
) -> None:
    Activity.objects.create(
        owner_id=caller.owner_id,
        at=datetime.now(UTC),
        actor=caller.actor,
        door=caller.door,
        operation=action,
        resource=resource[:256],
        parameters={name: loggable(name, value) for name, value in kwargs.items() if value is not None},
        refused=refused,
        detail=_storable(detail[:500]),
        request_id=caller.request_id,
    )


def loggable(name: str, value: Any) -> Any:
    """A parameter as the log keeps it: no secret, no text of a message, nothing long."""
    if any(word in name for word in SECRET_WORDS):
        return "(hidden)"
    if isinstance(value, bytes):
        return f"({len(value)} bytes)"
    if name in PRIVATE:
        return f"({len(str(value))} characters)"
    if isinstance(value, float) and not math.isfinite(value):
        return str(value)  # JSON has no such number
    if isinstance(value, bool | int | float):
        return value
    if isinstance(value, list | tuple):
        return [loggable("", item) for item in value[:50]]
    if isinstance(value, dict):
        return {str(key): loggable(str(key), item) for key, item in list(value.items())[:50]}
    return _storable(str(value)[:TEXT_LIMIT])


def _storable(text: str) -> str:
    """A text as every database takes it: a refused value may hold NUL or a lone surrogate, but is logged as well."""
    return text.encode(errors="replace").decode().replace("\x00", "?")
