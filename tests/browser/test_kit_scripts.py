"""What the scripts add: shortcuts, dialogs, help, palette, selection, comboboxes, copy, unsaved changes."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser_fixtures import WATCH_MOVES, moved

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def kit(page: Page, settings) -> Page:
    settings.DEBUG = True
    page.goto("/ui/")
    expect(page.locator("html")).to_have_attribute("data-js", "")
    return page


def test_a_dialog_is_fetched_by_its_link_and_gives_the_focus_back(kit: Page) -> None:
    link = kit.get_by_role("link", name="Open a dialog")
    link.click()
    dialog = kit.get_by_role("dialog", name="Rename view")
    expect(dialog).to_be_visible()
    expect(dialog.get_by_role("button", name="Cancel")).to_be_focused()
    kit.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    expect(link).to_be_focused()


def test_a_form_in_a_dialog_stays_there_and_leaves_with_a_message(kit: Page) -> None:
    kit.get_by_role("link", name="Open a dialog").click()
    kit.get_by_role("dialog").get_by_role("button", name="Rename view").click()
    expect(kit.locator("#flash")).to_contain_text("Nothing was changed")
    expect(kit.get_by_role("dialog")).to_be_hidden()


def test_help_opens_in_the_panel_and_closes(kit: Page) -> None:
    kit.get_by_role("link", name="Info about this page").click()
    panel = kit.get_by_role("complementary", name="Help")
    expect(panel.get_by_role("heading", name="Finding your way")).to_be_focused()
    panel.get_by_role("button", name="Close help").click()
    expect(panel).to_be_hidden()
    kit.keyboard.press("]")
    expect(panel).to_be_visible()


def test_question_mark_lists_the_shortcuts(kit: Page) -> None:
    kit.keyboard.press("?")
    expect(kit.get_by_role("dialog", name="Keyboard shortcuts")).to_contain_text("Search and commands")


def test_slash_filters_and_typing_is_left_alone(kit: Page) -> None:
    kit.keyboard.press("/")
    box = kit.locator("[data-filter]")
    expect(box).to_be_focused()
    kit.keyboard.type("?j/[")
    expect(box).to_have_value("?j/[")
    expect(kit.get_by_role("dialog")).to_be_hidden()


def test_g_then_a_letter_goes_to_a_page(kit: Page) -> None:
    kit.keyboard.press("g")
    kit.keyboard.press("p")
    kit.wait_for_url(re.compile("/pools/$"))


def test_the_side_navigation_folds_and_stays_so(kit: Page) -> None:
    with kit.expect_response(lambda answer: "preferences" in answer.url and answer.status == 204):
        kit.keyboard.press("[")
    expect(kit.locator("html")).to_have_attribute("data-nav", "collapsed")
    kit.reload()
    expect(kit.locator("html")).to_have_attribute("data-nav", "collapsed")


def test_rows_are_walked_and_selected_by_keyboard(kit: Page) -> None:
    boxes = kit.locator("[data-select-row]")
    kit.keyboard.press("j")
    kit.keyboard.press("x")
    expect(boxes.nth(0)).to_be_checked()
    kit.keyboard.press("j")
    kit.keyboard.press("j")
    kit.keyboard.press("Shift+X")
    expect(kit.locator("[data-selected-count]")).to_have_text("3 selected")
    kit.keyboard.press("Escape")
    expect(kit.locator("[data-select-row]:checked")).to_have_count(0)


def test_shift_selects_a_range_and_the_head_the_page(kit: Page) -> None:
    boxes = kit.locator("[data-select-row]")
    boxes.nth(1).click()
    boxes.nth(3).click(modifiers=["Shift"])
    expect(kit.locator("[data-select-row]:checked")).to_have_count(3)
    kit.locator("[data-select-page]").click()
    expect(kit.locator("[data-select-row]:checked")).to_have_count(5)
    expect(kit.locator("#live")).to_have_text("5 selected")


def test_the_palette_finds_as_one_types_and_opens_by_enter(kit: Page) -> None:
    kit.keyboard.press("Control+k")
    box = kit.get_by_role("combobox", name="Search pages")
    expect(box).to_be_focused()
    kit.keyboard.type("phone n")
    option = kit.get_by_role("option", name="Phone numbers")
    expect(option).to_have_attribute("aria-selected", "true")
    kit.keyboard.press("Enter")
    kit.wait_for_url(re.compile("/phone-numbers/$"))


def test_a_combobox_narrows_its_select(kit: Page) -> None:
    box = kit.locator("#forms").get_by_role("combobox", name="Country").first
    box.fill("indo")
    kit.keyboard.press("Enter")
    expect(box).to_have_value("Indonesia (ID)")
    expect(kit.locator("select[name=plain-country]")).to_have_value("ID")


def test_copy_says_that_it_copied(kit: Page) -> None:
    kit.get_by_role("button", name="Copy +14255550142").first.click()
    expect(kit.locator("#live")).to_have_text("Copied")


def test_unsaved_changes_are_marked_and_guarded(kit: Page) -> None:
    kit.locator("input[name=plain-name]").fill("promo")
    expect(kit.locator("form[data-dirty]")).to_have_count(1)
    asked = []
    kit.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.accept()))
    kit.goto("/help/")
    assert asked == ["beforeunload"]


def test_control_enter_sends_the_form_one_is_in(kit: Page) -> None:
    kit.locator("input[name=confirmation]").first.fill("promo-pool")
    kit.keyboard.press("Control+Enter")
    expect(kit.get_by_role("status").filter(has_text="Nothing was changed")).to_be_visible()


def test_the_theme_changes_at_once_and_for_good(kit: Page) -> None:
    kit.get_by_role("button", name="Your menu").click()
    with kit.expect_response(lambda answer: "preferences" in answer.url and answer.status == 204):
        kit.get_by_role("button", name="Dark").click()
    expect(kit.locator("html")).to_have_attribute("data-theme", "dark")
    kit.reload()
    expect(kit.locator("html")).to_have_attribute("data-theme", "dark")


def test_a_session_that_ended_keeps_the_page_and_offers_sign_in(kit: Page, complaints) -> None:
    kit.context.clear_cookies()
    kit.locator("input[name=plain-name]").fill("typed")
    kit.locator("#palette-input").fill("pools")
    expect(kit.get_by_role("alert").get_by_role("link", name="Sign in again")).to_be_visible()
    expect(kit.locator("input[name=plain-name]")).to_have_value("typed")
    kit.once("dialog", lambda dialog: dialog.accept())
    complaints.found = [found for found in complaints.found if "401" not in found and "htmx" not in found]


def test_single_keys_can_be_turned_off(kit: Page) -> None:
    kit.evaluate("document.body.dataset.shortcuts = 'off'")
    kit.keyboard.press("?")
    kit.keyboard.press("Control+k")
    expect(kit.get_by_role("combobox", name="Search pages")).to_be_focused()
    expect(kit.get_by_role("dialog")).to_be_hidden()


def test_below_60_rem_the_navigation_is_a_popover(open_page, settings) -> None:
    settings.DEBUG = True
    tab = open_page(width=390, javascript=False)
    tab.goto("/ui/")
    links = tab.get_by_role("navigation", name="Console")
    expect(links).to_be_hidden()
    tab.get_by_role("button", name="Navigation").click()
    expect(links).to_be_visible()


HEAR = """
window.said = [];
addEventListener("DOMContentLoaded", () => new MutationObserver((changes) => {
  for (const { addedNodes } of changes) said.push(...[...addedNodes].map((node) => node.textContent.trim()));
}).observe(document.querySelector("#flash"), { childList: true }));
"""


def test_a_message_that_came_with_the_page_is_announced_and_moves_nothing(
    page: Page, console_url: Callable[..., str]
) -> None:
    page.goto(console_url("opt-out-lists/+/create/"))
    page.get_by_label("Name", exact=True).fill("vip")
    page.add_init_script(HEAR + WATCH_MOVES)
    page.get_by_role("button", name="Create opt-out list").last.click()
    page.wait_for_function("() => window.said?.some((text) => text.includes('was created'))")
    assert moved(page) == []
    expect(page.locator("#flash .flash")).to_have_count(1)
