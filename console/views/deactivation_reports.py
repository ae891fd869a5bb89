"""Deactivation reports: upload, columns and sample, comparison, what was found, suppression."""

from functools import partial
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from console import exports
from console.callers import caller_of, url_to
from console.forms.base import ConsoleForm
from console.forms.deactivation_reports import CompareForm, SuppressForm
from console.forms.opt_out_imports import UploadForm
from console.fragments import done, page
from console.held_uploads import posted
from console.number_files import SHOWN, beginning, in_words, problems_csv, uploaded
from console.polling import poll_context
from messaging.caller import Caller
from messaging.errors import NotFound, Refusal
from messaging.models import DeactivatedNumber, DeactivationReport, OptOutList
from messaging.operations.deactivation_reports import (
    compare_deactivation_report,
    describe_deactivation_reports,
    discard_deactivation_report,
    problems,
    suppress_deactivated_numbers,
    upload_deactivation_report,
)
from messaging.operations.number_files import DUPLICATE, INVALID, sample

LATEST, MOST_LISTS = 50, 200
TITLE = gettext_lazy("Deactivation reports")
KINDS = {INVALID: gettext_lazy("Not a number"), DUPLICATE: gettext_lazy("Twice in the file")}


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def deactivation_report_list(request: HttpRequest) -> HttpResponse:
    """The reports, and the upload of another one."""
    caller = caller_of(request)
    form = UploadForm()
    if request.method == "POST":
        caller.require("UploadDeactivationReport")
        form = UploadForm(*posted(request))
        if form.is_valid():
            made = uploaded(form, partial(upload_deactivation_report, caller))
            if made is not None:
                return done(request, "deactivation-report-detail", made.report_id)
    context = {
        "title": TITLE,
        "purpose": _("Carriers list the US numbers that were given up. Find those that you write to."),
        "reports": describe_deactivation_reports(caller)[:LATEST],
        "form": form,
        "can_upload": caller.may("UploadDeactivationReport"),
        "bucket": f"{caller.region}-pinpoint-sms-voice",
    }
    return page(request, "deactivation_reports/list.html", context, status=422 if form.errors else 200)


def _find(caller: Caller, report_id: str) -> DeactivationReport:
    rows = DeactivationReport.objects.for_caller(caller).select_related("compare_job", "suppress_job", "opt_out_list")
    found: DeactivationReport | None = rows.filter(report_id=report_id).first()
    if found is None:
        raise NotFound("deactivation-report", report_id)
    return found


@require_safe
@never_cache
def deactivation_report_detail(request: HttpRequest, report_id: str) -> HttpResponse:
    """Where a report stands, what was found, and the next step."""
    caller = caller_of(request)
    caller.require("DescribeDeactivationReports")
    return _detail(request, _find(caller, report_id))


def _detail(
    request: HttpRequest,
    row: DeactivationReport,
    compare: ConsoleForm | None = None,
    suppress: ConsoleForm | None = None,
) -> HttpResponse:
    caller, states = caller_of(request), DeactivationReport.Status
    job = row.suppress_job if row.status in (states.SUPPRESSING, states.SUPPRESSED) else row.compare_job
    running = job is not None and job.is_open
    stopped = job is not None and not job.is_open and row.status in (states.COMPARING, states.SUPPRESSING)
    compared = row.status in (states.COMPARED, states.SUPPRESSING, states.SUPPRESSED)
    found = beginning(row)
    initial = {"column": row.column, "has_head": row.has_head, "recent_days": row.recent_days}
    context: dict[str, Any] = {
        "title": row.file_name,
        "crumbs": [{"label": TITLE, "url": url_to(caller, "deactivation-report-list")}],
        "report": row,
        "job": job,
        "running": running,
        "stopped": stopped,
        **poll_context(request, live=running),
        "sample": found,
        "compared": compared,
        "numbers": row.numbers.order_by("row")[:SHOWN] if compared else (),
        "shown": SHOWN,
        "compare_form": compare or (CompareForm(initial=initial, found=found) if found else None),
        "suppress_form": suppress or (SuppressForm(names=_list_names(caller)) if compared and row.matched else None),
        "refused_form": compare or suppress,
        "problems": list(in_words(problems(row), KINDS, SHOWN)) if compared else [],
        "can_change": caller.may("CompareDeactivationReport"),
    }
    status = 422 if compare or suppress else 200
    return page(request, "deactivation_reports/detail.html", context, fragment={"progress": "progress"}, status=status)


def _list_names(caller: Caller) -> list[str]:
    rows = OptOutList.objects.for_caller(caller).order_by("opt_out_list_name")
    return list(rows.values_list("opt_out_list_name", flat=True)[:MOST_LISTS])


@require_POST
def deactivation_report_compare(request: HttpRequest, report_id: str) -> HttpResponse:
    caller = caller_of(request)
    caller.require("CompareDeactivationReport")
    row = _find(caller, report_id)
    form = CompareForm(request.POST, found=sample(row.stored))
    if form.is_valid():
        try:
            compare_deactivation_report(caller, report_id=report_id, **form.cleaned_data)
        except Refusal as refusal:
            form.refuse(refusal)
        else:
            return done(request, "deactivation-report-detail", report_id)
    return _detail(request, row, compare=form)


@require_POST
def deactivation_report_suppress(request: HttpRequest, report_id: str) -> HttpResponse:
    caller = caller_of(request)
    caller.require("SuppressDeactivatedNumbers")
    row = _find(caller, report_id)
    form = SuppressForm(request.POST, names=_list_names(caller))
    if form.is_valid():
        try:
            suppress_deactivated_numbers(caller, report_id=report_id, **form.cleaned_data)
        except Refusal as refusal:
            form.refuse(refusal)
        else:
            return done(request, "deactivation-report-detail", report_id)
    return _detail(request, row, suppress=form)


@require_POST
def deactivation_report_discard(request: HttpRequest, report_id: str) -> HttpResponse:
    row = discard_deactivation_report(caller_of(request), report_id=report_id)
    said = _("The report %(file)s was discarded; opt-out lists stay as they are.")
    messages.success(request, said % {"file": row.file_name})
    return done(request, "deactivation-report-list")


@require_safe
def deactivation_report_numbers(request: HttpRequest, report_id: str) -> HttpResponseBase:
    """The numbers of the report that the account knows, as CSV."""
    caller = caller_of(request)
    caller.require("DescribeDeactivationReports")
    row = _find(caller, report_id)
    head = [_("Row"), _("Number"), _("Last sent to"), _("Verified"), _("Opt-out lists")]
    return exports.streamed(
        "csv", exports.csv_lines(head, map(_cells, row.numbers.order_by("row").iterator())), "deactivated"
    )


def _cells(entry: DeactivatedNumber) -> list[Any]:
    sent = entry.last_sent_at.isoformat(timespec="seconds") if entry.last_sent_at else ""
    return [entry.row, entry.number, sent, "yes" if entry.verified else "no", " ".join(entry.opt_out_lists)]


@require_safe
def deactivation_report_problems(request: HttpRequest, report_id: str) -> HttpResponseBase:
    """Every row of the file that could not be used, as CSV."""
    caller = caller_of(request)
    caller.require("DescribeDeactivationReports")
    row = _find(caller, report_id)
    return exports.streamed("csv", problems_csv(problems(row), KINDS), "deactivated-problems")


_REPORT = "deactivation-reports/<str:report_id>/"
scoped_urlpatterns = [
    path("deactivation-reports/", deactivation_report_list, name="deactivation-report-list"),
    path(_REPORT, deactivation_report_detail, name="deactivation-report-detail"),
    path(f"{_REPORT}compare/", deactivation_report_compare, name="deactivation-report-compare"),
    path(f"{_REPORT}suppress/", deactivation_report_suppress, name="deactivation-report-suppress"),
    path(f"{_REPORT}discard/", deactivation_report_discard, name="deactivation-report-discard"),
    path(f"{_REPORT}numbers/", deactivation_report_numbers, name="deactivation-report-numbers"),
    path(f"{_REPORT}problems/", deactivation_report_problems, name="deactivation-report-problems"),
]
