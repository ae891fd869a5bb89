"""Every reason and resource type that the code refuses with is one of the service model's."""

import ast
import inspect
from collections.abc import Iterator
from pathlib import Path

import pytest

from console import shapes
from console.wire.errors import TYPES
from console.wire.registry import ROUTES
from console.wire.route import Route
from messaging import errors
from messaging.errors import Refusal
from messaging.models import Owned
from messaging.reference import quotas

ROOT = Path(errors.__file__).parent.parent
REASONS = {
    kind.__name__: frozenset(shapes.enum(f"{name}Reason"))
    for kind, name in TYPES.items()
    if f"{name}Reason" in shapes.service().shape_names
}
ONLY_ON_PAGES = frozenset({"alarm", "bulk-send", "connection", "support-case"})  # the API has no such resources
RESOURCE_TYPES = frozenset(shapes.enum("ResourceType"))
WIRE_OPERATIONS = {
    Path(inspect.getfile(inspect.unwrap(route.function))) for route in ROUTES.values() if isinstance(route, Route)
}


def calls() -> Iterator[tuple[str, ast.Call]]:
    """(where, call) of every call in the three packages."""
    for package in ("console", "messaging", "registrations"):
        for path in sorted((ROOT / package).rglob("*.py")):
            for node in ast.walk(ast.parse(path.read_text())):
                if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
                    yield f"{path.relative_to(ROOT)}:{node.lineno}", node


def words(node: ast.expr) -> set[str]:
    """The strings that an expression can be, the branches of a condition included."""
    if isinstance(node, ast.IfExp):
        return words(node.body) | words(node.orelse)
    return {node.value} if isinstance(node, ast.Constant) and isinstance(node.value, str) else set()


def test_reasons_are_those_of_the_exception() -> None:
    seen = 0
    for where, call in calls():
        if call.func.id not in REASONS:  # type: ignore[attr-defined]
            continue
        for keyword in call.keywords:
            if keyword.arg == "reason":
                given = words(keyword.value)
                seen += len(given)
                assert given <= REASONS[call.func.id] | {""}, where  # type: ignore[attr-defined]
    assert seen > 30


def test_resource_types_are_those_of_the_model() -> None:
    seen = 0
    for where, call in calls():
        if call.func.id in ("Resource", "NotFound") and call.args:  # type: ignore[attr-defined]
            given = words(call.args[0])
            if ROOT / where.partition(":")[0] in WIRE_OPERATIONS:  # jobs, members and the like are only on pages
                seen += len(given)
                assert given <= RESOURCE_TYPES | ONLY_ON_PAGES, where
    assert seen > 10


@pytest.mark.parametrize("kind", Refusal.__subclasses__())
def test_the_reason_of_a_refusal_that_gives_none(kind: type[Refusal]) -> None:
    assert kind.default_reason in REASONS.get(kind.__name__, set()) | {""}


def test_reasons_of_quotas() -> None:
    given = {quota.reason for quota in quotas().values() if quota.reason}
    assert given
    assert given <= REASONS["OverQuota"]


def test_resource_types_of_tables() -> None:
    def below(model: type[Owned]) -> Iterator[type[Owned]]:
        for child in model.__subclasses__():
            yield child
            yield from below(child)

    named = {model.RESOURCE_TYPE for model in below(Owned) if model.RESOURCE_TYPE}
    assert {"phone-number", "pool", "configuration-set", "opt-out-list"} <= named <= RESOURCE_TYPES | ONLY_ON_PAGES
