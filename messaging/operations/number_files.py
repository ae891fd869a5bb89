"""Uploaded files with a number in each row: a sample, their records in slices, the numbers judged, the problems kept.

A job goes through such a file in slices; a slice, its counts and where it ended are one transaction, so a worker that
is killed repeats nothing, and memory is bounded by a slice, whatever the size of the file.
"""

import csv
import io
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import IO, Any

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from messaging.caller import Caller
from messaging.errors import Conflict, Invalid, Resource
from messaging.models import BulkSend, DeactivationReport, Job, OptOutImport
from messaging.models.number_files import NumberFile
from messaging.operations.jobs import OPEN
from messaging.text import e164

MOST_ROWS = 1_000_000
SAMPLE_ROWS = 10
SAMPLE_BYTES = 16_384
LINE_BYTES = 65_536  # a longer line is read in pieces
PASSED_OVER = 4  # times as many rows as are asked for are read at most, should most be empty
CELL_SHOWN = 40
DELIMITERS = ",;\t|"
INVALID, DUPLICATE = "invalid", "duplicate"

_LINES = re.compile(rb"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+")  # ends as Windows, old Macs and Unix write them

Record = list[str]
Problem = tuple[int, str, str, str]  # row number, cell, kind, why


class Reader:
    """Records of a CSV file from a byte offset on; `offset` is where the record after the last one begins."""

    def __init__(self, file: IO[bytes], delimiter: str, offset: int = 0) -> None:
        self.offset = offset
        file.seek(offset)
        self._file = file
        self._records = csv.reader(self._lines(), delimiter=delimiter)

    def _lines(self) -> Iterator[str]:
        while piece := self._file.readline(LINE_BYTES):
            for line in _LINES.findall(piece):
                text = line.decode("utf-8-sig" if self.offset == 0 else "utf-8", errors="replace").replace("\0", "")
                self.offset += len(line)
                yield text

    def __iter__(self) -> Iterator[Record]:
        return self._records


@dataclass(frozen=True, slots=True)
class Sample:
    """The first records of a file, and what they seem to be."""

    records: list[Record]
    delimiter: str
    column: int
    has_head: bool

    @property
    def columns(self) -> list[str]:
        """A name for each column: its head, or its number."""
        width = max((len(record) for record in self.records), default=0)
        head = self.records[0] if self.has_head and self.records else []
        return [
            head[at][:CELL_SHOWN] if at < len(head) and head[at] else _t("Column %(number)s") % {"number": at + 1}
            for at in range(width)
        ]

    @property
    def rows(self) -> list[Record]:
        """The records below the head."""
        return self.records[1:] if self.has_head else self.records


def sample(stored: str) -> Sample:
    """The beginning of a stored file, with its delimiter and the column of numbers guessed."""
    with default_storage.open(stored, "rb") as file:
        beginning = file.read(SAMPLE_BYTES)
    text = beginning.decode("utf-8-sig", errors="replace").replace("\0", "")
    first = text.splitlines()[0] if text.strip() else ""
    delimiter = max(DELIMITERS, key=first.count)
    records = []
    for record in csv.reader(io.StringIO(text, newline=None), delimiter=delimiter):
        if any(cell.strip() for cell in record):
            records.append([cell.strip() for cell in record])
        if len(records) > SAMPLE_ROWS:
            break
    width = max((len(record) for record in records), default=1)

    def numbers(at: int) -> int:
        return sum(1 for record in records if at < len(record) and number_in(record[at])[0])

    column = max(range(width), key=numbers)
    has_head = bool(records) and not (column < len(records[0]) and any(c.isdigit() for c in records[0][column]))
    return Sample(records, delimiter, column, has_head)


def upload(caller: Caller, *, stored: str, file_name: str, size: int) -> tuple[Sample, dict[str, Any]]:
    """The sample of an uploaded file, and the columns of the NumberFile that notes it. Raises Invalid for an empty one.

    stored is its name in the default storage, size its bytes.
    """
    found = sample(stored)
    if not found.records:
        raise Invalid(_("The file is empty."), fields={"file": _("Choose a file with at least one number.")})
    return found, {
        "owner_id": caller.owner_id,
        "actor": caller.actor,
        "stored": stored,
        "file_name": file_name[:200],
        "size": size,
        "column": found.column,
        "has_head": found.has_head,
        "delimiter": found.delimiter,
    }


def refuse_while_open(about: Resource, *jobs: Job | None) -> None:
    """Raise Conflict while a job works on the file. A cancelled or failed one may be started again."""
    if any(job is not None and job.status in OPEN for job in jobs):
        raise Conflict(
            _("A job is working on this file."),
            reason="RESOURCE_NOT_ACTIVE",
            resource=about,
            next_step=_("Wait until it ends, or cancel it."),
        )


@dataclass(frozen=True, slots=True)
class Records:
    """The next records of a file with the rows they stand in, whether they are the last, and the cursor after them."""

    found: list[tuple[int, Record]]
    finished: bool
    cursor: dict[str, int]


def next_records(row: NumberFile, cursor: Mapping[str, int], most: int) -> Records:
    """At most `most` records from where the cursor of a job stands; the head and empty rows are passed over.

    Raises Invalid for what is no CSV.
    """
    at, found, finished = cursor.get("row", 0), [], True
    with default_storage.open(row.stored, "rb") as file:
        reader = Reader(file, row.delimiter, cursor.get("offset", 0))
        records = iter(reader)
        try:
            if at == 0 and row.has_head:
                next(records, None)
                at = 1
            for looked, record in enumerate(records, 1):
                at += 1
                if any(cell.strip() for cell in record):
                    found.append((at, record))
                if len(found) >= most or looked >= most * PASSED_OVER:
                    finished = False
                    break
        except csv.Error as error:
            raise Invalid(_("This is not CSV: %(why)s.") % {"why": error}) from error
        return Records(found, finished, {"offset": reader.offset, "row": at})


def cell_of(row: NumberFile, record: Record) -> str:
    """What stands in the column of numbers."""
    return record[row.column].strip() if row.column < len(record) else ""


def number_in(cell: str, country: str | None = None) -> tuple[str, str]:
    """The number in a cell and nothing, or nothing and why there is none. country is that of one without its code."""
    if e164.PATTERN.fullmatch(cell):
        return (cell if cell[0] == "+" else f"+{cell}"), ""
    try:
        return e164.read(cell, country), ""
    except e164.Unreadable as error:
        return "", error.reason


@dataclass(slots=True)
class Numbers:
    """The numbers of some records with the row each stands in first, and what cannot be used."""

    rows: dict[str, int] = field(default_factory=dict)
    wrong: list[Problem] = field(default_factory=list)

    def again(self, numbers: Iterable[str], kind: str = DUPLICATE) -> None:
        """Note that these are known already, in the kind of way."""
        self.wrong += [(self.rows[number], number, kind, "") for number in numbers]

    def wrongs(self, kind: str) -> int:
        """How many problems of a kind there are."""
        return sum(1 for _row, _cell, found, _why in self.wrong if found == kind)


def judged(row: NumberFile, records: Records, read: Callable[[str], tuple[str, str]] = number_in) -> Numbers:
    """Each number of the records once; what holds none and what comes again is a problem."""
    numbers = Numbers()
    for at, record in records.found:
        cell = cell_of(row, record)
        number, why = read(cell)
        if not number:
            numbers.wrong.append((at, cell[:CELL_SHOWN], INVALID, why))
        elif number in numbers.rows:
            numbers.wrong.append((at, number, DUPLICATE, ""))
        else:
            numbers.rows[number] = at
    return numbers


def problems(row: NumberFile, job: Job | None) -> Iterator[Record]:
    """What a job found wrong with a file, as text: row number, cell, kind, why. In file order."""
    for name in _part_names(row, job):
        with default_storage.open(name, "rb") as file:
            yield from csv.reader(io.TextIOWrapper(file, encoding="utf-8", newline=""))


def keep_problems(row: NumberFile, job: Job, wrong: Iterable[Problem]) -> dict[str, int]:
    """Write a slice's problems into a numbered part, the same when a crash repeats it; what the cursor says then."""
    part = job.cursor.get("part", 0)
    buffer = io.StringIO()
    csv.writer(buffer).writerows(sorted(wrong))
    name = _part_name(row, job, part)
    default_storage.delete(name)
    default_storage.save(name, ContentFile(buffer.getvalue().encode()))
    return {"part": part + 1}


def forget_problems(row: NumberFile, job: Job | None) -> None:
    """Delete what a job noted of problems, once the caller's transaction is committed."""
    _delete(_part_names(row, job))


def forget(row: NumberFile, job: Job | None = None) -> None:
    """Delete an uploaded file and what a job noted of it, once the caller's transaction is committed."""
    _delete([row.stored, *_part_names(row, job)])


def forget_all(owner_id: int) -> None:
    """The same for all files of an account in a Region, whose rows go with it."""
    for row in OptOutImport.objects.filter(owner_id=owner_id).select_related("check_job"):
        forget(row, row.check_job)
    for report in DeactivationReport.objects.filter(owner_id=owner_id).select_related("compare_job"):
        forget(report, report.compare_job)
    for bulk_send in BulkSend.objects.filter(owner_id=owner_id):
        forget(bulk_send)


def _delete(names: Iterable[str]) -> None:
    def delete() -> None:
        for name in names:
            default_storage.delete(name)

    transaction.on_commit(delete)


def _part_names(row: NumberFile, job: Job | None) -> list[str]:
    return [_part_name(row, job, part) for part in range(job.cursor.get("part", 0))] if job else []


def _part_name(row: NumberFile, job: Job, part: int) -> str:
    return f"imports/{row.name}/{job.job_id}/{part:06d}"
