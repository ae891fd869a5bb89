"""A transaction on PostgreSQL that several works share: what they write goes to the server together, at the end.

Round trips are what a small change costs there. So while a batch runs, rows to insert are kept back (`later`), and so
are changes of rows that other transactions change too (`at_the_end`): those come last, in one order for everybody,
so that no two batches wait for each other crosswise. Rows, changes and COMMIT then need one round trip, and a work that
is refused by a check has written nothing yet and disturbs nobody. Outside a batch both functions act at once.
A plain query sees what is committed when it runs, so BEGIN waits too, for the first change or Django's first statement.

A work sees its own rows: before Django runs a statement for it, the rows that it kept back are written.
"""

import threading
import time
from collections.abc import Callable, Sequence
from functools import cache
from typing import Any

import psycopg
from django.db import connections
from django.db.utils import DatabaseError
from psycopg.pq import TransactionStatus

METERS, SPENDS = 1, 2  # what `order` begins with, so that every transaction locks meters first

MOST_IN_ONE = 4  # rows in one statement: enough for a lone work; more are dearer to plan than to send one by one
IDLE_SECONDS = 1.0  # a connection that rested for longer is tried before a batch relies on it

_of_thread = threading.local()


def current() -> "Batch | None":
    """The batch that this thread is carrying out."""
    return getattr(_of_thread, "batch", None)


def at_the_end(order: tuple[Any, ...], change: Callable[[], object]) -> None:
    """Change rows that all transactions want: now, or in a batch when all its works are done, sorted by `order`.

    Whatever takes several such locks takes them in the same order everywhere. What `change` raises undoes the batch,
    and its works are done again, each in a transaction of its own.
    """
    batch = current()
    if batch is None or batch.alone:
        change()
    else:
        batch.changes.append((order, change))


@cache
def _as_one(*insertions: str) -> str:
    """INSERT statements as a single one, which is a transaction by itself."""
    *first, last = insertions
    named = ", ".join(f"row_{number} AS ({insertion})" for number, insertion in enumerate(first))
    return f"WITH {named} {last}" if named else last


class Batch:
    """`with Batch(alone=…) as batch:` and then batch.commit(); anything else undoes it. For the outermost transaction.

    Django is told that a transaction is open, so that its cursors, savepoints and hooks act as inside atomic().
    """

    def __init__(self, *, alone: bool) -> None:
        self.alone = alone  # the only work: nobody else to wait for or to disturb
        self.rows: list[tuple[str, Sequence[Any]]] = []
        self.changes: list[tuple[tuple[Any, ...], Callable[[], object]]] = []
        self._begun = self._wrote = False
        self._own = 0  # rows that stood before the present work

    def __enter__(self) -> "Batch":
        connection = self._django = connections["default"]  # asked for once: finding it costs a microsecond
        if time.monotonic() - getattr(_of_thread, "used", 0.0) > IDLE_SECONDS:
            connection.close_if_health_check_failed()
        connection.ensure_connection()
        connection.health_check_done = True  # type: ignore[attr-defined]  # not in the stubs
        self._raw: psycopg.Connection[Any] = connection.connection
        self._cursor = psycopg.Cursor(self._raw)  # Django's own neither prepares statements nor sends values apart
        connection.in_atomic_block, connection.commit_on_exit, connection.needs_rollback = True, True, False
        connection.autocommit = False  # for Django: the driver begins nothing by itself
        connection.execute_wrappers.append(self._through_django)
        _of_thread.batch = self
        return self

    def __exit__(self, *exception: object) -> None:
        _of_thread.batch = None
        _of_thread.used = time.monotonic()
        connection = self._django
        connection.execute_wrappers.remove(self._through_django)
        connection.in_atomic_block = connection.needs_rollback = False
        connection.autocommit = True
        connection.savepoint_ids = []
        try:
            if self._raw.pgconn.transaction_status != TransactionStatus.IDLE:
                self._cursor.execute("ROLLBACK")
        except psycopg.Error:
            connection.close()

    # What a work does

    def watched(self) -> bool:
        """Whether somebody logs the statements or has put a wrapper around them, besides the batch's own."""
        return bool(self._django.queries_logged or len(self._django.execute_wrappers) > 1)

    def first(self, statement: str, values: Sequence[Any]) -> tuple[Any, ...] | None:
        """The first row of a query with %s marks, as a prepared statement."""
        with self._django.wrap_database_errors:
            self._cursor.execute(statement, values, prepare=True)
            row: tuple[Any, ...] | None = self._cursor.fetchone()
            return row

    def later(self, statement: str, values: Sequence[Any]) -> None:
        """Run an INSERT with %s marks with the others, at the end."""
        self.rows.append((statement, values))

    def _begin(self) -> None:
        self._cursor.execute("BEGIN")
        self._begun = True

    def _through_django(self, execute: Any, sql: str, parameters: Any, many: bool, context: Any) -> Any:
        if not self._begun:
            self._begin()
        if len(self.rows) > self._own:
            self._write()
        if not sql.startswith("SELECT"):
            self._wrote = True
        return execute(sql, parameters, many, context)

    def _write(self) -> None:
        rows, self.rows, self._own = self.rows, [], 0
        if rows:
            self._wrote = True
        for statement, values in rows:
            self._cursor.execute(statement, values, prepare=True)

    def _write_as_one(self) -> None:
        """Insert the rows and commit, by one statement."""
        rows, self.rows = self.rows, []
        statement = _as_one(*(statement for statement, _values in rows))
        self._cursor.execute(statement, [value for _statement, values in rows for value in values], prepare=True)

    # What becomes of it

    def standing(self) -> tuple[int, int]:
        """Where a work begins, for undone()."""
        self._wrote, self._own = False, len(self.rows)
        return len(self.rows), len(self.changes)

    def sound(self) -> bool:
        """Whether the transaction can still be committed."""
        wanted = TransactionStatus.INTRANS if self._begun else TransactionStatus.IDLE
        return self._raw.pgconn.transaction_status == wanted and not self._django.needs_rollback

    def undone(self, standing: tuple[int, int]) -> bool:
        """Drop what a work kept back; whether that was all it did."""
        if self._wrote or not self.sound():
            return False
        del self.rows[standing[0] :], self.changes[standing[1] :]
        return True

    def commit(self) -> None:
        """Write what was kept back and commit. Raises what the database says, and what a change raises."""
        if not (self._begun or self.rows or self.changes):
            return
        changes, self.changes = sorted(self.changes, key=lambda pair: pair[0]), []
        with self._django.wrap_database_errors:
            if changes:
                with self._raw.pipeline():
                    if not self._begun:
                        self._begin()
                    self._write()
                for _order, change in changes:
                    change()
            if not self._begun and len(self.rows) <= MOST_IN_ONE:
                self._write_as_one()
                return
            with self._raw.pipeline():
                if not self._begun:
                    self._begin()
                self._write()
                self._cursor.execute("COMMIT")
        if self._cursor.statusmessage != "COMMIT":  # but ROLLBACK, after an error
            raise DatabaseError("The transaction had failed before its commit.")

    def lost(self) -> bool:
        """Whether the connection is gone, so that nobody can say what was committed."""
        return self._raw.closed
