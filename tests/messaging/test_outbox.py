"""The outbox: what stands behind destinations, repeats, waits, giving up, sending again."""

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from messaging import outbound, streams
from messaging.errors import Conflict, Invalid, NotFound
from messaging.models import DeliveryAttempt, LogRecord, MessageEvent, OutboxEntry
from messaging.operations.delivery import WAITS_SECONDS, deliver_due_events
from messaging.operations.event_destinations import create_event_destination, delete_event_destination
from messaging.operations.outbox import resend_event, subscribe_endpoint, unsubscribe_endpoint
from tests.factories import SUCCESS, make_caller, make_configuration_set, send
from tests.messaging.test_event_destinations import LOGS, STREAM, TOPIC

pytestmark = pytest.mark.django_db
ARN = TOPIC["topic_arn"]


class Listener:
    """An HTTP endpoint that keeps what it gets and answers what it is told."""

    def __init__(self) -> None:
        self.got: list[tuple[dict[str, str], dict[str, Any]]] = []
        self.status = 200
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                outer.got.append((dict(self.headers.items()), body))
                self.send_response(outer.status)
                self.end_headers()

            def log_message(self, *args: Any) -> None:
                return

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
        self.url = f"http://127.0.0.1:{self.server.server_port}/events?for=tests"


@pytest.fixture
def listener() -> Iterator[Listener]:
    made = Listener()
    yield made
    made.server.shutdown()
    made.server.server_close()


def queue(caller: Any, **target: Any) -> OutboxEntry:
    """One event on its way to a destination."""
    make_configuration_set(caller, "events")
    create_event_destination(
        caller, configuration_set_name="events", event_destination_name="one", matching_event_types=["ALL"], **target
    )
    send(caller, SUCCESS, configuration_set_name="events")
    return OutboxEntry.objects.get()


def test_a_log_group_is_searchable_and_has_each_event_once(caller: Any, clock: Any) -> None:
    entry = queue(caller, cloud_watch_logs_destination=LOGS)
    assert deliver_due_events() == 1
    resend_event(caller, entry_id=entry.pk)
    assert deliver_due_events() == 1
    record = LogRecord.objects.get()
    assert (record.log_group, record.event_id) == (LOGS["log_group_arn"], entry.event_id)
    assert record.record == entry.payload
    entry.refresh_from_db()
    assert (entry.status, entry.due_at, entry.attempts) == ("DELIVERED", None, 1)


def test_a_stream_is_lines_by_the_hour_with_the_event_id(caller: Any, clock: Any, settings: Any, tmp_path: Any) -> None:
    settings.DATA_DIR = tmp_path
    entry = queue(caller, kinesis_firehose_destination=STREAM)
    deliver_due_events()
    path = tmp_path / "streams" / "123456789012" / "us-east-1" / "sms" / "2026/03/02/10" / "events.ndjson"
    assert [json.loads(line) for line in path.read_text().splitlines()] == [
        {**entry.payload, "eventId": str(MessageEvent.objects.get().event_id)}
    ]


def test_a_torn_line_does_not_spoil_the_next(tmp_path: Any) -> None:
    path = tmp_path / "events.ndjson"
    streams.append(path, [{"a": 1}])
    with path.open("a") as file:
        file.write('{"b":')
    streams.append(path, [{"c": 3}, {"d": "é"}])
    assert path.read_text().splitlines() == ['{"a":1}', '{"b":', '{"c":3}', '{"d":"é"}']


def test_a_topic_posts_its_envelope_to_every_subscriber(caller: Any, clock: Any, listener: Listener) -> None:
    entry = queue(caller, sns_destination=TOPIC)
    row = subscribe_endpoint(caller, topic_arn=ARN, endpoint=listener.url)
    deliver_due_events()
    headers, body = listener.got[0]
    assert body["Type"] == "Notification"
    assert body["MessageId"] == str(entry.event_id)
    assert body["TopicArn"] == ARN
    assert json.loads(body["Message"]) == entry.payload
    assert body["Timestamp"] == "2026-03-02T10:00:00.000Z"
    assert headers["x-amz-sns-message-type"] == "Notification"
    assert headers["x-amz-sns-subscription-arn"] == row.subscription_arn
    tried = DeliveryAttempt.objects.get()
    assert (tried.succeeded, tried.target) == (True, listener.url)


def test_a_topic_without_subscribers_is_done_at_once(caller: Any, clock: Any) -> None:
    entry = queue(caller, sns_destination=TOPIC)
    deliver_due_events()
    entry.refresh_from_db()
    assert entry.status == "DELIVERED"


def test_waits_grow_and_the_last_try_gives_up(caller: Any, clock: Any, listener: Listener) -> None:
    entry = queue(caller, sns_destination=TOPIC)
    subscribe_endpoint(caller, topic_arn=ARN, endpoint=listener.url)
    listener.status = 500
    for wait in WAITS_SECONDS:
        assert deliver_due_events() == 1
        clock.advance(seconds=wait - 0.1)
        assert deliver_due_events() == 0
        clock.advance(seconds=0.1)
    deliver_due_events()
    entry.refresh_from_db()
    assert (entry.status, entry.due_at, entry.attempts) == ("GIVEN_UP", None, len(WAITS_SECONDS) + 1)
    assert [row.detail for row in entry.tries.all()] == ["HTTP 500"] * 6
    assert len({body["MessageId"] for _headers, body in listener.got}) == 1

    listener.status = 200
    resend_event(caller, entry_id=entry.pk)
    assert deliver_due_events() == 1
    entry.refresh_from_db()
    assert entry.status == "DELIVERED"
    assert listener.got[-1][1]["MessageId"] == str(entry.event_id)


def test_who_has_it_is_not_called_again_for_the_sake_of_another(caller: Any, clock: Any, listener: Listener) -> None:
    entry = queue(caller, sns_destination=TOPIC)
    other = Listener()
    try:
        for one in (listener, other):
            subscribe_endpoint(caller, topic_arn=ARN, endpoint=one.url)
        other.status = 503
        deliver_due_events()
        other.status = 204
        clock.advance(seconds=1)
        deliver_due_events()
        assert (len(listener.got), len(other.got)) == (1, 2)
        resend_event(caller, entry_id=entry.pk)
        deliver_due_events()
        assert (len(listener.got), len(other.got)) == (2, 3)
    finally:
        other.server.shutdown()
        other.server.server_close()


def test_nobody_listening_is_a_failed_try(caller: Any, clock: Any, listener: Listener) -> None:
    entry = queue(caller, sns_destination=TOPIC)
    listener.server.shutdown()
    listener.server.server_close()
    subscribe_endpoint(caller, topic_arn=ARN, endpoint=listener.url)
    deliver_due_events()
    entry.refresh_from_db()
    assert entry.status == "WAITING"
    assert "refused" in entry.tries.get().detail


def test_a_deleted_destination_ends_its_events(caller: Any, clock: Any) -> None:
    entry = queue(caller, sns_destination=TOPIC)
    delete_event_destination(caller, configuration_set_name="events", event_destination_name="one")
    deliver_due_events()
    entry.refresh_from_db()
    assert (entry.status, entry.due_at) == ("GIVEN_UP", None)


def test_events_and_subscriptions_of_another_account_do_not_exist(caller: Any, other_owner: Any, clock: Any) -> None:
    stranger = make_caller(other_owner)
    entry = queue(caller, sns_destination=TOPIC)
    row = subscribe_endpoint(caller, topic_arn=ARN, endpoint="https://example.com/events")
    with pytest.raises(NotFound):
        resend_event(stranger, entry_id=entry.pk)
    with pytest.raises(NotFound):
        unsubscribe_endpoint(stranger, subscription_id=row.subscription_id)
    unsubscribe_endpoint(caller, subscription_id=row.subscription_id)


@pytest.mark.parametrize(
    "endpoint", ["ftp://example.com/", "https://", "https://me:secret@example.com/", "http://a b/"]
)
def test_refuses_what_is_no_endpoint(caller: Any, endpoint: str) -> None:
    with pytest.raises(Invalid) as refused:
        subscribe_endpoint(caller, topic_arn=ARN, endpoint=endpoint)
    assert "endpoint" in refused.value.fields


def test_refuses_a_second_subscription_and_what_is_no_topic(caller: Any) -> None:
    subscribe_endpoint(caller, topic_arn=ARN, endpoint="https://example.com/")
    with pytest.raises(Conflict):
        subscribe_endpoint(caller, topic_arn=ARN, endpoint="https://example.com/")
    with pytest.raises(Invalid) as refused:
        subscribe_endpoint(caller, topic_arn="arn:aws:sqs:us-east-1:123456789012:q", endpoint="https://example.com/")
    assert refused.value.reason == "INVALID_ARN"


@pytest.mark.parametrize(
    "url",
    [
        "http://169.254.169.254/latest/meta-data/",
        "http://[fe80::1]/",
        "http://[::ffff:169.254.169.254]/",
        "http://0.0.0.0/",
        "http://[fd00:ec2::254]/",
        "http://2852039166/",
    ],
)
def test_metadata_and_link_local_addresses_are_not_spoken_to(url: str) -> None:
    with pytest.raises(outbound.Undeliverable, match="not spoken to"):
        outbound.post(url, b"", {})


def test_local_targets_can_be_allowed(settings: Any) -> None:
    settings.SWITCHBOARD_ALLOW_LOCAL_TARGETS = True
    assert outbound.resolved(outbound.checked_url("http://169.254.169.254/")) == "169.254.169.254"
