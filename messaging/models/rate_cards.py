"""Rate cards that an administrator has imported: what a message part costs from a day on, for one account."""

from django.db import models

from messaging import clock
from messaging.models.accounts import Account


class RateCard(models.Model):
    """The prices of an account, in all its Regions, from effective_date (UTC) until the next card."""

    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="rate_cards")
    effective_date = models.DateField()
    file_name = models.CharField(max_length=200, blank=True)
    imported_at = models.DateTimeField(default=clock.now)
    actor = models.CharField(max_length=150, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["account", "effective_date"], name="one_rate_card_a_day")]


class RatePrice(models.Model):
    """The price of a message part (of a minute begun, for voice) in units of 0.00001 USD.

    originator_type is a NumberType, SENDER_ID, SHARED_ROUTE or * for every type without a row of its own.
    """

    rate_card = models.ForeignKey(RateCard, on_delete=models.CASCADE, related_name="prices")
    iso_country_code = models.CharField(max_length=2)
    channel = models.CharField(max_length=5)
    originator_type = models.CharField(max_length=12)
    message_price = models.BigIntegerField()
    carrier_fee = models.BigIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["rate_card", "iso_country_code", "channel", "originator_type"], name="one_price_of_a_kind"
            )
        ]
