"""Benchmarks that call the console's own functions still run: nobody notices one that broke before the next table."""

import math

import pytest

from tests import factories
from tests.benchmarks import inside, measure
from tests.installation import ACCOUNT, REGION

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def little(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in {"EXPORTED": 3, "TABLES": 1}.items():
        monkeypatch.setattr(inside, name, value)


@pytest.mark.parametrize("name", ["export", "table"])
def test_runs(name: str) -> None:
    for region in (REGION, inside.LARGE):
        caller = factories.make_caller(factories.make_owner(ACCOUNT, region))
        number = factories.make_simulator_number(caller)
        factories.send(caller, origination_identity=number.phone_number_id)
    figures = getattr(inside, name)()
    assert {"ours", "floor", measure.CONTROL} <= set(figures)
    assert all(math.isfinite(figure) and figure > 0 for figure in figures["ours"])
