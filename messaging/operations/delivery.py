"""Events on their way: outbox entries that are due go to what stands behind their destination, at least once.

What fails waits longer each time, and after the last wait is given up until somebody sends it again; every try is kept.
The event id never changes, so receivers can drop what they already have.
"""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.utils.translation import gettext_noop

from messaging import clock
from messaging.bulk import update_claimed
from messaging.models import (
    DeliveryAttempt,
    EventDestination,
    LogRecord,
    Notification,
    OutboxEntry,
    RegionalAccount,
)
from messaging.operations.claims import Claimed, claim
from messaging.operations.connections import endpoints_of
from messaging.operations.handover import LEASE_SECONDS, Delivery, Handed, Try, hand_over
from messaging.operations.notifications import notify
from messaging.transactions import write_transaction

WAITS_SECONDS = (1, 5, 30, 300, 1800)  # after the first try, the second …; the try after the last wait is the last
PUT_OFF_SECONDS = 1  # until an entry that this batch had no time for is looked at again
BATCH = 250
COLUMNS = (
    "pk", "owner_id", "event_id", "event_type", "event_destination_id", "topic_arn", "payload", "attempts", "resent_at",
)  # fmt: skip
WRITTEN = ("status", "attempts", "due_at")


def deliver_due_events(limit: int = BATCH) -> int:
    """Hand over up to `limit` due outbox entries; return how many were due."""
    taken = claim(OutboxEntry, limit, columns=COLUMNS, lease_seconds=LEASE_SECONDS)
    if taken is None:
        return 0
    in_order = sorted(taken.rows, key=lambda row: row.pk)  # those of one instant arrive as they were written
    taken = taken._replace(rows=in_order)
    destinations = EventDestination.objects.in_bulk({row.event_destination_id for row in taken.rows} - {None})
    lost, found = _located(taken.rows, destinations)
    handed = hand_over(found, endpoints_of({delivery.owner.pk: delivery.owner for delivery in found}.values()))
    handed.tries |= lost
    _write(taken, handed, lost, destinations)
    return len(taken.rows)


def _located(
    rows: Sequence[Any], destinations: dict[int, EventDestination]
) -> tuple[dict[int, list[Try]], list[Delivery]]:
    """Entries whose destination is gone or switched off, and the others with their destination. One query."""
    owners = RegionalAccount.objects.in_bulk({row.owner_id for row in rows})
    lost: dict[int, list[Try]] = {}
    found = []
    for row in rows:
        destination = destinations.get(row.event_destination_id)
        if row.topic_arn:
            found.append(Delivery(row, owners[row.owner_id], EventDestination.Kind.TOPIC, row.topic_arn))
        elif destination is None:
            lost[row.pk] = [Try(False, "The event destination has been deleted.")]
        elif not destination.enabled:
            lost[row.pk] = [Try(False, "The event destination is switched off.")]
        else:
            found.append(Delivery(row, owners[row.owner_id], destination.kind, destination.target_arn))
    return lost, found


def _write(taken: Claimed, handed: Handed, lost: Collection[int], destinations: dict[int, EventDestination]) -> None:
    """Write what has become of entries that are still ours; who has them now writes what becomes of them there."""
    at = clock.now()
    with write_transaction():
        ours = OutboxEntry.objects.filter(pk__in=[row.pk for row in taken.rows], claim=taken.claim)
        held = set(ours.select_for_update(of=("self",)).order_by("pk").values_list("pk", flat=True))
        rows = [row for row in taken.rows if row.pk in held]
        outcomes = [
            _outcome(row, handed.tries[row.pk], at, lost=row.pk in lost, put_off=row.pk in handed.put_off)
            for row in rows
        ]
        given_up = {key for key, status, _attempts, _due in outcomes if status == OutboxEntry.Status.GIVEN_UP}
        LogRecord.objects.bulk_create(
            [
                LogRecord(
                    owner=delivery.owner,
                    log_group=delivery.target_arn[:512],
                    event_id=delivery.entry.event_id,
                    record=delivery.entry.payload,
                )
                for delivery in handed.records
                if delivery.entry.pk in held
            ],
            ignore_conflicts=True,
        )
        update_claimed(OutboxEntry, WRITTEN, outcomes, taken.claim)
        DeliveryAttempt.objects.bulk_create(
            DeliveryAttempt(
                entry_id=row.pk, at=at, succeeded=attempt.succeeded, detail=attempt.detail, target=attempt.target
            )
            for row in rows
            for attempt in handed.tries[row.pk]
        )
        _tell([row for row in rows if row.pk in given_up and row.pk not in lost], destinations, at)


def _outcome(row: Any, tries: Sequence[Try], at: datetime, *, lost: bool, put_off: bool) -> tuple[int, str, int, Any]:
    """The new status, attempts and due time. What was put off waits for the rest of its tries, whatever the others."""
    attempts = row.attempts + 1 if tries else row.attempts
    if put_off:
        return (row.pk, OutboxEntry.Status.WAITING.value, attempts, at + timedelta(seconds=PUT_OFF_SECONDS))
    if all(attempt.succeeded for attempt in tries):
        return (row.pk, OutboxEntry.Status.DELIVERED.value, attempts, None)
    if lost or attempts > len(WAITS_SECONDS):
        return (row.pk, OutboxEntry.Status.GIVEN_UP.value, attempts, None)
    return (row.pk, OutboxEntry.Status.WAITING.value, attempts, at + timedelta(seconds=WAITS_SECONDS[attempts - 1]))


def _tell(rows: Iterable[Any], destinations: dict[int, EventDestination], at: datetime) -> None:
    """Say once a day for each destination that its events are being given up."""
    for owner_id, destination_id in sorted({(row.owner_id, row.event_destination_id or 0) for row in rows}):
        destination = destinations.get(destination_id)
        if destination is None:
            continue
        notify(
            owner_id,
            kind=Notification.Kind.EVENT_DESTINATION,
            severity=Notification.Severity.WARNING,
            title=gettext_noop("Events for the destination “%(name)s” were given up; they can be sent again."),
            values={"name": destination.event_destination_name},
            link=("delivery-list",),
            subject=f"given-up:{destination_id}:{at:%Y-%m-%d}",
        )
