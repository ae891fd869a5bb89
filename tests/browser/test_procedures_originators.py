"""The console procedures of pools, numbers and sender IDs, carried out as written (data/console_procedures.json)."""

import pytest
from playwright.sync_api import expect

from messaging.models import Keyword, OptOutList, PhoneNumber, Pool
from messaging.operations.pools import update_pool
from messaging.operations.tags import tags_of
from tests import factories
from tests.browser.pages import said, section

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
KINDS = ["pools", "phone-numbers"]
TOPIC = "arn:aws:sns:us-east-1:123456789012:replies"


@pytest.fixture
def row(request, caller):
    """A pool, or a number in none."""
    return factories.make_pool(caller) if request.param == "pools" else factories.make_simulator_number(caller)


@pytest.fixture
def opened(request, row, page, console_url):
    """The page of that row, reached from its list as the procedures say."""
    kind = "pools" if isinstance(row, Pool) else "phone-numbers"
    page.goto(console_url(f"{kind}/"))
    page.locator(f'tbody a[href$="/{row.name}/"]').first.click()
    page.wait_for_url(f"**/{row.name}/")
    return page


both = pytest.mark.parametrize("row", KINDS, indirect=True)


@both
def test_two_way_is_set_up(opened, row) -> None:
    section(opened, "Two-way SMS")
    opened.get_by_role("link", name="Edit settings").click()
    opened.get_by_role("checkbox", name="Two-way messaging").check()
    opened.get_by_role("radio", name="New topic").check()
    opened.get_by_label("Name of the new topic").fill("replies")
    opened.get_by_role("radio", name="Use the topic’s policy").check()
    opened.get_by_role("button", name="Save changes").click()
    said(opened, "The two-way settings were saved.")
    row.refresh_from_db()
    assert (row.two_way_enabled, row.two_way_channel_arn) == (True, TOPIC)


@both
def test_keywords_are_added_edited_and_deleted(opened, row) -> None:
    section(opened, "Keywords")
    opened.get_by_role("link", name="Add keyword").click()
    opened.get_by_role("textbox", name="Keyword").fill("join")
    opened.get_by_role("radio", name="Opt-in").check()
    opened.get_by_role("textbox", name="Reply").fill("Welcome — you are in.")
    expect(opened.locator("#preview")).to_contain_text("UCS-2")
    opened.get_by_role("button", name="Save keyword").click()
    said(opened, "The keyword “JOIN” was saved.")
    opened.get_by_role("link", name="JOIN").click()
    expect(opened.get_by_role("textbox", name="Keyword")).to_be_disabled()
    opened.get_by_role("textbox", name="Reply").fill("Welcome back.")
    opened.get_by_role("radio", name="Automatic response").check()
    opened.get_by_role("button", name="Save keyword").click()
    said(opened, "The keyword “JOIN” was saved.")
    saved = Keyword.objects.get(keyword="JOIN")
    assert (saved.keyword_message, saved.keyword_action) == ("Welcome back.", "AUTOMATIC_RESPONSE")
    opened.get_by_role("link", name="JOIN").click()
    opened.get_by_role("button", name="Delete keyword").click()
    said(opened, "The keyword “JOIN” was deleted.")
    assert not Keyword.objects.filter(keyword="JOIN").exists()


@both
def test_the_opt_out_list_is_changed_for_a_new_one(opened, row) -> None:
    section(opened, "Opt-out list")
    expect(opened.get_by_text("may get messages again")).to_be_visible()
    opened.get_by_role("button", name="Create new opt-out list").click()
    opened.get_by_label("Name", exact=True).fill("vip")
    opened.get_by_role("button", name="Create opt-out list").last.click()
    opened.wait_for_url("**opt_out_list_name=vip")
    expect(opened.get_by_role("combobox", name="Opt-out list")).to_have_value("vip")
    opened.get_by_role("button", name="Save changes").last.click()
    said(opened, "It now uses the opt-out list “vip”.")
    row.refresh_from_db()
    assert row.opt_out_list == OptOutList.objects.get(opt_out_list_name="vip")


@both
def test_self_managed_opt_outs_are_enabled(opened, row) -> None:
    type(row).objects.filter(pk=row.pk).update(two_way_enabled=True, two_way_channel_arn=TOPIC)
    section(opened, "Opt-out list")
    opened.get_by_role("checkbox", name="Self-managed opt-outs").check()
    opened.get_by_role("button", name="Save changes").last.click()
    said(opened, "The settings were saved.")
    row.refresh_from_db()
    assert row.self_managed_opt_outs_enabled


@both
def test_deletion_protection_is_enabled(opened, row) -> None:
    opened.get_by_role("link", name="Edit", exact=True).click()
    opened.get_by_role("checkbox", name="Deletion protection").check()
    opened.get_by_role("button", name="Save settings").click()
    said(opened, "were saved.")
    row.refresh_from_db()
    assert row.deletion_protection_enabled


@both
def test_tags_are_managed(opened, row, caller) -> None:
    section(opened, "Tags")
    if not opened.get_by_label("Key of tag 1").count():
        opened.get_by_role("button", name="Add tag").click()
    opened.get_by_label("Key of tag 1").fill("team")
    opened.get_by_label("Value of tag 1").fill("red")
    opened.get_by_role("button", name="Save").last.click()
    said(opened, "The tags were saved.")
    assert tags_of(caller, row.arn) == [{"key": "team", "value": "red"}]
    opened.get_by_role("button", name="Remove tag 1").click()
    expect(opened.locator('input[name="tag_key"][value="team"]')).to_have_count(0)
    opened.get_by_role("button", name="Save").last.click()
    said(opened, "The tags were saved.")
    assert tags_of(caller, row.arn) == []


@pytest.mark.parametrize("row", ["pools"], indirect=True)
def test_shared_routes_are_enabled(opened, row) -> None:
    opened.get_by_role("link", name="Edit", exact=True).click()
    opened.get_by_role("checkbox", name="Shared routes").check()
    opened.get_by_role("button", name="Save settings").click()
    said(opened, "were saved.")
    row.refresh_from_db()
    assert row.shared_routes_enabled


@pytest.mark.parametrize("row", ["pools"], indirect=True)
def test_an_originator_is_added(opened, row, caller) -> None:
    number = factories.make_simulator_number(caller)
    section(opened, "Originators")
    opened.get_by_role("link", name="Add originator").click()
    opened.locator(f'[value="{number.pk}"], [value="{number.phone_number_id}"]').first.check()
    opened.get_by_role("button", name="Add originator").last.click()
    said(opened, "was added to the pool.")
    assert set(row.phone_numbers.all()) >= {number}


@pytest.mark.parametrize("row", ["pools"], indirect=True)
def test_a_pool_is_deleted(opened, row) -> None:
    number = row.phone_numbers.get()
    opened.get_by_role("link", name="Delete pool").click()
    opened.get_by_label(f"Type {row.pool_id} to confirm").fill(row.pool_id)
    opened.get_by_role("button", name="Delete pool").click()
    opened.wait_for_url("**/pools/")
    assert not Pool.objects.exists() and PhoneNumber.objects.get() == number


def test_a_pool_is_created(page, console_url, caller) -> None:
    number = factories.make_simulator_number(caller)
    page.goto(console_url("pools/"))
    page.get_by_role("link", name="Create pool").first.click()
    page.get_by_label("Pool name").fill("Codes")
    page.locator(f'[value="{number.pk}"], [value="{number.phone_number_id}"]').first.check()
    page.get_by_role("button", name="Create pool").last.click()
    page.wait_for_url("**/pools/pool-*/")
    pool = Pool.objects.get()
    assert list(pool.phone_numbers.all()) == [number]
    assert tags_of(caller, pool.arn) == [{"key": "Name", "value": "Codes"}]


@pytest.mark.parametrize("row", ["phone-numbers"], indirect=True)
def test_a_number_is_released(opened, row) -> None:
    opened.get_by_role("link", name="Release phone number").click()
    opened.get_by_label(f"Type {row.phone_number} to confirm").fill(row.phone_number)
    opened.get_by_role("button", name="Release phone number").click()
    opened.wait_for_url("**/phone-numbers/")
    assert not PhoneNumber.objects.filter(pk=row.pk).exists()


def test_the_table_tells_types_and_statuses(page, console_url, caller) -> None:
    factories.make_simulator_number(caller)
    factories.make_number(caller, phone_number="+18005550101")
    page.goto(console_url("phone-numbers/"))
    table = page.get_by_role("table").first
    for head in ("Status", "Country", "Capabilities", "Pool", "Created"):
        expect(table.get_by_role("columnheader", name=head, exact=False).first).to_be_visible()
    expect(table.get_by_text("Toll-free")).to_be_visible()
    expect(table.get_by_text("Active").first).to_be_visible()


def test_help_and_stop_of_a_short_code_are_compared(page, console_url, caller) -> None:
    number = factories.make_number(caller, phone_number="+155501", number_type="SHORT_CODE")
    page.goto(console_url(f"phone-numbers/{number.phone_number_id}/"))
    section(page, "Keywords")
    for keyword in number.keywords.all():
        line = page.get_by_role("row").filter(has_text=keyword.keyword)
        expect(line.filter(has_text=keyword.keyword_message[:20]).first).to_be_visible()


def test_a_test_message_reaches_the_topic(page, console_url, caller) -> None:
    pool = factories.make_pool(caller)
    update_pool(caller, pool_id=pool.pool_id, two_way_enabled=True, two_way_channel_arn=TOPIC)
    number = pool.phone_numbers.get()
    page.goto(console_url(f"phone-numbers/{number.phone_number_id}/two-way/"))
    page.get_by_label("From the handset").fill("+12065550142")
    page.get_by_label("Text").fill("STOP")
    page.get_by_role("button", name="Send test message").click()
    expect(page.locator("#received")).to_contain_text('"messageKeyword": "STOP"')


def test_tags_of_a_sender_id_are_managed(page, console_url, caller) -> None:
    sender = factories.make_sender_id(caller, "SHOP")
    page.goto(console_url("sender-ids/"))
    page.get_by_role("link", name="SHOP").first.click()
    section(page, "Tags")
    if not page.get_by_label("Key of tag 1").count():
        page.get_by_role("button", name="Add tag").click()
    page.get_by_label("Key of tag 1").fill("team")
    page.get_by_role("button", name="Save").last.click()
    said(page, "The tags were saved.")
    assert [tag["key"] for tag in tags_of(caller, sender.arn)] == ["team"]


def test_singapore_sender_ids_are_found(page, console_url, caller) -> None:
    factories.make_sender_id(caller, "SHOP", "GB")
    factories.make_sender_id(caller, "MERLION", "SG")
    page.goto(console_url("sender-ids/?f=iso-country-code:=:SG"))
    expect(page.get_by_role("link", name="MERLION").first).to_be_visible()
    expect(page.get_by_role("link", name="SHOP")).to_have_count(0)
