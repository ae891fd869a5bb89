"""Content help in a browser: advice while somebody types, a button that mends the text, themes, a narrow window."""

from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.browser_fixtures import axe_findings, scrolls_sideways

OFFER = "Save $$$ with a gr8 deal 2day: https://bit.ly/" + "x" * 90


def test_advice_comes_while_typing_and_a_button_mends(
    open_page: Callable[..., Page], console_url: Callable[[str], str]
) -> None:
    tab = open_page(theme="dark", width=320)
    tab.goto(console_url("message-parts/"))
    tab.locator("textarea[name=message_body]").fill(OFFER)
    tab.select_option("[name=message_type]", "PROMOTIONAL")
    tab.get_by_role("button", name="Add “Reply STOP to opt out.”").click()
    expect(tab.locator("textarea[name=message_body]")).to_have_value(f"{OFFER} Reply STOP to opt out.")
    expect(tab.locator(".preview-advice")).not_to_contain_text("content.opt_out_in_promotions")
    assert not scrolls_sideways(tab)
    for theme in ("dark", "light"):
        tab.emulate_media(color_scheme=theme)  # type: ignore[arg-type]
        assert axe_findings(tab) == []
