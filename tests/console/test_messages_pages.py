"""Messages: the list, one message and its timeline, and that no filter reads a whole table."""

from typing import Any

import pytest

from messaging import message_filters
from messaging.models import Message
from tests.client import ConsoleClient
from tests.factories import FAILURE, HANDSET, SUCCESS, deliver_all, make_configuration_set, make_simulator_number, send

PATH = "messages/"


@pytest.fixture
def sent(caller: Any, clock: Any) -> Any:
    """Three messages: one delivered, one failed, one that the carrier has not taken yet."""
    number = make_simulator_number(caller).phone_number_id
    rows = [send(caller, SUCCESS, origination_identity=number).message]
    clock.advance(minutes=1)
    rows.append(send(caller, FAILURE, "Second text", origination_identity=number).message)
    deliver_all(clock)
    clock.advance(minutes=1)
    rows.append(send(caller, SUCCESS, "Third text", origination_identity=number).message)
    return rows


def body(response: Any) -> str:
    return response.content.decode()


def test_strangers_sign_in_and_other_accounts_are_not_there(
    stranger: ConsoleClient, client_in: ConsoleClient, sent: Any, other_owner: Any
) -> None:
    assert stranger.get(stranger.path(PATH)).status_code == 302
    key = sent[0].message_id
    assert client_in.get(f"/{other_owner.account_id}/us-east-1/messages/{key}/").status_code == 404
    assert client_in.get(client_in.path("messages/01900000-0000-7000-8000-000000000000/")).status_code == 404


def test_viewers_see_messages_but_no_way_to_send(signed_in: Any, sent: Any) -> None:
    client = signed_in("VIEWER")
    html = body(client.get(client.path(PATH)))
    assert str(sent[0].message_id) in html and "Send a test message" not in html
    assert "Send again" not in body(client.get(client.path(f"{PATH}{sent[0].message_id}/")))


def test_lists_newest_first(client_in: ConsoleClient, sent: Any) -> None:
    html = body(client_in.get(client_in.path(PATH)))
    places = [html.index(f'id="row-{row.message_id}"') for row in sent]
    assert places == sorted(places, reverse=True)


def test_fragment_is_only_the_results(client_in: ConsoleClient, sent: Any) -> None:
    html = body(client_in.fragment(client_in.path(PATH)))
    assert html.lstrip().startswith('<section id="results"') and "<html" not in html


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("f=status:=:DELIVERED", [0]),
        ("f=destination:=:%2B14254147167", [1]),
        ("f=destination:starts with:%2B1 425", [0, 1, 2]),
        ("f=destination:starts with:%2B44", []),
        ("f=parts:>:1", []),
        ("f=parts:<:2&f=status:=:QUEUED", [2]),
        ("f=created:<:2026-03-02T10:00:30Z", [0]),
        ("f=created:>:2026-03-02T10:00:30Z", [1, 2]),
        ("f=iso-country-code:=:US&f=originator-type:=:SIMULATOR", [0, 1, 2]),
        ("f=final:=:false", [2]),
        ("q=%2B1425414716", [1]),
        ("q=4254", []),
        ("q=nonsense", []),
    ],
)
def test_filters(client_in: ConsoleClient, sent: Any, query: str, found: list[int]) -> None:
    html = body(client_in.get(client_in.path(f"{PATH}?{query}")))
    assert [at for at, row in enumerate(sent) if f'id="row-{row.message_id}"' in html] == found


def test_finds_a_message_by_its_id(client_in: ConsoleClient, sent: Any) -> None:
    html = body(client_in.get(client_in.path(f"{PATH}?q={sent[1].message_id}")))
    assert f'id="row-{sent[1].message_id}"' in html and f'id="row-{sent[0].message_id}"' not in html


def test_searches_without_an_index_are_bounded_and_say_so(
    client_in: ConsoleClient, sent: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(message_filters, "SEARCHED", 2)
    html = body(client_in.get(client_in.path(f"{PATH}?f=iso-country-code:=:US")))
    assert f'id="row-{sent[2].message_id}"' in html and f'id="row-{sent[0].message_id}"' not in html
    assert "Search what is older" in html
    older = client_in.get(client_in.path(f"{PATH}?f=iso-country-code:=:US&f=created:<:2026-03-02T10:00:59Z"))
    assert f'id="row-{sent[0].message_id}"' in body(older)
    for query in ("f=status:=:DELIVERED", f"q={sent[0].destination_phone_number.replace('+', '%2B')}"):
        exact = body(client_in.get(client_in.path(f"{PATH}?{query}")))
        assert f'id="row-{sent[0].message_id}"' in exact and "Search what is older" not in exact, query


def test_prefixes_of_many_messages_are_searched_by_age(
    client_in: ConsoleClient, sent: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(message_filters, "FEW", 1)
    html = body(client_in.get(client_in.path(f"{PATH}?f=destination:starts with:%2B1425")))
    assert all(f'id="row-{row.message_id}"' in html for row in sent)


def test_exports(client_in: ConsoleClient, sent: Any) -> None:
    answer = client_in.get(client_in.path(f"{PATH}?export=csv"))
    text = b"".join(answer.streaming_content).decode()
    assert str(sent[0].message_id) in text and "+14254147755" in text


def test_query_budget(client_in: ConsoleClient, sent: Any, django_assert_max_num_queries: Any) -> None:
    client_in.get(client_in.path(PATH))
    for query in ("", "?f=destination:starts with:%2B1425&f=parts:=:1", "?q=%2B1425"):
        with django_assert_max_num_queries(12):
            client_in.get(client_in.path(f"{PATH}{query}"))
    with django_assert_max_num_queries(12):
        client_in.get(client_in.path(f"{PATH}{sent[0].message_id}/"))


def test_shows_one_message_whole(client_in: ConsoleClient, caller: Any, clock: Any) -> None:
    make_configuration_set(caller, "alerts")
    row = send(caller, SUCCESS, "a" * 200, configuration_set_name="alerts", context={"order": "42"}).message
    html = body(client_in.get(client_in.path(f"{PATH}{row.message_id}/")))
    assert "Part 1 – 153 of 153" in html and "Part 2 – 47 of 153" in html
    assert "The request named it." in html and "alerts" in html and "42" in html
    assert "0.0218 USD" in html  # two parts of 0.0079 + 0.0030 USD
    assert "aws pinpoint-sms-voice-v2 send-text-message" in html and "client.send_text_message(" in html


def test_never_renders_a_text_as_markup(client_in: ConsoleClient, caller: Any) -> None:
    row = send(caller, SUCCESS, "<b>bold</b>").message
    assert "<b>bold" not in body(client_in.get(client_in.path(f"{PATH}{row.message_id}/")))


def test_timeline_looks_again_until_the_final_event(client_in: ConsoleClient, sent: Any, clock: Any) -> None:
    path = client_in.path(f"{PATH}{sent[2].message_id}/")
    html = body(client_in.get(path))
    assert 'hx-trigger="load delay:2s, wake"' in html and "?look=1&amp;seen=1" in html
    assert 'hx-trigger="load delay:5s, wake"' in body(client_in.fragment(f"{path}?look=10&seen=1"))
    stopped = body(client_in.fragment(f"{path}?look=22&seen=1"))
    assert "hx-trigger" not in stopped and "Refresh" in stopped
    deliver_all(clock)
    ended = body(client_in.fragment(f"{path}?look=3&seen=1"))
    assert "hx-trigger" not in ended and "TEXT_DELIVERED" in ended
    assert '<div id="live"' in ended and "Delivered</div>" in ended
    assert '<span id="message-status" hx-swap-oob="true">' in ended


def test_announces_nothing_while_nothing_changes(client_in: ConsoleClient, sent: Any) -> None:
    path = client_in.path(f"{PATH}{sent[2].message_id}/")
    assert 'id="live"' not in body(client_in.fragment(f"{path}?look=1&seen=1"))


def test_shows_the_documented_record_of_each_event(client_in: ConsoleClient, sent: Any) -> None:
    html = body(client_in.get(client_in.path(f"{PATH}{sent[1].message_id}/")))
    sent[1].refresh_from_db()
    assert sent[1].is_final and f"&quot;messageStatus&quot;: &quot;{sent[1].status}&quot;" in html


def test_pages_change_nothing(client_in: ConsoleClient, sent: Any) -> None:
    assert client_in.post(client_in.path(PATH)).status_code == 405
    assert client_in.post(client_in.path(f"{PATH}{sent[0].message_id}/")).status_code == 405
    assert Message.objects.count() == 3


def test_inbound_messages(client_in: ConsoleClient, caller: Any, clock: Any) -> None:
    from messaging.operations.inbound import receive_inbound_message

    number = make_simulator_number(caller)
    receive_inbound_message(
        caller, origination_number=HANDSET, destination_number=number.phone_number, message_body="stop please"
    )
    clock.advance(minutes=1)
    html = body(client_in.get(client_in.path("messages/inbound/")))
    assert "stop please" in html and "STOP" in html
    assert "stop please" not in body(client_in.get(client_in.path("messages/inbound/?f=handset:starts with:%2B44")))
