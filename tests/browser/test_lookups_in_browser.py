"""Look-up, deactivation reports and the country parameters of a test send, in a real browser."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from messaging.operations.message_templates import register_message_template
from tests import factories
from tests.browser_fixtures import FRAME, faults

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_numbers_reports_and_country_fields(caller: Any, page: Page, console_url: Callable[..., str]) -> None:
    factories.make_opt_out_list(caller, "stopped", (factories.HANDSET,))
    register_message_template(
        caller, iso_country_code="IN", message_template="Your code is {#var#}.", entity_id="1101", template_id="2202"
    )
    found: list[str] = []
    page.goto(console_url("look-up/"))
    page.fill("#id_number", "+1 206-555-0142")
    page.get_by_role("button", name="Look up", exact=True).click()
    expect(page.locator("#found")).to_contain_text("America/Los_Angeles")
    found += faults(page, without=FRAME)
    page.goto(console_url("look-up/many/"))
    page.fill("#id_phone_numbers", "+12065550142\nnonsense\n+44 20 7183 8750")
    page.get_by_role("button", name="Look up", exact=True).click()
    expect(page.get_by_role("table")).to_contain_text("LANDLINE")
    found += faults(page, without=FRAME)
    page.goto(console_url("deactivation-reports/"))
    page.set_input_files(
        "#id_file", {"name": "latest.csv", "mimeType": "text/csv", "buffer": b"phone\n+12065550142\nx\n"}
    )
    page.get_by_role("button", name="Upload report").click()
    page.get_by_role("button", name="Compare report").click()
    factories.work.run_until_idle()
    page.reload()
    expect(page.locator("main")).to_contain_text("Numbers that this account knows")
    found += faults(page, without=FRAME)
    page.goto(console_url("test-send/"))
    page.fill("#id_destination_phone_number", "+919812345670")
    page.locator("#id_destination_phone_number").blur()
    expect(page.locator("#id_in_entity_id")).to_be_visible()
    found += faults(page, without=FRAME)
    page.goto(console_url("message-templates/create/"))
    found += faults(page, without=FRAME)
    assert not found, "\n".join(found)
