"""What test_delivery_under_failure.py runs in processes of its own: `python -m tests.server.delivery_process <what> …`.

`work` is the worker with shorter leases, time-outs and waits, so that a test need not wait for those of production.
"""

import json
import signal
import sys
import threading
import time
from typing import Any

import django

django.setup()

from messaging import outbound, work  # noqa: E402
from messaging.caller import Caller  # noqa: E402
from messaging.models import DeliveryAttempt, LogRecord, Message, MessageEvent, OutboxEntry  # noqa: E402
from messaging.operations import claims, delivery, handover  # noqa: E402
from messaging.operations.accounts import regional_account  # noqa: E402
from messaging.operations.clock import set_clock_rate  # noqa: E402
from messaging.operations.event_destinations import create_event_destination, target_of  # noqa: E402
from messaging.operations.outbox import resend_event, subscribe_endpoint  # noqa: E402
from tests import factories  # noqa: E402
from tests.installation import ACCOUNT, REGION  # noqa: E402

LEASE_SECONDS, TIMEOUT_SECONDS = 2.0, 0.4
WAITS_SECONDS = (1, 5, 10, 20, 40)  # as many as there are, of simulated time
SET = "storm"
ROLE = "arn:aws:iam::123456789012:role/events"


def caller() -> Caller:
    return Caller.system(regional_account(ACCOUNT, REGION))


def make(base_url: str, *topics: str) -> None:
    """A set with a log group, a stream, and a topic with one subscriber for each name; time runs at 60 ×."""
    me = caller()
    set_clock_rate(me, rate=60)
    factories.make_configuration_set(me, SET)

    def destine(name: str, **target: Any) -> None:
        create_event_destination(
            me, configuration_set_name=SET, event_destination_name=name, matching_event_types=["ALL"], **target
        )

    logs, stream = (target_of(me, kind, SET) for kind in ("LOG_GROUP", "DELIVERY_STREAM"))
    destine("log-group", cloud_watch_logs_destination={"iam_role_arn": ROLE, "log_group_arn": logs})
    destine("stream", kinesis_firehose_destination={"iam_role_arn": ROLE, "delivery_stream_arn": stream})
    for topic in topics:
        destine(topic, sns_destination={"topic_arn": target_of(me, "TOPIC", topic)})
        subscribe_endpoint(me, topic_arn=target_of(me, "TOPIC", topic), endpoint=f"{base_url}/{topic}")


def send(count: str) -> None:
    """Messages with the set."""
    me = caller()
    number = factories.make_simulator_number(me).phone_number_id
    for _message in range(int(count)):
        factories.send(me, origination_identity=number, configuration_set_name=SET)


def run() -> None:
    """Work until told to stop."""
    assert len(WAITS_SECONDS) == len(delivery.WAITS_SECONDS)
    delivery.WAITS_SECONDS = WAITS_SECONDS  # type: ignore[assignment]
    delivery.LEASE_SECONDS = LEASE_SECONDS  # type: ignore[assignment]
    handover.BUDGET_SECONDS = LEASE_SECONDS - 3 * TIMEOUT_SECONDS
    for function, name, value in (
        (outbound.post, "timeout", TIMEOUT_SECONDS),
        (claims.claim, "lease_seconds", LEASE_SECONDS),
    ):
        defaults = function.__kwdefaults__
        assert defaults and name in defaults
        defaults[name] = value
    stop = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_signal: stop.set())
    work.run_forever(stop)


def state() -> None:
    """Everything that the test compares, as JSON."""
    entries = OutboxEntry.objects.select_related("event_destination").prefetch_related("tries")
    said = {
        "entries": [
            {
                "id": entry.pk,
                "event_id": str(entry.event_id),
                "to": entry.event_destination.event_destination_name,
                "status": entry.status,
                "attempts": entry.attempts,
                "tries": len(entry.tries.all()),
            }
            for entry in entries
        ],
        "events": [str(key) for key in MessageEvent.objects.values_list("pk", flat=True)],
        "records": [str(key) for key in LogRecord.objects.values_list("event_id", flat=True)],
        "under way": Message.objects.filter(is_final=False).count(),
    }
    print(json.dumps(said))


def quiet(seconds: str) -> None:
    """Wait until nothing is to be done any more."""
    end = time.monotonic() + float(seconds)
    while time.monotonic() < end:
        waiting = OutboxEntry.objects.filter(status=OutboxEntry.Status.WAITING).exists()
        if not waiting and not Message.objects.filter(is_final=False).exists():
            return
        time.sleep(0.05)
    raise SystemExit("something is still to be done")


def resend() -> None:
    """Send everything again that was given up; say how much that was, and forget its tries."""
    me = caller()
    given_up = list(OutboxEntry.objects.filter(status=OutboxEntry.Status.GIVEN_UP).values_list("pk", flat=True))
    DeliveryAttempt.objects.filter(entry_id__in=given_up).delete()
    for key in given_up:
        resend_event(me, entry_id=key)
    print(len(given_up))


if __name__ == "__main__":
    {"make": make, "send": send, "work": run, "state": state, "quiet": quiet, "resend": resend}[sys.argv[1]](
        *sys.argv[2:]
    )
