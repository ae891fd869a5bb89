"""A whole installation in processes of its own: server, workers, database; for server tests, benchmarks, screenshots.

It lives in a directory of its own and listens on loopback only. On PostgreSQL (DATABASE_URL) it makes a database of
its own and drops it at the end.
"""

import atexit
import json
import os
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import psycopg

ROOT = Path(__file__).resolve().parent.parent
ACCOUNT, REGION = "123456789012", "us-east-1"
KEY_ID, SECRET = "AKIAINSTALLATION2345", "only for this installation"
USER, PASSWORD = "maria", "quiet river morning"
SECRET_KEY = secrets.token_urlsafe(48)  # of all installations of this process, since they are copies of each other


class Failed(Exception):
    """A process of the installation ended or never became ready; the message holds the end of its log."""


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass
class Prepared:
    """What `manage.py prepare` has made: a directory, and on PostgreSQL the name of a database."""

    directory: Path
    database: str


_prepared: dict[tuple[Any, ...], Prepared] = {}


class Installation:
    """`with Installation() as here:` prepares directory and database; its processes end with the block."""

    def __init__(self, *, database_url: str = "", broker_url: str = "", **variables: str) -> None:
        self.directory = Path(tempfile.mkdtemp(prefix="switchboard-installation-"))
        self._chosen = (database_url, *sorted(variables.items()))
        self.processes: dict[str, subprocess.Popen[bytes]] = {}
        self.port = 0
        self._server, self._database = database_url, ""
        self.environment = {
            **{n: v for n, v in os.environ.items() if not n.startswith(("SWITCHBOARD_", "PYTEST_", "DJANGO_"))},
            "DJANGO_SETTINGS_MODULE": "console.settings",
            "PYTHONPATH": str(ROOT),
            "SWITCHBOARD_DATA_DIR": str(self.directory),
            "SWITCHBOARD_SECRET_KEY": SECRET_KEY,
            "SWITCHBOARD_ALLOWED_HOSTS": "127.0.0.1",
            "SWITCHBOARD_ADMIN_USER": USER,
            "SWITCHBOARD_ADMIN_PASSWORD": PASSWORD,
            "SWITCHBOARD_ACCESS_KEY_ID": KEY_ID,
            "SWITCHBOARD_SECRET_ACCESS_KEY": SECRET,
            "SWITCHBOARD_ACCOUNT_ID": ACCOUNT,
            "SWITCHBOARD_REGION": REGION,
            "SWITCHBOARD_ACCOUNT_TIER": "PRODUCTION",
        }
        for name in ("DATABASE_URL", "CELERY_BROKER_URL"):
            self.environment.pop(name, None)
        if broker_url:
            self.environment["CELERY_BROKER_URL"] = broker_url
        self.environment |= variables

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def __enter__(self) -> Self:
        if self._server:
            self._create_database("template1")
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for name in list(self.processes):
            self.stop(name)
        if self._database:
            self._drop_database()
        shutil.rmtree(self.directory, ignore_errors=True)

    def _drop_database(self) -> None:
        _drop(self._maintenance(), self._database)

    def _maintenance(self) -> str:
        return f"{self._server.rsplit('/', 1)[0]}/postgres"

    def manage(self, *arguments: str) -> str:
        """Run a management command to its end and return what it printed. Raises Failed."""
        return self._run(str(ROOT / "manage.py"), *arguments)

    def ask(self, module: str, *arguments: str) -> str:
        """Run a module of the tests as a process on the installation and return what it printed. Raises Failed."""
        return self._run("-m", module, *arguments)

    def _run(self, *command: str) -> str:
        done = subprocess.run(
            [sys.executable, *command],
            env=self.environment,
            cwd=ROOT,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
        )
        if done.returncode:
            raise Failed(f"{' '.join(command)}:\n{done.stdout[-4000:]}\n{done.stderr[-4000:]}")
        return done.stdout

    def _create_database(self, template: str) -> None:
        self._database = f"switchboard_{secrets.token_hex(6)}"
        with psycopg.connect(self._maintenance(), autocommit=True) as connection:
            connection.execute(f'CREATE DATABASE "{self._database}" TEMPLATE "{template}"')
        self.environment["DATABASE_URL"] = f"{self._server.rsplit('/', 1)[0]}/{self._database}"

    def prepare(self) -> None:
        """Tables, static files, the first account with its administrator and access key.

        The first of a process with the same settings runs `manage.py prepare`, the others copy what that made.
        """
        made = _prepared.get(self._chosen)
        if made is None:
            self.manage("prepare")
            _prepared[self._chosen] = self._kept()
            return
        shutil.copytree(made.directory, self.directory, dirs_exist_ok=True)
        if made.database:
            self._drop_database()
            self._create_database(made.database)

    def _kept(self) -> "Prepared":
        """A copy of this installation as it stands, there until the process ends."""
        kept = Prepared(Path(tempfile.mkdtemp(prefix="switchboard-prepared-")), "")
        shutil.copytree(self.directory, kept.directory, dirs_exist_ok=True)
        atexit.register(shutil.rmtree, kept.directory, ignore_errors=True)
        if self._database:
            kept.database = f"{self._database}_kept"
            with psycopg.connect(self._maintenance(), autocommit=True) as connection:
                connection.execute(f'CREATE DATABASE "{kept.database}" TEMPLATE "{self._database}"')
            atexit.register(_drop, self._maintenance(), kept.database)
        return kept

    def start(self, name: str, *command: str, variables: Mapping[str, str] | None = None) -> subprocess.Popen[bytes]:
        """Start a process of its own group; what it prints goes to <name>.log in the directory."""
        with (self.directory / f"{name}.log").open("ab") as log:
            self.processes[name] = subprocess.Popen(
                command,
                env={**self.environment, **(variables or {})},
                cwd=ROOT,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        return self.processes[name]

    def start_module(self, name: str, module: str, *arguments: str, **options: Any) -> subprocess.Popen[bytes]:
        return self.start(name, sys.executable, "-m", module, *arguments, **options)

    def serve(self, name: str = "server", application: str = "console.wsgi:application", *, threads: int = 8) -> str:
        """Serve a WSGI application with granian on a free port and return its address once it accepts connections."""
        port = free_port()
        options = ("--interface", "wsgi", "--host", "127.0.0.1", "--port", str(port), "--no-ws", "--http", "1")
        self.start_module(name, "granian", *options, "--blocking-threads", str(threads), application)
        if name == "server":
            self.port = port
        self.wait_for(lambda: _accepts(port), name)
        return f"http://127.0.0.1:{port}"

    def up(self) -> None:
        """Everything by `manage.py up`, as `make run` starts it; returns when /readyz says yes."""
        self.port = free_port()
        self.start("up", sys.executable, str(ROOT / "manage.py"), "up", variables={"PORT": str(self.port)})
        self.wait_for(self.ready, "up")

    def wait_for(self, condition: Any, name: str, seconds: float = 60) -> Any:
        """Wait until the condition holds and return what it said. Raises Failed when `name` ends or time is up."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            if said := condition():
                return said
            if self.processes[name].poll() is not None:
                raise Failed(f"{name} ended with {self.processes[name].returncode}:\n{self.log(name)}")
            time.sleep(0.02)
        raise Failed(f"{name}: waited {seconds} s in vain:\n{self.log(name)}")

    def log(self, name: str, characters: int = 4000) -> str:
        """The end of what a process printed."""
        return (self.directory / f"{name}.log").read_text(errors="replace")[-characters:]

    def ready(self) -> bool:
        """Whether /readyz says yes."""
        status, _body = get_json(f"{self.url}/readyz")
        return status == 200

    def kill(self, name: str) -> None:
        """End a process and its children at once, as a loss of power would."""
        self._end(name, signal.SIGKILL)

    def stop(self, name: str) -> None:
        """Ask a process to end, and make it after ten seconds."""
        self._end(name, signal.SIGTERM)

    def _end(self, name: str, how: signal.Signals) -> None:
        process = self.processes.pop(name)
        for attempt in (how, signal.SIGKILL):
            try:
                os.killpg(process.pid, attempt)
                process.wait(timeout=10)
            except ProcessLookupError:
                process.wait()
            except subprocess.TimeoutExpired:
                continue
            return


def _drop(maintenance: str, database: str) -> None:
    with psycopg.connect(maintenance, autocommit=True) as connection:
        connection.execute(f'DROP DATABASE IF EXISTS "{database}" WITH (FORCE)')


def _accepts(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def get_json(url: str) -> tuple[int, Any]:
    """Status and JSON body of a GET; status 0 when nothing answered."""
    try:
        with urllib.request.urlopen(url, timeout=5) as answer:
            return answer.status, json.load(answer)
    except urllib.error.HTTPError as refused:
        return refused.code, json.load(refused)
    except (OSError, ValueError):
        return 0, None
