"""Lists on the wire: ids, filters, and pages by an encrypted token.

A token says where the page before it ended (never an offset into a table) and is bound to the account, the Region,
the operation and everything else in the request, so that it continues the same list or is refused INVALID_NEXT_TOKEN.
"""

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from django.conf import settings
from django.db.models import Model, QuerySet

from console import shapes
from console.wire import presenters
from console.wire.codec import encoder
from messaging import secrets
from messaging.caller import Caller
from messaging.errors import Invalid, NotFound
from messaging.filters import ResourceFilters
from messaging.models import Owned
from messaging.operations import rates

PAGE_SIZE = 100  # MaxResults in the service model: at most 100; without it, as many

Given = Mapping[str, Any]
Present = Callable[[Caller, Any], Any]
Within = Callable[[Caller, Given], tuple[QuerySet[Any], Mapping[str, Any]]]
Pick = Callable[[Caller, QuerySet[Any], Sequence[Any]], QuerySet[Any]]


class Fetched(NamedTuple):
    """The rows of a page, whether there are more, and the output members of the parent."""

    rows: list[Any]
    more: bool
    extra: Given


def own_name(model: type[Model]) -> Callable[[Caller, str], str]:
    """Ids or ARNs of the caller's rows, as the column has them."""
    return model.name_in if issubclass(model, Owned) else lambda caller, given: given


@dataclass(frozen=True)
class Listing:
    """A Describe… or List… operation over a table.

    model, filters and ids (the input member with ids, names or ARNs, which must all exist) say what is listed; within
    narrows to a parent and gives the parent's output members (within_reads: the optional input members it reads);
    order is a unique field; related and joined are fetched with the rows, so that presenting one costs no query. pick
    finds rows by ids that are no plain names.
    """

    model: type[Model]
    filters: ResourceFilters | None = None
    ids: str = ""
    present: Present = presenters.as_is
    within: Within | None = None
    within_reads: tuple[str, ...] = ()
    order: str = "pk"
    id_field: str = ""
    resource_type: str = ""
    clean_id: Callable[[Caller, str], str] | None = None
    pick: Pick | None = None
    joined: Sequence[str] = ()
    related: Sequence[str] = ()

    def answer(self, caller: Caller, action: str, given: dict[str, Any]) -> dict[str, Any]:
        """The reply with one page. Raises Invalid, NotFound, Denied, Throttled."""
        return Chain((self,)).answer(caller, action, given)

    def fetch(self, caller: Caller, given: Given, after: Any, size: int) -> Fetched:
        """Up to `size` rows behind `after`, and whether there are more. Raises Invalid, NotFound."""
        rows, extra = self.within(caller, given) if self.within else (self._mine(caller), {})
        rows = self._narrowed(caller, rows, given)
        if after is not None:
            rows = rows.filter(**{f"{self.order}__gt": after})
        if self.joined:
            rows = rows.select_related(*self.joined)
        found = list(rows.order_by(self.order).prefetch_related(*self.related)[: size + 1])
        return Fetched(found[:size], len(found) > size, extra)

    def _mine(self, caller: Caller) -> QuerySet[Any]:
        return self.model._default_manager.filter(owner_id=caller.owner_id)

    def _narrowed(self, caller: Caller, rows: QuerySet[Any], given: Given) -> QuerySet[Any]:
        wanted = given.get(shapes.snake(self.ids)) if self.ids else None
        if wanted and given.get("owner"):
            raise Invalid(
                f"Owner and {self.ids} cannot be used at the same time.",
                reason="PARAMETERS_CANNOT_BE_USED_TOGETHER",
                fields={
                    "owner": "Leave one of the two out.",
                    shapes.snake(self.ids): "Leave one of the two out.",
                },
            )
        if given.get("owner") == "SHARED":  # nothing is shared between accounts here
            return rows.none()
        if wanted:
            rows = self._named(caller, rows, wanted)
        return self.filters.narrow(rows, given.get("filters")) if self.filters else rows

    def _named(self, caller: Caller, rows: QuerySet[Any], wanted: Sequence[Any]) -> QuerySet[Any]:
        if self.pick:
            return self.pick(caller, rows, wanted)
        clean = self.clean_id or own_name(self.model)
        field = self.id_field or self.model.NAME_FIELD  # type: ignore[attr-defined]
        names = {clean(caller, given): given for given in wanted}
        rows = rows.filter(**{f"{field}__in": names})
        there = set(rows.values_list(field, flat=True))
        for name, given in names.items():
            if name not in there:
                raise NotFound(self.resource_type or self.model.RESOURCE_TYPE, given)  # type: ignore[attr-defined]
        return rows


@dataclass(frozen=True)
class Chain:
    """A list whose items come from several tables, one table after the other."""

    parts: tuple[Listing, ...]

    def answer(self, caller: Caller, action: str, given: dict[str, Any]) -> dict[str, Any]:
        """The reply with one page. Raises Invalid, NotFound, Denied, Throttled."""
        allow(caller, action)
        index, after = position(caller, action, given) or (0, None)
        size = given.get("max_results", PAGE_SIZE)
        items: list[Any] = []
        while True:
            part = self.parts[index]
            rows, more, extra = part.fetch(caller, given, after, size - len(items))
            items += [part.present(caller, row) for row in rows]
            after = getattr(rows[-1], part.order) if rows else after
            if more or index + 1 == len(self.parts):
                return page(caller, action, given, items, [index, after] if more else None, extra)
            index, after = index + 1, None


@dataclass(frozen=True)
class Items:
    """A Describe… operation over a short list that an operation computes, which also asks permission and rate."""

    items: Callable[[Caller], Sequence[Any]]

    def answer(self, caller: Caller, action: str, given: dict[str, Any]) -> dict[str, Any]:
        """The reply with one page. Raises Invalid, Denied, Throttled."""
        start = position(caller, action, given) or 0
        found = self.items(caller)
        end = start + given.get("max_results", PAGE_SIZE)
        return page(caller, action, given, found[start:end], end if end < len(found) else None, {})


@dataclass(frozen=True)
class Computed:
    """A list that is computed for what was asked, and is short enough to be held whole; extra are the other members."""

    items: Callable[[Caller, Given], tuple[Sequence[Any], Mapping[str, Any]]]

    def answer(self, caller: Caller, action: str, given: dict[str, Any]) -> dict[str, Any]:
        """The reply with one page. Raises Invalid, NotFound, Denied, Throttled."""
        allow(caller, action)
        start = position(caller, action, given) or 0
        found, extra = self.items(caller, given)
        end = start + given.get("max_results", PAGE_SIZE)
        return page(caller, action, given, found[start:end], end if end < len(found) else None, extra)


def allow(caller: Caller, action: str) -> None:
    """Ask a read's permission and request rate, as the registry asks an operation's. Raises Denied, Throttled."""
    caller.require(action)
    if settings.SWITCHBOARD_RATE_QUOTAS:
        rates.take(caller, action)


def page(
    caller: Caller, action: str, given: Given, items: Sequence[Any], last: Any, extra: Mapping[str, Any]
) -> dict[str, Any]:
    """The encoded reply: the items under the name that the model's paginator has for them, and the next token."""
    members: dict[str, Any] = {**extra, shapes.snake(shapes.paginators()[action]["result_key"]): items}
    if last is not None:
        members["next_token"] = token(caller, action, given, last)
    reply: dict[str, Any] = encoder(action)(members)
    return reply


def token(caller: Caller, action: str, given: Given, last: Any) -> str:
    """An opaque token for the page after `last`."""
    return secrets.encrypt(json.dumps([_list_of(caller, action, given), last])).decode()


def position(caller: Caller, action: str, given: Given) -> Any:
    """Where the page before ended, or None for the first. Raises Invalid INVALID_NEXT_TOKEN."""
    if "next_token" not in given:
        return None
    try:
        continues, last = json.loads(secrets.decrypt(given["next_token"].encode()))
        if continues == _list_of(caller, action, given):
            return last
    except (secrets.Undecipherable, ValueError, TypeError):
        pass
    raise Invalid(
        "The token does not continue this list.",
        reason="INVALID_NEXT_TOKEN",
        fields={"next_token": "Repeat the request that gave the token, with nothing else changed."},
        next_step="Start again without a token.",
    )


def _list_of(caller: Caller, action: str, given: Given) -> str:
    """What a token is bound to: a hash of everything that makes this list another one than others."""
    asked = {name: value for name, value in given.items() if name not in ("next_token", "max_results")}
    text = json.dumps([caller.account_id, caller.region, action, asked], sort_keys=True, default=str)
    return hashlib.sha256(text.encode()).hexdigest()[:32]
