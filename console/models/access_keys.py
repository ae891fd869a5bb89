"""Access keys: what a program signs its requests with."""

from django.conf import settings
from django.db import models

from messaging.models import Account
from messaging.permissions import Role


class AccessKey(models.Model):
    """A key of an account with a role. The secret is stored encrypted, since SigV4 needs it in the clear to verify."""

    access_key_id = models.CharField(max_length=32, primary_key=True)
    secret_encrypted = models.BinaryField()
    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="access_keys")
    description = models.CharField(max_length=100, blank=True)
    role = models.CharField(max_length=13, choices=Role)
    read_only = models.BooleanField(default=False)
    enabled = models.BooleanField(default=True)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    last_used_at = models.DateTimeField(null=True, blank=True)
    last_used_region = models.CharField(max_length=24, blank=True)
    last_used_action = models.CharField(max_length=64, blank=True)

    def __str__(self) -> str:
        return self.access_key_id
