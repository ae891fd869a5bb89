"""Goal 6: the wire without database and server: verify, parse, validate and reply, against the least that could do it.

The floor verifies the same signature with a signing key at hand, and calls json.loads and json.dumps; it looks nothing
up, checks nothing of the request and knows no operation. Ours is what console.wire does for SendTextMessage between
receiving the bytes and having the answer's bytes, with warm caches and without the operation itself.

Run alone: python -m tests.benchmarks wire
"""

import hashlib
import hmac
import json
import os
import time
import uuid
from collections.abc import Callable, Iterator
from typing import Any

import django

from tests.benchmarks import measure

CALLS = 2_000 if measure.QUICK else 10_000
ACTION = "SendTextMessage"
REGION = "us-east-1"
ACCESS_KEY_ID = "AKIABENCHMARK0000000"
SECRET = "benchmark-secret-benchmark-secret-000000"
BODY = json.dumps(
    {
        "DestinationPhoneNumber": "+14254147755",
        "OriginationIdentity": "pool-0123456789abcdef0123456789abcdef",
        "MessageBody": "Your verification code is 123456. It is good for ten minutes.",
        "MessageType": "TRANSACTIONAL",
        "ConfigurationSetName": "main",
        "Context": {"order": "4711"},
    }
).encode()


def signed_environment() -> dict[str, Any]:
    """The WSGI environment of a request signed by botocore."""
    from botocore.auth import SigV4Auth
    from botocore.awsrequest import AWSRequest
    from botocore.credentials import Credentials

    headers = {
        "Host": "localhost:8000",
        "Content-Type": "application/x-amz-json-1.0",
        "X-Amz-Target": f"PinpointSMSVoiceV2.{ACTION}",
        "User-Agent": "Boto3/1.40 md/Botocore#1.40 ua/2.1 os/linux md/arch#x86_64 lang/python#3.11",
    }
    request = AWSRequest("POST", "http://localhost:8000/", data=BODY, headers=headers)
    SigV4Auth(Credentials(ACCESS_KEY_ID, SECRET), "sms-voice", REGION).add_auth(request)
    environment = {f"HTTP_{name.upper().replace('-', '_')}": value for name, value in request.headers.items()}
    environment["CONTENT_TYPE"] = environment.pop("HTTP_CONTENT_TYPE")
    return {**environment, "QUERY_STRING": "", "CONTENT_LENGTH": str(len(BODY)), "REQUEST_METHOD": "POST"}


def floor_call(environment: dict[str, Any]) -> Callable[[], bytes]:
    """HMAC verification, json.loads, json.dumps."""
    fields = dict(part.split("=", 1) for part in environment["HTTP_AUTHORIZATION"].split(" ", 1)[1].split(", "))
    key = f"AWS4{SECRET}".encode()
    for part in fields["Credential"].split("/")[1:]:
        key = hmac.new(key, part.encode(), hashlib.sha256).digest()

    def call() -> bytes:
        given = dict(part.split("=", 1) for part in environment["HTTP_AUTHORIZATION"].split(" ", 1)[1].split(", "))
        names = given["SignedHeaders"]
        scope = given["Credential"].split("/", 1)[1]
        lines = []
        for name in names.split(";"):
            variable = name.upper().replace("-", "_")
            value = environment[variable if variable == "CONTENT_TYPE" else f"HTTP_{variable}"]
            lines.append(f"{name}:{value.strip()}\n")
        canonical = f"POST\n/\n\n{''.join(lines)}\n{names}\n{hashlib.sha256(BODY).hexdigest()}"
        digest = hashlib.sha256(canonical.encode()).hexdigest()
        text = f"AWS4-HMAC-SHA256\n{environment['HTTP_X_AMZ_DATE']}\n{scope}\n{digest}"
        if not hmac.compare_digest(hmac.new(key, text.encode(), hashlib.sha256).hexdigest(), given["Signature"]):
            raise AssertionError("the floor does not verify")
        json.loads(BODY)
        return json.dumps({"MessageId": str(uuid.uuid4())}).encode()

    return call


def our_call(environment: dict[str, Any]) -> Callable[[], bytes]:
    """console.wire from the environment and the body to the reply, around no operation."""
    from console.wire import auth, codec, validate, view
    from messaging.permissions import Role

    auth.KEY_SECONDS = float("inf")  # no database here: what a warm process remembers stays
    key = auth.Key(
        ACCESS_KEY_ID, SECRET, "123456789012", Role.OPERATOR, read_only=False, enabled=True, noted_at=time.time()
    )
    auth._keys[ACCESS_KEY_ID] = key, time.monotonic()
    auth._owners["123456789012", REGION] = (1, time.monotonic())
    auth.USE_NOTED_SECONDS = 10**9

    def call() -> bytes:
        action = view.target(environment)
        auth.authenticate(environment, BODY, view.new_request_id(), action)
        validate.arguments(action, codec.decode(BODY))
        return codec.dumps(codec.encoder(action)({"message_id": str(uuid.uuid4())}))

    return call


def timed(call: Callable[[], bytes]) -> Callable[[], float]:
    """Microseconds a call takes, the mean of CALLS."""

    def run() -> float:
        begun = time.perf_counter()
        for _call in range(CALLS):
            call()
        return (time.perf_counter() - begun) / CALLS * 1e6

    return run


def results() -> Iterator[list[measure.Result]]:
    """The line of goal 6."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
    django.setup()
    environment = signed_environment()
    least = timed(floor_call(environment))
    figures = measure.interleaved({"ours": timed(our_call(environment)), "floor": least, measure.CONTROL: least})
    yield [
        measure.compared(
            "6",
            "verify + parse + validate + reply, in process",
            "HMAC verification + json.loads + json.dumps",
            figures,
            unit="µs",
            must=measure.at_most(4),
            reach=measure.at_most(2),
        )
    ]
