"""Files that go with a registration: pictures and letters."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from messaging.models.base import Owned


class RegistrationAttachment(Owned):
    """A file outside the web root, whose content was checked to be of its media type.

    media_type is what the content is, never what somebody said it was. file_name is the uploader's, for people to
    recognise; the file itself has a name of ours.
    """

    RESOURCE_TYPE = "registration-attachment"
    NAME_FIELD = "registration_attachment_id"

    class Status(models.TextChoices):
        UPLOAD_IN_PROGRESS = "UPLOAD_IN_PROGRESS", _("Upload in progress")
        UPLOAD_COMPLETE = "UPLOAD_COMPLETE", _("Upload complete")
        UPLOAD_FAILED = "UPLOAD_FAILED", _("Upload failed")
        DELETED = "DELETED", _("Deleted")

    registration_attachment_id = models.CharField(max_length=64, unique=True)
    attachment_status = models.CharField(max_length=18, choices=Status, default=Status.UPLOAD_IN_PROGRESS)
    attachment_upload_error_reason = models.CharField(max_length=32, blank=True)
    failure = models.TextField(blank=True, help_text="Why the upload failed, for people.")
    attachment_url = models.CharField(max_length=2048, blank=True)
    file_name = models.CharField(max_length=255, blank=True)
    media_type = models.CharField(max_length=64, blank=True)
    size = models.PositiveIntegerField(default=0, help_text="Bytes.")
    sha256 = models.CharField(max_length=64, blank=True)
    stored_as = models.CharField(max_length=255, blank=True)
    tries = models.PositiveSmallIntegerField(default=0)
    due_at = models.DateTimeField(null=True, blank=True, help_text="When a file elsewhere is fetched.")
    claim = models.UUIDField(null=True, blank=True)
    claimed_until = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["owner", "-created_timestamp", "id"], name="attachments_by_age"),
            models.Index(fields=["due_at"], name="attachments_due", condition=models.Q(due_at__isnull=False)),
        ]
