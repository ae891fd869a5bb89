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

_line = threading.Lock()


@cache
def _lock_file(database: str) -> IO[bytes]:
    return Path(f"{database}.lock").open("ab")


# A fork would share the open file and with it the lock: the child must stand in line itself.
os.register_at_fork(after_in_child=_lock_file.cache_clear)


@contextmanager
def write_transaction() -> Iterator[None]:
    """A transaction that writes: the outermost waits in line on SQLite, an inner one is a savepoint."""
    if connection.vendor != "sqlite" or connection.in_atomic_block:
        with transaction.atomic():
            yield
        return
    database = str(connection.settings_dict["NAME"])
    in_memory = ":memory:" in database or "mode=memory" in database
    with _line:
        lock = None if in_memory else _lock_file(database)
        if lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
        try:
            with transaction.atomic():
                yield
        finally:
            if lock:
                fcntl.flock(lock, fcntl.LOCK_UN)
