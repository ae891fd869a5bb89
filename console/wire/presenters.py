"""What an operation's result lacks to be the API's answer: ARNs under the resource's name, ids instead of keys, tags.

Every presenter takes (caller, result, given) and returns something whose attributes or keys are the output members in
snake case. None makes a query for a row that was fetched with what the registry's Listing names.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from django.db.models import QuerySet, Value

from messaging.caller import Caller
from messaging.errors import Invalid, NotFound
from messaging.models import (
    ConfigurationSet,
    Keyword,
    OptedOutNumber,
    OptOutList,
    PhoneNumber,
    Pool,
    SenderId,
    VerifiedDestinationNumber,
)
from messaging.operations.event_destinations import presented
from messaging.operations.identities import keyword_holder, pool_named
from messaging.operations.sender_ids import sender_id_named

Given = Mapping[str, Any]
NOTHING: Given = {}


class Presented:
    """A row with some attributes more or other ones."""

    def __init__(self, row: Any, **changes: Any) -> None:
        self.__dict__.update(changes)
        self._row = row

    def __getattr__(self, name: str) -> Any:
        return getattr(self._row, name)


def as_is(caller: Caller, result: Any, given: Given = NOTHING) -> Any:
    """A result that has the output members already."""
    return result


def phone_number(caller: Caller, row: PhoneNumber, given: Given = NOTHING) -> Any:
    """A phone number. pool_id is the pool's id, not the key of its row."""
    return Presented(
        row,
        phone_number_arn=caller.arn(f"phone-number/{row.phone_number_id}"),
        pool_id=row.pool.pool_id if row.pool else None,
        tags=given.get("tags", []),
    )


def pool(caller: Caller, row: Pool, given: Given = NOTHING) -> Any:
    """A pool."""
    return Presented(row, pool_arn=caller.arn(f"pool/{row.pool_id}"), tags=given.get("tags", []))


def pool_identity(caller: Caller, row: PhoneNumber, given: Given = NOTHING) -> Any:
    """A phone number as one of a pool's origination identities."""
    return Presented(
        row,
        origination_identity_arn=caller.arn(f"phone-number/{row.phone_number_id}"),
        origination_identity=row.phone_number_id,
    )


def sender_id(caller: Caller, row: SenderId, given: Given = NOTHING) -> Any:
    """A sender ID."""
    return Presented(row, sender_id_arn=caller.arn(f"sender-id/{row.name}"), tags=given.get("tags", []))


def pool_sender_id(caller: Caller, row: SenderId, given: Given = NOTHING) -> Any:
    """A sender ID as one of a pool's origination identities."""
    return {
        "origination_identity_arn": caller.arn(f"sender-id/{row.name}"),
        "origination_identity": row.sender_id,
        "iso_country_code": row.iso_country_code,
        "number_capabilities": ["SMS"],
    }


def verified_number(caller: Caller, row: VerifiedDestinationNumber, given: Given = NOTHING) -> Any:
    """A verified destination number."""
    name = row.verified_destination_number_id
    arn = caller.arn(f"verified-destination-number/{name}")
    return Presented(row, verified_destination_number_arn=arn, tags=given.get("tags", []))


def configuration_set(caller: Caller, row: ConfigurationSet, given: Given = NOTHING) -> Any:
    """A configuration set, and the answer of the operations that set or drop one of its defaults."""
    return Presented(
        row,
        configuration_set_arn=caller.arn(f"configuration-set/{row.configuration_set_name}"),
        event_destinations=_destinations(row),
        message_type=row.default_message_type,
        sender_id=row.default_sender_id,
        message_feedback_enabled=row.default_message_feedback_enabled,
        tags=given.get("tags", []),
    )


def _destinations(row: ConfigurationSet) -> Iterator[Any]:
    # A generator: where the output shape has no event destinations, nothing looks them up.
    for entry in row.event_destinations.all():
        yield presented(entry)


def opt_out_list(caller: Caller, row: OptOutList, given: Given = NOTHING) -> Any:
    """An opt-out list."""
    return Presented(
        row, opt_out_list_arn=caller.arn(f"opt-out-list/{row.opt_out_list_name}"), tags=given.get("tags", [])
    )


def opted_out_number(caller: Caller, row: OptedOutNumber, given: Given = NOTHING) -> Any:
    """A number with the list that it stands on."""
    name = row.opt_out_list.opt_out_list_name
    return Presented(row, opt_out_list_name=name, opt_out_list_arn=caller.arn(f"opt-out-list/{name}"))


# What a list is of: rows of a parent, and the parent's own output members.


def numbers_of_list(caller: Caller, given: Given) -> tuple[QuerySet[Any], Given]:
    """The numbers on the opt-out list that the request names. Raises NotFound."""
    row = OptOutList.objects.named(caller, given["opt_out_list_name"])
    name = row.opt_out_list_name
    return OptedOutNumber.objects.filter(opt_out_list=row), {
        "opt_out_list_arn": caller.arn(f"opt-out-list/{name}"),
        "opt_out_list_name": name,
    }


def keywords_of_identity(caller: Caller, given: Given) -> tuple[QuerySet[Any], Given]:
    """The keywords of the phone number or pool that the request names. Raises NotFound."""
    holder = keyword_holder(caller, given["origination_identity"])
    on = {"pool": holder} if isinstance(holder, Pool) else {"phone_number": holder}
    return Keyword.objects.filter(**on), {"origination_identity_arn": holder.arn, "origination_identity": holder.name}


def numbers_of_pool(caller: Caller, given: Given) -> tuple[QuerySet[Any], Given]:
    """The phone numbers in the pool that the request names. Raises NotFound."""
    row = _pool(caller, given)
    return PhoneNumber.objects.filter(pool=row), {"pool_arn": row.arn, "pool_id": row.pool_id}


def sender_ids_of_pool(caller: Caller, given: Given) -> tuple[QuerySet[Any], Given]:
    """The sender IDs in the pool that the request names, with the capabilities that phone numbers have as columns."""
    row = _pool(caller, given)
    rows = row.sender_ids.annotate(sms=Value(True), mms=Value(False), voice=Value(False))
    return rows, {"pool_arn": row.arn, "pool_id": row.pool_id}


def _pool(caller: Caller, given: Given) -> Pool:
    row = pool_named(caller, given["pool_id"])
    if row is None:
        raise NotFound("pool", given["pool_id"])
    return row


def verified_of_destinations(caller: Caller, given: Given) -> tuple[QuerySet[Any], Given]:
    """The caller's verified destination numbers, or those of the destinations named. Raises NotFound, Invalid."""
    rows = VerifiedDestinationNumber.objects.for_caller(caller)
    wanted = [e164(caller, number) for number in given.get("destination_phone_numbers") or ()]
    if not wanted:
        return rows, NOTHING
    if given.get("verified_destination_number_ids"):
        raise Invalid(
            "VerifiedDestinationNumberIds and DestinationPhoneNumbers cannot be used at the same time.",
            reason="PARAMETERS_CANNOT_BE_USED_TOGETHER",
            fields={"destination_phone_numbers": "Leave one of the two out."},
        )
    rows = rows.filter(destination_phone_number__in=wanted)
    there = set(rows.values_list("destination_phone_number", flat=True))
    for number in wanted:
        if number not in there:
            raise NotFound("verified-destination-number", number)
    return rows, NOTHING


# Ids as their columns have them.


def sender_ids_picked(caller: Caller, rows: QuerySet[Any], wanted: Sequence[Given]) -> QuerySet[Any]:
    """The sender IDs given by name or ARN, each with its country. Raises NotFound."""
    found: list[int] = []
    for given in wanted:
        row = sender_id_named(caller, given["sender_id"], given["iso_country_code"])
        if row is None:
            raise NotFound("sender-id", given["sender_id"])
        found.append(row.pk)
    return rows.filter(pk__in=found)


def e164(caller: Caller, given: str) -> str:
    """A number as the opt-out list has it: with its plus."""
    return given if given.startswith("+") else f"+{given}"


def in_capitals(caller: Caller, given: str) -> str:
    """A keyword as it is stored."""
    return given.strip().upper()
