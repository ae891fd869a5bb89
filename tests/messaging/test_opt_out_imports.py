"""Importing files of numbers: judged row by row, in slices that a killed worker repeats none of."""

from datetime import UTC, datetime, timedelta

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from messaging.errors import Conflict, Denied, Invalid, NotFound
from messaging.models import Activity, Job, OptedOutNumber, OptOutImport, StagedNumber
from messaging.operations import opt_out_imports
from messaging.operations.jobs import cancel_job, run_due_jobs
from messaging.operations.number_files import sample
from messaging.operations.opt_out_imports import (
    check_opt_out_import,
    discard_opt_out_import,
    import_opted_out_numbers,
    problems,
    upload_opt_out_import,
)
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


def test_a_discarded_import_leaves_no_file(caller, vip):
    row = checked(caller, MIXED)
    discard_opt_out_import(caller, import_id=row.import_id)
    assert not default_storage.exists(row.stored)
    assert not OptOutImport.objects.exists() and not StagedNumber.objects.exists()
