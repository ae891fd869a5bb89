"""Every routed operation through unmodified boto3: what goes in, what comes out, and the refusals as its exceptions."""

import base64
import contextlib
import json
import re
from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from botocore.exceptions import ClientError
from hypothesis import given
from hypothesis import strategies as st

from console import shapes
from console.wire import codec, view
from console.wire.registry import ROUTES, UNSUPPORTED
from messaging.caller import Caller
from messaging.errors import Refusal
from messaging.models import Message, RegionalAccount
from registrations.operations.registrations import create_registration
from tests import factories
from tests.wire.strategies import TRIP, strategy

LOGS = {
    "IamRoleArn": "arn:aws:iam::123456789012:role/events",
    "LogGroupArn": "arn:aws:logs:us-east-1:123456789012:log-group:messages",
}
ARN = "arn:aws:sms-voice:us-east-1:123456789012:"


def bare(answer: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in answer.items() if name != "ResponseMetadata"}


def make_number(boto: Any, **changes: Any) -> dict[str, Any]:
    values = {
        "IsoCountryCode": "US",
        "MessageType": "TRANSACTIONAL",
        "NumberCapabilities": ["SMS"],
        "NumberType": "SIMULATOR",
        **changes,
    }
    return bare(boto.request_phone_number(**values))


def make_pool(boto: Any, **changes: Any) -> dict[str, Any]:
    number = make_number(boto)["PhoneNumberId"]
    return bare(boto.create_pool(OriginationIdentity=number, MessageType="TRANSACTIONAL", **changes))


def refusal(call: Callable[..., Any], **given: Any) -> tuple[str, str | None, dict[str, Any]]:
    with pytest.raises(ClientError) as caught:
        call(**given)
    said = caught.value.response
    assert said["Error"]["Message"]
    assert said["ResponseMetadata"]["RequestId"]
    return said["Error"]["Code"], said.get("Reason"), said


def test_phone_numbers(boto: Any) -> None:
    made = make_number(boto, NumberCapabilities=["SMS", "MMS"], Tags=[{"Key": "team", "Value": ""}])
    number = made["PhoneNumberId"]
    assert made["PhoneNumberArn"] == f"{ARN}phone-number/{number}"
    assert (made["Status"], made["NumberCapabilities"], made["Tags"]) == (
        "ACTIVE",
        ["SMS", "MMS"],
        [{"Key": "team", "Value": ""}],
    )
    assert "PoolId" not in made
    assert "TwoWayChannelArn" not in made
    changed = bare(boto.update_phone_number(PhoneNumberId=made["PhoneNumberArn"], DeletionProtectionEnabled=True))
    assert changed == {name: value for name, value in made.items() if name != "Tags"} | {
        "DeletionProtectionEnabled": True
    }
    assert boto.describe_phone_numbers(PhoneNumberIds=[number])["PhoneNumbers"] == [changed]
    code, reason, said = refusal(boto.release_phone_number, PhoneNumberId=number)
    assert (code, reason) == ("ConflictException", "DELETION_PROTECTION_ENABLED")
    assert (said["ResourceType"], said["ResourceId"]) == ("phone-number", number)
    boto.update_phone_number(PhoneNumberId=number, DeletionProtectionEnabled=False)
    assert boto.release_phone_number(PhoneNumberId=number)["Status"] == "DELETED"
    assert boto.describe_phone_numbers()["PhoneNumbers"] == []


def test_pools(boto: Any) -> None:
    pool = make_pool(boto, Tags=[{"Key": "a", "Value": "b"}])
    assert pool["PoolArn"] == f"{ARN}pool/{pool['PoolId']}"
    assert pool["Tags"] == [{"Key": "a", "Value": "b"}]
    second = make_number(boto)
    joined = bare(
        boto.associate_origination_identity(PoolId=pool["PoolId"], OriginationIdentity=second["PhoneNumberArn"])
    )
    assert joined == {
        "PoolArn": pool["PoolArn"],
        "PoolId": pool["PoolId"],
        "OriginationIdentityArn": second["PhoneNumberArn"],
        "OriginationIdentity": second["PhoneNumberId"],
        "IsoCountryCode": "US",
    }
    members = bare(boto.list_pool_origination_identities(PoolId=pool["PoolArn"]))
    assert (members["PoolArn"], members["PoolId"]) == (pool["PoolArn"], pool["PoolId"])
    assert members["OriginationIdentities"][1] == {
        "OriginationIdentityArn": second["PhoneNumberArn"],
        "OriginationIdentity": second["PhoneNumberId"],
        "PhoneNumber": second["PhoneNumber"],
        "IsoCountryCode": "US",
        "NumberCapabilities": ["SMS"],
    }
    shown = boto.describe_phone_numbers(PhoneNumberIds=[second["PhoneNumberId"]])["PhoneNumbers"][0]
    assert shown["PoolId"] == pool["PoolId"]
    left = boto.disassociate_origination_identity(PoolId=pool["PoolId"], OriginationIdentity=second["PhoneNumberId"])
    assert bare(left) == joined
    assert boto.update_pool(PoolId=pool["PoolId"], SharedRoutesEnabled=True)["SharedRoutesEnabled"] is True
    described = boto.describe_pools(PoolIds=[pool["PoolArn"]])["Pools"][0]
    assert described == {name: value for name, value in pool.items() if name != "Tags"} | {"SharedRoutesEnabled": True}
    assert boto.delete_pool(PoolId=pool["PoolId"])["Status"] == "DELETING"
    code, _reason, said = refusal(boto.delete_pool, PoolId=pool["PoolId"])
    assert (code, said["ResourceType"], said["ResourceId"]) == ("ResourceNotFoundException", "pool", pool["PoolId"])


def test_sender_ids(boto: Any) -> None:
    made = bare(boto.request_sender_id(SenderId="MYSHOP", IsoCountryCode="GB", Tags=[{"Key": "a", "Value": "b"}]))
    assert made.pop("MonthlyLeasingPrice")
    assert made == {
        "SenderIdArn": f"{ARN}sender-id/MYSHOP/GB",
        "SenderId": "MYSHOP",
        "IsoCountryCode": "GB",
        "MessageTypes": ["TRANSACTIONAL"],
        "DeletionProtectionEnabled": False,
        "Registered": False,
        "Tags": [{"Key": "a", "Value": "b"}],
    }
    named = {"SenderId": "MYSHOP", "IsoCountryCode": "GB"}
    assert boto.update_sender_id(**named, DeletionProtectionEnabled=True)["DeletionProtectionEnabled"] is True
    assert refusal(boto.release_sender_id, **named)[:2] == ("ConflictException", "DELETION_PROTECTION_ENABLED")
    boto.update_sender_id(**named, DeletionProtectionEnabled=False)
    boto.request_sender_id(**{**named, "IsoCountryCode": "DE"}, MessageTypes=["PROMOTIONAL"])
    assert len(boto.describe_sender_ids()["SenderIds"]) == 2
    for by in (named, {"SenderId": made["SenderIdArn"], "IsoCountryCode": "GB"}):
        found = boto.describe_sender_ids(SenderIds=[by])["SenderIds"]
        assert [row["IsoCountryCode"] for row in found] == ["GB"]
    promotional = boto.describe_sender_ids(Filters=[{"Name": "message-type", "Values": ["PROMOTIONAL"]}])
    assert [row["IsoCountryCode"] for row in promotional["SenderIds"]] == ["DE"]
    code, _reason, said = refusal(boto.describe_sender_ids, SenderIds=[{**named, "IsoCountryCode": "FR"}])
    assert (code, said["ResourceType"], said["ResourceId"]) == ("ResourceNotFoundException", "sender-id", "MYSHOP")
    assert boto.release_sender_id(**named)["SenderIdArn"] == made["SenderIdArn"]


def test_configuration_sets_and_event_destinations(boto: Any) -> None:
    made = bare(boto.create_configuration_set(ConfigurationSetName="main"))
    assert set(made) == {"ConfigurationSetArn", "ConfigurationSetName", "Tags", "CreatedTimestamp"}
    assert made["ConfigurationSetArn"] == f"{ARN}configuration-set/main"
    named = {"ConfigurationSetArn": made["ConfigurationSetArn"], "ConfigurationSetName": "main"}
    on = {"ConfigurationSetName": made["ConfigurationSetArn"]}
    typed = boto.set_default_message_type(**on, MessageType="PROMOTIONAL")
    assert bare(typed) == {**named, "MessageType": "PROMOTIONAL"}
    assert bare(boto.set_default_sender_id(**on, SenderId="ACME")) == {**named, "SenderId": "ACME"}
    fed = boto.set_default_message_feedback_enabled(**on, MessageFeedbackEnabled=True)
    assert bare(fed) == {**named, "MessageFeedbackEnabled": True}
    destination = {
        "EventDestinationName": "logs",
        "Enabled": True,
        "MatchingEventTypes": ["TEXT_DELIVERED"],
        "CloudWatchLogsDestination": LOGS,
    }
    created = boto.create_event_destination(
        **on, EventDestinationName="logs", MatchingEventTypes=["TEXT_DELIVERED"], CloudWatchLogsDestination=LOGS
    )
    assert bare(created) == {**named, "EventDestination": destination}
    changed = boto.update_event_destination(
        **on, EventDestinationName="logs", Enabled=False, MatchingEventTypes=["ALL"]
    )
    turned = {**destination, "Enabled": False, "MatchingEventTypes": ["ALL"]}
    assert changed["EventDestination"] == turned
    described = boto.describe_configuration_sets(ConfigurationSetNames=["main"])["ConfigurationSets"]
    assert described == [
        {
            **named,
            "EventDestinations": [turned],
            "DefaultMessageType": "PROMOTIONAL",
            "DefaultSenderId": "ACME",
            "DefaultMessageFeedbackEnabled": True,
            "CreatedTimestamp": made["CreatedTimestamp"],
        }
    ]
    assert boto.delete_event_destination(**on, EventDestinationName="logs")["EventDestination"] == turned
    assert bare(boto.delete_default_message_type(**on)) == {**named, "MessageType": "PROMOTIONAL"}
    assert bare(boto.delete_default_sender_id(**on)) == {**named, "SenderId": "ACME"}
    deleted = bare(boto.delete_configuration_set(**on))
    assert deleted["EventDestinations"] == []
    assert "DefaultSenderId" not in deleted
    assert boto.describe_configuration_sets()["ConfigurationSets"] == []


def test_opt_out_lists_and_numbers(boto: Any) -> None:
    made = bare(boto.create_opt_out_list(OptOutListName="news"))
    assert made["OptOutListArn"] == f"{ARN}opt-out-list/news"
    put = bare(boto.put_opted_out_number(OptOutListName=made["OptOutListArn"], OptedOutNumber="+14255550100"))
    assert put.pop("OptedOutTimestamp")
    assert put == {
        "OptOutListArn": made["OptOutListArn"],
        "OptOutListName": "news",
        "OptedOutNumber": "+14255550100",
        "EndUserOptedOut": False,
    }
    found = bare(boto.describe_opted_out_numbers(OptOutListName="news", OptedOutNumbers=["14255550100"]))
    assert (found["OptOutListArn"], found["OptOutListName"]) == (made["OptOutListArn"], "news")
    assert [row["OptedOutNumber"] for row in found["OptedOutNumbers"]] == ["+14255550100"]
    by_them = [{"Name": "end-user-opted-out", "Values": ["true"]}]
    assert boto.describe_opted_out_numbers(OptOutListName="news", Filters=by_them)["OptedOutNumbers"] == []
    assert (
        boto.delete_opted_out_number(OptOutListName="news", OptedOutNumber="+14255550100")["OptOutListName"] == "news"
    )
    code, _reason, said = refusal(
        boto.describe_opted_out_numbers, OptOutListName="news", OptedOutNumbers=["+14255550100"]
    )
    assert (code, said["ResourceType"]) == ("ResourceNotFoundException", "opted-out-number")
    assert boto.delete_opt_out_list(OptOutListName="news")["OptOutListName"] == "news"
    assert [row["OptOutListName"] for row in boto.describe_opt_out_lists()["OptOutLists"]] == ["Default"]


def test_keywords(boto: Any) -> None:
    number = make_number(boto)
    on = {"OriginationIdentity": number["PhoneNumberId"]}
    put = bare(boto.put_keyword(**on, Keyword="hours", KeywordMessage="9 to 5"))
    assert put == {
        "OriginationIdentityArn": number["PhoneNumberArn"],
        "OriginationIdentity": number["PhoneNumberId"],
        "Keyword": "HOURS",
        "KeywordMessage": "9 to 5",
        "KeywordAction": "AUTOMATIC_RESPONSE",
    }
    listed = bare(boto.describe_keywords(**on))
    assert listed["OriginationIdentityArn"] == number["PhoneNumberArn"]
    assert [row["Keyword"] for row in listed["Keywords"]] == ["HELP", "HOURS", "STOP"]
    only = boto.describe_keywords(**on, Filters=[{"Name": "keyword-action", "Values": ["OPT_OUT"]}])
    assert [row["Keyword"] for row in only["Keywords"]] == ["STOP"]
    assert [row["Keyword"] for row in boto.describe_keywords(**on, Keywords=["hours"])["Keywords"]] == ["HOURS"]
    assert bare(boto.delete_keyword(**on, Keyword="HOURS")) == put
    assert refusal(boto.delete_keyword, **on, Keyword="STOP")[:2] == (
        "ConflictException",
        "RESOURCE_DELETION_NOT_ALLOWED",
    )


def test_tags(boto: Any) -> None:
    arn = boto.create_opt_out_list(OptOutListName="tagged")["OptOutListArn"]
    assert bare(boto.tag_resource(ResourceArn=arn, Tags=[{"Key": "b", "Value": "1"}, {"Key": "a", "Value": ""}])) == {}
    tags = [{"Key": "a", "Value": ""}, {"Key": "b", "Value": "1"}]
    assert bare(boto.list_tags_for_resource(ResourceArn=arn)) == {"ResourceArn": arn, "Tags": tags}
    assert bare(boto.untag_resource(ResourceArn=arn, TagKeys=["a", "never"])) == {}
    assert boto.list_tags_for_resource(ResourceArn=arn)["Tags"] == tags[1:]
    assert refusal(boto.list_tags_for_resource, ResourceArn="arn:aws:s3:::some-bucket")[:2] == (
        "ValidationException",
        "INVALID_ARN",
    )


def test_sending(boto: Any) -> None:
    pool = make_pool(boto)
    sent = boto.send_text_message(
        DestinationPhoneNumber=factories.SUCCESS,
        OriginationIdentity=pool["PoolArn"],
        MessageBody="Your code is 123456",
        Context={"order": "7"},
        TimeToLive=600,
    )
    assert len(sent["MessageId"]) == 36


def test_the_account(boto: Any) -> None:
    assert boto.describe_account_attributes()["AccountAttributes"] == [{"Name": "ACCOUNT_TIER", "Value": "PRODUCTION"}]
    make_pool(boto)
    limits = {row["Name"]: (row["Used"], row["Max"]) for row in boto.describe_account_limits()["AccountLimits"]}
    assert limits["POOLS"] == (1, 25)
    spend = boto.describe_spend_limits()["SpendLimits"]
    assert {row["Name"] for row in spend} >= {"TEXT_MESSAGE_MONTHLY_SPEND_LIMIT"}
    assert all(row["EnforcedLimit"] <= row["MaxLimit"] and row["Overridden"] is False for row in spend)
    pages = boto.get_paginator("describe_account_limits").paginate(PaginationConfig={"PageSize": 1})
    assert [row["Name"] for page in pages for row in page["AccountLimits"]] == list(limits)


def test_every_exception_class_with_its_reason(
    boto: Any, boto_as: Any, owner: RegionalAccount, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    exceptions = boto.exceptions
    boto.create_opt_out_list(OptOutListName="taken")
    with pytest.raises(exceptions.ConflictException) as conflict:
        boto.create_opt_out_list(OptOutListName="taken")
    assert conflict.value.response["Reason"] == "RESOURCE_ALREADY_EXISTS"
    assert conflict.value.response["ResourceType"] == "opt-out-list"
    with pytest.raises(exceptions.ResourceNotFoundException) as missing:
        boto.delete_pool(PoolId="pool-nowhere")
    assert missing.value.response["ResourceId"] == "pool-nowhere"
    with pytest.raises(exceptions.ValidationException) as invalid:
        boto.create_opt_out_list(OptOutListName="not a name")
    assert invalid.value.response["Reason"] == "INVALID_PARAMETER"
    assert [field["Name"] for field in invalid.value.response["Fields"]] == ["OptOutListName"]
    owner.quotas = {"opt_out_lists": 2}
    owner.save()
    with pytest.raises(exceptions.ServiceQuotaExceededException) as quota:
        boto.create_opt_out_list(OptOutListName="one-too-many")
    assert quota.value.response["Reason"] == "OPT_OUT_LISTS_PER_ACCOUNT"
    with pytest.raises(exceptions.AccessDeniedException, match="Viewer"):
        boto_as(factories.make_access_key(owner, "VIEWER")).create_opt_out_list(OptOutListName="mine")
    settings.SWITCHBOARD_RATE_QUOTAS = True
    with pytest.raises(exceptions.ThrottlingException):
        for _call in range(200):
            boto.describe_pools()
    settings.SWITCHBOARD_RATE_QUOTAS = False

    def broken(*args: Any, **kwargs: Any) -> None:
        raise RuntimeError("a secret of the inside")

    monkeypatch.setattr("console.wire.view.perform", broken)
    with pytest.raises(exceptions.InternalServerException) as fault:
        boto.describe_pools()
    said = fault.value.response
    assert said["ResponseMetadata"]["HTTPStatusCode"] == 500
    assert said["RequestId"] == said["ResponseMetadata"]["RequestId"]
    assert "secret of the inside" not in str(said)


def test_a_client_without_rights_is_refused(boto_as: Any, access_key: factories.Key) -> None:
    wrong = factories.Key(access_key.access_key_id, "wrong", access_key.row)
    assert refusal(boto_as(wrong).describe_pools)[0] == "InvalidSignatureException"
    stranger = factories.Key("AKIANOBODY0000000000", "wrong", access_key.row)
    assert refusal(boto_as(stranger).describe_pools)[0] == "UnrecognizedClientException"


@pytest.mark.django_db
@pytest.mark.parametrize("name", sorted(UNSUPPORTED))
def test_refuses_by_name_what_is_not_offered_yet(post: Any, name: str) -> None:
    answer = post(name)
    assert (answer.type, answer.body["Reason"]) == ("ValidationException", "UNKNOWN_OPERATION")
    assert name in answer.body["Message"]


@pytest.mark.django_db
@pytest.mark.parametrize("name", sorted(ROUTES))
def test_no_input_makes_a_fault(post: Any, name: str) -> None:
    """An empty request is answered or refused, never a fault."""
    assert post(name).status in (200, 400)
    assert post(name, b"[1]").body["Reason"] == "INVALID_PARAMETER"
    assert post(name, b"{").body["Reason"] == "CANNOT_PARSE"
    assert post(name, {"Nonsense": 1}).fields["Nonsense"]


def as_sent(value: bytes | datetime) -> str | float:
    """What JSON has no form for: a blob in base64, a timestamp in seconds since 1970."""
    return value.timestamp() if isinstance(value, datetime) else base64.b64encode(value).decode()


@pytest.mark.django_db
@pytest.mark.parametrize("name", sorted(ROUTES))
def test_no_request_that_the_model_allows_makes_a_fault(caller: Caller, name: str) -> None:
    """Whatever fits the input shape is answered within the output shape, or refused in the operation's own words."""
    number = factories.make_simulator_number(caller)
    registration = create_registration(caller, registration_type="US_TOLL_FREE_REGISTRATION")
    named = {"OriginationIdentity": number.phone_number_id, "OptOutListName": "Default", "ResourceArn": number.arn}
    named |= {"RegistrationId": registration.registration_id, "RegistrationType": registration.registration_type}
    named |= {"ResourceId": number.phone_number_id, "FieldPath": "companyInfo.companyName"}

    @TRIP
    @given(strategy(shapes.operation(name).input_shape), st.booleans())
    def ask(value: dict[str, Any], known: bool) -> None:
        if known:
            value = {member: named.get(member, item) for member, item in value.items()}
        body = json.dumps(value, default=as_sent).encode()
        with contextlib.suppress(Refusal):
            reply = view.perform(caller, name, body)
            codec.dumps(reply)
            assert set(reply) <= set(shapes.operation(name).output_shape.members)

    ask()


def test_verified_number_by_boto3_alone(boto: Any, caller: Caller, run_work: Any) -> None:
    """The code is read from the message that carries it, then the number can be listed by id and by destination."""
    factories.make_simulator_number(caller)
    made = boto.create_verified_destination_number(DestinationPhoneNumber=factories.SUCCESS)
    assert made["Status"] == "PENDING"
    number_id = made["VerifiedDestinationNumberId"]
    sent = boto.send_destination_number_verification_code(
        VerifiedDestinationNumberId=number_id, VerificationChannel="TEXT", LanguageCode="ES_ES"
    )
    code = re.search(r"\d{6}", Message.objects.get(pk=sent["MessageId"]).message_body)
    assert code
    wrong = f"{(int(code[0]) + 1) % 10**6:06d}"
    with pytest.raises(boto.exceptions.ValidationException) as refused:
        boto.verify_destination_number(VerifiedDestinationNumberId=number_id, VerificationCode=wrong)
    assert refused.value.response["Reason"] == "VERIFICATION_CODE_MISMATCH"
    done = boto.verify_destination_number(VerifiedDestinationNumberId=number_id, VerificationCode=code[0])
    assert done["Status"] == "VERIFIED"
    for asked in ({"VerifiedDestinationNumberIds": [number_id]}, {"DestinationPhoneNumbers": [factories.SUCCESS]}):
        listed = boto.describe_verified_destination_numbers(**asked)["VerifiedDestinationNumbers"]
        assert [row["VerifiedDestinationNumberArn"] for row in listed] == [made["VerifiedDestinationNumberArn"]]
    with pytest.raises(boto.exceptions.ResourceNotFoundException):
        boto.describe_verified_destination_numbers(DestinationPhoneNumbers=[factories.FAILURE])
    with pytest.raises(boto.exceptions.ConflictException) as kept:
        boto.delete_verified_destination_number(VerifiedDestinationNumberId=number_id)
    assert kept.value.response["Reason"] == "RESOURCE_DELETION_NOT_ALLOWED"
