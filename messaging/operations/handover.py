"""Handing events over: what stands behind a log group, a delivery stream and a topic, built in or connected.

Built in, a log group is a table, a delivery stream a file, a topic its HTTP subscriptions; connected, each is a service
elsewhere that takes events in batches. Calls to the outside run several at once, touch no database and end before the
lease of their entries does: what has not begun by then, or goes to an endpoint that has just been too slow, is put off
without counting as a try.
"""

import json
import time
import uuid
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from typing import Any, NamedTuple

from messaging import clock, connected, outbound, streams
from messaging.models import DeliveryAttempt, EventDestination, RegionalAccount, ServiceConnection, TopicSubscription

LEASE_SECONDS = 60
BUDGET_SECONDS = LEASE_SECONDS - 4 * outbound.TIMEOUT_SECONDS  # what begins by then has ended before the lease has
AT_ONCE = 8
DETAIL_LENGTH = 500

SERVICES = {
    EventDestination.Kind.LOG_GROUP: ServiceConnection.Service.LOGS,
    EventDestination.Kind.DELIVERY_STREAM: ServiceConnection.Service.FIREHOSE,
    EventDestination.Kind.TOPIC: ServiceConnection.Service.SNS,
}
Endpoints = Mapping[tuple[int, str], connected.Endpoint]


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


@dataclass(slots=True)
class Handed:
    """What has become of entries, by key: their tries, which must be put off, which records a table must take."""

    tries: dict[int, list[Try]] = field(default_factory=dict)
    put_off: set[int] = field(default_factory=set)
    records: list[Delivery] = field(default_factory=list)


class _Call(NamedTuple):
    """A request to the outside for some entries, and the endpoint that it goes to. It answers a try for each."""

    endpoint: str
    keys: Sequence[int]
    make: Callable[[], Sequence[tuple[Try, bool]]]  # (the try, whether it was too slow)


def hand_over(deliveries: Sequence[Delivery], endpoints: Endpoints) -> Handed:
    """Hand over events, each where it goes. endpoints are those of connected services, by (owner's key, service)."""
    handed = Handed({delivery.entry.pk: [] for delivery in deliveries})
    calls: list[_Call] = []
    kinds: dict[str, list[Delivery]] = {}
    for delivery in deliveries:
        elsewhere = endpoints.get((delivery.entry.owner_id, SERVICES[EventDestination.Kind(delivery.kind)]))
        kinds.setdefault("CONNECTED" if elsewhere else delivery.kind, []).append(delivery)
    _to_log_groups(kinds.get(EventDestination.Kind.LOG_GROUP, ()), handed)
    _to_streams(kinds.get(EventDestination.Kind.DELIVERY_STREAM, ()), handed)
    calls += _to_topics(kinds.get(EventDestination.Kind.TOPIC, ()), handed)
    calls += _to_services(kinds.get("CONNECTED", ()), endpoints)
    if calls:
        _make(calls, handed)
    return handed


def _make(calls: Sequence[_Call], handed: Handed) -> None:
    end = time.monotonic() + BUDGET_SECONDS
    slow: set[str] = set()

    def made(call: _Call) -> Sequence[tuple[Try, bool]] | None:
        if call.endpoint in slow or time.monotonic() > end:
            return None
        answer = call.make()
        if any(too_slow for _try, too_slow in answer):
            slow.add(call.endpoint)
        return answer

    with ThreadPoolExecutor(AT_ONCE) as pool:
        for call, answer in zip(calls, pool.map(made, calls), strict=True):
            if answer is None:
                handed.put_off.update(call.keys)
                continue
            for key, (attempt, _slow) in zip(call.keys, answer, strict=True):
                handed.tries[key].append(attempt)


# Built in


def _to_log_groups(deliveries: Sequence[Delivery], handed: Handed) -> None:
    """Nothing to do outside: the records are written in the same transaction as the result."""
    for delivery in deliveries:
        handed.tries[delivery.entry.pk].append(Try(True, "Written to the log group."))
    handed.records += deliveries


def _to_streams(deliveries: Sequence[Delivery], handed: Handed) -> None:
    """One append per stream, whatever the number of events."""
    for group in _grouped(deliveries).values():
        owner, arn = group[0].owner, group[0].target_arn
        try:
            path = streams.stream_path(owner.account_id, owner.region, arn, clock.now())
            streams.append(path, [{**one.entry.payload, "eventId": str(one.entry.event_id)} for one in group])
            result = Try(True, "Appended to the stream.")
        except (OSError, ValueError) as error:
            result = Try(False, f"{type(error).__name__}: {error}"[:DETAIL_LENGTH])
        for delivery in group:
            handed.tries[delivery.entry.pk].append(result)


def _grouped(deliveries: Sequence[Delivery]) -> dict[tuple[int, str, str], list[Delivery]]:
    groups: dict[tuple[int, str, str], list[Delivery]] = {}
    for delivery in deliveries:
        groups.setdefault((delivery.entry.owner_id, delivery.kind, delivery.target_arn), []).append(delivery)
    return groups


def _to_topics(deliveries: Sequence[Delivery], handed: Handed) -> list[_Call]:
    """POST to each endpoint that has not yet taken the event. Two queries."""
    if not deliveries:
        return []
    endpoints = _subscriptions(deliveries)
    have = _taken_already(deliveries)
    calls = []
    for delivery in deliveries:
        entry = delivery.entry
        listening = endpoints.get((entry.owner_id, delivery.target_arn), [])
        waiting = [row for row in listening if (entry.pk, row.endpoint) not in have]
        if not waiting:
            handed.tries[entry.pk].append(Try(True, "Nobody else is subscribed to the topic."))
        calls += [
            _Call(row.endpoint, (entry.pk,), partial(_post, row, envelope(row, entry.event_id, entry.payload)))
            for row in waiting
        ]
    return calls


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


def _post(subscription: TopicSubscription, body: dict[str, str]) -> list[tuple[Try, bool]]:
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
        return [(Try(False, str(error)[:DETAIL_LENGTH], subscription.endpoint), error.slow)]
    said = f"HTTP {status} {answer}".strip()[:DETAIL_LENGTH]
    return [(Try(200 <= status < 300, said, subscription.endpoint), False)]


# Connected


def _to_services(deliveries: Sequence[Delivery], endpoints: Endpoints) -> list[_Call]:
    """One call for each batch that a service takes at once."""
    calls = []
    for (owner_id, kind, target_arn), group in _grouped(deliveries).items():
        endpoint = endpoints[owner_id, SERVICES[EventDestination.Kind(kind)]]
        keys = iter([delivery.entry.pk for delivery in group])
        for batch in connected.batches(endpoint.service, [_record(endpoint, delivery.entry) for delivery in group]):
            call = partial(_handed_to, endpoint, target_arn, batch)
            calls.append(_Call(f"{endpoint.url} {endpoint.service}", [next(keys) for _one in batch], call))
    return calls


def _record(endpoint: connected.Endpoint, entry: Any) -> connected.Record:
    key = str(entry.event_id)
    return connected.Record(key, entry.event_type, connected.text_of(endpoint.service, key, entry.payload))


def _handed_to(
    endpoint: connected.Endpoint, target_arn: str, batch: Sequence[connected.Record]
) -> list[tuple[Try, bool]]:
    """One batch; runs in a thread and touches no database."""
    try:
        wrongs = connected.hand_over(endpoint, target_arn, batch)
    except connected.Refused as error:
        return [(Try(False, str(error)), error.slow)] * len(batch)
    return [(Try(not wrong, wrong or f"Taken by {connected.CLIENTS[endpoint.service]}."), False) for wrong in wrongs]
