"""Support cases: requests that people decide on, and the talk about each."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from messaging import clock
from messaging.models.base import Owned
from registrations.models.reviews import ReviewMode


class SupportCase(Owned):
    """One request for something that no operation of the API gives.

    flow is the id of its kind (registrations/support_flows.py). answers holds what was filled in by the key of each
    field; requests is a list of {"region", "quota", "new_value"}. granted is a list of {"region", "change", "about"}:
    what the approval did. opened_by and last_by are actors: nobody decides on a case that they opened or wrote in last
    for the submitter. expected_at is when the decision is expected; due_at is when the simulated reviewer takes it.
    """

    RESOURCE_TYPE = "support-case"
    NAME_FIELD = "case_id"

    class Status(models.TextChoices):
        OPEN = "OPEN", _("Open")
        PENDING_CUSTOMER_ACTION = "PENDING_CUSTOMER_ACTION", _("Waiting for the submitter")
        APPROVED = "APPROVED", _("Approved")
        REFUSED = "REFUSED", _("Refused")
        WITHDRAWN = "WITHDRAWN", _("Withdrawn")

    case_id = models.CharField(max_length=64, unique=True)
    flow = models.CharField(max_length=64)
    status = models.CharField(max_length=23, choices=Status, default=Status.OPEN)
    answers = models.JSONField(default=dict)
    requests = models.JSONField(default=list)
    contact_language = models.CharField(max_length=16, default="English")
    opened_by = models.CharField(max_length=160)
    last_by = models.CharField(max_length=160)
    updated_at = models.DateTimeField(default=clock.now)
    waiting_since = models.DateTimeField(default=clock.now)
    expected_at = models.DateTimeField(null=True, blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.CharField(max_length=160, blank=True)
    decided_how = models.CharField(max_length=9, choices=ReviewMode, blank=True)
    four_eyes = models.BooleanField(default=True)
    granted = models.JSONField(default=list, blank=True)
    due_at = models.DateTimeField(null=True, blank=True)
    claim = models.UUIDField(null=True, blank=True)
    claimed_until = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["owner", "-created_timestamp", "id"], name="support_cases_by_age"),
            models.Index(fields=["owner", "status", "waiting_since"], name="support_cases_in_queue"),
            models.Index(fields=["due_at"], name="support_cases_due", condition=models.Q(due_at__isnull=False)),
        ]

    @property
    def is_open(self) -> bool:
        return self.status in (self.Status.OPEN, self.Status.PENDING_CUSTOMER_ACTION)


class SupportCaseMessage(models.Model):
    """What somebody wrote in a case. author is an actor, “system” for the simulated reviewer; at is simulated time."""

    case = models.ForeignKey(SupportCase, on_delete=models.CASCADE, related_name="messages")
    by_reviewer = models.BooleanField(default=False)
    author = models.CharField(max_length=160)
    at = models.DateTimeField(default=clock.now)
    body = models.TextField(blank=True)
    attachments = models.ManyToManyField(
        "registrations.RegistrationAttachment", related_name="case_messages", blank=True
    )

    class Meta:
        ordering = ["id"]
