"""Protect configurations: which destinations may be sent to, by country and channel, and exceptions by number."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from messaging.models.base import Owned
from messaging.models.messages import Channel


class ProtectStatus(models.TextChoices):
    """What a country rule says about messages to the country."""

    ALLOW = "ALLOW", _("Allow")
    BLOCK = "BLOCK", _("Block")
    MONITOR = "MONITOR", _("Monitor")
    FILTER = "FILTER", _("Filter")


class ProtectConfiguration(Owned):
    """A set of country rules and number overrides. What people call it is its tag Name.

    It counts for a send that names it, through the configuration sets that name it, or as the account default.
    """

    RESOURCE_TYPE = "protect-configuration"
    NAME_FIELD = "protect_configuration_id"

    protect_configuration_id = models.CharField(max_length=64, unique=True)
    account_default = models.BooleanField(default=False)
    deletion_protection_enabled = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["owner"], condition=models.Q(account_default=True), name="one_default_protect_configuration"
            )
        ]


class CountryRule(models.Model):
    """A country that is not simply allowed on a channel: only rules other than ALLOW have a row."""

    protect_configuration = models.ForeignKey(ProtectConfiguration, on_delete=models.CASCADE, related_name="rules")
    number_capability = models.CharField(max_length=5, choices=Channel)
    iso_country_code = models.CharField(max_length=2)
    protect_status = models.CharField(max_length=7, choices=ProtectStatus)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["protect_configuration", "number_capability", "iso_country_code"], name="one_rule_per_country"
            )
        ]


class NumberOverride(models.Model):
    """A destination number that is allowed or blocked whatever its country's rule says, until a time or for good."""

    class Action(models.TextChoices):
        ALLOW = "ALLOW", _("Allow")
        BLOCK = "BLOCK", _("Block")

    protect_configuration = models.ForeignKey(ProtectConfiguration, on_delete=models.CASCADE, related_name="overrides")
    destination_phone_number = models.CharField(max_length=20)
    iso_country_code = models.CharField(max_length=2, blank=True)
    action = models.CharField(max_length=5, choices=Action)
    created_timestamp = models.DateTimeField()
    expiration_timestamp = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["protect_configuration", "destination_phone_number"], name="one_override_per_number"
            )
        ]
