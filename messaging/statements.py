"""Statements that every send runs, without the part of Django's cursors that costs more than running them.

For SQLite the marks are translated once for each statement and not once for each call. On PostgreSQL they are prepared
by the server while works share a transaction (messaging/batches.py). Whoever watches the statements of a connection
(the debug log, a test that counts, an instrumentation) sees these too.
"""

from collections.abc import Sequence
from functools import cache
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connections
from django.db.backends.base.base import BaseDatabaseWrapper

from messaging import batches


@cache
def _for_sqlite(statement: str) -> str:
    assert "%%" not in statement
    return statement.replace("%s", "?")


def insert(statement: str, values: Sequence[Any]) -> None:
    """Run an INSERT that can wait for the end of a batch; the rest as in execute()."""
    batch = batches.current()
    if batch is not None and not batch.watched():
        batch.later(statement, values)
    else:
        execute(statement, values)


def execute(statement: str, values: Sequence[Any]) -> None:
    """Run a statement with %s marks that returns nothing. Values are of types that the driver takes as they are."""
    connection = connections[DEFAULT_DB_ALIAS]  # once: django.db.connection looks for it at every attribute
    if _watched(connection):
        with connection.cursor() as cursor:
            cursor.execute(statement, values)
        return
    with connection.wrap_database_errors:
        connection.connection.execute(_for_sqlite(statement), values)


def first(statement: str, values: Sequence[Any]) -> tuple[Any, ...] | None:
    """The first row of a query with %s marks."""
    batch = batches.current()
    if batch is not None and not batch.watched():
        return batch.first(statement, values)
    connection = connections[DEFAULT_DB_ALIAS]
    if _watched(connection):
        with connection.cursor() as cursor:
            cursor.execute(statement, values)
            row: tuple[Any, ...] | None = cursor.fetchone()
            return row
    with connection.wrap_database_errors:
        return connection.connection.execute(_for_sqlite(statement), values).fetchone()


def _watched(connection: BaseDatabaseWrapper) -> bool:
    """Whether Django's own cursor must run it: not SQLite, or somebody looks at what is run."""
    if connection.vendor != "sqlite" or connection.queries_logged or connection.execute_wrappers:
        return True
    connection.ensure_connection()
    return bool(connection.needs_rollback)  # it refuses to run anything then
