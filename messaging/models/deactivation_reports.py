"""Reports of numbers that carriers have deactivated, and which of them the account knows."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from messaging.models.number_files import JudgedNumberFile
from messaging.models.opt_out_lists import OptOutList


class DeactivationReport(JudgedNumberFile):
    """A report that was uploaded: compared by a job, and what it found suppressed by another if somebody wants that.

    sent, verified, opted_out and matched count its numbers that the account knows: sent to within recent_days,
    verified, on an opt-out list, any of these. `reason` is the one that suppressed numbers keep.
    """

    NAME_FIELD = "report_id"

    class Status(models.TextChoices):
        UPLOADED = "UPLOADED", _("Uploaded")
        COMPARING = "COMPARING", _("Comparing")
        COMPARED = "COMPARED", _("Compared")
        SUPPRESSING = "SUPPRESSING", _("Suppressing")
        SUPPRESSED = "SUPPRESSED", _("Suppressed")

    report_id = models.CharField(max_length=64, unique=True)
    status = models.CharField(max_length=11, choices=Status, default=Status.UPLOADED)
    recent_days = models.PositiveSmallIntegerField(default=90)
    matched = models.PositiveIntegerField(default=0)
    sent = models.PositiveIntegerField(default=0)
    verified = models.PositiveIntegerField(default=0)
    opted_out = models.PositiveIntegerField(default=0)
    suppressed = models.PositiveIntegerField(default=0)
    opt_out_list = models.ForeignKey(OptOutList, null=True, on_delete=models.SET_NULL, related_name="+")
    compare_job = models.ForeignKey("messaging.Job", null=True, on_delete=models.SET_NULL, related_name="+")
    suppress_job = models.ForeignKey("messaging.Job", null=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        indexes = [models.Index(fields=["owner", "-id"], name="reports_by_age")]


class DeactivatedNumber(models.Model):
    """A number of a report that the account knows: from which row, last sent to when, verified, on which lists."""

    pk = models.CompositePrimaryKey("report_id", "number")
    report = models.ForeignKey(DeactivationReport, on_delete=models.CASCADE, related_name="numbers", db_index=False)
    number = models.CharField(max_length=20)
    row = models.PositiveIntegerField()
    last_sent_at = models.DateTimeField(null=True)
    verified = models.BooleanField(default=False)
    opt_out_lists = models.JSONField(default=list)
