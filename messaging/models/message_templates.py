"""Message templates that are registered with the authorities of a country, and the ids that sends give for them."""

from django.db import models

from messaging.models.base import Owned


class MessageTemplate(Owned):
    """A text that the account may send to a country that wants its texts registered: India or China.

    entity_id and template_id are what the Indian registry gave; a Chinese template has no entity and an id of ours.
    message_template is the registered text, with {#var#} where a value stands.
    """

    NAME_FIELD = "message_template_id"

    message_template_id = models.CharField(max_length=64, unique=True)
    iso_country_code = models.CharField(max_length=2)
    entity_id = models.CharField(max_length=64, blank=True)
    template_id = models.CharField(max_length=64)
    message_template = models.CharField(max_length=1600)
    actor = models.CharField(max_length=150, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["owner", "iso_country_code", "entity_id", "template_id"], name="one_template_per_id"
            )
        ]
