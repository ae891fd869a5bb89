"""Keywords on phone numbers and pools."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Keyword(models.Model):
    """A word that an inbound message may begin with, and what then happens. Stored in capitals."""

    class Action(models.TextChoices):
        AUTOMATIC_RESPONSE = "AUTOMATIC_RESPONSE", _("Automatic response")
        OPT_OUT = "OPT_OUT", _("Opt-out")
        OPT_IN = "OPT_IN", _("Opt-in")

    phone_number = models.ForeignKey(
        "messaging.PhoneNumber", null=True, blank=True, on_delete=models.CASCADE, related_name="keywords"
    )
    pool = models.ForeignKey("messaging.Pool", null=True, blank=True, on_delete=models.CASCADE, related_name="keywords")
    keyword = models.CharField(max_length=30)
    keyword_message = models.CharField(max_length=1600)
    keyword_action = models.CharField(max_length=18, choices=Action, default=Action.AUTOMATIC_RESPONSE)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["phone_number", "keyword"], name="one_keyword_per_number"),
            models.UniqueConstraint(fields=["pool", "keyword"], name="one_keyword_per_pool"),
            models.CheckConstraint(
                condition=models.Q(phone_number__isnull=False, pool__isnull=True)
                | models.Q(phone_number__isnull=True, pool__isnull=False),
                name="keyword_on_number_or_pool",
            ),
        ]
        ordering = ["keyword"]
