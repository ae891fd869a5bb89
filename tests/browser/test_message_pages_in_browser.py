"""Pages of messages and handsets as they look when something is on them: accessible, and no wider than a phone."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from messaging.clock import FrozenClock
from tests.browser_fixtures import FRAME, faults
from tests.factories import FAILURE, SUCCESS, deliver_all, make_simulator_number, send

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
TEXT = "Sale – only today: https://example.com/a-rather-long-address-that-does-not-break [A] 5 € \u00a0ćevap " * 4


@pytest.fixture
def sent(caller: Any, clock: FrozenClock) -> Any:
    number = make_simulator_number(caller).phone_number_id
    send(caller, FAILURE, origination_identity=number)
    row = send(caller, SUCCESS, TEXT, origination_identity=number, context={"order": "42"}).message
    deliver_all(clock)
    return row


def test_pages_with_content_are_accessible_and_fit_a_narrow_window(
    sent: Any, page: Page, console_url: Callable[..., str]
) -> None:
    found: list[str] = []
    for path in (
        f"messages/{sent.message_id}/",
        f"handsets/{SUCCESS}/",
        "messages/?f=parts:>:1&f=iso-country-code:=:US",
    ):
        page.goto(console_url(path))
        found += faults(page, without=FRAME)
    for path in ("message-parts/", "test-send/"):
        page.goto(console_url(path))
        page.fill("#id_message_body", TEXT)
        expect(page.locator("#preview .fixes li")).to_have_count(3)
        found += faults(page, without=FRAME)
    page.fill("#id_destination_phone_number", SUCCESS)
    page.get_by_role("button", name="Check before send").last.click()
    expect(page.locator("#checks")).to_be_visible()
    found += faults(page, without=FRAME)
    assert not found, "\n".join(found)


def test_undo_brings_the_text_back_and_typing_is_counted_live(page: Page, console_url: Callable[..., str]) -> None:
    page.goto(console_url("message-parts/"))
    text = page.locator("#id_message_body")
    text.press_sequentially("a – b")
    expect(page.locator("#preview")).to_contain_text("Part 1 – 5 of 70")
    page.get_by_role("button", name="Replace all").click()
    expect(text).to_have_value("a - b")
    expect(text).to_be_focused()
    page.get_by_role("button", name="Undo").click()
    expect(text).to_have_value("a – b")
    page.select_option("#id_add_country", "DE")
    expect(page.locator("#preview")).to_contain_text("Germany")
    expect(page.locator("#id_add_country")).to_have_value("")
    page.get_by_label("Germany").click()  # the row goes with its box
    expect(page.locator("#preview")).not_to_contain_text("Germany")
