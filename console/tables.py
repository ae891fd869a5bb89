"""Columns and the table they make. Declared once per resource; knows no resource names.

A table's body is joined from strings, one escaped piece per cell, not included templates: 50 rows of 8 cells stay
under the cost of a plain template loop.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from operator import attrgetter
from typing import Any
from urllib.parse import quote

from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from console import cells
from console.callers import url_to
from messaging.caller import Caller
from messaging.errors import Text

Getter = Callable[[Any], Any]


@dataclass(frozen=True, slots=True)
class Column:
    """One column: where its value comes from, how a cell looks, what it sorts by.

    kind is one of console.cells.KINDS. value is an attribute path (`pool.pool_id`; an empty link on the way is an empty
    cell) or a function of the row; by default the attribute named as the key. sort is the field lookup that the column
    sorts by, empty when it does not sort. to is the URL name of a page the cell links to, with the value of to_value
    (by default the cell's own) as its last argument. labels translate a choice. unit stands in the head.
    """

    key: str
    label: Text
    kind: str = "text"
    value: str | Getter = ""
    sort: str = ""
    hidden: bool = False
    unit: Text = ""
    to: str = ""
    to_value: str | Getter = ""
    labels: Mapping[str, Text] | None = None

    @property
    def getter(self) -> Getter:
        return getter(self.value or self.key)

    @property
    def at_end(self) -> bool:
        return self.kind in cells.AT_END

    def plain(self, row: Any) -> Any:
        """The value as CSV and JSON have it."""
        return cells.plain(self.kind, self.getter(row))


def getter(source: str | Getter) -> Getter:
    """A function of the row for an attribute path or a function."""
    if not isinstance(source, str):
        return source
    if "." not in source:
        return attrgetter(source)
    names = source.split(".")

    def walk(row: Any) -> Any:
        for name in names:
            if row is None:
                return None
            row = getattr(row, name)
        return row

    return walk


def linker(caller: Caller, url_name: str, *args: Any) -> Callable[[Any], str]:
    """URLs of many rows for the price of one reverse(): what stands around the first id is kept."""
    around: list[str] = []

    def url(last: Any) -> str:
        if not around:
            whole = url_to(caller, url_name, *args, last)
            before, found, after = whole.rpartition(quote(str(last), safe="/~:@!$&'()*+,;="))
            if not found:
                return whole
            around.extend((before, after))
            return whole
        return f"{around[0]}{quote(str(last), safe='')}{around[1]}"

    return url


@dataclass(frozen=True, slots=True)
class Head:
    """One header cell. url is where a click sorts to; order is ascending, descending or empty."""

    label: Text
    unit: Text
    at_end: bool
    url: str = ""
    order: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """The columns that one page shows, ready to render rows.

    key names the attribute that addresses a row (its checkbox value and its detail page). detail is the URL name that
    the first column links to, with detail_args before the row's key. row_action is the label and the URL name (taking
    action_args and the key) of a button on each row that acts_on(row) accepts; it posts the form `row-action`.
    """

    columns: Sequence[Column]
    key: str = "pk"
    detail: str = ""
    detail_args: tuple[Any, ...] = ()
    selectable: bool = False
    row_action: tuple[Text, str] | None = None
    acts_on: Callable[[Any], bool] | None = None
    action_args: tuple[Any, ...] = ()

    def body(self, caller: Caller, rows: Iterable[Any]) -> SafeString:
        """The rows of the table's body."""
        return mark_safe("".join(self.lines(caller, rows)))

    def lines(self, caller: Caller, rows: Iterable[Any]) -> Iterator[str]:
        look = cells.Look()
        makers = [self._cell(caller, look, column, first=not at) for at, column in enumerate(self.columns)]
        key_of = getter(self.key)
        select = escape(_("Select"))
        acting = escape(str(self.row_action[0])) if self.row_action else ""
        action_url = linker(caller, self.row_action[1], *self.action_args) if self.row_action else None
        named = self.columns[0].getter if self.key == "pk" else key_of  # a bare number names nothing
        for row in rows:
            key = escape(str(key_of(row)))
            parts = [f'<tr id="row-{key}" data-row>']
            if self.selectable:
                parts.append(
                    f'<td class="select"><input type="checkbox" name="selected" value="{key}" form="selection"'
                    f' aria-label="{select} {key}" data-select-row></td>'
                )
            parts += [make(row) for make in makers]
            if self.acts_on is not None and not self.acts_on(row):
                parts.append("<td></td>")
            elif action_url is not None:
                label = f"{acting} {escape(str(named(row)))}"
                parts.append(
                    '<td><button class="button button-small" type="submit" form="row-action"'
                    f' formaction="{escape(action_url(key_of(row)))}" aria-label="{label}">{acting}</button></td>'
                )
            parts.append("</tr>")
            yield "".join(parts)

    def _cell(self, caller: Caller, look: cells.Look, column: Column, *, first: bool) -> Callable[[Any], str]:
        get, render, nothing = column.getter, cells.KINDS[column.kind](look, column.labels), look.nothing
        opening, closing = ('<th scope="row">', "</th>") if first else ("<td>", "</td>")
        if column.at_end and not first:
            opening = '<td class="number">'
        elif column.kind == "prose":
            opening = f'{opening[:-1]} class="sentence">'
        link: Callable[[Any], str] | None = None
        link_value = getter(self.key) if first and self.detail else getter(column.to_value) if column.to_value else get
        if first and self.detail:
            link = linker(caller, self.detail, *self.detail_args)
        elif column.to:
            link = linker(caller, column.to)
        is_id = column.kind == "id"
        copy = look.copy_label

        def make(row: Any) -> str:
            value = get(row)
            if cells.is_empty(value):
                return f"{opening}{nothing}{closing}"
            inner = render(value)
            if link is not None:
                target = link_value(row)
                if not cells.is_empty(target):
                    inner = f'<a href="{escape(link(target))}">{inner}</a>'
            if is_id:
                whole = escape(str(value))
                inner = (
                    f'<span class="id-copy">{inner}<button type="button" class="copy" data-copy="{whole}"'
                    f' aria-label="{copy} {whole}"></button></span>'
                )
            return f"{opening}{inner}{closing}"

        return make


def described(columns: Sequence[Column], *, url_of: Callable[[str], str], sorted_by: str) -> list[Head]:
    """The header cells. sorted_by is a column key, with a minus when descending; url_of(sort) is a page sorted so."""
    descending, key = sorted_by.startswith("-"), sorted_by.lstrip("-")
    heads = []
    for column in columns:
        if not column.sort:
            heads.append(Head(column.label, column.unit, column.at_end))
            continue
        here = column.key == key
        order = ("descending" if descending else "ascending") if here else ""
        following = column.key if here and descending else f"-{column.key}" if here else _first_order(column)
        heads.append(Head(column.label, column.unit, column.at_end, url_of(following), order))
    return heads


def _first_order(column: Column) -> str:
    """Times and amounts are first sorted from the newest and largest."""
    return f"-{column.key}" if column.kind in {"time", "number", "money"} else column.key
