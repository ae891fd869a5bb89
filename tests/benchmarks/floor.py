"""The least code that could do the job: a bare Django view, SigV4, one INSERT committed before the answer.

Served by tests.benchmarks.floor_wsgi with tests.benchmarks.floor_settings.
"""

import hashlib
import hmac
import json
import os
import uuid
from datetime import UTC, datetime
from functools import lru_cache

from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.views.decorators.csrf import csrf_exempt

TABLE = "benchmark_floor"
COLUMNS = "id varchar(36) PRIMARY KEY, destination varchar(20), body varchar(1600), at varchar(32)"
CREATE = f"CREATE TABLE IF NOT EXISTS {TABLE} ({COLUMNS})"
INSERT = f"INSERT INTO {TABLE} VALUES (%s, %s, %s, %s)"


def _hmac(key: bytes, text: str) -> bytes:
    return hmac.new(key, text.encode(), hashlib.sha256).digest()


@lru_cache(maxsize=64)
def _signing_key(secret: str, scope: str) -> bytes:
    key = f"AWS4{secret}".encode()
    for part in scope.split("/"):
        key = _hmac(key, part)
    return key


def _signed(request: HttpRequest, body: bytes) -> bool:
    fields = dict(
        field.split("=", 1) for field in request.headers["Authorization"].split(" ", 1)[1].replace(" ", "").split(",")
    )
    scope = fields["Credential"].split("/", 1)[1]
    names = fields["SignedHeaders"]
    headers = "".join(f"{name}:{request.headers[name].strip()}\n" for name in names.split(";"))
    canonical = f"POST\n/\n\n{headers}\n{names}\n{hashlib.sha256(body).hexdigest()}"
    digest = hashlib.sha256(canonical.encode()).hexdigest()
    text = f"AWS4-HMAC-SHA256\n{request.headers['X-Amz-Date']}\n{scope}\n{digest}"
    key = _signing_key(os.environ["SWITCHBOARD_SECRET_ACCESS_KEY"], scope)
    return hmac.compare_digest(hmac.new(key, text.encode(), hashlib.sha256).hexdigest(), fields["Signature"])


@csrf_exempt
def send(request: HttpRequest) -> HttpResponse:
    body = request.body
    if not _signed(request, body):
        return HttpResponse(status=403)
    given = json.loads(body)
    message_id = str(uuid.uuid4())
    row = (message_id, given["DestinationPhoneNumber"], given["MessageBody"], datetime.now(UTC).isoformat())
    with connection.cursor() as cursor:
        cursor.execute(INSERT, row)
    return HttpResponse(json.dumps({"MessageId": message_id}), content_type="application/x-amz-json-1.0")


def create_table() -> None:
    with connection.cursor() as cursor:
        cursor.execute(CREATE)


urlpatterns = [path("", send)]
