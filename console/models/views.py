"""What a person has made of a list: saved views and table layouts."""

from django.conf import settings
from django.db import models

from messaging.models import Account


class SavedView(models.Model):
    """A named query string of a list (filters, sort, columns), private or shared within the account."""

    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="+")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    list_name = models.CharField(max_length=40)
    name = models.CharField(max_length=60)
    query = models.CharField(max_length=2000, blank=True)
    shared = models.BooleanField(default=False)
    is_default = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["account", "user", "list_name", "name"], name="one_view_per_name"),
            models.UniqueConstraint(
                fields=["account", "user", "list_name"], condition=models.Q(is_default=True), name="one_default_view"
            ),
        ]


class TableLayout(models.Model):
    """One person's columns, page size and wrapping of one list."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    list_name = models.CharField(max_length=40)
    columns = models.JSONField(default=list)
    page_size = models.PositiveSmallIntegerField(default=25)
    wrap_lines = models.BooleanField(default=False)
    sticky_first = models.BooleanField(default=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "list_name"], name="one_layout_per_list")]
