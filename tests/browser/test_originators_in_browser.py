"""Originators and destination numbers in a real browser: requested, waited for, verified."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from messaging.caller import Caller
from messaging.clock import FrozenClock
from messaging.models import PhoneNumber, RegionalAccount, SenderId, VerifiedDestinationNumber
from tests import factories
from tests.browser_fixtures import FRAME, faults
from tests.registrations.forms import TOLL_FREE, associate, make_registration, submit

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
Open = Callable[..., Page]
AXE = Callable[[Page], None]


def choose_country(tab: Page, name: str, *, javascript: bool) -> None:
    if not javascript:
        tab.get_by_label("Country of the recipients").select_option(label=name)
        return
    box = tab.get_by_role("combobox", name="Country of the recipients")
    box.fill(name)
    tab.get_by_role("option", name=name).click()


def go_on(tab: Page) -> None:
    tab.locator("main").get_by_role("button", name="Continue", exact=True).last.click()


@pytest.mark.parametrize("javascript", [True, False])
def test_a_toll_free_number_waits_for_its_registration(
    javascript: bool,
    open_page: Open,
    console_url: Callable[..., str],
    caller: Caller,
    run_work: Callable[[], int],
    axe: AXE,
) -> None:
    tab = open_page(javascript=javascript)
    tab.goto(console_url("phone-numbers/"))
    tab.get_by_role("link", name="Request originator").first.click()
    choose_country(tab, "United States (US)", javascript=javascript)
    go_on(tab)
    tab.get_by_role("group", name="Must it receive answers?").get_by_label("Yes").check()
    go_on(tab)
    expect(tab.get_by_text("Recommended: Toll-free number")).to_be_visible()
    expect(tab.get_by_role("radio", name=re.compile("Toll-free number – recommended"))).to_be_checked()
    if javascript:
        axe(tab)
    go_on(tab)
    go_on(tab)
    expect(tab.get_by_role("heading", name="Cost and time")).to_be_visible()
    tab.get_by_role("button", name="Request phone number").click()
    expect(tab.get_by_role("heading", name="It waits for its registration")).to_be_visible()
    row = PhoneNumber.objects.get()
    assert row.status == "PENDING"
    registration = make_registration(caller, TOLL_FREE)
    associate(caller, registration, row)
    submit(caller, registration)
    tab.goto(console_url("simulator/"))
    for _week in range(3):
        for _day in range(7):
            tab.get_by_role("button", name="24 hours").click()
            expect(tab.get_by_text("It is now").first).to_be_visible()
    run_work()
    tab.goto(console_url(f"phone-numbers/{row.phone_number_id}/"))
    expect(tab.locator("main").get_by_text("Active", exact=True).first).to_be_visible()
    row.refresh_from_db()
    assert row.status == "ACTIVE"


@pytest.mark.parametrize("javascript", [True, False])
def test_a_destination_number_is_verified_by_the_code_on_its_handset(
    javascript: bool,
    open_page: Open,
    console_url: Callable[..., str],
    caller: Caller,
    clock: FrozenClock,
    axe: AXE,
) -> None:
    factories.make_simulator_number(caller, number_type="LONG_CODE", iso_country_code="CA")
    tab = open_page(javascript=javascript)
    tab.goto(console_url("verified-numbers/create/"))
    tab.get_by_label("Destination phone number").fill("+1 506 555 0142")
    tab.locator("main").get_by_role("button", name="Add number and go on").last.click()
    tab.get_by_role("button", name="Send verification code").click()
    expect(tab.get_by_role("heading", name="Type the code")).to_be_visible()
    code_page = tab.url
    if javascript:
        axe(tab)
    factories.deliver_all(clock)
    tab.get_by_role("link", name="Read the code on the handset").click()
    shown: Any = re.search(r"\b\d{6}\b", tab.get_by_role("region", name="Conversation").inner_text())
    assert shown, "the code is not on the handset"
    tab.goto(code_page)
    tab.get_by_label("Verification code").fill(f"{shown.group()[:3]} {shown.group()[3:]}")
    tab.get_by_role("button", name="Verify number").click()
    expect(tab.get_by_text("is verified.").first).to_be_visible()
    assert VerifiedDestinationNumber.objects.get().status == "VERIFIED"


def test_a_sender_id_is_released_by_its_name(open_page: Open, console_url: Callable[..., str], caller: Caller) -> None:
    factories.make_sender_id(caller, "MYSHOP")
    tab = open_page()
    tab.goto(console_url("sender-ids/"))
    tab.get_by_role("link", name="MYSHOP").click()
    tab.get_by_role("link", name="Release sender ID").click()
    tab.get_by_label("Type MYSHOP to confirm").fill("MYSHOP")
    tab.get_by_role("button", name="Release sender ID").click()
    expect(tab.get_by_text("was released.").first).to_be_visible()


def test_a_sender_id_is_requested(open_page: Open, console_url: Callable[..., str], owner: RegionalAccount) -> None:
    tab = open_page()
    tab.goto(console_url("sender-ids/"))
    tab.get_by_role("link", name="Request sender ID").first.click()
    choose_country(tab, "Australia (AU)", javascript=True)
    go_on(tab)
    tab.get_by_role("radio", name="Text (SMS)").check()
    tab.get_by_label("Messages a month").select_option(label="1,000 to 10,000")
    tab.get_by_label("Headquarters of the company").select_option(label="International")
    tab.get_by_role("group", name="Must it receive answers?").get_by_label("No").check()
    go_on(tab)
    tab.get_by_role("link", name="Previous").click()  # the type was chosen by where one came from
    expect(tab.get_by_role("radio", name="Sender ID")).to_be_checked()
    go_on(tab)
    tab.get_by_role("textbox", name="Sender ID").fill("MYSHOP")
    go_on(tab)
    expect(tab.locator("main")).to_contain_text("MYSHOP")
    expect(tab.locator("main").get_by_text("A registration is needed.")).to_be_visible()
    tab.get_by_role("button", name="Request sender ID").click()
    expect(tab.get_by_role("heading", name="Requested: MYSHOP")).to_be_visible()
    expect(tab.locator("main").get_by_text("A registration is needed.")).to_be_visible()
    made = SenderId.objects.get(owner=owner)
    assert (made.sender_id, made.iso_country_code, made.registered) == ("MYSHOP", "AU", False)


def test_every_step_is_accessible_and_narrow(page: Page, console_url: Callable[..., str], caller: Caller) -> None:
    factories.make_sender_id(caller, "BANK", "AU")
    pending = factories.make_verified_number(caller, "+15065550142", verified=False)
    number = factories.make_simulator_number(caller)
    use = "iso_country_code=US&text=SMS&two_way=no&mps=1"
    options = f"{use}&number_type=TOLL_FREE&message_type=TRANSACTIONAL&opt_out_list_name=Default"
    found = []
    for path in (
        "sender-ids/AU/BANK/",
        "sender-ids/AU/BANK/pools/",
        f"verified-numbers/{pending.name}/",
        f"verified-numbers/{pending.name}/verify/",
        f"originators/request/use-case/?{use}",
        f"originators/request/type/?{use}&continue=1",
        f"originators/request/options/?{options}",
        f"originators/request/review/?{options}",
        f"originators/requested/number/{number.name}/",
        "originators/choose/?iso_country_code=GB&two_way=no",
        "originators/choose/?iso_country_code=CN&two_way=no&same_originator=no",
    ):
        page.goto(console_url(path))
        found += faults(page, without=FRAME)
    assert not found, "\n".join(found)


def test_what_stands_above_the_tabs_follows_them(page: Page, console_url: Callable[..., str], caller: Caller) -> None:
    row = factories.make_simulator_number(caller)
    PhoneNumber.objects.filter(pk=row.pk).update(status="PENDING")
    page.goto(console_url(f"phone-numbers/{row.phone_number_id}/"))
    crumbs, badge = page.get_by_role("navigation", name="Breadcrumbs"), page.locator("#row-status")
    expect(crumbs.get_by_role("link")).to_have_count(1)
    expect(badge).to_have_text("Pending")
    PhoneNumber.objects.filter(pk=row.pk).update(status="ACTIVE")
    page.get_by_role("navigation", name="Sections").get_by_role("link", name="Tags").click()
    expect(crumbs.get_by_role("link")).to_have_count(2)
    expect(badge).to_have_text("Active")
    page.go_back()
    expect(crumbs.get_by_role("link")).to_have_count(1)
