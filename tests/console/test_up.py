"""`manage.py up` as a process: first start, killed parts, a killed whole, a port that is taken.

These tests start real processes and wait for what they promise, each wait bounded.
"""

import contextlib
import os
import signal
import socket
import sqlite3
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

ROOT = Path(__file__).resolve().parents[2]
KEY_ID, SECRET = "AKIAKILLTEST00000001", "only-for-this-test-0123456789"
START_SECONDS, END_SECONDS = 30, 40
SUCCESS = "+14254147755"

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="looks processes up in /proc")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def until(what: Callable[[], Any], seconds: float, failure: str) -> Any:
    """Wait until something is true, for so many seconds at most."""
    limit = time.monotonic() + seconds
    while not (found := what()):
        assert time.monotonic() < limit, failure
        time.sleep(0.02)
    return found


class Installation:
    """A running `up` on a data directory of its own."""

    def __init__(self, data: Path, **changes: str) -> None:
        self.data, self.port = data, free_port()
        known = {name: value for name, value in os.environ.items() if not name.startswith(("SWITCHBOARD", "DJANGO"))}
        self.environment = {
            **{name: value for name, value in known.items() if name not in ("DATABASE_URL", "CELERY_BROKER_URL")},
            "SWITCHBOARD_DATA_DIR": str(data),
            "SWITCHBOARD_ACCESS_KEY_ID": KEY_ID,
            "SWITCHBOARD_SECRET_ACCESS_KEY": SECRET,
            "PORT": str(self.port),
            **changes,
        }
        self.output = data / "output.txt"
        self.process = self.start()

    def start(self) -> "subprocess.Popen[bytes]":
        with self.output.open("wb") as file:
            return subprocess.Popen(
                [sys.executable, "manage.py", "up"],
                cwd=ROOT,
                env=self.environment,
                stdout=file,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def said(self) -> str:
        return self.output.read_text()

    def ready(self) -> bool:
        assert self.process.poll() is None, self.said()
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/readyz", timeout=5) as answer:
                return bool(answer.status == 200)
        except OSError:
            return False

    def wait(self) -> "Installation":
        until(self.ready, START_SECONDS, "not ready in time")
        until(lambda: "is ready" in self.said(), 5, "not announced")
        return self

    def client(self) -> Any:
        return boto3.client(
            "pinpoint-sms-voice-v2",
            endpoint_url=f"http://127.0.0.1:{self.port}",
            region_name="us-east-1",
            aws_access_key_id=KEY_ID,
            aws_secret_access_key=SECRET,
            config=Config(retries={"max_attempts": 1}, connect_timeout=2, read_timeout=5),
        )

    def named(self, name: str) -> int:
        """The process id of a part, or 0."""
        waiting = [self.process.pid]
        while waiting:
            pid = waiting.pop()
            with contextlib.suppress(OSError):
                if Path(f"/proc/{pid}/comm").read_text().strip() == name:
                    return pid
                waiting += map(int, Path(f"/proc/{pid}/task/{pid}/children").read_text().split())
        return 0

    def kill(self, name: str) -> int:
        """kill -9 a part; return the id that it had."""
        pid = self.named(name)
        with contextlib.suppress(ProcessLookupError):
            if pid:
                os.kill(pid, signal.SIGKILL)
        return pid

    def query(self, statement: str) -> list[Any]:
        with contextlib.closing(sqlite3.connect(self.data / "switchboard.sqlite3", timeout=10)) as database:
            return database.execute(statement).fetchall()

    def close(self) -> None:
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            with contextlib.suppress(subprocess.TimeoutExpired):
                self.process.wait(15)
            self.process.kill()
        self.process.wait()


@pytest.fixture
def installation(tmp_path: Path) -> Iterator[Installation]:
    made = Installation(tmp_path)
    try:
        yield made.wait()
    finally:
        made.close()


def port_is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
        return True


def test_says_who_may_sign_in_once_and_stops_cleanly(tmp_path: Path) -> None:
    made = Installation(tmp_path, SWITCHBOARD_ACCESS_KEY_ID="", SWITCHBOARD_SECRET_ACCESS_KEY="")
    try:
        made.wait()
        said = made.said()
        assert f"http://localhost:{made.port}" in said
        for words in ("Sign in as admin", "Access key ID", "endpoint_url", "AWS_ENDPOINT_URL_PINPOINT_SMS_VOICE_V2"):
            assert words in said
        made.process.send_signal(signal.SIGINT)
        assert made.process.wait(15) == 0
        assert "Stopped." in made.said()
        assert port_is_free(made.port)
        made.process = made.start()
        made.wait()
        assert "Sign in as" not in made.said()
        assert "Access key ID" not in made.said()
    finally:
        made.close()


def test_a_taken_port_is_said_before_anything_is_made(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        made = Installation(tmp_path, PORT=str(port))
        assert made.process.wait(START_SECONDS) != 0
    assert f"Port {port} on 127.0.0.1 is in use" in made.said()
    assert "Traceback" not in made.said()
    assert not (tmp_path / "switchboard.sqlite3").exists()


def test_everything_dies_with_it(installation: Installation) -> None:
    parts = [installation.named(name) for name in ("server", "server-worker", "worker")]
    assert all(parts)
    installation.process.kill()
    installation.process.wait()
    until(lambda: port_is_free(installation.port), 5, "the port is still taken")
    until(lambda: not any(Path(f"/proc/{pid}").exists() for pid in parts), 5, "a part lives on")


IMPORT = """
import sys, django; django.setup()
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from messaging.caller import Caller
from messaging.models import OptOutImport, RegionalAccount
from messaging.operations.opt_out_imports import (
    check_opt_out_import, import_opted_out_numbers, problems, upload_opt_out_import)
caller = Caller.system(RegionalAccount.objects.get())
if sys.argv[1] == "check":
    numbers = ["+1206%07d" % (5_000_000 + at % 55_000) for at in range(60_000)]
    content = "\\n".join([*numbers, "nobody"]).encode()
    row = upload_opt_out_import(caller, opt_out_list_name="Default", file_name="all.csv", size=len(content),
        stored=default_storage.save("imports/all.csv", ContentFile(content)))
    check_opt_out_import(caller, import_id=row.import_id, column=0, has_head=False)
elif sys.argv[1] == "import":
    import_opted_out_numbers(caller, import_id=OptOutImport.objects.get().import_id)
else:
    print(sum(1 for _problem in problems(OptOutImport.objects.get())))
"""


def test_kill_9_in_the_middle_of_an_import_loses_and_doubles_nothing(installation: Installation) -> None:
    """60,000 rows, 5,000 of them twice and one no number; the worker dies in the check and in the import."""

    def step(name: str) -> "subprocess.Popen[str]":
        command = [sys.executable, "-c", IMPORT, name]
        environment = {**installation.environment, "DJANGO_SETTINGS_MODULE": "console.settings"}
        return subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True)

    def state(kind: str) -> tuple[str, int]:
        found = installation.query(f"SELECT status, done FROM messaging_job WHERE kind = '{kind}'")
        return (str(found[0][0]), int(found[0][1])) if found else ("", 0)

    for name, kind in (("check", "check-opt-out-import"), ("import", "import-opted-out-numbers")):
        asking = step(name)
        # Looked at from the first moment: the job needs little longer than the process that asks for it.
        until(lambda kind=kind: state(kind)[1] > 0, END_SECONDS, f"{kind} does not begin")
        assert installation.kill("worker")
        assert state(kind)[0] == "RUNNING", "the job was over before the worker was killed"
        assert asking.wait(END_SECONDS) == 0
        until(lambda kind=kind: state(kind)[0] == "DONE", END_SECONDS, f"{kind} does not go on")
    counts = "SELECT rows, new, duplicates, already, invalid, added, status FROM messaging_optoutimport"
    assert installation.query(counts) == [(60_001, 55_000, 5_000, 0, 1, 55_000, "DONE")]
    listed = "SELECT count(*), count(DISTINCT opted_out_number) FROM messaging_optedoutnumber"
    assert installation.query(listed) == [(55_000, 55_000)]
    assert installation.query("SELECT count(*) FROM messaging_stagednumber") == [(0,)]
    assert (state("check-opt-out-import")[1], state("import-opted-out-numbers")[1]) == (60_001, 55_000)
    said, _nothing = step("problems").communicate(timeout=END_SECONDS)
    assert said.split() == ["5001"]


def test_kill_9_loses_nothing_and_repeats_nothing(installation: Installation) -> None:
    """Every id that was answered is there and gets one final event, whoever is killed while at it."""
    number = installation.client().request_phone_number(
        IsoCountryCode="US", MessageType="TRANSACTIONAL", NumberCapabilities=["SMS"], NumberType="SIMULATOR"
    )["PhoneNumberId"]
    answered: list[str] = []
    over = threading.Event()

    def load() -> None:
        client = installation.client()
        while not over.is_set():
            try:
                sent = client.send_text_message(
                    DestinationPhoneNumber=SUCCESS, OriginationIdentity=number, MessageBody="hello"
                )
            except (BotoCoreError, ClientError):
                time.sleep(0.05)
            else:
                answered.append(sent["MessageId"])

    threads = [threading.Thread(target=load) for _ in range(3)]
    for thread in threads:
        thread.start()
    try:
        for name in ("worker", "server-worker", "worker", "server", "worker"):
            so_far = len(answered)
            until(lambda so_far=so_far: len(answered) >= so_far + 10, 15, "nothing is answered")
            pid = installation.kill(name)
            until(lambda name=name, pid=pid: installation.named(name) not in (0, pid), 10, f"{name} does not come back")
    finally:
        over.set()
        for thread in threads:
            thread.join()
    open_ones = "SELECT count(*) FROM messaging_message WHERE NOT is_final"
    until(lambda: installation.query(open_ones) == [(0,)], END_SECONDS, "messages stay on their way")
    finals = "SELECT message_id, count(*) FROM messaging_messageevent WHERE is_final GROUP BY message_id"
    counted = dict(installation.query(finals))
    assert len(set(answered)) == len(answered) >= 50
    assert {message.replace("-", "") for message in answered} <= set(counted)
    assert set(counted.values()) == {1}
    sequences = "SELECT count(*), count(DISTINCT message_id || '/' || sequence) FROM messaging_messageevent"
    ((events, distinct),) = installation.query(sequences)
    assert events == distinct == 4 * len(counted)
