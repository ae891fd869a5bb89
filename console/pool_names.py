"""What people call a pool: its tag Name, or its id."""

from typing import Any

from django.db.models import QuerySet

from messaging.caller import Caller
from messaging.models import Pool
from messaging.operations.tags import names_of, tag_name


def with_names(caller: Caller, pools: QuerySet[Any]) -> QuerySet[Any]:
    """Rows that can be asked what they are called."""
    return pools.annotate(tag_name=tag_name(caller, Pool))


def with_name(caller: Caller, pool: Pool) -> Pool:
    """The same for one row that was found without. One query."""
    pool.tag_name = names_of(caller, pool).get(pool.name, "")  # type: ignore[attr-defined]
    return pool


def called(pool: Pool) -> str:
    """The name for people, of a row from with_names or with_name."""
    return (pool.tag_name or "").strip() or pool.pool_id  # type: ignore[attr-defined]


def with_type(pool: Pool) -> str:
    """A pool as a choice shows it: its name, or its id without one, and the message type of all in it."""
    return f"{called(pool)} – {pool.get_message_type_display()}"
