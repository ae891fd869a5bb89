"""What a list page is: declared once per resource, it gives the page, its filters, its files and its command.

A list is a ListSpec, declared beside the views of its resource and answered with `list_page(request, SPEC)`
(console.listing); everything under /lists/<name>/ (columns, saved views, bulk actions, exports) then works by its name.
"""

import importlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.http import Http404

from console.tables import Column, Table
from messaging.caller import Caller
from messaging.errors import Text
from messaging.filters import ResourceFilters

PAGE_SIZES = (25, 50, 100)
COUNT_LIMIT = 10_000  # beyond it the title says “10,000+”
EXPORT_LIMIT = 50_000  # beyond it an export is a job


@dataclass(frozen=True, slots=True)
class Empty:
    """What an empty list says: what this is, and why one would want it."""

    what: Text = ""
    why: Text = ""


@dataclass(frozen=True, slots=True)
class Create:
    """The primary action of a list: its label, page and the API action whose permission it needs."""

    label: Text
    url_name: str
    action: str


@dataclass(frozen=True, slots=True)
class Command:
    """The `aws` command of a list: the API operation in kebab case, and fixed options from the list's arguments."""

    name: str
    options: Callable[..., Sequence[str]] = lambda *args: ()
    filters: bool = True


@dataclass(frozen=True, slots=True)
class BulkAction:
    """What can be done to many rows at once.

    apply(caller, row, parameters) calls one ordinary operation and may raise its Refusal. skip(row, parameters) says
    why a row will be left out, judged from the row alone, or nothing. changes(row, parameters) says what will happen.
    form asks for parameters (its cleaned_data, JSON values only). Irreversible actions ask to type the count.
    """

    name: str
    label: Text
    action: str
    apply: Callable[[Caller, Any, dict[str, Any]], Any]
    changes: Callable[[Any, dict[str, Any]], Text]
    consequence: Text = ""
    skip: Callable[[Any, dict[str, Any]], Text] = lambda row, parameters: ""
    form: type[forms.Form] | None = None
    irreversible: bool = False


@dataclass(frozen=True, slots=True)
class RowAction:
    """One button on each row that posts to url_name (list arguments and key) and needs no more than that.

    when(row) says whether this row has the button.
    """

    label: Text
    url_name: str
    action: str
    when: Callable[[Any], bool] = lambda row: True


LISTS: dict[str, "ListSpec"] = {}


@dataclass(frozen=True, slots=True, kw_only=True)
class ListSpec:
    """One list.

    rows(caller, *args) gives the caller's rows, ready for a page (select_related and prefetch_related included); args
    are what the list's URL takes beside account and Region. key is the attribute, and field, that addresses a row.
    sort is the default order, a column key with a minus for descending. detail is the URL name of a row's page, to
    which the first column links with the key, after args when detail_takes_args. event, fired at the body by a change,
    makes the list refresh itself.
    """

    name: str
    title: Text
    url_name: str
    action: str
    rows: Callable[..., QuerySet[Any]]
    filters: ResourceFilters
    columns: Sequence[Column]
    sort: str
    key: str = "pk"
    detail: str = ""
    detail_takes_args: bool = False
    purpose: Text = ""
    search_hint: Text = ""
    empty: Empty = field(default_factory=Empty)
    create: Create | None = None
    command: Command | None = None
    bulk: Sequence[BulkAction] = ()
    row_action: RowAction | None = None

    def __post_init__(self) -> None:
        keys = [column.key for column in self.columns]
        assert len(set(keys)) == len(keys), f"{self.name}: a column key comes twice"
        assert self.column(self.sort.lstrip("-")).sort, f"{self.name}: the default order is no sortable column"
        LISTS[self.name] = self

    @property
    def event(self) -> str:
        return f"{self.name}-changed"

    def column(self, key: str) -> Column:
        """Raises KeyError."""
        return {column.key: column for column in self.columns}[key]

    def chosen(self, keys: Sequence[str]) -> list[Column]:
        """The columns with these keys, in this order; unknown ones are left out; without any, those not hidden.

        The first declared column names the row and is always there, first.
        """
        by_key = {column.key: column for column in self.columns}
        chosen = [by_key[key] for key in dict.fromkeys(keys) if key in by_key]
        if not chosen:
            return [column for column in self.columns if not column.hidden]
        first = self.columns[0]
        return [first, *(column for column in chosen if column is not first)]

    def table(self, columns: Sequence[Column], caller: Caller, *args: str) -> Table:
        """The table as this caller may use it: with checkboxes and row buttons where there is a permission for them."""
        button = self.row_action if self.row_action and caller.may(self.row_action.action) else None
        return Table(
            columns,
            self.key,
            self.detail,
            detail_args=args if self.detail_takes_args else (),
            selectable=bool(self.bulk_for(caller)),
            row_action=(button.label, button.url_name) if button else None,
            acts_on=button.when if button else None,
            action_args=args,
        )

    def bulk_for(self, caller: Caller) -> list[BulkAction]:
        """The bulk actions that this caller may ever use."""
        return [action for action in self.bulk if caller.may(action.action) and caller.may("StartJob")]

    def bulk_action(self, name: str) -> BulkAction:
        """Raises Http404 when the list has no such action."""
        for action in self.bulk:
            if action.name == name:
                return action
        raise Http404


def find(name: str) -> ListSpec:
    """The declared list with this name, also in a worker that has loaded no page yet. Raises Http404."""
    if name not in LISTS:
        importlib.import_module("console.urls")
    try:
        return LISTS[name]
    except KeyError as error:
        raise Http404 from error
