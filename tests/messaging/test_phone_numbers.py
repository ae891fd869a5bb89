"""Requesting, changing and releasing phone numbers."""

import re
from datetime import UTC, datetime

import pytest

from messaging.errors import Conflict, Denied, Invalid, NotFound, OverQuota
from messaging.models import Activity, PhoneNumber, RegionalAccount, ReleasedNumber
from messaging.operations import phone_numbers
from messaging.operations.opt_out_lists import create_opt_out_list
from messaging.operations.phone_numbers import (
    activate_due_numbers,
    release_phone_number,
    request_phone_number,
    update_phone_number,
)
from messaging.operations.pools import create_pool
from messaging.operations.sending import send_text_message
from tests.factories import make_caller, make_pool, make_simulator_number
from tests.registrations.forms import CAMPAIGN, complete

pytestmark = pytest.mark.django_db
TOPIC = "arn:aws:sns:us-east-1:123456789012:inbound"


def test_simulator_number_is_active_and_answers_help_and_stop(caller):
    number = make_simulator_number(caller, number_capabilities=["SMS", "MMS"])
    assert (number.status, number.iso_country_code, number.opt_out_list_name) == ("ACTIVE", "US", "Default")
    assert number.number_capabilities == ["SMS", "MMS"]
    assert number.phone_number[-6:-2] == "5501" and len(number.phone_number) == 12
    assert set(number.keywords.values_list("keyword", flat=True)) == {"HELP", "STOP"}
    assert number.arn == f"arn:aws:sms-voice:us-east-1:123456789012:phone-number/{number.phone_number_id}"


@pytest.mark.parametrize(
    ("changes", "reason", "field"),
    [
        ({"iso_country_code": "GB"}, "COUNTRY_NOT_ENABLED", "number_type"),
        ({"iso_country_code": "XX"}, "COUNTRY_NOT_ENABLED", "iso_country_code"),
        ({"number_type": "TOLL_FREE", "iso_country_code": "GB"}, "COUNTRY_NOT_ENABLED", "number_type"),
        ({"number_capabilities": ["SMS", "VOICE"]}, "VOICE_CAPABILITY_NOT_AVAILABLE", "number_capabilities"),
        ({"number_capabilities": ["MMS"]}, "INVALID_PARAMETER", "number_capabilities"),
        ({"registration_id": "registration-1"}, "PARAMETERS_CANNOT_BE_USED_TOGETHER", "registration_id"),
    ],
)
def test_refuses_what_simulator_numbers_cannot_be(caller, changes, reason, field):
    with pytest.raises(Invalid) as refused:
        make_simulator_number(caller, **changes)
    assert refused.value.reason == reason
    assert field in refused.value.fields
    assert not PhoneNumber.objects.exists()


def test_quota_of_numbers_is_kept_and_can_be_raised(caller, owner):
    RegionalAccount.objects.filter(pk=owner.pk).update(quotas={"phone_numbers": 1})
    make_simulator_number(caller)
    with pytest.raises(OverQuota) as refused:
        make_simulator_number(caller)
    assert refused.value.reason == "PHONE_NUMBERS_PER_ACCOUNT"
    assert PhoneNumber.objects.count() == 1


def test_joins_the_pool_that_is_named(caller):
    pool = make_pool(caller)
    number = make_simulator_number(caller, pool_id=pool.pool_id)
    assert number.pool == pool


def test_pool_that_does_not_match_leaves_no_number_behind(caller):
    pool = make_pool(caller)
    with pytest.raises(Conflict) as refused:
        make_simulator_number(caller, pool_id=pool.pool_id, message_type="PROMOTIONAL")
    assert refused.value.reason == "MESSAGE_TYPE_MISMATCH"
    assert PhoneNumber.objects.count() == 1


def test_viewer_may_not_request(caller_as):
    with pytest.raises(Denied):
        make_simulator_number(caller_as("VIEWER"))


def test_read_only_key_may_not_request(owner):
    with pytest.raises(Denied):
        make_simulator_number(make_caller(owner, read_only=True))


def test_row_of_another_account_does_not_exist(caller, other_owner):
    number = make_simulator_number(caller)
    stranger = make_caller(other_owner)
    for given in (number.phone_number_id, number.phone_number, number.arn):
        with pytest.raises(NotFound):
            update_phone_number(stranger, phone_number_id=given, deletion_protection_enabled=True)
        with pytest.raises(NotFound):
            release_phone_number(stranger, phone_number_id=given)


@pytest.mark.parametrize("form", ["phone_number_id", "phone_number", "arn"])
def test_is_found_by_id_number_and_arn(caller, form):
    number = make_simulator_number(caller)
    changed = update_phone_number(caller, phone_number_id=getattr(number, form), deletion_protection_enabled=True)
    assert changed.pk == number.pk and changed.deletion_protection_enabled


def test_release_is_refused_while_protected_or_in_a_pool(caller):
    number = make_simulator_number(caller, deletion_protection_enabled=True)
    with pytest.raises(Conflict) as refused:
        release_phone_number(caller, phone_number_id=number.phone_number_id)
    assert refused.value.reason == "DELETION_PROTECTION_ENABLED"
    update_phone_number(caller, phone_number_id=number.phone_number_id, deletion_protection_enabled=False)
    create_pool(caller, origination_identity=number.phone_number_id, message_type="TRANSACTIONAL")
    with pytest.raises(Conflict) as refused:
        release_phone_number(caller, phone_number_id=number.phone_number_id)
    assert refused.value.reason == "PHONE_NUMBER_ASSOCIATED_TO_POOL"


def test_released_number_is_gone(caller):
    number = make_simulator_number(caller, tags=[{"key": "Name", "value": "old"}])
    assert release_phone_number(caller, phone_number_id=number.phone_number_id).status == "DELETED"
    with pytest.raises(NotFound):
        release_phone_number(caller, phone_number_id=number.phone_number_id)


def test_pool_owns_the_settings_of_its_numbers(caller):
    pool = make_pool(caller)
    number = pool.phone_numbers.get()
    create_opt_out_list(caller, opt_out_list_name="other")
    with pytest.raises(Conflict) as refused:
        update_phone_number(caller, phone_number_id=number.phone_number_id, opt_out_list_name="other")
    assert refused.value.reason == "PHONE_NUMBER_ASSOCIATED_TO_POOL"


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"two_way_enabled": True}, "TWO_WAY_CHANNEL_NOT_PRESENT"),
        ({"two_way_enabled": True, "two_way_channel_arn": f"{TOPIC}.fifo"}, "INVALID_ARN"),
        ({"two_way_channel_arn": TOPIC}, "TWO_WAY_NOT_ENABLED"),
        ({"self_managed_opt_outs_enabled": True}, "TWO_WAY_NOT_ENABLED"),
        (
            {
                "two_way_enabled": True,
                "two_way_channel_arn": "connect.us-east-1.amazonaws.com",
                "self_managed_opt_outs_enabled": True,
            },
            "TWO_WAY_NOT_ENABLED",
        ),
    ],
)
def test_refuses_two_way_settings_that_do_not_fit(caller, changes, reason):
    number = make_simulator_number(caller)
    with pytest.raises(Invalid) as refused:
        update_phone_number(caller, phone_number_id=number.phone_number_id, **changes)
    assert refused.value.reason == reason
    number.refresh_from_db()
    assert not number.two_way_enabled


def test_two_way_goes_on_with_a_topic_and_off_again(caller):
    number = make_simulator_number(caller)
    wanted = {"two_way_enabled": True, "two_way_channel_arn": TOPIC, "self_managed_opt_outs_enabled": True}
    changed = update_phone_number(caller, phone_number_id=number.phone_number_id, **wanted)
    assert (changed.two_way_channel_arn, changed.self_managed_opt_outs_enabled) == (TOPIC, True)
    off = {"two_way_enabled": False, "self_managed_opt_outs_enabled": False}
    assert update_phone_number(caller, phone_number_id=number.phone_number_id, **off).two_way_channel_arn == ""


def test_activity_notes_success_and_refusal(caller):
    number = make_simulator_number(caller)
    with pytest.raises(Invalid):
        make_simulator_number(caller, iso_country_code="FR")
    refused, done = Activity.objects.order_by("-id")[:2]
    assert (done.operation, done.resource, done.refused) == ("RequestPhoneNumber", number.arn, "")
    assert (refused.refused, refused.request_id) == ("Invalid COUNTRY_NOT_ENABLED", caller.request_id)
    assert done.parameters["iso_country_code"] == "US"


def test_unknown_request_type_is_an_operation_of_the_registry():
    from messaging.operations.registry import OPERATIONS

    assert OPERATIONS["RequestPhoneNumber"].parameters[0] == "iso_country_code"
    assert request_phone_number.__name__ == "request_phone_number"


@pytest.mark.parametrize(
    ("number_type", "country", "capabilities", "begins"),
    [
        ("TOLL_FREE", "US", ["SMS", "MMS", "VOICE"], "+18"),
        ("TOLL_FREE", "PR", ["SMS"], "+18"),
        ("TEN_DLC", "US", ["SMS"], "+1"),
        ("LONG_CODE", "CA", ["SMS", "VOICE"], "+1"),
        ("LONG_CODE", "GB", ["VOICE"], "+44"),
    ],
)
def test_numbers_of_every_requestable_type(caller, number_type, country, capabilities, begins):
    """number.requestable, us_territories, console_long_codes"""
    number = make_simulator_number(
        caller, number_type=number_type, iso_country_code=country, number_capabilities=capabilities
    )
    assert number.phone_number.startswith(begins)
    assert set(number.number_capabilities) == set(capabilities)


@pytest.mark.parametrize(
    ("number_type", "country", "capabilities", "reason"),
    [
        ("TOLL_FREE", "CA", ["SMS"], "COUNTRY_NOT_ENABLED"),
        ("TEN_DLC", "PR", ["SMS"], "COUNTRY_NOT_ENABLED"),
        ("LONG_CODE", "US", ["SMS"], "INVALID_PARAMETER"),
        ("LONG_CODE", "FR", ["SMS"], "COUNTRY_NOT_ENABLED"),
        ("SHORT_CODE", "US", ["SMS"], "COUNTRY_NOT_ENABLED"),
        ("SIMULATOR", "US", ["SMS", "VOICE"], "VOICE_CAPABILITY_NOT_AVAILABLE"),
    ],
)
def test_refuses_what_a_country_does_not_have(caller, number_type, country, capabilities, reason):
    with pytest.raises(Invalid) as refused:
        make_simulator_number(
            caller, number_type=number_type, iso_country_code=country, number_capabilities=capabilities
        )
    assert refused.value.reason == reason
    assert not PhoneNumber.objects.exists()


def test_number_waits_its_documented_time_then_becomes_active(caller, clock):
    """number.status, number.lease"""
    campaign = complete(caller, CAMPAIGN)
    number = make_simulator_number(caller, number_type="TEN_DLC", registration_id=campaign.registration_id)
    assert (number.status, number.registration_id, number.monthly_leasing_price) == (
        "PENDING",
        campaign.registration_id,
        "1.00",
    )
    with pytest.raises(Conflict) as refused:
        create_pool(caller, origination_identity=number.phone_number_id, message_type="TRANSACTIONAL")
    assert refused.value.reason == "RESOURCE_NOT_ACTIVE"
    clock.advance(days=9, hours=23)
    assert activate_due_numbers() == 0
    clock.advance(hours=1)
    assert activate_due_numbers() == 1
    number.refresh_from_db()
    assert number.status == "ACTIVE"
    assert activate_due_numbers() == 0


def test_activation_reaches_sends_that_remember_the_number_as_pending(caller, clock):
    campaign = complete(caller, CAMPAIGN)
    number = make_simulator_number(caller, number_type="TEN_DLC", registration_id=campaign.registration_id)
    wanted = {"destination_phone_number": "+12065550142", "message_body": "Hi", "origination_identity": number.name}
    with pytest.raises(Conflict):
        send_text_message(caller, **wanted)
    clock.advance(days=21)
    activate_due_numbers()
    assert send_text_message(caller, **wanted).message


def ten_dlc(caller, kind, *values):
    preference = [{"preference_type": [kind], "filter": list(values)}]
    return request_phone_number(
        caller,
        iso_country_code="US",
        message_type="TRANSACTIONAL",
        number_capabilities=["SMS"],
        number_type="TEN_DLC",
        number_preference=preference,
    ).phone_number


def test_a_ten_dlc_number_can_be_asked_for_by_its_digits(caller):
    assert ten_dlc(caller, "StartsWith", "206").startswith("+1206555")
    assert ten_dlc(caller, "StartsWith", "+1425").startswith("+1425555")
    assert ten_dlc(caller, "EndsWith", "0142").endswith("0142")
    assert ten_dlc(caller, "Contains", "999999", "2125").startswith("+12125")
    assert ten_dlc(caller, "ExactMatch", "3035550107") == "+13035550107"


def test_refuses_digits_that_are_taken_or_that_nobody_can_have(caller):
    ten_dlc(caller, "ExactMatch", "+12065550142")
    for values in (("+12065550142",), ("+12065559999",)):
        with pytest.raises(Invalid, match="No number that fits"):
            ten_dlc(caller, "ExactMatch", *values)
    with pytest.raises(Invalid) as refused:
        make_simulator_number(caller, number_preference=[{"preference_type": ["Contains"], "filter": ["22"]}])
    assert refused.value.reason == "PARAMETERS_CANNOT_BE_USED_TOGETHER"
    assert PhoneNumber.objects.count() == 1


def test_toll_free_numbers_do_not_run_out_with_the_fictitious_ones(monkeypatch, db):
    ReleasedNumber.objects.bulk_create(
        ReleasedNumber(phone_number=f"+1{code}55501{line:02d}", released_at=datetime.now(UTC))
        for code in phone_numbers.TOLL_FREE_CODES
        for line in range(100)
    )
    found = phone_numbers.free_number("TOLL_FREE", "US")
    assert re.fullmatch(r"\+18(88|77|66|55|44|33)555\d{4}", found)
