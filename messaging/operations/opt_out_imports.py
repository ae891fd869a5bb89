"""Putting a file of numbers on an opt-out list: check it by a job that changes nothing, then import it by another.

Both jobs work in slices: the check through the file (number_files.py), the import through the staged numbers.
"""

from collections.abc import Iterator, Sequence

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
from messaging.operations import number_files
from messaging.operations.jobs import Slice, handles, start_job
from messaging.operations.number_files import DUPLICATE, INVALID, MOST_ROWS, Record, keep_problems
from messaging.operations.registry import operation

CHECK, IMPORT = "check-opt-out-import", "import-opted-out-numbers"
SLICE_ROWS = 5_000
ALREADY = "already"


@operation(resource=lambda row: row.import_id)
def upload_opt_out_import(
    caller: Caller, *, opt_out_list_name: str, stored: str, file_name: str, size: int
) -> OptOutImport:
    """Take note of an uploaded file; nothing is read yet but its beginning. Raises NotFound, Invalid for an empty one.

    stored is its name in the default storage, size its bytes.
    """
    row = OptOutList.objects.named(caller, opt_out_list_name)
    _sample, columns = number_files.upload(caller, stored=stored, file_name=file_name, size=size)
    return OptOutImport.objects.create(import_id=new_id("import"), opt_out_list=row, **columns)


@operation(resource=lambda row: row.import_id)
def check_opt_out_import(caller: Caller, *, import_id: str, column: int, has_head: bool) -> OptOutImport:
    """Start the dry run: every row is judged, nothing is put on the list. It may be run again.

    column counts from 0. Raises NotFound; Conflict while a job of this import runs.
    """
    row = _idle(caller, import_id)
    StagedNumber.objects.filter(staged_in=row).delete()
    number_files.forget_problems(row, row.check_job)
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
    number_files.forget(row, row.check_job)
    return row


def problems(row: OptOutImport) -> Iterator[Record]:
    """What the last check found wrong: row number, cell, kind (INVALID, DUPLICATE, ALREADY), why. In file order."""
    return number_files.problems(row, row.check_job)


@handles(CHECK)
def run_check(caller: Caller, job: Job) -> Slice:
    """Judge the next rows of the file and stage the numbers among them."""
    row = OptOutImport.objects.for_caller(caller).get(import_id=job.parameters["import_id"])
    records = number_files.next_records(row, job.cursor, SLICE_ROWS)
    numbers = number_files.judged(row, records)
    before = _present(StagedNumber, "staged_in", row.pk, "number", list(numbers.rows))
    numbers.again(before)
    fresh = [number for number in numbers.rows if number not in before]
    already = _present(OptedOutNumber, "opt_out_list", row.opt_out_list_id, "opted_out_number", fresh)
    numbers.again(already, ALREADY)
    insert_rows(StagedNumber, ("staged_in", "number"), [(row.pk, number) for number in fresh])
    OptOutImport.objects.filter(pk=row.pk).update(
        rows=F("rows") + len(records.found),
        invalid=F("invalid") + numbers.wrongs(INVALID),
        duplicates=F("duplicates") + numbers.wrongs(DUPLICATE),
        already=F("already") + len(already),
        new=F("new") + len(fresh) - len(already),
        status=OptOutImport.Status.CHECKED if records.finished else OptOutImport.Status.CHECKING,
    )
    cursor = records.cursor | keep_problems(row, job, numbers.wrong)
    return Slice(cursor, done=len(records.found), finished=records.finished)


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
    """The caller's import, locked, while no job works on it."""
    rows = OptOutImport.objects.select_related("opt_out_list", "check_job", "import_job")
    row: OptOutImport = rows.named(caller, import_id, lock=True)
    number_files.refuse_while_open(Resource("opt-out-import", import_id), row.check_job, row.import_job)
    return row


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
