"""What a registration goes with."""

from django.db import models

from messaging import clock


class RegistrationAssociation(models.Model):
    """A phone number, sender ID or other registration that a registration goes with; exactly one of the three is set.

    A campaign points to its brand by `other`; the brand finds its campaigns by `other.associated_from`.
    """

    registration = models.ForeignKey(
        "registrations.Registration", on_delete=models.CASCADE, related_name="associations"
    )
    resource_type = models.CharField(max_length=32)
    iso_country_code = models.CharField(max_length=2, blank=True)
    phone_number = models.ForeignKey(
        "messaging.PhoneNumber", null=True, blank=True, on_delete=models.CASCADE, related_name="registrations"
    )
    sender_id = models.ForeignKey(
        "messaging.SenderId", null=True, blank=True, on_delete=models.CASCADE, related_name="registrations"
    )
    other = models.ForeignKey(
        "registrations.Registration", null=True, blank=True, on_delete=models.PROTECT, related_name="associated_from"
    )
    created_timestamp = models.DateTimeField(default=clock.now)
    created_by = models.CharField(max_length=160, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["phone_number"],
                condition=models.Q(phone_number__isnull=False),
                name="one_registration_per_number",
            ),
            models.UniqueConstraint(
                fields=["registration", "sender_id"],
                condition=models.Q(sender_id__isnull=False),
                name="one_association_per_sender_id",
            ),
            models.UniqueConstraint(
                fields=["registration", "other"],
                condition=models.Q(other__isnull=False),
                name="one_association_per_other",
            ),
            models.CheckConstraint(
                condition=(
                    models.Q(phone_number__isnull=False, sender_id__isnull=True, other__isnull=True)
                    | models.Q(phone_number__isnull=True, sender_id__isnull=False, other__isnull=True)
                    | models.Q(phone_number__isnull=True, sender_id__isnull=True, other__isnull=False)
                ),
                name="association_with_one_resource",
            ),
        ]
