"""Django's test client, signed in, that reads every HTML answer with a critical eye."""

from typing import Any

from django.http import HttpResponse
from django.test import Client

from messaging.caller import Caller
from messaging.models import RegionalAccount
from tests.pagecheck import problems_of


class ConsoleClient(Client):
    """Fails the test when a page or fragment breaks the rules of tests.pagecheck.

    `user` is who is signed in (None for a stranger); `caller` is what the pages' operations are called with.
    """

    def __init__(self, owner: RegionalAccount, user: Any = None, caller: Caller | None = None, **defaults: Any) -> None:
        super().__init__(**defaults)
        self.owner, self.user, self.caller = owner, user, caller

    def path(self, rest: str = "") -> str:
        """The path of a console page: path("pools/") is "/123456789012/us-east-1/pools/"."""
        return f"/{self.owner.account_id}/{self.owner.region}/{rest}"

    def fragment(self, path: str, data: Any = None, *, method: str = "get", **extra: Any) -> Any:
        """The same request as htmx sends it."""
        return getattr(self, method)(path, data, headers={"HX-Request": "true", **extra.pop("headers", {})}, **extra)

    def request(self, **request: Any) -> HttpResponse:
        response = super().request(**request)
        html = response.headers.get("Content-Type", "").startswith("text/html") and not response.streaming
        if html and response.content:
            found = problems_of(response.content.decode())
            place = f"{request.get('REQUEST_METHOD')} {request.get('PATH_INFO')} ({response.status_code})"
            assert not found, f"{place}: " + "; ".join(found)
        return response
