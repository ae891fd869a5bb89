"""Destination numbers that the account has proved to be reachable; the sandbox sends to these only."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from messaging.models.base import Owned


class VerifiedDestinationNumber(Owned):
    """A destination number and how far its verification is. Times are of simulated time.

    The code itself is kept as a keyed hash. code_attempts counts wrong tries against the present code; sends_today
    counts the codes sent on `sends_day`.
    """

    RESOURCE_TYPE = "verified-destination-number"
    NAME_FIELD = "verified_destination_number_id"

    class Status(models.TextChoices):
        PENDING = "PENDING", _("Pending")
        VERIFIED = "VERIFIED", _("Verified")
        UNSUPPORTED = "UNSUPPORTED", _("Unsupported")

    verified_destination_number_id = models.CharField(max_length=64, unique=True)
    destination_phone_number = models.CharField(max_length=20)
    status = models.CharField(max_length=11, choices=Status, default=Status.PENDING)
    rcs_agent_id = models.CharField(max_length=64, blank=True, help_text="Always empty: RCS is not offered.")
    code_hash = models.CharField(max_length=64, blank=True)
    code_sent_at = models.DateTimeField(null=True, blank=True)
    code_attempts = models.PositiveSmallIntegerField(default=0)
    codes_sent = models.PositiveSmallIntegerField(default=0)
    sends_day = models.DateField(null=True, blank=True)
    sends_today = models.PositiveSmallIntegerField(default=0)
    verified_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["owner", "destination_phone_number"], name="one_verification_per_number")
        ]
