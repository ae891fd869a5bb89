"""Bulk actions: what a selection is, what would happen to it, and the job that does it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Max, QuerySet
from django.http import QueryDict
from django.utils import translation
from django.utils.translation import gettext as _

from console.listing import narrowed
from console.lists import BulkAction, ListSpec, find
from messaging.caller import Caller
from messaging.errors import Refusal, Text
from messaging.models import Job
from messaging.operations.jobs import Slice, handles, start_job

JOB_KIND = "bulk-list"
SLICE_ROWS = 25
SHOWN = 20
SELECTED_LIMIT = 100  # a page's worth of checkboxes


@dataclass(frozen=True, slots=True)
class Selection:
    """The rows that a bulk action is for: ids ticked on a page, or everything that a filter matches."""

    spec: ListSpec
    caller: Caller
    args: tuple[str, ...]
    query: str
    ids: tuple[str, ...] = ()
    everything: bool = False

    @classmethod
    def posted(cls, spec: ListSpec, caller: Caller, data: QueryDict) -> "Selection":
        ids = tuple(dict.fromkeys(data.getlist("selected")))[:SELECTED_LIMIT]
        return cls(spec, caller, tuple(data.getlist("arg")), data.get("query", ""), ids, data.get("all") == "1")

    @property
    def rows(self) -> QuerySet[Any]:
        """Without an order."""
        if self.everything:
            return narrowed(self.spec, self.caller, self.args, QueryDict(self.query)).rows.order_by()
        rows = self.spec.rows(self.caller, *self.args)
        try:
            return rows.filter(**{f"{self.spec.key}__in": self.ids}).order_by()
        except (ValueError, ValidationError):  # no ids of such rows
            return rows.none()

    def count(self) -> int:
        return self.rows.count()


@dataclass(frozen=True, slots=True)
class PreviewRow:
    name: str
    changes: Text
    skipped: Text


@dataclass(frozen=True, slots=True)
class Preview:
    """The first rows with what will happen to each, how many are affected, and how many of those shown are left out."""

    rows: list[PreviewRow]
    count: int

    @property
    def skipped(self) -> int:
        return sum(1 for row in self.rows if row.skipped)


def preview(action: BulkAction, selection: Selection, parameters: dict[str, Any] | None) -> Preview:
    """What would happen; without parameters, while the form still asks for them, only how many rows there are."""
    if parameters is None:
        return Preview([], selection.count())
    rows = [
        PreviewRow(str(getattr(row, selection.spec.key)), action.changes(row, parameters), action.skip(row, parameters))
        for row in selection.rows.order_by("pk")[:SHOWN]
    ]
    return Preview(rows, selection.count())


def start(action: BulkAction, selection: Selection, parameters: dict[str, Any], count: int) -> Job:
    """Queue the action. Rows that begin to match the filter later are not touched: `through` is the last key now."""
    spec = selection.spec
    through = selection.rows.aggregate(last=Max("pk"))["last"]
    return start_job(
        selection.caller,
        kind=JOB_KIND,
        title=_("%(action)s – %(title)s") % {"action": action.label, "title": spec.title},
        parameters={
            "list": spec.name,
            "action": action.name,
            "args": list(selection.args),
            "query": selection.query,
            "selected": list(selection.ids),
            "all": selection.everything,
            "through": None if through is None else str(through),
            "parameters": parameters,
            "language": translation.get_language(),
        },
        total=count,
    )


@handles(JOB_KIND)
def run_bulk(caller: Caller, job: Job) -> Slice:
    """Do some rows, in the order of their primary keys; each by its ordinary operation, each with its own answer."""
    given = job.parameters
    spec = find(given["list"])
    caller.require(spec.action)
    action = spec.bulk_action(given["action"])
    selection = Selection(spec, caller, tuple(given["args"]), given["query"], tuple(given["selected"]), given["all"])
    rows = selection.rows.filter(pk__lte=given["through"]) if given["through"] is not None else selection.rows.none()
    if "after" in job.cursor:
        rows = rows.filter(pk__gt=job.cursor["after"])
    found = list(rows.order_by("pk")[:SLICE_ROWS])
    with translation.override(given["language"]):
        results = [(str(getattr(row, spec.key)), _applied(action, caller, row, given["parameters"])) for row in found]
    cursor = {"after": str(found[-1].pk)} if found else job.cursor
    return Slice(cursor, done=len(found), results=results, finished=len(found) < SLICE_ROWS)


def _applied(action: BulkAction, caller: Caller, row: Any, parameters: dict[str, Any]) -> str:
    """Why a row was refused, or nothing when it was done."""
    skipped = action.skip(row, parameters)
    if skipped:
        return str(skipped)
    try:
        action.apply(caller, row, parameters)
    except Refusal as refusal:
        return f"{refusal} ({refusal.reason})" if refusal.reason else str(refusal)
    return ""


def queries_of(selection: Selection) -> Sequence[tuple[str, str]]:
    """The hidden fields that carry a selection from one page to the next."""
    pairs = [("arg", arg) for arg in selection.args] + [("query", selection.query)]
    return pairs + ([("all", "1")] if selection.everything else [("selected", key) for key in selection.ids])
