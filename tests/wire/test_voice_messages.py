"""SendVoiceMessage by an unmodified client: what it takes, what it answers, and every documented exception."""

from typing import Any

import pytest
from botocore.exceptions import ClientError

from messaging import clock as clocks
from messaging.models import Message, RegionalAccount
from tests.factories import HANDSET, make_access_key, make_caller, make_opt_out_list, make_voice_number

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def number(owner: Any) -> Any:
    return make_voice_number(make_caller(owner))


def refusal(call: Any, **parameters: Any) -> tuple[str, str, dict[str, Any]]:
    with pytest.raises(ClientError) as refused:
        call(**parameters)
    answer = refused.value.response
    return answer["Error"]["Code"], answer.get("Reason", ""), answer


def test_a_call_with_everything(boto: Any, number: Any) -> None:
    dry = boto.send_voice_message(
        DestinationPhoneNumber=HANDSET, OriginationIdentity=number.phone_number, MessageBody="Hello", DryRun=True
    )
    assert dry["MessageId"] and not Message.objects.exists()
    answer = boto.send_voice_message(
        DestinationPhoneNumber=HANDSET,
        OriginationIdentity=number.phone_number_id,
        MessageBody="<speak>Hello <break time='1s'/> there.</speak>",
        MessageBodyTextType="SSML",
        VoiceId="BRIAN",
        MaxPricePerMinute="2.00",
        TimeToLive=120,
        Context={"key1": "value1"},
        MessageFeedbackEnabled=True,
    )
    row = Message.objects.get(pk=answer["MessageId"])
    assert (row.channel, row.voice_id, row.message_body_text_type) == ("VOICE", "BRIAN", "SSML")
    assert row.context == {"key1": "value1"} and row.message_feedback_enabled and row.characters == 13


def test_every_documented_exception(boto: Any, boto_as: Any, owner: Any, number: Any) -> None:
    call = boto.send_voice_message
    given = {
        "DestinationPhoneNumber": HANDSET,
        "OriginationIdentity": number.phone_number_id,
        "MessageBody": "Hello",
        "DryRun": True,
    }
    code, reason, answer = refusal(
        call, **{**given, "MessageBody": "<speak>a<b/></speak>", "MessageBodyTextType": "SSML"}
    )
    assert (code, reason) == ("ValidationException", "INVALID_PARAMETER")
    assert "<b> is no element" in answer["Fields"][0]["Message"] and answer["Fields"][0]["Name"] == "MessageBody"
    code, reason, answer = refusal(call, **{**given, "MaxPricePerMinute": "0.00001"})
    assert (code, reason) == ("ValidationException", "PRICE_OVER_THRESHOLD")
    assert answer["Fields"][0]["Name"] == "MaxPricePerMinute"
    assert refusal(call, **{**given, "MessageBody": "a" * 3001})[:2] == (
        "ValidationException",
        "MAXIMUM_SIZE_EXCEEDED",
    )
    assert refusal(call, **{**given, "VoiceId": "NOBODY"})[0] == "ValidationException"
    assert refusal(call, **{**given, "OriginationIdentity": "phone-none"})[0] == "ResourceNotFoundException"
    assert refusal(call, **{**given, "ConfigurationSetName": "none"})[0] == "ResourceNotFoundException"
    viewer = boto_as(make_access_key(owner, "VIEWER"))
    assert refusal(viewer.send_voice_message, **given)[0] == "AccessDeniedException"
    made = make_opt_out_list(make_caller(owner), "no-calls", ("+12065550100",))
    boto.update_phone_number(PhoneNumberId=number.phone_number_id, OptOutListName=made.opt_out_list_name)
    assert refusal(call, **{**given, "DestinationPhoneNumber": "+12065550100"})[:2] == (
        "ConflictException",
        "DESTINATION_PHONE_NUMBER_OPTED_OUT",
    )


def test_quotas_of_calls_and_money(boto: Any, number: Any) -> None:
    given = {"DestinationPhoneNumber": HANDSET, "OriginationIdentity": number.phone_number_id, "MessageBody": "Hello"}
    with clocks.using(clocks.FrozenClock(clocks.now())) as clock:
        boto.send_voice_message(**given)
        assert refusal(boto.send_voice_message, **given)[0] == "ThrottlingException"
        for _ in range(4):
            clock.advance(minutes=1)
            boto.send_voice_message(**given)
        clock.advance(minutes=1)
        assert refusal(boto.send_voice_message, **given)[:2] == (
            "ServiceQuotaExceededException",
            "DAILY_DESTINATION_CALL_LIMIT",
        )
        RegionalAccount.objects.update(voice_spend_limit=0)
        assert refusal(boto.send_voice_message, **{**given, "DestinationPhoneNumber": "+12065550100"})[:2] == (
            "ServiceQuotaExceededException",
            "MONTHLY_SPEND_LIMIT_REACHED_FOR_VOICE",
        )


def test_a_code_by_voice(boto: Any, owner: Any) -> None:
    make_voice_number(make_caller(owner), iso_country_code="GB")
    row = boto.create_verified_destination_number(DestinationPhoneNumber="+447700900123")
    sent = boto.send_destination_number_verification_code(
        VerifiedDestinationNumberId=row["VerifiedDestinationNumberId"],
        VerificationChannel="VOICE",
        LanguageCode="FR_FR",
    )
    said = Message.objects.get(pk=sent["MessageId"])
    assert (said.channel, said.voice_id) == ("VOICE", "LEA") and "Votre code" in said.message_body


# The user guide's own example, line for line but for the client (its chapter “Send a voice message”).
GUIDE = """
def send_voice_message(sms_voice_v2_client, configuration_set, context_keys,
                      destination_number, dry_run, max_price, message_body,
                      message_type, origination_number, ttl, voice_id):
    response = sms_voice_v2_client.send_voice_message(
        ConfigurationSetName=configuration_set,
        Context=context_keys,
        DestinationPhoneNumber=destination_number,
        DryRun=dry_run,
        MaxPricePerMinute=max_price,
        MessageBody=message_body,
        MessageBodyTextType=message_type,
        OriginationIdentity=origination_number,
        TimeToLive=ttl,
        VoiceId=voice_id
    )
    return response['MessageId']

configuration_set = "MyConfigurationSet"
context_keys = {"key1": "value1"}
destination_number = "+12065550123"
dry_run = False
max_price = "2.00"
message_body = (
    "<speaK>"
    "This is a test message sent from <emphasis>Amazon Pinpoint SMS</emphasis>"
    "using the <break strength='weak' /> AWS SDK for Python (Boto3). "
    "<amazon:effect phonation='soft'>Thank you for listening."
    "</amazon:effect>"
    "</speaK>")
message_type = "SSML"
origination_number = "+18445550142"
ttl = 120
voice_id = "MATTHEW"

message_id = send_voice_message(
    client, configuration_set, context_keys,
    destination_number, dry_run, max_price, message_body, message_type,
    origination_number, ttl, voice_id)
"""


def test_the_guides_own_example_runs(boto: Any, owner: Any, number: Any) -> None:
    type(number).objects.filter(pk=number.pk).update(
        phone_number="+18445550142", iso_country_code="US", number_type="TOLL_FREE"
    )
    boto.create_configuration_set(ConfigurationSetName="MyConfigurationSet")
    names: dict[str, Any] = {"client": boto}
    exec(compile(GUIDE, "guide", "exec"), names)
    row = Message.objects.get(pk=names["message_id"])
    assert row.characters == 115 and row.configuration_set_name == "MyConfigurationSet"
