"""Whole stories of registrations as somebody clicks through them: from the form to the message that arrives.

Reviewers follow scripts in simulated time. Long forms are filled in field by field in test_procedures_registrations.py;
here a program answers most of them, and the browser does what the story turns on.
"""

import re
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from messaging.models import PhoneNumber, SenderId
from registrations.definitions import registration_types
from registrations.models import Registration
from registrations.operations.policies import set_reviewer_policy
from tests.browser.test_originators_in_browser import choose_country, go_on
from tests.browser.test_procedures_registrations import created, fill, said, submitted
from tests.factories import HANDSET, deliver_all
from tests.registrations.forms import BRAND, CAMPAIGN, SINGAPORE, TOLL_FREE, VETTING, examples, put

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

OPT_IN = "campaignInfo.optInWorkflow"
VAGUE = "Users opt in when they create an account with us."
SINGAPOREAN = "+6591234567"


class Story:
    """A tab, and the world around it."""

    def __init__(self, tab: Page, console_url: Any, caller: Any, clock: Any, run_work: Any) -> None:
        self.tab, self.url, self.caller, self.clock, self.run_work = tab, console_url, caller, clock, run_work

    def script(self, registration_type: str, *denied: dict[str, Any]) -> None:
        """Deny the first version for what is denied, if anything, and approve every other, an hour after each."""
        script = [{"outcome": "DENY", "denied": list(denied)}] if denied else []
        options = {"mode": "SCRIPTED", "wait_seconds": 3600, "script": script, "score": 92}
        set_reviewer_policy(self.caller, registration_type=registration_type, **options)

    def later(self, **time: int) -> None:
        self.clock.advance(**(time or {"hours": 2}))
        self.run_work()

    def main(self) -> Any:
        return self.tab.locator("main")

    def hand_in(self, registration: Registration, **changes: str) -> None:
        """A program fills in the form; then it is reviewed and submitted from its page."""
        for path, value in (examples(self.caller, registration.definition) | changes).items():
            put(self.caller, registration, path, value)
        self.tab.goto(self.url(f"registrations/{registration.registration_id}/"))
        self.main().get_by_role("link", name="Review and submit").first.click()
        self.agree()

    def agree(self) -> None:
        """Submit what is reviewed, and wait for the reviewer's decision."""
        self.tab.get_by_role("checkbox", name="What this form says is true").check()
        self.tab.get_by_role("button", name="Submit for review").click()
        said(self.tab, "was submitted.")
        self.later()

    def is_now(self, words: str) -> None:
        self.tab.reload()
        expect(self.main().get_by_text(words, exact=True).first).to_be_visible()

    def correct(self, path: str, value: str) -> None:
        """Begin the next version, which opens at the field that was returned; mend it, submit."""
        self.tab.get_by_role("link", name="Update registration").first.click()
        self.tab.get_by_role("button", name="Update registration").click()
        field = self.tab.locator(f"#field-{path.replace('.', '-')}")
        expect(field).to_contain_text("Returned")
        field.locator("input[type=text], textarea").fill(value)
        self.tab.get_by_role("button", name="Save and continue").last.click()
        self.tab.get_by_role("navigation", name="Steps").get_by_role("link", name="Review and submit").click()
        self.agree()

    def latest(self) -> Registration:
        return Registration.objects.latest("pk")

    def use(self) -> None:
        """Text only, and no answers; the type was chosen by where one came from, so that the options follow."""
        self.tab.get_by_role("radio", name="Text (SMS)").check()
        self.tab.get_by_role("group", name="Must it receive answers?").get_by_label("No").check()
        go_on(self.tab)
        expect(self.tab.locator("#step-title")).to_contain_text("Options")

    def sends(self, destination: str, sender: str) -> None:
        """From the page of what is active to the handset, which shows the sender."""
        self.tab.fill("#id_destination_phone_number", destination)
        self.tab.fill("#id_message_body", "Example Outfitters: your code is 123456.")
        self.tab.get_by_role("button", name="Check before send").last.click()
        self.tab.locator("#checks").get_by_role("button", name="Send").click()
        expect(self.tab.get_by_role("heading", level=1)).to_contain_text("Message to")
        deliver_all(self.clock)
        self.tab.goto(self.url(f"handsets/{destination}/"))
        expect(self.tab.locator("#screen")).to_contain_text("your code is 123456.")
        expect(self.tab.locator("#screen")).to_contain_text("Delivered")
        expect(self.tab.locator("#screen")).to_contain_text(sender)


@pytest.fixture
def story(page: Page, console_url: Any, caller: Any, clock: Any, run_work: Any) -> Story:
    return Story(page, console_url, caller, clock, run_work)


def test_10dlc_is_set_up(story: Story, page: Page, console_url: Any) -> None:
    """Brand, vetting, a campaign that is refused for its opt-in and corrected, a number of its own, a message."""
    story.script(BRAND)
    story.script(VETTING)
    story.script(CAMPAIGN, {"field_path": OPT_IN, "reason": "OPT_IN_NOT_COMPLIANT"})

    # Without a brand, the campaign says what comes first and leads there.
    created(page, console_url, "US 10DLC campaign registration", "Codes")
    page.get_by_role("link", name="Create it").click()
    page.get_by_label("Registration form name").fill("Our brand")
    page.get_by_role("button", name="Create registration").last.click()
    fill(page, BRAND)
    brand = submitted(page)
    story.later()
    story.is_now("Complete")

    created(page, console_url, "US 10DLC brand vetting", "Vetting")
    page.get_by_role("radio", name="Our brand").check()
    page.get_by_role("button", name="Create and submit").last.click()
    said(page, "The registration was submitted.")
    story.later()
    story.is_now("92")

    created(page, console_url, "US 10DLC campaign registration", "Codes")
    page.get_by_role("radio", name="Our brand").check()
    page.get_by_role("button", name="Create registration").last.click()
    said(page, "The registration was created.")
    campaign = story.latest()
    assert campaign.associations.get().other == brand
    story.hand_in(campaign, **{OPT_IN: VAGUE})
    page.reload()
    expect(story.main()).to_contain_text("Opt-in not compliant or not explicit")
    story.correct(OPT_IN, registration_types()[CAMPAIGN].fields[OPT_IN].example)
    story.is_now("Complete")

    # What comes next is a number: it is requested from here, for this campaign.
    page.get_by_role("link", name="Add resource").click()
    page.get_by_role("link", name="Request number").click()
    go_on(page)
    story.use()
    expect(page.locator("#id_registration_id")).to_have_value(campaign.registration_id)
    go_on(page)
    expect(story.main()).to_contain_text("Codes")
    page.get_by_role("button", name="Request phone number").click()
    number = PhoneNumber.objects.get()
    page.goto(console_url(f"phone-numbers/{number.phone_number_id}/"))
    expect(story.main()).to_contain_text("US 10DLC campaign registration")
    story.later(days=15)
    story.is_now("Active")
    page.goto(console_url(f"test-send/?from=%2B{number.phone_number[1:]}"))
    story.sends(HANDSET, re.sub(r"\+1(...)(...)", r"+1 \1-\2-", number.phone_number))


def test_a_toll_free_number_is_registered(story: Story, page: Page, console_url: Any) -> None:
    """The number first; the result leads to its form; after approval it sends."""
    story.script(TOLL_FREE)
    page.goto(console_url("originators/request/?number_type=TOLL_FREE"))
    choose_country(page, "United States (US)", javascript=True)
    go_on(page)
    story.use()
    go_on(page)
    expect(story.main()).to_contain_text("the next page begins its form")
    page.get_by_role("button", name="Request phone number").click()
    page.get_by_role("link", name="Begin registration").click()
    page.get_by_label("Registration form name").fill("Hotline")
    page.get_by_role("button", name="Create registration").last.click()
    said(page, "The registration was created.")
    row, number = story.latest(), PhoneNumber.objects.get()
    assert row.associations.get().phone_number == number
    story.hand_in(row)
    story.is_now("Complete")
    page.goto(console_url(f"phone-numbers/{number.phone_number_id}/"))
    expect(story.main().get_by_text("Active", exact=True).first).to_be_visible()
    page.goto(console_url(f"test-send/?from=%2B{number.phone_number[1:]}"))
    story.sends(HANDSET, number.phone_number[-4:])


def test_a_singapore_sender_id_is_registered(story: Story, page: Page, console_url: Any) -> None:
    """Refused for a UEN that nobody knows, corrected, approved; then handsets show the name."""
    tax_id = "companyInfo.taxId"
    story.script(SINGAPORE, {"field_path": tax_id, "reason": "OTHER", "note": "ACRA has no such UEN."})
    created(page, console_url, "Singapore sender ID registration", "Outfitters")
    expect(story.main()).to_contain_text("Unique Entity Number (UEN) from ACRA")
    page.get_by_role("button", name="Create registration").last.click()
    said(page, "The registration was created.")
    row = story.latest()
    story.hand_in(row, **{tax_id: "201399999Z"})
    page.reload()
    expect(story.main()).to_contain_text("ACRA has no such UEN.")
    story.correct(tax_id, registration_types()[SINGAPORE].fields[tax_id].example)
    story.is_now("Complete")
    sender = SenderId.objects.get()
    assert sender.registered
    page.goto(console_url(f"test-send/?from={sender.name}"))
    story.sends(SINGAPOREAN, sender.sender_id)
