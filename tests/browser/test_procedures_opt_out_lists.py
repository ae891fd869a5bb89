"""The console procedures of opt-out lists, each carried out as it is written (data/console_procedures.json)."""

import pytest
from playwright.sync_api import expect

from messaging.models import OptedOutNumber, OptOutImport, OptOutList
from messaging.operations.jobs import run_due_jobs
from messaging.operations.tags import tags_of
from tests import factories
from tests.browser.pages import section

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
NUMBER = "+14255550101"


@pytest.fixture
def vip(caller):
    return factories.make_opt_out_list(caller, "vip", (NUMBER,))


@pytest.fixture
def opened(vip, page, console_url):
    """The page of the list, reached from the table."""
    page.goto(console_url("opt-out-lists/"))
    page.get_by_role("link", name="vip", exact=True).click()
    page.wait_for_url("**/opt-out-lists/vip/")
    return page


def test_a_list_is_created(page, console_url, owner) -> None:
    page.goto(console_url("opt-out-lists/"))
    page.get_by_role("link", name="Create opt-out list").first.click()
    page.get_by_role("textbox", name="Name").first.fill("vip")
    page.get_by_role("button", name="Create opt-out list").last.click()
    page.wait_for_url("**/vip/")
    assert not OptOutList.objects.get(opt_out_list_name="vip").numbers.exists()


def test_a_list_is_deleted(opened) -> None:
    opened.get_by_role("link", name="Delete opt-out list").click()
    opened.get_by_label("Type vip to confirm").fill("vip")
    opened.get_by_role("button", name="Delete opt-out list").click()
    opened.wait_for_url("**/opt-out-lists/")
    assert not OptOutList.objects.filter(opt_out_list_name="vip").exists()


def test_linked_originators_are_seen(opened, caller) -> None:
    number = factories.make_simulator_number(caller, opt_out_list_name="vip")
    section(opened, "Linked originators")
    expect(opened.locator(f'a[href$="/phone-numbers/{number.phone_number_id}/"]')).to_be_visible()


def test_a_number_is_added(opened) -> None:
    opened.get_by_role("link", name="Add number").first.click()
    dialog = opened.get_by_role("dialog")
    dialog.get_by_label("Phone number").fill("+1 425 555 0102")
    dialog.get_by_role("button", name="Add number").click()
    expect(opened.locator("#flash").get_by_text("is on the list").first).to_be_visible()
    assert OptedOutNumber.objects.filter(opted_out_number="+14255550102").exists()


def test_a_number_is_searched(opened) -> None:
    opened.get_by_label("Look up a number").last.fill(NUMBER)
    opened.get_by_role("button", name="Look up").click()
    expect(opened.locator("#answer")).to_contain_text("is on this list")
    opened.locator("#answer").get_by_role("link", name="This number on every list").click()
    opened.wait_for_url("**/recipients/**")
    expect(opened.get_by_role("row").filter(has_text="vip")).to_contain_text("Opted out")


def test_a_number_is_removed(opened) -> None:
    opened.get_by_label("Look up a number").last.fill(NUMBER)
    opened.get_by_role("button", name="Look up").click()
    opened.locator("#answer").get_by_role("link", name="Remove from list").click()
    dialog = opened.get_by_role("dialog")
    dialog.get_by_label("Reason").fill("Asked for it by phone.")
    dialog.get_by_role("button", name="Remove number").click()
    expect(opened.locator("#flash").get_by_text("was removed from the list").first).to_be_visible()
    assert not OptedOutNumber.objects.exists()


def test_tags_of_a_list_are_managed(opened, caller, vip) -> None:
    section(opened, "Tags")
    if not opened.get_by_label("Key of tag 1").count():
        opened.get_by_role("button", name="Add tag").click()
    opened.get_by_label("Key of tag 1").fill("team")
    opened.get_by_label("Value of tag 1").fill("red")
    opened.get_by_role("button", name="Save").last.click()
    expect(opened.locator("#flash").get_by_text("The tags were saved.").first).to_be_visible()
    assert tags_of(caller, vip.arn) == [{"key": "team", "value": "red"}]


@pytest.mark.parametrize("javascript", [True, False])
def test_a_file_is_checked_and_imported(open_page, console_url, vip, javascript: bool) -> None:
    tab = open_page(javascript=javascript)
    tab.goto(console_url("opt-out-lists/vip/imports/"))
    content = f"phone\n{NUMBER}\n+14255550102\nnobody\n".encode()
    tab.get_by_label("CSV file").set_input_files({"name": "n.csv", "mimeType": "text/csv", "buffer": content})
    tab.get_by_role("button", name="Upload file").click()
    tab.get_by_role("button", name="Check file").click()
    expect(tab.get_by_role("progressbar")).to_be_visible()
    run_due_jobs(100)
    tab.reload()
    expect(tab.get_by_role("row").filter(has_text="nobody").filter(has_text="Not a number")).to_be_visible()
    tab.get_by_role("button", name="Import numbers").click()
    expect(tab.get_by_role("progressbar")).to_be_visible()
    run_due_jobs(100)
    tab.reload()
    expect(tab.get_by_text("Done", exact=True)).to_be_visible()
    assert OptOutImport.objects.get().added == 1
    assert OptedOutNumber.objects.count() == 2


def test_new_pages_are_clean(page, console_url, caller, vip) -> None:
    from django.core.files.base import ContentFile
    from django.core.files.storage import default_storage

    from messaging.operations.opt_out_imports import check_opt_out_import, upload_opt_out_import
    from messaging.operations.outbox import subscribe_endpoint
    from messaging.operations.pools import update_pool
    from tests.browser_fixtures import FRAME, faults

    topic = "arn:aws:sns:us-east-1:123456789012:replies"
    pool = factories.make_pool(caller)
    number = factories.make_simulator_number(caller)
    update_pool(caller, pool_id=pool.pool_id, two_way_enabled=True, two_way_channel_arn=topic)
    subscribe_endpoint(caller, topic_arn=topic, endpoint="https://hooks.example.com/in")
    stored = default_storage.save("imports/uploads/n.csv", ContentFile(b"phone,name\n+14255550102,Ann\nnobody,Bob\n"))
    row = upload_opt_out_import(caller, opt_out_list_name="vip", stored=stored, file_name="n.csv", size=40)
    check_opt_out_import(caller, import_id=row.import_id, column=0, has_head=True)
    run_due_jobs(100)
    tabs = [f"{tab_}/" for tab_ in ("two-way", "two-way/edit", "opt-out-list", "keywords", "keywords/create", "edit")]
    paths = [f"pools/{pool.pool_id}/{name}" for name in tabs]
    paths += [f"phone-numbers/{number.phone_number_id}/{name}" for name in tabs]
    paths += ["topics/", "topics/replies/", f"recipients/{NUMBER}/", "opt-out-lists/vip/imports/"]
    paths += [f"opt-out-lists/vip/imports/{row.import_id}/", "opt-out-lists/vip/used-by/"]
    found = []
    for path in paths:
        page.goto(console_url(path))
        found += faults(page, without=FRAME)
    assert not found, "\n".join(found)
