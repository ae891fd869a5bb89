"""Many rows in one statement, where the ORM's own bulk calls would cost more than the work (performance.md 13).

SQLite takes executemany, PostgreSQL one statement over arrays. Values are Python's own: aware UTC datetimes, UUIDs,
text, numbers, booleans, None. Both run inside the caller's transaction.
"""

import json
import uuid
from collections.abc import Callable, Sequence
from functools import cache
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connection, connections
from django.db.models import DateTimeField, JSONField, Model, UUIDField

from messaging import statements

Row = Sequence[Any]


def _hex(column: Sequence[Any]) -> list[str | None]:
    return [None if value is None else value.hex for value in column]


def _text(column: Sequence[Any]) -> list[str | None]:
    """As Django stores datetimes in SQLite: UTC without saying so."""
    return [None if value is None else value.isoformat(" ")[:-6] for value in column]


# By column and not by value: a batch has ten thousand values, and most of them go in as they are.
_FOR_SQLITE: dict[type, Callable[[Sequence[Any]], Sequence[Any]]] = {UUIDField: _hex, DateTimeField: _text}


def insert_rows(
    model: type[Model],
    fields: Sequence[str],
    rows: Sequence[Row],
    *,
    unique: Sequence[str] = (),
    update: Sequence[str] = (),
    add: Sequence[str] = (),
) -> None:
    """Insert rows of the named fields; with `unique`, a row that is there gets its `update` fields, plus its `add`."""
    if not rows:
        return
    one = len(rows) == 1
    database = connections[DEFAULT_DB_ALIAS]  # once: django.db.connection looks for it at every attribute
    statement = _insertion(database.vendor, model, tuple(fields), tuple(unique), tuple(update), tuple(add), one)
    if one:
        values = list(rows[0])
        if database.vendor == "sqlite":
            for position, adapt in _adapters(model, tuple(fields)):
                values[position] = adapt(values[position : position + 1])[0]
        (statements.execute if unique else statements.insert)(statement, values)
        return
    with database.cursor() as cursor:
        if database.vendor == "sqlite":
            cursor.executemany(statement, _adapted(model, fields, rows))
        else:
            cursor.execute(statement, [list(column) for column in zip(*rows, strict=True)])


@cache
def rest_of(model: type[Model], fields: tuple[str, ...]) -> tuple[tuple[str, ...], tuple[Any, ...]]:
    """The columns of a table that stand not among `fields`, and what each has when nobody says: for insert_rows."""
    rest = [field for field in model._meta.concrete_fields if not {field.name, field.attname} & set(fields)]
    values = (json.dumps(f.get_default()) if isinstance(f, JSONField) else f.get_default() for f in rest)
    return tuple(field.name for field in rest), tuple(values)


@cache
def _insertion(
    vendor: str,
    model: type[Model],
    fields: tuple[str, ...],
    unique: tuple[str, ...],
    update: tuple[str, ...],
    add: tuple[str, ...],
    one: bool,
) -> str:
    """The statement; on PostgreSQL one row goes in as values, since planning arrays costs more than writing it."""
    table = _quoted(model._meta.db_table)
    columns = ", ".join(_column(model, name) for name in fields)
    ending = ""
    if unique:
        targets = ", ".join(_column(model, name) for name in unique)
        changes = [f"{_column(model, name)} = excluded.{_column(model, name)}" for name in update]
        changes += [f"{_column(model, n)} = {table}.{_column(model, n)} + excluded.{_column(model, n)}" for n in add]
        ending = f" ON CONFLICT ({targets}) DO " + (f"UPDATE SET {', '.join(changes)}" if changes else "NOTHING")
    if one or vendor == "sqlite":
        marks = ", ".join(["%s"] * len(fields))
        return f"INSERT INTO {table} ({columns}) VALUES ({marks}){ending}"  # noqa: S608
    arrays = ", ".join(f"%s::{_type(model, name)}[]" for name in fields)
    return f"INSERT INTO {table} ({columns}) SELECT * FROM unnest({arrays}){ending}"  # noqa: S608


def update_rows(model: type[Model], fields: Sequence[str], rows: Sequence[Row], *, among: str = "") -> None:
    """Set fields of rows: the first value of each is the primary key, the others are the fields in order.

    among is a condition in SQL that a row must meet, such as "state = 'SENT'": literals only.
    """
    if not rows:
        return
    table, key = _quoted(model._meta.db_table), _column(model, "pk")
    further = f" AND {among}" if among else ""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            changes = ", ".join(f"{_column(model, name)} = %s" for name in fields)
            cursor.executemany(
                f"UPDATE {table} SET {changes} WHERE {key} = %s{further}",  # noqa: S608
                [(*values, pk) for pk, *values in _adapted(model, ("pk", *fields), rows)],
            )
            return
        changes = ", ".join(f"{_column(model, name)} = given.new_{name}" for name in fields)
        arrays = ", ".join(f"%s::{_type(model, name)}[]" for name in ("pk", *fields))
        names = ", ".join(["given_key", *(f"new_{name}" for name in fields)])
        cursor.execute(
            f"UPDATE {table} SET {changes} FROM unnest({arrays}) AS given ({names}) "  # noqa: S608
            f"WHERE {table}.{key} = given.given_key{further}",
            [list(column) for column in zip(*rows, strict=True)],
        )


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
                [(*values, pk, claim.hex) for pk, *values in _adapted(model, ("pk", *fields), rows)],
            )
        else:
            held = _held(model, [row[0] for row in rows], claim)
            rows = [row for row in rows if row[0] in held]
            if not rows:
                return 0
            changes = ", ".join(f"{_column(model, name)} = given.{_column(model, name)}" for name in fields)
            arrays = ", ".join(f"%s::{_type(model, name)}[]" for name in ("pk", *fields))
            names = ", ".join(["given_key", *(_column(model, name) for name in fields)])
            cursor.execute(
                f"UPDATE {table} SET {changes}, {freed} FROM unnest({arrays}) AS given ({names}) "  # noqa: S608
                f"WHERE {table}.{key} = given.given_key",
                [list(column) for column in zip(*rows, strict=True)],
            )
        return int(cursor.rowcount)


def _held(model: type[Model], keys: list[Any], claim: uuid.UUID) -> set[Any]:
    """The rows that are still under the claim, locked. A condition on the claim in the UPDATE itself makes PostgreSQL
    expect one row and compare every row with every other.
    """
    rows = model._default_manager.filter(pk__in=keys, claim=claim).order_by("pk").select_for_update(of=("self",))
    return set(rows.values_list("pk", flat=True))


def _adapted(model: type[Model], fields: Sequence[str], rows: Sequence[Row]) -> list[tuple[Any, ...]]:
    columns: list[Sequence[Any]] = list(zip(*rows, strict=True))
    for position, adapt in _adapters(model, tuple(fields)):
        columns[position] = adapt(columns[position])
    return list(zip(*columns, strict=True))


@cache
def _adapters(
    model: type[Model], fields: tuple[str, ...]
) -> list[tuple[int, Callable[[Sequence[Any]], Sequence[Any]]]]:
    """Which columns are changed on their way, and how."""
    found = [_FOR_SQLITE.get(type(_target(_field(model, name)))) for name in fields]
    return [(position, adapt) for position, adapt in enumerate(found) if adapt]


def _field(model: type[Model], name: str) -> Any:
    return model._meta.pk if name == "pk" else model._meta.get_field(name)


def _target(field: Any) -> Any:
    """The field whose values a column holds: that of the other table for a foreign key."""
    return field.target_field if field.is_relation else field


def _column(model: type[Model], name: str) -> str:
    return _quoted(str(_field(model, name).column))


def _type(model: type[Model], name: str) -> str:
    field = _field(model, name)
    return str(field.rel_db_type(connection) if name == "pk" else field.db_type(connection))


def _quoted(name: str) -> str:
    return connection.ops.quote_name(name)
