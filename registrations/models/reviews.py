"""Decisions on versions, drafts of them, who holds a version, and what the simulated reviewer does."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from messaging import clock


class ReviewMode(models.TextChoices):
    """How versions of a type are decided in an account."""

    MANUAL = "MANUAL", _("By hand")
    AUTOMATIC = "AUTOMATIC", _("Automatic after the documented wait")
    SCRIPTED = "SCRIPTED", _("Scripted")


class Decision(models.Model):
    """What a reviewer decided on a version. A version is decided once; a revocation is a second decision on it.

    reviewer is an actor, or “system” for the simulated one; mode says which. four_eyes is False when the reviewer had
    submitted or last edited what they decided on, which is possible only while that rule is off.
    """

    class Outcome(models.TextChoices):
        APPROVED = "APPROVED", _("Approved")
        DENIED = "DENIED", _("Returned")
        REVOKED = "REVOKED", _("Revoked")

    version = models.ForeignKey("registrations.RegistrationVersion", on_delete=models.CASCADE, related_name="decisions")
    outcome = models.CharField(max_length=8, choices=Outcome)
    mode = models.CharField(max_length=9, choices=ReviewMode, default=ReviewMode.MANUAL)
    reviewer = models.CharField(max_length=160)
    at = models.DateTimeField(default=clock.now)
    feedback = models.TextField(blank=True)
    score = models.PositiveSmallIntegerField(null=True, blank=True)
    four_eyes = models.BooleanField(default=True)

    class Meta:
        ordering = ["id"]
        indexes = [models.Index(fields=["outcome", "at"], name="decisions_by_time")]


class FieldVerdict(models.Model):
    """What a decision says of one field. reason is the id of a published reason (definitions.reasons), if denied.

    An empty field_path stands for the registration as a whole: a type without a form has nothing else to deny.
    """

    decision = models.ForeignKey(Decision, on_delete=models.CASCADE, related_name="verdicts")
    field_path = models.CharField(max_length=100, blank=True)
    accepted = models.BooleanField()
    reason = models.CharField(max_length=64, blank=True)
    note = models.TextField(blank=True)

    class Meta:
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["decision", "field_path"], name="one_verdict_per_field")]


class ReviewDraft(models.Model):
    """A reviewer's unfinished decision. verdicts: field path -> {"accepted": bool, "reason": id, "note": text}."""

    version = models.ForeignKey("registrations.RegistrationVersion", on_delete=models.CASCADE, related_name="drafts")
    reviewer = models.CharField(max_length=160)
    verdicts = models.JSONField(default=dict)
    feedback = models.TextField(blank=True)
    saved_at = models.DateTimeField(default=clock.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["version", "reviewer"], name="one_draft_per_reviewer")]


class ReviewClaim(models.Model):
    """Who is reviewing a version; held_until is wall time, renewed while the page is visible."""

    version = models.OneToOneField(
        "registrations.RegistrationVersion", on_delete=models.CASCADE, related_name="review_claim"
    )
    reviewer = models.CharField(max_length=160)
    claimed_at = models.DateTimeField()
    held_until = models.DateTimeField()


class ReviewerPolicy(models.Model):
    """How an account's versions of one type are decided. Without a row: AUTOMATIC.

    wait_seconds is simulated time from submission to decision; None is the documented wait of the type. script is a
    list with one entry per submission of a registration that is not taken back: {"outcome": "APPROVE"} or {"outcome":
    "DENY", "denied": [{"field_path", "reason", "note"}]}; submissions after the last entry are approved. score is what
    vetting gives.
    """

    owner = models.ForeignKey("messaging.RegionalAccount", on_delete=models.CASCADE, related_name="+")
    registration_type = models.CharField(max_length=64)
    mode = models.CharField(max_length=9, choices=ReviewMode, default=ReviewMode.AUTOMATIC)
    wait_seconds = models.PositiveIntegerField(null=True, blank=True)
    script = models.JSONField(default=list, blank=True)
    score = models.PositiveSmallIntegerField(default=80)
    changed_at = models.DateTimeField(default=clock.now)
    changed_by = models.CharField(max_length=160, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["owner", "registration_type"], name="one_policy_per_type")]


class ReviewSettings(models.Model):
    """How an account reviews. four_eyes None: the rule holds as soon as the account has more than one member."""

    owner = models.OneToOneField("messaging.RegionalAccount", on_delete=models.CASCADE, related_name="+")
    four_eyes = models.BooleanField(null=True, blank=True)
    changed_at = models.DateTimeField(default=clock.now)
    changed_by = models.CharField(max_length=160, blank=True)
