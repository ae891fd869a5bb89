"""A registration as the calls of the API that make it anywhere: what was rehearsed here can be filed as it is.

Members are those of the service model. An attachment stands by an alias (`file-1`): CreateRegistrationAttachment gives
it an id, which goes where the alias stands. Associated resources are named, since they have other ids elsewhere.
"""

import base64
from typing import Any

from console.registration_sheets import Sheet
from messaging.operations.tags import tags_of
from registrations.definitions import ATTACHMENT, SELECT
from registrations.models import RegistrationAttachment
from registrations.operations.attachments import opened
from registrations.operations.resources import shown

FORMAT = "switchboard.registration/1"


def exported(sheet: Sheet) -> dict[str, Any]:
    """The calls in their order, as one JSON object."""
    tags = [{"Key": tag["key"], "Value": tag["value"]} for tag in tags_of(sheet.caller, sheet.row.arn)]
    files: dict[str, Any] = {}
    values = [_value(sheet, path, files) for path in sheet.definition.fields if path in sheet.values]
    associations = sheet.row.associations.select_related("phone_number", "sender_id", "other").order_by("id")
    return {
        "Format": FORMAT,
        "RegistrationId": sheet.row.registration_id,
        "VersionNumber": sheet.version.version_number,
        "RegistrationVersionStatus": sheet.version.registration_version_status,
        "DefinitionVersion": sheet.version.definition_version,
        "CreateRegistration": {"RegistrationType": sheet.row.registration_type, "Tags": tags},
        "CreateRegistrationAssociation": [
            {"ResourceId": shown(entry), "ResourceType": entry.resource_type} for entry in associations
        ],
        "CreateRegistrationAttachment": files,
        "PutRegistrationFieldValue": values,
        "SubmitRegistrationVersion": {"AwsReview": sheet.version.aws_review},
    }


def _value(sheet: Sheet, path: str, files: dict[str, Any]) -> dict[str, Any]:
    value, kind = sheet.values[path], sheet.definition.fields[path].field_type
    if kind == ATTACHMENT and value.attachment:
        alias = f"file-{len(files) + 1}"
        files[alias] = _file(sheet, value.attachment)
        return {"FieldPath": path, "RegistrationAttachmentId": alias}
    if kind == SELECT:
        return {"FieldPath": path, "SelectChoices": list(value.select_choices)}
    return {"FieldPath": path, "TextValue": value.text_value}


def _file(sheet: Sheet, attachment: RegistrationAttachment) -> dict[str, Any]:
    row, file = opened(sheet.caller, attachment.registration_attachment_id)
    with file:
        body = base64.b64encode(file.read()).decode()
    return {"AttachmentBody": body, "FileName": row.file_name, "MediaType": row.media_type, "Sha256": row.sha256}
