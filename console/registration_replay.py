"""File an exported registration (console/registration_export.py) field by field with the API, at any endpoint.

The client is botocore's for the service, which is what boto3.client() answers as well: Replay speaks only the model's
operations, and asks first what is there, so that it can be run again and goes on where it ended.

A field that is refused is named with the reason and the others go on; nothing is submitted then. Any other refusal
ends the replay. Fields may depend on each other, so those refused are tried again after the rest.
"""

import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from botocore.exceptions import ClientError, ParamValidationError

from console.registration_export import VALUE_MEMBERS, Call, Export, File
from registrations.definitions import AFTER_COMPLETE, BEFORE_SUBMIT, ON_APPROVAL

DRAFT = "DRAFT"
OVER = ("DENIED", "DISCARDED", "REVOKED")  # a new version follows
FIELD_REFUSALS = ("ValidationException",)  # of one value; everything else concerns the registration or the caller


class Stopped(Exception):
    """The replay ended before its end; the text says why and what to do."""


@dataclass
class Replay:
    """An export on its way. say() takes a line for each step.

    resources: a resource of the export -> its id where it is filed. remove_others: answers there that the export
    lacks are taken out instead of left.
    """

    client: Any
    export: Export
    say: Callable[[str], None]
    resources: Mapping[str, str] = field(default_factory=dict)
    remove_others: bool = False
    uploaded: dict[str, str] = field(default_factory=dict, init=False)

    def run(self, registration_id: str = "", *, submit: bool = False, afresh: bool = False) -> str:
        """File it, as a new registration or into one that is there; its id. Raises Stopped, ClientError."""
        behaviors = self._behaviors()
        found = registration_id or self._create(afresh)
        row = self._described(found)
        version = self._version(row)
        if version != DRAFT:
            if self._is_there(row, version):
                self._associate(row, behaviors)
                return found
            self._new_version(row)
        refused = self._answer(row)
        refused += self._associate(row, behaviors)
        if refused:
            again = f"Mend what is named, and go on with --registration-id {found}."
            raise Stopped(f"{refused} refused; nothing was submitted. {again}")
        if submit:
            answer = self.client.submit_registration_version(RegistrationId=found, AwsReview=self.export.aws_review)
            self.say(f"Submitted version {answer['VersionNumber']}: {answer['RegistrationVersionStatus']}.")
        else:
            self.say(f"Not submitted: look at {found} there, then run the same again with --submit.")
        return found

    # The registration and its version

    def _behaviors(self) -> dict[str, str]:
        """Resource type -> when it is associated, as the endpoint tells; also whether it knows the type at all."""
        answer = self.client.describe_registration_type_definitions(RegistrationTypes=[self.export.registration_type])
        (definition,) = answer["RegistrationTypeDefinitions"]
        return {
            entry["ResourceType"]: entry["AssociationBehavior"]
            for entry in sorted(
                definition.get("SupportedAssociations", []), key=lambda e: e["AssociationBehavior"] == BEFORE_SUBMIT
            )
        }

    def _create(self, afresh: bool) -> str:
        answer = self.client.create_registration(**self.export.creation(secrets.token_hex(8) if afresh else ""))
        found: str = answer["RegistrationId"]
        self.say(f"{self.export.registration_type}: {found}.")
        return found

    def _described(self, registration_id: str) -> dict[str, Any]:
        try:
            answer = self.client.describe_registrations(RegistrationIds=[registration_id])
        except ClientError as error:
            if error.response["Error"]["Code"] != "ResourceNotFoundException":
                raise
            raise Stopped(f"{registration_id} is not there (any more). To make another one, add --afresh.") from error
        row: dict[str, Any] = answer["Registrations"][0]
        if row["RegistrationType"] != self.export.registration_type:
            raise Stopped(f"{registration_id} is a {row['RegistrationType']}, not a {self.export.registration_type}.")
        return row

    def _version(self, row: Call) -> str:
        answer = self.client.describe_registration_versions(
            RegistrationId=row["RegistrationId"], VersionNumbers=[row["CurrentVersionNumber"]]
        )
        status: str = answer["RegistrationVersions"][0]["RegistrationVersionStatus"]
        self.say(f"The registration is {row['RegistrationStatus']}, version {row['CurrentVersionNumber']} {status}.")
        return status

    def _is_there(self, row: Call, version: str) -> bool:
        """Whether a version that is no draft says the same already. Files, which cannot be read, count as the same."""
        if version in OVER:
            return False
        there = self._answers(row)
        same = all(
            "RegistrationAttachmentId" in value or _said(there.get(value["FieldPath"])) == _said(value)
            for value in self.export.values
        ) and {value["FieldPath"] for value in self.export.values} <= set(there)
        if same:
            self.say("It says what the export says: nothing to file.")
        elif version != "APPROVED":
            raise Stopped("It is in review and says something else. Discard that version, or wait for the decision.")
        return same

    def _new_version(self, row: Call) -> None:
        answer = self.client.create_registration_version(RegistrationId=row["RegistrationId"])
        self.say(f"Version {answer['VersionNumber']} begun, with the answers of the one before.")

    # Answers

    def _answers(self, row: Call) -> dict[str, Call]:
        """What the current version says, by field."""
        pages = self.client.get_paginator("describe_registration_field_values").paginate(
            RegistrationId=row["RegistrationId"]
        )
        return {value["FieldPath"]: value for page in pages for value in page["RegistrationFieldValues"]}

    def _answer(self, row: Call) -> int:
        """Put what differs; how many fields were refused."""
        there = self._answers(row)
        self._others(row, there)
        waiting: list[dict[str, Any]] = self.export.values
        while True:
            refused: list[tuple[dict[str, Any], str]] = []
            for value in waiting:
                problem = self._put(row, value, there.get(value["FieldPath"]))
                if problem:
                    refused.append((value, problem))
            if not refused or len(refused) == len(waiting):
                break
            waiting = [value for value, _problem in refused]
        for value, problem in refused:
            self.say(f"REFUSED {value['FieldPath']}: {problem}")
        return len(refused)

    def _others(self, row: Call, there: Mapping[str, Call]) -> None:
        for path in sorted(set(there) - {value["FieldPath"] for value in self.export.values}):
            if self.remove_others:
                self.client.delete_registration_field_value(RegistrationId=row["RegistrationId"], FieldPath=path)
                self.say(f"{path}: taken out, since the export has no answer.")
            else:
                self.say(f"{path}: the export has no answer, and the one there is left (--remove-others takes it out).")

    def _put(self, row: Call, value: Call, there: Call | None) -> str:
        """Answer one field; why it was refused, or nothing."""
        path = value["FieldPath"]
        try:
            given = dict(value)
            if "RegistrationAttachmentId" in given:
                given["RegistrationAttachmentId"] = self._upload(given["RegistrationAttachmentId"])
            if _said(there) == _said(given):
                self.say(f"{path}: is there.")
                return ""
            self.client.put_registration_field_value(RegistrationId=row["RegistrationId"], **given)
        except ClientError as error:
            if error.response["Error"]["Code"] not in FIELD_REFUSALS:
                raise
            return told(error)
        except ParamValidationError as error:
            return str(error)
        self.say(f"{path}: put.")
        return ""

    def _upload(self, alias: str) -> str:
        if alias not in self.uploaded:
            file = self.export.files[alias]
            answer = self.client.create_registration_attachment(**self.export.upload(file))
            self.uploaded[alias] = answer["RegistrationAttachmentId"]
            self.say(f"{file}: {self.uploaded[alias]}.")
        return self.uploaded[alias]

    # What it goes with

    def _associate(self, row: Call, behaviors: Mapping[str, str]) -> int:
        """Associate what has a counterpart there; how many were refused."""
        if not self.export.associations:
            return 0
        pages = self.client.get_paginator("list_registration_associations").paginate(
            RegistrationId=row["RegistrationId"]
        )
        taken = {
            name
            for page in pages
            for entry in page["RegistrationAssociations"]
            for name in (entry["ResourceId"], entry["ResourceArn"], entry.get("PhoneNumber"))
        }
        return sum(self._associated(row, entry, behaviors, taken) for entry in self.export.associations)

    def _associated(self, row: Call, entry: Call, behaviors: Mapping[str, str], taken: set[str | None]) -> bool:
        """Associate one resource; whether that was refused."""
        name, kind = entry["ResourceId"], entry["ResourceType"]
        counterpart = self.resources.get(name)
        if counterpart is None:
            if behaviors.get(kind) == ON_APPROVAL:
                self.say(f"{name} ({kind}): comes with the approval.")
            elif not taken:  # else somebody has associated what there is
                self.say(f"{name} ({kind}): not associated. Name its counterpart there: --resource {name}=ID.")
            return False
        if counterpart in taken:
            self.say(f"{counterpart} ({kind}): is associated.")
            return False
        if behaviors.get(kind) == AFTER_COMPLETE and row["RegistrationStatus"] != "COMPLETE":
            self.say(f"{counterpart} ({kind}): waits until the registration is COMPLETE; run the same again then.")
            return False
        try:
            self.client.create_registration_association(RegistrationId=row["RegistrationId"], ResourceId=counterpart)
        except ClientError as error:
            self.say(f"REFUSED {counterpart} ({kind}): {told(error)}")
            return True
        self.say(f"{counterpart} ({kind}): associated.")
        return False


def _said(value: Call | None) -> Any:
    """An answer, to compare."""
    return None if value is None else next((value[name] for name in VALUE_MEMBERS if value.get(name)), None)


def told(error: ClientError) -> str:
    """A refusal in one line: its reason, its text, its fields."""
    response: dict[str, Any] = error.response
    code = response["Error"].get("Code", "")
    reason = response.get("Reason") or code
    fields = [f"{entry['Name']}: {entry['Message']}" for entry in response.get("Fields") or []]
    return f"{reason} – " + "; ".join([str(response["Error"].get("Message", "")), *fields])


# --dry-run


def script(
    export: Export,
    *,
    registration_id: str = "",
    endpoint_url: str = "",
    region: str = "",
    resources: Mapping[str, str] | None = None,
    submit: bool = False,
) -> list[str]:
    """The calls as lines of a program with boto3, files by their names; nothing is called."""
    options = [("region_name", region), ("endpoint_url", endpoint_url)]
    connected = _call("boto3.client", ["'pinpoint-sms-voice-v2'"], {name: value for name, value in options if value})
    lines = ["import boto3", "", f"client = {connected}"]
    if registration_id:
        lines.append(f"registration_id = {registration_id!r}")
    else:
        lines.append(
            f'registration_id = {_call("client.create_registration", [], export.creation())}["RegistrationId"]'
        )
    where = "RegistrationId=registration_id"
    for value in export.values:
        given = dict(value)
        words = [where]
        alias = given.pop("RegistrationAttachmentId", None)
        if alias is not None:
            variable = alias.replace("-", "_")
            lines += _uploading(export, export.files[alias], variable)
            words.append(f"RegistrationAttachmentId={variable}")
        lines.append(_call("client.put_registration_field_value", words, given))
    for entry in export.associations:
        counterpart = (resources or {}).get(entry["ResourceId"])
        line = _call("client.create_registration_association", [where], {"ResourceId": counterpart or "ID"})
        lines.append(line if counterpart else f"# {line}  # the counterpart of {entry['ResourceId']}")
    if submit:
        lines.append(_call("client.submit_registration_version", [where], {"AwsReview": export.aws_review}))
    return lines


def _uploading(export: Export, file: File, variable: str) -> list[str]:
    given = export.upload(file)
    body = f"AttachmentBody=open({file.file_name or file.alias!r}, 'rb').read()"
    made = _call("client.create_registration_attachment", [body], {"ClientToken": given["ClientToken"]})
    return [f"# {file}", f'{variable} = {made}["RegistrationAttachmentId"]']


def _call(name: str, words: Sequence[str], given: Mapping[str, Any]) -> str:
    return f"{name}({', '.join([*words, *(f'{member}={value!r}' for member, value in given.items())])})"
