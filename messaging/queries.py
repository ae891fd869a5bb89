"""Reads that need more than one QuerySet, for pages. None of them reads a whole table of messages."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Case, Count, Exists, IntegerField, OuterRef, QuerySet, Subquery, Value, When
from django.db.models.functions import Coalesce

from messaging import clock
from messaging.caller import Caller
from messaging.identifiers import earliest_uuid
from messaging.message_filters import MESSAGE_FILTERS, instant_of
from messaging.models import (
    DEFAULT_LIST,
    Alarm,
    ConfigurationSet,
    EventDestination,
    InboundMessage,
    Message,
    NumberType,
    OptedOutNumber,
    OptOutList,
    PhoneNumber,
    Pool,
    ProtectConfiguration,
    RegionalAccount,
    Spend,
    VerifiedDestinationNumber,
)

RECENT = 500  # messages whose countries say where an account sends
WROTE = 50  # messages to a handset that say which numbers wrote to it
HOURS = 24
VERIFIED = VerifiedDestinationNumber.Status.VERIFIED
DELIVERED = ("DELIVERED", "SUCCESSFUL", "COMPLETED")


@dataclass(frozen=True, slots=True)
class Lately:
    """Where an account sends to (ISO codes) and what it sends from (an originator type)."""

    countries: list[str]
    originator_type: str


def sent_lately(caller: Caller, most: int = 4) -> Lately:
    """The country last sent to, then those that the last RECENT messages went to most; a new account's first send."""
    rows = Message.objects.for_caller(caller).order_by("-message_id")
    recent = list(rows.values_list("iso_country_code", "originator_type")[:RECENT])
    if not recent:
        return Lately(["US"], NumberType.SIMULATOR)
    ranked = [code for code, _count in Counter(code for code, _type in recent).most_common(most)]
    return Lately(list(dict.fromkeys([recent[0][0], *ranked]))[:most], recent[0][1])


@dataclass(frozen=True, slots=True)
class Hour:
    """What became of the messages of one hour."""

    begins: datetime
    delivered: int
    failed: int
    under_way: int

    @property
    def total(self) -> int:
        return self.delivered + self.failed + self.under_way


@dataclass(frozen=True, slots=True)
class Day:
    """The last HOURS hours, oldest first. counted_from is set, and later, when there were too many to count."""

    hours: list[Hour]
    counted_from: datetime | None

    @property
    def delivered(self) -> int:
        return sum(hour.delivered for hour in self.hours)

    @property
    def failed(self) -> int:
        return sum(hour.failed for hour in self.hours)

    @property
    def under_way(self) -> int:
        return sum(hour.under_way for hour in self.hours)

    @property
    def total(self) -> int:
        return sum(hour.total for hour in self.hours)


def last_day(caller: Caller) -> Day:
    """Messages of the last 24 hours by hour and outcome, among the newest SEARCHED. Two queries."""
    now = clock.now()
    first = now.replace(minute=0, second=0, microsecond=0) - timedelta(hours=HOURS - 1)
    begins = [first + timedelta(hours=hour) for hour in range(HOURS)]
    rows = Message.objects.for_caller(caller)
    oldest = MESSAGE_FILTERS.newest(rows)
    start = earliest_uuid(first)
    cut = oldest if oldest is not None and oldest > start else None
    hour_of = Case(
        *[When(message_id__gte=earliest_uuid(begins[hour]), then=Value(hour)) for hour in reversed(range(1, HOURS))],
        default=Value(0),
        output_field=IntegerField(),
    )
    found = (
        rows.filter(message_id__gte=cut or start)
        .annotate(hour=hour_of)
        .order_by()
        .values_list("hour", "status", "is_final")
        .annotate(count=Count("pk"))
    )
    table = [Counter[str]() for _hour in begins]
    for hour, status, is_final, count in found:
        table[hour][_outcome(status, is_final)] += count
    hours = [
        Hour(begin, counts["delivered"], counts["failed"], counts["under way"])
        for begin, counts in zip(begins, table, strict=True)
    ]
    return Day(hours, instant_of(cut) if cut else None)


def _outcome(status: str, is_final: bool) -> str:
    if not is_final and status != "DELIVERED":
        return "under way"
    return "delivered" if status in DELIVERED else "failed"


@dataclass(frozen=True, slots=True)
class Consent:
    """Whether a handset is on one opt-out list, and which of the account's numbers that concerns."""

    opt_out_list_name: str
    entry: OptedOutNumber | None


def consents(caller: Caller, phone_number: str) -> list[Consent]:
    """The opt-out lists that the handset is on, and the default one in any case. One query."""
    entries = {
        entry.opt_out_list.opt_out_list_name: entry
        for entry in OptedOutNumber.objects.filter(
            opt_out_list__owner_id=caller.owner_id, opted_out_number=phone_number
        ).select_related("opt_out_list")
    }
    names = sorted({DEFAULT_LIST, *entries}, key=lambda name: (name != DEFAULT_LIST, name))
    return [Consent(name, entries.get(name)) for name in names]


def numbers_to_answer(caller: Caller, phone_number: str, most: int = 20) -> list[PhoneNumber]:
    """The account's numbers that a handset can answer: those that wrote to it first, then others that take SMS.

    Two queries.
    """
    wrote = (
        Message.objects.for_caller(caller)
        .filter(destination_phone_number=phone_number)
        .order_by("-message_id")
        .values_list("origination_identity", flat=True)[:WROTE]
    )
    order = {number: at for at, number in enumerate(dict.fromkeys(wrote))}
    rows: QuerySet[Any] = PhoneNumber.objects.for_caller(caller).filter(status=PhoneNumber.Status.ACTIVE, sms=True)
    has_written = Case(When(phone_number__in=list(order), then=Value(0)), default=Value(1))
    found = rows.order_by(has_written, "-id")[:most]
    return sorted(found, key=lambda row: order.get(row.phone_number, WROTE))  # stable: the others stay in their order


@dataclass(frozen=True, slots=True)
class Meter:
    """What a channel has cost this month against its limit, in units of 0.00001 USD."""

    channel: str
    spent: int
    limit: int

    @property
    def share(self) -> int:
        """Whole percent, at most 100."""
        return min(100, self.spent * 100 // self.limit) if self.limit else 100


def spend_meters(owner: RegionalAccount) -> list[Meter]:
    """Spend against limit of each channel. One query."""
    month = clock.now().date().replace(day=1)
    spent = dict(Spend.objects.filter(owner=owner, month=month).values_list("channel", "amount"))
    return [Meter(channel, spent.get(channel, 0), owner.spend_limit(channel)) for channel in ("TEXT", "MEDIA", "VOICE")]


@dataclass(frozen=True, slots=True)
class Holdings:
    """What an account has, as far as the first steps and the overview ask."""

    phone_numbers: int
    pools: int
    configuration_sets: int
    event_destinations: int
    opt_out_lists: int
    has_sent: bool
    has_inbound: bool
    protect_configurations: int
    verified_numbers: int
    alarms: int  # that are in alarm now


def count(rows: QuerySet[Any], path: str = "owner") -> Any:
    """How many rows there are of the account that `path` leads to, as a value in a query of accounts."""
    counted = rows.order_by().values(path).annotate(n=Count("pk")).values("n")
    return Coalesce(Subquery(counted, output_field=IntegerField()), 0)


def holdings(owner: RegionalAccount) -> Holdings:
    """Counts of resources and whether there is any traffic: one query."""
    mine = {"owner": OuterRef("pk")}
    row = (
        RegionalAccount.objects.filter(pk=owner.pk)
        .values_list(
            count(PhoneNumber.objects.filter(**mine)),
            count(Pool.objects.filter(**mine)),
            count(ConfigurationSet.objects.filter(**mine)),
            count(EventDestination.objects.filter(configuration_set__owner=OuterRef("pk")), "configuration_set__owner"),
            count(OptOutList.objects.filter(**mine)),
            Exists(Message.objects.filter(**mine)),
            Exists(InboundMessage.objects.filter(**mine)),
            count(ProtectConfiguration.objects.filter(**mine)),
            count(VerifiedDestinationNumber.objects.filter(**mine, status=VERIFIED)),
            count(Alarm.objects.filter(**mine, state=Alarm.State.ALARM, enabled=True)),
        )
        .get()
    )
    return Holdings(*row)


TRAFFIC_DAYS = 30
TRAFFIC_MOST = 50_000  # newest messages that are looked at: more would make the page wait


@dataclass(frozen=True, slots=True)
class Traffic:
    """Messages by (channel, country) of the last days; not all of them when there were too many to count."""

    counts: Counter[tuple[str, str]]
    whole: bool


def traffic_lately(caller: Caller) -> Traffic:
    """Where the account's messages of the last TRAFFIC_DAYS days went, by channel. One query."""
    since = earliest_uuid(clock.now() - timedelta(days=TRAFFIC_DAYS))
    newest = Message.objects.for_caller(caller).filter(message_id__gte=since).order_by("-message_id")
    inner = newest.values("message_id")[: TRAFFIC_MOST + 1]
    rows = Message.objects.filter(message_id__in=inner).order_by().values_list("channel", "iso_country_code")
    counts: Counter[tuple[str, str]] = Counter()
    for channel, country, found in rows.annotate(found=Count("message_id")):
        counts[channel, country] = found
    return Traffic(counts, counts.total() <= TRAFFIC_MOST)
