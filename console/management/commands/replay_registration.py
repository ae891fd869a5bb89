"""manage.py replay_registration: file a registration at any endpoint of the API, field by field."""

import json
import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import botocore.session
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError
from django.core.management.base import BaseCommand, CommandError

from console.commands import SERVICE
from console.registration_export import Export, Unfit, exported, read
from console.registration_replay import Replay, Stopped, script, told
from console.registration_sheets import sheet_of
from messaging.caller import Caller, Door
from messaging.errors import Refusal
from messaging.permissions import Role
from registrations.models import Registration


class Command(BaseCommand):
    """Create a registration (or go on with one), upload its files, answer its fields, associate and submit.

    Credentials come from where boto3 takes them (environment, shared files, --profile), never from the command line,
    and are never printed. Run again within a day it finds by its ClientToken the registration that it made; after
    that, name it with --registration-id. A refused field is named with its reason, the others go on, and nothing is
    submitted; the exit status is 1 then.
    """

    help = (
        "File a registration field by field at the service of --endpoint-url, without one at the service itself. "
        "Takes credentials from the environment or --profile, as boto3 does."
    )
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("source", help="the id of a registration here, or a file of Export JSON (- reads it)")
        parser.add_argument("--version-number", type=int, help="of a registration here (default: the current one)")
        parser.add_argument("--endpoint-url", default="", help="where to file it (default: the service itself)")
        parser.add_argument("--region", default="", help="where to file it (default: as boto3 finds it)")
        parser.add_argument("--profile", help="of the shared credentials file")
        parser.add_argument("--registration-id", default="", help="go on with this registration instead of a new one")
        parser.add_argument(
            "--resource",
            action="append",
            default=[],
            metavar="HERE=THERE",
            help="which resource there stands for an associated one here; may be repeated",
        )
        parser.add_argument("--remove-others", action="store_true", help="take out answers that this one lacks")
        parser.add_argument("--afresh", action="store_true", help="make another one, even if it was replayed before")
        parser.add_argument("--submit", action="store_true", help="submit it, unless a field was refused")
        parser.add_argument("--dry-run", action="store_true", help="print the calls and make none")

    def handle(self, *args: Any, **options: Any) -> None:
        """Read, then file or print."""
        export = self._export(options["source"], options["version_number"])
        resources = dict(_pair(given) for given in options["resource"])
        _check_url(options["endpoint_url"])
        if options["dry_run"]:
            lines = script(
                export,
                registration_id=options["registration_id"],
                endpoint_url=options["endpoint_url"],
                region=options["region"],
                resources=resources,
                submit=options["submit"],
            )
            self.stdout.write("\n".join(lines))
            return
        try:
            client = self._client(options)
            replay = Replay(client, export, self._say, resources, options["remove_others"])
            replay.run(options["registration_id"], submit=options["submit"], afresh=options["afresh"])
        except Stopped as error:
            raise CommandError(str(error)) from error
        except ClientError as error:
            raise CommandError(f"{error.operation_name} was refused: {told(error)}") from error
        except BotoCoreError as error:
            raise CommandError(str(error)) from error

    def _say(self, line: str) -> None:
        self.stdout.write(line)
        self.stdout.flush()

    def _client(self, options: dict[str, Any]) -> Any:
        """What boto3.client() answers as well: botocore's client, with its chain of credentials."""
        session = botocore.session.Session(profile=options["profile"])
        client = session.create_client(
            SERVICE,
            region_name=options["region"] or None,
            endpoint_url=options["endpoint_url"] or None,
            config=Config(retries={"mode": "standard", "total_max_attempts": 5}),
        )
        url = urlsplit(client.meta.endpoint_url)
        self._say(f"Filing at {url.scheme}://{url.netloc.rpartition('@')[2]}, Region {client.meta.region_name}.")
        return client

    def _export(self, source: str, version_number: int | None) -> Export:
        try:
            return read(_of_database(source, version_number) or _of_file(source))
        except Unfit as error:
            raise CommandError(f"{source}: {error}") from error


def _of_database(source: str, version_number: int | None) -> Any:
    """The export of a registration of this installation; None when there is none of that id."""
    if not source.startswith("registration-"):
        return None
    row = Registration.objects.select_related("owner").filter(registration_id=source).first()
    if row is None:
        return None
    owner = row.owner
    caller = Caller(owner.pk, owner.account_id, owner.region, "system", Role.ADMINISTRATOR, Door.COMMAND)
    try:
        return exported(sheet_of(caller, source, version_number))
    except Refusal as refusal:
        raise CommandError(str(refusal)) from refusal


def _of_file(source: str) -> Any:
    try:
        text = sys.stdin.read() if source == "-" else Path(source).read_text(encoding="utf-8")
        return json.loads(text)
    except FileNotFoundError as error:
        raise CommandError(f"There is neither a registration nor a file called {source}.") from error
    except (OSError, UnicodeDecodeError) as error:
        raise CommandError(f"{source} cannot be read: {error}") from error
    except json.JSONDecodeError as error:
        raise CommandError(f"{source} is not JSON: {error.msg} at line {error.lineno}.") from error


def _pair(given: str) -> tuple[str, str]:
    here, _separator, there = given.rpartition("=")
    if not here or not there:
        raise CommandError(f"--resource {given}: write the resource here, an equals sign and its id there.")
    return here, there


def _check_url(url: str) -> None:
    if not url:
        return
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise CommandError("--endpoint-url must begin with https:// or http:// and name a host.")
    if parts.username or parts.password:
        raise CommandError("--endpoint-url must hold no user name and no password.")
