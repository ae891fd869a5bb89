"""Event destinations of configuration sets. Rules: behaviour_rules.json, set.event_destinations; quotas.json."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from messaging import clock
from messaging.caller import Caller
from messaging.errors import Conflict, Invalid, NotFound, Resource, Text
from messaging.models import ConfigurationSet, EventDestination, MatchingEventType
from messaging.operations import quotas
from messaging.operations.configuration_sets import named_set
from messaging.operations.origination_settings import TOPIC
from messaging.operations.registry import operation
from messaging.reference import event_types

RESOURCE_TYPE = "event-destination"

Target = Mapping[str, str]

# The API's structure of each kind: its member, the member that names the target, and whether a role goes with it.
STRUCTURES: dict[str, tuple[str, str, bool]] = {
    EventDestination.Kind.LOG_GROUP: ("cloud_watch_logs_destination", "log_group_arn", True),
    EventDestination.Kind.DELIVERY_STREAM: ("kinesis_firehose_destination", "delivery_stream_arn", True),
    EventDestination.Kind.TOPIC: ("sns_destination", "topic_arn", False),
}

# What each kind's ARN looks like (the names as their services allow them), what is wrong otherwise, what is right.
SHAPES: dict[str, tuple[re.Pattern[str], Text, Text]] = {
    EventDestination.Kind.LOG_GROUP: (
        re.compile(r"arn:aws[\w-]*:logs:[a-z0-9-]+:\d{12}:log-group:[\w./#-]{1,512}(:\*)?"),
        _("“%(arn)s” is not the ARN of a log group."),
        _("It looks like arn:aws:logs:us-east-1:123456789012:log-group:messages."),
    ),
    EventDestination.Kind.DELIVERY_STREAM: (
        re.compile(r"arn:aws[\w-]*:firehose:[a-z0-9-]+:\d{12}:deliverystream/[A-Za-z0-9_][A-Za-z0-9_.-]{0,63}"),
        _("“%(arn)s” is not the ARN of a delivery stream."),
        _("It looks like arn:aws:firehose:us-east-1:123456789012:deliverystream/messages."),
    ),
    EventDestination.Kind.TOPIC: (
        TOPIC,
        _("“%(arn)s” is not the ARN of a standard topic."),
        _("It looks like arn:aws:sns:us-east-1:123456789012:messages; a FIFO topic does not fit."),
    ),
}

ROLE = re.compile(r"arn:aws[\w-]*:iam::\d{12}:role/[\w+=,.@/-]{1,512}")  # names and paths as IAM allows them


@dataclass(frozen=True, slots=True)
class Destined:
    """What the three operations answer: the set, and the destination as it is or was."""

    configuration_set: ConfigurationSet
    row: EventDestination

    @property
    def configuration_set_arn(self) -> str:
        return self.configuration_set.arn

    @property
    def configuration_set_name(self) -> str:
        return self.configuration_set.configuration_set_name

    @property
    def event_destination(self) -> dict[str, Any]:
        return presented(self.row)

    @property
    def arn(self) -> str:
        return self.configuration_set.arn


def presented(row: EventDestination) -> dict[str, Any]:
    """A destination as the API's EventDestination structure, members in snake case. Prefetch event_types in lists."""
    structure, target, with_role = STRUCTURES[row.kind]
    role = {"iam_role_arn": row.iam_role_arn} if with_role else {}
    return {
        "event_destination_name": row.event_destination_name,
        "enabled": row.enabled,
        "matching_event_types": row.matching_event_types,
        structure: {**role, target: row.target_arn},
    }


def destinations_of(configuration_set: ConfigurationSet) -> QuerySet[EventDestination]:
    """The destinations of a set with their event types, in the order they were made."""
    return configuration_set.event_destinations.prefetch_related("event_types")


def destination_named(row: ConfigurationSet, name: str) -> EventDestination:
    """A set's destination by its name. Raises NotFound."""
    found: EventDestination | None = row.event_destinations.filter(event_destination_name=name).first()
    if found is None:
        raise NotFound(RESOURCE_TYPE, name)
    return found


def target_of(caller: Caller, kind: str, name_or_arn: str) -> str:
    """The ARN of a target: one that is given as it is, a bare name as that of the account in its Region."""
    if name_or_arn.startswith("arn:"):
        return name_or_arn
    resource = {
        EventDestination.Kind.LOG_GROUP: "logs:{place}:log-group:{name}",
        EventDestination.Kind.DELIVERY_STREAM: "firehose:{place}:deliverystream/{name}",
        EventDestination.Kind.TOPIC: "sns:{place}:{name}",
    }[EventDestination.Kind(kind)]
    return "arn:aws:" + resource.format(place=f"{caller.region}:{caller.account_id}", name=name_or_arn)


@operation()
def create_event_destination(
    caller: Caller,
    *,
    configuration_set_name: str,
    event_destination_name: str,
    matching_event_types: Sequence[str],
    cloud_watch_logs_destination: Target | None = None,
    kinesis_firehose_destination: Target | None = None,
    sns_destination: Target | None = None,
) -> Destined:
    """Send events of a set's messages somewhere, switched on at once. Source: CreateEventDestination.

    Give exactly one destination; its members are those of the API in snake case. Raises NotFound, Invalid; Conflict
    RESOURCE_ALREADY_EXISTS; OverQuota EVENT_DESTINATIONS_PER_CONFIGURATION_SET.
    """
    row = named_set(caller, configuration_set_name, lock=True)
    kinds = _kinds(cloud_watch_logs_destination, kinesis_firehose_destination, sns_destination)
    if len(kinds) != 1:
        raise _not_one(bool(kinds))
    kind, target_arn, role = kinds[0]
    _check_types(matching_event_types)
    if row.event_destinations.filter(event_destination_name=event_destination_name).exists():
        raise Conflict(
            _("The configuration set already has an event destination named “%(name)s”.")
            % {"name": event_destination_name},
            reason="RESOURCE_ALREADY_EXISTS",
            resource=Resource(RESOURCE_TYPE, event_destination_name),
            fields={"event_destination_name": _("Choose a name that is not taken.")},
        )
    quotas.need_room(caller, quotas.EVENT_DESTINATIONS, row.event_destinations.count)
    made = EventDestination.objects.create(
        configuration_set=row,
        event_destination_name=event_destination_name,
        kind=kind,
        target_arn=target_arn,
        iam_role_arn=role,
        created_timestamp=clock.now(),
    )
    _write_types(made, matching_event_types)
    return Destined(row, made)


QUICK_NAMES = {
    EventDestination.Kind.LOG_GROUP: "log-group",
    EventDestination.Kind.DELIVERY_STREAM: "delivery-stream",
    EventDestination.Kind.TOPIC: "topic",
}


@operation(resource=lambda made: made[0].arn)
def create_event_destinations(
    caller: Caller, *, configuration_set_name: str, matching_event_types: Sequence[str], iam_role_arn: str
) -> list[Destined]:
    """Make one destination of each kind in one go, all or none: a log group, a stream and a topic named after the set.

    Raises what create_event_destination does.
    """
    row = named_set(caller, configuration_set_name)
    made = []
    for kind, name in QUICK_NAMES.items():
        structure, target, with_role = STRUCTURES[kind]
        values = {target: target_of(caller, kind, row.name), **({"iam_role_arn": iam_role_arn} if with_role else {})}
        made.append(
            create_event_destination(
                caller,
                configuration_set_name=row.name,
                event_destination_name=name,
                matching_event_types=matching_event_types,
                **{structure: values},
            )
        )
    return made


@operation()
def update_event_destination(
    caller: Caller,
    *,
    configuration_set_name: str,
    event_destination_name: str,
    enabled: bool | None = None,
    matching_event_types: Sequence[str] | None = None,
    cloud_watch_logs_destination: Target | None = None,
    kinesis_firehose_destination: Target | None = None,
    sns_destination: Target | None = None,
) -> Destined:
    """Change what is given of a destination. Source: UpdateEventDestination.

    Raises NotFound; Invalid, also for more than one target; Conflict EVENT_DESTINATION_MISMATCH for a target of another
    kind, since a destination stays a log group, a delivery stream or a topic.
    """
    row = named_set(caller, configuration_set_name, lock=True)
    found = destination_named(row, event_destination_name)
    kinds = _kinds(cloud_watch_logs_destination, kinesis_firehose_destination, sns_destination)
    if len(kinds) > 1:
        raise _not_one(True)
    if kinds:
        kind, found.target_arn, found.iam_role_arn = kinds[0]
        if kind != found.kind:
            raise _another_kind(found, kind)
    if enabled is not None:
        found.enabled = enabled
    found.save()
    if matching_event_types is not None:
        _check_types(matching_event_types)
        found.event_types.all().delete()
        _write_types(found, matching_event_types)
    return Destined(row, found)


@operation()
def delete_event_destination(caller: Caller, *, configuration_set_name: str, event_destination_name: str) -> Destined:
    """Delete a destination and return it as it was; events on their way to it are given up.

    Source: DeleteEventDestination. Raises NotFound.
    """
    row = named_set(caller, configuration_set_name, lock=True)
    found = destination_named(row, event_destination_name)
    kept = list(found.event_types.all())
    EventDestination.objects.filter(pk=found.pk).delete()
    found._prefetched_objects_cache = {"event_types": kept}  # type: ignore[attr-defined]
    return Destined(row, found)


def _kinds(logs: Target | None, stream: Target | None, topic: Target | None) -> list[tuple[str, str, str]]:
    """(kind, target ARN, role ARN) of each destination that was given. Raises Invalid for an ARN of something else."""
    given = zip(STRUCTURES.items(), (logs, stream, topic), strict=True)
    return [
        (kind, _checked_arn(kind, structure, target[member]), _checked_role(structure, target))
        for (kind, (structure, member, _with_role)), target in given
        if target is not None
    ]


def _checked_arn(kind: str, structure: str, arn: str) -> str:
    shape, wrong, right = SHAPES[kind]
    if not shape.fullmatch(arn):
        raise Invalid(wrong % {"arn": arn}, reason="INVALID_ARN", fields={structure: right})
    return arn


def role_member(structure: str) -> str:
    """What a refusal calls the role in a structure, as the API spells it: SnsDestination.IamRoleArn and its like."""
    return "".join(word.capitalize() for word in structure.split("_")) + ".IamRoleArn"


def _checked_role(structure: str, target: Target) -> str:
    """The role that may write to the target, empty for a topic. Nothing built in takes it on; the API asks for it."""
    role = target.get("iam_role_arn", "")
    if not role and structure != STRUCTURES[EventDestination.Kind.TOPIC][0]:
        raise Invalid(
            _("The role that may write to the destination is missing."),
            reason="MISSING_PARAMETER",
            fields={role_member(structure): _("It looks like arn:aws:iam::123456789012:role/events.")},
        )
    if role and not ROLE.fullmatch(role):
        raise Invalid(
            _("“%(arn)s” is not the ARN of a role.") % {"arn": role},
            reason="INVALID_ARN",
            fields={role_member(structure): _("It looks like arn:aws:iam::123456789012:role/events.")},
        )
    return role


def _another_kind(found: EventDestination, kind: str) -> Conflict:
    return Conflict(
        _("The event destination “%(name)s” is a %(kind)s and cannot become another kind of destination.")
        % {"name": found.event_destination_name, "kind": found.get_kind_display().lower()},
        reason="EVENT_DESTINATION_MISMATCH",
        resource=Resource(RESOURCE_TYPE, found.event_destination_name),
        fields={STRUCTURES[kind][0]: _("Give a target of the same kind, or make another destination.")},
    )


def _check_types(matching_event_types: Sequence[str]) -> None:
    unknown = [name for name in matching_event_types if name not in event_types()]
    if unknown or not matching_event_types:
        raise Invalid(
            _("Choose the events that the destination gets; unknown: %(unknown)s.") % {"unknown": ", ".join(unknown)}
            if unknown
            else _("Choose at least one event type."),
            fields={"matching_event_types": _("Use event types of SMS, MMS or voice, or ALL.")},
        )


def _write_types(row: EventDestination, matching_event_types: Sequence[str]) -> None:
    MatchingEventType.objects.bulk_create(
        MatchingEventType(event_destination=row, event_type=name) for name in dict.fromkeys(matching_event_types)
    )


def _not_one(too_many: bool) -> Invalid:
    return Invalid(
        _("An event destination has one target.") if too_many else _("The target of the event destination is missing."),
        reason="PARAMETERS_CANNOT_BE_USED_TOGETHER" if too_many else "MISSING_PARAMETER",
        fields={"sns_destination": _("Give exactly one of a log group, a delivery stream and a topic.")},
    )
