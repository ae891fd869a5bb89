"""Accounts, and what an account is in one Region."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from messaging import clock


class Tier(models.TextChoices):
    """AccountAttributeName ACCOUNT_TIER."""

    SANDBOX = "SANDBOX", _("Sandbox")
    PRODUCTION = "PRODUCTION", _("Production")


class Account(models.Model):
    """A tenant: twelve digits and a name."""

    account_id = models.CharField(max_length=12, primary_key=True)
    name = models.CharField(max_length=100, blank=True)
    created_timestamp = models.DateTimeField(default=clock.now)

    def __str__(self) -> str:
        return self.name or self.account_id


class RegionalAccount(models.Model):
    """An account in one Region: the owner of every resource, with its tiers and limits.

    Money is in units of 0.00001 USD. A null override means that the account limit holds.
    """

    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="regions")
    region = models.CharField(max_length=24)
    tier = models.CharField(max_length=10, choices=Tier, default=Tier.SANDBOX)
    voice_tier = models.CharField(max_length=10, choices=Tier, default=Tier.SANDBOX)
    text_spend_limit = models.BigIntegerField(default=100_000)
    media_spend_limit = models.BigIntegerField(default=100_000)
    voice_spend_limit = models.BigIntegerField(default=100_000)
    text_spend_override = models.BigIntegerField(null=True, blank=True)
    media_spend_override = models.BigIntegerField(null=True, blank=True)
    voice_spend_override = models.BigIntegerField(null=True, blank=True)
    quotas = models.JSONField(default=dict, blank=True, help_text="Raised resource quotas: quota id -> number.")
    settings_version = models.BigIntegerField(default=0, help_text="Raised by every change of settings.")
    created_timestamp = models.DateTimeField(default=clock.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["account", "region"], name="one_account_per_region")]

    def __str__(self) -> str:
        return f"{self.account_id}/{self.region}"

    def arn(self, resource: str) -> str:
        """The vendor-shaped ARN of a resource given as `type/id`."""
        return f"arn:aws:sms-voice:{self.region}:{self.account_id}:{resource}"

    def spend_limit(self, channel: str) -> int:
        """The lower of the account limit and the enforced override of TEXT, MEDIA or VOICE, in 0.00001 USD."""
        prefix = channel.lower()
        limit: int = getattr(self, f"{prefix}_spend_limit")
        override: int | None = getattr(self, f"{prefix}_spend_override")
        return limit if override is None else min(limit, override)


class Spend(models.Model):
    """What an account in a Region has spent on a channel in a calendar month (UTC), in 0.00001 USD."""

    owner = models.ForeignKey(RegionalAccount, on_delete=models.CASCADE, related_name="spend")
    month = models.DateField()
    channel = models.CharField(max_length=5)
    amount = models.BigIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["owner", "month", "channel"], name="one_spend_per_month")]


class SimulatedTime(models.Model):
    """The anchor of simulated time: at wall time `anchor_wall` it was `anchor_simulated`, running at `rate`×."""

    anchor_wall = models.DateTimeField()
    anchor_simulated = models.DateTimeField()
    rate = models.PositiveIntegerField(default=1)


class RequestRate(models.Model):
    """The request-rate quota of one operation: when the next call may come (wall time, generic cell rate)."""

    owner = models.ForeignKey(RegionalAccount, on_delete=models.CASCADE, related_name="+")
    action = models.CharField(max_length=64)
    next_at = models.FloatField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["owner", "action"], name="one_rate_per_action")]
