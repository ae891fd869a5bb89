"""The list framework, tried on opted-out numbers (many rows, ties) and phone numbers (bulk actions)."""

import inspect
import re
from datetime import UTC, datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from console.cells import Look, international, plain
from console.keyset import Ordering, page_of
from console.lists import LISTS, find
from console.models import SavedView, TableLayout
from messaging.models import OptedOutNumber, OptOutList, PhoneNumber
from tests import factories

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
NUMBERS = "opt-out-lists/many/"


def shown(response):
    return re.findall(r'<tr id="row-([^"]+)"', response.content.decode())


def walk(client, path, step):
    """Every page from here on, by the links that a person would follow."""
    pages = []
    while path:
        response = client.get(path)
        assert response.status_code == 200
        pages.append(shown(response))
        found = re.search(rf'rel="{step}" href="([^"]+)"', response.content.decode())
        path = found and found.group(1).replace("&amp;", "&")
        last = response
    return pages, last


@pytest.mark.parametrize("sort", ["number", "-number", "since", "-since"])
def test_pages_meet_every_row_once_in_both_directions(client_in, many, sort):
    field = {"number": "opted_out_number", "since": "opted_out_timestamp"}[sort.lstrip("-")]
    key = "-" if sort.startswith("-") else ""
    expected = list(
        OptedOutNumber.objects.filter(opt_out_list=many)
        .order_by(f"{key}{field}", f"{key}pk")
        .values_list("opted_out_number", flat=True)
    )
    forward, last = walk(client_in, client_in.path(f"{NUMBERS}?sort={sort}&size=25"), "next")
    assert [len(page) for page in forward] == [25, 25, 10]
    assert sum(forward, []) == expected
    back = re.search(r'rel="prev" href="([^"]+)"', last.content.decode()).group(1).replace("&amp;", "&")
    backward, _first = walk(client_in, back, "prev")
    assert backward == [expected[25:50], expected[:25]]


def test_keyset_puts_empty_values_first_whatever_the_direction(caller):
    pool = factories.make_pool(caller)
    free = [factories.make_simulator_number(caller).pk for _ in range(3)]
    inside = list(pool.phone_numbers.values_list("pk", flat=True))
    rows = PhoneNumber.objects.for_caller(caller)
    for ordering, expected in (
        (Ordering("pool__pool_id"), free + inside),
        (Ordering("pool__pool_id", True), inside + free[::-1]),
    ):
        met, after = [], ""
        while True:
            page = page_of(rows, ordering, 1, after=after)
            met += [row.pk for row in page.rows]
            after = page.next
            if not after:
                break
        assert met == expected
        before, met_back = page.previous, []
        while before:
            page = page_of(rows, ordering, 1, before=before)
            met_back += [row.pk for row in page.rows]
            before = page.previous
        assert met_back == expected[:-1][::-1]


def test_a_page_before_the_first_row_is_the_first_page(client_in, many):
    first = shown(client_in.get(client_in.path(f"{NUMBERS}?size=25")))
    cursor = f"{first[3]}~{OptedOutNumber.objects.get(opted_out_number=first[3]).pk}"
    response = client_in.get(client_in.path(NUMBERS), {"size": "25", "before": cursor})
    assert shown(response) == first


@pytest.mark.parametrize("cursor", ["rubbish", "2026~x", "~", "\\N~1"])
def test_a_broken_cursor_shows_the_first_page_with_a_warning(client_in, many, cursor):
    response = client_in.get(client_in.path(NUMBERS), {"after": cursor, "sort": "since"})
    assert response.status_code == 200
    assert len(shown(response)) == 25
    assert "could not be found" in response.content.decode()


def test_filter_tokens_narrow_and_can_be_taken_away_one_by_one(client_in, many):
    query = "f=end-user-opted-out:%3D:true&f=opted-out-number:starts+with:%2B1425555000"
    body = client_in.get(client_in.path(f"{NUMBERS}?{query}")).content.decode()
    assert re.findall(r'<tr id="row-([^"]+)"', body) == [f"+1425555000{n}" for n in (0, 2, 4, 6, 8)]
    without = [url.replace("&amp;", "&") for url in re.findall(r'class="token" href="([^"]+)"', body)]
    assert len(without) == 2
    assert len(shown(client_in.get(without[0]))) == 10
    assert len(shown(client_in.get(without[1]))) == 25


def test_unknown_tokens_are_dropped_with_a_warning(client_in, many):
    query = {"f": ["nonsense", "no-such:=:1", "end-user-opted-out:=:maybe", "end-user-opted-out:=:true"]}
    response = client_in.get(client_in.path(NUMBERS), query)
    body = response.content.decode()
    assert response.status_code == 200
    assert body.count("was not understood") == 3
    assert body.count('class="token"') == 1


def test_add_filter_without_scripts_goes_to_the_canonical_url(client_in, many):
    bar = {"fp": "end-user-opted-out", "fo": "=", "fv": "true", "sort": "-since"}
    response = client_in.get(client_in.path(NUMBERS), bar)
    assert response.status_code == 302
    assert response.url == client_in.path(f"{NUMBERS}?f=end-user-opted-out:%3D:true&sort=-since")


def test_choosing_a_property_offers_its_operators_and_values(client_in, caller):
    factories.make_simulator_number(caller)
    body = client_in.get(client_in.path("phone-numbers/?fp=number-type")).content.decode()
    assert '<option value="TOLL_FREE">' in body
    assert '<option value="contains">' not in body


def test_the_fragment_is_the_list_alone_with_its_count_out_of_band(client_in, many):
    response = client_in.fragment(client_in.path(f"{NUMBERS}?sort=-since"), headers={"HX-Target": "results"})
    body = response.content.decode()
    assert body.lstrip().startswith('<section id="results"')
    assert "<html" not in body and "<h1" not in body
    assert '<span id="list-count" hx-swap-oob="true">(60)</span>' in body
    assert "HX-Request" in response.headers["Vary"]


def test_a_filter_added_by_htmx_pushes_the_canonical_url(client_in, many):
    bar = {"fp": "end-user-opted-out", "fo": "=", "fv": "false"}
    response = client_in.fragment(client_in.path(NUMBERS), bar, headers={"HX-Target": "results"})
    assert response.status_code == 200
    assert response.headers["HX-Push-Url"] == client_in.path(f"{NUMBERS}?f=end-user-opted-out:%3D:false")
    assert "(30)" in response.content.decode()


def test_sorting_says_so_in_head_and_caption(client_in, many):
    body = client_in.get(client_in.path(f"{NUMBERS}?sort=-since")).content.decode()
    assert body.count("aria-sort=") == 1
    assert 'aria-sort="descending"' in body
    assert "sorted by Opted out, descending" in body
    assert 'href="/123456789012/us-east-1/opt-out-lists/many/?sort=since"' in body


def test_an_unknown_sort_falls_back_to_the_default(client_in, many):
    body = client_in.get(client_in.path(f"{NUMBERS}?sort=actor")).content.decode()
    assert "sorted by Number, ascending" in body


def test_nothing_matches_names_the_filter_and_offers_to_clear_it(client_in, many):
    body = client_in.get(client_in.path(f"{NUMBERS}?q=%2B999")).content.decode()
    assert "Nothing matches" in body and "+999" in body and "Clear filters" in body


def test_an_empty_list_says_what_it_is_and_offers_the_first_step(client_in):
    body = client_in.get(client_in.path("pools/")).content.decode()
    assert "A pool groups originators" in body
    assert "Create pool" in body
    assert "aws pinpoint-sms-voice-v2 describe-pools" in body


def test_a_viewer_gets_no_checkboxes_and_no_create(signed_in, caller):
    factories.make_simulator_number(caller)
    viewer = signed_in("VIEWER")
    body = viewer.get(viewer.path("phone-numbers/")).content.decode()
    assert 'name="selected"' not in body
    assert "Request originator" not in body


@pytest.mark.parametrize("size", [25, 100])
def test_a_list_costs_the_same_queries_for_any_number_of_rows(client_in, many, size, django_assert_max_num_queries):
    client_in.get(client_in.path(NUMBERS))
    with django_assert_max_num_queries(12):
        client_in.get(client_in.path(f"{NUMBERS}?size={size}&f=end-user-opted-out:%3D:true&q=%2B1"))


def test_pages_never_use_offset(client_in, many, django_assert_num_queries):
    with CaptureQueriesContext(connection) as captured:
        walk(client_in, client_in.path(f"{NUMBERS}?size=25"), "next")
    assert not [query["sql"] for query in captured if "OFFSET" in query["sql"]]


def test_the_count_stops_at_ten_thousand(client_in, many, monkeypatch):
    monkeypatch.setattr("console.listing.COUNT_LIMIT", 50)
    body = client_in.get(client_in.path(NUMBERS)).content.decode()
    assert "(50+)" in body


def test_a_long_count_is_kept_until_an_operation_changes_something(client_in, caller, many, monkeypatch):
    monkeypatch.setattr("console.listing.SOME", 10)
    path = client_in.path(f"{NUMBERS}?size=25")

    def counts() -> int:
        with CaptureQueriesContext(connection) as captured:
            client_in.get(path)
        return sum("COUNT(*)" in query["sql"] for query in captured)

    assert counts() == 1
    assert counts() == 0
    factories.make_pool(caller)
    assert counts() == 1


def test_the_command_says_the_same_as_the_page(client_in, caller):
    factories.make_simulator_number(caller)
    query = "f=status:%3D:ACTIVE&f=status:%3D:PENDING&f=iso-country-code:%3D:US&f=phone-number:contains:555"
    body = client_in.get(client_in.path(f"phone-numbers/?{query}")).content.decode()
    assert (
        "aws pinpoint-sms-voice-v2 describe-phone-numbers --filters Name=status,Values=ACTIVE,PENDING "
        "Name=iso-country-code,Values=US --endpoint-url http://testserver --region us-east-1" in body
    )
    assert "The API has no filter for: Phone number contains 555" in body


def test_columns_are_chosen_moved_and_kept(client_in, caller):
    factories.make_simulator_number(caller)
    path = client_in.path("lists/phone-numbers/columns/")
    order = ["number", "status", "country"]
    form = {"order": order, "shown": ["status", "country"], "page_size": 50, "density": "compact", "sticky_first": "on"}
    moved = client_in.post(path, {**form, "down": "status"})
    assert moved.status_code == 200
    listed = re.findall(r'name="order" value="([^"]+)"', moved.content.decode())
    assert listed[:3] == ["number", "country", "status"]
    assert not TableLayout.objects.exists()
    saved = client_in.post(path, {**form, "order": listed})
    assert saved.status_code == 303
    layout = TableLayout.objects.get()
    assert (layout.columns, layout.page_size) == (["number", "country", "status"], 50)
    heads = re.findall(
        r'<th scope="col"[^>]*>(?:<a[^>]*>)?([A-Z][a-z ]+)',
        client_in.get(client_in.path("phone-numbers/")).content.decode(),
    )
    assert heads == ["Phone number", "Country", "Status"]
    assert client_in.user.preferences.density == "compact"


def test_wrong_preferences_are_refused_with_what_was_ticked(client_in):
    path = client_in.path("lists/phone-numbers/columns/")
    response = client_in.post(
        path, {"order": ["number", "status"], "shown": ["status"], "page_size": 7, "density": "compact"}
    )
    assert response.status_code == 422
    assert re.search(r'name="shown" value="status" checked', response.content.decode())


def test_saved_views_are_kept_renamed_defaulted_and_deleted(client_in, signed_in, many):
    save = client_in.path("lists/opted-out-numbers/views/")
    query = "f=end-user-opted-out:%3D:true&sort=-since"
    made = client_in.post(save, {"arg": "many", "query": query, "name": "Asked", "shared": "on", "over": ""})
    view = SavedView.objects.get()
    assert made.url == client_in.path(f"{NUMBERS}?{query}&view={view.pk}")
    assert "Asked" in client_in.get(made.url).content.decode()
    changed = client_in.get(client_in.path(f"{NUMBERS}?sort=number&view={view.pk}")).content.decode()
    assert "Asked (modified)" in changed
    client_in.post(client_in.path(f"lists/opted-out-numbers/views/{view.pk}/default/"), {"arg": "many"})
    assert client_in.get(client_in.path(NUMBERS)).url == made.url
    assert client_in.get(client_in.path(f"{NUMBERS}?view=none")).status_code == 200
    colleague = signed_in()
    assert "Asked" in colleague.get(colleague.path(NUMBERS)).content.decode()
    assert (
        colleague.post(colleague.path(f"lists/opted-out-numbers/views/{view.pk}/delete/"), {"arg": "many"}).status_code
        == 403
    )
    gone = client_in.post(client_in.path(f"lists/opted-out-numbers/views/{view.pk}/delete/"), {"arg": "many"})
    assert gone.status_code == 303
    assert not SavedView.objects.exists()
    undo = re.search(r'action="([^"]+/undo/[^"]+)"', client_in.get(gone.url).content.decode())
    assert undo and client_in.post(undo[1]).status_code == 303
    again = SavedView.objects.get()
    assert (again.name, again.query, again.shared, again.is_default) == ("Asked", view.query, True, True)


def test_a_private_view_is_nobody_elses(client_in, signed_in, many):
    save = client_in.path("lists/opted-out-numbers/views/")
    client_in.post(save, {"arg": "many", "query": "sort=-since", "name": "Mine", "over": ""})
    colleague = signed_in()
    assert "Mine" not in colleague.get(colleague.path(NUMBERS)).content.decode()


def test_a_view_name_comes_once(client_in, many):
    save = client_in.path("lists/opted-out-numbers/views/")
    client_in.post(save, {"arg": "many", "query": "", "name": "Same", "over": ""})
    again = client_in.post(save, {"arg": "many", "query": "sort=-since", "name": "Same", "over": ""})
    assert again.status_code == 422
    assert "Choose another name" in again.content.decode()
    assert SavedView.objects.count() == 1


def test_strangers_are_sent_to_sign_in(stranger):
    for path in ("pools/", "lists/pools/columns/", "lists/pools/views/", "jobs/"):
        response = stranger.get(stranger.path(path))
        assert response.status_code == 302
        assert response.url.startswith("/user/login/")


def test_every_declared_list_can_be_sorted_by_every_sortable_column(caller):
    find("pools")
    pool, number = factories.make_pool(caller), factories.make_simulator_number(caller)
    named = factories.make_configuration_set(caller).name
    parents = {"pool": pool.pool_id, "phone-number": number.phone_number_id, "configuration-set": named}
    parents |= {"opt-out-list": "Default", "opted-out-numbers": "Default", "event-destinations": named}
    with_rows = set()
    for name, spec in LISTS.items():
        nested = len(inspect.signature(spec.rows).parameters) > 1
        parent = parents.get(name) or parents.get(name.rpartition("-")[0])
        if nested and not parent:
            continue
        rows = spec.rows(caller, parent) if nested else spec.rows(caller)
        for column in spec.columns:
            if column.sort:
                ordering = Ordering(column.sort, True)
                for row in page_of(rows, ordering, 2).rows:
                    with_rows.add(name)
                    assert row not in list(ordering.beyond(ordering.sorted(rows), ordering.cursor(row))), (
                        name,
                        column.key,
                    )
    assert with_rows > {"pools", "phone-numbers", "configuration-sets", "pool-keywords", "pool-originators", "activity"}


def test_times_are_in_the_readers_zone_with_offset():
    import zoneinfo

    from console.cells import KINDS

    render = KINDS["time"](Look(time_zone=zoneinfo.ZoneInfo("Asia/Jakarta")), None)
    assert render(NOON) == '<time datetime="2026-03-02T19:00:00+07:00">2026-03-02 19:00:00 +07:00</time>'


def test_cells_escape_what_people_typed(client_in, caller):
    row = OptOutList.objects.for_caller(caller).get()
    OptedOutNumber.objects.create(
        opt_out_list=row, opted_out_number="+14255550000", opted_out_timestamp=NOON, actor="<script>alert(1)</script>"
    )
    body = client_in.get(client_in.path("opt-out-lists/Default/")).content.decode()
    assert "<script>alert" not in body
    assert "&lt;script&gt;alert(1)" in body


def test_plain_values_of_files():
    assert plain("money", 645) == "0.00645"
    assert plain("flag", True) is True
    assert plain("time", NOON) == "2026-03-02T12:00:00Z"
    assert international("+14254147755") == "+1 425-414-7755"
    assert international("nonsense") == "nonsense"
