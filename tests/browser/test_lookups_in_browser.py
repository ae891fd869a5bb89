"""Look-up, deactivation reports and the country parameters of a test send, in a real browser."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from messaging.operations.message_templates import register_message_template
from tests import factories
from tests.browser_fixtures import axe_findings, scrolls_sideways

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_numbers_reports_and_country_fields(
    caller: Any, open_page: Callable[..., Page], console_url: Callable[..., str], theme: str
) -> None:
    factories.make_opt_out_list(caller, "stopped", (factories.HANDSET,))
    register_message_template(
        caller, iso_country_code="IN", message_template="Your code is {#var#}.", entity_id="1101", template_id="2202"
    )
    tab, found = open_page(theme=theme, width=320 if theme == "dark" else 1280), []

    def look(name: str) -> None:
        nonlocal found
        found += axe_findings(tab)
        assert not scrolls_sideways(tab), name

    tab.goto(console_url("look-up/"))
    tab.fill("#id_number", "+1 206-555-0142")
    tab.get_by_role("button", name="Look up", exact=True).click()
    expect(tab.locator("#found")).to_contain_text("America/Los_Angeles")
    look("one number")
    tab.goto(console_url("look-up/many/"))
    tab.fill("#id_phone_numbers", "+12065550142\nnonsense\n+44 20 7183 8750")
    tab.get_by_role("button", name="Look up", exact=True).click()
    expect(tab.get_by_role("table")).to_contain_text("LANDLINE")
    look("many numbers")
    tab.goto(console_url("deactivation-reports/"))
    tab.set_input_files(
        "#id_file", {"name": "latest.csv", "mimeType": "text/csv", "buffer": b"phone\n+12065550142\nx\n"}
    )
    tab.get_by_role("button", name="Upload report").click()
    tab.get_by_role("button", name="Compare report").click()
    factories.work.run_until_idle()
    tab.reload()
    expect(tab.locator("main")).to_contain_text("Numbers that this account knows")
    look("report")
    tab.goto(console_url("test-send/"))
    tab.fill("#id_destination_phone_number", "+919812345670")
    tab.locator("#id_destination_phone_number").blur()
    expect(tab.locator("#id_in_entity_id")).to_be_visible()
    look("fields of India")
    tab.goto(console_url("message-templates/create/"))
    look("add template")
    assert not found, found
