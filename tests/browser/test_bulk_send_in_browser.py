"""A bulk send in a real browser: made without scripts, and its page follows what the worker does."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from messaging.operations.bulk_send_runs import run_due_bulk_sends
from messaging.operations.jobs import run_due_jobs
from tests.client import ConsoleClient
from tests.messaging.bulk_sends import lines, number_of_type

pytestmark = pytest.mark.browser


def test_made_without_scripts_and_followed_live(
    client_in: ConsoleClient, caller: Any, clock: Any, open_page: Callable[..., Page]
) -> None:
    number = number_of_type(caller, "SHORT_CODE")
    plain = open_page(javascript=False)
    plain.goto(client_in.path("bulk-sends/"))
    plain.get_by_role("link", name="Create bulk send").first.click()
    plain.get_by_label("Name", exact=True).fill("Spring sale")
    plain.get_by_label("CSV file").set_input_files(
        {"name": "spring.csv", "mimeType": "text/csv", "buffer": lines(250).encode()}
    )
    plain.get_by_label("Message text").fill("Hello {{name}}")
    plain.get_by_label("From").select_option(number.phone_number)
    plain.get_by_role("button", name="Go on to the columns").click()
    plain.get_by_role("button", name="Check file").click()
    run_due_jobs(10)
    plain.reload()
    plain.get_by_role("link", name="Start or schedule").click()
    plain.get_by_role("button", name="Start bulk send").click()
    expect(plain.get_by_text("0 of 250 rows sent")).to_be_visible()

    tab = open_page()
    tab.goto(plain.url)
    for sent in (100, 150, 200, 250):  # the first second's worth, then what half a second brings
        while run_due_bulk_sends():
            pass
        expect(tab.locator("#progress")).to_contain_text(f"{sent} of 250 rows sent", timeout=10_000)
        clock.instant += timedelta(seconds=0.5)
    tab.get_by_role("button", name="Pause").click()
    expect(tab.locator("#progress")).to_contain_text("Paused")
