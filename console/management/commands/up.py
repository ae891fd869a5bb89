"""Everything in one command: prepare the data directory, serve the console and the API, carry messages."""

import errno
import http.client
import os
import socket
import time
from typing import Any

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.management.base import BaseCommand, CommandError

from console import announcement, preparation
from console.management.commands.worker import work_until_told
from console.processes import Child, Supervisor, die_with_parent

READY_SECONDS = 30.0
LOOK_SECONDS = 0.02
THREADS = 8  # requests at once; on SQLite writers stand in line whatever their number


class Command(BaseCommand):
    """Ctrl-C and SIGTERM stop it cleanly; when it is killed, its processes go with it and the port is free again."""

    help = "Migrate, make the first administrator, serve the console and the API, and carry messages."
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        """Prepare, start, announce, and stay until stopped."""
        from console.environment import Environment
        from console.operations.bootstrap import bootstrap

        started = time.monotonic()
        environment = Environment()
        host, port = environment.text("SWITCHBOARD_HOST", "127.0.0.1"), settings.PORT
        need_port(host, port)
        collecting = Child("static", lambda: void(preparation.collect_static()))
        collecting.start()
        preparation.migrate()
        try:
            made = bootstrap(environment)
        except ImproperlyConfigured as error:
            raise CommandError(str(error)) from error
        if os.waitpid(collecting.pid, 0)[1]:
            raise CommandError("The static files could not be collected; the reason stands above.")
        supervisor = Supervisor(
            [Child("server", lambda: serve(host, port)), Child("worker", work_alone)], self.stderr.write
        )
        supervisor.start()
        try:
            self._wait(supervisor, host, port)
        except BaseException:
            supervisor.stop()
            raise
        self.stdout.write(announcement.text(made, address(host, port), time.monotonic() - started))
        self.stdout.flush()
        supervisor.run()
        self.stdout.write("Stopped.")

    def _wait(self, supervisor: Supervisor, host: str, port: int) -> None:
        limit = time.monotonic() + READY_SECONDS
        while not answers(host, port):
            if not supervisor.alive():
                raise CommandError("A process ended while starting; the reason stands above.")
            if time.monotonic() > limit:
                raise CommandError(f"The server did not answer within {READY_SECONDS:g} seconds.")
            time.sleep(LOOK_SECONDS)


def void(_result: object) -> None:
    """Forget a result."""


def address(host: str, port: int) -> str:
    """The URL that a browser on this machine opens."""
    shown = "localhost" if host in ("127.0.0.1", "0.0.0.0", "::", "::1") else host  # noqa: S104 - only shown
    return f"http://{shown}:{port}"


def need_port(host: str, port: int) -> None:
    """Raise CommandError when the port cannot be had, before anything is made."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            if error.errno == errno.EADDRINUSE:
                raise CommandError(
                    f"Port {port} on {host} is in use. Stop what uses it, or choose another: PORT={port + 1}"
                ) from error
            raise CommandError(
                f"{host}:{port} cannot be listened on: {error.strerror} (SWITCHBOARD_HOST, PORT)."
            ) from error


def answers(host: str, port: int) -> bool:
    """Whether the server answers yet."""
    connection = http.client.HTTPConnection("127.0.0.1" if host == "0.0.0.0" else host, port, timeout=5)  # noqa: S104
    try:
        connection.request("GET", "/healthz", headers={"Host": "localhost"})
        return connection.getresponse().status < 500
    except OSError:
        return False
    finally:
        connection.close()


def application(_target: str) -> Any:
    """The WSGI application with its URLs loaded, so that the first request does not wait; in the serving process."""
    die_with_parent(name="server-worker")
    from django.urls import get_resolver

    from console.wsgi import application as loaded

    _ = get_resolver().url_patterns
    return loaded


def work_alone() -> None:
    """Work as the only worker: jobs that a killed one held go on at once, not when its lease is over."""
    from messaging.operations.jobs import release_jobs

    release_jobs()
    work_until_told()


def serve(host: str, port: int) -> None:
    """Serve until SIGTERM: one process of several threads, started again should it die."""
    from granian import Granian
    from granian.constants import Interfaces

    Granian(
        "console.wsgi:application",
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        workers=1,
        blocking_threads=THREADS,
        websockets=False,
        log_enabled=False,
        respawn_failed_workers=True,
        respawn_interval=0.2,
        workers_kill_timeout=5,
    ).serve(target_loader=application)
