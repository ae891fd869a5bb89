"""What `up` does before it serves, for installations whose server and workers are started by somebody else."""

import time
from typing import Any

from django.core.exceptions import ImproperlyConfigured
from django.core.management.base import BaseCommand, CommandError

from console import announcement, preparation
from console.environment import Environment
from console.operations.bootstrap import bootstrap


class Command(BaseCommand):
    """Run it once per release, before the new processes start; again it does nothing."""

    help = "Migrate, collect static files, and make the first administrator when there is none."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: Any) -> None:
        parser.add_argument("--address", default="https://switchboard.example.org", help="shown in the snippets")

    def handle(self, *args: Any, **options: Any) -> None:
        """Prepare, and say what a first start made."""
        started = time.monotonic()
        preparation.migrate()
        preparation.collect_static()
        try:
            made = bootstrap(Environment())
        except ImproperlyConfigured as error:
            raise CommandError(str(error)) from error
        if made.first_start:
            self.stdout.write("\n".join(announcement.credentials(made, options["address"])))
        self.stdout.write(f"Prepared in {time.monotonic() - started:.1f} s.")
