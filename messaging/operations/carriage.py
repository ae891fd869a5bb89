"""Carrying messages: due steps are claimed, shown to the carrier without a lock, and written in one transaction.

Of a message, `step` counts the events that the carrier's side has written (the first, QUEUED, is the sender's and has
sequence 0). Whatever the carrier says, a message has one final event: its own, or ours when its time is over.
Source: event_types.json, rules; the 72 hours and the time to live are of simulated time.
"""

import uuid
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from messaging import clock
from messaging.bulk import insert_rows, update_claimed
from messaging.carrier import ten_dlc
from messaging.carrier.calls import ANSWERED
from messaging.carrier.contract import Carrier
from messaging.carrier.simulator import Simulator
from messaging.models import Handset, Message
from messaging.operations import media_fetch, message_templates
from messaging.operations.claims import Claimed, claim
from messaging.operations.events import NewEvent, new_event, record_events
from messaging.operations.media_fetch import Carriable
from messaging.operations.voice_messages import Ended, settle
from messaging.transactions import write_transaction

BATCH = 1000  # two commits a batch, and a transaction short enough for others to wait for
SILENCE = timedelta(hours=72)
ASK_AGAIN = timedelta(seconds=1)
EXPIRED, UNKNOWN, FAILED, STOPPED = "TTL_EXPIRED", "UNKNOWN", "FAILED", "CARRIER_BLOCKED"
COLUMNS = (
    "message_id", "owner_id", "channel", "destination_phone_number", "iso_country_code", "configuration_set_name",
    "created_timestamp", "expires_at", "status", "step", "carrier_reference", "carrier_name", "duration_seconds",
    "origination_identity_id", "originator_type", "parts", "protect_status",
)  # fmt: skip
WRITTEN = ("status", "is_final", "step", "due_at", "carrier_reference", "carrier_name")

carrier: Carrier = Simulator()


class Overtaken(Exception):
    """The lease ran out and another worker has taken rows of this claim; nothing of the batch is written."""


class Step(NamedTuple):
    """What one due message has come to: its next row, the event that is written (None: it was asked too early)."""

    row: Any
    event: NewEvent | None
    due_at: datetime | None
    carrier_reference: str
    carrier_name: str
    talked_seconds: int = 0


def advance_due_messages(limit: int = BATCH) -> int:
    """Take the next step of up to `limit` due messages; return how many were due.

    Two transactions a batch, whatever its size: the claim, and events with the new states.
    """
    taken = claim(Message, limit, columns=COLUMNS)
    if taken is None:
        return 0
    at = clock.now()
    fresh = [row for row in taken.rows if not row.carrier_reference]
    sent = [row for row in taken.rows if row.carrier_reference]
    media = media_fetch.fetch_for([row for row in fresh if row.channel == "MMS" and deadline(row)[0] > at], at)
    steps = _submitted(fresh, at, media) + _reported(sent, at)
    try:
        _write(taken, steps, at, media)
    except Overtaken:
        return 0
    return len(steps)


def deadline(row: Any) -> tuple[datetime, str]:
    """When a message is over without a word from the carrier, and the status it then gets.

    A call has to be answered within its time to live; then it goes on to its end.
    """
    silent = row.created_timestamp + SILENCE
    if row.channel == "VOICE":
        return (silent, FAILED) if row.status == ANSWERED else (min(row.expires_at, silent), EXPIRED)
    return (row.expires_at, EXPIRED) if row.expires_at < silent else (silent, UNKNOWN)


def _submitted(rows: Sequence[Any], at: datetime, media: Carriable) -> list[Step]:
    steps = [_over(row) for row in rows if deadline(row)[0] <= at]
    in_time = []
    for row in rows:
        if deadline(row)[0] <= at:
            continue
        failed = media.failed.get(row.message_id)
        if failed:
            steps.append(Step(row, _event(row, failed, at, None, True), None, "", ""))
        elif row.message_id in media.postponed:
            steps.append(Step(row, None, _next(row, at + ASK_AGAIN), "", ""))
        else:
            in_time.append(row)
    answers = carrier.submit(in_time, at) if in_time else []
    stopped = ten_dlc.stopped([(row, answer.carrier_name) for row, answer in zip(in_time, answers, strict=True)], at)
    stopped |= message_templates.stopped(in_time)
    for row, answer in zip(in_time, answers, strict=True):
        if row.message_id in stopped:
            refused = _event(row, STOPPED, at, stopped[row.message_id], True)
            steps.append(Step(row, refused, None, answer.reference, answer.carrier_name))
            continue
        begun = _event(row, answer.status, at) if answer.status else None
        steps.append(Step(row, begun, _next(row, answer.next_report_at), answer.reference, answer.carrier_name))
    return steps


def _reported(rows: Sequence[Any], at: datetime) -> list[Step]:
    steps = []
    for row, receipt in zip(rows, carrier.poll(rows, at) if rows else (), strict=True):
        over_at, _status = deadline(row)
        if receipt is not None and receipt.reported_at <= over_at:
            event = _event(row, receipt.status, receipt.reported_at, receipt.description, receipt.is_final)
            following = None if receipt.is_final else _next(row._replace(status=receipt.status), receipt.next_report_at)
            name, talked = receipt.carrier_name, receipt.talked_seconds
            steps.append(Step(row, event, following, row.carrier_reference, name, talked))
        elif over_at <= at:
            steps.append(_over(row))
        else:
            steps.append(Step(row, None, _next(row, at + ASK_AGAIN), row.carrier_reference, row.carrier_name))
    return steps


def _over(row: Any) -> Step:
    over_at, status = deadline(row)
    return Step(row, _event(row, status, over_at, None, True), None, row.carrier_reference, row.carrier_name)


def _next(row: Any, next_report_at: datetime | None) -> datetime:
    over_at, _status = deadline(row)
    return over_at if next_report_at is None else min(next_report_at, over_at)


def _event(row: Any, status: str, at: datetime, said: str | None = None, is_final: bool = False) -> NewEvent:
    return new_event(
        row.message_id, row.channel, status, at, sequence=row.step + 1, is_final=is_final, description=said
    )


def _write(taken: Claimed, steps: Sequence[Step], at: datetime, media: Carriable) -> None:
    written = [(step.row, step.event) for step in steps if step.event]
    with write_transaction():
        if update_claimed(Message, WRITTEN, [_values(step) for step in steps], taken.claim) != len(steps):
            raise Overtaken
        settle(_ended(steps))
        record_events(written)
        media_fetch.write_carried(media)
        _touch_handsets([it.row for it in steps if it.carrier_reference and not it.row.carrier_reference], at)


def _ended(steps: Sequence[Step]) -> list[Ended]:
    """The calls that are over, whose time and price are now known."""
    return [
        Ended(it.row.message_id, it.talked_seconds)
        for it in steps
        if it.row.channel == "VOICE" and it.event and it.event.is_final
    ]


def _values(step: Step) -> tuple[uuid.UUID, str, bool, int, datetime | None, str, str]:
    row, event = step.row, step.event
    if event is None:
        return (row.message_id, row.status, False, row.step, step.due_at, step.carrier_reference, step.carrier_name)
    number = row.step + 1
    return (
        row.message_id, event.status, event.is_final, number, step.due_at, step.carrier_reference, step.carrier_name,
    )  # fmt: skip


def _touch_handsets(rows: Sequence[Any], at: datetime) -> None:
    """Every destination that something was carried to has a page; in order, so that workers cannot lock crosswise."""
    handsets = sorted({(row.owner_id, row.destination_phone_number, row.iso_country_code) for row in rows})
    insert_rows(
        Handset,
        ("owner", "phone_number", "iso_country_code", "created_timestamp", "last_activity_at"),
        [(*handset, at, at) for handset in handsets],
        unique=("owner", "phone_number"),
        update=("last_activity_at",),
    )
