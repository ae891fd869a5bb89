"""Configuration sets and their event destinations."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from messaging.models.base import Owned
from messaging.models.pools import MessageType


class ConfigurationSet(Owned):
    """Defaults and event destinations that a send names."""

    RESOURCE_TYPE = "configuration-set"
    NAME_FIELD = "configuration_set_name"

    configuration_set_name = models.CharField(max_length=64)
    default_message_type = models.CharField(max_length=13, choices=MessageType, blank=True)
    default_sender_id = models.CharField(max_length=11, blank=True)
    default_message_feedback_enabled = models.BooleanField(default=False)
    protect_configuration_id = models.CharField(max_length=64, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["owner", "configuration_set_name"], name="one_set_per_name")]


class EventDestination(models.Model):
    """Where the events of a configuration set go: one target each, five at most on a set.

    target_arn names a log group, a delivery stream or a topic; what stands behind it is built in unless connected.
    """

    class Kind(models.TextChoices):
        LOG_GROUP = "LOG_GROUP", _("Log group")
        DELIVERY_STREAM = "DELIVERY_STREAM", _("Delivery stream")
        TOPIC = "TOPIC", _("Topic")

    configuration_set = models.ForeignKey(ConfigurationSet, on_delete=models.CASCADE, related_name="event_destinations")
    event_destination_name = models.CharField(max_length=64)
    enabled = models.BooleanField(default=True)
    kind = models.CharField(max_length=15, choices=Kind)
    target_arn = models.CharField(max_length=2048)
    iam_role_arn = models.CharField(max_length=2048, blank=True)
    created_timestamp = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["configuration_set", "event_destination_name"], name="one_destination_per_name"
            )
        ]
        ordering = ["id"]

    @property
    def matching_event_types(self) -> list[str]:
        """The service model's EventType values that this destination takes; reads its rows (prefetch them in lists)."""
        return [row.event_type for row in self.event_types.all()]


class MatchingEventType(models.Model):
    """One event type that a destination takes."""

    event_destination = models.ForeignKey(EventDestination, on_delete=models.CASCADE, related_name="event_types")
    event_type = models.CharField(max_length=32)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["event_destination", "event_type"], name="one_row_per_event_type")
        ]
        ordering = ["id"]
