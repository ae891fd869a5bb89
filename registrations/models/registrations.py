"""Registrations, their versions and what happened to each."""

from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from messaging import clock
from messaging.models.base import Owned
from registrations import definitions


class RegistrationStatus(models.TextChoices):
    """The service model's RegistrationStatus."""

    CREATED = "CREATED", _("Created")
    SUBMITTED = "SUBMITTED", _("Submitted")
    AWS_REVIEWING = "AWS_REVIEWING", _("AWS reviewing")
    REVIEWING = "REVIEWING", _("Reviewing")
    REQUIRES_AUTHENTICATION = "REQUIRES_AUTHENTICATION", _("Requires authentication")
    PROVISIONING = "PROVISIONING", _("Provisioning")
    COMPLETE = "COMPLETE", _("Complete")
    REQUIRES_UPDATES = "REQUIRES_UPDATES", _("Requires updates")
    CLOSED = "CLOSED", _("Closed")
    DELETED = "DELETED", _("Deleted")


class VersionStatus(models.TextChoices):
    """The service model's RegistrationVersionStatus."""

    DRAFT = "DRAFT", _("Draft")
    SUBMITTED = "SUBMITTED", _("Submitted")
    AWS_REVIEWING = "AWS_REVIEWING", _("AWS reviewing")
    REVIEWING = "REVIEWING", _("Reviewing")
    REQUIRES_AUTHENTICATION = "REQUIRES_AUTHENTICATION", _("Requires authentication")
    REQUIRES_OFFLINE_REVIEW = "REQUIRES_OFFLINE_REVIEW", _("Requires offline review")
    APPROVED = "APPROVED", _("Approved")
    DENIED = "DENIED", _("Denied")
    DISCARDED = "DISCARDED", _("Discarded")
    REVOKED = "REVOKED", _("Revoked")
    ARCHIVED = "ARCHIVED", _("Archived")


IN_REVIEW = (
    VersionStatus.SUBMITTED,
    VersionStatus.AWS_REVIEWING,
    VersionStatus.REVIEWING,
    VersionStatus.REQUIRES_AUTHENTICATION,
    VersionStatus.REQUIRES_OFFLINE_REVIEW,
)
OPEN = (VersionStatus.DRAFT, *IN_REVIEW)


class Registration(Owned):
    """A form that the account fills in for a country or carrier, over one or more versions.

    score is what vetting gave (a brand keeps the score of its last vetting); message_parts_per_minute and
    messages_per_day are a campaign's rates, fixed when it was approved. due_at is when provisioning is tried again.
    """

    RESOURCE_TYPE = "registration"
    NAME_FIELD = "registration_id"

    registration_id = models.CharField(max_length=64, unique=True)
    registration_type = models.CharField(max_length=64)
    registration_status = models.CharField(
        max_length=24, choices=RegistrationStatus, default=RegistrationStatus.CREATED
    )
    current_version_number = models.PositiveIntegerField(default=1)
    approved_version_number = models.PositiveIntegerField(null=True, blank=True)
    latest_denied_version_number = models.PositiveIntegerField(null=True, blank=True)
    score = models.PositiveSmallIntegerField(null=True, blank=True)
    message_parts_per_minute = models.PositiveIntegerField(null=True, blank=True)
    messages_per_day = models.PositiveIntegerField(null=True, blank=True)
    due_at = models.DateTimeField(null=True, blank=True)
    claim = models.UUIDField(null=True, blank=True)
    claimed_until = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["owner", "-created_timestamp", "id"], name="registrations_by_age"),
            models.Index(fields=["due_at"], name="registrations_due", condition=models.Q(due_at__isnull=False)),
        ]

    @property
    def definition(self) -> definitions.RegistrationType:
        return definitions.registration_types()[self.registration_type]

    @property
    def current_version(self) -> "RegistrationVersion":
        """One query, unless the versions were fetched with the row."""
        versions = self.versions.all()
        return next(version for version in versions if version.version_number == self.current_version_number)

    @property
    def additional_attributes(self) -> dict[str, str]:
        """What the type gives beyond its form; all values are text (StringMap)."""
        found = {
            "vettingScore": self.score,
            "messagePartsPerMinute": self.message_parts_per_minute,
            "messagesPerDay": self.messages_per_day,
        }
        return {name: str(value) for name, value in found.items() if value is not None}


class RegistrationVersion(models.Model):
    """One filling-in of a form; read-only once it is submitted.

    submitted_by and edited_by are actors (“user:…”, “key:…”): nobody decides on what they submitted or last edited.
    expected_at is when the decision is expected; due_at is when the simulated reviewer takes the next step. edits
    counts changes of values, so that a page can tell a stale one. aws_review: the vendor looks first.
    """

    registration = models.ForeignKey(Registration, on_delete=models.CASCADE, related_name="versions")
    version_number = models.PositiveIntegerField()
    registration_version_status = models.CharField(max_length=24, choices=VersionStatus, default=VersionStatus.DRAFT)
    created_timestamp = models.DateTimeField(default=clock.now)
    definition_version = models.CharField(max_length=32, blank=True)
    aws_review = models.BooleanField(default=False)
    submitted_at = models.DateTimeField(null=True, blank=True)
    submitted_by = models.CharField(max_length=160, blank=True)
    edited_by = models.CharField(max_length=160, blank=True)
    edited_at = models.DateTimeField(null=True, blank=True)
    edits = models.PositiveIntegerField(default=0)
    expected_at = models.DateTimeField(null=True, blank=True)
    feedback = models.TextField(blank=True)
    due_at = models.DateTimeField(null=True, blank=True)
    claim = models.UUIDField(null=True, blank=True)
    claimed_until = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["registration", "version_number"], name="one_version_per_number"),
            models.UniqueConstraint(
                fields=["registration"],
                condition=models.Q(registration_version_status__in=[status.value for status in OPEN]),
                name="one_open_version",
            ),
        ]
        indexes = [
            models.Index(fields=["due_at"], name="versions_due", condition=models.Q(due_at__isnull=False)),
            models.Index(fields=["registration_version_status", "submitted_at"], name="versions_in_queue"),
        ]

    @property
    def registration_version_status_history(self) -> dict[str, Any]:
        """RegistrationVersionStatusHistory: when each status was reached last. Fetch `steps` with the rows."""
        return {f"{step.status.lower()}_timestamp": step.at for step in self.steps.all()}


class VersionStep(models.Model):
    """A status that a version reached: when (simulated time), by whom, and what became of the registration."""

    version = models.ForeignKey(RegistrationVersion, on_delete=models.CASCADE, related_name="steps")
    status = models.CharField(max_length=24, choices=VersionStatus)
    registration_status = models.CharField(max_length=24, choices=RegistrationStatus)
    at = models.DateTimeField(default=clock.now)
    actor = models.CharField(max_length=160)

    class Meta:
        ordering = ["id"]
