"""Sends through the wire: against the floor on the same server and database, and against an in-memory mock (1–5)."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import boto3
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.config import Config
from botocore.credentials import Credentials

from tests.benchmarks.load import drive
from tests.benchmarks.measure import CONTROL, QUICK, Result, at_least, at_most, compared, interleaved
from tests.installation import KEY_ID, REGION, SECRET, Installation, free_port

PER_PASS, PASSES = (400, 1) if QUICK else (2000, 3)
MOCK_SHARE = 4  # the mock is slow, and no slower for being asked less
PER_BOTO_PASS, BOTO_PASSES = (20, 3) if QUICK else (20, 31)
FEW, MANY = (500, 5_000) if QUICK else (1_000, 100_000)
SUCCESS = "+14254147755"  # a simulator number sends to simulator destinations only
BODY = "Your code is 123456. It is valid for ten minutes; never tell it to anybody."
NO_SPEND_LIMIT = "from messaging.models import RegionalAccount; RegionalAccount.objects.update(text_spend_limit=10**15)"
CREATE_FLOOR = "from tests.benchmarks.floor import create_table; create_table()"


def signed(port: int, headers: dict[str, str], body: str, service: str) -> bytes:
    """A whole HTTP request, signed for today's clock."""
    request = AWSRequest("POST", f"http://127.0.0.1:{port}/", headers=headers, data=body.encode())
    SigV4Auth(Credentials(KEY_ID, SECRET), service, REGION).add_auth(request)
    lines = [f"{name}: {value}" for name, value in request.headers.items()]
    head = ["POST / HTTP/1.1", f"Host: 127.0.0.1:{port}", *lines, f"Content-Length: {len(body.encode())}"]
    return ("\r\n".join(head) + "\r\n\r\n").encode() + body.encode()


def message(originator: str) -> dict[str, str]:
    return {
        "DestinationPhoneNumber": SUCCESS,
        "OriginationIdentity": originator,
        "MessageBody": BODY,
        "MessageType": "TRANSACTIONAL",
    }


def send_requests(port: int, originator: str, count: int) -> list[bytes]:
    headers = {
        "Content-Type": "application/x-amz-json-1.0",
        "X-Amz-Target": "PinpointSMSVoiceV2.SendTextMessage",
    }
    return [signed(port, headers, json.dumps(message(originator)), "sms-voice") for _ in range(count)]


def publish_requests(port: int, count: int) -> list[bytes]:
    headers = {"Content-Type": "application/x-www-form-urlencoded; charset=utf-8"}
    form = {"Action": "Publish", "Version": "2010-03-31", "PhoneNumber": SUCCESS, "Message": BODY}
    return [signed(port, headers, urlencode(form), "sns") for _ in range(count)]


@contextmanager
def stage(database_url: str = "") -> Iterator["Stage"]:
    """The product, the floor and the mock, all running."""
    with Installation(database_url=database_url) as here:
        here.prepare()
        here.manage("shell", "-v", "0", "-c", NO_SPEND_LIMIT)
        here.manage("shell", "-v", "0", "-c", CREATE_FLOOR)
        here.serve()
        here.environment["DJANGO_SETTINGS_MODULE"] = "tests.benchmarks.floor_settings"
        floor = here.serve("floor", "tests.benchmarks.floor_wsgi:application")
        mock = free_port()
        here.start_module("mock", "moto.server", "-H", "127.0.0.1", "-p", str(mock))
        yield Stage(here, here.port, int(floor.rsplit(":", 1)[1]), mock)


class Stage:
    """Ports of the three servers, and a number to send from."""

    def __init__(self, here: Installation, ours: int, floor: int, mock: int) -> None:
        self.here, self.ours, self.floor, self.mock = here, ours, floor, mock
        self.database = "PostgreSQL" if "DATABASE_URL" in here.environment else "SQLite"
        self.clients = {"ours": self._client(ours), "floor": self._client(floor), "mock": self._client(mock, "sns")}
        here.wait_for(self._mock_answers, "mock")
        made = self.clients["ours"].request_phone_number(
            IsoCountryCode="US", MessageType="TRANSACTIONAL", NumberCapabilities=["SMS"], NumberType="SIMULATOR"
        )
        self.originator = made["PhoneNumberId"]

    def _client(self, port: int, service: str = "pinpoint-sms-voice-v2") -> Any:
        return boto3.client(
            service,
            endpoint_url=f"http://127.0.0.1:{port}",
            region_name=REGION,
            aws_access_key_id=KEY_ID,
            aws_secret_access_key=SECRET,
            config=Config(retries={"max_attempts": 1}),
        )

    def _mock_answers(self) -> bool:
        try:
            self.clients["mock"].list_topics()
        except Exception:  # not listening yet
            return False
        return True

    def memory(self) -> int:
        """Resident bytes of the processes that serve the product, the largest of them."""
        group = self.here.processes["server"].pid
        sizes = []
        for status in Path("/proc").glob("[0-9]*/status"):
            try:
                fields = dict(line.split(":", 1) for line in status.read_text().splitlines() if ":" in line)
                if int((status.parent / "stat").read_text().rsplit(")", 1)[1].split()[2]) == group:
                    sizes.append(int(fields["VmRSS"].split()[0]) * 1024)
            except (OSError, KeyError):  # gone in the meantime
                continue
        return max(sizes)


def raw(stage: Stage) -> list[Result]:
    """Rows 1 to 3: eight connections, requests signed beforehand."""
    tails: dict[str, list[tuple[float, float]]] = {"ours": [], "floor": []}

    def contender(name: str, port: int, requests: Callable[[], list[bytes]]) -> Callable[[], float]:
        def run() -> float:
            load = drive(port, requests())
            if name in tails:
                tails[name].append((load.p50, load.p99))
            return load.per_second

        return run

    def floor_requests() -> list[bytes]:
        return send_requests(stage.floor, stage.originator, PER_PASS)

    figures = interleaved(
        {
            "ours": contender("ours", stage.ours, lambda: send_requests(stage.ours, stage.originator, PER_PASS)),
            "floor": contender("floor", stage.floor, floor_requests),
            CONTROL: contender(CONTROL, stage.floor, floor_requests),
            "mock": contender("mock", stage.mock, lambda: publish_requests(stage.mock, PER_PASS // MOCK_SHARE)),
        },
        passes=PASSES,
    )
    work = f"SendTextMessage, 8 connections, {stage.database}"
    reach = at_least(0.9 if stage.database == "SQLite" else 0.75)
    results = [
        compared("1", work, "floor", figures, unit="a second", passes=PASSES, must=at_least(0.5), reach=reach),
        compared(
            "2", work, "mock's Publish", figures, floor="mock", unit="a second", passes=PASSES,
            must=at_least(1.5), reach=at_least(2.5),
        ),
    ]  # fmt: skip
    # The first is the warm-up.
    milliseconds = {
        "p99": [p99 * 1000 for _p50, p99 in tails["ours"][1:]],
        "p50": [p50 * 1000 for p50, _p99 in tails["ours"][1:]],
        "floor's p99": [p99 * 1000 for _p50, p99 in tails["floor"][1:]],
    }
    results.append(
        compared(
            "3", f"{work}: p99", "its own p50", milliseconds, ours="p99", floor="p50", unit="ms", passes=PASSES,
            must=at_most(6), reach=at_most(4),
        )
    )  # fmt: skip
    if stage.database == "SQLite":
        results.append(
            compared(
                "3", f"{work}: p99", "the floor's p99", milliseconds, ours="p99", floor="floor's p99", unit="ms",
                passes=PASSES, must=at_most(0.25),
            )
        )  # fmt: skip
    return results


def through_boto3(stage: Stage) -> list[Result]:
    """Row 4: one client, one thread."""
    from time import perf_counter

    def contender(call: Callable[[], Any]) -> Callable[[], float]:
        def run() -> float:
            began = perf_counter()
            for _ in range(PER_BOTO_PASS):
                call()
            return PER_BOTO_PASS / (perf_counter() - began)

        return run

    ours, floor, mock = (stage.clients[name] for name in ("ours", "floor", "mock"))
    figures = interleaved(
        {
            "ours": contender(lambda: ours.send_text_message(**message(stage.originator))),
            "floor": contender(lambda: floor.send_text_message(**message(stage.originator))),
            CONTROL: contender(lambda: floor.send_text_message(**message(stage.originator))),
            "mock": contender(lambda: mock.publish(PhoneNumber=SUCCESS, Message=BODY)),
        },
        passes=BOTO_PASSES,
    )
    work = f"boto3, one thread, {stage.database}"
    return [
        compared(
            "4", work, "floor", figures, unit="a second", passes=BOTO_PASSES, must=at_least(0.7), reach=at_least(0.85)
        ),
        compared(
            "4", work, "mock", figures, floor="mock", unit="a second", passes=BOTO_PASSES,
            must=at_least(1.0), reach=at_least(1.3),
        ),
    ]  # fmt: skip


def memory(stage: Stage) -> list[Result]:
    """Row 5: what serving many messages leaves in memory. One measurement, since memory does not come back."""
    mebibyte = 1024 * 1024

    def send(count: int) -> None:
        for _ in range(0, count, 500):
            drive(stage.ours, send_requests(stage.ours, stage.originator, 500))

    send(FEW)
    before = stage.memory()
    send(MANY - FEW)
    after = stage.memory()
    grown = (after - before) / mebibyte
    return [
        Result(
            "5", f"resident memory after {MANY:,} messages, {stage.database}", f"after {FEW:,}",
            after / mebibyte, before / mebibyte, "MiB", [after / before],
            note=f"{grown:+.1f} MiB; must ≤ +16 MiB: {'met' if grown <= 16 else 'missed'}; "
            f"reach ≤ +4 MiB: {'met' if grown <= 4 else 'missed'}",
        )
    ]  # fmt: skip


def run(database_url: str = "") -> Iterator[list[Result]]:
    """The rows, one list after another as they are measured."""
    with stage(database_url) as on:
        yield raw(on)
        yield through_boto3(on)
        yield memory(on)
