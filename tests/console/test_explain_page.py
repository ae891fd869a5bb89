"""Explain this send: every check to its end, in order, with what it read and where to change it."""

from typing import Any

import pytest

from messaging.models import Message, PhoneNumber
from messaging.operations.opt_out_lists import put_opted_out_number
from messaging.operations.protect_rules import update_protect_configuration_country_rule_set
from tests.client import ConsoleClient
from tests.factories import (
    HANDSET,
    SUCCESS,
    make_media_number,
    make_pool,
    make_protect_configuration,
    make_simulator_number,
    make_voice_number,
    send,
)


@pytest.fixture
def number(caller: Any) -> PhoneNumber:
    made: PhoneNumber = make_simulator_number(caller)
    return made


def explained(client: ConsoleClient, place: str = "explain/", **data: Any) -> str:
    given = {"destination_phone_number": SUCCESS, "message_body": "Hello", "check": "1", **data}
    return client.post(client.path(place), given).content.decode()


def test_a_clean_send_says_what_it_would_be(client_in: ConsoleClient, number: PhoneNumber) -> None:
    html = explained(client_in, origination_identity=number.phone_number)
    assert "It would be sent" in html and "Refused" not in html
    assert "GSM, 5 characters, message parts: 1" in html and "Nothing is billed" in html
    assert "The request named it." in html
    assert not Message.objects.exists()


def test_every_check_speaks_after_the_first_refusal(client_in: ConsoleClient, caller: Any, number: PhoneNumber) -> None:
    """The notice names the first refusal; checks below it still say theirs, with a way to the setting."""
    put_opted_out_number(caller, opt_out_list_name="Default", opted_out_number=SUCCESS)
    html = explained(client_in, origination_identity=number.phone_number, max_price="0.00001")
    assert "It would be refused" in html
    assert html.index("DESTINATION_PHONE_NUMBER_OPTED_OUT") < html.index("PRICE_OVER_THRESHOLD")
    assert client_in.path("opt-out-lists/Default/") in html


def test_each_identity_that_was_passed_over_has_its_reason(
    client_in: ConsoleClient, caller: Any, number: PhoneNumber
) -> None:
    pool = make_pool(caller, origination_identity=number.phone_number_id)
    html = explained(client_in, origination_identity=pool.pool_id, destination_phone_number=HANDSET)
    assert "No originator could be chosen." in html
    assert "A simulator number sends only to simulator destinations of its own country." in html
    assert "NO_ORIGINATION_IDENTITIES_FOUND" in html


def test_a_protect_configuration_named_in_the_request_decides(
    client_in: ConsoleClient, caller: Any, number: PhoneNumber
) -> None:
    row = make_protect_configuration(caller, "Strict")
    update_protect_configuration_country_rule_set(
        caller,
        protect_configuration_id=row.protect_configuration_id,
        number_capability="SMS",
        country_rule_set_updates={"US": {"protect_status": "BLOCK"}},
    )
    assert "It would be sent" in explained(client_in, origination_identity=number.phone_number)
    html = explained(
        client_in, origination_identity=number.phone_number, protect_configuration_id=row.protect_configuration_id
    )
    assert "DESTINATION_COUNTRY_BLOCKED_BY_PROTECT_CONFIGURATION" in html


def test_a_country_that_is_not_served_stops_what_depends_on_it(client_in: ConsoleClient) -> None:
    html = explained(client_in, destination_phone_number="+5355512345")
    assert "DESTINATION_COUNTRY_BLOCKED" in html and "Waits for a check above" in html


def test_media_and_voice_are_explained_too(client_in: ConsoleClient, caller: Any) -> None:
    media, voice = make_media_number(caller), make_voice_number(caller)
    assert "It would be sent" in explained(client_in, "explain/media/", origination_identity=media.phone_number)
    html = explained(
        client_in,
        "explain/voice/",
        origination_identity=voice.phone_number,
        destination_phone_number="+12045550142",
        message_body_text_type="SSML",
        message_body="<speak>Hello",
        voice_id="MATTHEW",
    )
    assert "It would be refused" in html


def test_an_old_message_can_be_explained_as_of_now(client_in: ConsoleClient, caller: Any) -> None:
    message = send(caller, body="From before").message
    html = client_in.get(client_in.path(f"explain/?again={message.message_id}")).content.decode()
    assert "From before" in html and message.origination_identity in html


def test_test_sending_leads_there_with_what_was_typed(client_in: ConsoleClient, number: PhoneNumber) -> None:
    html = client_in.get(client_in.path("test-send/")).content.decode()
    assert f'formaction="{client_in.path("explain/")}"' in html


def test_viewers_may_not_look(signed_in: Any) -> None:
    client = signed_in("VIEWER")
    assert client.get(client.path("explain/")).status_code == 403
