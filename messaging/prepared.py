"""Queries that are compiled once. Building and compiling a small ORM query costs several times what running it does.

    _POOLS = Prepared(lambda owner, status: Pool.objects.filter(owner=owner, status=status).order_by("pk"), -7, "?")
    _POOLS(1, "ACTIVE")    the model instances, in the queryset's order: one query

The samples stand for the values to come: the queryset is built with them, and wherever one of them shows up among the
parameters of its SQL, the value of a call takes its place. So they must be like no constant of the queryset, must be
compared directly (`exact`, `lt` …, not `in` or `contains`), and no value may be None.
"""

from collections.abc import Callable
from typing import Any, NamedTuple

from django.db import connection
from django.db.models import QuerySet
from django.db.models.query import get_related_populators


class _Compiled(NamedTuple):
    sql: str
    parameters: tuple[Any, ...]  # an int is the place of a value in the call, a tuple holds a constant
    converters: list[tuple[int, Any, Any]]
    model: Any
    names: list[str]
    begin: int
    end: int
    related: list[Any]
    annotations: list[tuple[str, int]]


class Prepared:
    """A queryset of whole models (select_related and annotations included), compiled once for each kind of database."""

    def __init__(self, build: Callable[..., QuerySet[Any]], *samples: Any) -> None:
        self.build, self.samples = build, samples
        self._compiled: dict[str, _Compiled] = {}

    def __call__(self, *values: Any) -> list[Any]:
        """The rows for these values: one query."""
        compiled = self._compiled.get(connection.vendor)
        if compiled is None:
            compiled = self._compiled[connection.vendor] = self._compile()
        with connection.cursor() as cursor:
            cursor.execute(
                compiled.sql,
                [values[part] if isinstance(part, int) else part[0] for part in compiled.parameters],
            )
            found = cursor.fetchall()
        return [self._made(compiled, row) for row in found]

    def first(self, *values: Any) -> Any:
        """The first row, or None."""
        rows = self(*values)
        return rows[0] if rows else None

    def _made(self, compiled: _Compiled, row: Any) -> Any:
        row = list(row)
        for at, functions, expression in compiled.converters:
            for function in functions:
                row[at] = function(row[at], expression, connection)
        made = compiled.model.from_db(connection.alias, compiled.names, row[compiled.begin : compiled.end])
        for populator in compiled.related:
            populator.populate(row, made)
        for name, at in compiled.annotations:
            setattr(made, name, row[at])
        return made

    def _compile(self) -> _Compiled:
        compiler = self.build(*self.samples).query.get_compiler(connection=connection)
        sql, parameters = compiler.as_sql()
        select, info = compiler.select, compiler.klass_info
        begin, end = info["select_fields"][0], info["select_fields"][-1] + 1
        places: list[Any] = []
        for parameter in parameters:
            known = [
                at for at, sample in enumerate(self.samples) if type(sample) is type(parameter) and sample == parameter
            ]
            places.append(known[0] if known else (parameter,))
        if {place for place in places if isinstance(place, int)} != set(range(len(self.samples))):
            raise ValueError(f"A sample is no parameter of the query: {sql}")
        return _Compiled(
            sql,
            tuple(places),
            [(at, *found) for at, found in compiler.get_converters([column[0] for column in select]).items()],
            info["model"],
            [column[0].target.attname for column in select[begin:end]],
            begin,
            end,
            get_related_populators(info, select, connection.alias),  # type: ignore[call-arg]  # stubs of a later Django
            list(compiler.annotation_col_map.items()),
        )
