"""The first way through the product, as somebody new walks it: with scripts and without."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from messaging.clock import FrozenClock
from messaging.models import Message, PhoneNumber, RegionalAccount, Tier
from tests.factories import SUCCESS, deliver_all, make_member

PASSWORD = "correct horse battery"
TEXT = "Your parcel arrives today – between 14:00 and 16:00."

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.mark.parametrize("javascript", [True, False], ids=["with scripts", "without scripts"])
def test_one_message_goes_all_the_way(
    javascript: bool, owner: Any, clock: FrozenClock, open_page: Callable[..., Page], console_url: Callable[..., str]
) -> None:
    RegionalAccount.objects.filter(pk=owner.pk).update(tier=Tier.SANDBOX)
    make_member(owner, username="ada")
    tab = open_page(None, javascript=javascript)

    # Sign in, and be told where to begin.
    tab.goto(console_url())
    tab.fill("input[name=login]", "ada")
    tab.fill("input[name=password]", PASSWORD)
    tab.get_by_role("button", name="Sign in", exact=True).click()
    expect(tab.get_by_role("heading", name="Overview")).to_be_visible()
    expect(tab.get_by_text("0 of 8 done")).to_be_visible()

    # There is nothing to send from yet; a simulator number is one click, and nothing typed is lost.
    tab.locator("#first-steps").get_by_role("link", name="Send a test message").click()
    tab.fill("#id_message_body", TEXT)
    tab.get_by_role("button", name="Request a simulator number").click()
    expect(tab.get_by_text("is yours and active.")).to_be_visible()
    expect(tab.locator("#id_message_body")).to_have_value(TEXT)
    number = PhoneNumber.objects.get().phone_number

    # Parts are counted while one writes, or at the press of a button.
    tab.locator("#id_message_body").press_sequentially("!") if javascript else None
    if not javascript:
        tab.get_by_role("button", name="Update preview").click()
    expect(tab.locator("#preview")).to_contain_text("UCS-2")
    expect(tab.locator("#preview")).to_contain_text(f"Part 1 – {len(TEXT) + javascript} of 70")
    tab.get_by_role("button", name=re.compile("Replace with")).click()
    expect(tab.locator("#preview")).to_contain_text("GSM-7")
    expect(tab.locator("#id_message_body")).to_have_value(re.compile("today - between"))
    if javascript:  # a moment after the swap; what is typed elsewhere before would end up in the text
        expect(tab.locator("#id_message_body")).to_be_focused()

    # Choose a destination, see every check, send.
    tab.fill("#id_destination_phone_number", "+1 425-414-7755")
    tab.get_by_role("button", name="Check before send").last.click()
    expect(tab.locator("#checks")).to_contain_text("Ready to send")
    tab.locator("#checks").get_by_role("button", name="Send").click()

    # Its events arrive by themselves, or at Refresh.
    expect(tab.get_by_role("heading", level=1)).to_contain_text("Message to +1 425-414-7755")
    expect(tab.locator("#timeline")).to_contain_text("TEXT_QUEUED")
    deliver_all(clock)
    if not javascript:
        tab.get_by_role("link", name="Refresh").click()
    expect(tab.locator("#timeline")).to_contain_text("TEXT_DELIVERED")
    expect(tab.locator("#message-status")).to_contain_text("Delivered")

    # The handset shows it and answers STOP.
    tab.goto(console_url(f"handsets/{SUCCESS}/"))
    expect(tab.locator("#screen")).to_contain_text("Your parcel arrives today - between 14:00 and 16:00.")
    expect(tab.get_by_label("To", exact=True)).to_have_value(number)
    tab.get_by_role("button", name="STOP", exact=True).click()
    expect(tab.locator("#handset-state")).to_contain_text("Opted out")
    deliver_all(clock)
    tab.reload()
    expect(tab.locator("#screen")).to_contain_text("STOP")

    # The next send is refused, and says why.
    sent = Message.objects.filter(chosen_because="given").get()
    tab.goto(console_url(f"messages/{sent.message_id}/"))
    tab.get_by_role("link", name="Send again").click()
    tab.get_by_role("button", name="Send message").click()
    expect(tab.locator("#error-summary")).to_contain_text("DESTINATION_PHONE_NUMBER_OPTED_OUT")
    expect(tab.locator("#id_message_body")).to_have_value(sent.message_body)
    assert Message.objects.filter(chosen_because="given").count() == 1
