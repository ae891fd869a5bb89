"""The wire in process (6), tables (9), the carrier (13, 14), and the start (16)."""

import random
import subprocess
import sys
import time
from collections.abc import Iterator
from time import perf_counter
from typing import Any

import boto3
from botocore.config import Config

from tests.benchmarks import inside
from tests.benchmarks.measure import CONTROL, QUICK, ROUNDS, Goal, Result, at_least, at_most, compared, interleaved
from tests.installation import KEY_ID, REGION, ROOT, SECRET, Installation, free_port, get_json

SENDS_A_ROUND = 5 if QUICK else 10
SUCCESS = "+14254147755"


def first_step(here: Installation) -> list[Result]:
    """Row 14. Sends come at random moments, so that they meet the worker at any point of its wait."""
    here.serve()
    here.start("worker", sys.executable, str(ROOT / "manage.py"), "worker")
    here.wait_for(here.ready, "worker")
    client = boto3.client(
        "pinpoint-sms-voice-v2", endpoint_url=here.url, region_name=REGION,
        aws_access_key_id=KEY_ID, aws_secret_access_key=SECRET, config=Config(retries={"max_attempts": 1}),
    )  # fmt: skip
    number = client.request_phone_number(
        IsoCountryCode="US", MessageType="TRANSACTIONAL", NumberCapabilities=["SMS"], NumberType="SIMULATOR"
    )["PhoneNumberId"]
    dice, count = random.Random(1), ROUNDS * SENDS_A_ROUND
    for _ in range(count):
        client.send_text_message(DestinationPhoneNumber=SUCCESS, OriginationIdentity=number, MessageBody="Hello")
        time.sleep(dice.uniform(0.1, 0.2))
    here.wait_for(lambda: len(inside.measured(here, "first_steps")) >= count, "worker")
    ours = inside.medians(inside.measured(here, "first_steps"), ROUNDS)
    floor = inside.medians(inside.broker_delays(count), ROUNDS)
    return [
        compared(
            "14", "accepted → first carrier step, idle, SQLite", "the broker's idle delay",
            {"ours": ours, "floor": floor}, unit="ms", must=at_most(2), reach=at_most(1.3),
            note="One after the other, not interleaved: both wait.",
        )
    ]  # fmt: skip


def start(here: Installation) -> list[Result]:
    """Row 16: a directory that is there, until /readyz says yes."""

    def up() -> float:
        here.port = free_port()
        began = perf_counter()
        here.start("up", sys.executable, str(ROOT / "manage.py"), "up", variables={"PORT": str(here.port)})
        while get_json(f"{here.url}/readyz")[0] != 200:
            if here.processes["up"].poll() is not None:
                raise AssertionError(here.log("up"))
            time.sleep(0.01)
        seconds = perf_counter() - began
        here.stop("up")
        return seconds

    def check() -> float:
        began = perf_counter()
        command = [sys.executable, str(ROOT / "manage.py"), "check"]
        subprocess.run(command, env=here.environment, check=True, capture_output=True, stdin=subprocess.DEVNULL)
        return perf_counter() - began

    figures = interleaved({"ours": up, "floor": check, CONTROL: check})
    return [
        compared(
            "16", "start to ready, data directory there", "manage.py check", figures, unit="s",
            must=at_most(3), reach=at_most(1.5),
        )
    ]  # fmt: skip


def _result(line: dict[str, Any]) -> Result:
    goals = {name: Goal(**line[name]) if line[name] else None for name in ("must", "reach")}
    return Result(**{**line, **goals})


def run(database_url: str = "") -> Iterator[list[Result]]:
    with Installation(database_url=database_url) as here:
        here.prepare()
        kind = "PostgreSQL" if database_url else "SQLite"
        yield [
            compared(
                "13", f"carrier steps, backlog of {inside.BACKLOG:,}, events written, {kind}",
                "UPDATE of 500 due rows", inside.measured(here, "carrier_steps"), unit="a second",
                must=at_least(0.1), reach=at_least(0.25),
            )
        ]  # fmt: skip
    if database_url:
        return
    with Installation() as here:
        here.prepare()
        yield [_result(line) for line in inside.measured(here, "wire_lines")]
        yield [
            compared(
                "9", "table of 50 × 8 cells, no query", "plain template loop", inside.measured(here, "table"),
                unit="ms", must=at_most(3), reach=at_most(1),
            )
        ]  # fmt: skip
        yield first_step(here)
    with Installation() as here:
        here.prepare()
        yield start(here)
