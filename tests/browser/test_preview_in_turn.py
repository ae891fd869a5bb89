"""Whatever is pressed while an answer to the preview is on its way: nothing asked for is lost."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from playwright.sync_api import Page, Route, expect

from tests.factories import SUCCESS, make_simulator_number

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
DASHED = "Doors open at nine – bring your ticket"
PLAIN = "Doors open at nine - bring your ticket"


@dataclass
class Gate:
    """Holds back what a page posts, from `shut` until `open`."""

    tab: Page
    held: list[Route] = field(default_factory=list)
    is_shut: bool = False

    def __call__(self, route: Route) -> None:
        if self.is_shut and route.request.method == "POST":
            self.held.append(route)
        else:
            route.continue_()

    def shut(self, act: Callable[[], object]) -> None:
        """Do what makes the page ask, and return when the request has left and stays unanswered."""
        self.is_shut = True
        with self.tab.expect_request(lambda request: request.method == "POST"):
            act()

    def open(self) -> None:
        self.is_shut = False
        for route in self.held:
            route.continue_()


@pytest.fixture
def gate(page: Page) -> Iterator[Gate]:
    gate = Gate(page)
    page.route("**/*", gate)
    yield gate
    page.unroute_all(behavior="ignoreErrors")


def test_a_button_pressed_while_typing_is_counted_mends_the_text(
    page: Page, gate: Gate, console_url: Callable[..., str]
) -> None:
    page.goto(console_url("message-parts/"))
    text = page.locator("#id_message_body")
    text.fill(DASHED)
    replace = page.get_by_role("button", name="Replace all")
    expect(replace).to_be_visible()
    gate.shut(lambda: text.press_sequentially("!!"))
    replace.click()
    page.select_option("#id_add_country", "DE")
    assert len(gate.held) == 1, "they wait for their turn"
    gate.open()
    expect(text).to_have_value(f"{PLAIN}!!")
    expect(page.locator("#preview")).to_contain_text("Germany")


def test_typing_while_an_answer_is_out_is_counted_when_it_is_in(
    page: Page, gate: Gate, console_url: Callable[..., str]
) -> None:
    page.goto(console_url("message-parts/"))
    text = page.locator("#id_message_body")
    gate.shut(lambda: text.press_sequentially("ab"))
    text.press_sequentially("cde")
    gate.open()
    expect(page.locator("#preview")).to_contain_text("Part 1 – 5 of 160")


def test_a_destination_left_by_pressing_a_button_keeps_both(
    caller: Any, page: Page, gate: Gate, console_url: Callable[..., str]
) -> None:
    number = make_simulator_number(caller)
    page.goto(console_url("test-send/"))
    text = page.locator("#id_message_body")
    text.fill(DASHED)
    replace = page.get_by_role("button", name="Replace all")
    expect(replace).to_be_visible()
    page.fill("#id_destination_phone_number", SUCCESS)
    gate.shut(lambda: page.locator("#id_destination_phone_number").blur())
    replace.click()
    gate.open()
    expect(text).to_have_value(PLAIN)
    expect(page.locator("#preview")).to_contain_text("United States")
    expect(page.locator("#id_origination_identity")).to_contain_text(number.phone_number[-4:])


def test_an_answer_takes_no_button_away_from_under_a_press(
    page: Page, gate: Gate, console_url: Callable[..., str]
) -> None:
    page.goto(console_url("message-parts/"))
    text = page.locator("#id_message_body")
    text.fill(DASHED)
    replace = page.get_by_role("button", name="Replace all")
    expect(replace).to_be_visible()
    gate.shut(lambda: text.press_sequentially("!"))
    replace.hover()
    page.mouse.down()
    with page.expect_event("requestfinished"):
        gate.open()
    page.mouse.up()
    expect(text).to_have_value(f"{PLAIN}!")


@pytest.mark.parametrize("path", ["explain/", "explain/media/", "explain/voice/", "test-send/media/"])
def test_senders_follow_the_destination_where_no_preview_stands(
    path: str, caller: Any, page: Page, console_url: Callable[..., str]
) -> None:
    make_simulator_number(caller)
    page.goto(console_url(path))
    page.fill("#id_destination_phone_number", "+33612345678")
    with page.expect_response(lambda answer: answer.request.headers.get("hx-target") == "senders") as asked:
        page.locator("#id_destination_phone_number").blur()
    assert asked.value.ok


def test_a_call_is_counted_as_typed_last(caller: Any, page: Page, gate: Gate, console_url: Callable[..., str]) -> None:
    page.goto(console_url("test-send/voice/"))
    said = page.locator("#id_message_body")
    expect(page.locator("#voice-preview")).not_to_contain_text("SSML")
    page.fill("#id_destination_phone_number", SUCCESS)
    gate.shut(lambda: page.locator("#id_destination_phone_number").blur())
    said.fill("Your code is 1 2 3 4")
    page.check("[name=message_body_text_type][value=SSML]")
    gate.open()
    expect(page.locator("#voice-preview")).to_contain_text("SSML")
