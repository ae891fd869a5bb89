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
    """Return the rows of messaging/data/<name>: CSV with a header; lines that start with # are comments."""
    with (DATA / name).open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(line for line in lines if not line.startswith("#")))
