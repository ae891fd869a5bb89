"""Tags on every resource that has an ARN."""

from collections.abc import Iterable, Mapping, Sequence

from django.db.models import CharField, OuterRef, Subquery, Value
from django.db.models.functions import Concat
from django.utils.translation import gettext_lazy as _

from messaging.caller import Caller
from messaging.errors import Invalid
from messaging.models import (
    ConfigurationSet,
    OptOutList,
    Owned,
    PhoneNumber,
    Pool,
    ProtectConfiguration,
    SenderId,
    Tag,
    VerifiedDestinationNumber,
)
from messaging.operations import quotas
from messaging.operations.registry import operation

NAME_KEY = "Name"
TAGGABLE: dict[str, type[Owned]] = {
    model.RESOURCE_TYPE: model
    for model in (
        ConfigurationSet,
        OptOutList,
        PhoneNumber,
        Pool,
        ProtectConfiguration,
        SenderId,
        VerifiedDestinationNumber,
    )
}


def resource_named(caller: Caller, resource_arn: str, *, lock: bool = False) -> Owned:
    """The caller's row that an ARN names, locked on request. Raises Invalid INVALID_ARN, NotFound."""
    head, slash, name = resource_arn.partition("/")
    kind = head.rpartition(":")[2]
    if not slash or not resource_arn.startswith("arn:aws:sms-voice:") or kind not in TAGGABLE:
        raise Invalid(
            _("“%(arn)s” is not the ARN of something that can have tags.") % {"arn": resource_arn},
            reason="INVALID_ARN",
            fields={"resource_arn": _("Give an ARN such as arn:aws:sms-voice:us-east-1:123456789012:pool/pool-….")},
        )
    return TAGGABLE[kind].objects.named(caller, resource_arn, lock=lock)


def write_tags(caller: Caller, resource_arn: str, tags: Iterable[Mapping[str, str]]) -> None:
    """Set keys to values on a resource. Raises Invalid for a key given twice, OverQuota TAGS_PER_RESOURCE."""
    wanted: dict[str, str] = {}
    for tag in tags:
        key, value = tag["key"], tag.get("value", "")
        if not key.strip() or key.startswith("aws:"):
            raise Invalid(
                _("“%(key)s” cannot be a tag key.") % {"key": key},
                fields={"tags": _("A key has 1 to 128 characters and does not begin with “aws:”.")},
            )
        if key in wanted:
            raise Invalid(
                _("The tag key “%(key)s” is given twice.") % {"key": key}, fields={"tags": _("Give each key once.")}
            )
        wanted[key] = value
    if not wanted:
        return
    rows = Tag.objects.for_caller(caller).filter(resource_arn=resource_arn)
    new = len(wanted.keys() - set(rows.values_list("key", flat=True)))
    quotas.need_room(caller, quotas.TAGS_PER_RESOURCE, lambda: rows.count() + new - 1)
    Tag.objects.bulk_create(
        [
            Tag(owner_id=caller.owner_id, resource_arn=resource_arn, key=key, value=value)
            for key, value in wanted.items()
        ],
        update_conflicts=True,
        unique_fields=["owner", "resource_arn", "key"],
        update_fields=["value"],
    )


def forget_tags(caller: Caller, resource_arn: str) -> None:
    """Drop every tag of a resource that is being deleted."""
    Tag.objects.for_caller(caller).filter(resource_arn=resource_arn).delete()


def tags_of(caller: Caller, resource_arn: str) -> list[dict[str, str]]:
    """[{"key": …, "value": …}] of a resource, by key."""
    rows = Tag.objects.for_caller(caller).filter(resource_arn=resource_arn)
    return [{"key": key, "value": value} for key, value in rows.values_list("key", "value")]


def tag_name(caller: Caller, kind: type[Owned], through: str = "") -> Subquery:
    """To annotate rows: the tag Name of resources of a kind, or of those a foreign key leads to; an index lookup a row.

    The tag Name is what people call a resource that has no name of its own (console guide, pools).
    """
    field = f"{through}__{kind.NAME_FIELD}" if through else kind.NAME_FIELD
    arn = Concat(Value(caller.arn(f"{kind.RESOURCE_TYPE}/")), OuterRef(field), output_field=CharField())
    names = Tag.objects.for_caller(caller).filter(resource_arn=arn, key=NAME_KEY).values("value")
    return Subquery(names[:1], output_field=CharField())


def names_of(caller: Caller, *rows: Owned) -> dict[str, str]:
    """Id -> value of the tag Name, of the caller's rows that have one. One query."""
    ids = {caller.arn(f"{row.RESOURCE_TYPE}/{row.name}"): row.name for row in rows}
    found = Tag.objects.for_caller(caller).filter(resource_arn__in=ids, key=NAME_KEY)
    return {ids[arn]: value for arn, value in found.values_list("resource_arn", "value")}


@operation(resource=lambda result: result["resource_arn"])
def tag_resource(caller: Caller, *, resource_arn: str, tags: Sequence[Mapping[str, str]]) -> dict[str, str]:
    """Set tags on a resource; a key that is there gets the new value. Source: TagResource.

    Raises Invalid, NotFound, OverQuota TAGS_PER_RESOURCE.
    """
    arn = resource_named(caller, resource_arn, lock=True).arn  # or tags could outlive it, for the next of its name
    write_tags(caller, arn, tags)
    return {"resource_arn": arn}


@operation(resource=lambda result: result["resource_arn"])
def untag_resource(caller: Caller, *, resource_arn: str, tag_keys: Sequence[str]) -> dict[str, str]:
    """Remove tags by key; a key that is not there is passed over. Source: UntagResource. Raises Invalid, NotFound."""
    arn = resource_named(caller, resource_arn).arn
    Tag.objects.for_caller(caller).filter(resource_arn=arn, key__in=tag_keys).delete()
    return {"resource_arn": arn}


@operation()
def list_tags_for_resource(caller: Caller, *, resource_arn: str) -> dict[str, object]:
    """The ARN and its tags. Source: ListTagsForResource. Raises Invalid, NotFound."""
    arn = resource_named(caller, resource_arn).arn
    return {"resource_arn": arn, "tags": tags_of(caller, arn)}
