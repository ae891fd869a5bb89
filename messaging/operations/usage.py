"""What an account has used, by day and by month: counted from the messages once a day is over, live until then.

A message is billed by part once it is accepted, delivered or not (billing.json). Closed days stand in UsageDay, counted
by the worker; days that are not counted yet are read from the messages themselves. So a report of any month is exact
and reads no more messages than those of the open days.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, NamedTuple

from django.db.models import Case, Count, DateField, Q, QuerySet, Sum, Value, When

from messaging import clock
from messaging.identifiers import earliest_uuid
from messaging.models import Charge, Message, Spend, UsageDay, UsageProgress
from messaging.reference import regions
from messaging.text.months import following, month_of, previous
from messaging.text.tables import document
from messaging.transactions import write_transaction

SETTLE = timedelta(seconds=60)  # wall time: no send takes that long between its time and its commit
MOST_DAYS = 31  # counted at once for an account
MONTHS_KEPT = 15  # billing.json, metrics, retention
DIMENSIONS = ("channel", "iso_country_code", "originator_type")
FIGURES = ("messages", "parts", "fee_parts", "price", "carrier_fee")


@dataclass(frozen=True, slots=True)
class Line:
    """What went to a country on a channel from a type of originator. Money in units of 0.00001 USD, counts in parts."""

    channel: str
    iso_country_code: str
    originator_type: str
    messages: int
    parts: int
    fee_parts: int
    price: int
    carrier_fee: int

    @property
    def total(self) -> int:
        return self.price + self.carrier_fee


@dataclass(frozen=True, slots=True)
class UsageType:
    """One row of a billing report. quantity is message parts, or units of 0.00001 USD where it is a fee."""

    usage_type: str
    line: Line
    measure: str
    quantity: int

    @property
    def is_money(self) -> bool:
        return self.measure.endswith("Fees")


def usage_types(region: str, lines: list[Line]) -> list[UsageType]:
    """The documented usage types of a month's lines, two or four of each; of SMS, as none is documented for others."""
    found = []
    for line in lines:
        kind = document("usage_types.json")["originators"].get(line.originator_type)
        if line.channel != "SMS" or kind is None:
            continue
        measures = [("MessageCount", line.parts), ("MessageFees", line.price)]
        if line.carrier_fee:
            measures += [("CarrierFeeCount", line.fee_parts), ("CarrierFees", line.carrier_fee)]
        for measure, quantity in measures:
            name = document("usage_types.json")["format"].format(
                region=regions()[region].billing_prefix, iso=line.iso_country_code, originator=kind, measure=measure
            )
            found.append(UsageType(name, line, measure, quantity))
    return found


class Counted(NamedTuple):
    """Up to which day (that one excluded) an account's messages are counted, None where none are; read once a page."""

    owner_id: int
    until: date | None


def counted(owner_id: int) -> Counted:
    """One query."""
    until = UsageProgress.objects.filter(owner_id=owner_id).values_list("counted_until", flat=True).first()
    return Counted(owner_id, until)


def month_lines(account: Counted, month: date) -> list[Line]:
    """What was used in a month, the dearest first. Two queries."""
    sums = _sums(account, month, following(month), DIMENSIONS)
    return sorted((Line(*key, *figures) for key, figures in sums.items()), key=lambda line: (-line.total, line.channel))


def month_days(account: Counted, month: date) -> dict[tuple[date, str], int]:
    """What each day of a month cost by channel, in units of 0.00001 USD. Two queries."""
    sums = _sums(account, month, following(month), ("day", "channel"))
    return {(key[0], key[1]): figures[3] + figures[4] for key, figures in sums.items()}


def month_totals(owner_id: int) -> dict[tuple[date, str], int]:
    """What each of the last MONTHS_KEPT months cost by channel: TEXT, MEDIA, VOICE. One query."""
    first = oldest_month()
    rows = Spend.objects.filter(owner_id=owner_id, month__gte=first).values_list("month", "channel", "amount")
    return {(month, channel): amount for month, channel, amount in rows}


def month_charges(owner_id: int, month: date) -> QuerySet[Charge]:
    """Charges of a month other than messages."""
    rows: QuerySet[Charge] = Charge.objects.filter(owner_id=owner_id, month=month)
    return rows.order_by("kind", "about", "pk")


def oldest_month() -> date:
    """The first month that is still shown."""
    month = month_of(clock.now())
    for _month in range(MONTHS_KEPT - 1):
        month = previous(month)
    return month


def months_with_usage(owner_id: int) -> list[date]:
    """The months from the first with a charge or a billed message to the present one, newest first, at most 15.

    One query.
    """
    spent = Spend.objects.filter(owner_id=owner_id).order_by().values_list("month")
    found_months = spent.union(Charge.objects.filter(owner_id=owner_id).order_by().values_list("month"))
    month = month_of(clock.now())
    first = max(min([month, *(found for (found,) in found_months)]), oldest_month())
    found = [month]
    while month > first:
        month = previous(month)
        found.append(month)
    return found


def count_closed_days(*, settle: timedelta = SETTLE) -> int:
    """Count the days that are over, for every account; returns how many accounts got on.

    A day is counted when it was over already `settle` of wall time ago, so that no send of that day is still being
    written, and when every call of it has ended: only then is known what the call cost. Two queries when there is
    nothing to do.
    """
    today, wall = clock.now().date(), datetime.now(UTC)
    known = UsageProgress.objects.values("owner_id")
    for owner_id in Spend.objects.exclude(owner_id__in=known).values_list("owner_id", flat=True).distinct():
        first = Message.objects.filter(owner_id=owner_id).order_by("message_id").first()
        begin = first.created_timestamp.astimezone(UTC).date() if first else today
        with write_transaction():
            UsageProgress.objects.get_or_create(owner_id=owner_id, defaults={"counted_until": begin})
    behind = UsageProgress.objects.filter(counted_until__lt=today).exclude(closing_seen__gt=wall - settle)
    return sum(_advance(row, today, wall, settle) for row in behind)


def _advance(row: UsageProgress, today: date, wall: datetime, settle: timedelta) -> bool:
    """Count some days of an account and move on; the messages of closed days are read before anything is locked."""
    if settle and (row.closing is None or row.closing_seen is None):
        return _moved(row, row.counted_until, today, wall)
    closing = (row.closing if settle else None) or today
    until = _settled_until(row.owner_id, row.counted_until, min(closing, row.counted_until + timedelta(days=MOST_DAYS)))
    if until <= row.counted_until:
        _moved(row, row.counted_until, closing, wall)  # looked at again after another while
        return False
    sums = _live(row.owner_id, row.counted_until, until, ("day", *DIMENSIONS))
    with write_transaction():
        done = until == closing
        if not _moved(row, until, None if done else closing, None if done else row.closing_seen):
            return False
        UsageDay.objects.bulk_create(
            UsageDay(
                owner_id=row.owner_id,
                **dict(zip(("day", *DIMENSIONS), key, strict=True)),
                **dict(zip(FIGURES, figures, strict=True)),
            )
            for key, figures in sums.items()
        )
    return True


def _moved(row: UsageProgress, until: date, closing: date | None, seen: datetime | None) -> bool:
    """Note how far the count is, unless another worker has."""
    with write_transaction():
        ours = UsageProgress.objects.filter(pk=row.pk, counted_until=row.counted_until)
        return bool(ours.update(counted_until=until, closing=closing, closing_seen=seen))


def _settled_until(owner_id: int, first: date, end: date) -> date:
    """The day of the first call, from `first` up to `end`, that has not ended, or `end`. By the index of calls."""
    rows = Message.objects.filter(owner_id=owner_id, message_id__gte=_uuid(first), message_id__lt=_uuid(end))
    # The channel is a literal, so that SQLite finds the partial index.
    calls: QuerySet[Any] = rows.extra(where=["channel = 'VOICE'"]).filter(is_final=False).order_by("message_id")
    begun = calls.values_list("created_timestamp", flat=True).first()
    return begun.astimezone(UTC).date() if begun else end


Sums = dict[tuple[Any, ...], tuple[int, ...]]


def _sums(account: Counted, first: date, end: date, by: tuple[str, ...]) -> Sums:
    """Sums of the days from first up to end, by some columns: the counted days, and the messages of the others."""
    owner_id, until = account
    # What a worker counts between the two queries stands in the messages, and would else be there twice.
    rows = UsageDay.objects.filter(owner_id=owner_id, day__gte=first, day__lt=min(end, until or first))
    totals = rows.order_by().values_list(*by)
    found: Sums = {}
    for row in totals.annotate(**{f"sum_{name}": Sum(name) for name in FIGURES}):
        found[tuple(row[: len(by)])] = tuple(row[len(by) :])
    begin = max(first, until) if until is not None else first
    if begin < end:
        for key, figures in _live(owner_id, begin, end, by).items():
            before = found.get(key, (0,) * len(FIGURES))
            found[key] = tuple(one + other for one, other in zip(before, figures, strict=True))
    return found


def _live(owner_id: int, first: date, end: date, by: tuple[str, ...]) -> Sums:
    """The same from the messages themselves, along the index on their ids."""
    rows: QuerySet[Any] = Message.objects.filter(
        owner_id=owner_id, message_id__gte=_uuid(first), message_id__lt=_uuid(end), billed=True
    )
    days = list(_days(first, end))
    day = Case(
        *[When(message_id__gte=_uuid(one), then=Value(one)) for one in reversed(days[1:])],
        default=Value(days[0]),
        output_field=DateField(),
    )
    rows = rows.annotate(day=day) if "day" in by else rows
    found = (
        rows.order_by()
        .values_list(*by)
        .annotate(
            sum_messages=Count("pk"),
            sum_parts=Sum("parts"),
            sum_fee_parts=Sum("parts", filter=Q(carrier_fee__gt=0), default=0),
            sum_price=Sum("price"),
            sum_carrier_fee=Sum("carrier_fee"),
        )
    )
    return {tuple(row[: len(by)]): tuple(row[len(by) :]) for row in found}


def _days(first: date, end: date) -> Iterator[date]:
    while first < end:
        yield first
        first += timedelta(days=1)


def _uuid(day: date) -> Any:
    return earliest_uuid(datetime.combine(day, time.min, UTC))
