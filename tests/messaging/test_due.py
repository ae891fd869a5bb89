"""What an idle worker looks at: it sees all that is due, and asks little."""

import sqlite3
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection

from messaging import due, work
from messaging.due import Watch
from messaging.models import Job, Message, OutboxEntry, PhoneNumber
from tests.factories import SUCCESS, make_simulator_number, send

pytestmark = pytest.mark.django_db
EVERYTHING = [Message, PhoneNumber, Job, OutboxEntry]


def test_nothing_planned_is_nothing_due(clock: Any) -> None:
    assert Watch(EVERYTHING).is_due() is False


def test_sees_a_message_when_its_time_comes(caller: Any, clock: Any) -> None:
    watch = Watch(EVERYTHING)
    send(caller, SUCCESS)
    assert watch.is_due() is True
    work.run_until_idle()
    watch.forget()
    assert watch.is_due() is False
    clock.advance(seconds=0.6)  # nothing is written in between: the planned instant is remembered
    assert watch.is_due() is True


def test_what_another_worker_holds_is_not_due_until_its_lease_is_over(caller: Any, clock: Any) -> None:
    watch = Watch([Message])
    send(caller, SUCCESS)
    later = datetime.now(UTC) + timedelta(seconds=10)
    Message.objects.update(claim="0" * 32, claimed_until=later)
    watch.forget()
    assert watch.is_due() is False
    Message.objects.update(claimed_until=datetime.now(UTC) - timedelta(seconds=1))
    watch.forget()
    assert watch.is_due() is True


def test_sees_numbers_and_jobs_too(caller: Any, clock: Any) -> None:
    number = make_simulator_number(caller)
    watch = Watch([PhoneNumber])
    assert watch.is_due() is False
    PhoneNumber.objects.filter(pk=number.pk).update(due_at=clock.now())
    watch.forget()
    assert watch.is_due() is True
    Job.objects.create(owner_id=caller.owner_id, title="Job", kind="", actor="", role="", due_at=clock.now())
    assert Watch([Job]).is_due() is True


def test_looks_at_the_tables_again_after_a_while(caller: Any, clock: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """A connection does not see its own commits in data_version; a lease runs out without any."""
    watch = Watch([Message])
    assert watch.is_due() is False
    send(caller, SUCCESS)
    monkeypatch.setattr(due, "LOOK_AGAIN_SECONDS", 0.0)
    assert watch.is_due() is True


@pytest.fixture
def other(tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[sqlite3.Connection]:
    """A database file with one of our tables in it, opened twice: by us through Django's cursor, and by another."""
    if connection.vendor != "sqlite":
        pytest.skip("only SQLite counts the commits of others")
    path = tmp_path / "other.sqlite3"
    theirs = sqlite3.connect(path)
    theirs.executescript("PRAGMA journal_mode=WAL; CREATE TABLE messaging_phonenumber (due_at text)")
    ours = sqlite3.connect(path)

    class Cursor:
        def __enter__(self) -> "Cursor":
            self.inner = ours.cursor()
            return self

        def __exit__(self, *_error: object) -> None:
            self.inner.close()

        def execute(self, sql: str, parameters: list[Any] | None = None) -> None:
            self.inner.execute(sql.replace("%s", "?"), parameters or [])

        def __getattr__(self, name: str) -> Any:
            return getattr(self.inner, name)

    monkeypatch.setattr(connection, "cursor", Cursor)
    yield theirs
    ours.close()
    theirs.close()


def test_a_commit_of_another_process_is_seen_at_once_and_nothing_else_is_asked(
    other: sqlite3.Connection, clock: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    watch, found = Watch([PhoneNumber]), []
    find = watch._find
    monkeypatch.setattr(watch, "_find", lambda: found.append(1) or find())
    assert [watch.is_due() for _look in range(5)] == [False] * 5
    assert len(found) == 1
    other.execute("INSERT INTO messaging_phonenumber VALUES (?)", [str(clock.now().replace(tzinfo=None))])
    other.commit()
    assert watch.is_due() is True
    assert len(found) == 2


def test_an_idle_worker_rests_on_its_watch(monkeypatch: pytest.MonkeyPatch) -> None:
    stop, rounds, looks = threading.Event(), [], []

    class Nothing(Watch):
        def is_due(self) -> bool:
            looks.append(1)
            if len(looks) == 20:
                stop.set()
            return False

    monkeypatch.setattr(work, "idle_seconds", lambda: 0.0)
    monkeypatch.setattr(work.connection, "close", lambda: None)
    work._repeat(lambda: rounds.append(1) or 0, stop, Nothing([Message]))
    assert len(rounds) == 1
