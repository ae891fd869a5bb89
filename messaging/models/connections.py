"""What of an account is connected to services outside this installation."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from messaging.models.base import Owned


class ServiceConnection(Owned):
    """How one service of an account in a Region is reached: log groups, delivery streams, topics or media buckets.

    Without a row the settings of the installation decide. connected=False keeps the service built in whatever they say.
    The secret is stored encrypted, since requests are signed with it.
    """

    class Service(models.TextChoices):
        LOGS = "LOGS", _("Log groups")
        FIREHOSE = "FIREHOSE", _("Delivery streams")
        SNS = "SNS", _("Topics")
        S3 = "S3", _("Media buckets")

    RESOURCE_TYPE = "connection"
    NAME_FIELD = "service"

    service = models.CharField(max_length=8, choices=Service)
    connected = models.BooleanField(default=True)
    endpoint_url = models.CharField(max_length=2048, blank=True, help_text="Empty: the provider's own of the Region.")
    service_region = models.CharField(max_length=32, blank=True, help_text="Empty: the account's own Region.")
    access_key_id = models.CharField(max_length=128, blank=True)
    secret_encrypted = models.BinaryField(default=bytes)
    tested_at = models.DateTimeField(null=True, blank=True)
    test_succeeded = models.BooleanField(default=False)
    test_detail = models.CharField(max_length=500, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["owner", "service"], name="one_connection_per_service")]
