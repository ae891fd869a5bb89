"""Long work that a person started and watches: bulk actions, exports, imports."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from messaging.models.base import Owned


class Job(Owned):
    """Work in the background with progress and a result per row.

    kind names a handler in messaging.operations.jobs; `cursor` is where the next slice starts, so that a killed worker
    goes on where it committed last. failure says what a handler stumbled over.
    """

    class Status(models.TextChoices):
        WAITING = "WAITING", _("Waiting")
        RUNNING = "RUNNING", _("Running")
        DONE = "DONE", _("Done")
        CANCELLED = "CANCELLED", _("Cancelled")
        FAILED = "FAILED", _("Failed")

    NAME_FIELD = "job_id"

    job_id = models.CharField(max_length=64, unique=True)
    kind = models.CharField(max_length=40)
    title = models.CharField(max_length=200)
    parameters = models.JSONField(default=dict)
    actor = models.CharField(max_length=150)
    role = models.CharField(max_length=13)
    status = models.CharField(max_length=9, choices=Status, default=Status.WAITING)
    total = models.PositiveIntegerField(default=0)
    done = models.PositiveIntegerField(default=0)
    refused = models.PositiveIntegerField(default=0)
    cursor = models.JSONField(default=dict)
    failure = models.CharField(max_length=500, blank=True)
    due_at = models.DateTimeField(null=True, blank=True)
    claim = models.UUIDField(null=True, blank=True)
    claimed_until = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [models.Index(fields=["due_at"], name="jobs_due", condition=models.Q(due_at__isnull=False))]

    @property
    def is_open(self) -> bool:
        return self.status in (Job.Status.WAITING, Job.Status.RUNNING)


class JobResult(models.Model):
    """What became of one row of a job; `refused` is empty when it was done."""

    job = models.ForeignKey(Job, on_delete=models.CASCADE, related_name="results")
    item = models.CharField(max_length=200)
    refused = models.CharField(max_length=500, blank=True)

    class Meta:
        ordering = ["id"]


class WorkerBeat(models.Model):
    """When a worker was last seen (wall time); `/readyz` reads it."""

    name = models.CharField(max_length=64, primary_key=True)
    seen_at = models.DateTimeField()
