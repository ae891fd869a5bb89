"""Back to an empty account: for tests of other people's programs."""

import functools
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import Model, QuerySet

from messaging import streams
from messaging.caller import Caller
from messaging.models import (
    DEFAULT_LIST,
    Activity,
    DeliveryAttempt,
    JobResult,
    LogRecord,
    Message,
    MessageEvent,
    OptedOutNumber,
    OptOutList,
    OptOutRemoval,
    OutboxEntry,
    PhoneNumber,
    Pool,
    RegionalAccount,
)
from messaging.operations import media, number_files
from messaging.operations.registry import operation

# Tables that grow with traffic, children first: emptied by one statement each, without reading a row.
MANY: tuple[tuple[type[Model], str], ...] = (
    (MessageEvent, "owner"),
    (DeliveryAttempt, "entry__owner"),
    (OutboxEntry, "owner"),
    (LogRecord, "owner"),
    (Message, "owner"),
    (OptedOutNumber, "opt_out_list__owner"),
    (OptOutRemoval, "opt_out_list__owner"),
    (JobResult, "job__owner"),
)
FIRST: tuple[type[Model], ...] = (PhoneNumber, Pool)  # they hold on to their opt-out list
Forget = Callable[[int], None]
_further: list[Forget] = [media.forget_all, number_files.forget_all]
KEPT: frozenset[type[Model]] = frozenset({Activity})


def register(forget: Forget) -> None:
    """Have another part of the product empty, first, what it keeps of an account in a Region (RegionalAccount.pk)."""
    if forget not in _further:
        _further.append(forget)


@dataclass(frozen=True, slots=True)
class Emptied:
    """The account in its Region after a reset."""

    owner: RegionalAccount

    @property
    def arn(self) -> str:
        return str(self.owner)


@operation()
def reset_account(caller: Caller) -> Emptied:
    """Delete everything of the account in this Region but the account itself, its Default opt-out list and the log.

    What its built-in delivery streams hold goes too. Tiers, limits, members and access keys stay, and so does the
    clock, which is not the account's. Tables of other parts of the product that belong to the account are found by
    their owner.
    """
    owner = RegionalAccount.objects.select_for_update().get(pk=caller.owner_id)
    for forget in _further:
        forget(owner.pk)
    for model, path in MANY:
        rows: QuerySet[Any] = model._default_manager.filter(**{path: owner})
        rows._raw_delete(rows.db)
    for model in dict.fromkeys([*FIRST, *_owned()]):
        rows = model._default_manager.filter(owner=owner)
        if model is OptOutList:
            rows = rows.exclude(opt_out_list_name=DEFAULT_LIST)
        rows.delete()
    transaction.on_commit(functools.partial(streams.forget, owner.account_id, owner.region))
    return Emptied(owner)


def _owned() -> list[type[Model]]:
    """Every table with an owner."""
    related = [
        field.related_model for field in RegionalAccount._meta.get_fields(include_hidden=True) if field.one_to_many
    ]
    return [model for model in related if isinstance(model, type) and model not in KEPT]
