"""Deactivation reports: compared in slices that a killed worker repeats none of, suppressed when somebody says so."""

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from messaging.errors import Conflict, Denied, Invalid, NotFound
from messaging.models import DeactivatedNumber, DeactivationReport, Job, Message, OptedOutNumber
from messaging.operations import deactivation_reports
from messaging.operations.deactivation_reports import (
    REASON,
    compare_deactivation_report,
    discard_deactivation_report,
    problems,
    suppress_deactivated_numbers,
    upload_deactivation_report,
)
from messaging.operations.jobs import run_due_jobs
from messaging.permissions import Role
from tests import factories

pytestmark = pytest.mark.django_db

SENT, OLD, VERIFIED, OUT = "+12065550101", "+12065550102", "+12065550103", "+12065550104"
REPORT = f"""phone
12065550101
2065550102
{VERIFIED}
(206) 555-0104
+12065550199
{SENT}
gone
"""


@pytest.fixture(params=[2, 2_000], ids=["small-slices", "one-slice"])
def known(request, caller, clock, monkeypatch):
    """An account that knows four of the numbers, one of them for too long."""
    monkeypatch.setattr(deactivation_reports, "SLICE_ROWS", request.param)
    number = factories.make_simulator_number(caller)
    type(number).objects.update(number_type="TOLL_FREE")
    for destination in (SENT, OLD):
        factories.send(caller, destination, origination_identity=number.phone_number)
    factories.make_verified_number(caller, VERIFIED)
    factories.make_opt_out_list(caller, "vip", (OUT,))
    old = Message.objects.get(destination_phone_number=OLD)
    Message.objects.filter(pk=old.pk).delete()


def uploaded(caller, text=REPORT):
    stored = default_storage.save("imports/uploads/test.csv", ContentFile(text.encode()))
    return upload_deactivation_report(caller, stored=stored, file_name="latest.csv", size=len(text.encode()))


def compared(caller, text=REPORT, **more):
    row = uploaded(caller, text)
    compare_deactivation_report(caller, report_id=row.report_id, column=row.column, has_head=row.has_head, **more)
    run_due_jobs(1000)
    row.refresh_from_db()
    return row


def test_a_report_is_matched_against_sends_verified_numbers_and_opt_out_lists(caller, known):
    row = compared(caller)
    assert row.status == DeactivationReport.Status.COMPARED
    assert (row.rows, row.invalid, row.matched) == (7, 1, 3)
    assert (row.sent, row.verified, row.opted_out) == (1, 1, 1)
    assert row.duplicates == 1
    found = {entry.number: entry for entry in row.numbers.all()}
    assert set(found) == {SENT, VERIFIED, OUT}
    assert found[SENT].last_sent_at and found[SENT].row == 2
    assert found[VERIFIED].verified and found[OUT].opt_out_lists == ["vip"]
    assert [(kind, cell) for _at, cell, kind, _why in problems(row)] == [("duplicate", SENT), ("invalid", "gone")]
    assert OptedOutNumber.objects.count() == 1, "comparing changes nothing"


def test_messages_of_the_last_days_only(caller, known, clock):
    clock.advance(days=10)
    assert compared(caller, recent_days=11).sent == 1
    assert compared(caller, recent_days=9).sent == 0


def test_what_was_found_is_suppressed_when_somebody_says_so(caller, known):
    row = compared(caller)
    suppress_deactivated_numbers(caller, report_id=row.report_id, opt_out_list_name="vip")
    run_due_jobs(1000)
    row.refresh_from_db()
    assert row.status == DeactivationReport.Status.SUPPRESSED
    assert row.suppressed == 2, "one was on the list already"
    entries = {entry.opted_out_number: entry for entry in OptedOutNumber.objects.all()}
    assert set(entries) == {SENT, VERIFIED, OUT}
    assert entries[SENT].reason == REASON and entries[SENT].actor == caller.actor
    assert not entries[SENT].end_user_opted_out
    suppress_deactivated_numbers(caller, report_id=row.report_id, opt_out_list_name="vip")
    run_due_jobs(1000)
    row.refresh_from_db()
    assert row.suppressed == 0 and OptedOutNumber.objects.count() == 3


def test_a_slice_that_breaks_is_done_again_and_nothing_twice(caller, known, monkeypatch):
    row = uploaded(caller)
    compare_deactivation_report(caller, report_id=row.report_id, column=0, has_head=True)
    run_due_jobs(1)
    broken, real = [], deactivation_reports.keep_problems

    def killed(*args):
        if not broken:
            broken.append(real(*args))
            raise SystemExit
        return real(*args)

    Job.objects.update(claim=None, claimed_until=None)
    monkeypatch.setattr(deactivation_reports, "keep_problems", killed)
    try:
        run_due_jobs(1)
    except SystemExit:
        Job.objects.update(claim=None, claimed_until=None)
    run_due_jobs(1000)
    row.refresh_from_db()
    assert (row.status, row.rows, row.matched) == ("COMPARED", 7, 3)


def test_refusals(caller, known, owner):
    row = uploaded(caller)
    with pytest.raises(Conflict):
        suppress_deactivated_numbers(caller, report_id=row.report_id, opt_out_list_name="vip")
    for days in (0, 731):
        with pytest.raises(Invalid):
            compare_deactivation_report(caller, report_id=row.report_id, column=0, has_head=True, recent_days=days)
    compare_deactivation_report(caller, report_id=row.report_id, column=0, has_head=True)
    with pytest.raises(Conflict):
        discard_deactivation_report(caller, report_id=row.report_id)
    run_due_jobs(1000)
    with pytest.raises(NotFound):
        suppress_deactivated_numbers(caller, report_id=row.report_id, opt_out_list_name="none")
    with pytest.raises(Invalid):
        uploaded(caller, "\n")
    with pytest.raises(Denied):
        uploaded(factories.make_caller(owner, Role.VIEWER))
    other = factories.make_caller(factories.make_owner(factories.OTHER_ACCOUNT))
    with pytest.raises(NotFound):
        discard_deactivation_report(other, report_id=row.report_id)


def test_a_discarded_report_leaves_nothing(caller, known, django_capture_on_commit_callbacks):
    row = compared(caller)
    assert DeactivatedNumber.objects.exists()
    with django_capture_on_commit_callbacks(execute=True):
        discard_deactivation_report(caller, report_id=row.report_id)
    assert not DeactivatedNumber.objects.exists() and not DeactivationReport.objects.exists()
    assert not default_storage.exists(row.stored)


def test_statements_do_not_grow_with_the_rows(caller, django_assert_max_num_queries):
    row = uploaded(caller, "".join(f"+1206556{at:04}\n" for at in range(1_500)))
    compare_deactivation_report(caller, report_id=row.report_id, column=0, has_head=False)
    with django_assert_max_num_queries(25):
        run_due_jobs(1)
    row.refresh_from_db()
    assert (row.rows, row.matched, row.status) == (1_500, 0, "COMPARED")
