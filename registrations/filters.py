"""Filters of registrations: the API's names and those of pages (messaging.filters says how they work)."""

from django.utils.translation import gettext_lazy as _

from messaging.errors import Text
from messaging.filters import STATUS, Property, ResourceFilters
from registrations import models
from registrations.definitions import registration_types

REGISTRATION_FILTERS = ResourceFilters(
    models.Registration,
    {
        "registration-type": Property(_("Type"), "registration_type"),
        "registration-status": Property(STATUS, "registration_status", "choice", models.RegistrationStatus.choices),
        "version-status": Property(_("Version"), "versions__registration_version_status", many=True, console_only=True),
        "created": Property(_("Created"), "created_timestamp", "time", console_only=True),
    },
    search=["registration_id__startswith", "registration_type__icontains", "tag_name__icontains"],
)

REGISTRATION_VERSION_FILTERS = ResourceFilters(
    models.RegistrationVersion,
    {
        "registration-version-status": Property(
            STATUS, "registration_version_status", "choice", models.VersionStatus.choices
        ),
    },
)

REGISTRATION_ATTACHMENT_FILTERS = ResourceFilters(
    models.RegistrationAttachment,
    {
        "attachment-status": Property(
            STATUS, "attachment_status", "choice", models.RegistrationAttachment.Status.choices
        ),
        "media-type": Property(_("File type"), "media_type", console_only=True),
    },
    search=["registration_attachment_id__startswith", "file_name__icontains"],
)

REGISTRATION_ASSOCIATION_FILTERS = ResourceFilters(
    models.RegistrationAssociation,
    {
        "resource-type": Property(_("Resource"), "resource_type"),
        "iso-country-code": Property(_("Country"), "iso_country_code"),
    },
)


def type_choices() -> list[tuple[str, Text]]:
    """Registration types for a page's filter: (name, title)."""
    return [(name, definition.title) for name, definition in registration_types().items()]
