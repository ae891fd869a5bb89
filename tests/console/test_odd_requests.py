"""Requests that no page of ours makes: what a hand-written or damaged address or form may hold."""

from typing import Any

import pytest

from console.lists import LISTS
from console.numbers import whole
from console.tagging import TagRows
from tests import factories
from tests.client import ConsoleClient
from tests.media_samples import png

LONG = "9" * 5_000  # more digits than int() reads


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("7", 7),
        ("007", 7),
        ("٣", 3),
        ("99999", 99_999),
        ("100000", 0),
        ("²", 0),
        ("-1", 0),
        ("1e3", 0),
        ("", 0),
        (LONG, 0),
    ],
)
def test_only_a_whole_number_is_one(text: str, number: int) -> None:
    assert whole(text) == number


def test_a_number_that_is_none_is_what_the_caller_says() -> None:
    assert (whole("²", otherwise=-1), whole("31", most=30, otherwise=1), whole("30", most=30)) == (-1, 1, 30)


@pytest.mark.parametrize("size", ["²", LONG, "26", "-25"])
def test_a_page_size_that_is_none_is_left_out(client_in: ConsoleClient, size: str) -> None:
    assert client_in.get(client_in.path("jobs/"), {"size": size}).status_code == 200


@pytest.mark.parametrize(
    ("path", "token"),
    [
        ("messages/", f"parts:=:{10**20}"),
        ("messages/", f"created:<:{10**20}"),
        ("messages/", "created:<:²"),
        ("activity/", f"time:>:{10**15}"),
    ],
)
def test_a_filter_that_nothing_can_be_compared_with_is_left_out_with_a_warning(
    client_in: ConsoleClient, path: str, token: str
) -> None:
    answer = client_in.get(client_in.path(path), {"f": token})
    assert answer.status_code == 200
    assert "was not understood" in answer.content.decode()


@pytest.mark.parametrize("path", ["spending/rates/?page=²", "deliveries/?before=~", "statistics/?range=²"])
def test_other_numbers_of_an_address_are_left_out_too(client_in: ConsoleClient, path: str) -> None:
    assert client_in.get(client_in.path(path)).status_code in (200, 422)


def test_statistics_end_today(client_in: ConsoleClient) -> None:
    answer = client_in.get(client_in.path("statistics/?range=custom&begin=9999-12-31&end=9999-12-31"))
    assert answer.status_code == 422


def test_a_row_of_tags_that_is_none_cannot_be_removed(client_in: ConsoleClient) -> None:
    path = client_in.path("opt-out-lists/+/create/")
    typed = {"opt_out_list_name": "", "tag_key": "a", "tag_value": "b", "tag_remove": "²"}
    answer = client_in.post(path, typed)
    assert answer.status_code == 422
    rows: TagRows = answer.context["tag_rows"]
    assert rows.tags == [{"key": "a", "value": "b"}]


def test_pages_of_a_list_know_what_it_takes(client_in: ConsoleClient) -> None:
    client_in.get(client_in.path("jobs/"))  # loads all lists
    answers = {
        path: client_in.get(client_in.path(path)).status_code
        for name in LISTS
        for path in (f"lists/{name}/columns/?arg=a&arg=b&arg=c", f"lists/{name}/views/?arg=a&arg=b&arg=c")
    }
    assert {path for path, status in answers.items() if status != 404} == set()


def test_bulk_actions_and_exports_of_a_list_know_it_too(client_in: ConsoleClient) -> None:
    assert client_in.post(client_in.path("lists/opted-out-numbers/export/"), {"format": "csv"}).status_code == 404
    bulk = client_in.path("lists/opted-out-numbers/bulk/remove/")
    assert client_in.post(bulk, {"selected": "+14255550100"}).status_code == 404


def test_ids_of_no_row_select_nothing(client_in: ConsoleClient) -> None:
    answer = client_in.post(client_in.path("lists/deliveries/bulk/resend/"), {"selected": ["x", "7"]})
    assert answer.status_code == 200
    assert answer.context["preview"].count == 0


@pytest.mark.parametrize("where", ["address", "path", "form"])
def test_nul_is_refused_before_any_database_meets_it(client_in: ConsoleClient, where: str) -> None:
    answer = {
        "address": lambda: client_in.get(client_in.path("pools/?q=a%00")),
        "path": lambda: client_in.get(client_in.path("pools/a%00/")),
        "form": lambda: client_in.post(client_in.path("opt-out-lists/+/create/"), {"opt_out_list_name": "a\0"}),
    }[where]()
    assert answer.status_code == 400
    assert "could not be understood" in answer.content.decode()


def test_a_range_with_too_many_digits_is_no_range(client_in: ConsoleClient, caller: Any) -> None:
    row = factories.make_media_file(caller, png())
    path = client_in.path(f"media/files/{row.file_id}/content/")
    assert client_in.get(path, headers={"Range": f"bytes=0-{LONG}"}).status_code == 200
    assert client_in.get(path, headers={"Range": "bytes=0-3"}).status_code == 206


def test_the_console_speaks_only_its_own_languages(stranger: ConsoleClient) -> None:
    answer = stranger.post("/language/", {"language": "fr", "next": "/help/"})
    assert (answer.status_code, answer.headers["Location"]) == (303, "/help/")
    assert "switchboard_language" not in answer.cookies
    stranger.cookies["switchboard_language"] = "fr"
    assert '<html lang="en"' in stranger.get("/help/").content.decode()


@pytest.mark.parametrize(
    ("path", "data"),
    [
        ("settings/preferences/", {"show_utc": "perhaps"}),
        ("settings/preferences/", {"theme": "pink"}),
        ("messages/018f0000-0000-7000-8000-000000000000/feedback/", {"message_feedback_status": "GREAT"}),
    ],
)
def test_a_form_that_is_not_ours_gets_a_page_that_says_so(client_in: ConsoleClient, path: str, data: Any) -> None:
    answer = client_in.post(client_in.path(path), data)
    assert answer.status_code == 400
    assert "<h1" in answer.content.decode()
