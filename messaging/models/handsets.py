"""Virtual handsets and how they behave."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from messaging.models.base import Owned


class Handset(Owned):
    """A destination that something was carried to; its screen is its messages."""

    NAME_FIELD = "phone_number"

    phone_number = models.CharField(max_length=20)
    iso_country_code = models.CharField(max_length=2, blank=True)
    last_activity_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["owner", "phone_number"], name="one_handset_per_number")]
        indexes = [models.Index(fields=["owner", "-last_activity_at", "id"], name="handsets_by_activity")]


class HandsetBehaviour(Owned):
    """How the handsets that it matches answer: a number, a prefix of numbers, or a country.

    outcomes is a list of {"outcome": <final status or "NO_RECEIPT">, "weight": <whole number>}; which of them a message
    meets follows from the seed and the message id, so a run can be repeated. Delays are seconds of simulated time.
    """

    NAME_FIELD = "behaviour_id"

    class Scope(models.TextChoices):
        NUMBER = "NUMBER", _("Number")
        PREFIX = "PREFIX", _("Prefix")
        COUNTRY = "COUNTRY", _("Country")

    behaviour_id = models.CharField(max_length=64, unique=True)
    scope = models.CharField(max_length=7, choices=Scope)
    match = models.CharField(max_length=20)
    outcomes = models.JSONField(default=list)
    carrier_delay_seconds = models.PositiveIntegerField(default=0)
    handset_delay_seconds = models.PositiveIntegerField(default=1)
    carrier_name = models.CharField(max_length=60, blank=True)
    seed = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["owner", "scope", "match"], name="one_behaviour_per_match")]
