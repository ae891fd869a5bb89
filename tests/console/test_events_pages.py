"""Events: the list, its filters and files, one event, and that no combination of filters reads the whole table."""

import json
from typing import Any

import pytest

from messaging import event_filters, message_filters
from messaging.models import MessageEvent
from messaging.operations.event_destinations import create_event_destinations
from messaging.operations.events import event_record
from tests.client import ConsoleClient
from tests.console.test_configuration_sets_pages import ROLE
from tests.factories import FAILURE, SUCCESS, deliver_all, make_configuration_set, make_simulator_number, send

PATH = "events/"


@pytest.fixture
def happened(caller: Any, clock: Any) -> list[MessageEvent]:
    """Nine events, oldest first: four of a delivered message, four of one that failed, one of a third."""
    number = make_simulator_number(caller).phone_number_id
    make_configuration_set(caller, "otp")
    send(caller, SUCCESS, origination_identity=number, configuration_set_name="otp", context={"order": "A-7"})
    deliver_all(clock)
    clock.advance(minutes=1)
    send(caller, FAILURE, origination_identity=number)
    deliver_all(clock)
    clock.advance(minutes=1)
    send(caller, SUCCESS, origination_identity=number)
    return list(MessageEvent.objects.order_by("event_id").select_related("message"))


def body(response: Any) -> str:
    return response.content.decode()


def shown(client: ConsoleClient, query: str, happened: list[MessageEvent]) -> list[int]:
    html = body(client.get(client.path(f"{PATH}?{query}")))
    return [at for at, event in enumerate(happened) if f'id="row-{event.event_id}"' in html]


def of_message(happened: list[MessageEvent], at: int) -> list[int]:
    """The places of the events that have the message of one of them."""
    return [place for place, event in enumerate(happened) if event.message_id == happened[at].message_id]


def test_strangers_sign_in_and_other_accounts_have_none(
    stranger: ConsoleClient, client_in: ConsoleClient, happened: Any, other_owner: Any
) -> None:
    assert stranger.get(stranger.path(PATH)).status_code == 302
    assert client_in.get(f"/{other_owner.account_id}/us-east-1/events/{happened[0].pk}/").status_code == 404
    assert client_in.get(client_in.path(f"{PATH}01900000-0000-7000-8000-000000000000/")).status_code == 404


def test_events_are_listed_newest_first(client_in: ConsoleClient, happened: Any) -> None:
    html = body(client_in.get(client_in.path(PATH)))
    places = [html.index(f'id="row-{event.event_id}"') for event in happened]
    assert places == sorted(places, reverse=True)
    fragment = body(client_in.fragment(client_in.path(PATH)))
    assert fragment.lstrip().startswith('<section id="results"') and "<html" not in fragment
    assert '<div id="bounded" hx-swap-oob="true">' in fragment and 'id="live"' in fragment


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("f=event-type:=:TEXT_DELIVERED", "delivered"),
        ("f=status:=:DELIVERED", "delivered"),
        ("f=status:!=:DELIVERED&f=configuration-set:=:otp&f=final:=:true", "none"),
        ("f=destination:=:%2B14254147167", "failed"),
        ("f=destination:starts with:%2B1 425 414 716", "failed"),
        ("f=destination:=:%2B14254147", "none"),
        ("f=channel:=:SMS", "all"),
        ("f=channel:=:VOICE", "none"),
        ("f=channel:!=:VOICE&f=iso-country-code:=:US", "all"),
        ("f=configuration-set:=:otp", "first"),
        ("f=iso-country-code:=:GB", "none"),
        ("f=occurred:>:2026-03-02T10:01:30Z", "last"),
        ("f=originator:=:%2B14254147167", "none"),
        ("q=%2B1425414716", "failed"),
        ("q=nonsense", "none"),
    ],
)
def test_filters(client_in: ConsoleClient, happened: Any, query: str, found: str) -> None:
    expected = {
        "all": list(range(9)),
        "none": [],
        "first": of_message(happened, 0),
        "failed": of_message(happened, 4),
        "last": [8],
        "delivered": [at for at, event in enumerate(happened) if event.event_type == "TEXT_DELIVERED"],
    }[found]
    assert shown(client_in, query, happened) == expected
    if found == "delivered":
        assert expected, "the fixture delivers one"


def test_an_id_finds_an_event_or_those_of_a_message(client_in: ConsoleClient, happened: Any) -> None:
    assert shown(client_in, f"q={happened[1].event_id}", happened) == [1]
    assert shown(client_in, f"q={happened[1].message_id}", happened) == of_message(happened, 1)
    assert shown(client_in, f"f=message-id:=:{happened[4].message_id}", happened) == of_message(happened, 4)
    assert shown(client_in, f"f=event-id:=:{happened[4].event_id}", happened) == [4]


def test_what_no_index_answers_is_searched_among_the_newest_and_says_so(
    client_in: ConsoleClient, happened: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(message_filters, "SEARCHED", 2)
    assert shown(client_in, "f=iso-country-code:=:US", happened) == [7, 8]
    assert "Search what is older" in body(client_in.get(client_in.path(f"{PATH}?f=iso-country-code:=:US")))
    delivered = next(at for at, event in enumerate(happened) if event.event_type == "TEXT_DELIVERED")
    for exact in ("f=event-type:=:TEXT_DELIVERED", f"f=message-id:=:{happened[0].message_id}", "q=%2B1425414775"):
        assert delivered in shown(client_in, exact, happened), exact
        assert "Search what is older" not in body(client_in.get(client_in.path(f"{PATH}?{exact}"))), exact
    monkeypatch.setattr(event_filters, "FEW_MESSAGES", 0)  # a number that many messages went to
    assert shown(client_in, "f=destination:=:%2B14254147167", happened) == [7]


def test_an_event_shows_its_record_as_it_is_published(
    client_in: ConsoleClient, caller: Any, clock: Any, settings: Any, tmp_path: Any, run_work: Any
) -> None:
    settings.DATA_DIR = tmp_path
    make_configuration_set(caller, "otp")
    create_event_destinations(caller, configuration_set_name="otp", matching_event_types=["ALL"], iam_role_arn=ROLE)
    send(caller, configuration_set_name="otp", context={"order": "A-7"})
    run_work()
    event = MessageEvent.objects.order_by("event_id")[0]
    html = body(client_in.get(client_in.path(f"{PATH}{event.pk}/")))
    assert "&quot;order&quot;: &quot;A-7&quot;" in html and "otp · log-group" in html
    assert client_in.path(f"messages/{event.message_id}/") in html
    others = MessageEvent.objects.exclude(pk=event.pk)
    assert others and all(client_in.path(f"{PATH}{other.pk}/") in html for other in others)


def test_files_hold_whole_records(client_in: ConsoleClient, happened: Any) -> None:
    page = body(client_in.get(client_in.path(f"{PATH}?f=final:=:true")))
    assert "export=jsonl" in page and "Records as JSON lines" in page
    lines = client_in.get(client_in.path(f"{PATH}?export=jsonl&columns=event_type,record&f=final:=:true"))
    rows = [json.loads(line) for line in b"".join(lines.streaming_content).decode().splitlines()]
    finals = [event for event in reversed(happened) if event.is_final]
    assert [row["record"] for row in rows] == [event_record(event.message, event) for event in finals]
    text = b"".join(client_in.get(client_in.path(f"{PATH}?export=csv")).streaming_content).decode()
    assert len(text.splitlines()) == 1 + len(happened)


def test_query_budget(client_in: ConsoleClient, happened: Any, django_assert_max_num_queries: Any) -> None:
    client_in.get(client_in.path(PATH))
    queries = ("", "?f=destination:=:%2B14254147167&f=final:=:true", "?q=%2B1425", "?f=iso-country-code:=:US")
    for path in (*(f"{PATH}{query}" for query in queries), f"{PATH}{happened[0].pk}/"):
        with django_assert_max_num_queries(12):
            client_in.get(client_in.path(path))
