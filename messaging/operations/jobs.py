"""Long work in the background: bulk actions, exports, imports.

A handler does one slice at a time. A slice and the note of where it ended are one transaction, so a worker that is
killed leaves the job where it last committed, and the next worker goes on from there.
"""

import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from django.db.models import F, Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from messaging import clock
from messaging.caller import Caller, Door
from messaging.errors import Conflict, Resource
from messaging.identifiers import new_id
from messaging.models import Job, JobResult, Notification
from messaging.operations.notifications import notify
from messaging.operations.registry import operation
from messaging.permissions import Role
from messaging.transactions import crosswise, write_transaction

LEASE = timedelta(seconds=60)  # wall time: how long a worker may be silent before another takes the job
OPEN = (Job.Status.WAITING, Job.Status.RUNNING)


@dataclass(slots=True)
class Slice:
    """What a handler did: rows it looked at, refusals among them, where to go on, whether all is done."""

    cursor: dict[str, Any]
    done: int = 0
    results: list[tuple[str, str]] = field(default_factory=list)  # (item, why it was refused or nothing)
    finished: bool = False


Handler = Callable[[Caller, Job], Slice]
HANDLERS: dict[str, Handler] = {}


def handles(kind: str) -> Callable[[Handler], Handler]:
    """Register a handler. It gets the job's caller and the job, and reads job.parameters and job.cursor.

    It runs inside a transaction, so it must be quick (some 50 rows) and must not talk to the outside.
    """

    def register(handler: Handler) -> Handler:
        HANDLERS[kind] = handler
        return handler

    return register


def _start(caller: Caller, kind: str, title: str, parameters: dict[str, Any], total: int) -> Job:
    return Job.objects.create(
        owner_id=caller.owner_id,
        job_id=new_id("job"),
        kind=kind,
        title=title[:200],
        parameters=parameters,
        actor=caller.actor,
        role=caller.role,
        total=total,
        due_at=clock.now(),
    )


@operation(resource=lambda job: job.job_id)
def start_job(caller: Caller, *, kind: str, title: str, parameters: dict[str, Any], total: int = 0) -> Job:
    """Queue work for a worker. kind names a registered handler; total is the number of rows, 0 when unknown."""
    return _start(caller, kind, title, parameters, total)


@operation(resource=lambda job: job.job_id)
def start_export(caller: Caller, *, kind: str, title: str, parameters: dict[str, Any], total: int = 0) -> Job:
    """Queue an export: it changes nothing, so everybody who may read may start one."""
    return _start(caller, kind, title, parameters, total)


@operation(resource=lambda job: job.job_id)
def cancel_job(caller: Caller, *, job_id: str) -> Job:
    """Stop a job after the slice it is at; what is done stays done. Raises NotFound; Conflict when it has ended."""
    job: Job = Job.objects.named(caller, job_id, lock=True)
    if job.status not in OPEN:
        raise Conflict(
            _("This job has already ended."),
            reason="RESOURCE_MODIFICATION_NOT_ALLOWED",
            resource=Resource("job", job.job_id),
        )
    job.status, job.due_at, job.finished_at = Job.Status.CANCELLED, None, clock.now()
    job.save(update_fields=["status", "due_at", "finished_at"])
    return job


def run_due_jobs(limit: int = 10) -> int:
    """Run up to `limit` slices of due jobs, oldest first; returns how many were run."""
    ran = 0
    while ran < limit:
        job = _claim()
        if job is None:
            break
        run_slice(job)
        ran += 1
    return ran


def _claim() -> Job | None:
    """One due job for this worker alone, or nothing."""
    wall = datetime.now(UTC)
    free = Q(claimed_until__isnull=True) | Q(claimed_until__lte=wall)
    with write_transaction():
        found = Job.objects.filter(free, due_at__lte=clock.now()).order_by("due_at", "pk").first()
        if found is None:
            return None
        claim = uuid.uuid4()
        taken = Job.objects.filter(free, pk=found.pk).update(
            claim=claim, claimed_until=wall + LEASE, status=Job.Status.RUNNING
        )
    return Job.objects.select_related("owner").get(pk=found.pk) if taken else None


def release_jobs() -> int:
    """Give up every claim on jobs, for the one worker of an installation: whoever held them is dead. Returns how many.

    Should somebody live after all, their slice is either committed before or finds its claim gone and does nothing.
    """
    with write_transaction():
        return Job.objects.filter(claim__isnull=False).update(claim=None, claimed_until=None)


def caller_for(job: Job) -> Caller:
    """Whoever started the job, with the role of that moment."""
    owner = job.owner
    return Caller(owner.pk, owner.account_id, owner.region, job.actor, Role(job.role), Door.TASK)


def run_slice(job: Job) -> None:
    """Run one slice of a claimed job and commit it together with where it ended."""
    try:
        with write_transaction():
            mine = Job.objects.filter(pk=job.pk, claim=job.claim, status=Job.Status.RUNNING)
            if mine.select_for_update().first() is None:  # held to the end: nobody takes it over half-way
                return  # cancelled, or taken over after a long silence
            ended = HANDLERS[job.kind](caller_for(job), job)
            refused = sum(1 for _item, why in ended.results if why)
            JobResult.objects.bulk_create(
                [JobResult(job=job, item=item[:200], refused=why[:500]) for item, why in ended.results]
            )
            changes: dict[str, Any] = {
                "cursor": ended.cursor,
                "done": F("done") + ended.done,
                "refused": F("refused") + refused,
                "claim": None,
                "claimed_until": None,
            }
            if ended.finished:
                changes |= {"status": Job.Status.DONE, "due_at": None, "finished_at": clock.now()}
            mine.update(**changes)
            if ended.finished:
                _tell(job, refused=job.refused + refused)
    except Exception as error:
        with write_transaction():
            held = Job.objects.filter(pk=job.pk, claim=job.claim)
            if crosswise(error):  # it and another transaction waited for each other: the slice is done again
                held.update(claim=None, claimed_until=None)
                return
            failed = held.update(
                status=Job.Status.FAILED,
                failure=f"{type(error).__name__}: {error}"[:500],
                due_at=None,
                claim=None,
                claimed_until=None,
                finished_at=clock.now(),
            )
            if failed:
                _tell(job, failed=True)
        raise


def _tell(job: Job, *, refused: int = 0, failed: bool = False) -> None:
    """Tell whoever started a job that it has ended, and how."""
    severity, title = Notification.Severity.SUCCESS, gettext_noop("The job “%(title)s” is done.")
    if failed:
        severity = Notification.Severity.DANGER
        title = gettext_noop("The job “%(title)s” stopped because of an error.")
    elif refused:
        severity = Notification.Severity.WARNING
        title = gettext_noop("The job “%(title)s” is done. Rows that were refused: %(refused)s.")
    notify(
        job.owner_id,
        kind=Notification.Kind.JOB,
        severity=severity,
        title=title,
        values={"title": job.title, "refused": refused},
        link=("job-detail", job.job_id),
        recipient=job.actor if job.actor.startswith("user:") else "",
        subject=job.job_id,
    )
