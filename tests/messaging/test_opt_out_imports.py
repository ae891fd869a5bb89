"""Importing files of numbers: judged row by row, in slices that a killed worker repeats none of."""

import io
from datetime import UTC, datetime, timedelta

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from messaging.errors import Conflict, Denied, Invalid, NotFound
from messaging.models import Activity, Job, OptedOutNumber, OptOutImport, StagedNumber
from messaging.operations import number_files, opt_out_imports
from messaging.operations.jobs import cancel_job, run_due_jobs
from messaging.operations.number_files import Reader, sample
from messaging.operations.opt_out_imports import (
    check_opt_out_import,
    discard_opt_out_import,
    import_opted_out_numbers,
    problems,
    upload_opt_out_import,
)
from messaging.operations.opt_out_lists import delete_opt_out_list
from messaging.operations.reset import reset_account
from messaging.permissions import Role
from tests import factories

pytestmark = pytest.mark.django_db

MIXED = """name,phone
Ann,+14255550101
Bob,14255550102
Cid,+1 425 555-0103
Dee,+14255550101
Eve,call me
Flo,+14255550104
Gus,"+1425
5550105"

Hal
"""


@pytest.fixture
def vip(caller):
    return factories.make_opt_out_list(caller, "vip", ("+14255550104",))


@pytest.fixture
def small_slices(monkeypatch):
    monkeypatch.setattr(opt_out_imports, "SLICE_ROWS", 2)


def uploaded(caller, text, name="vip"):
    stored = default_storage.save("imports/uploads/test.csv", ContentFile(text.encode()))
    return upload_opt_out_import(
        caller, opt_out_list_name=name, stored=stored, file_name="numbers.csv", size=len(text.encode())
    )


def checked(caller, text):
    row = uploaded(caller, text)
    check_opt_out_import(caller, import_id=row.import_id, column=row.column, has_head=row.has_head)
    run_due_jobs(1000)
    row.refresh_from_db()
    return row


def counts(row):
    row.refresh_from_db()
    return (row.rows, row.new, row.duplicates, row.already, row.invalid)


def on(row):
    return set(OptedOutNumber.objects.filter(opt_out_list=row).values_list("opted_out_number", flat=True))


@pytest.mark.parametrize("slice_rows", [1, 2, 3, 5_000])
def test_a_check_judges_every_row_and_changes_nothing(caller, vip, monkeypatch, slice_rows):
    monkeypatch.setattr(opt_out_imports, "SLICE_ROWS", slice_rows)
    row = checked(caller, MIXED)
    assert (row.column, row.has_head, row.status) == (1, True, "CHECKED")
    assert counts(row) == (8, 4, 1, 1, 2)
    assert sum(counts(row)[1:]) == row.rows
    found = [(at, kind) for at, _cell, kind, _why in problems(row)]
    assert found == [("5", "duplicate"), ("6", "invalid"), ("7", "already"), ("10", "invalid")]
    assert on(vip) == {"+14255550104"}


def test_an_import_adds_what_is_new_with_actor_and_reason(caller, vip, small_slices):
    before = OptedOutNumber.objects.get()
    row = checked(caller, MIXED)
    import_opted_out_numbers(caller, import_id=row.import_id, reason="old system")
    run_due_jobs(1000)
    row.refresh_from_db()
    assert (row.status, row.added) == ("DONE", 4)
    assert on(vip) == {f"+1425555010{digit}" for digit in "12345"}
    entry = OptedOutNumber.objects.get(opted_out_number="+14255550102")
    assert (entry.actor, entry.reason, entry.end_user_opted_out) == (caller.actor, "old system", False)
    kept = OptedOutNumber.objects.get(pk=before.pk)
    assert kept.reason == "" and kept.opted_out_timestamp == before.opted_out_timestamp
    job = Job.objects.get(kind="import-opted-out-numbers")
    assert (job.status, job.done, job.total) == ("DONE", 5, 5)
    assert not StagedNumber.objects.exists()
    assert Activity.objects.filter(operation="ImportOptedOutNumbers", resource=row.import_id).exists()


def test_the_same_file_again_adds_nothing(caller, vip):
    for expected in (4, 0):
        row = checked(caller, MIXED)
        assert row.new == expected
        import_opted_out_numbers(caller, import_id=row.import_id)
        run_due_jobs(1000)
    assert len(on(vip)) == 5


@pytest.mark.parametrize("at", range(5))
def test_a_killed_worker_repeats_and_loses_nothing(caller, vip, small_slices, monkeypatch, at):
    """A worker that dies within a slice leaves its claim; another goes on after the lease from the last commit."""
    row = uploaded(caller, MIXED)
    check_opt_out_import(caller, import_id=row.import_id, column=1, has_head=True)
    died = []

    def dying(function):
        calls = []

        def call(*args):
            calls.append(None)
            result = function(*args)
            if len(calls) == at + 1 and function not in died:
                died.append(function)
                raise SystemExit
            return result

        return call

    for name in ("keep_problems", "_put_staged"):
        monkeypatch.setattr(opt_out_imports, name, dying(getattr(opt_out_imports, name)))

    def run():
        try:
            run_due_jobs(1000)
        except SystemExit:
            Job.objects.update(claimed_until=datetime.now(UTC) - timedelta(seconds=1))
            run_due_jobs(1000)

    run()
    assert counts(row) == (8, 4, 1, 1, 2)
    assert len(list(problems(row))) == 4
    import_opted_out_numbers(caller, import_id=row.import_id)
    run()
    row.refresh_from_db()
    assert (row.status, row.added, len(on(vip))) == ("DONE", 4, 5)
    assert died


def test_numbers_in_a_sample_are_found_whatever_separates_them():
    def of(text):
        return sample(default_storage.save("imports/uploads/sample.csv", ContentFile(text)))

    semicolons = of("\ufeffName;Number\nAnn;+14255550101\n".encode())
    assert (semicolons.delimiter, semicolons.column, semicolons.has_head) == (";", 1, True)
    assert semicolons.columns == ["Name", "Number"]
    bare = of(b"+14255550101\n+14255550102\n")
    assert (bare.column, bare.has_head, bare.columns) == (0, False, ["Column 1"])
    assert of(b"").records == []


def test_refusals(caller, vip, caller_as, other_owner, monkeypatch):
    with pytest.raises(Invalid):
        uploaded(caller, "\n\n")
    with pytest.raises(NotFound):
        uploaded(caller, MIXED, name="gone")
    row = uploaded(caller, MIXED)
    with pytest.raises(Conflict) as early:
        import_opted_out_numbers(caller, import_id=row.import_id)
    assert early.value.reason == "RESOURCE_NOT_ACTIVE"
    with pytest.raises(NotFound):
        check_opt_out_import(factories.make_caller(other_owner), import_id=row.import_id, column=0, has_head=False)
    with pytest.raises(Denied):
        check_opt_out_import(caller_as(Role.VIEWER), import_id=row.import_id, column=0, has_head=False)
    check_opt_out_import(caller, import_id=row.import_id, column=1, has_head=True)
    for act in (discard_opt_out_import, import_opted_out_numbers):
        with pytest.raises(Conflict):
            act(caller, import_id=row.import_id)
    run_due_jobs(1000)
    monkeypatch.setattr(opt_out_imports, "MOST_ROWS", 7)
    with pytest.raises(Invalid):
        import_opted_out_numbers(caller, import_id=row.import_id)


def test_a_cancelled_check_can_be_run_again(caller, vip, small_slices):
    row = uploaded(caller, MIXED)
    job = check_opt_out_import(caller, import_id=row.import_id, column=1, has_head=True).check_job
    run_due_jobs(1)
    cancel_job(caller, job_id=job.job_id)
    check_opt_out_import(caller, import_id=row.import_id, column=1, has_head=True)
    run_due_jobs(1000)
    assert counts(row) == (8, 4, 1, 1, 2)


def files_below(folder):
    """The names of all stored files below a folder."""
    if not default_storage.exists(folder):
        return []
    folders, files = default_storage.listdir(folder)
    return files + [name for one in folders for name in files_below(f"{folder}/{one}")]


def test_a_discarded_import_leaves_no_file(caller, vip, django_capture_on_commit_callbacks):
    row = checked(caller, MIXED)
    with django_capture_on_commit_callbacks(execute=True):
        discard_opt_out_import(caller, import_id=row.import_id)
        assert default_storage.exists(row.stored), "a transaction that is undone in the end must find it again"
    assert not default_storage.exists(row.stored)
    assert files_below(f"imports/{row.import_id}") == []
    assert not OptOutImport.objects.exists() and not StagedNumber.objects.exists()


def test_a_second_check_leaves_nothing_of_the_first(caller, vip, django_capture_on_commit_callbacks):
    row = checked(caller, MIXED)
    assert files_below(f"imports/{row.import_id}") == ["000000"]
    with django_capture_on_commit_callbacks(execute=True):
        check_opt_out_import(caller, import_id=row.import_id, column=1, has_head=True)
    assert files_below(f"imports/{row.import_id}") == []


@pytest.mark.parametrize("act", [reset_account, lambda caller: delete_opt_out_list(caller, opt_out_list_name="vip")])
def test_files_go_with_their_list_and_with_their_account(caller, vip, django_capture_on_commit_callbacks, act):
    row = checked(caller, MIXED)
    with django_capture_on_commit_callbacks(execute=True):
        act(caller)
    assert not OptOutImport.objects.exists()
    assert not default_storage.exists(row.stored)
    assert files_below(f"imports/{row.import_id}") == []


@pytest.mark.parametrize("ends", ["\r", "\r\n", "\n"])
def test_lines_end_as_any_machine_writes_them(caller, vip, small_slices, ends):
    assert counts(checked(caller, MIXED.replace("\n", ends))) == (8, 4, 1, 1, 2)


def test_empty_rows_are_passed_over_a_few_at_a_time(caller, vip, small_slices):
    row = uploaded(caller, "+14255550101\n" + "\n" * 50 + "+14255550102\n")
    check_opt_out_import(caller, import_id=row.import_id, column=0, has_head=False)
    assert run_due_jobs(2) == 2
    row.refresh_from_db()
    assert (row.status, row.rows) == ("CHECKING", 1)
    run_due_jobs(1000)
    row.refresh_from_db()
    assert (row.status, row.rows, row.new) == ("CHECKED", 2, 2)


def test_a_file_that_is_no_csv_ends_its_check_with_a_reason(caller, vip):
    row = uploaded(caller, '+14255550101\n"' + "a" * 200_000)
    job = check_opt_out_import(caller, import_id=row.import_id, column=0, has_head=False).check_job
    with pytest.raises(Invalid, match="not CSV"):
        run_due_jobs(1)
    job.refresh_from_db()
    assert job.status == "FAILED" and job.failure.startswith("Invalid: This is not CSV")


def test_a_line_without_end_is_read_in_pieces():
    file = io.BytesIO(b"1" * 200_000 + b"\n2\n")
    reader = Reader(file, ",")
    lengths = [len(record[0]) for record in reader]
    assert (sum(lengths), max(lengths), reader.offset) == (200_001, number_files.LINE_BYTES, 200_003)
