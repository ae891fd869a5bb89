"""Test SMS sending: everything typed is kept, every check is shown, and what is sent is exactly what was checked."""

from typing import Any

import pytest

from messaging.models import Message, PhoneNumber
from tests.client import ConsoleClient
from tests.factories import (
    FAILURE,
    SUCCESS,
    make_configuration_set,
    make_opt_out_list,
    make_pool,
    make_simulator_number,
)

PATH = "test-send/"


@pytest.fixture
def number(caller: Any) -> PhoneNumber:
    made: PhoneNumber = make_simulator_number(caller)
    return made


def filled(number: PhoneNumber, **changes: Any) -> dict[str, Any]:
    return {
        "destination_phone_number": SUCCESS,
        "origination_identity": number.phone_number,
        "message_body": "Your code is 123456.",
        **changes,
    }


def body(response: Any) -> str:
    return response.content.decode()


def test_strangers_sign_in_and_other_accounts_are_not_there(stranger: ConsoleClient, client_in: ConsoleClient) -> None:
    assert stranger.get(stranger.path(PATH)).status_code == 302
    assert client_in.get("/999999999999/us-east-1/test-send/").status_code == 404


def test_viewers_may_not_send(signed_in: Any, number: PhoneNumber) -> None:
    client = signed_in("VIEWER")
    assert client.get(client.path(PATH)).status_code == 403
    assert client.post(client.path(PATH), filled(number, send="1")).status_code == 403
    assert not Message.objects.exists()


def test_offers_a_number_where_there_is_none_and_keeps_what_was_typed(client_in: ConsoleClient) -> None:
    html = body(client_in.get(client_in.path(PATH)))
    assert "Request a simulator number" in html
    page = body(
        client_in.post(client_in.path(PATH), {"message_body": "Keep me", "request_number": "1", "max_price": "0.05"})
    )
    made = PhoneNumber.objects.get()
    assert "Keep me" in page and 'value="0.05"' in page
    assert f'<option value="{made.phone_number}" selected>' in page


def test_lists_who_cannot_reach_the_destination_and_why(client_in: ConsoleClient, number: PhoneNumber) -> None:
    html = body(client_in.get(client_in.path(f"{PATH}?to=%2B12065550142")))
    assert "A simulator number sends only to simulator destinations of its own country." in html
    assert f'<option value="{number.phone_number}"' not in html


def test_a_change_of_destination_renews_the_senders_and_the_cost(client_in: ConsoleClient, number: PhoneNumber) -> None:
    html = body(
        client_in.fragment(client_in.path(PATH), filled(number), method="post", headers={"HX-Target": "senders"})
    )
    assert html.lstrip().startswith('<div id="senders"')
    assert 'id="preview"' in html and 'hx-swap-oob="outerHTML"' in html and "<form" not in html


def test_checks_before_sending_and_sends_nothing(client_in: ConsoleClient, number: PhoneNumber) -> None:
    html = body(client_in.post(client_in.path(PATH), filled(number, check="1")))
    assert "Ready to send" in html and "Not on the opt-out list of the originator" in html
    assert "Open the setting" in html
    assert (
        "aws pinpoint-sms-voice-v2 send-text-message" in html
        and "DestinationPhoneNumber=&#x27;+14254147755&#x27;" in html
    )
    assert not Message.objects.exists()


def test_check_shows_every_refusal_with_its_reason(client_in: ConsoleClient, caller: Any, number: PhoneNumber) -> None:
    make_opt_out_list(caller, "mine", (SUCCESS,))
    PhoneNumber.objects.update(opt_out_list=number.opt_out_list)
    from messaging.operations.opt_out_lists import put_opted_out_number

    put_opted_out_number(caller, opt_out_list_name="Default", opted_out_number=SUCCESS)
    html = body(client_in.post(client_in.path(PATH), filled(number, check="1", max_price="0.00001")))
    assert "Would be refused" in html
    assert "DESTINATION_PHONE_NUMBER_OPTED_OUT" in html and "PRICE_OVER_THRESHOLD" in html


def test_check_as_a_fragment(client_in: ConsoleClient, number: PhoneNumber) -> None:
    html = body(client_in.fragment(client_in.path(PATH), filled(number, check="1"), method="post"))
    assert html.lstrip().startswith('<div id="test-send"') and "<html" not in html and 'id="checks"' in html


def test_sends_and_goes_to_the_message(client_in: ConsoleClient, caller: Any, number: PhoneNumber) -> None:
    make_configuration_set(caller, "alerts")
    answer = client_in.post(
        client_in.path(PATH),
        filled(
            number,
            send="1",
            destination_phone_number="+1 (425) 414-7755",
            message_body="one\r\ntwo",
            configuration_set_name="alerts",
            message_type="PROMOTIONAL",
            time_to_live="300",
            max_price="0.05",
            context_key=["order", ""],
            context_value=["42", ""],
        ),
    )
    message = Message.objects.get()
    assert answer.status_code == 303 and answer["Location"] == client_in.path(f"messages/{message.message_id}/")
    assert message.message_body == "one\ntwo" and message.context == {"order": "42"}
    assert message.message_type == "PROMOTIONAL" and message.configuration_set_name == "alerts"
    assert (message.expires_at - message.created_timestamp).total_seconds() == 300


def test_dry_run_sends_nothing(client_in: ConsoleClient, number: PhoneNumber) -> None:
    html = body(client_in.post(client_in.path(PATH), filled(number, send="1", dry_run="on")))
    assert "The dry run passed every check. Nothing was sent." in html
    assert not Message.objects.exists()


def test_refusal_keeps_everything_and_says_reason_and_next_step(
    client_in: ConsoleClient, caller: Any, number: PhoneNumber
) -> None:
    from messaging.operations.opt_out_lists import put_opted_out_number

    put_opted_out_number(caller, opt_out_list_name="Default", opted_out_number=SUCCESS)
    answer = client_in.post(
        client_in.path(PATH), filled(number, send="1", keyword="KEEP", context_key="a", context_value="b")
    )
    html = body(answer)
    assert answer.status_code == 422 and "<title>Error: " in html
    assert "DESTINATION_PHONE_NUMBER_OPTED_OUT" in html and "until they opt in again (START)" in html
    assert 'href="#id_destination_phone_number"' in html and 'aria-invalid="true"' in html
    assert "Your code is 123456.</textarea>" in html and 'value="KEEP"' in html and 'value="b"' in html


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"time_to_live": "4"}, "greater than or equal to 5"),
        ({"time_to_live": "soon"}, "whole number"),
        ({"context_key": "", "context_value": "x"}, "A context value has no key."),
        ({"context_key": ["a", "a"], "context_value": ["1", "2"]}, "is there twice"),
        ({"message_body": ""}, "Write 1 to 1600 characters."),
        ({"destination_phone_number": "nobody"}, "is not a phone number in E.164 form"),
        ({"max_price": "cheap"}, "is not a price"),
    ],
)
def test_wrong_input_is_422_and_kept(client_in: ConsoleClient, number: PhoneNumber, changes: Any, said: str) -> None:
    answer = client_in.post(client_in.path(PATH), filled(number, send="1", **changes))
    assert answer.status_code == 422
    assert said in body(answer).replace("&#x27;", "'").replace("1,600", "1600")
    assert not Message.objects.exists()


def test_buttons_of_the_preview_work_on_the_text_only(client_in: ConsoleClient, number: PhoneNumber) -> None:
    html = body(client_in.post(client_in.path(PATH), filled(number, message_body="a – b", replace_all="1")))
    assert "a - b</textarea>" in html and 'id="checks"' not in html


def test_a_simulator_number_is_chosen_by_a_button(client_in: ConsoleClient, number: PhoneNumber) -> None:
    html = body(client_in.post(client_in.path(PATH), filled(number, recipient=FAILURE)))
    assert f'value="{FAILURE}"' in html and "Your code is 123456.</textarea>" in html


def test_sends_again_what_a_message_said(client_in: ConsoleClient, caller: Any, number: PhoneNumber) -> None:
    from tests.factories import send

    row = send(caller, FAILURE, "Once more", origination_identity=number.phone_number_id, keyword="WORD").message
    html = body(client_in.get(client_in.path(f"{PATH}?again={row.message_id}")))
    assert "Once more</textarea>" in html and f'value="{FAILURE}"' in html and 'value="WORD"' in html
    assert client_in.get(client_in.path(f"{PATH}?again=nothing")).status_code == 200


def test_pools_can_be_chosen(client_in: ConsoleClient, caller: Any, number: PhoneNumber) -> None:
    pool = make_pool(caller)
    client_in.post(client_in.path(PATH), filled(number, send="1", origination_identity=pool.pool_id))
    assert Message.objects.get().pool_id == pool.pool_id


def test_query_budget(client_in: ConsoleClient, number: PhoneNumber, django_assert_max_num_queries: Any) -> None:
    client_in.get(client_in.path(PATH))
    with django_assert_max_num_queries(12):
        client_in.get(client_in.path(PATH))
    with django_assert_max_num_queries(18):
        client_in.post(client_in.path(PATH), filled(number, check="1"))
