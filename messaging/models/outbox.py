"""Events on their way to destinations: one row per event and destination, every attempt kept."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from messaging.models.base import Owned
from messaging.models.fields import RecordField


class OutboxEntry(Owned):
    """One event for one destination. due_at is simulated time; the claim works as on messages."""

    class Status(models.TextChoices):
        WAITING = "WAITING", _("Waiting")
        DELIVERED = "DELIVERED", _("Delivered")
        GIVEN_UP = "GIVEN_UP", _("Given up")

    NAME_FIELD = "id"

    event_id = models.UUIDField()
    message_id = models.UUIDField(null=True, blank=True)
    event_type = models.CharField(max_length=32)
    event_destination = models.ForeignKey(
        "messaging.EventDestination", null=True, on_delete=models.SET_NULL, related_name="+"
    )
    topic_arn = models.CharField(
        max_length=2048, blank=True, help_text="The topic of a two-way message, which has no event destination."
    )
    payload = RecordField(help_text="The documented event record.")
    status = models.CharField(max_length=9, choices=Status, default=Status.WAITING)
    attempts = models.PositiveSmallIntegerField(default=0)
    resent_at = models.DateTimeField(null=True, blank=True, help_text="When somebody last asked for it once more.")
    due_at = models.DateTimeField(null=True, blank=True)
    claim = models.UUIDField(null=True, blank=True)
    claimed_until = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["due_at"], name="outbox_due", condition=models.Q(due_at__isnull=False)),
            models.Index(
                fields=["owner", "topic_arn", "-id"], name="outbox_by_topic", condition=~models.Q(topic_arn="")
            ),
            models.Index(
                fields=["owner", "-id"], name="outbox_given_up", condition=models.Q(status="GIVEN_UP")
            ),  # few, and what people look for
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["event_id", "event_destination"], name="one_entry_per_event_and_destination"
            )
        ]


class DeliveryAttempt(models.Model):
    """One try to hand an event over."""

    entry = models.ForeignKey(OutboxEntry, on_delete=models.CASCADE, related_name="tries")
    at = models.DateTimeField()
    succeeded = models.BooleanField()
    target = models.CharField(max_length=2048, blank=True, help_text="The endpoint, where a destination has several.")
    detail = models.CharField(max_length=500, blank=True)


class LogRecord(Owned):
    """One event in a built-in log group."""

    NAME_FIELD = "id"

    log_group = models.CharField(max_length=512)
    event_id = models.UUIDField()
    record = RecordField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["owner", "log_group", "event_id"], name="one_record_per_event")]


class TopicSubscription(Owned):
    """An HTTP or HTTPS endpoint that gets what is published to a built-in topic."""

    NAME_FIELD = "subscription_id"

    subscription_id = models.CharField(max_length=64, unique=True)
    topic_arn = models.CharField(max_length=2048)
    endpoint = models.CharField(max_length=2048)
    enabled = models.BooleanField(default=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["owner", "topic_arn", "endpoint"], name="one_subscription_per_endpoint")
        ]

    @property
    def subscription_arn(self) -> str:
        """The topic's ARN with the subscription's id behind it."""
        return f"{self.topic_arn}:{self.subscription_id}"
