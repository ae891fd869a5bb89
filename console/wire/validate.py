"""From JSON to an operation's keyword arguments, held to the service model.

Each input shape is compiled once into a tree of closures that check and convert in the same pass: required and unknown
members, types (a boolean is no integer), bounds, whole-string ASCII patterns, enumerations, sizes of lists and maps,
unions. Member names come out in snake case, at every depth, as boto3 spells parameters.
"""

import base64
import binascii
import re
from collections.abc import Callable
from datetime import UTC, datetime
from functools import cache
from typing import Any, NamedTuple

from botocore.model import Shape

from console import shapes
from messaging.errors import Invalid

# (parent path, member name or index): built for every value, spelled out only for a report.
Path = tuple["Path | None", "str | int"] | None


class Problem(NamedTuple):
    """One thing wrong with a request. reason is MISSING_PARAMETER or INVALID_PARAMETER."""

    path: Path
    reason: str
    message: str


Check = Callable[[Any, Path, list[Problem]], Any]

INTEGER_BITS = {"integer": 31, "long": 63}
FIELD_LIMIT = 20  # as many problems as a report names


def spelled(path: Path) -> str:
    """`Filters[0].Values[1]`."""
    steps: list[str] = []
    while path is not None:
        path, step = path
        steps.append(f"[{step}]" if isinstance(step, int) else f".{step}")
    return "".join(reversed(steps)).lstrip(".")


def arguments(operation: str, value: Any) -> dict[str, Any]:
    """The keyword arguments in a decoded request body. Raises Invalid with fields named as the API spells them."""
    problems: list[Problem] = []
    result: dict[str, Any] = compiled(operation)(value, None, problems)
    if problems:
        raise _report(problems)
    return result


def _report(problems: list[Problem]) -> Invalid:
    missing = any(problem.reason == "MISSING_PARAMETER" for problem in problems)
    fields = {spelled(problem.path): problem.message for problem in problems[:FIELD_LIMIT]}
    names = ", ".join(name for name in fields if name)
    return Invalid(
        f"The request lacks a parameter or has one that it cannot have: {names}."
        if names
        else "The request is not a JSON object.",
        reason="MISSING_PARAMETER" if missing else "INVALID_PARAMETER",
        fields={name: message for name, message in fields.items() if name},
        next_step="Correct the parameters named in Fields." if names else "",
    )


@cache
def compiled(operation: str) -> Check:
    """The check of an operation's input."""
    shape = shapes.operation(operation).input_shape
    return _compile(shape, {}) if shape is not None else _nothing


def _nothing(value: Any, path: Path, problems: list[Problem]) -> Any:
    for name in value if type(value) is dict else ():
        problems.append(_unknown((path, name)))
    return {}


def _compile(shape: Shape, known: dict[str, Check]) -> Check:
    if shape.name in known:
        return known[shape.name]
    kind = shape.type_name
    if kind == "structure":
        return _structure(shape, known)
    if kind == "list":
        return _list(shape, _compile(shape.member, known))
    if kind == "map":
        return _map(shape, _compile(shape.key, known), _compile(shape.value, known))
    check = SCALARS[kind](shape)
    known[shape.name] = check
    return check


def _wrong(problems: list[Problem], path: Path, message: str) -> None:
    problems.append(Problem(path, "INVALID_PARAMETER", message))


def _unknown(path: Path) -> Problem:
    return Problem(path, "INVALID_PARAMETER", "This operation has no such parameter.")


def _structure(shape: Shape, known: dict[str, Check]) -> Check:
    members: dict[str, tuple[str, Check]] = {}
    union = getattr(shape, "is_tagged_union", False)

    def structure(value: Any, path: Path, problems: list[Problem]) -> Any:
        if type(value) is not dict:
            return _wrong(problems, path, "Must be an object.")
        result = {}
        for name, item in value.items():
            if item is None:  # null is the same as absent
                continue
            found = members.get(name)
            if found is None:
                problems.append(_unknown((path, name)))
                continue
            result[found[0]] = found[1](item, (path, name), problems)
        for parameter, name in required:
            if parameter not in result:
                problems.append(Problem((path, name), "MISSING_PARAMETER", "This parameter is required."))
        if union and len(result) != 1:
            _wrong(problems, path, f"Must have exactly one of {', '.join(members)}.")
        return result

    known[shape.name] = structure  # before the members: a shape may hold itself
    members.update({name: (shapes.snake(name), _compile(member, known)) for name, member in shape.members.items()})
    required = [(shapes.snake(name), name) for name in shape.required_members]
    return structure


def _list(shape: Shape, item_check: Check) -> Check:
    low, high = _bounds(shape)

    def items(value: Any, path: Path, problems: list[Problem]) -> Any:
        if type(value) is not list:
            return _wrong(problems, path, "Must be a list.")
        if not low <= len(value) <= high:
            return _wrong(problems, path, _size("Must have {} items.", low, high))
        return [item_check(item, (path, index), problems) for index, item in enumerate(value)]

    return items


def _map(shape: Shape, key_check: Check, value_check: Check) -> Check:
    low, high = _bounds(shape)

    def entries(value: Any, path: Path, problems: list[Problem]) -> Any:
        if type(value) is not dict:
            return _wrong(problems, path, "Must be an object.")
        if not low <= len(value) <= high:
            return _wrong(problems, path, _size("Must have {} entries.", low, high))
        return {
            key_check(key, (path, key), problems): value_check(item, (path, key), problems)
            for key, item in value.items()
        }

    return entries


def _string(shape: Shape) -> Check:
    values = getattr(shape, "enum", None)
    if values:
        allowed = frozenset(values)

        def choice(value: Any, path: Path, problems: list[Problem]) -> Any:
            if type(value) is str and value in allowed:
                return value
            return _wrong(problems, path, f"Must be one of {', '.join(values)}.")

        return choice
    low, high = _bounds(shape)
    pattern = shape.metadata.get("pattern")
    matches = re.compile(pattern, re.ASCII).fullmatch if pattern else bool_of_any

    def text(value: Any, path: Path, problems: list[Problem]) -> Any:
        if type(value) is not str:
            return _wrong(problems, path, "Must be a string.")
        if not low <= len(value) <= high:
            return _wrong(problems, path, _size("Must have {} characters.", low, high))
        if not matches(value):
            return _wrong(problems, path, f"Must match the pattern {pattern}.")
        return value

    return text


def bool_of_any(value: str) -> bool:
    """Stands for the pattern of a string that has none."""
    return True


def _integer(shape: Shape) -> Check:
    bits = INTEGER_BITS[shape.type_name]
    low, high = shape.metadata.get("min", -(2**bits)), shape.metadata.get("max", 2**bits - 1)

    def integer(value: Any, path: Path, problems: list[Problem]) -> Any:
        if type(value) is not int:
            return _wrong(problems, path, "Must be a whole number.")
        if not low <= value <= high:
            return _wrong(problems, path, _size("Must be {}.", low, high))
        return value

    return integer


def _double(shape: Shape) -> Check:
    low, high = shape.metadata.get("min", float("-inf")), shape.metadata.get("max", float("inf"))

    def double(value: Any, path: Path, problems: list[Problem]) -> Any:
        if type(value) is not int and type(value) is not float:
            return _wrong(problems, path, "Must be a number.")
        if not low <= value <= high:
            return _wrong(problems, path, _size("Must be {}.", low, high))
        try:
            return float(value)
        except OverflowError:
            return _wrong(problems, path, "Must be a number.")

    return double


def _boolean(shape: Shape) -> Check:
    def boolean(value: Any, path: Path, problems: list[Problem]) -> Any:
        return value if type(value) is bool else _wrong(problems, path, "Must be true or false.")

    return boolean


def _timestamp(shape: Shape) -> Check:
    def timestamp(value: Any, path: Path, problems: list[Problem]) -> Any:
        try:
            if type(value) is int or type(value) is float:
                return datetime.fromtimestamp(value, UTC)
        except (ValueError, OverflowError, OSError):
            pass
        return _wrong(problems, path, "Must be a time in seconds since 1970.")

    return timestamp


def _blob(shape: Shape) -> Check:
    low, high = _bounds(shape)

    def blob(value: Any, path: Path, problems: list[Problem]) -> Any:
        try:
            content = base64.b64decode(value if type(value) is str else "?", validate=True)
        except (binascii.Error, ValueError):
            return _wrong(problems, path, "Must be Base64.")
        if not low <= len(content) <= high:
            return _wrong(problems, path, _size("Must have {} bytes.", low, high))
        return content

    return blob


SCALARS: dict[str, Callable[[Shape], Check]] = {
    "string": _string,
    "integer": _integer,
    "long": _integer,
    "double": _double,
    "boolean": _boolean,
    "timestamp": _timestamp,
    "blob": _blob,
}


def _bounds(shape: Shape) -> tuple[int, float]:
    return shape.metadata.get("min", 0), shape.metadata.get("max", float("inf"))


def _size(template: str, low: float, high: float) -> str:
    if low == high:
        return template.format(low)
    return template.format(f"{low} to {high}" if high != float("inf") else f"{low} or more")
