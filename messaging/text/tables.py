"""Read the project's own tables in messaging/data: JSON documents and CSV files with comment lines."""

import csv
import json
from pathlib import Path
from typing import Any

DATA = Path(__file__).resolve().parent.parent / "data"


def document(name: str) -> dict[str, Any]:
    """Return messaging/data/<name>, a JSON object whose "source" key says where it comes from.

    Raises FileNotFoundError or json.JSONDecodeError: both mean a broken installation.
    """
    found: dict[str, Any] = json.loads((DATA / name).read_text(encoding="utf-8"))
    return found


def rows(name: str) -> list[dict[str, str]]:
    """Return the rows of messaging/data/<name>, as read_rows() does."""
    return read_rows((DATA / name).read_text(encoding="utf-8"))


def read_rows(text: str) -> list[dict[str, str]]:
    """Return the rows of a CSV text with a header; lines that start with # are comments."""
    return list(csv.DictReader(line for line in text.splitlines(keepends=True) if not line.startswith("#")))
