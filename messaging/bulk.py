"""Many rows in one statement, where the ORM's own bulk calls would cost more than the work (performance.md 13).

SQLite takes executemany, PostgreSQL one statement over arrays. Values are Python's own: aware UTC datetimes, UUIDs,
text, numbers, booleans, None. Both run inside the caller's transaction.
"""

import uuid
from collections.abc import Callable, Sequence
from datetime import datetime
from functools import cache
from typing import Any

from django.db import connection
from django.db.models import Model

Row = Sequence[Any]

_FOR_SQLITE: dict[type, Callable[[Any], Any]] = {
    uuid.UUID: lambda value: value.hex,
    datetime: lambda value: str(value.replace(tzinfo=None)),
}


def insert_rows(
    model: type[Model],
    fields: Sequence[str],
    rows: Sequence[Row],
    *,
    unique: Sequence[str] = (),
    update: Sequence[str] = (),
) -> None:
    """Insert rows of the named fields; with `unique`, a row that is there gets its `update` fields."""
    if not rows:
        return
    statement = _insertion(connection.vendor, model, tuple(fields), tuple(unique), tuple(update))
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.executemany(statement, _adapted(rows))
        else:
            cursor.execute(statement, [list(column) for column in zip(*rows, strict=True)])


@cache
def _insertion(
    vendor: str, model: type[Model], fields: tuple[str, ...], unique: tuple[str, ...], update: tuple[str, ...]
) -> str:
    columns = ", ".join(_column(model, name) for name in fields)
    ending = ""
    if unique:
        targets = ", ".join(_column(model, name) for name in unique)
        changes = ", ".join(f"{_column(model, name)} = excluded.{_column(model, name)}" for name in update)
        ending = f" ON CONFLICT ({targets}) DO " + (f"UPDATE SET {changes}" if changes else "NOTHING")
    table = _quoted(model._meta.db_table)
    if vendor == "sqlite":
        marks = ", ".join(["%s"] * len(fields))
        return f"INSERT INTO {table} ({columns}) VALUES ({marks}){ending}"  # noqa: S608
    arrays = ", ".join(f"%s::{_type(model, name)}[]" for name in fields)
    return f"INSERT INTO {table} ({columns}) SELECT * FROM unnest({arrays}){ending}"  # noqa: S608


def update_claimed(model: type[Model], fields: Sequence[str], rows: Sequence[Row], claim: uuid.UUID) -> int:
    """Set fields of rows that are still held under the claim, free them, and return how many that were.

    The first value of each row is the primary key, the others are the fields in order.
    """
    if not rows:
        return 0
    table, key = _quoted(model._meta.db_table), _column(model, "pk")
    freed = f"{_column(model, 'claim')} = NULL, {_column(model, 'claimed_until')} = NULL"
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            changes = ", ".join(f"{_column(model, name)} = %s" for name in fields)
            cursor.executemany(
                f"UPDATE {table} SET {changes}, {freed} WHERE {key} = %s AND claim = %s",  # noqa: S608
                [(*values, pk, claim.hex) for pk, *values in _adapted(rows)],
            )
        else:
            changes = ", ".join(f"{_column(model, name)} = given.{_column(model, name)}" for name in fields)
            arrays = ", ".join(f"%s::{_type(model, name)}[]" for name in ("pk", *fields))
            names = ", ".join(["given_key", *(_column(model, name) for name in fields)])
            cursor.execute(
                f"UPDATE {table} SET {changes}, {freed} FROM unnest({arrays}) AS given ({names}) "  # noqa: S608
                f"WHERE {table}.{key} = given.given_key AND {table}.claim = %s",
                [*(list(column) for column in zip(*rows, strict=True)), claim],
            )
        return int(cursor.rowcount)


def _adapted(rows: Sequence[Row]) -> list[tuple[Any, ...]]:
    same: Callable[[Any], Any] = _same
    return [tuple(_FOR_SQLITE.get(type(value), same)(value) for value in row) for row in rows]


def _same(value: Any) -> Any:
    return value


def _column(model: type[Model], name: str) -> str:
    field = model._meta.pk if name == "pk" else model._meta.get_field(name)
    return _quoted(str(field.column))  # type: ignore[union-attr]


def _type(model: type[Model], name: str) -> str:
    field = model._meta.pk if name == "pk" else model._meta.get_field(name)
    return str(field.rel_db_type(connection) if name == "pk" else field.db_type(connection))  # type: ignore[union-attr]


def _quoted(name: str) -> str:
    return connection.ops.quote_name(name)
