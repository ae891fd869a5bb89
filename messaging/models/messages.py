"""Messages that were accepted, their events, and what came back."""

import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _

from messaging.models.accounts import RegionalAccount
from messaging.models.base import Owned
from messaging.models.pools import MessageType


class Channel(models.TextChoices):
    SMS = "SMS", _("SMS")
    MMS = "MMS", _("MMS")
    VOICE = "VOICE", _("Voice")


class Message(Owned):
    """One send that was accepted, and where it stands.

    The primary key is a version 7 UUID of simulated time, so “newest first” is its order. Money is in units of
    0.00001 USD for the whole message. `due_at` (simulated) is when the next carrier step is due, null when there is
    none; a worker that takes the step holds `claim` until `claimed_until` (wall time).
    """

    RESOURCE_TYPE = "message"
    NAME_FIELD = "message_id"

    # Each index is written with every message: messages_by_age serves what one on the owner alone would.
    owner = models.ForeignKey("messaging.RegionalAccount", on_delete=models.CASCADE, related_name="+", db_index=False)
    message_id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    channel = models.CharField(max_length=5, choices=Channel, default=Channel.SMS)
    status = models.CharField(max_length=22)
    is_final = models.BooleanField(default=False)
    destination_phone_number = models.CharField(max_length=20)
    iso_country_code = models.CharField(max_length=2)
    origination_identity = models.CharField(max_length=40, help_text="What the recipient sees: a number or sender ID.")
    origination_identity_id = models.CharField(max_length=64, help_text="phone-…, or empty for a shared route.")
    originator_type = models.CharField(max_length=12)
    pool_id = models.CharField(max_length=64, blank=True)
    chosen_because = models.CharField(max_length=40, blank=True)
    configuration_set_name = models.CharField(max_length=64, blank=True)
    message_type = models.CharField(max_length=13, choices=MessageType)
    message_body = models.CharField(max_length=6000, blank=True, help_text="A text, or what a voice message says.")
    message_body_text_type = models.CharField(max_length=4, blank=True, help_text="TEXT or SSML, of a voice message.")
    voice_id = models.CharField(max_length=24, blank=True)
    media_urls = models.JSONField(default=list, blank=True)
    encoding = models.CharField(max_length=7, blank=True, help_text="GSM or UNICODE; empty for a voice message.")
    characters = models.PositiveIntegerField()
    parts = models.PositiveSmallIntegerField()
    price = models.BigIntegerField(default=0)
    carrier_fee = models.BigIntegerField(default=0)
    billed = models.BooleanField(default=False, db_default=False, help_text="Whether it counts as spent.")
    max_price = models.CharField(max_length=8, blank=True)
    keyword = models.CharField(max_length=30, blank=True)
    context = models.JSONField(default=dict, blank=True)
    destination_country_parameters = models.JSONField(default=dict, blank=True)
    message_feedback_enabled = models.BooleanField(default=False)
    message_feedback_status = models.CharField(max_length=8, blank=True, help_text="RECEIVED or FAILED, once told.")
    message_feedback_at = models.DateTimeField(null=True, blank=True, help_text="When it was told, or its hour over.")
    protect_configuration_id = models.CharField(max_length=64, blank=True, help_text="Which one's rules applied.")
    protect_status = models.CharField(max_length=7, blank=True, help_text="What its rule said: ALLOW, MONITOR …")
    duration_seconds = models.PositiveIntegerField(null=True, blank=True, help_text="How long a call lasted.")
    expires_at = models.DateTimeField()
    actor = models.CharField(max_length=150, blank=True)
    request_id = models.CharField(max_length=36, blank=True)
    step = models.PositiveSmallIntegerField(default=0)
    due_at = models.DateTimeField(null=True, blank=True)
    claim = models.UUIDField(null=True, blank=True)
    claimed_until = models.DateTimeField(null=True, blank=True)
    carrier_reference = models.CharField(max_length=64, blank=True)
    carrier_name = models.CharField(max_length=60, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["owner", "message_id"], name="messages_by_age"),
            models.Index(fields=["owner", "destination_phone_number", "message_id"], name="messages_by_destination"),
            models.Index(fields=["owner", "status", "message_id"], name="messages_by_status"),
            models.Index(fields=["due_at"], name="messages_due", condition=models.Q(due_at__isnull=False)),
            models.Index(fields=["owner", "message_id"], name="calls_by_age", condition=models.Q(channel="VOICE")),
            models.Index(
                fields=["created_timestamp"],
                name="messages_awaiting_feedback",
                condition=models.Q(message_feedback_enabled=True, message_feedback_status=""),
            ),
        ]

    @property
    def name(self) -> str:
        return str(self.message_id)


class MessageEvent(models.Model):
    """One step of a message, in order; the last carries is_final, and only one may.

    The primary key is a version 7 UUID of the instant it happened, so “newest first” is its order.
    """

    event_id = models.UUIDField(primary_key=True)
    # The message's own, kept for the index. No constraint and no index of its own: the message holds the one, the
    # unique constraint on the step gives the other, and each would be paid for with every event that is written.
    owner = models.ForeignKey(
        RegionalAccount, on_delete=models.CASCADE, related_name="+", db_index=False, db_constraint=False
    )
    message = models.ForeignKey(Message, on_delete=models.CASCADE, related_name="events", db_index=False)
    sequence = models.PositiveSmallIntegerField()
    event_type = models.CharField(max_length=32)
    status = models.CharField(max_length=22)
    description = models.CharField(max_length=200, blank=True)
    is_final = models.BooleanField(default=False)
    occurred_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["message", "sequence"], name="one_event_per_step"),
            models.UniqueConstraint(fields=["message"], condition=models.Q(is_final=True), name="one_final_event"),
        ]
        indexes = [
            models.Index(fields=["owner", "event_id"], name="events_by_age"),
            models.Index(fields=["owner", "event_type", "event_id"], name="events_by_type"),
        ]
        ordering = ["sequence"]


class InboundMessage(Owned):
    """What a handset sent to one of the account's numbers."""

    NAME_FIELD = "inbound_message_id"

    inbound_message_id = models.UUIDField(primary_key=True)
    origination_number = models.CharField(max_length=20, help_text="The handset.")
    destination_number = models.CharField(max_length=20, help_text="The account's number.")
    phone_number_id = models.CharField(max_length=64)
    message_body = models.CharField(max_length=1600)
    message_keyword = models.CharField(max_length=30, blank=True)
    keyword_action = models.CharField(max_length=18, blank=True)
    previous_published_message_id = models.CharField(max_length=36, blank=True)
    reply_message_id = models.UUIDField(null=True, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["owner", "inbound_message_id"], name="inbound_by_age"),
            models.Index(fields=["owner", "origination_number", "inbound_message_id"], name="inbound_by_handset"),
        ]
