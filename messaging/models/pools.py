"""Pools of origination identities."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from messaging.models.base import Owned


class MessageType(models.TextChoices):
    """The service model's MessageType."""

    TRANSACTIONAL = "TRANSACTIONAL", _("Transactional")
    PROMOTIONAL = "PROMOTIONAL", _("Promotional")


class Pool(Owned):
    """A set of origination identities with the same settings, taken from the first of them."""

    RESOURCE_TYPE = "pool"
    NAME_FIELD = "pool_id"

    class Status(models.TextChoices):
        CREATING = "CREATING", _("Creating")
        ACTIVE = "ACTIVE", _("Active")
        DELETING = "DELETING", _("Deleting")

    pool_id = models.CharField(max_length=64, unique=True)
    status = models.CharField(max_length=10, choices=Status, default=Status.ACTIVE)
    message_type = models.CharField(max_length=13, choices=MessageType)
    two_way_enabled = models.BooleanField(default=False)
    two_way_channel_arn = models.CharField(max_length=2048, blank=True)
    two_way_channel_role = models.CharField(max_length=2048, blank=True)
    self_managed_opt_outs_enabled = models.BooleanField(default=False)
    opt_out_list = models.ForeignKey("messaging.OptOutList", on_delete=models.PROTECT, related_name="pools")
    shared_routes_enabled = models.BooleanField(default=False)
    deletion_protection_enabled = models.BooleanField(default=False)

    @property
    def opt_out_list_name(self) -> str:
        return self.opt_out_list.opt_out_list_name
