"""Whole stories of registrations as a developer's CI rehearses them: boto3 and simulator control, and nothing else.

Reviewers follow scripts, simulated time is moved by HTTP; a worker does what is due.
"""

import pytest

from registrations.definitions import registration_types
from tests import factories
from tests.registrations.forms import BRAND, CAMPAIGN, SINGAPORE, TOLL_FREE, VETTING
from tests.wire.developer import APPROVED, Developer, denied

pytestmark = pytest.mark.django_db(transaction=True)

DAY = 86_400
SINGAPOREAN = "+6591234567"
VAGUE = "Users opt in when they create an account with us."


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
