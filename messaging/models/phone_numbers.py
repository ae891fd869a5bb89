"""Phone numbers that an account sends from."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from messaging.models.base import Owned
from messaging.models.pools import MessageType


class NumberType(models.TextChoices):
    """The service model's NumberType."""

    SHORT_CODE = "SHORT_CODE", _("Short code")
    LONG_CODE = "LONG_CODE", _("Long code")
    TOLL_FREE = "TOLL_FREE", _("Toll-free")
    TEN_DLC = "TEN_DLC", _("10DLC")
    SIMULATOR = "SIMULATOR", _("Simulator")


class PhoneNumber(Owned):
    """A number leased by the account; its capabilities are fixed when it is requested.

    monthly_leasing_units is in units of 0.00001 USD.
    """

    RESOURCE_TYPE = "phone-number"
    NAME_FIELD = "phone_number_id"

    class Status(models.TextChoices):
        PENDING = "PENDING", _("Pending")
        ACTIVE = "ACTIVE", _("Active")
        ASSOCIATING = "ASSOCIATING", _("Associating")
        DISASSOCIATING = "DISASSOCIATING", _("Disassociating")
        DELETED = "DELETED", _("Deleted")

    phone_number_id = models.CharField(max_length=64, unique=True)
    phone_number = models.CharField(max_length=20, unique=True)
    status = models.CharField(max_length=14, choices=Status, default=Status.PENDING)
    iso_country_code = models.CharField(max_length=2)
    message_type = models.CharField(max_length=13, choices=MessageType)
    number_type = models.CharField(max_length=10, choices=NumberType)
    sms = models.BooleanField(default=False)
    mms = models.BooleanField(default=False)
    voice = models.BooleanField(default=False)
    monthly_leasing_units = models.BigIntegerField(default=0)
    two_way_enabled = models.BooleanField(default=False)
    two_way_channel_arn = models.CharField(max_length=2048, blank=True)
    two_way_channel_role = models.CharField(max_length=2048, blank=True)
    self_managed_opt_outs_enabled = models.BooleanField(default=False)
    opt_out_list = models.ForeignKey("messaging.OptOutList", on_delete=models.PROTECT, related_name="phone_numbers")
    international_sending_enabled = models.BooleanField(default=False)
    deletion_protection_enabled = models.BooleanField(default=False)
    pool = models.ForeignKey(
        "messaging.Pool", null=True, blank=True, on_delete=models.SET_NULL, related_name="phone_numbers"
    )
    registration_id = models.CharField(max_length=64, blank=True)
    due_at = models.DateTimeField(null=True, blank=True, help_text="When the simulator activates it, if it will.")

    class Meta:
        indexes = [
            models.Index(fields=["owner", "-created_timestamp", "id"], name="numbers_by_age"),
            models.Index(fields=["due_at"], name="numbers_due", condition=models.Q(due_at__isnull=False)),
        ]

    @property
    def opt_out_list_name(self) -> str:
        return self.opt_out_list.opt_out_list_name

    @property
    def monthly_leasing_price(self) -> str:
        """Decimal US dollars, as the API prints it."""
        return f"{self.monthly_leasing_units / 100_000:.2f}"

    def carries(self, channel: str) -> bool:
        """Whether it has the capability of a channel: SMS, MMS or VOICE."""
        has: bool = getattr(self, channel.lower())
        return has

    @property
    def number_capabilities(self) -> list[str]:
        """The service model's NumberCapability values."""
        return [name for name, has in (("SMS", self.sms), ("VOICE", self.voice), ("MMS", self.mms)) if has]


class ReleasedNumber(models.Model):
    """A number that was given back: nobody can have it again (behaviour_rules.json, number.release)."""

    phone_number = models.CharField(max_length=20, primary_key=True)
    released_at = models.DateTimeField()
