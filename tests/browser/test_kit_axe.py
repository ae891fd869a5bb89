"""Every component, the help pages and the error pages under axe, in both themes, wide and narrow."""

import pytest

from tests.browser_fixtures import faults, scrolls_sideways

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
ACCOUNT = "/123456789012/us-east-1"


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_components_are_clean(open_page, axe, settings, theme: str) -> None:
    settings.DEBUG = True
    tab = open_page(theme=theme)
    for width in (1280, 320):
        tab.set_viewport_size({"width": width, "height": 800})
        tab.goto("/ui/")
        axe(tab)
        assert not scrolls_sideways(tab)


def test_pages_of_the_frame_are_clean(page) -> None:
    found = []
    for path in ("/help/sandbox/", "/help/shortcuts/", f"{ACCOUNT}/search/?q=pool", f"{ACCOUNT}/nothing-here/"):
        page.goto(path)
        found += faults(page)
    assert not found, "\n".join(found)


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_open_menus_and_dialogs_are_clean(open_page, axe, settings, theme: str) -> None:
    settings.DEBUG = True
    tab = open_page(theme=theme)
    tab.goto("/ui/")
    tab.get_by_role("button", name="Your menu").click()
    axe(tab)
    tab.keyboard.press("Escape")
    tab.get_by_role("link", name="Open a dialog").click()
    tab.get_by_role("dialog").wait_for()
    axe(tab)


def test_nothing_needs_scripts(open_page, axe, settings) -> None:
    settings.DEBUG = True
    tab = open_page(javascript=False)
    tab.goto("/ui/")
    tab.get_by_role("link", name="Info about this page").click()
    assert tab.url.endswith("/help/overview/")
    tab.goto("/ui/")
    tab.get_by_role("combobox", name="Search pages").fill("pools")
    tab.keyboard.press("Enter")
    tab.wait_for_url("**/search/?q=pools")
