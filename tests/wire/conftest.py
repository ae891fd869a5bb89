"""Signed requests without a server: botocore signs, the WSGI application answers, and a test may tamper in between.

Requests of boto3 (`boto`) come through Django's live server and so through the middleware, the other way to the wire.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from unittest.mock import patch

import botocore.auth
import pytest
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
from django.test import RequestFactory

from console.wire import middleware
from tests import factories
from tests.wire.developer import Developer

HOST = "switchboard.test:8000"


@dataclass
class Answer:
    """Status, headers and decoded body of an answer of the wire."""

    status: int
    headers: Any
    body: dict[str, Any]

    @property
    def type(self) -> str:
        return self.body["__type"]

    @property
    def fields(self) -> dict[str, str]:
        return {field["Name"]: field["Message"] for field in self.body["Fields"]}


def signed_headers(
    key: factories.Key,
    action: str,
    body: bytes,
    *,
    region: str = factories.REGION,
    service: str = "sms-voice",
    token: str | None = None,
    headers: dict[str, str] | None = None,
    query: str = "",
) -> dict[str, str]:
    """The headers of a request as botocore signs it."""
    request = AWSRequest(
        "POST",
        f"http://{HOST}/{query}",
        data=body,
        headers={
            "Host": HOST,
            "Content-Type": "application/x-amz-json-1.0",
            "X-Amz-Target": f"PinpointSMSVoiceV2.{action}",
            **(headers or {}),
        },
    )
    credentials = Credentials(key.access_key_id, key.secret_access_key, token)
    botocore.auth.SigV4Auth(credentials, service, region).add_auth(request)
    return dict(request.headers.items())


def carry(headers: dict[str, str], body: bytes, query: str = "") -> Answer:
    """Send what was signed, unchanged or not."""
    sent = {name: value for name, value in headers.items() if name.lower() not in ("content-type", "host")}
    kind = {name.lower(): value for name, value in headers.items()}["content-type"]
    requests = RequestFactory(headers=sent)
    request = requests.generic("POST", f"/{query}", body, content_type=kind, HTTP_HOST=headers.get("Host", HOST))
    said: list[Any] = []
    with patch.object(middleware, "close_old_connections"):  # the test's transaction is still open
        reply = b"".join(middleware.WireApplication(refuse_pages)(request.environ, lambda *given: said.extend(given)))
    return Answer(int(said[0].split()[0]), dict(said[1]), json.loads(reply))


def refuse_pages(environ: Any, start_response: Any) -> Any:
    raise AssertionError("A request of the API went to the pages.")


@pytest.fixture
def post(access_key: factories.Key) -> Callable[..., Answer]:
    """post("CreatePool", {...}, key=…, region=…) is the answer to a properly signed request."""

    def send(action: str, given: Any = None, *, key: factories.Key | None = None, **changes: Any) -> Answer:
        body = given if isinstance(given, bytes) else json.dumps(given or {}).encode()
        return carry(signed_headers(key or access_key, action, body, **changes), body, changes.get("query", ""))

    return send


@pytest.fixture
def signed_at(monkeypatch: pytest.MonkeyPatch) -> Callable[[datetime], None]:
    """Let botocore believe that it is another time."""
    return lambda instant: monkeypatch.setattr(botocore.auth, "get_current_datetime", lambda: instant)


@pytest.fixture
def developer(boto: Any, access_key: factories.Key, live_server: Any, run_work: Callable[[], int]) -> Developer:
    """Who rehearses a story with boto3 and simulator control; for transactional tests."""
    return Developer(boto, access_key, live_server.url, run_work)
