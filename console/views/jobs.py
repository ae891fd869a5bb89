"""Jobs: what runs in the background, how far it is, what became of each row."""

from collections.abc import Iterator
from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from console import exports
from console.callers import caller_of, url_to
from console.fragments import done, page
from console.listing import list_page
from console.lists import Empty, ListSpec, find
from console.polling import poll_context
from console.tables import Column
from messaging.caller import Caller
from messaging.filters import JOB_FILTERS
from messaging.models import Job, Notification
from messaging.operations.jobs import cancel_job
from messaging.operations.notifications import for_reader, mark_notifications_read


def _rows(caller: Caller) -> QuerySet[Job]:
    rows: QuerySet[Job] = Job.objects.for_caller(caller)
    return rows.defer("parameters", "cursor")


JOBS = ListSpec(
    name="jobs",
    title=gettext_lazy("Jobs"),
    purpose=gettext_lazy("Bulk actions, long exports and imports that run in the background."),
    url_name="job-list",
    action="DescribeJobs",
    rows=_rows,
    filters=JOB_FILTERS,
    key="job_id",
    detail="job-detail",
    sort="-started",
    columns=(
        Column("title", gettext_lazy("Job"), "prose"),
        Column("status", gettext_lazy("Status"), "status", sort="status"),
        Column("done", gettext_lazy("Done"), "number"),
        Column("total", gettext_lazy("Of"), "number"),
        Column("refused", gettext_lazy("Refused"), "number", sort="refused"),
        Column("actor", gettext_lazy("Started by"), sort="actor"),
        Column("started", gettext_lazy("Started"), "time", "created_timestamp", sort="pk"),
        Column("finished", gettext_lazy("Finished"), "time", "finished_at", sort="finished_at"),
        Column("job_id", gettext_lazy("Job ID"), "id", hidden=True),
    ),
    empty=Empty(
        gettext_lazy("A job is work that goes on while you do something else."),
        gettext_lazy("Select rows of a list and choose an action, or export a long list, and its job appears here."),
    ),
    search_hint=gettext_lazy("Search by title"),
)


@require_GET
def job_list(request: HttpRequest) -> HttpResponseBase:
    return list_page(request, JOBS)


@require_GET
def job_detail(request: HttpRequest, job_id: str) -> HttpResponse:
    """One job. Its progress part asks for itself again while the job is open."""
    caller = caller_of(request)
    caller.require("DescribeJobs")
    job: Job = Job.objects.named(caller, job_id)
    if not job.is_open:
        _seen(caller, job)
    context: dict[str, Any] = {
        "title": job.title,
        "crumbs": [{"label": JOBS.title, "url": url_to(caller, JOBS.url_name)}],
        "job": job,
        **poll_context(request, live=job.is_open),
        "refusals": job.results.exclude(refused="")[:20] if job.refused else [],
        "can_cancel": job.is_open and caller.may("CancelJob"),
        "has_file": job.kind == exports.JOB_KIND and job.status == Job.Status.DONE,
        "has_results": job.kind != exports.JOB_KIND and job.results.exists(),
    }
    return page(request, "jobs/detail.html", context, fragment="progress")


def _seen(caller: Caller, job: Job) -> None:
    """Whoever sees the end of a job needs not be told of it any more."""
    told = for_reader(caller.owner_id, caller.actor).filter(kind=Notification.Kind.JOB, subject=job.job_id)
    unread = list(told.filter(is_read=False).values_list("pk", flat=True))
    if unread:
        mark_notifications_read(caller, notification_ids=unread)


@require_POST
def job_cancel(request: HttpRequest, job_id: str) -> HttpResponse:
    job = cancel_job(caller_of(request), job_id=job_id)
    messages.success(request, _("The job “%(title)s” was cancelled.") % {"title": job.title})
    return done(request, "job-detail", job.job_id)


@require_GET
def job_download(request: HttpRequest, job_id: str) -> HttpResponseBase:
    """The file of an export, for who may see the list, or what became of each row of another job, as CSV."""
    caller = caller_of(request)
    caller.require("DescribeJobs")
    job: Job = Job.objects.named(caller, job_id)
    if job.kind != exports.JOB_KIND:
        head = [_("Item"), _("Result"), _("Why it was refused")]
        return exports.streamed("csv", exports.csv_lines(head, _results(job, _("Done"), _("Refused"))), job.job_id)
    if job.status != Job.Status.DONE:
        raise Http404
    caller.require(find(job.parameters["list"]).action)
    return exports.streamed(job.parameters["format"], exports.parts_of(job), job.parameters["list"])


def _results(job: Job, done_word: str, refused_word: str) -> Iterator[tuple[str, str, str]]:
    for item, refused in job.results.values_list("item", "refused").iterator(chunk_size=2000):
        yield item, refused_word if refused else done_word, refused


scoped_urlpatterns = [
    path("jobs/", job_list, name="job-list"),
    path("jobs/<str:job_id>/", job_detail, name="job-detail"),
    path("jobs/<str:job_id>/cancel/", job_cancel, name="job-cancel"),
    path("jobs/<str:job_id>/download/", job_download, name="job-download"),
]
