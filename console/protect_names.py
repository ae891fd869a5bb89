"""What people call a protect configuration: its tag Name (behaviour_rules.json, protect.name), or its id."""

from typing import Any

from django.db.models import QuerySet

from messaging.caller import Caller
from messaging.models import ProtectConfiguration
from messaging.operations.tags import names_of, tag_name


def with_names(caller: Caller, rows: QuerySet[Any]) -> QuerySet[Any]:
    """Rows that can be asked what they are called."""
    return rows.annotate(tag_name=tag_name(caller, ProtectConfiguration))


def with_name(caller: Caller, row: ProtectConfiguration) -> ProtectConfiguration:
    """The same for one row that was found without. One query."""
    row.tag_name = names_of(caller, row).get(row.name, "")  # type: ignore[attr-defined]
    return row


def called(row: ProtectConfiguration) -> str:
    """The name for people, of a row from with_names or with_name."""
    return (row.tag_name or "").strip() or row.protect_configuration_id  # type: ignore[attr-defined]


def names_by_id(caller: Caller) -> dict[str, str]:
    """Id -> what people call it, of the account's protect configurations. One query."""
    rows = with_names(caller, ProtectConfiguration.objects.for_caller(caller))
    return {row.protect_configuration_id: called(row) for row in rows}


def choices_of(caller: Caller) -> list[tuple[str, str]]:
    """(id, name) of the account's protect configurations, for selects; 25 at most. One query."""
    rows = with_names(caller, ProtectConfiguration.objects.for_caller(caller).order_by("id"))
    return [(row.protect_configuration_id, _told_apart(called(row), row.protect_configuration_id)) for row in rows]


def _told_apart(name: str, own: str) -> str:
    return name if name == own else f"{name} ({own[:12]}…)"
