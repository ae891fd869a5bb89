"""Lists and resource pages in a real browser: clean under axe, narrow, by script and without."""

import re

import pytest
from playwright.sync_api import expect

from messaging.models import Job, PhoneNumber
from messaging.operations.jobs import start_job
from tests import factories
from tests.browser_fixtures import FRAME, faults

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
ACCOUNT = "/123456789012/us-east-1"


@pytest.fixture
def pool(caller):
    return factories.make_pool(caller)


@pytest.fixture
def vip(caller):
    return factories.make_opt_out_list(caller, "vip", tuple(f"+1425555{n:04d}" for n in range(30)))


def everything(caller, pool):
    factories.make_configuration_set(caller, "otp")
    job = start_job(caller, kind="bulk-list", title="Release", parameters={}, total=5)
    number = pool.phone_numbers.get().phone_number_id
    lists = [
        "phone-numbers/?f=status:=:ACTIVE&f=message-type:=:TRANSACTIONAL",
        "pools/?q=nothing",
        "configuration-sets/",
        "jobs/",
    ]
    numbers = [f"phone-numbers/{number}/{tab}" for tab in ("", "edit/", "keywords/", "tags/", "activity/", "delete/")]
    pools = [f"pools/{pool.pool_id}/{tab}" for tab in ("", "originators/", "originators/add/", "keywords/edit/HELP/")]
    sets = [f"configuration-sets/otp/{tab}" for tab in ("", "event-destinations/", "event-destinations/+/create/")]
    opt_outs = [
        "opt-out-lists/vip/?number=%2B14255550003",
        "opt-out-lists/vip/numbers/add/",
        "opt-out-lists/vip/numbers/+14255550003/",
    ]
    others = [
        "phone-numbers/create/",
        "pools/create/",
        "lists/pools/columns/",
        "lists/pools/views/",
        f"jobs/{job.job_id}/",
    ]
    return lists + numbers + pools + sets + opt_outs + others


def test_pages_are_clean(page, caller, pool, vip) -> None:
    found = []
    for path in everything(caller, pool):
        page.goto(f"{ACCOUNT}/{path}")
        found += faults(page, without=FRAME)
    assert not found, "\n".join(found)


@pytest.mark.parametrize("javascript", [True, False])
def test_filter_sort_and_page(open_page, vip, javascript: bool) -> None:
    tab = open_page(javascript=javascript)
    tab.goto(f"{ACCOUNT}/opt-out-lists/vip/?size=25")
    tab.get_by_role("link", name="Next").click()
    tab.wait_for_url("**after=**")
    assert tab.get_by_role("row").count() == 6
    tab.get_by_role("link", name="Opted out", exact=True).click()
    tab.wait_for_url("**sort=-since**")
    tab.get_by_role("searchbox").fill("+14255550001")
    tab.keyboard.press("Enter")
    tab.wait_for_url("**q=**")
    tab.get_by_text("(1)").wait_for()
    tab.get_by_role("link", name="Clear filters").click()
    tab.get_by_text("(30)").wait_for()
    tab.go_back()
    tab.get_by_text("(1)").wait_for()


@pytest.mark.parametrize("javascript", [True, False])
def test_bulk_from_ticks_to_job(open_page, caller, javascript: bool) -> None:
    numbers = [factories.make_simulator_number(caller) for _ in range(3)]
    tab = open_page(javascript=javascript)
    tab.goto(f"{ACCOUNT}/phone-numbers/")
    for number in numbers[:2]:
        tab.get_by_role("checkbox", name=f"Select {number.phone_number_id}").check()
    tab.get_by_role("button", name="Release").click()
    tab.get_by_text("2 rows are selected.").wait_for()
    tab.get_by_label("Type 2 to confirm").fill("2")
    tab.get_by_role("button", name="Release").click()
    tab.wait_for_url("**/jobs/job-**")
    assert Job.objects.get().total == 2


def test_dialog_adds_and_the_list_refreshes_itself(open_page, axe, vip) -> None:
    tab = open_page()
    tab.goto(f"{ACCOUNT}/opt-out-lists/vip/")
    tab.get_by_role("link", name="Add number").click()
    dialog = tab.get_by_role("dialog")
    dialog.get_by_label("Phone number").fill("nonsense")
    axe(tab)
    dialog.get_by_role("button", name="Add number").click()
    dialog.get_by_role("alert").wait_for()
    dialog.get_by_label("Phone number").fill("+1 (425) 414-7755")
    dialog.get_by_role("button", name="Add number").click()
    tab.get_by_text("(31)").wait_for()
    assert not dialog.is_visible()


def test_a_pool_from_nothing_without_scripts(open_page) -> None:
    tab = open_page(javascript=False)
    tab.goto(f"{ACCOUNT}/pools/create/")
    tab.get_by_role("button", name="Request a simulator number").click()
    tab.get_by_role("button", name="Request simulator number").last.click()
    tab.wait_for_url("**/pools/create/**")
    tab.get_by_role("button", name="Create pool").last.click()
    tab.wait_for_url(re.compile(r"/pools/pool-[0-9a-f]{32}/$"))
    assert PhoneNumber.objects.get().pool is not None


def test_only_with_scripts_is_offered_what_needs_them(open_page, pool) -> None:
    for javascript in (True, False):
        tab = open_page(javascript=javascript)
        tab.goto(f"{ACCOUNT}/pools/")
        expect(tab.locator("[data-selection]")).to_be_visible(visible=not javascript)
        tab.goto(f"{ACCOUNT}/pools/{pool.pool_id}/")
        expect(tab.locator(".copy").first).to_be_visible(visible=javascript)


def test_another_property_offers_its_values_and_adds_nothing(open_page, caller) -> None:
    factories.make_simulator_number(caller)
    tab = open_page()
    tab.goto(f"{ACCOUNT}/phone-numbers/")
    tab.get_by_label("Filter by").select_option("message-type")
    tab.get_by_label("Value").get_by_role("option", name="Transactional").wait_for(state="attached")
    assert tab.get_by_label("Filters in force").count() == 0
    assert tab.url.endswith("/phone-numbers/")


def focused(tab) -> str:
    """What has the focus, by its accessible words."""
    return tab.evaluate("(document.activeElement.ariaLabel || document.activeElement.textContent).trim()")


def test_the_focus_stays_where_one_works(page, console_url, caller) -> None:
    for name in ("one", "two"):
        factories.make_configuration_set(caller, name)
    page.goto(console_url("configuration-sets/"))
    with page.expect_response(lambda answer: "fp=configuration-set-name" in answer.url):
        page.locator("#list-fp").select_option("configuration-set-name")
    expect(page.locator("#results.htmx-request, #results.htmx-swapping, #results.htmx-settling")).to_have_count(0)
    page.locator("#list-fv").fill("one")
    page.get_by_role("button", name="Add filter").press("Enter")
    expect(page.locator(".tokens .token")).to_have_count(1)
    expect(page.locator("#list-fp")).to_be_focused()
    page.locator(".tokens .token").press("Enter")
    expect(page.locator(".tokens")).to_have_count(0)
    expect(page.locator("#list-fp")).to_be_focused()
    head = page.get_by_role("columnheader").get_by_role("link").first
    words = head.inner_text()
    head.press("Enter")
    page.wait_for_url("**sort=*")
    expect(page.get_by_role("columnheader").get_by_role("link", name=words)).to_be_focused()
    page.get_by_role("link", name="Columns").click()
    down = page.get_by_role("button", name=re.compile("^Move .* down")).first
    label = down.get_attribute("aria-label")
    down.press("Enter")
    page.wait_for_load_state()
    assert focused(page) == label


def test_a_section_opens_at_its_top_with_the_focus_on_its_tab(page, console_url, caller) -> None:
    """The table of the countries takes the focus too, but stands below the map and is thousands of pixels long."""
    configuration = factories.make_protect_configuration(caller)
    page.goto(console_url(f"protect-configurations/{configuration.name}/"))
    page.get_by_role("link", name="Country rules", exact=True).press("Enter")
    expect(page.locator("#tab .protect-map").first).to_be_visible()
    expect(page.locator("#tab.htmx-request, #tab.htmx-swapping, #tab.htmx-settling")).to_have_count(0)
    assert focused(page) == "Country rules"
    assert page.evaluate("scrollY") == 0


def test_removing_a_tag_leads_to_the_next_one(page, console_url, caller) -> None:
    factories.make_configuration_set(caller, "one", tags=[{"key": key, "value": "x"} for key in ("a", "b", "c")])
    page.goto(console_url("configuration-sets/one/tags/"))
    page.get_by_role("button", name="Remove tag 2").press("Enter")
    expect(page.get_by_label("Key of tag 2")).to_be_focused()
    expect(page.get_by_label("Key of tag 2")).to_have_value("c")
    page.get_by_role("button", name="Add tag").press("Enter")
    expect(page.get_by_label("Key of tag 3")).to_be_focused()
