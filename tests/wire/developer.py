"""A developer whose CI rehearses a whole story: boto3 and simulator control over HTTP, and nothing else."""

import base64
import json
import urllib.parse
import urllib.request
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from botocore.exceptions import ClientError

from registrations.definitions import ATTACHMENT, REQUIRED, SELECT, registration_types
from tests import factories
from tests.registrations.forms import png


class Developer:
    """boto is boto3; the rest is simulator control over HTTP with the same access key."""

    def __init__(self, boto: Any, key: factories.Key, url: str, run_work: Callable[[], int]) -> None:
        self.boto, self.run_work = boto, run_work
        self.base = f"{url}/{factories.ACCOUNT}/{factories.REGION}/simulator/api/"
        pair = f"{key.access_key_id}:{key.secret_access_key}".encode()
        self.headers = {"Authorization": f"Basic {base64.b64encode(pair).decode()}"}

    def simulator(self, method: str, path: str, **body: Any) -> Any:
        data = json.dumps(body).encode() if body else None
        request = urllib.request.Request(self.base + path, data, self.headers, method=method)
        with urllib.request.urlopen(request, timeout=30) as answer:
            return json.load(answer)

    def script(self, registration_type: str, *outcomes: dict[str, Any], **more: Any) -> None:
        """Let the reviewer of a type decide as scripted, an hour after each submission."""
        self.simulator(
            "PUT", f"reviewer-policies/{registration_type}", mode="SCRIPTED", script=outcomes, wait_seconds=3600, **more
        )

    def later(self, seconds: float = 3601) -> None:
        """Move simulated time, and let the worker catch up with it."""
        self.simulator("POST", "clock", advance_seconds=seconds)
        self.run_work()

    def received(self, number: str) -> Iterator[dict[str, Any]]:
        """What a handset has, newest first, once everything has been carried."""
        for _round in range(3):
            self.later(5)
        return iter(self.simulator("GET", f"handsets/{urllib.parse.quote(number)}/messages")["messages"])

    # Registrations

    def create(self, registration_type: str, **changes: str) -> str:
        """A registration with every required field answered from its definition's example, changes by path."""
        made = self.boto.create_registration(RegistrationType=registration_type)
        for path, field in registration_types()[registration_type].fields.items():
            answers = {name: (entry.example,) for name, entry in registration_types()[registration_type].fields.items()}
            if field.resolve(answers).behavior == REQUIRED:
                self.answer(made["RegistrationId"], field, changes.get(path.replace(".", "__"), field.example))
        return str(made["RegistrationId"])

    def answer(self, registration_id: str, field: Any, value: str) -> None:
        if field.field_type == ATTACHMENT:
            made = self.boto.create_registration_attachment(AttachmentBody=png())
            given: dict[str, Any] = {"RegistrationAttachmentId": made["RegistrationAttachmentId"]}
        else:
            given = {"SelectChoices": [value]} if field.field_type == SELECT else {"TextValue": value}
        self.boto.put_registration_field_value(RegistrationId=registration_id, FieldPath=field.field_path, **given)

    def corrected(self, registration_id: str, registration_type: str, path: str, value: str) -> None:
        """A new version with one field changed, submitted."""
        self.boto.create_registration_version(RegistrationId=registration_id)
        self.answer(registration_id, registration_types()[registration_type].fields[path], value)
        self.submit(registration_id)

    def submit(self, registration_id: str) -> None:
        assert self.boto.submit_registration_version(RegistrationId=registration_id)["VersionNumber"]

    def status(self, registration_id: str) -> str:
        return str(self.row(registration_id)["RegistrationStatus"])

    def row(self, registration_id: str) -> dict[str, Any]:
        (found,) = self.boto.describe_registrations(RegistrationIds=[registration_id])["Registrations"]
        return dict(found)

    def refusal(self, registration_id: str) -> tuple[list[str], dict[str, str]]:
        """Why the newest version was denied: the reasons of all of it, and of each field."""
        version = self.boto.describe_registration_versions(RegistrationId=registration_id)["RegistrationVersions"][0]
        assert version["RegistrationVersionStatus"] == "DENIED"
        values = self.boto.describe_registration_field_values(RegistrationId=registration_id)["RegistrationFieldValues"]
        fields = {value["FieldPath"]: value["DeniedReason"] for value in values if "DeniedReason" in value}
        return [entry["Reason"] for entry in version["DeniedReasons"]], fields

    # Numbers

    def request(self, number_type: str, **more: str) -> dict[str, Any]:
        made = self.boto.request_phone_number(
            IsoCountryCode="US",
            MessageType="TRANSACTIONAL",
            NumberCapabilities=["SMS"],
            NumberType=number_type,
            **more,
        )
        return dict(made)

    def number(self, phone_number_id: str) -> dict[str, Any]:
        (found,) = self.boto.describe_phone_numbers(PhoneNumberIds=[phone_number_id])["PhoneNumbers"]
        return dict(found)

    def send(self, originator: str, destination: str = factories.HANDSET, body: str = "Your code is 123456.") -> str:
        sent = self.boto.send_text_message(
            DestinationPhoneNumber=destination, OriginationIdentity=originator, MessageBody=body
        )
        return str(sent["MessageId"])

    def reason(self, call: Callable[..., Any], *args: Any, **given: Any) -> str:
        """The reason with which a call is refused."""
        with pytest.raises(ClientError) as refused:
            call(*args, **given)
        return str(refused.value.response["Reason"])


def denied(field_path: str, reason: str, note: str = "") -> dict[str, Any]:
    return {"outcome": "DENY", "denied": [{"field_path": field_path, "reason": reason, "note": note}]}


APPROVED = {"outcome": "APPROVE"}
