"""SendMediaMessage through unmodified boto3: the guide's example, and each of its exceptions."""

from typing import Any

import pytest
from botocore.exceptions import ClientError

from messaging.models import Message, RegionalAccount
from messaging.operations import media_sending
from messaging.operations.opt_out_lists import put_opted_out_number
from tests import factories
from tests.media_samples import JPEG

pytestmark = pytest.mark.django_db(transaction=True)

FROM, TO = "+14255550120", "+12065550150"
GUIDE = {
    "DestinationPhoneNumber": TO,
    "OriginationIdentity": FROM,
    "MessageBody": "text body",
    "MediaUrls": ["s3://s3-bucket/media_file.jpg"],
}


@pytest.fixture(autouse=True)
def _number(caller: Any) -> None:
    factories.make_number(caller, phone_number=FROM, number_type="TEN_DLC", capabilities=["SMS", "MMS"])


def refusal(boto: Any, **changes: Any) -> tuple[str, str | None, dict[str, Any]]:
    with pytest.raises(ClientError) as caught:
        boto.send_media_message(**{**GUIDE, **changes})
    said = caught.value.response
    return said["Error"]["Code"], said.get("Reason"), said


def test_the_example_of_the_guide_is_sent(boto: Any, caller: Any, clock: Any, deliver_all: Any) -> None:
    """send.media_bucket: s3-bucket is a bucket of the account and Region of the originator."""
    factories.make_media_file(caller, JPEG, key="media_file.jpg", bucket="s3-bucket")
    answer = boto.send_media_message(**GUIDE)
    assert {name for name in answer if name != "ResponseMetadata"} == {"MessageId"}
    deliver_all()
    message = Message.objects.get(pk=answer["MessageId"])
    assert (message.channel, message.status, message.media_urls) == ("MMS", "DELIVERED", GUIDE["MediaUrls"])
    assert message.media.get().content.content_type == "image/jpeg"


def test_every_member_arrives(boto: Any, caller: Any, clock: Any) -> None:
    factories.make_configuration_set(caller, "events")
    answer = boto.send_media_message(
        **GUIDE,
        ConfigurationSetName="events",
        MaxPrice="0.05",
        TimeToLive=60,
        Context={"order": "7"},
        MessageFeedbackEnabled=True,
    )
    clock.advance(seconds=1)
    message = Message.objects.get(pk=answer["MessageId"])
    assert (message.configuration_set_name, message.max_price, message.context) == ("events", "0.05", {"order": "7"})
    assert (message.expires_at - message.created_timestamp).total_seconds() == 60
    assert message.message_feedback_enabled
    assert boto.send_media_message(**{**GUIDE, "DestinationPhoneNumber": "+12065550151"}, DryRun=True)["MessageId"]
    assert Message.objects.count() == 1


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"MediaUrls": ["https://example.com/a.jpg"]}, "MediaUrls.1"),
        ({"MediaUrls": ["s3://b/a.jpg"]}, "MediaUrls.1"),
        ({"MediaUrls": ["s3://bucket/a", "s3://bucket/b"]}, "MediaUrls"),
        ({"MediaUrls": ["s3://bucket/" + "a" * 2048]}, "MediaUrls.1"),
        ({"MessageBody": "a" * 1601}, "MessageBody"),
        ({"MessageBody": " "}, "MessageBody"),
        ({"MaxPrice": "1.234567"}, "MaxPrice"),
        ({"TimeToLive": 259_201}, "TimeToLive"),
    ],
)
def test_what_the_model_does_not_allow_is_a_validation_exception(
    boto: Any, changes: dict[str, Any], field: str
) -> None:
    code, _reason, said = refusal(boto, **changes)
    assert code == "ValidationException"
    assert [one["Name"].split("[")[0].split(".")[0] for one in said["Fields"]] == [field.split(".")[0]]


def test_neither_text_nor_media_is_a_validation_exception(boto: Any) -> None:
    with pytest.raises(boto.exceptions.ValidationException) as caught:
        boto.send_media_message(DestinationPhoneNumber=TO, OriginationIdentity=FROM)
    assert caught.value.response["Reason"] == "MISSING_PARAMETER"


def test_each_refusal_is_its_exception(boto: Any, boto_as: Any, owner: Any, caller: Any) -> None:
    """two_way.no_mms; sender_id.no_mms_voice"""
    assert refusal(boto, DestinationPhoneNumber="+447700900123")[:2] == ("ValidationException", "COUNTRY_NOT_ENABLED")
    assert refusal(boto, OriginationIdentity="MYSHOP")[:2] == ("ValidationException", "SENDER_ID_NOT_SUPPORTED")
    assert refusal(boto, MaxPrice="0.01")[:2] == ("ValidationException", "PRICE_OVER_THRESHOLD")
    assert refusal(boto, OriginationIdentity="+14255550199")[0] == "ResourceNotFoundException"
    assert refusal(boto, ConfigurationSetName="none")[0] == "ResourceNotFoundException"
    viewer = boto_as(factories.make_access_key(owner, "VIEWER"))
    assert refusal(viewer)[0] == "AccessDeniedException"
    put_opted_out_number(caller, opt_out_list_name="Default", opted_out_number=TO)
    assert refusal(boto)[:2] == ("ConflictException", "DESTINATION_PHONE_NUMBER_OPTED_OUT")
    RegionalAccount.objects.filter(pk=owner.pk).update(media_spend_limit=100)
    assert refusal(boto, DestinationPhoneNumber="+12065550151")[:2] == (
        "ServiceQuotaExceededException",
        "MONTHLY_SPEND_LIMIT_REACHED_FOR_MEDIA",
    )


def test_the_second_in_a_second_is_throttled(boto: Any, clock: Any, settings: Any) -> None:
    settings.SWITCHBOARD_THROUGHPUT = True
    boto.send_media_message(**GUIDE)
    assert refusal(boto, DestinationPhoneNumber="+12065550151")[0] == "ThrottlingException"


def test_a_fault_of_ours_is_an_internal_server_exception(boto: Any, monkeypatch: Any) -> None:
    def broken(*_given: Any) -> None:
        raise RuntimeError("broken")

    monkeypatch.setattr(media_sending, "accept", broken)
    code, _reason, said = refusal(boto)
    assert code == "InternalServerException"
    assert said["RequestId"]
