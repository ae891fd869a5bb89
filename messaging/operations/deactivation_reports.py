"""Reports of deactivated numbers: compare one with what the account knows, then suppress what was found, or list it.

Carriers give such a report every day, for US numbers; the service keeps it in a bucket for 90 days, whose requester
pays. Here it is uploaded. A number on it may only have moved to another carrier, so nothing is suppressed unless
somebody says so. Both jobs work in slices: the comparison through the file (number_files.py), the suppression through
the numbers that it found. Numbers that the account does not know are not kept, so a second row of one is noticed within
its slice only. Source: best_practices.json, lists.deactivated_numbers.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta

from django.db.models import F, Max, QuerySet
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from messaging import clock
from messaging.caller import Caller
from messaging.errors import Conflict, Invalid, Resource
from messaging.identifiers import earliest_uuid, new_id
from messaging.models import (
    DeactivatedNumber,
    DeactivationReport,
    Job,
    Message,
    OptedOutNumber,
    OptOutList,
    VerifiedDestinationNumber,
)
from messaging.operations import number_files
from messaging.operations.jobs import Slice, handles, start_job
from messaging.operations.number_files import DUPLICATE, INVALID, Record, keep_problems
from messaging.operations.registry import operation

COMPARE, SUPPRESS = "compare-deactivation-report", "suppress-deactivated-numbers"
SLICE_ROWS = 2_000
MOST_DAYS = 730
DEFAULT_DAYS = 90  # as long as the service keeps a report
NATIONAL_DIGITS = 10  # a US number without its country code; the reports are of US numbers only
REASON = "Deactivated by the carrier"


@operation(changes_settings=False, resource=lambda row: row.report_id)
def upload_deactivation_report(caller: Caller, *, stored: str, file_name: str, size: int) -> DeactivationReport:
    """Take note of an uploaded report; nothing is read yet but its beginning. Raises Invalid for an empty one.

    stored is its name in the default storage, size its bytes.
    """
    _sample, columns = number_files.upload(caller, stored=stored, file_name=file_name, size=size)
    row: DeactivationReport = DeactivationReport.objects.create(
        report_id=new_id("report"), recent_days=DEFAULT_DAYS, **columns
    )
    return row


@operation(changes_settings=False, resource=lambda row: row.report_id)
def compare_deactivation_report(
    caller: Caller, *, report_id: str, column: int, has_head: bool, recent_days: int = DEFAULT_DAYS
) -> DeactivationReport:
    """Start comparing: which of the numbers were sent to within recent_days, are verified, or on an opt-out list.

    It changes nothing else and may be run again. column counts from 0. Raises NotFound; Invalid for days that are not 1
    to 730; Conflict while a job of this report runs.
    """
    if not 1 <= recent_days <= MOST_DAYS:
        raise Invalid(
            _("Give 1 to %(most)s days.") % {"most": MOST_DAYS}, fields={"recent_days": _("Give another number.")}
        )
    row = _idle(caller, report_id)
    _forget_found(row)
    row.column, row.has_head, row.recent_days = column, has_head, recent_days
    row.status = DeactivationReport.Status.COMPARING
    row.rows = row.duplicates = row.invalid = row.matched = row.sent = row.verified = row.opted_out = 0
    title = _t("Comparison of %(file)s") % {"file": row.file_name}
    row.compare_job = start_job(caller, kind=COMPARE, title=title, parameters={"report_id": report_id})
    row.save()
    return row


@operation(changes_settings=False, resource=lambda row: row.report_id)
def suppress_deactivated_numbers(
    caller: Caller, *, report_id: str, opt_out_list_name: str, reason: str = REASON
) -> DeactivationReport:
    """Start putting the numbers that were found on an opt-out list; those that are there stay as they are.

    Raises NotFound; Conflict before the comparison or while a job of this report runs.
    """
    row = _idle(caller, report_id)
    states = DeactivationReport.Status
    if row.status not in (states.COMPARED, states.SUPPRESSED, states.SUPPRESSING):
        raise Conflict(
            _("The report has not been compared yet."),
            reason="RESOURCE_NOT_ACTIVE",
            resource=Resource("deactivation-report", report_id),
            next_step=_("Compare it first."),
        )
    row.opt_out_list = OptOutList.objects.named(caller, opt_out_list_name)
    row.reason, row.status, row.suppressed = reason, states.SUPPRESSING, 0
    title = _t("Deactivated numbers of %(file)s onto %(list)s") % {"file": row.file_name, "list": row.opt_out_list.name}
    row.suppress_job = start_job(
        caller, kind=SUPPRESS, title=title, parameters={"report_id": report_id}, total=row.matched
    )
    row.save()
    return row


@operation(changes_settings=False, resource=lambda row: row.report_id)
def discard_deactivation_report(caller: Caller, *, report_id: str) -> DeactivationReport:
    """Forget a report and its file; what is on opt-out lists stays. Raises NotFound; Conflict while a job runs."""
    row = _idle(caller, report_id)
    _forget_found(row)
    DeactivationReport.objects.filter(pk=row.pk).delete()
    number_files.forget(row)
    return row


@operation()
def describe_deactivation_reports(caller: Caller) -> QuerySet[DeactivationReport]:
    """The account's reports, newest first."""
    return DeactivationReport.objects.for_caller(caller).order_by("-id")


def problems(row: DeactivationReport) -> Iterator[Record]:
    """What the last comparison could not use: row number, cell, kind (INVALID, DUPLICATE), why. In file order."""
    return number_files.problems(row, row.compare_job)


@handles(COMPARE)
def run_compare(caller: Caller, job: Job) -> Slice:
    """Look the next rows of the file up and keep the numbers that the account knows. Five statements a slice."""
    row = DeactivationReport.objects.for_caller(caller).get(report_id=job.parameters["report_id"])
    records = number_files.next_records(row, job.cursor, SLICE_ROWS)
    numbers = number_files.judged(row, records, _read)
    known = _known(row, numbers.rows)
    before = set(DeactivatedNumber.objects.filter(report=row, number__in=known).values_list("number", flat=True))
    numbers.again(before)
    fresh = [entry for number, entry in known.items() if number not in before]
    DeactivatedNumber.objects.bulk_create(fresh)
    DeactivationReport.objects.filter(pk=row.pk).update(
        rows=F("rows") + len(records.found),
        invalid=F("invalid") + numbers.wrongs(INVALID),
        duplicates=F("duplicates") + numbers.wrongs(DUPLICATE),
        matched=F("matched") + len(fresh),
        sent=F("sent") + sum(1 for entry in fresh if entry.last_sent_at),
        verified=F("verified") + sum(1 for entry in fresh if entry.verified),
        opted_out=F("opted_out") + sum(1 for entry in fresh if entry.opt_out_lists),
        status=DeactivationReport.Status.COMPARED if records.finished else DeactivationReport.Status.COMPARING,
    )
    cursor = records.cursor | keep_problems(row, job, numbers.wrong)
    return Slice(cursor, done=len(records.found), finished=records.finished)


@handles(SUPPRESS)
def run_suppress(caller: Caller, job: Job) -> Slice:
    """Put the next numbers that were found on the list, in their order."""
    row = DeactivationReport.objects.for_caller(caller).get(report_id=job.parameters["report_id"])
    rows = DeactivatedNumber.objects.filter(report=row, number__gt=job.cursor.get("after", "")).order_by("number")
    numbers = list(rows.values_list("number", flat=True)[:SLICE_ROWS])
    finished = len(numbers) < SLICE_ROWS
    states = DeactivationReport.Status
    added = 0 if row.opt_out_list_id is None else _put(row.opt_out_list_id, numbers, caller.actor, row.reason)
    DeactivationReport.objects.filter(pk=row.pk).update(
        suppressed=F("suppressed") + added, status=states.SUPPRESSED if finished else states.SUPPRESSING
    )
    after = numbers[-1] if numbers else job.cursor.get("after", "")
    return Slice({"after": after}, done=len(numbers), finished=finished)


def _put(list_id: int, numbers: Sequence[str], actor: str, reason: str) -> int:
    """Put numbers on a list and return how many were not there."""
    there = set(
        OptedOutNumber.objects.filter(opt_out_list_id=list_id, opted_out_number__in=numbers).values_list(
            "opted_out_number", flat=True
        )
    )
    now = clock.now()
    entries = [
        OptedOutNumber(
            opt_out_list_id=list_id,
            opted_out_number=number,
            opted_out_timestamp=now,
            end_user_opted_out=False,
            actor=actor,
            reason=reason,
        )
        for number in numbers
        if number not in there
    ]
    OptedOutNumber.objects.bulk_create(entries, ignore_conflicts=True)
    return len(entries)


def _idle(caller: Caller, report_id: str) -> DeactivationReport:
    """The caller's report, locked, while no job works on it."""
    rows = DeactivationReport.objects.select_related("opt_out_list", "compare_job", "suppress_job")
    row: DeactivationReport = rows.named(caller, report_id, lock=True)
    number_files.refuse_while_open(Resource("deactivation-report", report_id), row.compare_job, row.suppress_job)
    return row


def _read(cell: str) -> tuple[str, str]:
    """The number in a cell and nothing, or nothing and why there is none. Ten bare digits are a US number."""
    if len(cell) == NATIONAL_DIGITS and cell.isdecimal() and cell.isascii():
        cell = f"+1{cell}"
    return number_files.number_in(cell, "US")


def _known(row: DeactivationReport, found: Mapping[str, int]) -> dict[str, DeactivatedNumber]:
    """Those of the numbers that the account knows. Three statements, each by an index."""
    if not found:
        return {}
    sent = _last_sent(row, list(found))
    verified = set(
        VerifiedDestinationNumber.objects.filter(
            owner_id=row.owner_id,
            destination_phone_number__in=list(found),
            status=VerifiedDestinationNumber.Status.VERIFIED,
        ).values_list("destination_phone_number", flat=True)
    )
    lists: dict[str, list[str]] = {}
    for number, name in (
        OptedOutNumber.objects.filter(opt_out_list__owner_id=row.owner_id, opted_out_number__in=list(found))
        .order_by("opt_out_list__opt_out_list_name")
        .values_list("opted_out_number", "opt_out_list__opt_out_list_name")
    ):
        lists.setdefault(number, []).append(name)
    return {
        number: DeactivatedNumber(
            report_id=row.pk,
            number=number,
            row=found[number],
            last_sent_at=sent.get(number),
            verified=number in verified,
            opt_out_lists=lists.get(number, []),
        )
        for number in sorted({*sent, *verified, *lists})
    }


def _last_sent(row: DeactivationReport, numbers: Sequence[str]) -> dict[str, datetime]:
    """When the numbers were last sent to, those that were within the days."""
    since = earliest_uuid(clock.now() - timedelta(days=row.recent_days))
    rows = Message.objects.filter(
        owner_id=row.owner_id, destination_phone_number__in=numbers, message_id__gte=since
    ).values_list("destination_phone_number")
    return dict(rows.annotate(last=Max("created_timestamp")).order_by())


def _forget_found(row: DeactivationReport) -> None:
    """Drop what a comparison found, and the files of its problems."""
    DeactivatedNumber.objects.filter(report=row).delete()
    number_files.forget_problems(row, row.compare_job)
