"""What handsets send back: keywords, opting out and in."""

import pytest

from messaging.errors import Conflict, Invalid, NotFound
from messaging.models import Handset, InboundMessage, Message, OptedOutNumber, OutboxEntry, PhoneNumber
from messaging.operations.delivery import deliver_due_events
from messaging.operations.inbound import receive_inbound_message
from messaging.operations.keywords import put_keyword
from messaging.operations.phone_numbers import update_phone_number
from messaging.operations.pools import update_pool
from messaging.operations.sending import send_text_message
from tests.factories import SUCCESS, make_caller, make_opt_out_list, make_pool, make_simulator_number

pytestmark = pytest.mark.django_db
TOPIC = "arn:aws:sns:us-east-1:123456789012:inbound"


@pytest.fixture
def number(caller):
    return make_simulator_number(caller)


def say(caller, number, body, handset=SUCCESS):
    return receive_inbound_message(
        caller, origination_number=handset, destination_number=number.phone_number, message_body=body
    )


def send(caller, number):
    return send_text_message(
        caller, destination_phone_number=SUCCESS, origination_identity=number.phone_number_id, message_body="Hello"
    )


def test_stop_opts_out_confirms_and_stops_the_next_send(caller, number, clock):
    """opt_out.automatic, opt_out.scope"""
    first = send(caller, number)
    clock.advance(seconds=5)
    received = say(caller, number, "Stop please")
    entry = OptedOutNumber.objects.get()
    assert (entry.opted_out_number, entry.end_user_opted_out, entry.actor) == (SUCCESS, True, f"handset:{SUCCESS}")
    assert received.inbound.message_keyword == "STOP"
    assert received.inbound.previous_published_message_id == first.message_id
    assert "opted out" in received.reply.message_body
    assert received.reply.destination_phone_number == SUCCESS
    with pytest.raises(Conflict) as refused:
        send(caller, number)
    assert refused.value.reason == "DESTINATION_PHONE_NUMBER_OPTED_OUT"


@pytest.mark.parametrize("word", ["START", "unstop"])
def test_start_opts_in_again(caller, number, word):
    say(caller, number, "STOP")
    received = say(caller, number, word)
    assert received.inbound.keyword_action == "OPT_IN"
    assert not OptedOutNumber.objects.exists()
    assert send(caller, number).message


def test_help_is_answered_and_changes_nothing(caller, number):
    received = say(caller, number, "help")
    assert received.inbound.keyword_action == "AUTOMATIC_RESPONSE"
    assert received.reply is not None
    assert not OptedOutNumber.objects.exists()


def test_ordinary_text_is_kept_without_a_reply(caller, number):
    received = say(caller, number, "Thank you!")
    assert received.reply is None
    assert (InboundMessage.objects.get().message_body, Message.objects.count()) == ("Thank you!", 0)
    assert Handset.objects.get().phone_number == SUCCESS


def test_pool_answers_for_its_numbers_and_its_own_list(caller):
    make_opt_out_list(caller, "news")
    pool = make_pool(caller, origination_identity=make_simulator_number(caller, opt_out_list_name="news").phone_number)
    put_keyword(caller, origination_identity=pool.pool_id, keyword="JOIN", keyword_message="Welcome")
    number = pool.phone_numbers.get()
    assert say(caller, number, "join me").reply.message_body == "Welcome"
    say(caller, number, "cancel")
    assert OptedOutNumber.objects.get().opt_out_list.opt_out_list_name == "news"


def test_self_managed_opt_outs_leave_everything_to_the_sender(caller, number):
    """opt_out.self_managed"""
    update_phone_number(
        caller,
        phone_number_id=number.phone_number_id,
        two_way_enabled=True,
        two_way_channel_arn=TOPIC,
        self_managed_opt_outs_enabled=True,
    )
    for body in ("STOP", "HELP", "START"):
        received = say(caller, number, body)
        assert received.reply is None
    assert not OptedOutNumber.objects.exists()


def test_opt_out_by_the_operator_becomes_the_recipients_own(caller, number):
    from messaging.operations.opt_out_lists import put_opted_out_number

    put_opted_out_number(caller, opt_out_list_name="Default", opted_out_number=SUCCESS)
    say(caller, number, "STOP")
    assert OptedOutNumber.objects.get().end_user_opted_out


def test_refuses_numbers_that_are_not_ours_and_empty_texts(caller, number, other_owner):
    with pytest.raises(NotFound):
        say(make_caller(other_owner), number, "STOP")
    for body in ("", "  ", "x" * 1601):
        with pytest.raises(Invalid) as refused:
            say(caller, number, body)
        assert "message_body" in refused.value.fields
    with pytest.raises(Invalid):
        say(caller, number, "STOP", handset="me")


def test_topic_gets_the_documented_payload(caller, number):
    """two_way.payload"""
    settings = {"two_way_enabled": True, "two_way_channel_arn": TOPIC}
    update_phone_number(caller, phone_number_id=number.phone_number_id, **settings)
    sent = send(caller, number)
    received = say(caller, number, "help me")
    entry = OutboxEntry.objects.get(topic_arn=TOPIC)
    assert list(entry.payload.items()) == [
        ("originationNumber", SUCCESS),
        ("destinationNumber", number.phone_number),
        ("messageKeyword", "HELP"),
        ("messageBody", "help me"),
        ("inboundMessageId", str(received.inbound.inbound_message_id)),
        ("previousPublishedMessageId", sent.message_id),
    ]
    assert entry.event_id == received.inbound.inbound_message_id


@pytest.mark.parametrize("channel", ["connect.us-east-1.amazonaws.com", ""])
def test_only_a_topic_is_published_to(caller, number, channel):
    if channel:
        settings = {"two_way_enabled": True, "two_way_channel_arn": channel}
        update_phone_number(caller, phone_number_id=number.phone_number_id, **settings)
    say(caller, number, "hello")
    assert not OutboxEntry.objects.exists()


def test_pool_publishes_for_its_numbers_and_the_subscriber_gets_it_whole(caller):
    pool = make_pool(caller)
    update_pool(caller, pool_id=pool.pool_id, two_way_enabled=True, two_way_channel_arn=TOPIC)
    say(caller, pool.phone_numbers.get(), "hello")
    assert deliver_due_events() == 1
    entry = OutboxEntry.objects.get()
    assert (entry.status, entry.payload["messageBody"]) == ("DELIVERED", "hello")


def test_nothing_reaches_a_number_that_is_not_active_yet(caller, number):
    PhoneNumber.objects.filter(pk=number.pk).update(status="PENDING")
    with pytest.raises(Conflict) as refused:
        say(caller, number, "STOP")
    assert refused.value.reason == "RESOURCE_NOT_ACTIVE"
    assert not InboundMessage.objects.exists() and not OptedOutNumber.objects.exists()


def test_a_simulator_handset_stays_in_its_country(caller, number):
    say(caller, number, "Hello", handset="+447860019066")
    assert Handset.objects.get().iso_country_code == "GB"
