"""What registrations cost an account."""

from django.db import models

from messaging import clock


class RegistrationCharge(models.Model):
    """A fee that fell due; units of 0.00001 USD. It outlives its registration, which it names by id.

    month is the first day of the month that a monthly fee is for.
    """

    owner = models.ForeignKey("messaging.RegionalAccount", on_delete=models.CASCADE, related_name="+")
    registration_id = models.CharField(max_length=64)
    registration_type = models.CharField(max_length=64)
    item = models.CharField(max_length=64)
    units = models.BigIntegerField()
    month = models.DateField(null=True, blank=True)
    charged_at = models.DateTimeField(default=clock.now)

    class Meta:
        indexes = [models.Index(fields=["owner", "charged_at"], name="registration_charges_by_time")]
        constraints = [
            models.UniqueConstraint(
                fields=["registration_id", "item", "month"],
                condition=models.Q(month__isnull=False),
                name="one_monthly_fee_per_month",
            )
        ]
