"""Built-in log groups and delivery streams: which there are, and what writes to them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from django.db import connection

from messaging import streams
from messaging.caller import Caller
from messaging.models import EventDestination
from messaging.operations.event_destinations import target_of
from messaging.operations.registry import operation

MOST = 1000
# The smallest name, then the next larger one and so on, each a step in the index: the table has a row for every event.
_GROUPS = """
WITH RECURSIVE found(name) AS (
  SELECT MIN(log_group) FROM messaging_logrecord WHERE owner_id = %s
  UNION ALL
  SELECT (SELECT MIN(log_group) FROM messaging_logrecord WHERE owner_id = %s AND log_group > found.name)
  FROM found WHERE found.name IS NOT NULL
)
SELECT name FROM found WHERE name IS NOT NULL LIMIT %s
"""


@dataclass(slots=True)
class Target:
    """A log group or a delivery stream: its ARN, its name, and the destinations that name it."""

    arn: str
    name: str
    destinations: list[EventDestination] = field(default_factory=list)


def _named_by(caller: Caller, kind: str) -> Sequence[EventDestination]:
    rows = EventDestination.objects.filter(configuration_set__owner_id=caller.owner_id, kind=kind)
    return list(rows.select_related("configuration_set"))


@operation()
def describe_log_groups(caller: Caller) -> list[Target]:
    """The log groups that a destination names or that hold records, by ARN. Two queries."""
    with connection.cursor() as cursor:
        cursor.execute(_GROUPS, [caller.owner_id, caller.owner_id, MOST])
        written = [name for (name,) in cursor.fetchall()]
    prefix = target_of(caller, EventDestination.Kind.LOG_GROUP, "")
    named = _named_by(caller, EventDestination.Kind.LOG_GROUP)
    found = {
        arn: Target(arn, arn.removeprefix(prefix)) for arn in sorted({*written, *(row.target_arn for row in named)})
    }
    for row in named:
        found[row.target_arn].destinations.append(row)
    return list(found.values())


def log_group_arn(caller: Caller, name_or_arn: str) -> str:
    """The ARN that records of a group are kept under."""
    return target_of(caller, EventDestination.Kind.LOG_GROUP, name_or_arn)


@operation()
def describe_delivery_streams(caller: Caller) -> list[Target]:
    """The delivery streams that a destination names or that have files, by name. One query and a look at a folder."""
    found: dict[str, Target] = {}
    named = _named_by(caller, EventDestination.Kind.DELIVERY_STREAM)
    for name in sorted({*streams.names(caller.account_id, caller.region), *_names(named)}):
        found[name] = Target(target_of(caller, EventDestination.Kind.DELIVERY_STREAM, name), name)
    for row in named:
        found[streams.stream_name(row.target_arn)].destinations.append(row)
    return list(found.values())


def _names(rows: Iterable[EventDestination]) -> set[str]:
    return {streams.stream_name(row.target_arn) for row in rows}
