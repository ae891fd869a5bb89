"""A list as a file: CSV or JSON of its current filter, order and columns; streamed, or by a job when it is long."""

import csv
import io
import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db.models import QuerySet
from django.http import Http404, HttpResponseBase, QueryDict, StreamingHttpResponse
from django.utils import translation

from console.fragments import page
from console.keyset import Ordering
from console.listing import Listing, narrowed, order_of
from console.lists import EXPORT_LIMIT, ListSpec, find
from console.tables import Column
from messaging.caller import Caller
from messaging.models import Job
from messaging.operations.jobs import Slice, handles, start_export

JOB_KIND = "export-list"
CHUNK = 2_000
SLICE_ROWS = 10_000
TYPES = {"csv": "text/csv; charset=utf-8", "json": "application/json"}
FORMULA_STARTS = ("=", "-", "@", "\t", "\r")  # what a spreadsheet would calculate instead of show

Writer = Callable[[Iterable[Any]], Iterator[str]]


def safe_cell(value: Any) -> Any:
    """A value that a spreadsheet shows as it is. Only E.164 numbers may begin with a plus sign."""
    if isinstance(value, list):
        value = " ".join(value)
    if isinstance(value, str) and (value.startswith(FORMULA_STARTS) or (value[:1] == "+" and not value[1:].isdigit())):
        return f"'{value}"
    return value


def csv_head(columns: Sequence[Column]) -> str:
    buffer = io.StringIO()
    csv.writer(buffer).writerow([str(column.label) for column in columns])
    return buffer.getvalue()


def csv_rows(columns: Sequence[Column], rows: Iterable[Any]) -> Iterator[str]:
    """CSV of rows, some hundred at a time."""
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    for number, row in enumerate(rows, 1):
        writer.writerow([safe_cell(column.plain(row)) for column in columns])
        if number % 200 == 0:
            yield buffer.getvalue()
            buffer.seek(0)
            buffer.truncate()
    yield buffer.getvalue()


def json_rows(columns: Sequence[Column], rows: Iterable[Any], *, first: bool = True) -> Iterator[str]:
    """JSON objects keyed by column, without the brackets around all of them."""
    for row in rows:
        line = json.dumps({column.key: column.plain(row) for column in columns}, ensure_ascii=False)
        yield line if first else f",\n{line}"
        first = False


def whole(kind: str, columns: Sequence[Column], rows: Iterable[Any]) -> Iterator[str]:
    """A complete file."""
    if kind == "csv":
        yield csv_head(columns)
        yield from csv_rows(columns, rows)
        return
    yield "["
    yield from json_rows(columns, rows)
    yield "]\n"


def read_through(rows: QuerySet[Any], ordering: Ordering) -> Iterator[Any]:
    """All rows in order, a chunk in memory at a time, each chunk beginning where the last ended."""
    ordered, cursor = ordering.sorted(rows), ""
    while True:
        chunk = list((ordering.beyond(ordered, cursor) if cursor else ordered)[:CHUNK])
        yield from chunk
        if len(chunk) < CHUNK:
            return
        cursor = ordering.cursor(chunk[-1])


def answer(listing: Listing) -> HttpResponseBase:
    """What `?export=csv` or `?export=json` answers: the file, or a page that offers a job for a long one."""
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
    return streamed(kind, whole(kind, listing.columns, read_through(rows, listing.ordering)), listing.spec.name)


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
            "format": kind.upper(),
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
    rows = ordering.sorted(narrowed(spec, caller, given["args"], query).rows)
    part, after = job.cursor.get("part", 0), job.cursor.get("after", "")
    found = list((ordering.beyond(rows, after) if after else rows)[:SLICE_ROWS])
    finished = len(found) < SLICE_ROWS
    with translation.override(given["language"]):
        if given["format"] == "csv":
            text = (csv_head(columns) if part == 0 else "") + "".join(csv_rows(columns, found))
        else:
            text = "[" if part == 0 else ""
            text += "".join(json_rows(columns, found, first=part == 0)) + ("]\n" if finished else "")
    name = part_name(job.job_id, part)
    default_storage.delete(name)
    default_storage.save(name, ContentFile(text.encode()))
    cursor = {"part": part + 1, "after": ordering.cursor(found[-1]) if found else after}
    return Slice(cursor, done=len(found), finished=finished)


def parts_of(job: Job) -> Iterator[bytes]:
    """The finished file of an export job."""
    for number in range(job.cursor.get("part", 0)):
        with default_storage.open(part_name(job.job_id, number)) as file:
            yield from file.chunks()
