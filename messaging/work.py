"""The worker: everything that is due, in batches, wherever it runs (embedded process, Celery task, test)."""

import logging
import os
import socket
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from django.db import Error, connection
from django.db.models import Model

from messaging import clock
from messaging.due import Watch, idle_seconds
from messaging.models import Alarm, BulkSend, Job, Message, MonthlyCharge, OutboxEntry, PhoneNumber, WorkerBeat
from messaging.operations import throughput
from messaging.operations.bulk_send_runs import run_due_bulk_sends
from messaging.operations.carriage import advance_due_messages
from messaging.operations.delivery import deliver_due_events
from messaging.operations.feedback import fail_silent_messages, next_silence
from messaging.operations.jobs import run_due_jobs
from messaging.operations.phone_numbers import activate_due_numbers
from messaging.operations.upkeep import keep_books

BEAT_SECONDS = 5
RECHECK_SECONDS = 5  # what the look at the tables should ever miss waits no longer
FORGET_WORKER = timedelta(hours=1)
AFTER_ERROR_SECONDS = 1.0
# A batch costs two commits however small it is: when rows come due faster than this, the next small batch is left to
# gather, so that a stream of sends meets the worker in the line of writers ten times a second and not fifty.
BUSY_A_SECOND = 200
FEW, GATHER_SECONDS = 200, 0.1
STOP_SECONDS = 8.0
MOST_BATCHES = 20  # of one kind in a row, so that messages never keep events or jobs waiting for long

logger = logging.getLogger("messaging.worker")

Perform = Callable[[], int]
_further: dict[type[Model], Perform] = {}
Sweep = Callable[[], object]
_sweeps: list[Sweep] = [throughput.sweep]


def register_due_work(model: type[Model], perform: Perform) -> None:
    """Have the worker do the due work of another part of the product: perform() does a batch and says how many rows.

    The table has due_at (simulated time), claim and claimed_until as operations/claims.py wants them. Called when that
    part starts, before any worker does.
    """
    _further[model] = perform


def register_sweep(sweep: Sweep) -> None:
    """Have the worker clear away what another part of the product leaves behind: sweep() is called every few seconds.

    It has to see by itself, and at no cost, whether it is time to look.
    """
    _sweeps.append(sweep)


def clear_away() -> None:
    """What is left behind, here and in other parts."""
    for sweep in _sweeps:
        sweep()


def run_once(clock_used: clock.Clock | None = None, *, delivering: bool = True) -> int:
    """Do what is due now, at most some batches of each kind; return how many rows were worked on.

    clock_used is the clock to go by (tests), the current one otherwise; delivering=False leaves events to others.
    """
    if clock_used is not None:
        with clock.using(clock_used):
            return run_once(delivering=delivering)
    done = _batches(advance_due_messages)
    if delivering:
        done += _batches(deliver_due_events)
    done += _batches(run_due_bulk_sends) + _further_work()
    return done + fail_silent_messages() + activate_due_numbers() + keep_books() + run_due_jobs()


def _further_work() -> int:
    """The due work of other parts: one look at all their tables when there is none."""
    next_due = Watch(list(_further)).next_instant() if _further else None
    if next_due is None or next_due > clock.now():
        return 0
    return sum(map(_batches, _further.values()))


def _batches(work: Callable[[], int]) -> int:
    total = 0
    for _batch in range(MOST_BATCHES):
        done = work()
        total += done
        if not done:
            break
    return total


def run_until_idle(clock_used: clock.Clock | None = None) -> int:
    """Work until nothing is due any more; return how many rows that were."""
    total = 0
    while done := run_once(clock_used):
        total += done
    return total


def seconds_to_next() -> float | None:
    """Wall seconds until the next row that nobody holds is due, at the clock's rate; None when nothing is planned."""
    watch = Watch([Message, OutboxEntry, PhoneNumber, Job, BulkSend, MonthlyCharge, Alarm, *_further])
    instants = [instant for instant in (watch.next_instant(), next_silence()) if instant]
    if not instants:
        return None
    return max((min(instants) - clock.now()).total_seconds(), 0.0) / clock.current().rate


def worker_name() -> str:
    """Host and process id, as the heart-beat shows it."""
    return f"{socket.gethostname()[:48]}:{os.getpid()}"


def beat(name: str) -> None:
    """Say that this worker lives; workers that have been silent for an hour are forgotten."""
    now = datetime.now(UTC)
    WorkerBeat.objects.update_or_create(name=name, defaults={"seen_at": now})
    WorkerBeat.objects.filter(seen_at__lt=now - FORGET_WORKER).delete()


def run_forever(stop: threading.Event) -> None:
    """Work until told to stop, looking many times a second when idle (messaging.due).

    A database that is away for a while is waited for. Events are delivered in a thread of their own, so that an
    endpoint that does not answer holds up no message.
    """
    delivering = threading.Thread(target=deliver_forever, args=(stop,), name="delivery", daemon=True)
    delivering.start()
    name, next_beat = worker_name(), 0.0

    def once() -> int:
        nonlocal next_beat
        if time.monotonic() >= next_beat:
            beat(name)
            next_beat = time.monotonic() + BEAT_SECONDS
            clear_away()
        return run_once(delivering=False)

    _repeat(once, stop, Watch([Message, PhoneNumber, Job, BulkSend, *_further]), rest=BEAT_SECONDS)
    delivering.join(STOP_SECONDS)


def deliver_forever(stop: threading.Event) -> None:
    """Deliver events until told to stop."""
    _repeat(lambda: _batches(deliver_due_events), stop, Watch([OutboxEntry]))


def _repeat(work: Callable[[], int], stop: threading.Event, watch: Watch, *, rest: float = RECHECK_SECONDS) -> None:
    """Do the work whenever the watch says that some is due, and after `rest` seconds of wall time in any case."""
    done, again, worked_at = 1, 0.0, float("-inf")
    while not stop.is_set():
        try:
            if done or time.monotonic() >= again or watch.is_due():
                since, worked_at = worked_at, time.monotonic()
                done, again = work(), worked_at + rest
                watch.forget()
        except Error:
            logger.exception("The database refused; the worker tries again")
            connection.close()
            stop.wait(AFTER_ERROR_SECONDS)
        except Exception:
            logger.exception("Due work failed; its rows come again when their lease is over")
            stop.wait(AFTER_ERROR_SECONDS)
        else:
            if done < FEW:
                busy = done > BUSY_A_SECOND * (worked_at - since)
                stop.wait(GATHER_SECONDS if busy else idle_seconds())
    connection.close()
