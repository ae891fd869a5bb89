"""manage.py message_parts: cut texts into message parts, from standard input to standard output."""

import json
import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from messaging.text.parts import analyse


class Command(BaseCommand):
    """Read a JSON list of {"id", "text"} and write a JSON list of what each text becomes.

    Each answer has id, encoding (GSM or UNICODE), parts, characters (septets or UTF-16 code units) and
    contents, the exact text of every part. Needs no database; stops with a message that names entry and field
    when the input is malformed.
    """

    help = 'Cut texts into message parts: reads a JSON list of {"id", "text"} from standard input.'
    requires_system_checks = []
    requires_migrations_checks = False

    def handle(self, *args: object, **options: object) -> None:
        self.stdout.write(json.dumps([_cut(entry, at) for at, entry in enumerate(_entries())]))


def _entries() -> list[Any]:
    stream = getattr(sys.stdin, "buffer", sys.stdin)
    try:
        entries = json.loads(stream.read())
    except UnicodeDecodeError as error:
        raise CommandError(f"Standard input is not UTF-8 at byte {error.start}.") from error
    except json.JSONDecodeError as error:
        where = f"line {error.lineno} column {error.colno}"
        raise CommandError(f"Standard input is not JSON: {error.msg} at {where}.") from error
    if not isinstance(entries, list):
        raise CommandError("Standard input must be a JSON list of objects with id and text.")
    return entries


def _cut(entry: object, at: int) -> dict[str, Any]:
    if not isinstance(entry, dict):
        raise CommandError(f"Entry {at}: must be an object with id and text.")
    if isinstance(entry.get("id"), (dict, list, type(None))):
        raise CommandError(f"Entry {at}, field id: {_fault(entry, 'id', 'a string or a number')}.")
    if not isinstance(entry.get("text"), str):
        fault = _fault(entry, "text", "a string")
        raise CommandError(f"Entry {at} (id {entry['id']!r}), field text: {fault}.")
    found = analyse(entry["text"])
    return {
        "id": entry["id"],
        "encoding": found.encoding,
        "parts": found.parts,
        "characters": found.characters,
        "contents": found.contents,
    }


def _fault(entry: dict[str, Any], field: str, wanted: str) -> str:
    return f"must be {wanted}" if field in entry else "is missing"
