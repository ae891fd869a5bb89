"""Work: carry messages, deliver events, run jobs."""

import signal
import threading
from typing import Any

from django.core.management.base import BaseCommand

from messaging.work import run_forever


def work_until_told() -> None:
    """Work in this process until SIGTERM or SIGINT."""
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda _number, _frame: stop.set())
    run_forever(stop)


class Command(BaseCommand):
    """Runs beside any WSGI server when no broker is used; `manage.py up` starts one itself."""

    help = "Carry due messages, deliver events and run jobs until stopped."
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        """Say so, then work."""
        self.stdout.write("Working. Ctrl-C stops.")
        work_until_told()
