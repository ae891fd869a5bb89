"""Advice on a bulk send, drawn from its first rows."""

from collections.abc import Sequence
from itertools import chain

from console.content_help import ShownAdvice, shown, shown_sums
from messaging import clock
from messaging.advice import Subject, advice_on
from messaging.advice.bulk import long_code_volume, summed, throughput
from messaging.caller import Caller
from messaging.models import BulkSend, BulkSendRow, NumberType, PhoneNumber
from messaging.operations.bulk_send_checks import duration
from messaging.operations.originators import SENDER_ID, SHARED_ROUTE, SHARED_SENDER
from messaging.reference import country_of
from messaging.text import e164, placeholders

LOOKED_AT = 50  # rows: some 20 ms


def advice_on_bulk_send(caller: Caller, row: BulkSend, rows: Sequence[BulkSendRow]) -> list[ShownAdvice]:
    """What the best practices say of the given first rows, at the time they would go; at most one query."""
    template = placeholders.parsed(row.message_body)
    takes, begins = duration(row), row.scheduled_at or clock.now()
    types = _types(caller, row)
    found = []
    for one in rows[:LOOKED_AT]:
        destination = one.destination_phone_number if e164.is_number(one.destination_phone_number) else ""
        originator_type, name = _sender(row, types, destination)
        about = Subject(
            template.rendered(one.variables),
            message_type=row.message_type,
            destination=destination,
            originator_type=originator_type,
            at=begins,
            name=name,
        )
        found.append(chain(advice_on(about), throughput(about, takes)))
    return [*shown_sums(summed(found), len(found)), *shown(long_code_volume(_long_codes(row, types)))]


def _types(caller: Caller, row: BulkSend) -> dict[str, str]:
    """The originators that it would send from, by what they are called, and the type of each."""
    called = {originator for meters in row.rates.values() for _count, _mps, originator in meters.values()}
    if not called:
        return {}
    numbers = PhoneNumber.objects.for_caller(caller).filter(phone_number__in=called)
    known = {name: SHARED_ROUTE if name == SHARED_SENDER else SENDER_ID for name in called}
    return known | dict(numbers.values_list("phone_number", "number_type"))


def _sender(row: BulkSend, types: dict[str, str], destination: str) -> tuple[str, str]:
    """The type of originator that a destination hears from, and the name of a sender ID; empty where several may be."""
    meters = row.rates.get(country_of(destination), {}) if destination else {}
    called = [originator for _count, _mps, originator in meters.values()]
    found = {types[originator] for originator in called}
    kind = found.pop() if len(found) == 1 else ""
    return kind, called[0] if kind == SENDER_ID and len(called) == 1 else ""


def _long_codes(row: BulkSend, types: dict[str, str]) -> dict[str, int]:
    """Message parts by long code that it would send from."""
    parts: dict[str, int] = {}
    for meters in row.rates.values():
        for count, _mps, originator in meters.values():
            if types[originator] == NumberType.LONG_CODE:
                parts[originator] = parts.get(originator, 0) + count
    return parts
