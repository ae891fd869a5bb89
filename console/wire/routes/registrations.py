"""Routes: registrations, their forms, versions, answers, attachments and associations."""

from console.wire import registration_presenters as presenters
from console.wire.paging import Computed, Listing
from console.wire.route import Route
from registrations import filters
from registrations.models import (
    Registration,
    RegistrationAssociation,
    RegistrationAttachment,
    RegistrationVersion,
)
from registrations.operations import associations, attachments, field_values, registrations, versions

ROUTES: dict[str, Route | Listing | Computed] = {
    "DescribeRegistrationTypeDefinitions": Computed(presenters.type_definitions),
    "DescribeRegistrationSectionDefinitions": Computed(presenters.section_definitions),
    "DescribeRegistrationFieldDefinitions": Computed(presenters.field_definitions),
    "CreateRegistration": Route(registrations.create_registration, presenters.registration),
    "DescribeRegistrations": Listing(
        Registration,
        filters=filters.REGISTRATION_FILTERS,
        ids="RegistrationIds",
        present=presenters.registration,
    ),
    "DeleteRegistration": Route(registrations.delete_registration, presenters.registration),
    "CreateRegistrationVersion": Route(versions.create_registration_version, presenters.version),
    "DescribeRegistrationVersions": Listing(
        RegistrationVersion,
        filters=filters.REGISTRATION_VERSION_FILTERS,
        ids="VersionNumbers",
        present=presenters.version_of_list,
        within=presenters.versions_of,
        order="version_number",
        pick=presenters.versions_picked,
        related=("steps", "decisions__verdicts"),
    ),
    "SubmitRegistrationVersion": Route(versions.submit_registration_version, presenters.version),
    "DiscardRegistrationVersion": Route(versions.discard_registration_version, presenters.version),
    "PutRegistrationFieldValue": Route(field_values.put_registration_field_value, own=("if_revision",)),
    "DescribeRegistrationFieldValues": Computed(presenters.field_values),
    "DeleteRegistrationFieldValue": Route(field_values.delete_registration_field_value),
    "CreateRegistrationAttachment": Route(
        attachments.create_registration_attachment, presenters.attachment, own=("said_name", "said_type")
    ),
    "DescribeRegistrationAttachments": Listing(
        RegistrationAttachment,
        filters=filters.REGISTRATION_ATTACHMENT_FILTERS,
        ids="RegistrationAttachmentIds",
        present=presenters.attachment,
    ),
    "DeleteRegistrationAttachment": Route(attachments.delete_registration_attachment, presenters.attachment),
    "CreateRegistrationAssociation": Route(associations.create_registration_association),
    "ListRegistrationAssociations": Listing(
        RegistrationAssociation,
        filters=filters.REGISTRATION_ASSOCIATION_FILTERS,
        present=presenters.association,
        within=presenters.associations_of,
        joined=("registration__owner", "phone_number", "sender_id", "other"),
    ),
}
