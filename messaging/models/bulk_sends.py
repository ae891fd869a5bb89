"""Bulk sends: one text to the numbers of a file, paced; and what became of each row."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from messaging.models.number_files import NumberFile
from messaging.models.pools import MessageType


class BulkSend(NumberFile):
    """A text with placeholders, a file with a number in each row, the options of the messages, and how far it is.

    `columns` are the names of the file's columns. rows, ready, parts, price (units of 0.00001 USD) and rates are what
    the dry run found; rates are the originators' parts and MPS by country. What became of rows, they say themselves.
    `due_at` (simulated) is when the next messages may go, lanes the same for each country, in microseconds since 1970;
    null while nothing is to be done.
    """

    class Status(models.TextChoices):
        DRAFT = "DRAFT", _("Draft")
        CHECKING = "CHECKING", _("Checking")
        CHECKED = "CHECKED", _("Checked")
        SCHEDULED = "SCHEDULED", _("Scheduled")
        RUNNING = "RUNNING", _("Running")
        PAUSED = "PAUSED", _("Paused")
        STOPPED = "STOPPED", _("Stopped")
        DONE = "DONE", _("Done")

    NAME_FIELD = "bulk_send_id"
    RESOURCE_TYPE = "bulk-send"

    bulk_send_id = models.CharField(max_length=64, unique=True)
    bulk_send_name = models.CharField(max_length=100)
    status = models.CharField(max_length=9, choices=Status, default=Status.DRAFT)
    paused_because = models.CharField(max_length=300, blank=True, help_text="Why it paused by itself.")

    has_head = models.BooleanField(default=True)
    columns = models.JSONField(default=list)

    message_body = models.CharField(max_length=1600)
    origination_identity = models.CharField(max_length=200, blank=True)
    message_type = models.CharField(max_length=13, choices=MessageType, blank=True)
    configuration_set_name = models.CharField(max_length=64, blank=True)
    protect_configuration_id = models.CharField(max_length=64, blank=True)
    keyword = models.CharField(max_length=30, blank=True)
    max_price = models.CharField(max_length=8, blank=True)
    time_to_live = models.PositiveIntegerField(null=True, blank=True)
    context = models.JSONField(default=dict, blank=True)
    duplicates_go = models.BooleanField(default=False, help_text="Whether a number that comes again gets a message.")

    retry_statuses = models.JSONField(default=list, blank=True)
    max_tries = models.PositiveSmallIntegerField(default=3)
    first_wait_seconds = models.PositiveIntegerField(default=300)
    wait_growth = models.PositiveSmallIntegerField(default=3)

    ready = models.PositiveIntegerField(default=0)
    parts = models.PositiveIntegerField(default=0)
    price = models.BigIntegerField(default=0)
    rates = models.JSONField(default=dict)
    check_job = models.ForeignKey("messaging.Job", null=True, on_delete=models.SET_NULL, related_name="+")

    role = models.CharField(max_length=13)
    scheduled_at = models.DateTimeField(null=True, blank=True)
    started_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)
    due_at = models.DateTimeField(null=True, blank=True)
    lanes = models.JSONField(default=dict)

    class Meta:
        indexes = [
            models.Index(fields=["owner", "-id"], name="bulk_sends_by_age"),
            models.Index(fields=["due_at"], name="bulk_sends_due", condition=models.Q(due_at__isnull=False)),
        ]

    @property
    def is_idle(self) -> bool:
        """Whether nothing has been sent and no check is running by its status alone."""
        return self.status in (BulkSend.Status.DRAFT, BulkSend.Status.CHECKING, BulkSend.Status.CHECKED)


class BulkSendRow(models.Model):
    """One row of the file: its number in it, who gets it, what stands in the placeholders, and what became of it.

    parts and price are those of the dry run, then of the message. reason is the code of a refusal or the message's
    final status, detail the words for it. message_id is the last try's, earlier_message_ids those of tries that failed
    and were followed, or will be, by another. due_at (simulated) is set only while it waits.
    """

    class State(models.TextChoices):
        READY = "READY", _("Ready")
        LEFT_OUT = "LEFT_OUT", _("Left out")
        WAITING = "WAITING", _("Waiting")
        SENT = "SENT", _("Sent")
        DELIVERED = "DELIVERED", _("Delivered")
        FAILED = "FAILED", _("Failed")
        REFUSED = "REFUSED", _("Refused")
        STOPPED = "STOPPED", _("Stopped")

    bulk_send = models.ForeignKey(BulkSend, on_delete=models.CASCADE, related_name="file_rows", db_index=False)
    number = models.PositiveIntegerField()
    destination_phone_number = models.CharField(max_length=40)
    iso_country_code = models.CharField(max_length=2, blank=True)
    variables = models.JSONField(default=dict)
    parts = models.PositiveSmallIntegerField(default=0)
    price = models.BigIntegerField(default=0)
    state = models.CharField(max_length=9, choices=State)
    reason = models.CharField(max_length=60, blank=True)
    detail = models.CharField(max_length=300, blank=True)
    message_id = models.UUIDField(null=True, blank=True)
    earlier_message_ids = models.JSONField(default=list)
    tries = models.PositiveSmallIntegerField(default=0)
    due_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["bulk_send", "number"], name="one_row_per_number")]
        indexes = [
            models.Index(fields=["bulk_send", "state", "reason"], name="bulk_rows_by_state"),
            models.Index(fields=["bulk_send", "destination_phone_number"], name="bulk_rows_by_number"),
            models.Index(
                fields=["bulk_send", "iso_country_code", "number"],
                name="bulk_rows_ready",
                condition=models.Q(state="READY"),
            ),
            models.Index(
                fields=["bulk_send", "due_at"], name="bulk_rows_due", condition=models.Q(due_at__isnull=False)
            ),
            models.Index(fields=["message_id"], name="bulk_rows_sent", condition=models.Q(state="SENT")),
        ]
