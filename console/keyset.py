"""Pages by where the last one ended, never by OFFSET: the same time for page one and page ten thousand.

A cursor is readable: the sorted value and the primary key of the row at the edge, joined by `~`.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core.exceptions import FieldDoesNotExist, ValidationError
from django.db.models import F, Field, Model, Q, QuerySet

NULL = "\\N"
ORDER_VALUE = "order_value"


def written(value: Any) -> str:
    """One value in a cursor."""
    if value is None:
        return NULL
    text = value.isoformat() if isinstance(value, datetime) else str(value)
    return text.replace("%", "%25").replace("~", "%7E").replace("\\", "%5C")


def read(field: Any, text: str) -> Any:
    """The value back. Raises ValueError when it is not one of the field's."""
    if text == NULL:
        return None
    plain = text.replace("%5C", "\\").replace("%7E", "~").replace("%25", "%")
    try:
        return field.to_python(plain)
    except ValidationError as error:
        raise ValueError(text) from error


def cursor_at(value: Any, key: Any) -> str:
    """The cursor of a row by its sorted value and primary key."""
    return f"{written(value)}~{written(key)}"


@dataclass(frozen=True, slots=True)
class Ordering:
    """Rows by one lookup (a field, a path over relations, or an annotation) and the primary key as tie-break.

    Empty values come first when ascending, on every database.
    """

    lookup: str
    descending: bool = False

    def field(self, rows: QuerySet[Any]) -> tuple[Any, bool]:
        """The field behind the lookup and whether it can be empty."""
        if self.lookup in rows.query.annotations:
            return rows.query.annotations[self.lookup].output_field, True
        model: type[Model] = rows.model
        nullable, found = False, None
        for name in self.lookup.split("__"):
            found = model._meta.pk if name == "pk" else model._meta.get_field(name)
            if not isinstance(found, Field):
                raise FieldDoesNotExist(self.lookup)
            nullable = nullable or found.null
            if found.related_model:
                model = found.related_model
        return found, nullable

    def is_unique(self, rows: QuerySet[Any]) -> bool:
        field, nullable = self.field(rows)
        return bool(getattr(field, "unique", False)) and not nullable and "__" not in self.lookup

    def sorted(self, rows: QuerySet[Any], *, backwards: bool = False) -> QuerySet[Any]:
        """The rows in order, each carrying its value as `order_value`."""
        descending = self.descending != backwards
        _field, nullable = self.field(rows)
        value = F(self.lookup)
        # Only where a value can be missing: an index serves the plain order, not always the other.
        if descending:
            first = value.desc(nulls_last=True) if nullable else value.desc()
        else:
            first = value.asc(nulls_first=True) if nullable else value.asc()
        rows = rows.annotate(**{ORDER_VALUE: F(self.lookup)})
        if self.is_unique(rows):
            return rows.order_by(first)
        return rows.order_by(first, F("pk").desc() if descending else F("pk").asc())

    def cursor(self, row: Any) -> str:
        return cursor_at(getattr(row, ORDER_VALUE), row.pk)

    def beyond(self, rows: QuerySet[Any], cursor: str, *, backwards: bool = False) -> QuerySet[Any]:
        """The rows after a cursor, or before it. Raises ValueError for a cursor that is none."""
        value_text, found, key_text = cursor.rpartition("~")
        if not found:
            raise ValueError(cursor)
        field, nullable = self.field(rows)
        value, key = read(field, value_text), read(rows.model._meta.pk, key_text)
        if key is None or (value is None and not nullable):
            raise ValueError(cursor)
        less = self.descending != backwards
        side = "lt" if less else "gt"
        tie = Q(**{f"pk__{side}": key})
        lookup = self.lookup
        if self.is_unique(rows):
            return rows.filter(**{f"{lookup}__{side}": value})
        if value is None:
            same = Q(**{f"{lookup}__isnull": True}) & tie
            return rows.filter(same) if less else rows.filter(same | Q(**{f"{lookup}__isnull": False}))
        if nullable and less:
            return rows.filter(
                Q(**{f"{lookup}__{side}": value}) | Q(**{f"{lookup}__isnull": True}) | (Q(**{lookup: value}) & tie)
            )
        # The first condition is implied by the rest: it gives an index a range to start from.
        return rows.filter(Q(**{f"{lookup}__{side}e": value}), Q(**{f"{lookup}__{side}": value}) | tie)


@dataclass(frozen=True, slots=True)
class Page:
    """Rows of one page, and the cursors of the pages around it, empty where there is none."""

    rows: list[Any]
    previous: str = ""
    next: str = ""


def page_of(rows: QuerySet[Any], ordering: Ordering, size: int, *, after: str = "", before: str = "") -> Page:
    """One page in one query (a short page before the first row is filled up with a second). Raises ValueError."""
    if before:
        found = list(ordering.beyond(ordering.sorted(rows, backwards=True), before, backwards=True)[: size + 1])
        if len(found) <= size:
            return page_of(rows, ordering, size)
        found = found[:size][::-1]
        return Page(found, ordering.cursor(found[0]), ordering.cursor(found[-1]))
    ordered = ordering.sorted(rows)
    found = list((ordering.beyond(ordered, after) if after else ordered)[: size + 1])
    if after and not found:
        return page_of(rows, ordering, size)
    more, found = len(found) > size, found[:size]
    return Page(found, ordering.cursor(found[0]) if after else "", ordering.cursor(found[-1]) if more else "")
