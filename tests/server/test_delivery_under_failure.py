"""Destinations that fail, are slow and come back, and workers killed with SIGKILL: no event is lost, none is delivered
after its last attempt, and repeats carry the same id. Runs on SQLite, and on PostgreSQL where DATABASE_URL names one.
"""

import json
import os
import random
import threading
from collections import Counter, defaultdict
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from messaging.operations.delivery import WAITS_SECONDS
from tests.installation import ACCOUNT, REGION, Failed, Installation

pytestmark = [pytest.mark.server, pytest.mark.xdist_group("delivery-under-failure")]

MODULE = "tests.server.delivery_process"
TOPICS = ("flaky", "slow", "down")
MESSAGES, BATCHES, WORKERS = 100, 5, 2
SLOW_SECONDS = 0.9  # more than twice the worker's time-out


class Receivers:
    """One subscriber for each topic, as badly behaved as its name says until all are well."""

    def __init__(self) -> None:
        self.well = threading.Event()
        self.got: dict[str, list[tuple[str, str, bool]]] = defaultdict(list)  # topic -> (event id, message, taken)
        self.chance = random.Random(7)
        self.line = threading.Lock()
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                text = self.rfile.read(int(self.headers["Content-Length"]))
                if len(text) < int(self.headers["Content-Length"]):  # the worker died while it sent
                    return
                body = json.loads(text)
                topic = self.path.strip("/")
                status = outer.status(topic)
                assert self.headers["x-amz-sns-message-id"] == body["MessageId"]
                with outer.line:
                    outer.got[topic].append((body["MessageId"], body["Message"], status == 200))
                try:
                    self.send_response(status)
                    self.end_headers()
                except OSError:  # the worker has hung up, or is dead
                    return

            def log_message(self, *args: Any) -> None:
                return

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        self.url = f"http://127.0.0.1:{self.server.server_port}"

    def status(self, topic: str) -> int:
        if self.well.is_set():
            return 200
        with self.line:
            drawn = self.chance.random()
        if topic == "slow" and drawn < 0.1:
            self.well.wait(SLOW_SECONDS)  # takes the event, and answers when nobody listens any more
        return 500 if topic == "down" or (topic == "flaky" and drawn < 0.4) else 200


@pytest.fixture
def receivers() -> Iterator[Receivers]:
    made = Receivers()
    yield made
    made.well.set()
    made.server.shutdown()
    made.server.server_close()


DATABASE_URL = os.environ.get("DATABASE_URL", "")


@pytest.fixture
def here() -> Iterator[Installation]:
    with Installation(database_url=DATABASE_URL if DATABASE_URL.startswith("postgres") else "") as installation:
        installation.prepare()
        yield installation


def ask(here: Installation, *arguments: str) -> str:
    return here.ask(MODULE, *arguments)


def wait_until_quiet(here: Installation) -> None:
    ask(here, "quiet", "120")


def streamed(here: Installation) -> list[dict[str, Any]]:
    files = (here.directory / "streams" / ACCOUNT / REGION).rglob("*.ndjson")
    return [json.loads(line) for path in files for line in path.read_text().splitlines()]


def test_no_event_is_lost_and_none_comes_after_its_last_attempt(
    here: Installation, receivers: Receivers, record_property: Any
) -> None:
    ask(here, "make", receivers.url, *TOPICS)
    kills = 0
    for batch in range(BATCHES):
        for number in range(WORKERS):
            if f"worker-{number}" not in here.processes:
                here.start_module(f"worker-{number}", MODULE, "work")
        sending = here.start_module("sender", MODULE, "send", str(MESSAGES // BATCHES))
        assert sending.wait(timeout=60) == 0, here.log("sender")
        here.processes.pop("sender")
        seen = sum(map(len, receivers.got.values()))
        here.wait_for(lambda seen=seen: sum(map(len, receivers.got.values())) > seen + 20, "worker-0")
        if batch < BATCHES - 1:
            for number in range(WORKERS):
                here.kill(f"worker-{number}")
                kills += 1
    wait_until_quiet(here)

    before = json.loads(ask(here, "state"))
    assert before["under way"] == 0
    given_up = [entry for entry in before["entries"] if entry["status"] == "GIVEN_UP"]
    down = [entry for entry in before["entries"] if entry["to"] == "down"]
    assert down and all(entry in given_up for entry in down)
    # Every try that was made by a worker that lived is kept, and there is no other.
    assert all(entry["tries"] == entry["attempts"] for entry in before["entries"])
    assert {entry["attempts"] for entry in given_up} == {len(WAITS_SECONDS) + 1}

    # None is delivered after its last attempt: everything is well again, two workers run, minutes of their time pass.
    receivers.well.set()
    still = sum(map(len, receivers.got.values()))
    with pytest.raises(Failed, match="in vain"):
        here.wait_for(lambda: sum(map(len, receivers.got.values())) > still, "worker-0", seconds=3)

    # Sent again by hand, all of it arrives.
    resent = int(ask(here, "resend"))
    assert resent == len(given_up)
    wait_until_quiet(here)
    after = json.loads(ask(here, "state"))
    assert Counter(entry["status"] for entry in after["entries"]) == {"DELIVERED": len(before["entries"])}

    events = set(after["events"])
    assert len(events) >= MESSAGES * 4
    assert sorted(after["records"]) == sorted(events)  # each once
    lines = Counter(line["eventId"] for line in streamed(here))
    assert set(lines) == events
    repeats = {"stream": sum(lines.values()) - len(events)}
    for topic in TOPICS:
        got = receivers.got[topic]
        taken = Counter(key for key, _text, ok in got if ok)
        assert set(taken) == events, topic
        repeats[topic] = sum(taken.values()) - len(events)
        # The same event has the same id and the same text however often it comes.
        ids = defaultdict(set)
        for key, text, _taken in got:
            ids[text].add(key)
        assert {len(keys) for keys in ids.values()} == {1} and len(ids) == len(events), topic
    figures = {
        "messages": MESSAGES,
        "events": len(events),
        "deliveries": len(after["entries"]),
        "requests": sum(map(len, receivers.got.values())),
        "workers killed": kills,
        "given up": len(given_up),
        "sent again": resent,
        "lost": 0,
        "repeats": repeats,
    }
    record_property("figures", figures)
    print(json.dumps(figures))
