"""Whole stories of registrations as a developer's CI rehearses them: boto3 and simulator control, and nothing else.

Reviewers follow scripts, simulated time is moved by HTTP; a worker does what is due.
"""

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
from tests.registrations.forms import BRAND, CAMPAIGN, SINGAPORE, TOLL_FREE, VETTING, png

pytestmark = pytest.mark.django_db(transaction=True)

DAY = 86_400
SINGAPOREAN = "+6591234567"
VAGUE = "Users opt in when they create an account with us."


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


@pytest.fixture
def developer(boto: Any, access_key: factories.Key, live_server: Any, run_work: Callable[[], int]) -> Developer:
    return Developer(boto, access_key, live_server.url, run_work)


def denied(field_path: str, reason: str, note: str = "") -> dict[str, Any]:
    return {"outcome": "DENY", "denied": [{"field_path": field_path, "reason": reason, "note": note}]}


APPROVED = {"outcome": "APPROVE"}


def test_10dlc(developer: Developer) -> None:
    """Brand, vetting, a campaign refused for its opt-in, corrected and approved, a number, a message."""
    developer.script(BRAND, APPROVED)
    developer.script(VETTING, APPROVED, score=92)
    developer.script(CAMPAIGN, denied("campaignInfo.optInWorkflow", "OPT_IN_NOT_COMPLIANT"), APPROVED)
    boto = developer.boto

    brand, campaign = developer.create(BRAND), developer.create(CAMPAIGN, campaignInfo__optInWorkflow=VAGUE)
    pair = {"RegistrationId": campaign, "ResourceId": brand}
    assert developer.reason(boto.create_registration_association, **pair) == "REGISTRATION_NOT_COMPLETE"
    assert developer.reason(boto.submit_registration_version, RegistrationId=campaign) == "MISSING_PARAMETER"
    developer.submit(brand)
    assert developer.status(brand) == "SUBMITTED"
    developer.later()
    assert developer.status(brand) == "COMPLETE"

    vetting = boto.create_registration(RegistrationType=VETTING)["RegistrationId"]
    boto.create_registration_association(RegistrationId=vetting, ResourceId=brand)
    developer.submit(vetting)
    developer.later()
    assert developer.row(vetting)["AdditionalAttributes"] == {"vettingScore": "92"}

    assert boto.create_registration_association(**pair)["ResourceId"] == brand
    developer.submit(campaign)
    developer.later()
    assert developer.status(campaign) == "REQUIRES_UPDATES"
    reasons, fields = developer.refusal(campaign)
    assert reasons == ["OPT_IN_NOT_COMPLIANT"]
    assert fields == {"campaignInfo.optInWorkflow": "Opt-in not compliant or not explicit"}

    number = developer.request("TEN_DLC")
    mine = {"RegistrationId": campaign, "ResourceId": number["PhoneNumberId"]}
    assert developer.reason(boto.create_registration_association, **mine) == "REGISTRATION_NOT_COMPLETE"
    better = registration_types()[CAMPAIGN].fields["campaignInfo.optInWorkflow"].example
    developer.corrected(campaign, CAMPAIGN, "campaignInfo.optInWorkflow", better)
    developer.later()
    approved = developer.row(campaign)
    assert (approved["RegistrationStatus"], approved["ApprovedVersionNumber"]) == ("COMPLETE", 2)
    assert approved["LatestDeniedVersionNumber"] == 1
    assert int(approved["AdditionalAttributes"]["messagePartsPerMinute"]) > 240  # what a score over 75 gives

    assert boto.create_registration_association(**mine)["PhoneNumber"] == number["PhoneNumber"]
    assert developer.number(number["PhoneNumberId"])["Status"] == "ASSOCIATING"
    assert developer.reason(developer.send, number["PhoneNumberId"]) == "RESOURCE_NOT_ACTIVE"
    developer.later(15 * DAY)
    active = developer.number(number["PhoneNumberId"])
    assert (active["Status"], active["RegistrationId"]) == ("ACTIVE", campaign)

    message = developer.send(number["PhoneNumberId"])
    got = next(developer.received(factories.HANDSET))
    assert (got["id"], got["body"], got["status"]) == (message, "Your code is 123456.", "DELIVERED")
    assert got["from"] == number["PhoneNumber"]


def test_toll_free(developer: Developer) -> None:
    """The number first; its form returned for a document that proves nothing, mended, approved; a message."""
    developer.script(TOLL_FREE, denied("messagingUseCase.optInImage", "OTHER", "It shows no form."), APPROVED)
    registration = developer.create(TOLL_FREE)
    assert developer.reason(developer.submit, registration) == "MISSING_PARAMETER"
    number = developer.request("TOLL_FREE", RegistrationId=registration)
    assert number["PhoneNumber"][2:5] in ("888", "877", "866", "855", "844", "833")
    listed = developer.boto.list_registration_associations(RegistrationId=registration)
    assert [entry["ResourceId"] for entry in listed["RegistrationAssociations"]] == [number["PhoneNumberId"]]
    developer.submit(registration)
    developer.later()
    assert developer.refusal(registration)[1] == {"messagingUseCase.optInImage": "Other"}
    assert developer.reason(developer.send, number["PhoneNumberId"]) == "RESOURCE_NOT_ACTIVE"
    developer.corrected(registration, TOLL_FREE, "messagingUseCase.optInImage", "")
    developer.later()
    assert developer.status(registration) == "COMPLETE"
    assert developer.number(number["PhoneNumberId"])["Status"] == "ACTIVE"
    message = developer.send(number["PhoneNumberId"])
    got = next(developer.received(factories.HANDSET))
    assert (got["id"], got["status"], got["from"]) == (message, "DELIVERED", number["PhoneNumber"])


def test_singapore(developer: Developer) -> None:
    """Before it is registered a sender ID is shown as LIKELY-SCAM; with the UEN and the registration as it is."""
    developer.script(SINGAPORE, denied("companyInfo.taxId", "OTHER", "ACRA has no such UEN."), APPROVED)
    name = registration_types()[SINGAPORE].fields["senderIdInfo.senderId"].example
    unregistered = developer.boto.request_sender_id(SenderId=name, IsoCountryCode="SG")
    assert unregistered["Registered"] is False
    developer.send(unregistered["SenderIdArn"], SINGAPOREAN)
    assert next(developer.received(SINGAPOREAN))["shown_as"] == "LIKELY-SCAM"

    registration = developer.create(SINGAPORE, companyInfo__taxId="201399999Z")
    developer.submit(registration)
    developer.later()
    assert developer.refusal(registration)[1] == {"companyInfo.taxId": "Other"}
    uen = registration_types()[SINGAPORE].fields["companyInfo.taxId"].example
    developer.corrected(registration, SINGAPORE, "companyInfo.taxId", uen)
    assert developer.boto.discard_registration_version(RegistrationId=registration)["VersionNumber"] == 2
    assert developer.status(registration) == "REQUIRES_UPDATES"
    developer.corrected(registration, SINGAPORE, "companyInfo.city", "Singapore")
    developer.later()
    assert developer.status(registration) == "COMPLETE"

    (registered,) = developer.boto.describe_sender_ids(SenderIds=[{"SenderId": name, "IsoCountryCode": "SG"}])[
        "SenderIds"
    ]
    assert (registered["Registered"], registered["RegistrationId"]) == (True, registration)
    message = developer.send(registered["SenderIdArn"], SINGAPOREAN)
    got = next(developer.received(SINGAPOREAN))
    assert (got["id"], got["status"], got["from"], got["shown_as"]) == (message, "DELIVERED", name, name)
    developer.boto.delete_registration(RegistrationId=registration)
    (left,) = developer.boto.describe_sender_ids()["SenderIds"]
    assert not left["Registered"]
