"""Verified destination numbers: the code that travels, its time, its tries, its price."""

import re

import pytest

from messaging.errors import Conflict, Invalid, NotFound, OverQuota, Throttled
from messaging.models import Activity, Message, PhoneNumber, RegionalAccount, Spend, VerifiedDestinationNumber
from messaging.operations.sending import send_text_message
from messaging.operations.verified_numbers import (
    create_verified_destination_number,
    delete_verified_destination_number,
    send_destination_number_verification_code,
    verify_destination_number,
)
from messaging.text.tables import document
from tests.factories import HANDSET, deliver_all, make_caller, make_simulator_number, make_voice_number

pytestmark = pytest.mark.django_db


@pytest.fixture
def caller(sandbox_owner, clock):
    return make_caller(sandbox_owner)


@pytest.fixture
def originator(caller):
    number = make_simulator_number(caller)
    PhoneNumber.objects.filter(pk=number.pk).update(number_type="TOLL_FREE")
    return number


@pytest.fixture
def number(caller, originator):
    return create_verified_destination_number(caller, destination_phone_number=HANDSET)


def send_code(caller, number, **changes):
    values = {"verification_channel": "TEXT", **changes}
    return send_destination_number_verification_code(
        caller, verified_destination_number_id=number.verified_destination_number_id, **values
    )


def code_in(sent):
    return re.search(r"\d{6}", Message.objects.get(pk=sent.message_id).message_body).group()


def verify(caller, number, code):
    return verify_destination_number(
        caller, verified_destination_number_id=number.verified_destination_number_id, verification_code=code
    )


def other_than(code):
    return f"{(int(code) + 1) % 10**6:06d}"


def test_code_travels_to_the_handset_and_opens_the_sandbox(caller, number, originator):
    """verified_only, code_wrong, code_again"""
    wanted = {"destination_phone_number": HANDSET, "message_body": "Hi", "origination_identity": originator.name}
    with pytest.raises(Conflict) as refused:
        send_text_message(caller, **wanted)
    assert refused.value.reason == "DESTINATION_PHONE_NUMBER_NOT_VERIFIED"
    sent = send_code(caller, number)
    code = code_in(sent)
    assert verify(caller, number, code).status == "VERIFIED"
    assert send_text_message(caller, **wanted).message
    for again in (lambda: verify(caller, number, code), lambda: send_code(caller, number)):
        with pytest.raises(Conflict) as refused:
            again()
        assert refused.value.reason == "VERIFICATION_ALREADY_COMPLETE"


def test_code_is_neither_stored_nor_logged(caller, number):
    code = code_in(send_code(caller, number))
    verify(caller, number, code)
    assert code not in VerifiedDestinationNumber.objects.get().code_hash
    entry = Activity.objects.get(operation="VerifyDestinationNumber")
    assert entry.parameters["verification_code"] == "(hidden)"


def test_first_code_is_free_and_later_ones_are_not(caller, number, clock):
    """first_free"""
    send_code(caller, number)
    assert not Spend.objects.exists()
    clock.advance(seconds=31)
    send_code(caller, number)
    assert Spend.objects.get().amount > 0


def test_code_ends_after_fifteen_minutes(caller, number, clock):
    """code_lifetime"""
    code = code_in(send_code(caller, number))
    clock.advance(minutes=15)
    with pytest.raises(Conflict) as refused:
        verify(caller, number, code)
    assert refused.value.reason == "VERIFICATION_CODE_EXPIRED"


def test_wrong_tries_count_and_spend_the_code(caller, number, clock):
    """code_wrong"""
    code = code_in(send_code(caller, number))
    for left in (4, 3, 2, 1, 0):
        with pytest.raises(Invalid) as refused:
            verify(caller, number, other_than(code))
        assert refused.value.reason == "VERIFICATION_CODE_MISMATCH"
        assert f"left: {left}" in str(refused.value)
    with pytest.raises(Conflict) as expired:
        verify(caller, number, code)
    assert expired.value.reason == "VERIFICATION_CODE_EXPIRED"
    clock.advance(seconds=31)
    assert verify(caller, number, code_in(send_code(caller, number))).status == "VERIFIED"


def test_resending_waits_and_is_limited_a_day(caller, number, clock, sandbox_owner):
    """attempts"""
    RegionalAccount.objects.filter(pk=sandbox_owner.pk).update(text_spend_limit=10**9)
    send_code(caller, number)
    with pytest.raises(Throttled) as throttled:
        send_code(caller, number)
    assert throttled.value.retry_seconds == 30
    for _more in range(9):
        clock.advance(seconds=31)
        send_code(caller, number)
    clock.advance(seconds=31)
    with pytest.raises(OverQuota) as refused:
        send_code(caller, number)
    assert refused.value.reason == "VERIFICATION_ATTEMPTS_PER_DAY"
    clock.advance(days=1)
    assert send_code(caller, number)


@pytest.mark.parametrize(
    ("language", "words"), [("DE_DE", "Bestätigungscode"), ("JA_JP", "確認コード"), (None, "verification")]
)
def test_code_comes_in_the_language_asked_for(caller, number, language, words):
    sent = send_code(caller, number, language_code=language)
    assert words in Message.objects.get(pk=sent.message_id).message_body


def test_code_needs_an_originator_of_the_country(caller):
    """originator_active, originator_country"""
    british = create_verified_destination_number(caller, destination_phone_number="+447700900123")
    with pytest.raises(Conflict) as refused:
        send_code(caller, british)
    assert refused.value.reason == "NO_ORIGINATION_IDENTITIES_FOUND"


def test_a_call_says_the_code_in_the_language(caller, clock):
    voice = make_voice_number(caller, iso_country_code="GB")
    row = create_verified_destination_number(caller, destination_phone_number="+447700900123")
    sent = send_code(caller, row, verification_channel="VOICE", language_code="IT_IT")
    message = Message.objects.get(pk=sent.message_id)
    assert (message.channel, message.voice_id, message.origination_identity) == ("VOICE", "BIANCA", voice.phone_number)
    assert message.message_body.count("Il codice di verifica") == 2 and message.price == 0
    code = re.search(r">(\d{6})<", message.message_body)[1]
    deliver_all(clock)
    message.refresh_from_db()
    assert message.status == "COMPLETED" and message.price == 0
    assert (
        verify_destination_number(
            caller, verified_destination_number_id=row.verified_destination_number_id, verification_code=code
        ).status
        == "VERIFIED"
    )


def test_the_second_call_is_billed(caller, clock):
    """first_free"""
    make_voice_number(caller, iso_country_code="GB")
    row = create_verified_destination_number(caller, destination_phone_number="+447700900123")
    send_code(caller, row, verification_channel="VOICE")
    clock.advance(minutes=1)
    sent = send_code(caller, row, verification_channel="VOICE")
    assert Message.objects.get(pk=sent.message_id).price > 0


def test_a_call_with_a_code_needs_a_number_of_the_country_with_voice(caller, number):
    """originator_country, originator_active"""
    make_voice_number(caller, iso_country_code="CA")
    with pytest.raises(Conflict) as refused:
        send_code(caller, number, verification_channel="VOICE")
    assert refused.value.reason == "NO_ORIGINATION_IDENTITIES_FOUND"


@pytest.mark.parametrize("language", document("verification_texts.json")["texts"])
def test_every_language_can_be_said(caller, language):
    make_voice_number(caller, iso_country_code="GB")
    row = create_verified_destination_number(caller, destination_phone_number="+447700900123")
    sent = send_code(caller, row, verification_channel="VOICE", language_code=language)
    assert Message.objects.get(pk=sent.message_id).duration_seconds <= 30


def test_ten_numbers_each_once(caller):
    """verified_max, max, format"""
    for index in range(10):
        create_verified_destination_number(caller, destination_phone_number=f"+1206555010{index}")
    with pytest.raises(OverQuota) as refused:
        create_verified_destination_number(caller, destination_phone_number=HANDSET)
    assert refused.value.reason == "VERIFIED_DESTINATION_NUMBERS_PER_ACCOUNT"


def test_number_is_added_once_in_e164(caller, number):
    with pytest.raises(Conflict) as refused:
        create_verified_destination_number(caller, destination_phone_number=HANDSET.lstrip("+"))
    assert refused.value.reason == "RESOURCE_ALREADY_EXISTS"
    with pytest.raises(Invalid):
        create_verified_destination_number(caller, destination_phone_number="+1 (206) 555-0142")


def test_deletion_waits_a_day(caller, number, clock, other_owner):
    """delete_wait"""
    name = {"verified_destination_number_id": number.verified_destination_number_id}
    with pytest.raises(NotFound):
        delete_verified_destination_number(make_caller(other_owner), **name)
    clock.advance(hours=23, minutes=59)
    with pytest.raises(Conflict) as refused:
        delete_verified_destination_number(caller, **name)
    assert refused.value.reason == "RESOURCE_DELETION_NOT_ALLOWED"
    clock.advance(minutes=1)
    delete_verified_destination_number(caller, **name)
    assert not VerifiedDestinationNumber.objects.exists()
