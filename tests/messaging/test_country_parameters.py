"""What single countries ask of a text: India's ids, China's templates, Singapore's register."""

import pytest

from messaging.errors import Conflict, Denied, Invalid, NotFound
from messaging.models import Message, SenderId
from messaging.operations.handsets import describe_handset_messages
from messaging.operations.message_templates import (
    STOPPED,
    delete_message_template,
    describe_message_templates,
    register_message_template,
)
from messaging.operations.registry import settings_changed
from messaging.operations.sending import check_text_message, send_text_message
from messaging.permissions import Role
from messaging.text.templates import matches
from tests import factories

pytestmark = pytest.mark.django_db

INDIAN, CHINESE, SINGAPOREAN = "+919812345670", "+8613812345670", "+6581234560"
IDS = {"IN_ENTITY_ID": "1101", "IN_TEMPLATE_ID": "2202"}
TEXT = "Your code is {#var#}."


@pytest.fixture
def header(caller):
    """A sender ID that is registered in India."""
    row = factories.make_sender_id(caller, "MYSHOP", "IN")
    SenderId.objects.filter(pk=row.pk).update(registered=True)
    return row


@pytest.fixture
def template(caller):
    return register_message_template(
        caller, iso_country_code="IN", message_template=TEXT, entity_id="1101", template_id="2202"
    )


def _international(caller):
    """A number that sends abroad."""
    number = factories.make_simulator_number(caller)
    type(number).objects.filter(pk=number.pk).update(number_type="LONG_CODE", international_sending_enabled=True)
    return number


def send(caller, destination, body="Your code is 4711.", **more):
    return send_text_message(caller, destination_phone_number=destination, message_body=body, **more).message


def verdict(caller, destination, body="Your code is 4711.", **more):
    checked = check_text_message(caller, destination_phone_number=destination, message_body=body, **more)
    return next(row for row in checked.verdicts if row.name == "country-parameters"), checked


def to_india(caller, body="Your code is 4711.", **more):
    return send(caller, INDIAN, body, origination_identity="MYSHOP", **more)


@pytest.mark.parametrize("given", [{}, {"IN_ENTITY_ID": "1101"}, {"IN_TEMPLATE_ID": "2202"}])
def test_a_sender_id_sends_to_india_with_both_ids(caller, header, template, given):
    """send.india"""
    with pytest.raises(Invalid) as refused:
        to_india(caller, destination_country_parameters=given)
    assert refused.value.reason == "MISSING_PARAMETER"
    assert "destination_country_parameters" in refused.value.fields
    assert to_india(caller, destination_country_parameters=IDS).destination_country_parameters == IDS


def test_letters_send_transactional_messages_to_india_and_digits_promotional_ones(caller, header, template, unlimited):
    """sender_id.format"""
    factories.make_sender_id(caller, "123456", "IN", message_types=["PROMOTIONAL"])
    SenderId.objects.filter(sender_id="123456").update(registered=True)
    settings_changed([caller.owner_id])
    for name, theirs, other in (("MYSHOP", "TRANSACTIONAL", "PROMOTIONAL"), ("123456", "PROMOTIONAL", "TRANSACTIONAL")):
        from_it = {"origination_identity": name, "destination_country_parameters": IDS}
        with pytest.raises(Conflict) as refused:
            send(caller, INDIAN, message_type=other, **from_it)
        assert (refused.value.reason, list(refused.value.fields)) == ("MESSAGE_TYPE_MISMATCH", ["message_type"])
        assert send(caller, INDIAN, **from_it).message_type == theirs


def test_ids_that_the_account_does_not_have_are_refused(caller, header):
    with pytest.raises(Invalid) as refused:
        to_india(caller, destination_country_parameters=IDS)
    assert refused.value.reason == "INVALID_PARAMETER"


def test_without_a_sender_id_india_takes_no_ids(caller, header, template, clock):
    number = _international(caller)
    with pytest.raises(Invalid) as refused:
        send(caller, INDIAN, origination_identity=number.phone_number, destination_country_parameters=IDS)
    assert refused.value.reason == "INVALID_PARAMETER"
    message = send(caller, INDIAN, "Any text", origination_identity=number.phone_number)
    factories.deliver_all(clock)
    message.refresh_from_db()
    assert message.status == "DELIVERED"
    shown = describe_handset_messages(caller, phone_number=INDIAN).bubbles[0].shown_as
    assert shown.isdigit() and len(shown) == 6, "the international route has a random numeric sender"


def test_elsewhere_the_ids_are_left_out_of_account(caller):
    """As in the guide's own example, which gives them for a number in the US."""
    number = factories.make_simulator_number(caller)
    message = send(
        caller,
        factories.SUCCESS,
        origination_identity=number.phone_number,
        destination_country_parameters=IDS,
    )
    assert message.pk


def test_carriers_stop_an_indian_text_that_is_not_the_template(caller, header, template, clock):
    right = to_india(caller, "Your code is 1.", destination_country_parameters=IDS)
    clock.advance(seconds=2)
    wrong = to_india(caller, "Hi", destination_country_parameters=IDS)
    found, _checked = verdict(caller, INDIAN, "Hi", origination_identity="MYSHOP", destination_country_parameters=IDS)
    assert "carriers stop" in str(found.detail)
    factories.deliver_all(clock)
    right.refresh_from_db()
    wrong.refresh_from_db()
    assert (right.status, wrong.status) == ("DELIVERED", "CARRIER_BLOCKED")
    assert wrong.events.get(is_final=True).description == STOPPED


def test_china_takes_registered_templates_only(caller, clock):
    """china_templates: no template, no sending; a text that is none of them is blocked."""
    number = _international(caller)
    with pytest.raises(Invalid) as refused:
        send(caller, CHINESE, origination_identity=number.phone_number)
    assert refused.value.reason == "COUNTRY_NOT_ENABLED"
    row = register_message_template(caller, iso_country_code="CN", message_template=TEXT)
    right = send(caller, CHINESE, "Your code is 1.", origination_identity=number.phone_number)
    clock.advance(seconds=2)
    wrong = send(caller, CHINESE, "Hi", origination_identity=number.phone_number)
    factories.deliver_all(clock)
    right.refresh_from_db()
    wrong.refresh_from_db()
    assert (right.status, wrong.status) == ("DELIVERED", "CARRIER_BLOCKED")
    delete_message_template(caller, message_template_id=row.message_template_id)
    with pytest.raises(Invalid):
        send(caller, CHINESE, origination_identity=number.phone_number)


def test_singapore_shows_likely_scam_for_a_sender_id_that_is_not_registered(caller, clock):
    found, _checked = verdict(caller, SINGAPOREAN, origination_identity="CAFE")
    assert "LIKELY-SCAM" in str(found.detail)
    send(caller, SINGAPOREAN, origination_identity="CAFE")
    factories.deliver_all(clock)
    assert describe_handset_messages(caller, phone_number=SINGAPOREAN).bubbles[0].shown_as == "LIKELY-SCAM"
    row = factories.make_sender_id(caller, "BANK", "SG")
    SenderId.objects.filter(pk=row.pk).update(registered=True)
    send(caller, SINGAPOREAN, origination_identity="BANK")
    factories.deliver_all(clock)
    assert describe_handset_messages(caller, phone_number=SINGAPOREAN).bubbles[0].shown_as == ""
    assert set(Message.objects.values_list("status", flat=True)) == {"DELIVERED"}


def test_templates_are_refused_for_wrong_ids_countries_and_twice(caller, template):
    with pytest.raises(Conflict):
        register_message_template(
            caller, iso_country_code="IN", message_template="Other", entity_id="1101", template_id="2202"
        )
    for wrong in (
        {"iso_country_code": "US", "message_template": "x"},
        {"iso_country_code": "IN", "message_template": "x", "entity_id": "a b", "template_id": "1"},
        {"iso_country_code": "IN", "message_template": "x"},
        {"iso_country_code": "CN", "message_template": "x", "entity_id": "1"},
        {"iso_country_code": "CN", "message_template": " "},
    ):
        with pytest.raises(Invalid):
            register_message_template(caller, **wrong)
    with pytest.raises(NotFound):
        delete_message_template(caller, message_template_id="message-template-none")
    assert list(describe_message_templates(caller)) == [template]


def test_only_administrators_register_templates(owner):
    with pytest.raises(Denied):
        register_message_template(
            factories.make_caller(owner, Role.OPERATOR), iso_country_code="CN", message_template="x"
        )


@pytest.mark.parametrize(
    ("template", "body", "fits"),
    [
        ("Hello", "Hello", True),
        ("Hello", "hello", False),
        ("Hello", "Hello ", False),
        ("Hi {#var#}!", "Hi Ann!", True),
        ("Hi {#var#}!", "Hi !", False),
        ("Hi {#var#}!", f"Hi {'x' * 30}!", True),
        ("Hi {#var#}!", f"Hi {'x' * 31}!", False),
        ("{#var#}{#var#}", "x" * 60, True),
        ("{#var#}{#var#}", "x" * 61, False),
        ("{#var#}{#var#}", "x", False),
        ("a{#var#}a", "aaa", True),
        ("(.*){#var#}", "(.*)1", True),
        ("“{#var#}”", '"1"', False),
        ("{#var#}" * 200, "x" * 199, False),
    ],
)
def test_a_text_matches_its_template_exactly(template, body, fits):
    assert matches(template, body) is fits
