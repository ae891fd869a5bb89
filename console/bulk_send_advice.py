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
from messaging.text import e164, placeholders

LOOKED_AT = 50  # rows: some 20 ms


def advice_on_bulk_send(caller: Caller, row: BulkSend, rows: Sequence[BulkSendRow]) -> list[ShownAdvice]:
    """What the best practices say of the given first rows, at the time they would go; at most one query."""
    template = placeholders.parsed(row.message_body)
    takes, begins = duration(row), row.scheduled_at or clock.now()
    found = []
    for one in rows[:LOOKED_AT]:
        about = Subject(
            template.rendered(one.variables),
            message_type=row.message_type,
            destination=one.destination_phone_number if e164.is_number(one.destination_phone_number) else "",
            at=begins,
        )
        found.append(chain(advice_on(about), throughput(about, takes)))
    return [*shown_sums(summed(found), len(found)), *shown(long_code_volume(_long_codes(caller, row)))]


def _long_codes(caller: Caller, row: BulkSend) -> dict[str, int]:
    """Message parts by long code that it would send from."""
    parts: dict[str, int] = {}
    for meters in row.rates.values():
        for count, _mps, originator in meters.values():
            parts[originator] = parts.get(originator, 0) + count
    if not parts:
        return {}
    codes = PhoneNumber.objects.for_caller(caller).filter(number_type=NumberType.LONG_CODE, phone_number__in=parts)
    return {number: parts[number] for number in codes.values_list("phone_number", flat=True)}
