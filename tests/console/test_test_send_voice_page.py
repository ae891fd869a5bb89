"""Test voice sending: counted while written, every wrong markup said, checked, called, and heard on the handset."""

from typing import Any

import pytest

from messaging.models import Message, PhoneNumber
from tests.client import ConsoleClient
from tests.factories import HANDSET, call, make_simulator_number, make_voice_number

PATH = "test-send/voice/"
SPEECH = (
    "<speak><p>Your code is <say-as interpret-as='digits'>4711</say-as>.</p>"
    "<p><amazon:effect name='whispered'>Tell nobody.</amazon:effect><break time='600ms'/></p></speak>"
)


@pytest.fixture
def number(caller: Any) -> PhoneNumber:
    made: PhoneNumber = make_voice_number(caller)
    return made


def filled(number: PhoneNumber, **changes: Any) -> dict[str, Any]:
    return {
        "destination_phone_number": HANDSET,
        "origination_identity": number.phone_number,
        "message_body": "Your table is ready.",
        "message_body_text_type": "TEXT",
        "voice_id": "AMY",
        **changes,
    }


def body(response: Any) -> str:
    text: str = response.content.decode()
    return text


def test_offers_numbers_with_voice_only(client_in: ConsoleClient, caller: Any, number: PhoneNumber) -> None:
    silent = make_simulator_number(caller)
    html = body(client_in.get(client_in.path(f"{PATH}?to={HANDSET[1:]}".replace("to=", "to=%2B"))))
    assert f'value="{number.phone_number}"' in html and f'value="{silent.phone_number}"' not in html
    assert "It does not carry voice." in html and "Any that fits" not in html
    assert 'value="MATTHEW" selected' in html and html.count("<optgroup") >= 28


def test_tabs_choose_the_channel_and_keep_the_recipient(client_in: ConsoleClient, number: PhoneNumber) -> None:
    html = body(client_in.get(client_in.path("test-send/?to=%2B12065550142")))
    assert 'test-send/voice/?to=%2B12065550142"' in html and 'test-send/media/?to=%2B12065550142"' in html


def test_without_a_number_it_leads_to_one(client_in: ConsoleClient) -> None:
    assert "Request a number with voice" in body(client_in.get(client_in.path(PATH)))


def test_counts_without_markup_while_it_is_written(client_in: ConsoleClient, number: PhoneNumber) -> None:
    data = filled(number, message_body=SPEECH, message_body_text_type="SSML")
    html = body(client_in.post(client_in.path(f"{PATH}preview/"), data, headers={"HX-Request": "true"}))
    assert "30 of 3,000" in html.replace("\u202f", ",") and "4 7 1 1" in html
    assert "whispered" in html and "pause of 0.6 s" in html and "Amy" in html
    assert "<html" not in html and html.lstrip().startswith("<section")


def test_says_what_is_wrong_with_the_markup_and_where(client_in: ConsoleClient, number: PhoneNumber) -> None:
    data = filled(number, message_body="<speak>\n<loud>Hi</loud></speak>", message_body_text_type="SSML")
    html = body(client_in.post(client_in.path(f"{PATH}preview/"), data, headers={"HX-Request": "true"}))
    assert "&lt;loud&gt; is no element that a voice can read. Line 2, column 1." in html
    response = client_in.post(client_in.path(PATH), {**data, "send": "1"})
    assert response.status_code == 422 and "Line 2, column 1." in body(response)
    assert not Message.objects.exists()


def test_warns_of_markup_in_plain_text(client_in: ConsoleClient, number: PhoneNumber) -> None:
    html = body(client_in.post(client_in.path(PATH), filled(number, message_body=SPEECH, update_preview="1")))
    assert "This looks like SSML" in html and "Tell nobody." in html


def test_checks_and_shows_the_request(client_in: ConsoleClient, number: PhoneNumber) -> None:
    html = body(client_in.post(client_in.path(PATH), filled(number, check="1", max_price_per_minute="0.50")))
    assert "Ready to send" in html and "Number of calls" in html
    assert "aws pinpoint-sms-voice-v2 send-voice-message" in html and "VoiceId=&#x27;AMY&#x27;" in html
    assert "MaxPricePerMinute=&#x27;0.50&#x27;" in html
    assert not Message.objects.exists()


def test_a_dry_run_sends_nothing(client_in: ConsoleClient, number: PhoneNumber) -> None:
    html = body(client_in.post(client_in.path(PATH), filled(number, send="1", dry_run="on")))
    assert "The dry run passed every check." in html and not Message.objects.exists()


def test_a_refused_price_stands_on_its_field(client_in: ConsoleClient, number: PhoneNumber) -> None:
    response = client_in.post(client_in.path(PATH), filled(number, send="1", max_price_per_minute="0.00001"))
    assert response.status_code == 422 and "PRICE_OVER_THRESHOLD" in body(response)
    assert "Allow more for a minute" in body(response)


def test_calls_and_the_handset_shows_the_script(
    client_in: ConsoleClient, clock: Any, deliver_all: Any, number: PhoneNumber
) -> None:
    data = filled(number, message_body=SPEECH, message_body_text_type="SSML", send="1")
    response = client_in.post(client_in.path(PATH), data)
    row = Message.objects.get()
    assert response.status_code == 303 and response.url.endswith(f"/messages/{row.message_id}/")
    detail = body(client_in.get(client_in.path(f"messages/{row.message_id}/")))
    assert "Call script" in detail and "takes about" in detail and "test-send/voice/?again=" in detail
    deliver_all()
    detail = body(client_in.get(client_in.path(f"messages/{row.message_id}/")))
    assert "VOICE_COMPLETED" in detail and "1 minute billed" in detail and "whispered" in detail
    screen = body(client_in.get(client_in.path(f"handsets/{HANDSET}/")))
    assert "4 7 1 1" in screen and "whispered" in screen and "Amy reads English (United Kingdom)" in screen
    again = body(client_in.get(client_in.path(f"{PATH}?again={row.message_id}")))
    assert "Tell nobody." in again and 'value="AMY" selected' in again
    assert "Voice" in body(client_in.get(client_in.path("messages/?f=channel:=:VOICE")))


def test_a_missed_call_is_on_the_screen(client_in: ConsoleClient, caller: Any, clock: Any, deliver_all: Any) -> None:
    call(caller, "+12065559932")
    deliver_all()
    screen = body(client_in.get(client_in.path("handsets/+12065559932/")))
    assert "Missed call" in screen and "Your table is ready." not in screen


def test_viewers_do_not_call(signed_in: Any, number: PhoneNumber) -> None:
    viewer = signed_in("VIEWER")
    assert viewer.get(viewer.path(PATH)).status_code == 403
    assert viewer.post(viewer.path(f"{PATH}preview/"), filled(number)).status_code == 403


def test_a_page_costs_few_queries(
    client_in: ConsoleClient, number: PhoneNumber, django_assert_max_num_queries: Any
) -> None:
    with django_assert_max_num_queries(12):
        client_in.get(client_in.path(PATH))
