"""One transaction per change. On SQLite writers wait in line instead of in SQLite's busy sleep.

SQLite's busy handler sleeps for ever longer intervals, so with eight writers the slowest wait a quarter of a second.
A lock in the process and a file lock beside the database keep the line in order for the price of two system calls.
"""

import fcntl
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import IO

from django.db import connection, transaction

# SQLSTATE of PostgreSQL: serialization_failure and deadlock_detected; unique_violation.
CROSSWISE, TAKEN = frozenset({"40001", "40P01"}), "23505"

_line = threading.Lock()


@cache
def _lock_file(database: str) -> IO[bytes]:
    return Path(f"{database}.lock").open("ab")


# A fork would share the open file and with it the lock: the child must stand in line itself.
os.register_at_fork(after_in_child=_lock_file.cache_clear)


def needs_line() -> bool:
    """Whether a transaction that begins now must wait in line: on SQLite, unless it is inside another."""
    return connection.vendor == "sqlite" and not connection.in_atomic_block


@contextmanager
def line_of_writers() -> Iterator[None]:
    """The head of the line of all writers of this SQLite database; not to be taken twice by a thread.

    On another database there is no line.
    """
    if connection.vendor != "sqlite":
        yield
        return
    database = str(connection.settings_dict["NAME"])
    in_memory = ":memory:" in database or "mode=memory" in database
    with _line:
        lock = None if in_memory else _lock_file(database)
        if lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
        try:
            yield
        finally:
            if lock:
                fcntl.flock(lock, fcntl.LOCK_UN)


@contextmanager
def write_transaction() -> Iterator[None]:
    """A transaction that writes: the outermost waits in line on SQLite, an inner one is a savepoint."""
    if not needs_line():
        with transaction.atomic():
            yield
        return
    with line_of_writers(), transaction.atomic():
        yield


def crosswise(error: BaseException) -> bool:
    """Whether PostgreSQL undid a transaction because it and another one waited for each other: it can be done again."""
    return getattr(error.__cause__, "sqlstate", None) in CROSSWISE


def lost_race(error: BaseException) -> bool:
    """The same, or another transaction has meanwhile taken a name that was free: done again, it finds what that left.

    SQLite's writers stand in line and never meet.
    """
    return crosswise(error) or getattr(error.__cause__, "sqlstate", None) == TAKEN
