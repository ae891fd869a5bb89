"""Events on their way: outbox entries that are due go to what stands behind their destination, at least once.

A log group is a table, a delivery stream a file, a topic its HTTP subscriptions. What fails waits longer each time, and
after the last wait is given up until somebody sends it again; every try is kept. The event id never changes, so
receivers can drop what they already have.
"""

import json
import uuid
from collections.abc import Callable, Collection, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from functools import partial
from typing import Any, NamedTuple

from messaging import clock, outbound, streams
from messaging.bulk import update_claimed
from messaging.models import (
    DeliveryAttempt,
    EventDestination,
    LogRecord,
    OutboxEntry,
    RegionalAccount,
    TopicSubscription,
)
from messaging.operations.claims import Claimed, claim
from messaging.transactions import write_transaction

WAITS_SECONDS = (1, 5, 30, 300, 1800)  # after the first try, the second …; the try after the last wait is the last
LEASE_SECONDS = 60  # longer than a whole batch can take: BATCH / AT_ONCE × outbound.TIMEOUT_SECONDS
BATCH = 64
AT_ONCE = 8
COLUMNS = ("pk", "owner_id", "event_id", "event_destination_id", "topic_arn", "payload", "attempts", "resent_at")
WRITTEN = ("status", "attempts", "due_at")
DETAIL_LENGTH = 500


class Try(NamedTuple):
    """How one try ended. target is the endpoint where there are several."""

    succeeded: bool
    detail: str
    target: str = ""


class Delivery(NamedTuple):
    """An entry with where it goes: what an event destination names, or the topic of a two-way message."""

    entry: Any
    owner: RegionalAccount
    kind: str
    target_arn: str


def deliver_due_events(limit: int = BATCH) -> int:
    """Hand over up to `limit` due outbox entries; return how many were due."""
    taken = claim(OutboxEntry, limit, columns=COLUMNS, lease_seconds=LEASE_SECONDS)
    if taken is None:
        return 0
    lost, found = _located(taken.rows)
    ended: dict[int, list[Try]] = dict(lost)
    for kind, carry in CARRIERS.items():
        ended |= carry([delivery for delivery in found if delivery.kind == kind])
    logged = [delivery for delivery in found if delivery.kind == EventDestination.Kind.LOG_GROUP]
    _write(taken, ended, logged, lost)
    return len(taken.rows)


def _located(rows: Sequence[Any]) -> tuple[dict[int, list[Try]], list[Delivery]]:
    """Entries whose destination is gone or switched off, and the others with their destination. Two queries."""
    destinations = EventDestination.objects.in_bulk({row.event_destination_id for row in rows} - {None})
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


def _to_log_groups(deliveries: Sequence[Delivery]) -> dict[int, list[Try]]:
    """Nothing to do outside: the records are written in the same transaction as the result."""
    return {delivery.entry.pk: [Try(True, "Written to the log group.")] for delivery in deliveries}


def _to_streams(deliveries: Sequence[Delivery]) -> dict[int, list[Try]]:
    """One append per stream, whatever the number of events."""
    ended: dict[int, list[Try]] = {}
    streamed: dict[tuple[int, str], list[Delivery]] = {}
    for delivery in deliveries:
        streamed.setdefault((delivery.owner.pk, delivery.target_arn), []).append(delivery)
    for (_owner, arn), group in streamed.items():
        owner = group[0].owner
        try:
            path = streams.stream_path(owner.account_id, owner.region, arn, clock.now())
            streams.append(path, [{**one.entry.payload, "eventId": str(one.entry.event_id)} for one in group])
            result = Try(True, "Appended to the stream.")
        except (OSError, ValueError) as error:
            result = Try(False, f"{type(error).__name__}: {error}"[:DETAIL_LENGTH])
        ended |= {delivery.entry.pk: [result] for delivery in group}
    return ended


def _to_topics(deliveries: Sequence[Delivery]) -> dict[int, list[Try]]:
    """POST to each endpoint that has not yet taken the event, several at once. Two queries."""
    if not deliveries:
        return {}
    endpoints = _subscriptions(deliveries)
    have = _taken_already(deliveries)
    ended: dict[int, list[Try]] = {}
    calls: list[tuple[int, Callable[[], Try]]] = []
    for delivery in deliveries:
        entry = delivery.entry
        listening = endpoints.get((entry.owner_id, delivery.target_arn), [])
        waiting = [row for row in listening if (entry.pk, row.endpoint) not in have]
        ended[entry.pk] = [] if waiting else [Try(True, "Nobody else is subscribed to the topic.")]
        calls += [(entry.pk, partial(_post, row, envelope(row, entry.event_id, entry.payload))) for row in waiting]
    with ThreadPoolExecutor(AT_ONCE) as pool:
        for (key, _call), result in zip(calls, pool.map(lambda call: call[1](), calls), strict=True):
            ended[key].append(result)
    return ended


def _subscriptions(deliveries: Iterable[Delivery]) -> dict[tuple[int, str], list[TopicSubscription]]:
    owners = {delivery.owner.pk for delivery in deliveries}
    arns = {delivery.target_arn for delivery in deliveries}
    found: dict[tuple[int, str], list[TopicSubscription]] = {}
    for row in TopicSubscription.objects.filter(owner_id__in=owners, topic_arn__in=arns, enabled=True):
        found.setdefault((row.owner_id, row.topic_arn), []).append(row)
    return found


def _taken_already(deliveries: Iterable[Delivery]) -> set[tuple[int, str]]:
    """(entry, endpoint) of tries that succeeded since the entry was last sent anew."""
    entries = {delivery.entry.pk: delivery.entry for delivery in deliveries if delivery.entry.attempts}
    rows = DeliveryAttempt.objects.filter(entry_id__in=list(entries), succeeded=True).exclude(target="")
    return {
        (key, target)
        for key, target, at in rows.values_list("entry_id", "target", "at")
        if entries[key].resent_at is None or at >= entries[key].resent_at
    }


def published(record: dict[str, Any]) -> str:
    """A record as the text that is published to a topic, byte for byte."""
    return json.dumps(record, ensure_ascii=False)


def envelope(subscription: TopicSubscription, event_id: uuid.UUID, record: dict[str, Any]) -> dict[str, str]:
    """What a topic's HTTP subscriber gets: the notification envelope, unsigned, as there is no certificate."""
    return {
        "Type": "Notification",
        "MessageId": str(event_id),
        "TopicArn": subscription.topic_arn,
        "Message": published(record),
        "Timestamp": clock.now().strftime("%Y-%m-%dT%H:%M:%S.%f")[:-3] + "Z",
    }


def _post(subscription: TopicSubscription, body: dict[str, str]) -> Try:
    """One POST; runs in a thread and touches no database."""
    headers = {
        "Content-Type": "text/plain; charset=UTF-8",
        "User-Agent": "Switchboard",
        "x-amz-sns-message-type": body["Type"],
        "x-amz-sns-message-id": body["MessageId"],
        "x-amz-sns-topic-arn": body["TopicArn"],
        "x-amz-sns-subscription-arn": subscription.subscription_arn,
    }
    try:
        status, answer = outbound.post(subscription.endpoint, json.dumps(body, ensure_ascii=False).encode(), headers)
    except outbound.Undeliverable as error:
        return Try(False, str(error)[:DETAIL_LENGTH], subscription.endpoint)
    return Try(200 <= status < 300, f"HTTP {status} {answer}".strip()[:DETAIL_LENGTH], subscription.endpoint)


CARRIERS: dict[str, Callable[[Sequence[Delivery]], dict[int, list[Try]]]] = {
    EventDestination.Kind.LOG_GROUP: _to_log_groups,
    EventDestination.Kind.DELIVERY_STREAM: _to_streams,
    EventDestination.Kind.TOPIC: _to_topics,
}


def _write(taken: Claimed, ended: dict[int, list[Try]], logged: Sequence[Delivery], lost: Collection[int]) -> None:
    at = clock.now()
    with write_transaction():
        LogRecord.objects.bulk_create(
            [
                LogRecord(
                    owner=delivery.owner,
                    log_group=delivery.target_arn[:512],
                    event_id=delivery.entry.event_id,
                    record=delivery.entry.payload,
                )
                for delivery in logged
            ],
            ignore_conflicts=True,
        )
        outcomes = [_outcome(row, ended[row.pk], lost=row.pk in lost) for row in taken.rows]
        update_claimed(OutboxEntry, WRITTEN, outcomes, taken.claim)
        DeliveryAttempt.objects.bulk_create(
            DeliveryAttempt(
                entry_id=row.pk, at=at, succeeded=attempt.succeeded, detail=attempt.detail, target=attempt.target
            )
            for row in taken.rows
            for attempt in ended[row.pk]
        )


def _outcome(row: Any, tries: Sequence[Try], *, lost: bool) -> tuple[int, str, int, Any]:
    attempts = row.attempts + 1
    if all(attempt.succeeded for attempt in tries):
        return (row.pk, OutboxEntry.Status.DELIVERED.value, attempts, None)
    if lost or attempts > len(WAITS_SECONDS):
        return (row.pk, OutboxEntry.Status.GIVEN_UP.value, attempts, None)
    wait = timedelta(seconds=WAITS_SECONDS[attempts - 1])
    return (row.pk, OutboxEntry.Status.WAITING.value, attempts, clock.now() + wait)
