"""How much of a rate is used up, and what rates the carriers grant a 10DLC campaign."""

from django.db import models


class Meter(models.Model):
    """One stream of messages against its rate: the instant of simulated time at which its bucket is empty again.

    empties_at is in microseconds since 1970 in UTC, so that one statement of any database can add to it. A meter whose
    instant has passed says nothing and may be deleted.
    """

    owner = models.ForeignKey("messaging.RegionalAccount", on_delete=models.CASCADE, related_name="+", db_index=False)
    key = models.CharField(max_length=120)
    empties_at = models.BigIntegerField(db_index=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["owner", "key"], name="one_meter_per_key")]


class CampaignRates(models.Model):
    """What carriers grant a 10DLC campaign: AT&T so many parts a minute of each campaign, T-Mobile so many messages a
    day of each brand, shared by its campaigns. Null where a carrier sets no limit.
    """

    owner = models.ForeignKey("messaging.RegionalAccount", on_delete=models.CASCADE, related_name="+", db_index=False)
    campaign_id = models.CharField(max_length=64, help_text="The registration of the campaign.")
    brand_id = models.CharField(max_length=64, help_text="The registration of the brand.")
    parts_per_minute = models.PositiveIntegerField(null=True, blank=True)
    messages_per_day = models.PositiveIntegerField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["owner", "campaign_id"], name="one_rate_per_campaign")]
