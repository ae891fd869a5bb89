"""MMS: what is accepted, what is refused, and what becomes of the file."""

from typing import Any

import pytest
from django.core.files.storage import default_storage

from messaging import connected
from messaging.errors import Conflict, Invalid, NotFound, OverQuota
from messaging.models import Message, MessageEvent, MessageMedia, OutboxEntry, PhoneNumber, Spend
from messaging.operations import media_fetch
from messaging.operations.checks.send import Outcome
from messaging.operations.event_destinations import create_event_destination
from messaging.operations.handsets import describe_handset_messages
from messaging.operations.inbound import receive_inbound_message
from messaging.operations.media import delete_media_file
from messaging.operations.media_sending import check_media_message
from messaging.operations.opt_out_lists import put_opted_out_number
from messaging.operations.originators import why_not
from tests import factories
from tests.emulator import Emulator, emulator
from tests.factories import FAILURE, HANDSET, SUCCESS, make_media_file, make_media_number, send_media
from tests.media_samples import OTHERS, SAMPLES, grown, png

__all__ = ["emulator"]

pytestmark = pytest.mark.django_db

RECORD = (
    "contentType", "eventType", "eventVersion", "eventTimestamp", "isFinal", "originationPhoneNumber",
    "destinationPhoneNumber", "isoCountryCode", "messageId", "messageRequestTimestamp", "messageType", "messageStatus",
    "messageStatusDescription", "context", "totalMessageParts", "totalMessagePrice", "totalCarrierFee",
)  # fmt: skip


def types(message: Any) -> list[str]:
    return [event.event_type for event in MessageEvent.objects.filter(message=message).order_by("sequence")]


def make_long_code(caller: Any, number_type: str = "TEN_DLC", country: str = "US", number: str = "+12065550167") -> Any:
    return factories.make_number(
        caller, phone_number=number, iso_country_code=country, number_type=number_type, capabilities=["SMS", "MMS"]
    )


def test_an_mms_is_one_part_whatever_its_text_and_has_no_encoding(caller: Any, clock: Any, deliver_all: Any) -> None:
    """billing: an MMS is one part; content.mms_length: its text has 1,600 characters at most."""
    row = make_media_file(caller, png())
    message = send_media(caller, row.url, body="é" * 1600).message
    assert (message.channel, message.parts, message.characters, message.encoding) == ("MMS", 1, 1600, "")
    assert message.media_urls == ["s3://pictures/picture.png"]
    assert (message.price, message.carrier_fee) == (1950, 270)
    deliver_all()
    assert types(message) == ["MEDIA_QUEUED", "MEDIA_PENDING", "MEDIA_SUCCESSFUL", "MEDIA_DELIVERED"]
    with pytest.raises(Invalid) as refused:
        send_media(caller, row.url, body="é" * 1601)
    assert refused.value.reason == "MAXIMUM_SIZE_EXCEEDED"


def test_text_and_media_may_each_be_left_out_but_not_both(caller: Any, clock: Any, deliver_all: Any) -> None:
    url = make_media_file(caller, png()).url
    for given in ({"url": url, "body": ""}, {"url": "", "body": "Words only."}):
        message = send_media(caller, **given).message
        deliver_all()
        assert types(message)[-1] == "MEDIA_DELIVERED"
    for body, reason in (("", "MISSING_PARAMETER"), (" \n", "MISSING_PARAMETER")):
        with pytest.raises(Invalid) as refused:
            send_media(caller, "", body=body)
        assert refused.value.reason == reason


@pytest.mark.parametrize(
    ("urls", "reason"),
    [
        (["https://example.com/a.png"], "INVALID_PARAMETER"),
        (["s3://pictures"], "INVALID_PARAMETER"),
        (["s3://pictures/"], "INVALID_PARAMETER"),
        (["s3://Pictures/a"], "INVALID_PARAMETER"),
        (["s3://pictures/" + "a" * 2048], "INVALID_PARAMETER"),
        (["s3://pictures/a", "s3://pictures/b"], "MAXIMUM_SIZE_EXCEEDED"),
    ],
)
def test_refuses_other_addresses_and_more_than_one_file(caller: Any, urls: list[str], reason: str) -> None:
    checked = check_media_message(
        caller,
        destination_phone_number=SUCCESS,
        origination_identity=make_media_number(caller).phone_number_id,
        media_urls=urls,
    )
    verdict = next(verdict for verdict in checked.verdicts if verdict.outcome == Outcome.REFUSED)
    assert verdict.refusal is not None
    assert (verdict.name, verdict.refusal.reason, list(verdict.refusal.fields)) == ("media", reason, ["media_urls"])


@pytest.mark.parametrize(
    ("data", "status"),
    [
        (OTHERS["image/svg+xml"], "FILE_TYPE_UNSUPPORTED"),
        (OTHERS["text/html"], "FILE_TYPE_UNSUPPORTED"),
        (OTHERS[""], "FILE_TYPE_UNSUPPORTED"),
        (grown(png(), 2 * 1024 * 1024 + 1), "FILE_SIZE_EXCEEDED"),
        (grown(SAMPLES["video/mp4"], 600 * 1024 + 1), "FILE_SIZE_EXCEEDED"),
        (None, "FILE_INACCESSIBLE"),
    ],
)
def test_a_file_that_cannot_be_carried_ends_the_accepted_message(
    caller: Any, clock: Any, deliver_all: Any, data: bytes | None, status: str
) -> None:
    factories.make_configuration_set(caller, "events")
    create_event_destination(
        caller,
        configuration_set_name="events",
        event_destination_name="all",
        matching_event_types=["MEDIA_ALL"],
        sns_destination={"topic_arn": "arn:aws:sns:us-east-1:123456789012:sms"},
    )
    url = make_media_file(caller, data, key="photo.png").url if data else "s3://pictures/missing.png"
    message = send_media(caller, url, configuration_set_name="events", context={"order": "7"}).message
    assert types(message) == ["MEDIA_QUEUED"]
    deliver_all()
    assert types(message) == ["MEDIA_QUEUED", f"MEDIA_{status}"]
    message.refresh_from_db()
    assert (message.status, message.is_final, message.due_at) == (status, True, None)
    assert not MessageMedia.objects.exists()
    record = OutboxEntry.objects.get(event_type=f"MEDIA_{status}").payload
    assert tuple(record) == RECORD
    assert (record["contentType"], record["messageStatus"], record["isFinal"]) == ("MMS", status, True)
    assert (record["totalMessageParts"], record["totalMessagePrice"]) == (1, 0.0195)
    assert describe_handset_messages(caller, phone_number=SUCCESS).bubbles == ()


def test_the_bucket_is_of_the_account_and_region_that_sends(caller: Any, clock: Any, deliver_all: Any) -> None:
    """send.media_bucket: a file of another Region or account is as if it were not there."""
    elsewhere = factories.make_caller(factories.make_owner(region="us-west-2"))
    url = make_media_file(elsewhere, png()).url
    message = send_media(caller, url).message
    deliver_all()
    assert types(message)[-1] == "MEDIA_FILE_INACCESSIBLE"
    make_media_file(caller, png())
    message = send_media(caller, url).message
    deliver_all()
    assert types(message)[-1] == "MEDIA_DELIVERED"


def test_a_file_whose_bytes_are_gone_is_inaccessible(caller: Any, clock: Any, deliver_all: Any) -> None:
    row = make_media_file(caller, png())
    default_storage.delete(row.content.stored)
    message = send_media(caller, row.url).message
    deliver_all()
    assert types(message)[-1] == "MEDIA_FILE_INACCESSIBLE"


def test_the_check_says_beforehand_what_the_file_will_lead_to(caller: Any) -> None:
    urls = {
        "MEDIA_FILE_INACCESSIBLE": "s3://pictures/missing.png",
        "MEDIA_FILE_TYPE_UNSUPPORTED": make_media_file(caller, OTHERS["text/html"], key="page").url,
        "image/png": make_media_file(caller, png(), key="fine").url,
    }
    number = make_media_number(caller).phone_number_id
    for said, url in urls.items():
        checked = check_media_message(
            caller, destination_phone_number=SUCCESS, origination_identity=number, media_urls=[url]
        )
        assert checked.would_send
        assert said in str(next(verdict.detail for verdict in checked.verdicts if verdict.name == "media"))


def test_a_handset_keeps_what_it_got(caller: Any, clock: Any, deliver_all: Any) -> None:
    row = make_media_file(caller, png(), key="holidays/beach.png")
    send_media(caller, row.url, body="Sun 🌞" * 40)
    deliver_all()
    delete_media_file(caller, file_id=row.file_id)
    (bubble,) = describe_handset_messages(caller, phone_number=SUCCESS).bubbles
    assert bubble.parts == ("Sun 🌞" * 40,)
    assert [(one.file_name, one.content.content_type, one.source) for one in bubble.media] == [
        ("beach.png", "image/png", "BUILT_IN")
    ]
    assert default_storage.exists(bubble.media[0].content.stored)


def test_answers_to_an_mms_come_and_go_as_text(caller: Any, clock: Any, deliver_all: Any) -> None:
    """two_way.no_mms: there is no two-way MMS; answers to MMS come as SMS."""
    number = make_media_number(caller)
    send_media(caller, make_media_file(caller, png()).url, origination_identity=number.phone_number_id)
    deliver_all()
    answer = receive_inbound_message(
        caller, origination_number=SUCCESS, destination_number=number.phone_number, message_body="HELP"
    )
    assert answer.reply is not None
    assert (answer.reply.channel, answer.reply.media_urls) == ("SMS", [])


def test_an_outcome_of_the_handset_is_told_as_a_media_event(caller: Any, clock: Any, deliver_all: Any) -> None:
    message = send_media(caller, make_media_file(caller, png()).url, destination=FAILURE).message
    deliver_all()
    assert types(message)[-1] == "MEDIA_BLOCKED"


@pytest.mark.parametrize(
    ("number_type", "number_country", "country", "carries"),
    [
        ("SHORT_CODE", "US", "US", True),
        ("TEN_DLC", "US", "US", True),
        ("TOLL_FREE", "US", "US", True),
        ("LONG_CODE", "US", "US", False),
        ("SHORT_CODE", "CA", "CA", True),
        ("LONG_CODE", "CA", "CA", True),
        ("TOLL_FREE", "US", "CA", False),
        ("LONG_CODE", "GB", "GB", False),
    ],
)
def test_mms_works_where_the_table_says(number_type: str, number_country: str, country: str, carries: bool) -> None:
    """mms_countries: US short codes, 10DLC and toll-free; Canadian short and long codes."""
    number = PhoneNumber(
        number_type=number_type,
        iso_country_code=number_country,
        status="ACTIVE",
        mms=True,
        international_sending_enabled=True,
    )
    assert (not why_not(number, country, "+15555550100", "MMS")) == carries


def test_refuses_countries_without_mms(caller: Any) -> None:
    with pytest.raises(Invalid) as refused:
        send_media(caller, destination="+447700900123")
    assert refused.value.reason == "COUNTRY_NOT_ENABLED"


def test_refuses_originators_that_do_not_carry_mms(caller: Any) -> None:
    text_only = factories.make_simulator_number(caller)
    with pytest.raises(Invalid) as refused:
        send_media(caller, origination_identity=text_only.phone_number_id)
    assert refused.value.reason == "CHANNEL_NOT_ENABLED"
    factories.make_sender_id(caller, "MYSHOP", "GB")
    with pytest.raises(Invalid) as refused:
        send_media(caller, origination_identity="MYSHOP")
    assert refused.value.reason == "SENDER_ID_NOT_SUPPORTED"
    pool = factories.make_pool(caller, origination_identity=text_only.phone_number_id)
    with pytest.raises(Conflict) as conflict:
        send_media(caller, origination_identity=pool.pool_id)
    assert conflict.value.reason == "NO_ORIGINATION_IDENTITIES_FOUND"
    with pytest.raises(NotFound):
        send_media(caller, origination_identity="phone-" + "0" * 32)


def test_a_pool_sends_from_a_number_that_carries_mms(caller: Any) -> None:
    number = make_media_number(caller)
    pool = factories.make_pool(caller, origination_identity=number.phone_number_id)
    assert send_media(caller, origination_identity=pool.pool_id).message.origination_identity == number.phone_number


def test_media_has_a_spend_limit_of_its_own(owner: Any, caller: Any, clock: Any) -> None:
    """spend.channels; sandbox mms_spend: the sandbox's limit for MMS is 1 USD, apart from SMS."""
    factories.make_owner(media_spend_limit=5_000)
    number = make_long_code(caller)
    for _message in range(2):
        send_media(caller, destination=HANDSET, origination_identity=number.phone_number_id)
        clock.advance(seconds=1)
    assert Spend.objects.get(owner=owner, channel="MEDIA").amount == 2 * 2220
    with pytest.raises(OverQuota) as refused:
        send_media(caller, destination=HANDSET, origination_identity=number.phone_number_id)
    assert refused.value.reason == "MONTHLY_SPEND_LIMIT_REACHED_FOR_MEDIA"
    factories.send(caller, HANDSET, origination_identity=number.phone_number_id)


def test_a_sandbox_account_sends_media_for_one_dollar_to_verified_numbers(sandbox_owner: Any, clock: Any) -> None:
    """sandbox:mms_spend"""
    caller = factories.make_caller(sandbox_owner)
    with pytest.raises(Conflict) as refused:
        send_media(caller, destination=HANDSET, origination_identity=make_long_code(caller).phone_number_id)
    assert refused.value.reason == "DESTINATION_PHONE_NUMBER_NOT_VERIFIED"
    factories.make_verified_number(caller, HANDSET)
    sent = []
    with pytest.raises(OverQuota) as full:
        for _message in range(100):
            sent.append(send_media(caller, destination=HANDSET, origination_identity="+12065550167"))
            clock.advance(seconds=1)
    assert full.value.reason == "MONTHLY_SPEND_LIMIT_REACHED_FOR_MEDIA"
    assert len(sent) == 100_000 // 2220


def test_max_price_and_dry_run_and_opt_out_hold_for_media(caller: Any) -> None:
    number = make_long_code(caller)
    with pytest.raises(Invalid) as refused:
        send_media(caller, destination=HANDSET, origination_identity=number.phone_number_id, max_price="0.02")
    assert refused.value.reason == "PRICE_OVER_THRESHOLD"
    assert send_media(caller, max_price="0.03", dry_run=True).message is None
    assert not Message.objects.exists()
    put_opted_out_number(caller, opt_out_list_name="Default", opted_out_number=SUCCESS)
    with pytest.raises(Conflict) as conflict:
        send_media(caller)
    assert conflict.value.reason == "DESTINATION_PHONE_NUMBER_OPTED_OUT"


@pytest.mark.django_db(transaction=True)
def test_files_of_connected_buckets_are_fetched(
    caller: Any, clock: Any, deliver_all: Any, emulator: Emulator, settings: Any
) -> None:
    s3 = emulator.client("s3")
    s3.create_bucket(Bucket="shop-pictures")
    s3.create_bucket(Bucket="far-away", CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})
    s3.put_object(Bucket="shop-pictures", Key="sale 50%.png", Body=png(), ContentType="text/html")
    s3.put_object(Bucket="shop-pictures", Key="page.png", Body=OTHERS["text/html"], ContentType="image/png")
    s3.put_object(Bucket="shop-pictures", Key="huge.png", Body=grown(png(), 2 * 1024 * 1024 + 1))
    s3.put_object(Bucket="far-away", Key="a.png", Body=png())
    expected = {
        "s3://shop-pictures/sale 50%.png": "MEDIA_DELIVERED",
        "s3://shop-pictures/page.png": "MEDIA_FILE_TYPE_UNSUPPORTED",
        "s3://shop-pictures/huge.png": "MEDIA_FILE_SIZE_EXCEEDED",
        "s3://shop-pictures/missing.png": "MEDIA_FILE_INACCESSIBLE",
        "s3://no-such-bucket/a.png": "MEDIA_FILE_INACCESSIBLE",
        "s3://far-away/a.png": "MEDIA_FILE_INACCESSIBLE",
    }
    emulator.connect(caller, "S3")
    number = make_media_number(caller).phone_number_id
    sent = {url: send_media(caller, url, origination_identity=number).message for url in expected}
    deliver_all()
    assert {url: types(message)[-1] for url, message in sent.items()} == expected
    (media,) = MessageMedia.objects.select_related("content")
    assert (media.file_name, media.source, media.content.content_type) == ("sale 50%.png", "CONNECTED", "image/png")
    with default_storage.open(media.content.stored) as file:
        assert file.read() == png()
    connected._client.cache_clear()


def test_a_bucket_that_does_not_answer_is_asked_for_a_minute(
    caller: Any, clock: Any, run_work: Any, monkeypatch: Any, emulator: Emulator
) -> None:
    emulator.connect(caller, "S3")

    def silent(*_given: Any, **_more: Any) -> None:
        raise connected.Refused("no answer", slow=True)

    monkeypatch.setattr(connected, "read_object", silent)
    monkeypatch.setattr(media_fetch, "_resting", {})
    message = send_media(caller, "s3://shop-pictures/a.png").message
    run_work()
    assert types(message) == ["MEDIA_QUEUED"]
    clock.advance(seconds=61)
    run_work()
    assert types(message) == ["MEDIA_QUEUED", "MEDIA_FILE_INACCESSIBLE"]


def test_a_bucket_that_was_too_slow_is_left_alone_for_a_while(
    caller: Any, clock: Any, run_work: Any, monkeypatch: Any, emulator: Emulator
) -> None:
    """Asking takes the worker up to its time-out, and texts wait meanwhile."""
    emulator.connect(caller, "S3")
    asked = []

    def silent(_endpoint: Any, _bucket: str, key: str, **_more: Any) -> None:
        asked.append(key)
        raise connected.Refused("no answer", slow=True)

    monkeypatch.setattr(connected, "read_object", silent)
    resting: dict[Any, float] = {}
    monkeypatch.setattr(media_fetch, "_resting", resting)
    first = send_media(caller, "s3://shop-pictures/a.png").message
    run_work()
    for _look in range(3):
        clock.advance(seconds=2)
        run_work()
    assert (asked, types(first)) == (["a.png"], ["MEDIA_QUEUED"])
    resting.update(dict.fromkeys(resting, 0.0))  # its rest is over
    clock.advance(seconds=2)
    run_work()
    assert asked == ["a.png", "a.png"]
