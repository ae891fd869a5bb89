"""Every console procedure of these areas has a browser test that carries it out, or a reason why not yet."""

import ast
import json
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).parent.parent
TABLE = json.loads((ROOT / "tests/data/console_procedures.json").read_text())
AREAS = {  # the first word of the ids of an area -> how many procedures it has
    "cloudwatch": 2,
    "configuration_set": 5,
    "event_destination": 9,
    "opt_out_list": 7,
    "overview": 4,
    "phone_number": 13,
    "pool": 12,
    "protect": 8,
    "registration": 13,
    "sender_id": 4,
    "support": 11,
    "ten_dlc": 1,
    "toll_free": 1,
    "verified_number": 1,
}


def functions_in(path: str) -> set[str]:
    """The names of the test functions in a file."""
    tree = ast.parse((ROOT / path).read_text())
    return {node.name for node in tree.body if isinstance(node, ast.FunctionDef) and node.name.startswith("test_")}


def test_every_procedure_is_carried_out_in_a_browser() -> None:
    ids = [row["id"] for row in TABLE["procedures"]]
    assert len(ids) == len(set(ids))
    assert Counter(name.partition(".")[0] for name in ids) == AREAS
    without = {row["id"] for row in TABLE["procedures"] if "test" not in row}
    assert without == set(TABLE["not_yet"]), "a procedure has neither a test nor a reason why not yet"


def test_the_functions_in_the_table_are_there() -> None:
    named = [row["test"].split("::") for row in TABLE["procedures"] if "test" in row]
    assert named
    for path, name in named:
        assert path.startswith("tests/browser/") and name in functions_in(path), f"{path}::{name}"
