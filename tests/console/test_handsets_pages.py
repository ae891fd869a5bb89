"""Handsets: screens, answers, behaviours; and the simulator's clock and reset."""

import re
from typing import Any

import pytest

from messaging.models import HandsetBehaviour, InboundMessage, Message, OptedOutNumber, PhoneNumber
from tests.client import ConsoleClient
from tests.factories import HANDSET, SUCCESS, deliver_all, make_simulator_number, send

PATH = f"handsets/{SUCCESS}/"


def body(response: Any) -> str:
    return response.content.decode()


@pytest.fixture
def number(caller: Any) -> PhoneNumber:
    made: PhoneNumber = make_simulator_number(caller)
    return made


def test_strangers_sign_in_and_other_accounts_are_not_there(stranger: ConsoleClient, client_in: ConsoleClient) -> None:
    assert stranger.get(stranger.path(PATH)).status_code == 302
    assert client_in.get(f"/999999999999/us-east-1/{PATH}").status_code == 404
    assert client_in.get(client_in.path("handsets/nobody/")).status_code == 404


def test_list_shows_who_was_written_to(client_in: ConsoleClient, caller: Any, clock: Any) -> None:
    assert "No handset has been written to yet." in body(client_in.get(client_in.path("handsets/")))
    send(caller)
    deliver_all(clock)
    html = body(client_in.get(client_in.path("handsets/")))
    assert "+1 425-414-7755" in html and client_in.path(PATH).replace("+", "%2B") in html.replace("+1425", "%2B1425")
    assert body(client_in.fragment(client_in.path("handsets/"))).lstrip().startswith("<section")


def test_any_number_has_a_handset(client_in: ConsoleClient) -> None:
    answer = client_in.get(client_in.path("handsets/open/?number=%2B1 206-555-0142"))
    assert answer.status_code == 303 and answer["Location"].endswith("12065550142/")
    assert "Nothing has arrived yet." in body(client_in.get(answer["Location"]))
    assert client_in.get(client_in.path("handsets/open/?number=nobody"))["Location"] == client_in.path("handsets/")


def test_screen_shows_what_arrived_part_by_part(client_in: ConsoleClient, caller: Any, number: Any, clock: Any) -> None:
    send(caller, SUCCESS, "a" * 160 + "b" * 10, origination_identity=number.phone_number_id)
    waiting = body(client_in.get(client_in.path(PATH)))
    assert "1 message is on its way" in waiting and "a" * 153 not in waiting
    deliver_all(clock)
    html = body(client_in.fragment(client_in.path(f"{PATH}?look=1")))
    assert html.lstrip().startswith('<div id="screen"')
    assert f">{'a' * 153}</p>" in html and f">{'a' * 7}{'b' * 10}</p>" in html


def test_numbers_are_shown_in_international_format(client_in: ConsoleClient, caller: Any, clock: Any) -> None:
    send(caller)
    deliver_all(clock)
    client_in.post(
        client_in.path(PATH),
        {"destination_number": PhoneNumber.objects.get().phone_number, "message_body": "thanks"},
    )
    page = body(client_in.get(client_in.path(PATH)))
    shown = re.sub(r"<[^>]*>", " ", page.partition('id="main"')[2].partition("only-print")[0])
    assert "Handset +1 425-414-7755" in page
    assert not re.search(r"\+\d{5,}", shown)


def test_older_messages_are_a_link_away(client_in: ConsoleClient, caller: Any, number: Any, monkeypatch: Any) -> None:
    monkeypatch.setattr("console.views.handsets.SCREEN", 2)
    path = client_in.path(PATH)
    for word in ("one", "two", "three", "four", "five"):
        client_in.post(path, {"destination_number": number.phone_number, "message_body": word})

    def own(html: str) -> list[str]:
        return re.findall(r'class="bubble own" dir="auto">(\w+)<', html)

    html, seen = body(client_in.get(path)), []
    while True:
        seen.append(own(html))
        older = re.search(r'href="(\?before=[0-9a-f-]+)"', html)
        if older is None:
            break
        html = body(client_in.get(f"{path}{older[1]}"))
        assert "Newest messages" in html and 'hx-trigger="load delay:' not in html.partition('id="screen"')[2]
    assert seen == [["four", "five"], ["two", "three"], ["one"]]
    assert own(body(client_in.get(f"{path}?before=yesterday"))) == ["four", "five"]


def test_texts_are_never_markup(client_in: ConsoleClient, caller: Any, number: Any, clock: Any) -> None:
    send(caller, SUCCESS, "<b>bold</b> http://example.com", origination_identity=number.phone_number_id)
    deliver_all(clock)
    html = body(client_in.get(client_in.path(PATH)))
    assert "<b>bold" not in html and 'href="http://example.com' not in html


def test_looks_again_ever_more_slowly_and_stops(client_in: ConsoleClient) -> None:
    path = client_in.path(PATH)
    assert "delay:2s" in body(client_in.fragment(f"{path}?look=9"))
    assert "delay:5s" in body(client_in.fragment(f"{path}?look=10"))
    assert "hx-trigger" not in body(client_in.fragment(f"{path}?look=70"))


def test_answers_opt_out_and_in(client_in: ConsoleClient, number: PhoneNumber) -> None:
    path, to = client_in.path(PATH), number.phone_number
    answer = client_in.post(path, {"destination_number": to, "message_body": "", "quick": "STOP"})
    assert answer.status_code == 303
    assert OptedOutNumber.objects.get().opted_out_number == SUCCESS
    html = body(client_in.get(path))
    assert "Opted out" in html and "by the recipient" in html
    client_in.post(path, {"destination_number": to, "message_body": "start"})
    assert not OptedOutNumber.objects.exists()
    assert "Gets messages" in body(client_in.get(path))


def test_wrong_answers_are_422_and_kept(client_in: ConsoleClient, number: PhoneNumber) -> None:
    answer = client_in.post(
        client_in.path(PATH), {"destination_number": number.phone_number, "message_body": "x" * 1601}
    )
    assert answer.status_code == 422 and "x" * 1601 in body(answer)
    empty = client_in.post(client_in.path(PATH), {"destination_number": number.phone_number, "message_body": "  "})
    assert empty.status_code == 422
    other = client_in.post(client_in.path(PATH), {"destination_number": "+12065550000", "message_body": "hi"})
    assert other.status_code == 422
    assert not InboundMessage.objects.exists()


def test_viewers_may_look_only(signed_in: Any, number: PhoneNumber) -> None:
    client = signed_in("VIEWER")
    html = body(client.get(client.path(PATH)))
    assert "Your role may look, but not answer." in html and "Set behaviour" not in html
    data = {"destination_number": number.phone_number, "message_body": "hi"}
    assert client.post(client.path(PATH), data).status_code == 403
    assert not InboundMessage.objects.exists()
    assert client.get(client.path("handsets/behaviours/set/")).status_code == 403


def test_sets_and_drops_a_behaviour(client_in: ConsoleClient, caller: Any) -> None:
    path = client_in.path("handsets/behaviours/set/")
    data = {
        "scope": "NUMBER", "match": HANDSET, "outcome": ["DELIVERED", "BLOCKED", ""], "weight": ["9", "1", ""],
        "carrier_delay_seconds": "2", "handset_delay_seconds": "", "carrier_name": "Acme", "seed": "7",
    }  # fmt: skip
    assert client_in.post(path, data).status_code == 303
    row = HandsetBehaviour.objects.get()
    assert row.outcomes == [{"outcome": "DELIVERED", "weight": 9}, {"outcome": "BLOCKED", "weight": 1}]
    assert (row.carrier_delay_seconds, row.handset_delay_seconds, row.seed) == (2, 1, 7)
    assert "90 %" in body(client_in.get(client_in.path("handsets/behaviours/")))
    assert "90 %" in body(client_in.get(client_in.path(f"handsets/{HANDSET}/")))
    edit = body(client_in.get(f"{path}?scope=NUMBER&match=%2B12065550142"))
    assert 'value="Acme"' in edit
    drop = client_in.path(f"handsets/behaviours/{row.behaviour_id}/delete/")
    assert client_in.get(drop).status_code == 405
    assert client_in.post(drop).status_code == 303
    assert not HandsetBehaviour.objects.exists()
    undo = re.search(r'action="([^"]+/undo/[^"]+)"', body(client_in.get(client_in.path("handsets/behaviours/"))))
    assert undo and client_in.post(undo[1]).status_code == 303
    again = HandsetBehaviour.objects.get()
    assert (again.match, again.outcomes, again.carrier_name, again.seed) == (row.match, row.outcomes, "Acme", 7)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"match": "nobody"}, "Write + and the country code and number"),
        ({"match": SUCCESS}, "Simulator numbers always end as documented"),
        ({"outcome": [""], "weight": [""]}, "Give 1 to 20 outcomes."),
        ({"outcome": ["DELIVERED"], "weight": ["many"]}, "A weight is a whole number."),
        ({"scope": "COUNTRY", "match": "XX"}, "two capital letters"),
    ],
)
def test_wrong_behaviours_are_422_and_kept(client_in: ConsoleClient, changes: Any, said: str) -> None:
    data = {
        "scope": "NUMBER",
        "match": HANDSET,
        "outcome": ["BLOCKED"],
        "weight": ["1"],
        "carrier_name": "Kept",
        **changes,
    }
    answer = client_in.post(client_in.path("handsets/behaviours/set/"), data)
    assert answer.status_code == 422 and said in body(answer) and 'value="Kept"' in body(answer)
    assert not HandsetBehaviour.objects.exists()


def test_magic_endings_are_documented(client_in: ConsoleClient) -> None:
    html = body(client_in.get(client_in.path("handsets/behaviours/")))
    assert "…9911" in html and "…9921" in html


def test_query_budget(client_in: ConsoleClient, caller: Any, clock: Any, django_assert_max_num_queries: Any) -> None:
    send(caller)
    deliver_all(clock)
    for path in ("handsets/", PATH, "handsets/behaviours/", "simulator/"):
        client_in.get(client_in.path(path))
        with django_assert_max_num_queries(12):
            client_in.get(client_in.path(path))


def test_clock_moves_for_administrators(client_in: ConsoleClient, signed_in: Any) -> None:
    from messaging.operations.clock import describe_clock

    page = client_in.path("simulator/")
    assert client_in.get(client_in.path("simulator/advance/")).status_code == 405
    assert client_in.post(client_in.path("simulator/advance/"), {"seconds": "900"}).status_code == 303
    assert describe_clock(client_in.caller).ahead_seconds > 890
    client_in.post(client_in.path("simulator/rate/"), {"rate": "60"})
    assert describe_clock(client_in.caller).rate == 60
    client_in.post(client_in.path("simulator/rate/"), {"rate": "2"})
    assert "The clock runs at 1, 60 or 3600 times real time." in body(client_in.get(page))
    operator = signed_in("OPERATOR")
    assert operator.post(operator.path("simulator/advance/"), {"seconds": "900"}).status_code == 403
    assert "Only administrators move the clock." in body(operator.get(operator.path("simulator/")))


def test_reset_asks_for_the_account_first(client_in: ConsoleClient, caller: Any, signed_in: Any) -> None:
    send(caller)
    path = client_in.path("simulator/reset/")
    assert client_in.get(path).status_code == 200 and Message.objects.exists()
    wrong = client_in.post(path, {"typed": "123"})
    assert wrong.status_code == 422 and 'value="123"' in body(wrong) and Message.objects.exists()
    assert client_in.post(path, {"typed": client_in.owner.account_id}).status_code == 303
    assert not Message.objects.exists()
    operator = signed_in("OPERATOR")
    assert operator.get(operator.path("simulator/reset/")).status_code == 403
