"""Built-in delivery streams: newline-delimited JSON under the data directory, one file an hour.

<data directory>/streams/<account>/<Region>/<stream>/yyyy/mm/dd/hh/events.ndjson. Each line is an event record with its
eventId; a line can come twice after a crash, so readers drop what they have.
"""

import fcntl
import json
import os
import re
import shutil
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings

NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,63}")
HOUR = re.compile(r"\d{4}/\d{2}/\d{2}/\d{2}")
FILE_NAME = "events.ndjson"


def stream_name(arn: str) -> str:
    """The stream's name in its ARN (…:deliverystream/<name>). Raises ValueError for one that cannot be a folder."""
    name = arn.rsplit("/", 1)[-1].rsplit(":", 1)[-1]
    if not NAME.fullmatch(name):
        raise ValueError(name)
    return name


def stream_path(account_id: str, region: str, arn: str, at: datetime) -> Path:
    """The file that takes what arrives at an instant of simulated time."""
    return _folder(account_id, region) / stream_name(arn) / at.strftime("%Y/%m/%d/%H") / FILE_NAME


def _folder(account_id: str, region: str) -> Path:
    return Path(settings.DATA_DIR) / "streams" / account_id / region


@dataclass(frozen=True, slots=True)
class File:
    """One hour of a stream: yyyy/mm/dd/hh of simulated time, and how many bytes it has."""

    hour: str
    path: Path
    size: int


def names(account_id: str, region: str) -> list[str]:
    """The streams that something has been written to."""
    folder = _folder(account_id, region)
    return sorted(one.name for one in folder.iterdir() if one.is_dir()) if folder.is_dir() else []


def files(account_id: str, region: str, name: str, *, before: str = "") -> Iterator[File]:
    """The files of a stream, newest first; with `before`, those of earlier hours. Raises ValueError for no name."""
    root = _folder(account_id, region) / stream_name(name)
    yield from _below(root, "", 4, before)


def _below(folder: Path, hour: str, levels: int, before: str) -> Iterator[File]:
    if levels == 0:
        path = folder / FILE_NAME
        if path.is_file() and not (before and hour >= before):
            yield File(hour, path, path.stat().st_size)
        return
    if not folder.is_dir():
        return
    for below in sorted((one.name for one in folder.iterdir() if one.name.isdigit()), reverse=True):
        found = f"{hour}/{below}" if hour else below
        if not before or found <= before[: len(found)]:
            yield from _below(folder / below, found, levels - 1, before)


def file_of(account_id: str, region: str, name: str, hour: str) -> File | None:
    """The file of one hour (yyyy/mm/dd/hh), if there is one. Raises ValueError for no name and no hour."""
    if not HOUR.fullmatch(hour):
        raise ValueError(hour)
    path = _folder(account_id, region) / stream_name(name) / hour / FILE_NAME
    return File(hour, path, path.stat().st_size) if path.is_file() else None


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


def forget(account_id: str, region: str) -> None:
    """Delete every stream of an account in a Region with its files."""
    shutil.rmtree(_folder(account_id, region), ignore_errors=True)
