"""Works that wait in line together share a commit, and nothing else: results, exceptions and contexts stay apart."""

import contextvars
import threading
import time
import uuid
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any

import pytest
from django.db import Error, IntegrityError, connection, transaction

from messaging import commits
from messaging.batches import METERS, at_the_end
from messaging.bulk import insert_rows
from messaging.commits import committed
from messaging.models import MessageEvent, WorkerBeat
from messaging.operations.events import new_event
from messaging.transactions import write_transaction

pytestmark = pytest.mark.django_db(transaction=True)
SQLITE = connection.vendor == "sqlite"
SECONDS = 30.0

whose: contextvars.ContextVar[str] = contextvars.ContextVar("whose", default="nobody")


class Fault(Exception):
    """What a work of these tests raises."""


@pytest.fixture
def groups(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How many works each shared transaction had."""
    sizes: list[int] = []
    name = "_together" if SQLITE else "_batched"
    carry_out = getattr(commits, name)

    def counted(works: list[Any], *ready: Any) -> None:
        sizes.append(len(works))
        carry_out(works, *ready)

    monkeypatch.setattr(commits, name, counted)
    return sizes


def at_once(works: Sequence[Callable[[], Any]]) -> list[Any]:
    """Let a thread of its own ask for each work while the line is held; what each got: a result or an exception."""
    got: list[Any] = [None] * len(works)

    def ask(position: int) -> None:
        whose.set(f"thread {position}")
        try:
            got[position] = committed(works[position])
        except Exception as error:
            got[position] = error
        finally:
            connection.close()

    threads = [threading.Thread(target=ask, args=(position,)) for position in range(len(works))]
    queue = commits._queue
    queue._led = True  # by this test, until all are waiting
    for thread in threads:
        thread.start()
    end = time.monotonic() + SECONDS
    while len(queue._waiting) < len(works) and time.monotonic() < end:
        time.sleep(0.001)
    queue._waiting[0].turn.release()
    for thread in threads:
        thread.join(SECONDS)
    assert not any(thread.is_alive() for thread in threads)
    return got


def beat(name: str) -> str:
    WorkerBeat.objects.create(name=name, seen_at=datetime.now(UTC))
    return name


def names() -> set[str]:
    return set(WorkerBeat.objects.values_list("name", flat=True))


def test_works_that_wait_together_share_one_commit_and_get_their_own_results(groups):
    wanted = [f"beat-{number}" for number in range(8)]
    assert at_once([lambda name=name: beat(name) for name in wanted]) == wanted
    assert names() == set(wanted)
    assert groups == [8]


def test_more_than_fit_into_one_commit_are_all_done(groups, monkeypatch):
    monkeypatch.setattr(commits, "MOST", 3)
    wanted = [f"beat-{number}" for number in range(8)]
    assert at_once([lambda name=name: beat(name) for name in wanted]) == wanted
    assert names() == set(wanted)
    assert groups == [3, 3, 2]


def test_a_refusal_before_anything_is_written_disturbs_nobody(groups):
    def refuse() -> None:
        raise Fault("no")

    got = at_once([lambda: beat("one"), refuse, lambda: beat("two")])
    assert (got[0], got[2]) == ("one", "two")
    assert isinstance(got[1], Fault)
    assert names() == {"one", "two"}
    assert groups == [3]


def test_what_a_failing_work_wrote_is_undone_and_the_others_stand(groups):
    def fail() -> None:
        beat("lost")
        raise Fault("after writing")

    got = at_once([lambda: beat("one"), fail, lambda: beat("two")])
    assert (got[0], got[2]) == ("one", "two")
    assert isinstance(got[1], Fault)
    assert names() == {"one", "two"}
    assert groups == [3, 1, 1, 1]


def test_a_work_that_the_database_refuses_at_the_commit_fails_alone():
    def orphan() -> None:
        event = new_event(uuid.uuid4(), "SMS", "QUEUED", datetime.now(UTC), sequence=0)
        MessageEvent.objects.bulk_create([MessageEvent(owner_id=1, **event._asdict())])

    got = at_once([lambda: beat("one"), orphan, lambda: beat("two")])
    assert (got[0], got[2]) == ("one", "two")
    assert isinstance(got[1], Error)
    assert names() == {"one", "two"}
    assert not MessageEvent.objects.exists()


def test_a_lone_work_leaves_no_row_when_one_of_its_rows_is_refused():
    def insert(*wanted: str) -> None:
        for name in wanted:
            insert_rows(WorkerBeat, ("name", "seen_at"), [(name, datetime.now(UTC))])

    committed(lambda: insert("one", "two"))
    for wanted in (("three", "two"), ("two", "three")):
        with pytest.raises(IntegrityError):
            committed(lambda wanted=wanted: insert(*wanted))
    assert names() == {"one", "two"}


def test_a_change_at_the_end_that_is_refused_fails_its_own_work_only():
    def send(name: str) -> str:
        at_the_end((METERS, name), lambda: take(name))
        return beat(name)

    def take(name: str) -> None:
        if name == "two":
            raise Fault(name)

    got = at_once([lambda name=name: send(name) for name in ("three", "two", "one")])
    assert (got[0], got[2]) == ("three", "one")
    assert isinstance(got[1], Fault)
    assert names() == {"one", "three"}


@pytest.mark.skipif(SQLITE, reason="an error leaves a transaction of SQLite as it is")
def test_a_work_that_keeps_an_error_of_the_database_to_itself_is_not_answered_as_committed():
    def divide() -> str:
        with suppress(Error), connection.cursor() as cursor:
            cursor.execute("SELECT 1 / 0")
        return "fine"

    got = at_once([lambda: beat("one"), divide, lambda: beat("two")])
    assert (got[0], got[2]) == ("one", "two")
    assert isinstance(got[1], Error)
    assert names() == {"one", "two"}


def test_each_work_has_the_context_of_its_own_thread():
    assert at_once([whose.get] * 4) == [f"thread {number}" for number in range(4)]


def test_hooks_run_after_the_commit_in_the_thread_that_asked():
    ran: list[tuple[str, int, bool]] = []
    asked: dict[str, int] = {}

    def work(name: str) -> str:
        def hook() -> None:
            ran.append((name, threading.get_ident(), name in names()))

        transaction.on_commit(hook)
        return beat(name)

    def asking(name: str) -> None:
        asked[name] = threading.get_ident()
        committed(lambda: work(name))
        connection.close()

    threads = [threading.Thread(target=asking, args=(f"beat-{number}",)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(SECONDS)
    assert sorted(ran) == sorted((name, ident, True) for name, ident in asked.items())


def test_hooks_of_an_undone_work_never_run():
    ran: list[str] = []

    def fail() -> None:
        transaction.on_commit(lambda: ran.append("undone"))
        raise Fault

    with pytest.raises(Fault):
        committed(fail)
    committed(lambda: beat("next"))
    assert ran == []


def test_inside_a_transaction_a_work_is_part_of_it(groups):
    with pytest.raises(Fault), write_transaction():
        committed(lambda: beat("inner"))
        raise Fault
    assert names() == set()
    assert groups == []


def test_a_line_that_cannot_be_had_fails_one_caller_and_not_the_next(monkeypatch):
    def broken() -> Any:
        raise OSError("no lock file")

    with monkeypatch.context() as patch:
        patch.setattr(commits, "line_of_writers", broken)
        with pytest.raises(OSError, match="no lock file"):
            committed(lambda: beat("never"))
    assert committed(lambda: beat("next")) == "next"
    assert names() == {"next"}
