"""What tests in a browser do on many pages."""

from playwright.sync_api import Page, expect


def section(tab: Page, name: str) -> None:
    """Go to a section of a resource by its tab."""
    sections = tab.get_by_role("navigation", name="Sections")
    sections.get_by_role("link", name=name, exact=True).click()
    expect(sections.locator("[aria-current]")).to_have_text(name)


def said(tab: Page, text: str) -> None:
    """Wait until the page says it in its message."""
    expect(tab.locator("#flash, #flash-alert").get_by_text(text).first).to_be_visible()
