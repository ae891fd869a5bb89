"""The page of statistics and its file."""

import csv
import io
from datetime import timedelta
from typing import Any

import pytest

from messaging.operations.statistics import count_settled_events
from tests import factories
from tests.client import ConsoleClient

PATH = "statistics/"


@pytest.fixture
def sent(caller: Any, clock: Any) -> None:
    """Two that are delivered and one that fails, ten days after one that was delivered."""
    number = factories.make_simulator_number(caller).phone_number_id
    factories.make_configuration_set(caller, "otp")
    factories.send(caller, origination_identity=number)
    factories.deliver_all(clock)
    clock.advance(days=10)
    for _ in range(2):
        factories.send(caller, origination_identity=number, configuration_set_name="otp")
        clock.advance(seconds=1)
    factories.send(caller, factories.FAILURE, origination_identity=number)
    factories.deliver_all(clock)
    clock.advance(minutes=1)
    while count_settled_events(settle=timedelta(0)):
        pass


def body(response: Any) -> str:
    return response.content.decode()


def records(client: ConsoleClient, query: str = "") -> dict[tuple[str, str], list[str]]:
    answer = client.get(client.path(f"{PATH}statistics.csv?{query}"))
    rows = csv.reader(io.StringIO(b"".join(answer.streaming_content).decode()))
    return {(row[0], row[1]): row[2:] for row in rows}


def test_strangers_sign_in(stranger: ConsoleClient) -> None:
    assert stranger.get(stranger.path(PATH)).status_code == 302
    assert stranger.get(stranger.path(f"{PATH}statistics.csv")).status_code == 302


def test_the_last_day_is_shown_by_the_hour(client_in: ConsoleClient, sent: Any) -> None:
    html = body(client_in.get(client_in.path(PATH)))
    assert "Messages by the hour (UTC)" in html
    assert "66.7 %" in html
    assert "United States (US)" in html and "otp" in html and "Failure reasons" in html
    assert html.count('<svg class="chart') == 5 and html.count("As a table") == 5


def test_ranges_choose_what_is_counted(client_in: ConsoleClient, sent: Any) -> None:
    for query, accepted in (("range=7d", "3"), ("range=30d", "4"), ("range=24h&channel=VOICE", "0")):
        found = records(client_in, query)
        assert [row[0] for key, row in found.items() if key[0] == "all"] == [accepted], query
    days = records(client_in, "range=30d")
    assert len([key for key in days if key[0] == "day"]) == 30
    assert days["day", "2026-03-02T00:00Z"][:2] == ["1", "1"] and days["country", "US"][0] == "4"
    own = records(client_in, "range=custom&begin=2026-03-02&end=2026-03-03")
    assert len([key for key in own if key[0] == "hour"]) == 48
    assert own["hour", "2026-03-02T10:00Z"][0] == "1" and own["configuration_set", ""][0] == "1"


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("range=custom&begin=2026-03-05&end=2026-03-02", "The last day comes before the first."),
        ("range=custom&begin=2020-03-05&end=2026-03-02", "Choose at most 184 days."),
        ("range=custom&begin=&end=2026-03-02", "Enter a day."),
        ("range=custom&begin=soon&end=2026-03-02", "Enter a valid date."),
        ("range=century", "Select a valid choice."),
    ],
)
def test_a_time_that_is_none_is_refused_and_kept(client_in: ConsoleClient, sent: Any, query: str, said: str) -> None:
    answer = client_in.get(client_in.path(f"{PATH}?{query}"))
    assert answer.status_code == 422 and said in body(answer)


def test_an_empty_time_says_so(client_in: ConsoleClient, owner: Any, clock: Any) -> None:
    assert "Nothing was sent in this time" in body(client_in.get(client_in.path(PATH)))


def test_query_budget(client_in: ConsoleClient, sent: Any, django_assert_max_num_queries: Any) -> None:
    client_in.get(client_in.path(PATH))
    with django_assert_max_num_queries(12):
        client_in.get(client_in.path(f"{PATH}?range=30d"))
