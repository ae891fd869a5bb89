"""A registration as the calls of the API that make it anywhere: what was rehearsed here can be filed as it is.

Members are those of the service model. An attachment stands by an alias (`file-1`): CreateRegistrationAttachment gives
it an id, which goes where the alias stands. Associated resources are named, since they have other ids elsewhere.
"""

import base64
import binascii
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from console.registration_sheets import Sheet
from messaging.operations.tags import tags_of
from registrations.definitions import ATTACHMENT, SELECT
from registrations.models import RegistrationAttachment
from registrations.operations.attachments import opened
from registrations.operations.resources import shown

FORMAT = "switchboard.registration/1"
VALUE_MEMBERS = ("TextValue", "SelectChoices", "RegistrationAttachmentId")

Call = Mapping[str, Any]


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


# Reading it back


class Unfit(Exception):
    """What was given is no export of a registration; the text says why."""


@dataclass(frozen=True, slots=True)
class File:
    """An attachment of an export."""

    alias: str
    data: bytes = field(repr=False)
    file_name: str
    media_type: str

    def __str__(self) -> str:
        return f"{self.file_name or self.alias} ({self.media_type}, {len(self.data):,} bytes)"


@dataclass(frozen=True, slots=True)
class Export:
    """The calls of an export, checked: values and associations hold the members of their operations."""

    registration_id: str
    registration_type: str
    tags: list[dict[str, str]]
    files: dict[str, File]
    values: list[dict[str, Any]]
    associations: list[dict[str, str]]
    aws_review: bool

    def token(self, what: str, salt: str = "") -> str:
        """A ClientToken that is the same for the same thing of the same export."""
        return hashlib.sha256("\n".join((FORMAT, self.registration_id, what, salt)).encode()).hexdigest()

    def creation(self, salt: str = "") -> dict[str, Any]:
        """The parameters of CreateRegistration."""
        given: dict[str, Any] = {"RegistrationType": self.registration_type}
        if self.tags:
            given["Tags"] = self.tags
        return {**given, "ClientToken": self.token(json.dumps(given, sort_keys=True), salt)}

    def upload(self, file: File) -> dict[str, Any]:
        """The parameters of CreateRegistrationAttachment."""
        content = hashlib.sha256(file.data).hexdigest()
        return {"AttachmentBody": file.data, "ClientToken": self.token(content, file.alias)}


def read(document: Any) -> Export:
    """An export out of its JSON. Raises Unfit."""
    if not isinstance(document, dict) or document.get("Format") != FORMAT:
        raise Unfit(f"This is no registration in the format {FORMAT}.")
    try:
        created = document["CreateRegistration"]
        files = {alias: _file_read(alias, given) for alias, given in document["CreateRegistrationAttachment"].items()}
        return Export(
            str(document["RegistrationId"]),
            str(created["RegistrationType"]),
            [{"Key": tag["Key"], "Value": tag["Value"]} for tag in created.get("Tags", [])],
            files,
            [_value_read(given, files) for given in document["PutRegistrationFieldValue"]],
            [
                {"ResourceId": given["ResourceId"], "ResourceType": given["ResourceType"]}
                for given in document["CreateRegistrationAssociation"]
            ],
            bool(document["SubmitRegistrationVersion"].get("AwsReview")),
        )
    except KeyError as error:
        raise Unfit(f"The export lacks {error.args[0]}.") from error
    except (AttributeError, TypeError) as error:
        raise Unfit("The export is not of the form that Export JSON gives.") from error


def _file_read(alias: str, given: Call) -> File:
    try:
        data = base64.b64decode(given["AttachmentBody"], validate=True)
    except (binascii.Error, ValueError) as error:
        raise Unfit(f"The body of {alias} is not base64.") from error
    if hashlib.sha256(data).hexdigest() != given["Sha256"]:
        raise Unfit(f"The body of {alias} is not what was exported: its SHA-256 differs.")
    return File(alias, data, str(given["FileName"]), str(given["MediaType"]))


def _value_read(given: Call, files: Mapping[str, File]) -> dict[str, Any]:
    found = {name: given[name] for name in VALUE_MEMBERS if name in given}
    if len(found) != 1:
        raise Unfit(f"{given['FieldPath']} needs exactly one of {', '.join(VALUE_MEMBERS)}.")
    alias = found.get("RegistrationAttachmentId")
    if alias is not None and alias not in files:
        raise Unfit(f"{given['FieldPath']} names {alias}, which CreateRegistrationAttachment lacks.")
    return {"FieldPath": str(given["FieldPath"]), **found}
