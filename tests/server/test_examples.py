"""The README's example, as somebody would write it against a running Switchboard; every line of it must work."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.installation import ACCOUNT, KEY_ID, REGION, SECRET, Installation

README = Path(__file__).resolve().parent.parent.parent / "README.md"


@pytest.fixture
def here() -> Iterator[Installation]:
    """`manage.py up` on SQLite in a directory of its own."""
    with Installation() as installation:
        installation.up()
        yield installation


def example(language: str, heading: str) -> str:
    """The first code block of a language below a heading."""
    section = README.read_text(encoding="utf-8").split(f"\n## {heading}\n", 1)[1].split("\n## ", 1)[0]
    found = re.search(rf"```{language}\n(.*?)```", section, re.DOTALL)
    assert found, f"no {language} below {heading}"
    return found[1]


def fill_in(text: str, here: Installation) -> str:
    """The example with this installation's address, account and key."""
    return (
        text.replace("http://localhost:8000", here.url)
        .replace("AKIA…", KEY_ID)
        .replace('"…"', f'"{SECRET}"')
        .replace("123456789012", ACCOUNT)
        .replace("us-east-1", REGION)
    )


def test_boto3_example_runs(here: Installation) -> None:
    exec(compile(fill_in(example("python", "The API"), here), "README.md", "exec"), {})


def test_pytest_example_passes(here: Installation) -> None:
    names: dict[str, Any] = {}
    exec(compile(fill_in(example("python", "Testing your own code"), here), "README.md", "exec"), names)
    tests = [value for name, value in names.items() if name.startswith("test_")]
    assert tests
    for test in tests:
        test(names["sms"].__wrapped__())
