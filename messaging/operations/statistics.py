"""How messages went, by hour and by day: what became of them, where they went, what sent them, how long it took.

Events never change and are read once, in the order of their ids, by the worker: the first event of a message counts
it as accepted, the final one as what it came to, both in the hour and the day (UTC) of its acceptance. A page adds
the events that are not counted yet, so it is exact at any moment and reads no more than the last minutes.

Usage (operations.usage) is counted apart: a bill is of what was accepted and is closed with its day, while what becomes
of a message may be known three days later, which only its events tell without reading the messages again.
"""

import math
import uuid
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

from django.db.models import Q, QuerySet, Sum

from messaging import clock
from messaging.bulk import insert_rows
from messaging.identifiers import earliest_uuid
from messaging.models import Message, MessageEvent, RegionalAccount, Statistic, StatisticProgress
from messaging.operations.usage import SETTLE
from messaging.queries import DELIVERED
from messaging.transactions import write_transaction

SLICE = 5_000  # events counted in one transaction
TRIES = 3  # to read what is counted while nothing more is being counted
HOUR, DAY = 1, 24
ACCEPTED = ""
STEP = 1.1  # each step of the scale of times is a tenth longer than the last, so a figure is right to a twentieth
NOTHING_YET = uuid.UUID(int=0)
KEY = ("owner_id", "span_hours", "start", "channel", "dimension", "value", "outcome")
COLUMNS = (
    "event_id", "sequence", "is_final", "status", "occurred_at", "message__created_timestamp", "message__channel",
    "message__iso_country_code", "message__origination_identity", "message__configuration_set_name",
)  # fmt: skip


class Cell(NamedTuple):
    """What is counted together, as in the columns of Statistic."""

    span_hours: int
    start: datetime
    channel: str
    dimension: str
    value: str
    outcome: str


@dataclass(slots=True)
class Figures:
    """Of some messages: how many were accepted, and how many came to each final status."""

    accepted: int = 0
    outcomes: Counter[str] = field(default_factory=Counter)

    def add(self, outcome: str, messages: int) -> None:
        if outcome == ACCEPTED:
            self.accepted += messages
        else:
            self.outcomes[outcome] += messages

    @property
    def delivered(self) -> int:
        return sum(self.outcomes[status] for status in DELIVERED)

    @property
    def ended(self) -> int:
        return self.outcomes.total()

    @property
    def failed(self) -> int:
        return self.ended - self.delivered

    @property
    def under_way(self) -> int:
        return self.accepted - self.ended

    @property
    def delivery_rate(self) -> float | None:
        """Per cent delivered of those that have come to an end; None when none has."""
        return self.delivered * 100 / self.ended if self.ended else None

    @property
    def reasons(self) -> dict[str, int]:
        """The statuses that stand for failures, the most frequent first."""
        failed = {status: count for status, count in self.outcomes.items() if status not in DELIVERED and count}
        return dict(sorted(failed.items(), key=lambda item: (-item[1], item[0])))


@dataclass(slots=True)
class Period:
    """The figures of a time: all, by start of each hour or day, and by value of each dimension."""

    span_hours: int
    begin: datetime
    end: datetime
    total: Figures = field(default_factory=Figures)
    by_start: dict[datetime, Figures] = field(default_factory=dict)
    by_value: dict[str, dict[str, Figures]] = field(default_factory=dict)
    times: Counter[int] = field(default_factory=Counter)

    @property
    def starts(self) -> list[datetime]:
        """Every hour or day of the time, also those without a message."""
        step = timedelta(hours=self.span_hours)
        return [self.begin + step * number for number in range(math.ceil((self.end - self.begin) / step))]

    def figures_at(self, start: datetime) -> Figures:
        return self.by_start.get(start) or Figures()

    def ranked(self, dimension: str) -> list[tuple[str, Figures]]:
        """The values of a dimension (country, originator, set), those with most messages first."""
        found = self.by_value.get(dimension, {})
        return sorted(found.items(), key=lambda item: (-item[1].accepted, item[0]))

    def seconds_to_deliver(self, share: float) -> float | None:
        """Within how many seconds this share of the delivered messages was delivered, right to five per cent."""
        wanted, seen = self.times.total() * share, 0
        for step in sorted(self.times):
            seen += self.times[step]
            if seen >= wanted:
                return STEP ** (step + 0.5) / 1000
        return None

    def add(self, cell: Cell, messages: int) -> None:
        if cell.dimension == "time":
            self.times[int(cell.value)] += messages
        elif cell.dimension:
            values = self.by_value.setdefault(cell.dimension, {})
            values.setdefault(cell.value, Figures()).add(cell.outcome, messages)
        else:
            self.total.add(cell.outcome, messages)
            self.by_start.setdefault(cell.start, Figures()).add(cell.outcome, messages)


def period(owner_id: int, begin: datetime, end: datetime, *, span_hours: int = HOUR, channel: str = "") -> Period:
    """The messages accepted from begin up to end, both at the start of an hour (span_hours 1) or of a day in UTC (24).

    Five queries: where the count stands, the counted figures by time and by value, where it stands now, and the events
    not counted yet. What a worker counts in between would be there twice, so the figures are then read again.
    """
    for _try in range(TRIES):
        until, found = _counted_until(owner_id), Period(span_hours, begin, end)
        _add_counted(found, owner_id, channel)
        if _counted_until(owner_id) == until:
            break
    for cell, messages in tally(_events(owner_id, until or NOTHING_YET).iterator(SLICE)).items():
        if cell.span_hours == span_hours and begin <= cell.start < end and channel in ("", cell.channel):
            found.add(cell, messages)
    return found


def _counted_until(owner_id: int) -> uuid.UUID | None:
    return StatisticProgress.objects.filter(owner_id=owner_id).values_list("counted_until", flat=True).first()


def _add_counted(found: Period, owner_id: int, channel: str) -> None:
    span, begin = found.span_hours, found.begin
    rows = Statistic.objects.filter(owner_id=owner_id, span_hours=span, start__gte=begin, start__lt=found.end)
    rows = rows.filter(channel=channel) if channel else rows
    by_start = rows.filter(dimension="").order_by().values_list("start", "outcome").annotate(sum=Sum("messages"))
    for start, outcome, messages in by_start:
        found.add(Cell(span, start.astimezone(UTC), "", "", "", outcome), messages)
    by_value = rows.exclude(dimension="").order_by().values_list("dimension", "value", "outcome")
    for dimension, value, outcome, messages in by_value.annotate(sum=Sum("messages")):
        found.add(Cell(span, begin, "", dimension, value, outcome), messages)


def tally(rows: Iterable[tuple[Any, ...]]) -> Counter[Cell]:
    """What the rows of first and final events (COLUMNS) add to the counts."""
    alike: Counter[tuple[Any, ...]] = Counter()
    for _key, sequence, is_final, status, at, accepted, *about in rows:
        hour = accepted.replace(minute=0, second=0, microsecond=0)
        if sequence == 0:
            alike[hour, ACCEPTED, None, *about] += 1
        if is_final:
            alike[hour, status, _step(at - accepted) if status in DELIVERED else None, *about] += 1
    cells: Counter[Cell] = Counter()
    for (hour, outcome, step, channel, country, originator, name), messages in alike.items():
        at = hour.astimezone(UTC)
        for span, start in ((HOUR, at), (DAY, at.replace(hour=0))):
            cells[Cell(span, start, channel, "", "", outcome)] += messages
            for dimension, value in (("country", country), ("originator", originator), ("set", name)):
                cells[Cell(span, start, channel, dimension, value, outcome)] += messages
            if step is not None:
                cells[Cell(span, start, channel, "time", str(step), outcome)] += messages
    return cells


def _step(taken: timedelta) -> int:
    """The step of the scale of times that a duration falls on; the first is up to a millisecond."""
    return max(math.floor(math.log(max(taken / timedelta(milliseconds=1), 1), STEP)), 0)


def _events(owner_id: int, begin: uuid.UUID) -> QuerySet[Any, tuple[Any, ...]]:
    """The first and final events of an account from an id on, along the index of their ages."""
    rows = MessageEvent.objects.filter(Q(sequence=0) | Q(is_final=True), owner_id=owner_id, event_id__gte=begin)
    return rows.order_by("event_id").values_list(*COLUMNS)


def count_settled_events(*, settle: timedelta = SETTLE) -> int:
    """Count a slice of the events that nothing can come before any more, for every account; how many those were.

    Two things write an event with an instant in the past: a send that takes its time to commit, for which `settle` of
    wall time is waited, and the carrier's report on a message whose step is overdue, which is waited for.
    """
    known = StatisticProgress.objects.values("owner_id")
    for owner in RegionalAccount.objects.exclude(pk__in=known).order_by("pk"):
        with write_transaction():
            StatisticProgress.objects.get_or_create(owner=owner, defaults={"counted_until": NOTHING_YET})
    wall = datetime.now(UTC)
    rows = StatisticProgress.objects.exclude(closing_seen__gt=wall - settle).order_by("pk")
    return sum(_advance(row, wall, settle) for row in rows)


def _advance(row: StatisticProgress, wall: datetime, settle: timedelta) -> int:
    now = clock.now()
    closing = row.closing if settle else now
    if closing is None:
        _save(row, row.counted_until, {}, now, wall)
        return 0
    overdue = Message.objects.filter(due_at__isnull=False).order_by("due_at").values_list("due_at", flat=True).first()
    end = max(earliest_uuid(min(closing, overdue or closing)), row.counted_until)
    found = list(_events(row.owner_id, row.counted_until).filter(event_id__lt=end)[:SLICE])
    if len(found) == SLICE:
        _save(row, uuid.UUID(int=found[-1][0].int + 1), tally(found), closing, row.closing_seen)
    else:
        _save(row, end, tally(found), now, wall)
    return len(found)


def _save(
    row: StatisticProgress, until: uuid.UUID, cells: Mapping[Cell, int], closing: datetime, seen: datetime | None
) -> None:
    """Add to the counts and move on, unless another worker has."""
    with write_transaction():
        ours = StatisticProgress.objects.filter(pk=row.pk, counted_until=row.counted_until)
        if not ours.update(counted_until=until, closing=closing, closing_seen=seen):
            return
        rows = [(row.owner_id, *cell, messages) for cell, messages in sorted(cells.items())]
        insert_rows(Statistic, (*KEY, "messages"), rows, unique=KEY, add=("messages",))


def recount(owner_id: int) -> None:
    """Forget the counts of an account in a Region, so that the worker counts its events anew."""
    with write_transaction():
        Statistic.objects.filter(owner_id=owner_id).delete()
        StatisticProgress.objects.filter(owner_id=owner_id).delete()
