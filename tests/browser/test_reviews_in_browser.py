"""A review by keyboard alone: claim, judge the 28 fields of a campaign, look at what the submitter reads, return it."""

import pytest
from playwright.sync_api import expect

from registrations.models import Decision, ReviewDraft
from registrations.operations import versions
from tests.browser_fixtures import axe_findings, scrolls_sideways
from tests.registrations.forms import (
    BRAND,
    CAMPAIGN,
    associate,
    by_hand,
    complete,
    decide,
    make_registration,
    put,
    submit,
)

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
OPT_IN = "campaignInfo.optInWorkflow"


@pytest.fixture
def first(caller):
    """A campaign that nobody has looked at yet."""
    by_hand(caller, BRAND, CAMPAIGN)
    registration = make_registration(caller, CAMPAIGN)
    associate(caller, registration, complete(caller, BRAND))
    return submit(caller, registration)


@pytest.fixture
def campaign(caller, first):
    """The second version of the campaign: the first one was returned for its help message."""
    registration = first.registration
    decide(caller, registration, {"field_path": "campaignInfo.helpMessage", "reason": "OTHER", "note": "Say who."})
    versions.create_registration_version(caller, registration_id=registration.registration_id)
    registration.refresh_from_db()
    put(caller, registration, "campaignInfo.helpMessage", "Example Corp: write to help@example.com or call us.")
    return submit(caller, registration)


def tab_to(tab, wanted: str) -> None:
    """Press Tab until what has the focus reads like this."""
    for _press in range(200):
        tab.keyboard.press("Tab")
        if tab.evaluate("document.activeElement.textContent.trim()").startswith(wanted):
            return
    raise AssertionError(f"Tab never reaches “{wanted}”")


def test_a_campaign_is_reviewed_by_keyboard(open_page, console_url, first) -> None:
    """All of its fields, from the queue to the decision, with nothing but keys."""
    campaign = first
    tab = open_page("REVIEWER")
    tab.goto(console_url("reviews/"))
    tab.keyboard.press("c")  # Claim next
    tab.wait_for_url(f"**/reviews/{campaign.pk}/")
    assert tab.locator("[data-field]").count() == 28 + 1  # its fields, and the registration as a whole
    undecided = tab.locator("[data-field]:not(.accepted, .denied)").count()
    assert undecided >= 15  # what may be empty and is, starts accepted
    tab.keyboard.press("j")
    expect(tab.locator("#f1")).to_be_focused()
    tab.keyboard.press("j")
    tab.keyboard.press("k")
    expect(tab.locator("#f1")).to_be_focused()
    tab.keyboard.press("a")  # accepts, and goes on to the next
    expect(tab.locator("#f1")).to_have_class("review-card accepted")
    tab.keyboard.press("u")
    expect(tab.locator("#f1")).to_be_focused()
    expect(tab.locator("#f1 input:checked")).to_have_count(0)
    opt_in = tab.locator(f"#f{[*campaign.registration.definition.fields].index(OPT_IN) + 1}")
    for _at in range(undecided + 1):
        if opt_in.evaluate("card => card === document.activeElement"):
            tab.keyboard.press("d")
            reason = opt_in.locator("select")
            expect(reason).to_be_focused()
            for _down in range(reason.locator("option").count()):
                if reason.input_value() != "OPT_IN_NOT_COMPLIANT":
                    tab.keyboard.press("ArrowDown")
            expect(reason).to_have_value("OPT_IN_NOT_COMPLIANT")
            tab.keyboard.press("Tab")
            tab.keyboard.type("Say that people agree to texts.")
            tab.keyboard.press("Tab")  # out of the text, where letters are letters
            tab.keyboard.press("n")
        elif tab.locator("#review-decide:focus").count():
            break
        else:
            tab.keyboard.press("a")
    expect(tab.locator("#review-decide")).to_be_focused()
    expect(tab.locator("#review-bar")).to_contain_text("Every field is decided")
    expect(tab.locator("#review-bar")).to_contain_text("Return with 1 field…")
    assert ReviewDraft.objects.get().verdicts[OPT_IN]["note"] == "Say that people agree to texts."
    tab.keyboard.press("Enter")
    tab.wait_for_url("**/decision/")
    expect(tab.get_by_role("main")).to_contain_text("Say that people agree to texts.")
    tab_to(tab, "Return with 1 field")
    tab.keyboard.press("Enter")
    tab.wait_for_url("**/reviews/")
    decision = Decision.objects.filter(version=campaign).get()
    denied = decision.verdicts.get(accepted=False)
    assert (denied.field_path, denied.reason) == (OPT_IN, "OPT_IN_NOT_COMPLIANT")
    assert decision.verdicts.filter(accepted=True).count() == 27


def test_the_screen_holds_in_both_themes_and_narrow(open_page, console_url, campaign) -> None:
    tab, found = open_page("REVIEWER"), []
    tab.goto(console_url(f"reviews/{campaign.pk}/"))
    tab.get_by_role("button", name="Claim").click()
    tab.locator("#review-bar").wait_for()
    for theme, width in (("light", 1280), ("dark", 1280), ("dark", 320)):
        tab.emulate_media(color_scheme=theme)
        tab.set_viewport_size({"width": width, "height": 800})
        found += [f"{theme} {width}: {finding}" for finding in axe_findings(tab)]
        assert not scrolls_sideways(tab)
    assert not found, "\n".join(found)
    tab.get_by_label("Show only what changed").check()
    expect(tab.locator("[data-field]:visible")).to_have_count(1)
    expect(tab.locator("[data-field]:visible ins").first).to_be_visible()
