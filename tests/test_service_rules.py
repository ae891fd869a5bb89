"""Every rule of the service that the project claims to keep has a test that carries its id."""

import json
import re
from pathlib import Path

import pytest

HERE = Path(__file__).parent
RULES = json.loads((HERE / "data" / "service_rules.json").read_text())


def _tests() -> str:
    return "".join(path.read_text() for path in HERE.rglob("test_*.py") if path != Path(__file__))


@pytest.mark.parametrize("rule", RULES["tested"])
def test_rule_has_a_test_that_carries_its_id(rule: str) -> None:
    bare = re.escape(rule.split(":")[-1])
    assert re.search(rf"(?<![\w.]){bare}(?!\w)", _tests()), f"no test names {rule}"


def test_no_rule_is_both_kept_and_left_out() -> None:
    assert not set(RULES["tested"]) & set(RULES["not_here"])
    assert all(RULES["not_here"].values())
