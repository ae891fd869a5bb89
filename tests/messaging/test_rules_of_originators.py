"""Rules of the service that no single operation owns, each with its id in the facts."""

import pytest

from messaging.errors import Conflict, Invalid, NotFound
from messaging.models import Activity, OutboxEntry, PhoneNumber, ReleasedNumber, SenderId
from messaging.operations import phone_numbers as numbers
from messaging.operations.configuration_sets import set_default_message_feedback_enabled
from messaging.operations.event_destinations import create_event_destination, update_event_destination
from messaging.operations.inbound import receive_inbound_message
from messaging.operations.keywords import keywords_of, put_keyword
from messaging.operations.opt_out_lists import create_opt_out_list, put_opted_out_number
from messaging.operations.phone_numbers import release_phone_number, update_phone_number
from messaging.operations.pools import create_pool, update_pool
from messaging.operations.registry import OPERATIONS
from messaging.operations.sender_ids import request_sender_id
from messaging.operations.sending import send_text_message
from messaging.operations.verified_numbers import (
    create_verified_destination_number,
    send_destination_number_verification_code,
)
from messaging.reference import countries, regions
from tests.factories import (
    HANDSET,
    SUCCESS,
    make_caller,
    make_configuration_set,
    make_owner,
    make_pool,
    make_simulator_number,
)

pytestmark = pytest.mark.django_db
TOPIC = "arn:aws:sns:us-east-1:123456789012:inbound"
FRENCH = "+33612345678"


@pytest.fixture
def number(caller):
    return make_simulator_number(caller)


def send(caller, **changes):
    values = {"destination_phone_number": SUCCESS, "message_body": "Hello", **changes}
    return send_text_message(caller, **values).message


def as_type(number, number_type, **changes):
    PhoneNumber.objects.filter(pk=number.pk).update(number_type=number_type, **changes)
    number.refresh_from_db()
    return number


def test_everything_belongs_to_one_account_in_one_region(caller, number):
    """account.regional"""
    elsewhere = make_caller(make_owner(region="eu-west-1"))
    with pytest.raises(NotFound):
        update_phone_number(elsewhere, phone_number_id=number.name, deletion_protection_enabled=True)


def test_there_are_29_regions():
    """account.regions_count"""
    assert len(regions()) == 29


def test_message_type_of_a_pool_and_capabilities_of_a_number_cannot_be_changed():
    """pool.message_type_fixed, number.capabilities_fixed"""
    assert "message_type" not in OPERATIONS["UpdatePool"].parameters
    assert not {"number_capabilities", "message_type"} & set(OPERATIONS["UpdatePhoneNumber"].parameters)


def test_pool_is_active_until_it_is_deleted(caller):
    """pool.status"""
    assert make_pool(caller).status == "ACTIVE"


def test_transactional_number_goes_first_where_no_type_is_given(caller, unlimited):
    """pool.transactional_default"""
    promotional = as_type(make_simulator_number(caller, message_type="PROMOTIONAL"), "TOLL_FREE")
    transactional = as_type(make_simulator_number(caller), "TOLL_FREE")
    for last in range(6):
        to = {"destination_phone_number": f"+1206555014{last}"}
        assert send(caller, **to).origination_identity == transactional.phone_number
        assert send(caller, message_type="PROMOTIONAL", **to).origination_identity == promotional.phone_number


def test_released_number_cannot_be_had_again(caller, number, monkeypatch):
    """number.release, number.unavailable"""
    release_phone_number(caller, phone_number_id=number.name)
    assert ReleasedNumber.objects.get().phone_number == number.phone_number
    monkeypatch.setattr(numbers, "_made_up", lambda number_type, country: number.phone_number)
    with pytest.raises(Invalid) as refused:
        make_simulator_number(caller)
    assert refused.value.next_step
    assert not PhoneNumber.objects.exists()


def test_deletion_protection_starts_off(caller, number):
    """number.deletion_protection_default"""
    pool = make_pool(caller, origination_identity=number.name)
    sender_id = request_sender_id(caller, sender_id="MYSHOP", iso_country_code="GB")
    assert not any(row.deletion_protection_enabled for row in (number, pool, sender_id))


def test_sender_ids_carry_text_only_and_have_no_keywords(caller):
    """sender_id.no_mms_voice, keyword.not_on_sender_ids, sender-id-none, mms_countries"""
    request_sender_id(caller, sender_id="MYSHOP", iso_country_code="GB")
    with pytest.raises(NotFound):
        put_keyword(caller, origination_identity="MYSHOP", keyword="JOIN", keyword_message="Hi")
    assert not [field for field in SenderId._meta.get_fields() if field.name in ("mms", "voice", "keywords")]
    assert {code for code, country in countries().items() if country.mms} == {"US", "CA"}


@pytest.mark.parametrize("channel", [TOPIC, "connect.us-east-1.amazonaws.com"])
def test_inbound_goes_to_a_topic_or_to_connect_with_a_role(caller, number, channel):
    """two_way.destination, two_way.access"""
    role = "arn:aws:iam::123456789012:role/inbound"
    changed = update_phone_number(
        caller,
        phone_number_id=number.name,
        two_way_enabled=True,
        two_way_channel_arn=channel,
        two_way_channel_role=role,
    )
    assert (changed.two_way_channel_arn, changed.two_way_channel_role) == (channel, role)


def test_two_way_exists_only_where_the_country_has_it(caller, number):
    """two_way.country, two_way_needs_number"""
    silent = next(code for code, country in countries().items() if not country.two_way_sms)
    as_type(number, "LONG_CODE", iso_country_code=silent)
    two_way = {"two_way_enabled": True, "two_way_channel_arn": TOPIC}
    with pytest.raises(Invalid) as refused:
        update_phone_number(caller, phone_number_id=number.name, **two_way)
    assert refused.value.reason == "TWO_WAY_NOT_SUPPORTED_IN_COUNTRY"
    pool = create_pool(caller, origination_identity=number.name, message_type="TRANSACTIONAL")
    with pytest.raises(Invalid) as refused:
        update_pool(caller, pool_id=pool.pool_id, **two_way)
    assert refused.value.reason == "TWO_WAY_NOT_SUPPORTED_IN_COUNTRY"


def test_people_on_the_old_list_get_messages_again_after_a_move(caller, number):
    """opt_out.change_list, list-change, default-list, send-blocked"""
    put_opted_out_number(caller, opt_out_list_name="Default", opted_out_number=SUCCESS)
    with pytest.raises(Conflict) as refused:
        send(caller, origination_identity=number.name)
    assert refused.value.reason == "DESTINATION_PHONE_NUMBER_OPTED_OUT"
    create_opt_out_list(caller, opt_out_list_name="fresh")
    update_phone_number(caller, phone_number_id=number.name, opt_out_list_name="fresh")
    assert send(caller, origination_identity=number.name)


def test_self_managed_opt_outs_need_two_way_with_a_topic(caller, number):
    """opt_out.self_managed_needs_two_way"""
    with pytest.raises(Invalid) as refused:
        update_phone_number(caller, phone_number_id=number.name, self_managed_opt_outs_enabled=True)
    assert refused.value.reason == "TWO_WAY_NOT_ENABLED"


def test_opting_out_is_answering_the_number_that_wrote(caller, number):
    """same-number"""
    other = make_simulator_number(caller)
    send(caller, origination_identity=number.name)
    received = receive_inbound_message(
        caller, origination_number=SUCCESS, destination_number=other.phone_number, message_body="hello"
    )
    assert received.inbound.previous_published_message_id == ""


@pytest.mark.parametrize("reply", ["", "   ", "x" * 1601])
def test_reply_of_a_keyword_has_its_length(caller, number, reply):
    """response-length"""
    with pytest.raises(Invalid) as refused:
        put_keyword(caller, origination_identity=number.name, keyword="JOIN", keyword_message=reply)
    assert "keyword_message" in refused.value.fields


def test_new_number_shows_the_default_keywords(caller, number):
    """long-code-set, required-stay"""
    assert [row.keyword for row in keywords_of(number)] == ["HELP", "STOP"]
    assert all(row.keyword_message for row in keywords_of(number))


def test_events_need_a_set_with_an_enabled_destination(caller, number):
    """events.need_set, events.enabled"""
    name = make_configuration_set(caller).configuration_set_name
    send(caller, origination_identity=number.name)
    send(caller, origination_identity=number.name, configuration_set_name=name)
    assert not OutboxEntry.objects.exists()
    destination = {"configuration_set_name": name, "event_destination_name": "topic"}
    create_event_destination(
        caller, matching_event_types=["TEXT_ALL"], sns_destination={"topic_arn": TOPIC}, **destination
    )
    send(caller, origination_identity=number.name, configuration_set_name=name)
    assert OutboxEntry.objects.get().event_type == "TEXT_QUEUED"
    update_event_destination(caller, enabled=False, **destination)
    send(caller, origination_identity=number.name, configuration_set_name=name)
    assert OutboxEntry.objects.count() == 1


def test_simulator_originator_sends_within_its_country_only(caller, number):
    """send.simulator, originator_country"""
    with pytest.raises(Invalid) as refused:
        send(caller, origination_identity=number.name, destination_phone_number="+447860019066")
    assert refused.value.reason == "INVALID_IDENTITY_FOR_DESTINATION_COUNTRY"


def test_us_needs_a_dedicated_number_and_others_take_a_shared_identity(caller):
    """us_numbers, shared_identity, sandbox country_rules"""
    with pytest.raises(Conflict) as refused:
        send(caller, destination_phone_number=HANDSET)
    assert refused.value.reason == "NO_ORIGINATION_IDENTITIES_FOUND"
    with pytest.raises(Conflict):
        send(caller, destination_phone_number="+8613812345678")
    shared = send(caller, destination_phone_number=FRENCH)
    assert (shared.originator_type, shared.origination_identity) == ("SHARED_ROUTE", "NOTICE")


def test_toll_free_numbers_begin_as_they_must(caller):
    """toll_free_prefixes"""
    for _again in range(5):
        number = make_simulator_number(caller, number_type="TOLL_FREE")
        assert number.phone_number[2:5] in {"888", "877", "866", "855", "844", "833"}


def test_voice_numbers_are_leased_where_no_local_address_is_asked_for(caller):
    """voice_reach"""
    voice = {"number_type": "LONG_CODE", "number_capabilities": ["VOICE"]}
    assert make_simulator_number(caller, iso_country_code="GB", **voice)
    with pytest.raises(Invalid) as refused:
        make_simulator_number(caller, iso_country_code="DE", **voice)
    assert refused.value.reason == "COUNTRY_NOT_ENABLED"


def test_accepted_is_not_delivered(caller, number):
    """send.accepted, send.dry_run, send.ttl"""
    message = send(caller, origination_identity=number.name)
    assert (message.status, message.is_final) == ("QUEUED", False)
    assert (message.expires_at - message.created_timestamp).total_seconds() == 259_200
    before = Activity.objects.count()
    assert send(caller, origination_identity=number.name, dry_run=True) is None
    assert Activity.objects.count() == before


def test_context_and_keyword_stay_with_the_message(caller, number):
    """send.context, send.keyword_param"""
    kept = send(caller, origination_identity=number.name, context={"order": "7"}, keyword="ALERTS")
    assert (kept.context, kept.keyword) == ({"order": "7"}, "ALERTS")


def test_feedback_default_of_a_set_applies_unless_the_send_says_otherwise(caller, number):
    """set.defaults"""
    name = make_configuration_set(caller).configuration_set_name
    set_default_message_feedback_enabled(caller, configuration_set_name=name, message_feedback_enabled=True)
    wanted = {"origination_identity": number.name, "configuration_set_name": name}
    assert send(caller, **wanted).message_feedback_enabled
    assert not send(caller, message_feedback_enabled=False, **wanted).message_feedback_enabled


def test_one_message_per_code_and_simulator_numbers_can_be_verified(caller, number):
    """one_message, no_originator, code_format"""
    row = create_verified_destination_number(caller, destination_phone_number=SUCCESS)
    sent = send_destination_number_verification_code(
        caller, verified_destination_number_id=row.name, verification_channel="TEXT"
    )
    assert sent.message_id
    row.refresh_from_db()
    assert row.codes_sent == 1
