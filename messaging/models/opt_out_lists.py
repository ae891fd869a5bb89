"""Opt-out lists and the numbers on them."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from messaging.models.base import Owned
from messaging.models.number_files import JudgedNumberFile

DEFAULT_LIST = "Default"


class OptOutList(Owned):
    """A list of destination numbers that get nothing from the originators linked to it."""

    RESOURCE_TYPE = "opt-out-list"
    NAME_FIELD = "opt_out_list_name"

    opt_out_list_name = models.CharField(max_length=64)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["owner", "opt_out_list_name"], name="one_list_per_name")]

    @property
    def is_default(self) -> bool:
        return self.opt_out_list_name == DEFAULT_LIST


class OptedOutNumber(models.Model):
    """One number on one list: since when, by whom, why."""

    # Its own index would be the beginning of two others, on a table of a million rows.
    opt_out_list = models.ForeignKey(OptOutList, on_delete=models.CASCADE, related_name="numbers", db_index=False)
    opted_out_number = models.CharField(max_length=20)
    opted_out_timestamp = models.DateTimeField()
    end_user_opted_out = models.BooleanField(default=False, help_text="True when the recipient asked for it.")
    actor = models.CharField(max_length=150, blank=True)
    reason = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["opt_out_list", "opted_out_number"], name="one_entry_per_number")
        ]
        indexes = [
            models.Index(fields=["opted_out_number"], name="opted_out_number"),
            models.Index(fields=["opt_out_list", "opted_out_timestamp", "id"], name="opted_out_by_age"),
        ]


class OptOutRemoval(models.Model):
    """When a number last left a list: it may leave once in 30 days (service model, DeleteOptedOutNumber)."""

    opt_out_list = models.ForeignKey(OptOutList, on_delete=models.CASCADE, related_name="removals")
    opted_out_number = models.CharField(max_length=20)
    removed_timestamp = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["opt_out_list", "opted_out_number"], name="one_removal_per_number")
        ]


class OptOutImport(JudgedNumberFile):
    """A file of numbers to put on a list: uploaded, checked by a job, imported by another.

    Counts are those of the check: rows, new, duplicates within the file, already on the list, invalid; `added` is that
    of the import. `reason` is the one that imported numbers keep.
    """

    NAME_FIELD = "import_id"

    class Status(models.TextChoices):
        UPLOADED = "UPLOADED", _("Uploaded")
        CHECKING = "CHECKING", _("Checking")
        CHECKED = "CHECKED", _("Checked")
        IMPORTING = "IMPORTING", _("Importing")
        DONE = "DONE", _("Done")

    import_id = models.CharField(max_length=64, unique=True)
    opt_out_list = models.ForeignKey(OptOutList, on_delete=models.CASCADE, related_name="imports")
    status = models.CharField(max_length=9, choices=Status, default=Status.UPLOADED)
    new = models.PositiveIntegerField(default=0)
    already = models.PositiveIntegerField(default=0)
    added = models.PositiveIntegerField(default=0)
    check_job = models.ForeignKey("messaging.Job", null=True, on_delete=models.SET_NULL, related_name="+")
    import_job = models.ForeignKey("messaging.Job", null=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        indexes = [models.Index(fields=["opt_out_list", "-id"], name="imports_of_list")]


class StagedNumber(models.Model):
    """A number that a check found valid, once per import; it leaves as it is imported."""

    pk = models.CompositePrimaryKey("staged_in_id", "number")
    staged_in = models.ForeignKey(OptOutImport, on_delete=models.CASCADE, related_name="staged", db_index=False)
    number = models.CharField(max_length=20)
