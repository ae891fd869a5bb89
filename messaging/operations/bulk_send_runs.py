"""Sending a bulk send: slices of rows, each row accepted with its message in one transaction, paced by the meters.

A slice is one transaction: rows, messages, what the meters and the month's spend took, and when the next messages may
go. A worker that is killed has written all of a slice or nothing of it, and holds nothing that others wait for.

Rows of one country are a lane. Where an originator's rate is used up, its lane waits as long as the meter says, the
others go on; a pool is full only when all its originators are. What is due is sent as of when it was due (clock.at):
under a fast clock many simulated seconds pass between two looks, and the pace is that of simulated time. A worker that
was away or is too slow makes up for LATE_SECONDS of its own time and no more.
"""

import json
import logging
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from django.db import OperationalError, connection, transaction
from django.db.models import Min
from django.utils.translation import gettext_noop

from messaging import clock
from messaging.bulk import update_rows
from messaging.caller import Caller, Door
from messaging.errors import NotFound, OverQuota, Refusal, Throttled
from messaging.models import BulkSend, BulkSendRow, Meter, Notification
from messaging.operations import checks, throughput
from messaging.operations.bulk_send_checks import reason_of, send_of
from messaging.operations.bulk_sends import stop_rows
from messaging.operations.checks.send import Send
from messaging.operations.checks.throughput import rates_met
from messaging.operations.notifications import notify
from messaging.operations.sending import accept
from messaging.permissions import Role
from messaging.text import placeholders
from messaging.transactions import write_transaction

Status, State = BulkSend.Status, BulkSendRow.State

SLICE_ROWS = 100  # some 50 ms: API sends wait for it
GATHER_SECONDS = 0.5  # of simulated time: what a full originator gets free is left to gather; a meter holds a second's
LATE_SECONDS = 2.0  # of the worker's time
LOOK_SECONDS = 30.0  # a bulk send that only waits for outcomes is woken by them, and looks after so long in any case
OTHERS_TRIED = 10  # without a pool originators do not stand in for each other: rows of others follow a full one's
WRITTEN = ("state", "reason", "detail", "message_id", "tries", "parts", "price", "due_at")

logger = logging.getLogger("messaging.worker")


class Due(NamedTuple):
    """A row that may be sent."""

    pk: int
    destination_phone_number: str
    iso_country_code: str
    variables: Any
    tries: int
    parts: int
    price: int


class Full(NamedTuple):
    """A row that cannot go yet: how long until it can, and whether its recipient is what it waits for."""

    seconds: float
    recipient: bool


class Halted(Exception):
    """Nothing of the bulk send can go any more until somebody has seen to it."""

    def __init__(self, refusal: Refusal) -> None:
        super().__init__(str(refusal.message))


def run_due_bulk_sends() -> int:
    """Send a slice of the bulk send that is due longest; return how many rows were looked at, at least 1 for one."""
    if not BulkSend.objects.filter(due_at__lte=clock.now()).order_by().exists():
        return 0
    key = None
    try:
        with write_transaction():
            rows = BulkSend.objects.select_for_update(skip_locked=True, of=("self",)).select_related("owner")
            row = rows.filter(due_at__lte=clock.now()).order_by("due_at", "pk").first()
            if row is None:
                return 0
            key = row.pk
            if row.status == Status.STOPPED:
                return _stop_further(row)
            return max(Run(row).slice(clock.now()), 1)
    except OperationalError:
        raise
    except Exception as error:
        if key is not None:
            _break_off(key, f"{type(error).__name__}: {error}")
        raise


def _stop_further(row: BulkSend) -> int:
    """Mark more rows of one that was stopped; it is done with when none is left."""
    if not stop_rows(row):
        BulkSend.objects.filter(pk=row.pk).update(due_at=None)
    return 1


def _break_off(key: int, why: str) -> None:
    with write_transaction():
        row = BulkSend.objects.get(pk=key)
        _pause(row, why)
        BulkSend.objects.filter(pk=key, status__in=[Status.RUNNING, Status.SCHEDULED]).update(
            status=row.status, paused_because=row.paused_because, due_at=None
        )


class Run:
    """One slice of one bulk send, whose row is locked."""

    def __init__(self, row: BulkSend) -> None:
        self.row = row
        owner = row.owner
        self.caller = Caller(owner.pk, owner.account_id, owner.region, row.actor, Role(row.role), Door.TASK)
        self.template = placeholders.parsed(row.message_body)
        named = bool(row.origination_identity)
        self.most_full = 1 if named else OTHERS_TRIED
        if not row.lanes and row.started_at is None or row.status == Status.SCHEDULED:
            row.started_at = row.due_at
        row.status = Status.RUNNING
        begins = throughput.instant(row.due_at) if row.due_at else 0
        self.lanes: dict[str, int] = row.lanes or dict.fromkeys(_open_lanes(row.pk), begins)
        self.written: list[tuple[Any, ...]] = []

    def slice(self, now: datetime) -> int:
        """Send what is due up to `now` or SLICE_ROWS rows; write the rows and when to go on."""
        row, looked = self.row, 0
        _lock_meters(row.owner_id)
        late = timedelta(seconds=LATE_SECONDS * clock.current().rate)
        at: datetime | None = max(row.due_at or now, now - late)
        halted = None
        try:
            while at is not None and at <= now and looked < SLICE_ROWS:
                with clock.at(at):
                    looked += self._step(at, SLICE_ROWS - looked)
                    self._write()
                    at = self._next(at)
        except Halted as reason:
            halted = str(reason)
            self._write()
        if halted is not None:
            _pause(row, halted)
        elif at is None:
            self._finish(now)
        else:
            row.due_at = at
        row.lanes = self.lanes
        row.save(update_fields=["status", "started_at", "finished_at", "due_at", "lanes", "paused_because"])
        return looked

    def _step(self, at: datetime, limit: int) -> int:
        """Send what may go at one instant; at most `limit` rows are looked at."""
        looked = 0
        for due in _waiting(self.row.pk, at, limit):
            looked += 1
            met = self._send(due)
            if met is not None:
                self._wait(due, at + timedelta(seconds=met.seconds))
        instant = throughput.instant(at)
        open_lanes = [country for country, since in self.lanes.items() if since <= instant]
        for position, country in enumerate(open_lanes):
            share = max((limit - looked) // (len(open_lanes) - position), 1)
            if looked >= limit:
                break
            looked += self._lane(country, at, share)
        return looked

    def _lane(self, country: str, at: datetime, limit: int) -> int:
        """Send rows of one country until their originators are full; note when it may go on."""
        rows = _ready(self.row.pk, country, limit)
        looked, full, shortest = 0, 0, 0.0
        for due in rows:
            looked += 1
            met = self._send(due)
            if met is None:
                continue
            if met.recipient:
                self._wait(due, at + timedelta(seconds=met.seconds))
                continue
            full += 1
            shortest = min(shortest, met.seconds) if full > 1 else met.seconds
            if full >= self.most_full:
                break
        if full:
            waits = max(shortest, GATHER_SECONDS)
            self.lanes[country] = throughput.instant(at) + round(waits * throughput.SECOND)
        elif len(rows) < limit:
            del self.lanes[country]
        return looked

    def _send(self, due: Due) -> Full | None:
        """Accept the message of a row, or end the row with its refusal, or say how long it must wait.

        Raises Halted for what stands against all rows: the spend limit, or a resource that is gone.
        """
        send = send_of(self.caller, self.row, due.destination_phone_number, self.template.rendered(due.variables))
        try:
            checks.pass_all(send)
            with transaction.atomic():  # what was written goes when a meter or the month's spend says no after all
                accepted = accept(send)
        except Throttled as refusal:
            return self._full(send, refusal)
        except (NotFound, OverQuota) as refusal:
            raise Halted(refusal) from refusal
        except Refusal as refusal:
            said = (reason_of(refusal), str(refusal.message)[:300])
            self.written.append((due.pk, State.REFUSED.value, *said, None, due.tries, due.parts, due.price, None))
            return None
        assert send.counted
        self.written.append(
            (due.pk, State.SENT.value, "", "", accepted.message_id, due.tries + 1, send.counted.parts, send.total, None)
        )
        return None

    def _full(self, send: Send, refusal: Throttled) -> Full:
        met = throughput.full(self.caller.owner_id, rates_met(send)) if send.originator and send.counted else None
        if met is None:
            return Full(refusal.retry_seconds, False)
        rate, seconds = met
        return Full(seconds, rate.key.startswith("to:"))

    def _wait(self, due: Due, until: datetime) -> None:
        state = State.WAITING.value
        self.written.append((due.pk, state, "", "", None, due.tries, due.parts, due.price, until))

    def _write(self) -> None:
        update_rows(BulkSendRow, WRITTEN, self.written)
        self.written = []

    def _next(self, at: datetime) -> datetime | None:
        """When to go on, None when every row has come to its end."""
        instants = [throughput.EPOCH + timedelta(microseconds=since) for since in self.lanes.values()]
        waiting = BulkSendRow.objects.filter(bulk_send=self.row.pk, due_at__isnull=False).aggregate(at=Min("due_at"))
        if waiting["at"]:
            instants.append(waiting["at"])
        if instants:
            return max(min(instants), at)
        if BulkSendRow.objects.filter(bulk_send=self.row.pk, state=State.SENT).exists():
            return at + timedelta(seconds=LOOK_SECONDS * clock.current().rate)
        return None

    def _finish(self, now: datetime) -> None:
        row = self.row
        row.status, row.due_at, row.finished_at = Status.DONE, None, now
        delivered = BulkSendRow.objects.filter(bulk_send=row, state=State.DELIVERED).count()
        _tell(
            row,
            gettext_noop("The bulk send “%(name)s” is done. Delivered: %(delivered)s of %(rows)s rows."),
            Notification.Severity.SUCCESS,
            delivered=delivered,
            rows=row.rows,
        )


def _lock_meters(owner_id: int) -> None:
    """Lock what the account's originators use up, in the order that every send takes it: a slice takes meters and the
    month's spend many times over, and must not wait crosswise with another one or with a send.
    """
    if connection.features.has_select_for_update:
        rows = Meter.objects.filter(owner_id=owner_id, key__startswith="from:").order_by("key")
        list(rows.select_for_update(of=("self",)).values_list("pk", flat=True))


def _pause(row: BulkSend, why: str) -> None:
    """Pause a bulk send that cannot go on, and say so; the caller saves the row."""
    row.status, row.due_at, row.paused_because = Status.PAUSED, None, why[:300]
    said = gettext_noop("The bulk send “%(name)s” has paused: %(why)s")
    _tell(row, said, Notification.Severity.WARNING, why=row.paused_because[:150])


def _tell(row: BulkSend, title: str, severity: Notification.Severity, **values: str | int) -> None:
    notify(
        row.owner_id,
        kind=Notification.Kind.BULK_SEND,
        severity=severity,
        title=title,
        values={"name": row.bulk_send_name, **values},
        link=("bulk-send-detail", row.bulk_send_id),
        recipient=row.actor if row.actor.startswith("user:") else "",
    )


def _open_lanes(key: int) -> list[str]:
    """The countries that rows are ready for."""
    rows = BulkSendRow.objects.filter(bulk_send=key, state=State.READY)
    return list(rows.order_by("iso_country_code").values_list("iso_country_code", flat=True).distinct())


_COLUMNS = "id, destination_phone_number, iso_country_code, variables, tries, parts, price"
# The state is a literal, so that SQLite finds the partial index.
_READY = (
    f"SELECT {_COLUMNS} FROM {BulkSendRow._meta.db_table} WHERE bulk_send_id = %s "  # noqa: S608
    "AND iso_country_code = %s AND state = 'READY' ORDER BY number LIMIT %s"
)


def _ready(key: int, country: str, limit: int) -> list[Due]:
    """The next rows of a lane."""
    with connection.cursor() as cursor:
        cursor.execute(_READY, [key, country, limit])
        return [_read(values) for values in cursor.fetchall()]


def _read(values: Any) -> Due:
    due = Due(*values)
    return due._replace(variables=json.loads(due.variables)) if isinstance(due.variables, str) else due


def _waiting(key: int, at: datetime, limit: int) -> list[Due]:
    """Rows whose wait is over, longest first."""
    rows = BulkSendRow.objects.filter(bulk_send=key, due_at__lte=at).order_by("due_at", "number")
    return [Due(*values) for values in rows.values_list("pk", *Due._fields[1:])[:limit]]
