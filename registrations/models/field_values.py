"""What was answered to each question of a version."""

from collections.abc import Sequence

from django.db import models

from messaging import clock


class RegistrationFieldValue(models.Model):
    """The answer to one field: a text, choices or an attachment, whichever the field's type is.

    revision counts the changes of this answer, so that of two people who edit it the later one is told.
    """

    version = models.ForeignKey("registrations.RegistrationVersion", on_delete=models.CASCADE, related_name="values")
    field_path = models.CharField(max_length=100)
    text_value = models.TextField(blank=True)
    select_choices = models.JSONField(default=list, blank=True)
    attachment = models.ForeignKey(
        "registrations.RegistrationAttachment", null=True, blank=True, on_delete=models.PROTECT, related_name="uses"
    )
    revision = models.PositiveIntegerField(default=1)
    edited_at = models.DateTimeField(default=clock.now)
    edited_by = models.CharField(max_length=160, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["version", "field_path"], name="one_value_per_field")]

    @property
    def registration_attachment_id(self) -> str | None:
        """Fetch `attachment` with the rows."""
        return self.attachment.registration_attachment_id if self.attachment else None

    @property
    def answer(self) -> Sequence[str]:
        """The value as conditions read it (registrations.definitions.Answers)."""
        if self.attachment_id:
            return (self.registration_attachment_id or "",)
        return tuple(self.select_choices) or ((self.text_value,) if self.text_value else ())
