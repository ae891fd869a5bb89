"""Answers kept for a ClientToken, so that a repeated request changes nothing a second time."""

from django.db import models

from messaging.models import RegionalAccount


class ClientToken(models.Model):
    """One idempotent request that succeeded. request_hash is SHA-256 of its canonical parameters."""

    owner = models.ForeignKey(RegionalAccount, on_delete=models.CASCADE, related_name="+")
    action = models.CharField(max_length=64)
    token = models.CharField(max_length=64)
    request_hash = models.CharField(max_length=64)
    response = models.JSONField()
    created_at = models.DateTimeField(auto_now_add=True, db_index=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["owner", "action", "token"], name="one_answer_per_token")]
