"""Sender IDs: names in place of a number, per country; they send only."""

from django.db import models

from messaging.models.base import Owned


class SenderId(Owned):
    """A name that recipients of one country see.

    registered says that the country's registration is complete; a country that asks for none needs none. Several pools
    may hold the same sender ID. monthly_leasing_units is in units of 0.00001 USD.
    """

    RESOURCE_TYPE = "sender-id"

    sender_id = models.CharField(max_length=11)
    iso_country_code = models.CharField(max_length=2)
    transactional = models.BooleanField(default=True)
    promotional = models.BooleanField(default=False)
    monthly_leasing_units = models.BigIntegerField(default=0)
    deletion_protection_enabled = models.BooleanField(default=False)
    registered = models.BooleanField(default=False)
    registration_id = models.CharField(max_length=64, blank=True)
    pools = models.ManyToManyField("messaging.Pool", related_name="sender_ids", blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["owner", "sender_id", "iso_country_code"], name="one_sender_id_per_country")
        ]

    @property
    def name(self) -> str:
        """`MYSHOP/GB`: the sender ID and its country, as its ARN has them."""
        return f"{self.sender_id}/{self.iso_country_code}"

    @classmethod
    def columns_of(cls, name: str) -> dict[str, str]:
        sender_id, _slash, country = name.partition("/")
        return {"sender_id": sender_id, "iso_country_code": country}

    @property
    def message_types(self) -> list[str]:
        """The service model's MessageType values."""
        return [name for name, has in (("TRANSACTIONAL", self.transactional), ("PROMOTIONAL", self.promotional)) if has]

    @property
    def monthly_leasing_price(self) -> str:
        """Decimal US dollars, as the API prints it."""
        return f"{self.monthly_leasing_units / 100_000:.2f}"
