"""Registrations of an account that is being emptied."""

from django.core.files.storage import default_storage
from django.db import transaction

from registrations.models import (
    Registration,
    RegistrationAssociation,
    RegistrationAttachment,
    RegistrationFieldValue,
    ReviewSettings,
    SupportCase,
)


def forget_all(owner_id: int) -> None:
    """Delete an account's registrations and attachments in a Region, and the files once that is committed."""
    attachments = RegistrationAttachment.objects.filter(owner_id=owner_id)
    stored = list(attachments.exclude(stored_as="").values_list("stored_as", flat=True))
    RegistrationAssociation.objects.filter(registration__owner_id=owner_id).delete()
    RegistrationFieldValue.objects.filter(version__registration__owner_id=owner_id).delete()
    Registration.objects.filter(owner_id=owner_id).delete()
    SupportCase.objects.filter(owner_id=owner_id).delete()
    attachments.delete()
    ReviewSettings.objects.filter(owner_id=owner_id).delete()

    def delete() -> None:
        for name in stored:
            default_storage.delete(name)

    transaction.on_commit(delete)
