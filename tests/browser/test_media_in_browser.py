"""An MMS in a real browser: uploaded, checked, sent, and drawn on the handset under the page's policy."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from messaging.clock import FrozenClock
from tests.browser_fixtures import FRAME, faults
from tests.factories import SUCCESS, deliver_all, make_media_number
from tests.media_samples import png

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_a_picture_is_uploaded_sent_and_drawn(
    caller: Any, clock: FrozenClock, page: Page, console_url: Callable[..., str]
) -> None:
    number = make_media_number(caller).phone_number
    found: list[str] = []
    page.goto(console_url(f"test-send/media/?to=%2B{SUCCESS[1:]}&from=%2B{number[1:]}"))
    page.fill("#id_message_body", "Sun")
    expect(page.locator("#body-count")).to_contain_text("3 of 1,600")
    page.set_input_files("#id_upload", {"name": "beach.png", "mimeType": "image/png", "buffer": png()})
    page.get_by_role("button", name="Check before send").last.click()
    expect(page.locator("#checks")).to_contain_text("Ready to send")
    expect(page.locator("#id_media_urls")).to_have_value("s3://media/beach.png")
    found += faults(page, without=FRAME)
    page.get_by_role("button", name="Send", exact=True).click()
    page.wait_for_url("**/messages/*/")
    deliver_all(clock)
    page.goto(console_url(f"handsets/{SUCCESS}/"))
    picture = page.get_by_role("img", name="Picture beach.png")
    picture.scroll_into_view_if_needed()
    expect(picture).to_be_visible()
    page.wait_for_function("document.querySelector('.bubble-media img').naturalWidth === 48")
    found += faults(page, without=FRAME)
    assert not found, "\n".join(found)
