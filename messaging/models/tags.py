"""Tags, on every resource by its ARN."""

from django.db import models

from messaging.models.base import Owned


class Tag(Owned):
    """One key and value on one resource."""

    resource_arn = models.CharField(max_length=256)
    key = models.CharField(max_length=128)
    value = models.CharField(max_length=256, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["owner", "resource_arn", "key"], name="one_value_per_tag_key")]
        ordering = ["key"]
