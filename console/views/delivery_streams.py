"""Built-in delivery streams: their files by the hour, to read and to download."""

import itertools
import json
from collections.abc import Iterator
from typing import Any

from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseBase
from django.urls import path
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from console.callers import caller_of, url_to
from console.fragments import page
from console.views.log_groups import connected_elsewhere
from messaging import streams
from messaging.caller import Caller
from messaging.errors import NotFound
from messaging.operations.log_groups import describe_delivery_streams

FILES = 48  # on a page: two days of hours
LINES = 20  # of the end of a file that are shown
TAIL_BYTES = 40_000


@require_safe
def delivery_stream_list(request: HttpRequest) -> HttpResponse:
    caller = caller_of(request)
    context = {
        "title": _("Delivery streams"),
        "purpose": _("Where events are written to files, one JSON object a line, a file an hour."),
        "streams": describe_delivery_streams(caller),
        "elsewhere": connected_elsewhere(caller, "FIREHOSE"),
    }
    return page(request, "delivery_streams/list.html", context)


@require_safe
@never_cache
def delivery_stream_detail(request: HttpRequest, name: str) -> HttpResponse:
    """The files of a stream, newest first; ?before=yyyy/mm/dd/hh for older ones."""
    caller = caller_of(request)
    stream = next((one for one in describe_delivery_streams(caller) if one.name == name), None)
    if stream is None:
        raise NotFound("delivery-stream", name)
    before = request.GET.get("before", "")
    found = streams.files(
        caller.account_id, caller.region, name, before=before if streams.HOUR.fullmatch(before) else ""
    )
    files = list(itertools.islice(found, FILES + 1))
    context = {
        "title": name,
        "crumbs": [{"label": _("Delivery streams"), "url": url_to(caller, "delivery-stream-list")}],
        "stream": stream,
        "files": files[:FILES],
        "older": files[FILES - 1].hour if len(files) > FILES else "",
        "before": before,
    }
    return page(request, "delivery_streams/detail.html", context)


def _file(caller: Caller, name: str, hour: str) -> streams.File:
    caller.require("DescribeDeliveryStreams")
    try:
        found = streams.file_of(caller.account_id, caller.region, name, hour)
    except ValueError:
        found = None
    if found is None:
        raise NotFound("file", f"{name}/{hour}")
    return found


def _tail(file: streams.File) -> Iterator[str]:
    """The last whole lines of a file, newest first, as readable JSON."""
    with file.path.open("rb") as source:
        source.seek(max(0, file.size - TAIL_BYTES))
        lines = source.read(TAIL_BYTES).decode("utf-8", "replace").splitlines()
    for line in reversed(lines[-LINES:] if file.size <= TAIL_BYTES else lines[1:][-LINES:]):
        try:
            yield json.dumps(json.loads(line), indent=2, ensure_ascii=False)
        except ValueError:
            yield line


@require_safe
@never_cache
def delivery_stream_file(request: HttpRequest, name: str, hour: str) -> HttpResponse:
    """One file: the end of it, and the way to all of it."""
    caller = caller_of(request)
    file = _file(caller, name, hour)
    context: dict[str, Any] = {
        "title": hour,
        "crumbs": [
            {"label": _("Delivery streams"), "url": url_to(caller, "delivery-stream-list")},
            {"label": name, "url": url_to(caller, "delivery-stream-detail", name)},
        ],
        "name": name,
        "file": file,
        "lines": list(_tail(file)),
    }
    return page(request, "delivery_streams/file.html", context)


@require_safe
@never_cache
def delivery_stream_download(request: HttpRequest, name: str, hour: str) -> HttpResponseBase:
    file = _file(caller_of(request), name, hour)
    return FileResponse(
        file.path.open("rb"),
        as_attachment=True,
        filename=f"{name}-{hour.replace('/', '-')}.ndjson",
        content_type="application/x-ndjson",
    )


BASE = "delivery-streams/<str:name>/"
scoped_urlpatterns = [
    path("delivery-streams/", delivery_stream_list, name="delivery-stream-list"),
    path(BASE, delivery_stream_detail, name="delivery-stream-detail"),
    path(f"{BASE}files/<path:hour>/download/", delivery_stream_download, name="delivery-stream-download"),
    path(f"{BASE}files/<path:hour>/", delivery_stream_file, name="delivery-stream-file"),
]
