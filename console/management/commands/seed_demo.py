"""Fill the installation's account with a believable month of traffic."""

import time
from argparse import ArgumentParser
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.management.base import BaseCommand, CommandError

from console import announcement, preparation
from console.environment import Environment
from console.operations.bootstrap import Bootstrapped, bootstrap
from messaging import clock
from messaging.caller import Caller, Door
from messaging.models import RegionalAccount
from messaging.operations import demo
from messaging.operations.demo_messages import write_messages
from messaging.permissions import Role
from registrations.operations.demo import file_registrations

DEFAULT_MESSAGES = 20_000
MOST_CONVERSATIONS = 60
MESSAGES_PER_CONVERSATION = 100


class Command(BaseCommand):
    """Makes the database and the first administrator when they are not there; leaves an account with messages alone."""

    help = "Fill the account with numbers, pools, sets, opt-outs and messages of the past 30 days."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--messages", type=int, default=DEFAULT_MESSAGES, help="how many (default: %(default)s)")
        parser.add_argument("--seed", type=int, default=1, help="another number, another demo (default: %(default)s)")

    def handle(self, *args: Any, **options: Any) -> None:
        """Prepare, fill, and say what was made."""
        total = options["messages"]
        if total < 0:
            raise CommandError("--messages must not be negative.")
        started = time.monotonic()
        preparation.migrate()
        try:
            made = bootstrap(Environment())
        except ImproperlyConfigured as error:
            raise CommandError(str(error)) from error
        if made.first_start:
            address = f"http://localhost:{settings.PORT}"
            self.stdout.write("\n".join(announcement.credentials(made, address)))
        caller = self._caller(made)
        if demo.is_filled(caller):
            self.stdout.write(f"The account {made.account_id} already has messages; nothing was added.")
            return
        self._fill(caller, total, options["seed"])
        self.stdout.write(f"\nFilled with {total:,} messages in {time.monotonic() - started:.1f} s.")

    def _caller(self, made: Bootstrapped) -> Caller:
        owner = RegionalAccount.objects.get(account_id=made.account_id, region=made.region)
        actor = f"user:{made.admin_user}"
        return Caller(owner.pk, owner.account_id, owner.region, actor, Role.ADMINISTRATOR, Door.COMMAND)

    def _fill(self, caller: Caller, total: int, seed: int) -> None:
        end = clock.now()
        start = (end - timedelta(days=demo.DAYS)).replace(minute=0, second=0, microsecond=0)
        stage = demo.set_the_stage(caller, start)
        self.stdout.write("")

        def say(written: int) -> None:
            self.stdout.write(f"\r{written:,} of {total:,} messages", ending="")
            self.stdout.flush()

        destinations = write_messages(caller, stage, total, start, end, seed=seed, say=say)
        talkative = destinations[: min(MOST_CONVERSATIONS, total // MESSAGES_PER_CONVERSATION)]
        demo.hold_conversations(caller, stage, talkative, start, end)
        file_registrations(caller, stage.numbers["Support line"], start, end)
        demo.be_refused(caller, stage, start, end)
