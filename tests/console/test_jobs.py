"""Jobs: the operations, the worker's slices, the pages."""

import ast
import os
import subprocess
import sys
import uuid
from datetime import UTC, datetime, timedelta

import pytest
from django.db import OperationalError

from console import polling
from messaging.errors import Conflict, Denied, NotFound
from messaging.models import Activity, Job, JobResult, Notification
from messaging.operations import jobs
from messaging.operations.jobs import Slice, cancel_job, run_due_jobs, start_export, start_job
from messaging.operations.notifications import unread_count
from tests import factories
from tests.source import ROOT, modules


@pytest.fixture
def counting(monkeypatch):
    """A handler that does two of five rows at a time and refuses every third."""

    def handler(caller, job):
        at = job.cursor.get("at", 0)
        to = min(at + 2, 5)
        results = [(f"row {n}", "odd one out" if n % 3 == 0 else "") for n in range(at, to)]
        return Slice({"at": to}, done=to - at, results=results, finished=to == 5)

    monkeypatch.setitem(jobs.HANDLERS, "counting", handler)
    return handler


def start(caller):
    return start_job(caller, kind="counting", title="Count", parameters={}, total=5)


def test_a_worker_that_has_loaded_no_page_knows_every_kind_of_job():
    declared = sum(
        isinstance(decorator, ast.Call) and ast.unparse(decorator.func) == "handles"
        for module in modules()
        for function in ast.walk(module.tree)
        if isinstance(function, ast.FunctionDef)
        for decorator in function.decorator_list
    )
    ask = "import django; django.setup(); from messaging.operations.jobs import HANDLERS; print(len(HANDLERS))"
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "tests.settings"}
    fresh = subprocess.run([sys.executable, "-c", ask], cwd=ROOT, env=environment, capture_output=True, text=True)
    assert declared and fresh.stdout.strip() == str(declared), fresh.stderr


def test_a_job_runs_slice_by_slice(caller, counting):
    job = start(caller)
    assert run_due_jobs(1) == 1
    job.refresh_from_db()
    assert (job.status, job.done, job.claim) == (Job.Status.RUNNING, 2, None)
    assert run_due_jobs(10) == 2
    job.refresh_from_db()
    assert (job.status, job.done, job.refused, job.due_at) == (Job.Status.DONE, 5, 2, None)
    assert job.finished_at is not None
    assert list(job.results.values_list("item", "refused")) == [
        ("row 0", "odd one out"),
        ("row 1", ""),
        ("row 2", ""),
        ("row 3", "odd one out"),
        ("row 4", ""),
    ]
    assert run_due_jobs(10) == 0


def test_whoever_started_a_job_is_told_how_it_ended(caller, counting, monkeypatch):
    job = start(caller)
    run_due_jobs(1)
    assert not Notification.objects.exists()
    run_due_jobs(10)
    row = Notification.objects.get()
    assert (row.kind, row.severity, row.recipient) == ("JOB", "WARNING", "user:tester")
    assert row.words == "The job “Count” is done. Rows that were refused: 2."
    assert row.link == ["job-detail", job.job_id]


def test_whoever_sees_the_end_of_a_job_has_read_that_it_ended(client_in, counting):
    job = start(client_in.caller)
    run_due_jobs(1)
    client_in.get(client_in.path(f"jobs/{job.job_id}/"))
    run_due_jobs(10)
    assert unread_count(client_in.caller) == 1
    client_in.get(client_in.path(f"jobs/{job.job_id}/"))
    assert unread_count(client_in.caller) == 0


def test_a_slice_of_a_killed_worker_leaves_no_trace(caller, counting, monkeypatch):
    job = start(caller)
    run_due_jobs(1)

    class Killed(BaseException):
        pass

    def dies(given, row):
        factories.make_opt_out_list(given, "half-done")
        raise Killed

    monkeypatch.setitem(jobs.HANDLERS, "counting", dies)
    with pytest.raises(Killed):
        run_due_jobs(1)
    from messaging.models import OptOutList

    assert not OptOutList.objects.filter(opt_out_list_name="half-done").exists()
    job.refresh_from_db()
    assert (job.status, job.done) == (Job.Status.RUNNING, 2)
    # Its claim holds until the lease is over; then another worker goes on.
    monkeypatch.setitem(jobs.HANDLERS, "counting", counting)
    assert run_due_jobs(5) == 0
    Job.objects.update(claimed_until=datetime.now(UTC) - timedelta(seconds=1))
    assert run_due_jobs(5) == 2
    job.refresh_from_db()
    assert (job.status, job.done, JobResult.objects.count()) == (Job.Status.DONE, 5, 5)


def test_the_only_worker_goes_on_at_once_where_a_killed_one_was(caller, counting):
    job = start(caller)
    run_due_jobs(1)
    assert jobs._claim() is not None  # and never heard of again
    assert run_due_jobs(5) == 0
    assert jobs.release_jobs() == 1
    assert run_due_jobs(5) == 2
    job.refresh_from_db()
    assert (job.status, job.done, JobResult.objects.count()) == (Job.Status.DONE, 5, 5)


def test_a_worker_that_lost_its_claim_commits_nothing(caller, counting):
    start(caller)
    job = jobs._claim()
    Job.objects.update(claim=uuid.uuid4())
    jobs.run_slice(job)
    job.refresh_from_db()
    assert (job.done, JobResult.objects.count()) == (0, 0)


def test_a_handler_that_fails_ends_the_job_and_says_why(caller, monkeypatch):
    def fails(given, row):
        raise ValueError("no such thing")

    monkeypatch.setitem(jobs.HANDLERS, "counting", fails)
    job = start(caller)
    with pytest.raises(ValueError, match="no such thing"):
        run_due_jobs(1)
    job.refresh_from_db()
    assert (job.status, job.failure, job.due_at) == (Job.Status.FAILED, "ValueError: no such thing", None)
    assert Notification.objects.get().words == "The job “Count” stopped because of an error."


def test_a_slice_that_another_transaction_stopped_is_done_again(caller, counting, monkeypatch):
    error = OperationalError("deadlock detected")
    error.__cause__ = Exception()
    error.__cause__.sqlstate = "40P01"
    handler, left = jobs.HANDLERS["counting"], [error]

    def once_in_the_way(given, row):
        if left:
            raise left.pop()
        return handler(given, row)

    monkeypatch.setitem(jobs.HANDLERS, "counting", once_in_the_way)
    job = start(caller)
    run_due_jobs(1)
    job.refresh_from_db()
    assert (job.status, job.done, job.claim) == (Job.Status.RUNNING, 0, None)
    run_due_jobs(5)
    job.refresh_from_db()
    assert (job.status, job.done) == (Job.Status.DONE, 5)


def test_a_cancelled_job_stops_and_keeps_what_is_done(caller, counting):
    job = start(caller)
    run_due_jobs(1)
    cancel_job(caller, job_id=job.job_id)
    assert run_due_jobs(5) == 0
    job.refresh_from_db()
    assert (job.status, job.done) == (Job.Status.CANCELLED, 2)
    with pytest.raises(Conflict):
        cancel_job(caller, job_id=job.job_id)


def test_a_job_acts_as_whoever_started_it(caller_as, monkeypatch):
    seen = []

    def handler(given, job):
        seen.append((given.actor, given.role, given.door, given.owner_id))
        return Slice({}, finished=True)

    monkeypatch.setitem(jobs.HANDLERS, "counting", handler)
    operator = caller_as("OPERATOR")
    start(operator)
    run_due_jobs(1)
    assert seen == [("user:tester", "OPERATOR", "task", operator.owner_id)]


def test_viewers_may_export_but_start_nothing_else(caller_as, counting):
    viewer = caller_as("VIEWER")
    with pytest.raises(Denied):
        start(viewer)
    assert start_export(viewer, kind="counting", title="x", parameters={}).status == Job.Status.WAITING


def test_a_job_of_another_account_does_not_exist(caller, other_owner, counting, client_in):
    theirs = start(factories.make_caller(other_owner))
    with pytest.raises(NotFound):
        cancel_job(caller, job_id=theirs.job_id)
    for path in ("", "download/"):
        assert client_in.get(client_in.path(f"jobs/{theirs.job_id}/{path}")).status_code == 404
    assert client_in.post(client_in.path(f"jobs/{theirs.job_id}/cancel/")).status_code == 404


def test_starting_is_logged_with_its_job(caller, counting):
    job = start(caller)
    entry = Activity.objects.get(operation="StartJob")
    assert entry.resource == job.job_id


def test_pages_show_progress_and_ask_again_while_it_runs(client_in, caller, counting):
    job = start(caller)
    run_due_jobs(1)
    path = client_in.path(f"jobs/{job.job_id}/")
    body = client_in.get(path).content.decode()
    assert "2 of 5 rows done" in body and 'hx-trigger="load delay:1s, wake"' in body
    assert "Cancel job" in body
    part = client_in.fragment(f"{path}?polled=10", headers={"HX-Target": "progress"}).content.decode()
    assert part.lstrip().startswith('<section class="panel" id="progress"')
    assert "delay:2s" in part and "polled=11" in part
    run_due_jobs(5)
    done = client_in.get(path).content.decode()
    assert "hx-trigger" not in done.partition('id="progress"')[2] and "odd one out" in done
    assert client_in.get(client_in.path("jobs/")).content.decode().count(job.job_id) >= 1


def test_polling_slows_down_and_ends():
    assert [polling.JOB.delay(n) for n in (0, 9, 10, 69, 70)] == [1, 1, 2, 2, 0]


def test_cancel_from_the_page(client_in, signed_in, caller, counting):
    job = start(caller)
    path = client_in.path(f"jobs/{job.job_id}/cancel/")
    assert client_in.get(path).status_code == 405
    assert signed_in("VIEWER").post(path).status_code == 403
    assert client_in.post(path).url == client_in.path(f"jobs/{job.job_id}/")
    job.refresh_from_db()
    assert job.status == Job.Status.CANCELLED


def test_an_unfinished_export_has_no_file(client_in, caller):
    job = start_export(caller, kind="export-list", title="x", parameters={"format": "csv", "list": "pools"})
    assert client_in.get(client_in.path(f"jobs/{job.job_id}/download/")).status_code == 404


def test_jobs_stay_within_their_queries(client_in, caller, counting, django_assert_max_num_queries):
    for _ in range(5):
        start(caller)
    run_due_jobs(20)
    client_in.get(client_in.path("jobs/"))
    with django_assert_max_num_queries(12):
        client_in.get(client_in.path("jobs/?sort=-refused"))
    with django_assert_max_num_queries(12):
        client_in.get(client_in.path(f"jobs/{Job.objects.first().job_id}/"))
