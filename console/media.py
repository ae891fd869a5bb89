"""Media on pages: how a file is served, and how it is shown.

What people upload is theirs and not ours: every file goes out with the type that its bytes have, unsniffed and in a
sandbox without any source, and only pictures, sound and film that an MMS carries are shown in place. Everything else,
SVG and HTML before all, is a download and nothing but that.
"""

import re
from dataclasses import dataclass
from typing import Any

from django.core.files.storage import default_storage
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _

from console.callers import url_to
from messaging.caller import Caller
from messaging.models import MediaContent, MediaFile, MessageMedia
from messaging.operations.media import SIZE_EXCEEDED, TYPE_UNSUPPORTED, judge
from messaging.operations.media_fetch import file_name
from messaging.reference import media_types
from messaging.text.media_types import OCTETS

PICTURES = frozenset({"image/gif", "image/jpeg", "image/png"})  # what browsers draw; TIFF most do not
RANGE = re.compile(r"bytes=([0-9]{0,18})-([0-9]{0,18})")
POLICY = "default-src 'none'; sandbox; frame-ancestors 'none'"


@dataclass(frozen=True, slots=True)
class Shown:
    """A file on a page. kind is picture, sound, film or other; problem says why an MMS does not carry it."""

    name: str
    url: str
    content_type: str
    size: int
    kind: str
    problem: str = ""


def kind_of(content_type: str) -> str:
    """How a browser shows a type, among those that an MMS carries."""
    if content_type in PICTURES:
        return "picture"
    if content_type not in media_types():
        return "other"
    return {"audio": "sound", "video": "film"}.get(content_type.partition("/")[0], "other")


def shown_file(caller: Caller, row: MediaFile) -> Shown:
    """A file of a built-in bucket."""
    return _shown(row.content, file_name(row.key), url_to(caller, "media-file-content", row.file_id))


def shown_of_message(caller: Caller, media: MessageMedia) -> Shown:
    """What a message carried."""
    url = url_to(caller, "message-media", media.message_id, media.position)
    return _shown(media.content, media.file_name, url)


def _shown(content: MediaContent, name: str, url: str) -> Shown:
    kind = kind_of(content.content_type)
    return Shown(name, url, content.content_type or OCTETS, content.size, kind, problem_of(content))


def problem_of(content: MediaContent) -> str:
    """Why an MMS does not carry a file, and the event that it would end with; empty when it does."""
    status = judge(content.content_type, content.size)
    if status == TYPE_UNSUPPORTED:
        return _("MMS does not carry this type: MEDIA_FILE_TYPE_UNSUPPORTED")
    return _("Larger than MMS carries it: MEDIA_FILE_SIZE_EXCEEDED") if status == SIZE_EXCEEDED else ""


def served(request: HttpRequest, content: MediaContent, name: str) -> HttpResponse:
    """The file itself, or the part of it that a player asks for. A file that is gone from the storage is not there."""
    try:
        with default_storage.open(content.stored, "rb") as file:
            data: bytes = file.read()
    except FileNotFoundError as error:
        raise Http404 from error
    in_place = kind_of(content.content_type) != "other"
    response = HttpResponse(data, content_type=content.content_type if in_place else OCTETS)
    asked = RANGE.fullmatch(request.headers.get("Range", ""))
    if asked and any(asked.groups()):
        _narrow(response, data, *asked.groups())
    disposition: Any = content_disposition_header(not in_place, name or content.digest)
    response["Content-Disposition"] = disposition
    response["Content-Security-Policy"] = POLICY
    response["X-Content-Type-Options"] = "nosniff"
    response["Cross-Origin-Resource-Policy"] = "same-origin"
    response["Accept-Ranges"] = "bytes"
    response["Cache-Control"] = "private, max-age=300"
    return response


def _narrow(response: HttpResponse, data: bytes, first: str, last: str) -> None:
    """Turn the answer into one range (RFC 9110 §14), or into 416 when the file has no such bytes."""
    size = len(data)
    start = int(first) if first else max(size - int(last), 0)
    end = min(int(last), size - 1) if first and last else size - 1
    if start > end:
        response.status_code, response.content = 416, b""
        response["Content-Range"] = f"bytes */{size}"
        return
    response.status_code, response.content = 206, data[start : end + 1]
    response["Content-Range"] = f"bytes {start}-{end}/{size}"
