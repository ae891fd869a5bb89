"""Changes that wait in line together share one commit: the dearest part of a small change is to begin and to commit.

Each thread puts its work in a queue. One of them leads: when it comes to the head of the line of writers it runs all
work that is waiting in one transaction, commits, hands the lead to the next that waits, and only then does each thread
go on with its own result or exception. So nothing is answered before it is committed. A work that raises has as a rule
written nothing yet, and the others go on; when it has, all is undone and each work gets a transaction of its own.
On PostgreSQL, where a round trip costs more than a statement, the works also write together (messaging/batches.py).
"""

import contextvars
import threading
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

from django.db import DEFAULT_DB_ALIAS, DatabaseError, IntegrityError, connection, connections, transaction
from django.db.backends.base.base import BaseDatabaseWrapper

from messaging import batches
from messaging.transactions import line_of_writers

R = TypeVar("R")

MOST = 32  # works in one commit


class Spoilt(Exception):
    """A work has failed after it wrote, so the shared transaction cannot be committed."""


class _Work:
    """What a thread wants done, and what came of it."""

    __slots__ = ("context", "done", "error", "hooks", "perform", "result", "turn")

    def __init__(self, perform: Callable[[], Any]) -> None:
        self.perform = perform
        self.context = contextvars.copy_context()  # language, operation and the like are those of its own thread
        self.turn = threading.Lock()  # held until the thread may go on: to lead, or because its work is done
        self.turn.acquire()
        self.reset()
        self.done = False

    def reset(self) -> None:
        self.result: Any = None
        self.error: BaseException | None = None
        self.hooks: list[Any] = []

    def run(self) -> bool:
        """Do it on this thread's connection, and return whether it left nothing that must not be committed.

        Hooks for after the commit are kept for the thread that asked.
        """
        self.reset()
        connection = connections[DEFAULT_DB_ALIAS]  # once: django.db.connection looks for it at every attribute
        batch, hooks = batches.current(), len(connection.run_on_commit)
        standing = batch.standing() if batch else connection.connection.total_changes
        try:
            self.result = self.context.run(self.perform)
            self.hooks = connection.run_on_commit[hooks:]
        except BaseException as error:
            self.error = error
            if batch:
                return batch.undone(standing)
            return bool(connection.connection.total_changes == standing and not connection.needs_rollback)
        finally:
            del connection.run_on_commit[hooks:]
        return batch is None or batch.sound()


class Queue:
    """Works of the threads of one process on one database."""

    def __init__(self) -> None:
        self._mutex = threading.Lock()
        self._waiting: deque[_Work] = deque()
        self._led = False

    def carry_out(self, work: _Work) -> None:
        """Return when the work is committed or undone, by this thread or another."""
        with self._mutex:
            self._waiting.append(work)
            leads, self._led = not self._led, True
        if not leads:
            work.turn.acquire()
        if not work.done:
            self._lead(work)

    def _lead(self, work: _Work) -> None:
        """Carry out everything that waits; whoever leads is first in the queue."""
        taken, handed_over = [work], False

        def hand_over() -> None:
            nonlocal handed_over
            if not handed_over:
                handed_over = True
                self._hand_over(work)

        try:
            with line_of_writers():
                taken = self._take()
                _commit(taken, hand_over)
        except BaseException as error:
            for each in taken:
                each.error = each.error or error
        finally:
            hand_over()
            for each in taken:
                each.done = True
                if each is not work:
                    each.turn.release()

    def _take(self) -> list[_Work]:
        with self._mutex:
            return [self._waiting.popleft() for _ in range(min(MOST, len(self._waiting)))]

    def _hand_over(self, work: _Work) -> None:
        with self._mutex:
            if self._waiting and self._waiting[0] is work:  # it never came to the head of the line
                self._waiting.popleft()
            if self._waiting:
                self._waiting[0].turn.release()
            else:
                self._led = False


def _commit(works: list[_Work], ready: Callable[[], None]) -> None:
    """Run works in one transaction. Should one of them make the commit impossible, each gets a transaction alone.

    On PostgreSQL ready() is called when there is nothing left but to write and commit.
    """
    try:
        if connection.vendor == "sqlite":
            _together(works)
        else:
            _batched(works, ready)
    except (IntegrityError, Spoilt) as error:
        if len(works) == 1:
            works[0].error = works[0].error or error
            return
        for work in works:
            try:
                _commit([work], ready)
            except BaseException as alone:  # what the others have committed stands
                work.error = alone


def _together(works: list[_Work]) -> None:
    with _outermost() as connection:
        for work in works:
            if work.run():
                continue
            if len(works) > 1:
                raise Spoilt
            connection.needs_rollback = True


@contextmanager
def _outermost() -> Iterator[BaseDatabaseWrapper]:
    """What atomic() does for an outermost transaction on SQLite that leaves no hooks, at a third of the price."""
    connection = connections[DEFAULT_DB_ALIAS]
    connection.ensure_connection()
    raw = connection.connection
    with connection.wrap_database_errors:
        raw.execute("BEGIN IMMEDIATE")
    connection.in_atomic_block, connection.commit_on_exit, connection.needs_rollback = True, True, False
    connection.autocommit = False  # for Django: the driver begins nothing by itself
    try:
        yield connection
        if not connection.needs_rollback:
            with connection.wrap_database_errors:
                raw.execute("COMMIT")
    finally:
        connection.in_atomic_block = connection.needs_rollback = False
        connection.autocommit = True
        if raw.in_transaction:
            raw.execute("ROLLBACK")


def _batched(works: list[_Work], ready: Callable[[], None]) -> None:
    alone = len(works) == 1
    with batches.Batch(alone=alone) as batch:
        for work in works:
            if work.run():
                continue
            if alone:  # with its own error, or one of the database's that it kept to itself
                work.error = work.error or DatabaseError("A statement failed, so nothing was committed.")
                return
            raise Spoilt
        ready()  # the next may lead, on a connection of its own
        try:
            batch.commit()
        except Exception as error:
            # Not when the connection broke: then nobody knows whether it was committed, and twice is once too often.
            if alone or batch.lost():
                raise
            raise Spoilt from error


_queue = Queue()


def committed(perform: Callable[[], R]) -> R:
    """What `perform` returns, once its changes are committed; what it raises, once they are undone.

    It may run in another thread, with this one's context variables, and once more when a shared commit fails.
    """
    if connection.in_atomic_block:
        with transaction.atomic():
            return perform()
    work = _Work(perform)
    _queue.carry_out(work)
    if work.error is not None:
        raise work.error
    for _savepoints, hook, robust in work.hooks:
        transaction.on_commit(hook, robust=robust)  # no transaction is open: at once
    result: R = work.result
    return result
