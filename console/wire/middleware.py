"""The API endpoint: POST / of a program goes to the wire before any other middleware."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponseBase

from console.wire import view


class WireMiddleware:
    """First in line, so that a signed request pays for no session, language or cookie."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if request.method == "POST" and request.path_info == "/" and view.is_for_the_wire(request.META):
            return view.handle(request)
        return self.get_response(request)
