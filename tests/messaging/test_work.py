"""The worker: what it looks for, how long it waits, that trouble does not end it; and the wake-ups of a broker."""

import threading
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.core.cache import cache
from django.db import OperationalError

from messaging import tasks, wakeups, work
from messaging.models import LogRecord, Message, Meter, WorkerBeat
from tests.factories import SUCCESS, make_log_destination, make_simulator_number, send

pytestmark = pytest.mark.django_db


def test_one_round_carries_messages_and_delivers_their_events(caller: Any, clock: Any) -> None:
    make_log_destination(caller)
    send(caller, SUCCESS, configuration_set_name="events")
    assert work.run_once() == 3  # one step; the events QUEUED and PENDING
    assert [record.record["eventType"] for record in LogRecord.objects.order_by("id")] == [
        "TEXT_QUEUED",
        "TEXT_PENDING",
    ]
    assert work.run_once() == 0


def test_goes_by_the_clock_it_is_given(caller: Any, clock: Any) -> None:
    from messaging.clock import FrozenClock

    send(caller, SUCCESS)
    assert work.run_once(FrozenClock(clock.now() - timedelta(seconds=1))) == 0
    assert work.run_once(FrozenClock(clock.now() + timedelta(seconds=1))) == 1


def test_a_jump_of_the_clock_makes_everything_due(caller: Any, clock: Any) -> None:
    send(caller, SUCCESS)
    work.run_until_idle()
    clock.advance(minutes=15)
    assert work.run_until_idle() == 2
    assert Message.objects.get().status == "DELIVERED"


def test_an_idle_round_is_a_few_indexed_looks(clock: Any, django_assert_max_num_queries: Any) -> None:
    with django_assert_max_num_queries(10):
        assert work.run_once() == 0


def test_knows_when_the_next_step_is(caller: Any, clock: Any) -> None:
    assert work.seconds_to_next() is None
    send(caller, SUCCESS)
    assert work.seconds_to_next() == 0
    work.run_until_idle()
    assert work.seconds_to_next() == pytest.approx(0.5, abs=0.01)


def test_waits_for_nothing_that_another_worker_holds(caller: Any, clock: Any) -> None:
    """A worker that came back at once for a row under a lease would look again and again until the lease is over."""
    send(caller, SUCCESS)
    Message.objects.update(claim="0" * 32, claimed_until=datetime.now(UTC) + timedelta(seconds=10))
    assert work.seconds_to_next() is None
    Message.objects.update(claimed_until=datetime.now(UTC) - timedelta(seconds=1))
    assert work.seconds_to_next() == 0


def test_beats_and_forgets_who_is_long_gone() -> None:
    WorkerBeat.objects.create(name="old", seen_at=datetime.now(UTC) - timedelta(hours=2))
    work.beat("here")
    work.beat("here")
    assert WorkerBeat.objects.get().name == "here"


@pytest.mark.parametrize("trouble", [OperationalError("gone"), ValueError("a bug")])
def test_trouble_does_not_end_it(
    monkeypatch: pytest.MonkeyPatch, trouble: Exception, caplog: pytest.LogCaptureFixture
) -> None:
    stop, rounds = threading.Event(), []

    def once(*, delivering: bool) -> int:
        rounds.append(1)
        if len(rounds) == 1:
            raise trouble
        stop.set()
        return 0

    monkeypatch.setattr(work, "run_once", once)
    monkeypatch.setattr(work, "AFTER_ERROR_SECONDS", 0.0)
    monkeypatch.setattr(work, "deliver_forever", lambda stop: None)
    monkeypatch.setattr(work.connection, "close", lambda: None)
    work.run_forever(stop)
    assert len(rounds) == 2
    assert str(trouble) in caplog.text
    assert WorkerBeat.objects.get().name == work.worker_name()


def test_small_batches_are_left_to_gather_when_rows_come_due_fast(monkeypatch: pytest.MonkeyPatch) -> None:
    at, batches, waits, stop = [0.0], iter([0, 1, 0, 9, 9, 30, 500, 3, 0]), [], threading.Event()

    def once() -> int:
        found = next(batches, None)
        if found is None:
            stop.set()
        return found or 0

    def wait(seconds: float) -> None:
        waits.append(seconds)
        at[0] += seconds

    monkeypatch.setattr(work.time, "monotonic", lambda: at[0])
    monkeypatch.setattr(work.Watch, "is_due", lambda self: True)
    monkeypatch.setattr(work, "idle_seconds", lambda: 0.02)
    monkeypatch.setattr(stop, "wait", wait)
    monkeypatch.setattr(work.connection, "close", lambda: None)
    work._repeat(once, stop, work.Watch([Message]))
    # The second nine have had a tenth of a second to come due, and after a large batch there is no wait at all.
    assert waits == [0.02, 0.02, 0.02, 0.1, 0.02, 0.1, 0.1, 0.02, 0.02]


class Queue:
    """Stands in for look_now and remembers what it was asked."""

    def __init__(self) -> None:
        self.asked: list[float | None] = []

    def delay(self) -> None:
        self.asked.append(None)

    def apply_async(self, countdown: float) -> None:
        self.asked.append(countdown)


@pytest.fixture
def queue(monkeypatch: pytest.MonkeyPatch, settings: Any) -> Queue:
    settings.EMBEDDED = False
    made = Queue()
    monkeypatch.setattr(tasks, "look_now", made)
    return made


def test_a_hundred_sends_wake_once(queue: Queue) -> None:
    for _ in range(100):
        wakeups.wake()
    assert queue.asked == [None]
    wakeups.woken()
    wakeups.wake()
    assert queue.asked == [None, None]


def test_embedded_wakes_nobody(queue: Queue, settings: Any) -> None:
    settings.EMBEDDED = True
    wakeups.wake()
    wakeups.wake_in(0.5)
    assert queue.asked == []
    assert cache.get(wakeups.ON_ITS_WAY) is None


def test_a_send_asks_for_a_look_once_it_is_committed(
    caller: Any, clock: Any, queue: Queue, django_capture_on_commit_callbacks: Any
) -> None:
    number = make_simulator_number(caller).phone_number_id
    with django_capture_on_commit_callbacks(execute=True):
        send(caller, SUCCESS, origination_identity=number)
        assert queue.asked == []
    assert queue.asked == [None]


def test_a_look_works_and_comes_back_for_the_next_step(
    caller: Any, clock: Any, monkeypatch: pytest.MonkeyPatch, settings: Any
) -> None:
    settings.EMBEDDED = False
    send(caller, SUCCESS)
    asked = Queue()
    look = tasks.look_now
    monkeypatch.setattr(tasks, "look_now", asked)
    assert look() == 1
    assert asked.asked == [pytest.approx(0.5, abs=0.01)]


def test_a_sweep_finds_what_no_hint_told_of(caller: Any, clock: Any) -> None:
    send(caller, SUCCESS)
    Meter.objects.create(owner_id=caller.owner_id, key="to:+12065550199", empties_at=1)
    assert tasks.sweep() == 1
    assert WorkerBeat.objects.exists()
    assert not Meter.objects.filter(empties_at=1).exists()


def test_the_celery_application_knows_both_tasks_and_the_sweep() -> None:
    from console.celery import app

    app.loader.import_default_modules()
    assert {"messaging.look_now", "messaging.sweep"} <= set(app.tasks)
    assert app.conf.beat_schedule["sweep"]["task"] == "messaging.sweep"
