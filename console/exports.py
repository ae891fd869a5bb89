"""A list as a file: CSV, JSON or JSON lines of its filter, order and columns; streamed, or by a job when it is long."""

import csv
import io
import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, NamedTuple

from django.core.exceptions import FieldDoesNotExist
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db.models import Field, Model, QuerySet
from django.http import Http404, HttpResponseBase, QueryDict, StreamingHttpResponse
from django.utils import translation

from console import cells
from console.fragments import page
from console.keyset import ORDER_VALUE, Ordering, cursor_at
from console.listing import Listing, narrowed, order_of
from console.lists import EXPORT_LIMIT, ListSpec, find
from console.tables import Column
from messaging.caller import Caller
from messaging.models import Job
from messaging.operations.jobs import Slice, handles, start_export

JOB_KIND = "export-list"
CHUNK = 2_000
SLICE_ROWS = 10_000
TYPES = {"csv": "text/csv; charset=utf-8", "json": "application/json", "jsonl": "application/jsonl"}
NAMES = {"csv": "CSV", "json": "JSON", "jsonl": "JSON lines"}
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")  # what a spreadsheet would calculate instead of show


class Reading(NamedTuple):
    """How rows of a list become plain values: the query, the values of a fetched row, and the cursor behind it."""

    rows: QuerySet[Any]
    plain: Callable[[Any], list[Any]]
    cursor: Callable[[Any], str]


def reading(columns: Sequence[Column], rows: QuerySet[Any], ordering: Ordering) -> Reading:
    """Read only the columns when each is a field of the table or of a row it points to, whole rows otherwise.

    A model object costs more than all that is done with it here.
    """
    plain = [cells.plainer(column.kind) for column in columns]
    rows = ordering.sorted(rows)
    lookups = [_lookup(rows.model, column) for column in columns]
    if all(lookups):
        # Each field once, however often it is asked for: converting values is most of the work.
        key = rows.model._meta.pk.name
        sort = ORDER_VALUE if ordering.lookup in rows.query.annotations else ordering.lookup.replace("pk", key)
        names = list(dict.fromkeys([key, sort, *lookups]))
        places = [(names.index(lookup), one) for lookup, one in zip(lookups, plain, strict=True)]
        at = names.index(sort)
        return Reading(
            rows.select_related(None).prefetch_related(None).values_list(*names),
            lambda row: [one(row[place]) for place, one in places],
            lambda row: cursor_at(row[at], row[0]),
        )
    getters = [column.getter for column in columns]
    return Reading(rows, lambda row: [one(get(row)) for one, get in zip(plain, getters, strict=True)], ordering.cursor)


def _lookup(model: type[Model], column: Column) -> str:
    """The ORM path of a column's value, or nothing when it is worked out in Python."""
    source = column.value or column.key
    if not isinstance(source, str):
        return ""
    for name in source.split("."):
        if name == "pk":
            continue
        try:
            field = model._meta.get_field(name)
        except FieldDoesNotExist:
            return ""
        if not isinstance(field, Field) or (field.related_model and name == source.split(".")[-1]):
            return ""
        model = field.related_model or model
    return source.replace(".", "__")


def safe_cell(value: Any) -> Any:
    """A value that a spreadsheet shows as it is. Only E.164 numbers may begin with a plus sign."""
    if value.__class__ is list:
        value = " ".join(value)
    if value.__class__ is dict:
        value = json.dumps(value, ensure_ascii=False)
    if value.__class__ is str and value[:1] in FORMULA_STARTS and not (value[0] == "+" and value[1:].isdigit()):
        return f"'{value}"
    return value


def csv_line(cells: Iterable[Any]) -> str:
    """A row of CSV, each value as a spreadsheet shows it."""
    buffer = io.StringIO()
    csv.writer(buffer).writerow([safe_cell(cell) for cell in cells])
    return buffer.getvalue()


def csv_lines(head: Iterable[Any], rows: Iterable[Iterable[Any]]) -> Iterator[str]:
    """A file of its head and rows, one at a time."""
    yield csv_line(head)
    yield from map(csv_line, rows)


def csv_head(columns: Sequence[Column]) -> str:
    buffer = io.StringIO()
    csv.writer(buffer).writerow([str(column.label) for column in columns])
    return buffer.getvalue()


def csv_rows(read: Reading, rows: Iterable[Any]) -> Iterator[str]:
    """CSV of fetched rows, some hundred at a time."""
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    for number, row in enumerate(rows, 1):
        writer.writerow([safe_cell(value) for value in read.plain(row)])
        if number % 500 == 0:
            yield buffer.getvalue()
            buffer.seek(0)
            buffer.truncate()
    yield buffer.getvalue()


def json_objects(columns: Sequence[Column], read: Reading, rows: Iterable[Any]) -> Iterator[str]:
    """JSON objects keyed by column, each on a line of its own."""
    keys = [column.key for column in columns]
    for row in rows:
        yield json.dumps(dict(zip(keys, read.plain(row), strict=True)), ensure_ascii=False)


def json_rows(columns: Sequence[Column], read: Reading, rows: Iterable[Any], *, first: bool = True) -> Iterator[str]:
    """JSON objects as members of an array, without the brackets around all of them."""
    for line in json_objects(columns, read, rows):
        yield line if first else f",\n{line}"
        first = False


def json_lines(columns: Sequence[Column], read: Reading, rows: Iterable[Any]) -> Iterator[str]:
    """JSON objects, a line each, some hundred at a time."""
    lines: list[str] = []
    for line in json_objects(columns, read, rows):
        lines.append(f"{line}\n")
        if len(lines) == 500:
            yield "".join(lines)
            lines.clear()
    yield "".join(lines)


def whole(kind: str, columns: Sequence[Column], read: Reading, rows: Iterable[Any]) -> Iterator[str]:
    """A complete file."""
    if kind == "csv":
        yield csv_head(columns)
        yield from csv_rows(read, rows)
        return
    if kind == "jsonl":
        yield from json_lines(columns, read, rows)
        return
    yield "["
    yield from json_rows(columns, read, rows)
    yield "]\n"


def read_through(read: Reading, ordering: Ordering) -> Iterator[Any]:
    """All rows in order, a chunk in memory at a time, each chunk beginning where the last ended."""
    cursor = ""
    while True:
        chunk = list((ordering.beyond(read.rows, cursor) if cursor else read.rows)[:CHUNK])
        yield from chunk
        if len(chunk) < CHUNK:
            return
        cursor = read.cursor(chunk[-1])


def answer(listing: Listing) -> HttpResponseBase:
    """What `?export=csv`, `json` or `jsonl` answers: the file, or a page that offers a job for a long one."""
    kind = listing.query["export"]
    if kind not in TYPES:
        raise Http404
    rows = listing.narrowed.rows
    if rows.order_by().values("pk")[EXPORT_LIMIT : EXPORT_LIMIT + 1].exists():
        context = {
            "listing": listing,
            "kind": kind,
            "limit": EXPORT_LIMIT,
            "title": translation.gettext("Export %(title)s") % {"title": listing.spec.title},
            "crumbs": [{"label": listing.spec.title, "url": listing.here}],
        }
        return page(listing.request, "lists/export.html", context)
    read = reading(listing.columns, rows, listing.ordering)
    found = read_through(read, listing.ordering)
    return streamed(kind, whole(kind, listing.columns, read, found), listing.spec.name)


def streamed(kind: str, pieces: Iterable[str | bytes], name: str) -> StreamingHttpResponse:
    response = StreamingHttpResponse(pieces, content_type=TYPES[kind])
    response.headers["Content-Disposition"] = f'attachment; filename="{name}.{kind}"'
    response.headers["Cache-Control"] = "no-store"
    return response


def start(listing: Listing, kind: str) -> Job:
    """Queue the export of a listing."""
    if kind not in TYPES:
        raise Http404
    parameters = {
        "list": listing.spec.name,
        "args": list(listing.args),
        "query": listing.state,
        "columns": [column.key for column in listing.columns],
        "format": kind,
        "language": translation.get_language(),
    }
    with translation.override(translation.get_language()):
        title = translation.gettext("Export of %(title)s as %(format)s") % {
            "title": listing.spec.title,
            "format": NAMES[kind],
        }
    return start_export(listing.caller, kind=JOB_KIND, title=title, parameters=parameters)


def part_name(job_id: str, number: int) -> str:
    return f"exports/{job_id}/{number:06d}"


@handles(JOB_KIND)
def run_export(caller: Caller, job: Job) -> Slice:
    """Write one part of the file. Parts are numbered, so a part written twice after a crash is the same part."""
    given = job.parameters
    spec: ListSpec = find(given["list"])
    caller.require(spec.action)
    query = QueryDict(given["query"])
    _sort, ordering = order_of(spec, query.get("sort", ""))
    columns = spec.chosen(given["columns"])
    read = reading(columns, narrowed(spec, caller, given["args"], query).rows, ordering)
    part, after = job.cursor.get("part", 0), job.cursor.get("after", "")
    found = list((ordering.beyond(read.rows, after) if after else read.rows)[:SLICE_ROWS])
    finished = len(found) < SLICE_ROWS
    with translation.override(given["language"]):
        if given["format"] == "csv":
            text = (csv_head(columns) if part == 0 else "") + "".join(csv_rows(read, found))
        elif given["format"] == "jsonl":
            text = "".join(json_lines(columns, read, found))
        else:
            text = "[" if part == 0 else ""
            text += "".join(json_rows(columns, read, found, first=part == 0)) + ("]\n" if finished else "")
    name = part_name(job.job_id, part)
    default_storage.delete(name)
    default_storage.save(name, ContentFile(text.encode()))
    cursor = {"part": part + 1, "after": read.cursor(found[-1]) if found else after}
    return Slice(cursor, done=len(found), finished=finished)


def parts_of(job: Job) -> Iterator[bytes]:
    """The finished file of an export job."""
    for number in range(job.cursor.get("part", 0)):
        with default_storage.open(part_name(job.job_id, number)) as file:
            yield from file.chunks()
