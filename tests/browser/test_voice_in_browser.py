"""Voice in the browser: the count follows the typing, a call is made and heard, pages are accessible and narrow."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from messaging.clock import FrozenClock
from tests.browser_fixtures import FRAME, faults
from tests.factories import HANDSET, call, deliver_all, make_voice_number

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
SPEECH = (
    "<speak><p>Good morning. Your code is <say-as interpret-as='digits'>471100</say-as>.</p>"
    "<p><amazon:effect name='whispered'>Tell nobody.</amazon:effect> <break time='600ms'/>"
    "<prosody rate='slow' pitch='high'>Good <emphasis level='strong'>bye</emphasis>.</prosody></p></speak>"
)


@pytest.fixture
def number(caller: Any) -> Any:
    return make_voice_number(caller)


def test_the_count_follows_the_typing_and_a_call_is_made(
    number: Any, clock: FrozenClock, open_page: Callable[..., Page], console_url: Callable[..., str]
) -> None:
    tab = open_page()
    tab.goto(console_url(f"test-send/voice/?to=%2B{HANDSET[1:]}"))
    tab.get_by_label("SSML", exact=True).check()
    tab.fill("#id_message_body", "<speak>Hello <b>you</b></speak>")
    expect(tab.locator("#voice-preview")).to_contain_text("<b> is no element that a voice can read")
    tab.fill("#id_message_body", "<speak>Hello you</speak>")
    expect(tab.locator("#voice-preview")).to_contain_text("9 of 3,000")
    tab.get_by_role("button", name="Check before send").last.click()
    expect(tab.locator("#checks")).to_contain_text("Ready to send")
    tab.locator("#checks").get_by_role("button", name="Send").click()
    expect(tab.locator("h1")).to_contain_text("Message to")
    expect(tab.locator("main")).to_contain_text("Call script")


def test_voice_pages_are_accessible_and_narrow(
    caller: Any, number: Any, clock: FrozenClock, page: Page, console_url: Callable[..., str]
) -> None:
    sent = call(caller, origination_identity=number.phone_number_id, body=SPEECH, message_body_text_type="SSML")
    deliver_all(clock)
    found = []
    for path in (f"messages/{sent.message_id}/", f"handsets/{HANDSET}/", f"test-send/voice/?again={sent.message_id}"):
        page.goto(console_url(path))
        found += faults(page, without=FRAME)
    assert not found, "\n".join(found)
