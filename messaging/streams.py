"""Built-in delivery streams: newline-delimited JSON under the data directory, one file an hour.

<data directory>/streams/<account>/<Region>/<stream>/yyyy/mm/dd/hh/events.ndjson. Each line is an event record with its
eventId; a line can come twice after a crash, so readers drop what they have.
"""

import fcntl
import json
import os
import re
from collections.abc import Iterable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings

NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,63}")
FILE_NAME = "events.ndjson"


def stream_name(arn: str) -> str:
    """The stream's name in its ARN (…:deliverystream/<name>). Raises ValueError for one that cannot be a folder."""
    name = arn.rsplit("/", 1)[-1].rsplit(":", 1)[-1]
    if not NAME.fullmatch(name):
        raise ValueError(name)
    return name


def stream_path(account_id: str, region: str, arn: str, at: datetime) -> Path:
    """The file that takes what arrives at an instant of simulated time."""
    folder = Path(settings.DATA_DIR) / "streams" / account_id / region / stream_name(arn)
    return folder / at.strftime("%Y/%m/%d/%H") / FILE_NAME


def append(path: Path, records: Iterable[Mapping[str, Any]]) -> None:
    """Add records, one line each, and return when the disk has them. A torn last line is closed first."""
    lines = "".join(json.dumps(record, ensure_ascii=False, separators=(",", ":")) + "\n" for record in records)
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a+b") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        size = file.seek(0, os.SEEK_END)
        torn = size > 0 and os.pread(file.fileno(), 1, size - 1) != b"\n"
        file.write((b"\n" if torn else b"") + lines.encode())
        file.flush()
        os.fsync(file.fileno())
