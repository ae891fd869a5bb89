"""The messages of a demo: any number, over a month, written in bulk with the events that the carrier would give.

What becomes of each is drawn from a seed; its events are the lines of the simulator's own plan and are made by the same
functions as those of real traffic.
"""

import json
import random
import uuid
from bisect import bisect
from collections import defaultdict
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from itertools import accumulate
from typing import Any, NamedTuple

from django.db.models import F

from messaging.bulk import insert_rows, rest_of
from messaging.caller import Caller
from messaging.carrier.simulator import EPOCH, MILLISECOND, Plan, reports
from messaging.identifiers import time_ordered_uuid
from messaging.models import Handset, Message, MessageEvent, PhoneNumber, Spend
from messaging.operations.carriage import SILENCE, UNKNOWN
from messaging.operations.demo import SETS, Stage
from messaging.operations.events import COLUMNS, NewEvent, new_event, record_events
from messaging.operations.statistics import recount
from messaging.reference import price
from messaging.text.parts import Count, count
from messaging.transactions import write_transaction

BATCH = 2_000
ROUTED = 300  # of the newest messages with a set: their events really go to the destinations
DAY_WEIGHTS = (10, 10, 11, 11, 12, 7, 6)  # Monday first
HOUR_WEIGHTS = (2, 1, 1, 1, 1, 2, 4, 7, 10, 12, 12, 12, 11, 11, 11, 12, 12, 12, 11, 10, 9, 7, 5, 3)

# Outcomes and how often they come, in tenths of a percent.
OUTCOMES = {
    "DELIVERED": 922, "SUCCESSFUL": 18, "UNREACHABLE": 14, "BLOCKED": 8, "INVALID": 7, "CARRIER_BLOCKED": 6,
    "CARRIER_UNREACHABLE": 5, "SPAM": 4, "UNKNOWN": 4, "TTL_EXPIRED": 3, "NO_RECEIPT": 9,
}  # fmt: skip

FIELDS = (
    "message_id", "owner", "created_timestamp", "channel", "status", "is_final", "destination_phone_number",
    "iso_country_code", "origination_identity", "origination_identity_id", "originator_type", "pool_id",
    "chosen_because", "configuration_set_name", "message_type", "message_body", "encoding", "characters", "parts",
    "price", "carrier_fee", "max_price", "keyword", "context", "destination_country_parameters",
    "message_feedback_enabled", "expires_at", "actor", "request_id", "step", "due_at", "carrier_reference",
    "carrier_name", "billed",
)  # fmt: skip


class Kind(NamedTuple):
    """A kind of traffic: how often, from which number, under which set, and the text of one message."""

    weight: int
    number: str
    set_name: str
    text: Callable[[random.Random], str]


def _code(draw: random.Random) -> str:
    return f"{draw.randrange(10**6):06d} is your ExampleCorp code. It is good for 10 minutes. Do not share it."


def _order(draw: random.Random) -> str:
    state = draw.choice(
        ("has been packed", "is on its way", "will be delivered today between 2 and 4 pm", "has arrived")
    )
    return f"ExampleCorp: your order A-{draw.randrange(1000, 9999)} {state}. Details: https://example.com/orders"


def _appointment(draw: random.Random) -> str:
    day, minute = draw.choice(("Monday", "Tuesday", "Thursday")), draw.choice(("00", "15", "30"))
    return (
        f"Reminder: you have an appointment on {day} at {draw.randrange(8, 18)}:{minute}. Please bring your papers and "
        "come ten minutes early. If you cannot come, call us on +1 888-555-0142 or answer this message. "
        "Reply STOP to opt out."
    )


def _offer(draw: random.Random) -> str:
    percent = draw.choice((10, 15, 20, 25))
    return f"ExampleCorp 🎉 {percent} % off this week only – example.com/offers. Reply STOP to opt out."


KINDS: dict[str, tuple[Kind, ...]] = {
    "US": (
        Kind(44, "One-time codes", SETS[0], _code),
        Kind(30, "Order updates 1", SETS[1], _order),
        Kind(14, "Support line", "", _appointment),
        Kind(12, "Offers", SETS[2], _offer),
    ),
    "CA": (Kind(6, "Canada", SETS[0], _code), Kind(4, "Canada", SETS[1], _order)),
    "GB": (Kind(6, "United Kingdom", SETS[0], _code), Kind(4, "United Kingdom", SETS[1], _order)),
    "AU": (Kind(6, "Australia", SETS[0], _code), Kind(4, "Australia", "", _appointment)),
}
COUNTRIES = {"US": 80, "GB": 9, "CA": 7, "AU": 4}
AREAS = (206, 212, 253, 303, 305, 312, 404, 415, 425, 503, 512, 602, 617, 702, 718, 801, 818, 919)


def _destination(draw: random.Random, country: str) -> str:
    """A number that the country's plan reserves for fiction."""
    if country == "US":
        return f"+1{draw.choice(AREAS)}55501{draw.randrange(100):02d}"
    if country == "CA":
        return f"+1613555{draw.randrange(100, 200):04d}"
    if country == "GB":
        return f"+447700900{draw.randrange(1000):03d}"
    return f"+6149157{draw.randrange(156, 160):04d}"


class Drawn(NamedTuple):
    """One message with its events; row has the values of FIELDS."""

    row: tuple[Any, ...]
    events: list[NewEvent]
    configuration_set_name: str


class Weighted:
    """Draws of a table of weights, quicker than random.choices one by one."""

    def __init__(self, table: dict[Any, int]) -> None:
        self.values = list(table)
        self.sums = list(accumulate(table.values()))

    def draw(self, draw: random.Random) -> Any:
        return self.values[bisect(self.sums, draw.randrange(self.sums[-1]))]


def write_messages(
    caller: Caller, stage: Stage, total: int, start: datetime, end: datetime, *, seed: int, say: Callable[[int], None]
) -> list[str]:
    """Write messages of past days in order of time; return some of the destinations. say(n) is told the progress."""
    draw = random.Random(seed)  # noqa: S311 - demo data
    source = _drawn(caller, stage, total, start, end, draw)
    handsets: dict[tuple[str, str], datetime] = {}
    spent: dict[Any, int] = defaultdict(int)
    written = 0
    while batch := [drawn for _, drawn in zip(range(BATCH), source, strict=False)]:
        _write(batch, caller.owner_id, routed_from=total - written - ROUTED)
        for drawn in batch:
            values = dict(zip(FIELDS, drawn.row, strict=True))
            handsets[values["destination_phone_number"], values["iso_country_code"]] = values["created_timestamp"]
            spent[values["created_timestamp"].date().replace(day=1)] += values["price"] + values["carrier_fee"]
        written += len(batch)
        say(written)
    with write_transaction():
        _note(caller, handsets, spent)
    return [number for number, _country in handsets]


def _write(batch: list[Drawn], owner_id: int, *, routed_from: int) -> None:
    plain = batch[: max(routed_from, 0)]
    routed = batch[max(routed_from, 0) :]
    with write_transaction():
        names, values = rest_of(Message, FIELDS)
        insert_rows(Message, (*FIELDS, *names), [(*drawn.row, *values) for drawn in batch])
        insert_rows(MessageEvent, COLUMNS, [(*event, owner_id) for drawn in plain for event in drawn.events])
        if routed:
            messages = Message.objects.in_bulk([drawn.row[0] for drawn in routed])
            record_events([(messages[drawn.row[0]], event) for drawn in routed for event in drawn.events])


def _note(caller: Caller, handsets: dict[tuple[str, str], datetime], spent: dict[Any, int]) -> None:
    insert_rows(
        Handset,
        ("owner", "phone_number", "iso_country_code", "created_timestamp", "last_activity_at"),
        [(caller.owner_id, number, country, at, at) for (number, country), at in sorted(handsets.items())],
        unique=("owner", "phone_number"),
        update=("last_activity_at",),
    )
    recount(caller.owner_id)  # a worker may have counted up to now while older days were still being written
    for month, amount in spent.items():
        row, _created = Spend.objects.get_or_create(owner_id=caller.owner_id, month=month, channel="TEXT")
        Spend.objects.filter(pk=row.pk).update(amount=F("amount") + amount)


def _drawn(
    caller: Caller, stage: Stage, total: int, start: datetime, end: datetime, draw: random.Random
) -> Iterator[Drawn]:
    countries = Weighted(COUNTRIES)
    kinds = {country: Weighted({kind: kind.weight for kind in rows}) for country, rows in KINDS.items()}
    outcomes = Weighted(OUTCOMES)
    for at in _instants(total, start, end, draw):
        country = countries.draw(draw)
        kind: Kind = kinds[country].draw(draw)
        outcome = outcomes.draw(draw)
        planned = Plan(outcome, draw.randrange(200, 1500), draw.randrange(500, 9000))
        yield _one(caller, stage.numbers[kind.number], kind, country, at, planned, end, draw)


def _instants(total: int, start: datetime, end: datetime, draw: random.Random) -> Iterator[datetime]:
    """As many instants as asked for, in order, busier by day and on working days."""
    hours = [start + timedelta(hours=hour) for hour in range(int((end - start).total_seconds() // 3600))]
    weights = [DAY_WEIGHTS[hour.weekday()] * HOUR_WEIGHTS[hour.hour] for hour in hours]
    done, whole, so_far = 0, sum(weights), 0
    for hour, weight in zip(hours, weights, strict=True):
        so_far += weight
        wanted = total * so_far // whole - done
        yield from (hour + timedelta(seconds=second) for second in sorted(draw.random() * 3600 for _ in range(wanted)))
        done += wanted


def _one(
    caller: Caller,
    number: PhoneNumber,
    kind: Kind,
    country: str,
    at: datetime,
    planned: Plan,
    now: datetime,
    draw: random.Random,
) -> Drawn:
    message_id = time_ordered_uuid(at)
    events, due_at = _events(message_id, at, planned, now)
    body = kind.text(draw)
    counted: Count = count(body)
    cost = price(country, "SMS", number.number_type)
    submitted = (at - EPOCH) // MILLISECOND
    last = events[-1]
    pool = number.pool.pool_id if number.pool else ""
    request_id = str(uuid.UUID(int=draw.getrandbits(128), version=4))
    context = {"orderId": f"A-{draw.randrange(1000, 9999)}"} if kind.set_name == SETS[1] else {}
    row = (
        message_id, caller.owner_id, at, "SMS", last.status, last.is_final, _destination(draw, country),
        country, number.phone_number, number.phone_number_id, number.number_type, pool,
        "given", kind.set_name, number.message_type, body, counted.encoding, counted.characters, counted.parts,
        cost.message_price * counted.parts if cost else 0, cost.carrier_fee * counted.parts if cost else 0, "", "",
        _json(context), _json({}), False, at + SILENCE, caller.actor, request_id,
        len(events) - 1, due_at, f"SIM.{submitted}.{planned.outcome}.{planned.carrier_ms}.{planned.handset_ms}",
        "", cost is not None,
    )  # fmt: skip
    return Drawn(row, events, kind.set_name)


def _events(
    message_id: uuid.UUID, at: datetime, planned: Plan, now: datetime
) -> tuple[list[NewEvent], datetime | None]:
    """The events that there are by now, and when the next one is due."""
    expires_at = at + SILENCE
    steps: list[tuple[str, datetime, bool]] = [("QUEUED", at, False), ("PENDING", at, False)]
    for report in reports(planned):
        instant = expires_at if report.after_ms is None else at + report.after_ms * MILLISECOND
        steps.append((report.status, instant, report.is_final))
    if not steps[-1][2]:
        steps.append((UNKNOWN, expires_at, True))
    past = [step for step in steps if step[1] <= now]
    events = [
        new_event(message_id, "SMS", status, instant, sequence=sequence, is_final=is_final)
        for sequence, (status, instant, is_final) in enumerate(past)
    ]
    return events, steps[len(past)][1] if len(past) < len(steps) else None


def _json(value: dict[str, str]) -> str:
    """Text for both databases: SQLite stores it, PostgreSQL reads it as jsonb."""
    return json.dumps(value)
