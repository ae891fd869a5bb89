"""What was billed for messages, counted by day, so that no report reads the messages of months."""

from django.db import models

from messaging.models.accounts import RegionalAccount


class UsageDay(models.Model):
    """The billed messages of one day (UTC) of simulated time, by where they went and what they came from.

    Money is in units of 0.00001 USD; fee_parts are the parts that a carrier fee was charged for.
    """

    owner = models.ForeignKey(RegionalAccount, on_delete=models.CASCADE, related_name="+", db_index=False)
    day = models.DateField()
    channel = models.CharField(max_length=5)
    iso_country_code = models.CharField(max_length=2)
    originator_type = models.CharField(max_length=12)
    messages = models.BigIntegerField()
    parts = models.BigIntegerField()
    fee_parts = models.BigIntegerField()
    price = models.BigIntegerField()
    carrier_fee = models.BigIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["owner", "day", "channel", "iso_country_code", "originator_type"], name="one_usage_a_day"
            )
        ]


class UsageProgress(models.Model):
    """Up to which day (that one excluded) the messages of an account in a Region are counted.

    closing is the day up to which they may be counted next, seen at closing_seen (wall time): a send that began before
    a day was over must have ended when the day is counted.
    """

    owner = models.OneToOneField(RegionalAccount, on_delete=models.CASCADE, related_name="+")
    counted_until = models.DateField()
    closing = models.DateField(null=True, blank=True)
    closing_seen = models.DateTimeField(null=True, blank=True)
