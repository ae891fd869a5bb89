"""Events and statistics with something on them: searched without scripts, accessible, no wider than a phone."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from messaging.clock import FrozenClock
from messaging.models import MessageEvent
from tests.browser_fixtures import FRAME, faults
from tests.factories import FAILURE, SUCCESS, deliver_all, make_configuration_set, make_simulator_number, send

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def happened(caller: Any, clock: FrozenClock) -> None:
    number = make_simulator_number(caller).phone_number_id
    make_configuration_set(caller, "otp")
    for destination in (SUCCESS, FAILURE):
        send(caller, destination, origination_identity=number, configuration_set_name="otp")
    deliver_all(clock)


def test_an_event_is_found_without_scripts_and_its_record_read(
    happened: None, open_page: Callable[..., Page], console_url: Callable[..., str]
) -> None:
    tab = open_page(javascript=False)
    tab.goto(console_url("events/"))
    tab.get_by_role("navigation", name="Sections").get_by_role("link", name="Statistics").click()
    tab.select_option("[name=range]", "7d")
    tab.get_by_role("button", name="Show").click()
    expect(tab.get_by_role("img", name="Messages by the day (UTC)")).to_be_visible()
    tab.get_by_role("link", name="Events:").first.click()
    expect(tab.locator("tbody tr")).to_have_count(1)
    tab.locator("tbody th a").click()
    failed = MessageEvent.objects.get(is_final=True, message__destination_phone_number=FAILURE)
    expect(tab.get_by_role("region", name="Event record")).to_contain_text(f'"messageStatus": "{failed.status}"')


def test_pages_with_events_are_accessible_and_narrow(
    happened: None, page: Page, console_url: Callable[..., str]
) -> None:
    found = []
    event = MessageEvent.objects.order_by("event_id")[0]
    for path in ("events/?f=iso-country-code:=:US", f"events/{event.pk}/", "statistics/", "statistics/?range=x"):
        page.goto(console_url(path))
        found += faults(page, without=FRAME)
    assert not found, "\n".join(found)
