"""What an account pays for besides messages: leases of originators, fees of registrations, reports."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from messaging.models.base import Owned


class ChargeKind(models.TextChoices):
    """Kinds of charges other than messages (billing.json, charges)."""

    PHONE_NUMBER = "PHONE_NUMBER", _("Phone number, monthly")
    SENDER_ID = "SENDER_ID", _("Sender ID, monthly")
    SHORT_CODE_SETUP = "SHORT_CODE_SETUP", _("Short code, set-up")
    BRAND_REGISTRATION = "BRAND_REGISTRATION", _("Brand registration, once")
    BRAND_VETTING = "BRAND_VETTING", _("Brand vetting, once")
    CAMPAIGN = "CAMPAIGN", _("Campaign, monthly")
    REGISTRATION = "REGISTRATION", _("Registration, once")
    DEACTIVATION_REPORT = "DEACTIVATION_REPORT", _("Deactivation report")


class Charge(Owned):
    """One amount charged, in units of 0.00001 USD. month is the first day of the calendar month (UTC) it counts in.

    about is the id of what it is charged for: phone-…, a sender ID with its country, registration-….
    """

    NAME_FIELD = "id"

    kind = models.CharField(max_length=20, choices=ChargeKind)
    amount = models.BigIntegerField()
    about = models.CharField(max_length=256)
    iso_country_code = models.CharField(max_length=2, blank=True)
    charged_at = models.DateTimeField()
    month = models.DateField()
    monthly = models.BooleanField(default=False)

    class Meta:
        indexes = [models.Index(fields=["owner", "month"], name="charges_by_month")]
        constraints = [
            models.UniqueConstraint(
                fields=["owner", "kind", "about", "month"],
                condition=models.Q(monthly=True),
                name="one_monthly_charge_a_month",
            )
        ]


class MonthlyCharge(Owned):
    """Something charged for each calendar month begun, until it ends. due_at is when the next month begins."""

    NAME_FIELD = "id"

    kind = models.CharField(max_length=20, choices=ChargeKind)
    amount = models.BigIntegerField()
    about = models.CharField(max_length=256)
    iso_country_code = models.CharField(max_length=2, blank=True)
    begun_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)
    due_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["due_at"], name="monthly_charges_due", condition=models.Q(due_at__isnull=False))
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["owner", "kind", "about"],
                condition=models.Q(ended_at__isnull=True),
                name="one_running_monthly_charge",
            )
        ]
