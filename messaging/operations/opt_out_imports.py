"""Putting a file of numbers on an opt-out list: check it by a job that changes nothing, then import it by another.

Both jobs go through the file or the staged numbers in slices; a slice, its counts and where it ended are one
transaction, so a worker that is killed repeats nothing. Memory is bounded by a slice, whatever the size of the file.
"""

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import IO, Any

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import connection
from django.db.models import F, Model
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from messaging import clock
from messaging.bulk import insert_rows
from messaging.caller import Caller
from messaging.errors import Conflict, Invalid, Resource
from messaging.identifiers import new_id
from messaging.models import Job, OptedOutNumber, OptOutImport, OptOutList, StagedNumber
from messaging.operations.jobs import OPEN, Slice, handles, start_job
from messaging.operations.registry import operation
from messaging.text import e164

CHECK, IMPORT = "check-opt-out-import", "import-opted-out-numbers"
SLICE_ROWS = 5_000
MOST_ROWS = 1_000_000
SAMPLE_ROWS = 10
SAMPLE_BYTES = 16_384
CELL_SHOWN = 40
DELIMITERS = ",;\t|"
INVALID, DUPLICATE, ALREADY = "invalid", "duplicate", "already"

Record = list[str]


class Reader:
    """Records of a CSV file from a byte offset on; `offset` is where the record after the last one begins."""

    def __init__(self, file: IO[bytes], delimiter: str, offset: int = 0) -> None:
        self.offset = offset
        file.seek(offset)
        self._file = file
        self._records = csv.reader(self._lines(), delimiter=delimiter)

    def _lines(self) -> Iterator[str]:
        while line := self._file.readline():
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


def sample(stored: str) -> Sample:
    """The beginning of a stored file, with its delimiter and the column of numbers guessed."""
    with default_storage.open(stored, "rb") as file:
        beginning = file.read(SAMPLE_BYTES)
    text = beginning.decode("utf-8-sig", errors="replace").replace("\0", "")
    first = text.splitlines()[0] if text.strip() else ""
    delimiter = max(DELIMITERS, key=first.count)
    records = []
    for record in csv.reader(io.StringIO(text), delimiter=delimiter):
        if any(cell.strip() for cell in record):
            records.append([cell.strip() for cell in record])
        if len(records) > SAMPLE_ROWS:
            break
    width = max((len(record) for record in records), default=1)

    def numbers(at: int) -> int:
        return sum(1 for record in records if at < len(record) and _read(record[at])[0])

    column = max(range(width), key=numbers)
    has_head = bool(records) and not (column < len(records[0]) and any(c.isdigit() for c in records[0][column]))
    return Sample(records, delimiter, column, has_head)


@operation(resource=lambda row: row.import_id)
def upload_opt_out_import(
    caller: Caller, *, opt_out_list_name: str, stored: str, file_name: str, size: int
) -> OptOutImport:
    """Take note of an uploaded file; nothing is read yet but its beginning. Raises NotFound, Invalid for an empty one.

    stored is its name in the default storage, size its bytes.
    """
    row = OptOutList.objects.named(caller, opt_out_list_name)
    found = sample(stored)
    if not found.records:
        raise Invalid(_("The file is empty."), fields={"file": _("Choose a file with at least one number.")})
    return OptOutImport.objects.create(
        owner_id=caller.owner_id,
        import_id=new_id("import"),
        opt_out_list=row,
        stored=stored,
        file_name=file_name[:200],
        size=size,
        actor=caller.actor,
        column=found.column,
        has_head=found.has_head,
        delimiter=found.delimiter,
    )


@operation(resource=lambda row: row.import_id)
def check_opt_out_import(caller: Caller, *, import_id: str, column: int, has_head: bool) -> OptOutImport:
    """Start the dry run: every row is judged, nothing is put on the list. It may be run again.

    column counts from 0. Raises NotFound; Conflict while a job of this import runs.
    """
    row = _idle(caller, import_id)
    StagedNumber.objects.filter(staged_in=row).delete()
    row.column, row.has_head, row.status = column, has_head, OptOutImport.Status.CHECKING
    row.rows = row.new = row.duplicates = row.already = row.invalid = row.added = 0
    title = _t("Check of %(file)s for %(list)s") % {"file": row.file_name, "list": row.opt_out_list.name}
    row.check_job = start_job(caller, kind=CHECK, title=title, parameters={"import_id": import_id})
    row.save()
    return row


@operation(resource=lambda row: row.import_id)
def import_opted_out_numbers(caller: Caller, *, import_id: str, reason: str = "") -> OptOutImport:
    """Start putting the checked numbers on the list; those that are there stay as they are.

    Raises NotFound; Invalid for more than MOST_ROWS rows; Conflict before the check or while a job runs.
    """
    row = _idle(caller, import_id)
    if row.status != OptOutImport.Status.CHECKED:
        raise Conflict(
            _("The file has not been checked yet."),
            reason="RESOURCE_NOT_ACTIVE",
            resource=Resource("opt-out-import", import_id),
            next_step=_("Check the file first."),
        )
    if row.rows > MOST_ROWS:
        raise Invalid(
            _("The file has more than %(most)s rows.") % {"most": MOST_ROWS}, fields={"file": _("Split the file.")}
        )
    row.reason, row.status = reason, OptOutImport.Status.IMPORTING
    title = _t("Import of %(file)s into %(list)s") % {"file": row.file_name, "list": row.opt_out_list.name}
    total = row.new + row.already
    row.import_job = start_job(caller, kind=IMPORT, title=title, parameters={"import_id": import_id}, total=total)
    row.save()
    return row


@operation(resource=lambda row: row.import_id)
def discard_opt_out_import(caller: Caller, *, import_id: str) -> OptOutImport:
    """Forget an import and its file; what is on the list stays. Raises NotFound; Conflict while a job of it runs."""
    row = _idle(caller, import_id)
    StagedNumber.objects.filter(staged_in=row).delete()
    OptOutImport.objects.filter(pk=row.pk).delete()
    default_storage.delete(row.stored)
    if row.check_job:
        for part in range(row.check_job.cursor.get("part", 0)):
            default_storage.delete(_part_name(row, row.check_job, part))
    return row


def problems(row: OptOutImport) -> Iterator[Record]:
    """What the last check found wrong: row number, cell, kind (INVALID, DUPLICATE, ALREADY), why. In file order."""
    if row.check_job is None:
        return
    for part in range(row.check_job.cursor.get("part", 0)):
        with default_storage.open(_part_name(row, row.check_job, part), "rb") as file:
            yield from csv.reader(io.TextIOWrapper(file, encoding="utf-8", newline=""))


@handles(CHECK)
def run_check(caller: Caller, job: Job) -> Slice:
    """Judge the next rows of the file and stage the numbers among them."""
    row = OptOutImport.objects.for_caller(caller).get(import_id=job.parameters["import_id"])
    at, part = job.cursor.get("row", 0), job.cursor.get("part", 0)
    found: dict[str, int] = {}
    wrong: list[tuple[int, str, str, str]] = []
    looked = 0
    with default_storage.open(row.stored, "rb") as file:
        reader = Reader(file, row.delimiter, job.cursor.get("offset", 0))
        records = iter(reader)
        if at == 0 and row.has_head:
            next(records, None)
            at = 1
        for record in records:
            at += 1
            if record and any(record):
                looked += 1
                _judge(record[row.column] if row.column < len(record) else "", at, found, wrong)
            if looked >= SLICE_ROWS:
                break
        finished = looked < SLICE_ROWS
        offset = reader.offset
    invalid = sum(1 for _row, _cell, kind, _why in wrong if kind == INVALID)
    numbers = list(found)
    before = _present(StagedNumber, "staged_in", row.pk, "number", numbers)
    wrong += [(found[number], number, DUPLICATE, "") for number in before]
    fresh = [number for number in numbers if number not in before]
    already = _present(OptedOutNumber, "opt_out_list", row.opt_out_list_id, "opted_out_number", fresh)
    wrong += [(found[number], number, ALREADY, "") for number in already]
    insert_rows(StagedNumber, ("staged_in", "number"), [(row.pk, number) for number in fresh])
    OptOutImport.objects.filter(pk=row.pk).update(
        rows=F("rows") + looked,
        invalid=F("invalid") + invalid,
        duplicates=F("duplicates") + (len(wrong) - invalid - len(already)),
        already=F("already") + len(already),
        new=F("new") + len(fresh) - len(already),
        status=OptOutImport.Status.CHECKED if finished else OptOutImport.Status.CHECKING,
    )
    _write_part(_part_name(row, job, part), sorted(wrong))
    return Slice({"offset": offset, "row": at, "part": part + 1}, done=looked, finished=finished)


@handles(IMPORT)
def run_import(caller: Caller, job: Job) -> Slice:
    """Move the next staged numbers onto the list, in their order, in three statements."""
    row = OptOutImport.objects.for_caller(caller).get(import_id=job.parameters["import_id"])
    staged = StagedNumber.objects.filter(staged_in=row).order_by("number").values_list("number", flat=True)
    last = staged[SLICE_ROWS - 1 : SLICE_ROWS].first()
    finished = last is None
    added = _put_staged(row, last)
    gone = StagedNumber.objects.filter(staged_in=row)
    done, _by_model = (gone if last is None else gone.filter(number__lte=last)).delete()
    status = OptOutImport.Status.DONE if finished else OptOutImport.Status.IMPORTING
    OptOutImport.objects.filter(pk=row.pk).update(added=F("added") + added, status=status)
    return Slice({}, done=done, finished=finished)


def _idle(caller: Caller, import_id: str) -> OptOutImport:
    """The caller's import, locked, while no job works on it. A cancelled or failed check may be run again."""
    row: OptOutImport = OptOutImport.objects.select_related("opt_out_list", "check_job", "import_job").named(
        caller, import_id, lock=True
    )
    if any(job is not None and job.status in OPEN for job in (row.check_job, row.import_job)):
        raise Conflict(
            _("A job is working on this file."),
            reason="RESOURCE_NOT_ACTIVE",
            resource=Resource("opt-out-import", import_id),
            next_step=_("Wait until it ends, or cancel it."),
        )
    return row


def _read(cell: str) -> tuple[str, str]:
    """The number in a cell and nothing, or nothing and why there is none."""
    if e164.PATTERN.fullmatch(cell):
        return (cell if cell[0] == "+" else f"+{cell}"), ""
    try:
        return e164.read(cell), ""
    except e164.Unreadable as error:
        return "", error.reason


def _judge(cell: str, at: int, found: dict[str, int], wrong: list[tuple[int, str, str, str]]) -> None:
    text = cell.strip()
    number, why = _read(text)
    if not number:
        wrong.append((at, text[:CELL_SHOWN], INVALID, why))
    elif number in found:
        wrong.append((at, number, DUPLICATE, ""))
    else:
        found[number] = at


def _present(model: type[Model], holder: str, key: int, column: str, numbers: Sequence[str]) -> set[str]:
    """Which of the numbers are there. One statement; the ORM would take longer to write it than the database to run."""
    if not numbers:
        return set()
    table = connection.ops.quote_name(model._meta.db_table)
    owner = connection.ops.quote_name(str(model._meta.get_field(holder).column))  # type: ignore[union-attr]
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            among, values = f"({', '.join(['%s'] * len(numbers))})", list(numbers)
            cursor.execute(
                f"SELECT {column} FROM {table} WHERE {owner} = %s AND {column} IN {among}",  # noqa: S608
                [key, *values],
            )
        else:
            cursor.execute(
                f"SELECT {column} FROM {table} WHERE {owner} = %s AND {column} = ANY(%s)",  # noqa: S608
                [key, list(numbers)],
            )
        return {found for (found,) in cursor.fetchall()}


def _put_staged(row: OptOutImport, last: str | None) -> int:
    """Put staged numbers up to `last`, or all, on the list; returns how many were not there."""
    table, staged = (connection.ops.quote_name(model._meta.db_table) for model in (OptedOutNumber, StagedNumber))
    now = connection.ops.adapt_datetimefield_value(clock.now())
    until, values = ("", []) if last is None else (" AND number <= %s", [last])
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {table} (opt_out_list_id, opted_out_number, opted_out_timestamp, end_user_opted_out, actor, "  # noqa: S608
            f"reason) SELECT %s, number, %s, %s, %s, %s FROM {staged} WHERE staged_in_id = %s{until} ORDER BY number "
            "ON CONFLICT (opt_out_list_id, opted_out_number) DO NOTHING",
            [row.opt_out_list_id, now, False, row.actor, row.reason, row.pk, *values],
        )
        return int(cursor.rowcount)


def _part_name(row: OptOutImport, job: Job, part: int) -> str:
    return f"imports/{row.import_id}/{job.job_id}/{part:06d}"


def _write_part(name: str, rows: Iterable[Sequence[Any]]) -> None:
    """One numbered part of the result file; written twice after a crash it is the same."""
    buffer = io.StringIO()
    csv.writer(buffer).writerows(rows)
    default_storage.delete(name)
    default_storage.save(name, ContentFile(buffer.getvalue().encode()))
