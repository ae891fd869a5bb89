"""How a program's request reaches the wire: past Django's handler in the server, past other middleware elsewhere."""

from collections.abc import Callable, Iterable
from http import HTTPStatus
from typing import Any

from django.core.handlers.wsgi import get_script_name
from django.db import close_old_connections
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.urls import set_script_prefix

from console.wire import view

STATUS_LINES = {status.value: f"{status.value} {status.phrase}" for status in HTTPStatus}

StartResponse = Callable[..., Any]
Application = Callable[[dict[str, Any], StartResponse], Iterable[bytes]]


class WireMiddleware:
    """First in line, so that a signed request pays for no session, language or cookie."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if request.method == "POST" and request.path_info == "/" and view.is_for_the_wire(request.META):
            status, headers, reply = view.respond(request.META, lambda: request.body)
            response = HttpResponse(reply, status=status, headers=headers)
            response._has_been_logged = True  # type: ignore[attr-defined]  # refusals are no news for the log
            return response
        return self.get_response(request)


class WireApplication:
    """A WSGI application around Django's: the wire is answered here, everything else there.

    A request and a response of Django's, the way through its handler and its signals would cost more than verifying a
    signature. Of what hears those signals, the wire needs that a connection which is old or broke is not used again.
    """

    def __init__(self, pages: Application) -> None:
        self.pages = pages

    def __call__(self, environ: dict[str, Any], start_response: StartResponse) -> Iterable[bytes]:
        if (
            environ["REQUEST_METHOD"] != "POST"
            or (environ.get("PATH_INFO") or "/") != "/"
            or not view.is_for_the_wire(environ)
        ):
            return self.pages(environ, start_response)
        set_script_prefix(get_script_name(environ))
        close_old_connections()
        status, headers, reply = view.respond(environ, lambda: _body(environ))
        start_response(STATUS_LINES[status], list(headers.items()))
        return [reply]


def _body(environ: dict[str, Any]) -> bytes:
    length = int(environ.get("CONTENT_LENGTH") or 0)
    body: bytes = environ["wsgi.input"].read(length) if length else b""
    return body
