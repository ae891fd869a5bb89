"""The names of an account's protect configurations, by id and as choices."""

from console.tag_names import called, with_names
from messaging.caller import Caller
from messaging.models import ProtectConfiguration


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
