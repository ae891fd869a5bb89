"""Who did what, through which door, with what result."""

from django.db import models

from messaging.models.base import Owned


class Activity(Owned):
    """One call of an operation that changes something, or its refusal. Times are wall time."""

    NAME_FIELD = "id"

    at = models.DateTimeField()
    actor = models.CharField(max_length=150)
    door = models.CharField(max_length=9)
    operation = models.CharField(max_length=64)
    resource = models.CharField(max_length=256, blank=True, help_text="ARN or id of what it concerned.")
    parameters = models.JSONField(default=dict)
    refused = models.CharField(max_length=80, blank=True, help_text="Refusal class and reason, or empty.")
    detail = models.CharField(max_length=500, blank=True)
    request_id = models.CharField(max_length=36)

    class Meta:
        indexes = [
            models.Index(fields=["owner", "-id"], name="activity_by_age"),
            models.Index(fields=["owner", "resource", "-id"], name="activity_by_resource"),
        ]
