"""What people call a resource without a name of its own: its tag Name, or its id (rule protect.name)."""

from typing import Any, TypeVar

from django.db.models import QuerySet

from messaging.caller import Caller
from messaging.models import Owned, Pool
from messaging.operations.tags import names_of, tag_name

R = TypeVar("R", bound=Owned)


def with_names(caller: Caller, rows: QuerySet[Any]) -> QuerySet[Any]:
    """Rows that can be asked what they are called."""
    return rows.annotate(tag_name=tag_name(caller, rows.model))


def with_name(caller: Caller, row: R) -> R:
    """The same for one row that was found without. One query."""
    row.tag_name = names_of(caller, row).get(row.name, "")
    return row


def called(row: Owned) -> str:
    """The name for people, of a row from with_names or with_name; the id of any other."""
    return (row.tag_name or "").strip() or row.name


def with_type(pool: Pool) -> str:
    """A pool as a choice shows it: what it is called, and the message type of all in it."""
    return f"{called(pool)} – {pool.get_message_type_display()}"
