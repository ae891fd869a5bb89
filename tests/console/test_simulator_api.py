"""Simulator control: what people's test programs call."""

import base64
import json
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from console.models import AccessKey
from messaging import work
from messaging.models import HandsetBehaviour, Message, OptedOutNumber, SimulatedTime
from tests.factories import HANDSET, SUCCESS, Key, make_access_key, make_simulator_number, send

pytestmark = pytest.mark.django_db
BASE = "/123456789012/us-east-1/simulator/api"

Call = Callable[..., Any]


def authorization(key: Key, secret: str = "") -> str:
    pair = f"{key.access_key_id}:{secret or key.secret_access_key}"
    return "Basic " + base64.b64encode(pair.encode()).decode()


def caller_with(key: Key) -> Call:
    client = Client(enforce_csrf_checks=True)

    def call(method: str, path: str, body: Any = None, base: str = BASE, content_type: str = "application/json") -> Any:
        raw = body if isinstance(body, bytes) else b"" if body is None else json.dumps(body).encode()
        return client.generic(
            method,
            f"{base}/{path}",
            raw,
            content_type=content_type,
            headers={"Authorization": authorization(key)},
        )

    return call


@pytest.fixture
def api(access_key: Key) -> Call:
    return caller_with(access_key)


def carry(clock: Any) -> None:
    for _ in range(3):
        work.run_until_idle()
        clock.advance(seconds=2)
    work.run_until_idle()


def test_reads_what_a_handset_got(api: Call, caller: Any, clock: Any) -> None:
    number = make_simulator_number(caller)
    send(caller, SUCCESS, "y" * 161, origination_identity=number.phone_number_id)
    assert api("GET", f"handsets/{SUCCESS}/messages").json()["messages"] == []
    carry(clock)
    answer = api("GET", f"handsets/%2B{SUCCESS[1:]}/messages").json()
    assert answer["phone_number"] == SUCCESS
    assert answer["before"] is None
    (message,) = answer["messages"]
    assert message["id"] == str(Message.objects.get().message_id)
    assert (message["direction"], message["status"]) == ("received", "DELIVERED")
    assert message["from"] == number.phone_number
    assert message["parts"] == ["y" * 153, "y" * 8]


def test_pages_through_a_screen(api: Call, caller: Any, clock: Any) -> None:
    number = make_simulator_number(caller).phone_number_id
    for count in range(3):
        send(caller, SUCCESS, f"message {count}", origination_identity=number)
        clock.advance(seconds=1)
    carry(clock)
    first = api("GET", f"handsets/{SUCCESS}/messages?limit=2").json()
    assert [message["body"] for message in first["messages"]] == ["message 2", "message 1"]
    second = api("GET", f"handsets/{SUCCESS}/messages?limit=2&before={first['before']}").json()
    assert [message["body"] for message in second["messages"]] == ["message 0"]


def test_a_handset_answers_stop(api: Call, caller: Any, clock: Any) -> None:
    number = make_simulator_number(caller)
    response = api("POST", f"handsets/{HANDSET}/messages", {"to": number.phone_number, "body": "stop"})
    assert response.status_code == 201
    assert response.json()["keyword"] == "STOP"
    assert response.json()["keyword_action"] == "OPT_OUT"
    assert response.json()["reply"]
    assert OptedOutNumber.objects.get().opted_out_number == HANDSET


def test_sets_lists_and_drops_behaviours(api: Call, clock: Any) -> None:
    made = api(
        "PUT", "behaviours", {"scope": "NUMBER", "match": HANDSET, "outcome": "BLOCKED", "handset_delay_seconds": 30}
    )
    assert made.status_code == 200
    assert made.json()["outcomes"] == [{"outcome": "BLOCKED", "weight": 1}]
    assert api("GET", "behaviours").json() == {"behaviours": [made.json()]}
    mixed = [{"outcome": "DELIVERED", "weight": 9}, {"outcome": "NO_RECEIPT", "weight": 1}]
    assert api("PUT", "behaviours", {"scope": "COUNTRY", "match": "US", "outcomes": mixed}).json()["outcomes"] == mixed
    assert api("DELETE", f"behaviours/{made.json()['behaviour_id']}").status_code == 204
    assert HandsetBehaviour.objects.get().scope == "COUNTRY"
    assert api("DELETE", "behaviours/nothing").status_code == 404


def test_moves_the_clock(api: Call) -> None:
    assert api("GET", "clock").json()["rate"] == 1
    answer = api("POST", "clock", {"rate": 60, "advance_seconds": 900.5})
    assert answer.status_code == 200
    assert answer.json()["rate"] == 60
    assert answer.json()["ahead_seconds"] >= 900
    assert SimulatedTime.objects.get().rate == 60


def test_resets_the_account(api: Call, caller: Any, clock: Any) -> None:
    send(caller, SUCCESS)
    assert api("POST", "reset").status_code == 204
    assert not Message.objects.exists()


@pytest.mark.parametrize(
    ("method", "path", "body", "field"),
    [
        ("POST", f"handsets/{HANDSET}/messages", {"to": "+12065550100"}, "body"),
        ("POST", f"handsets/{HANDSET}/messages", {"to": 1, "body": "x"}, "to"),
        ("POST", f"handsets/{HANDSET}/messages", {"to": "+1", "body": "x", "form": "y"}, "form"),
        ("GET", f"handsets/{HANDSET}/messages?before=yesterday", None, "before"),
        ("GET", f"handsets/{HANDSET}/messages?limit=0", None, "limit"),
        ("GET", "handsets/nobody/messages", None, "phone_number"),
        ("PUT", "behaviours", {"scope": "NUMBER", "match": HANDSET}, "outcomes"),
        ("PUT", "behaviours", {"scope": "NUMBER", "match": HANDSET, "outcomes": ["BLOCKED"]}, "outcomes"),
        ("PUT", "behaviours", {"scope": "NUMBER", "match": HANDSET, "outcome": "LOST"}, "outcomes"),
        ("PUT", "behaviours", {"scope": "NUMBER", "match": HANDSET, "outcome": "SPAM", "seed": True}, "seed"),
        ("POST", "clock", {}, "advance_seconds"),
        ("POST", "clock", {"advance_seconds": -1}, "seconds"),
        ("POST", "clock", {"rate": 2}, "rate"),
        ("POST", "clock", b'{"advance_seconds": 1e999}', "seconds"),
        ("POST", "reset", {"really": True}, "really"),
    ],
)
def test_a_refusal_names_the_field_and_the_next_step(api: Call, method: str, path: str, body: Any, field: str) -> None:
    response = api(method, path, body)
    assert response.status_code == 400
    answer = response.json()
    assert answer["field"] == field
    assert answer["message"]
    assert answer["next_step"]
    assert answer["reason"]


@pytest.mark.parametrize(
    "body", [b"{", b"[]", b"\xff", b'{"rate": NaN}', b'{"a": "\\u0000"}', b'{"a": "\\ud800"}', b"[" * 9999]
)
def test_a_body_that_is_no_object_is_refused(api: Call, body: bytes) -> None:
    assert api("POST", "clock", body).status_code == 400


def test_a_body_that_curl_calls_a_form_is_read_as_json(api: Call) -> None:
    body = b'{"scope": "NUMBER", "match": "+12065550142", "outcome": "DELIVERED", "carrier_name": "A&B"}'
    many = b'{"x": "' + b"&" * 2_000 + b'"}'
    assert api("PUT", "behaviours", body, content_type="application/x-www-form-urlencoded").status_code == 200
    assert api("POST", "clock", many, content_type="application/x-www-form-urlencoded").status_code == 400


def test_an_unknown_number_of_ours_is_not_found(api: Call) -> None:
    response = api("POST", f"handsets/{HANDSET}/messages", {"to": "+12065550100", "body": "hello"})
    assert (response.status_code, response.json()["error"]) == (404, "NotFound")


def test_other_methods_are_named(api: Call) -> None:
    response = api("DELETE", "clock")
    assert (response.status_code, response.headers["Allow"]) == (405, "GET, POST")


def test_needs_the_right_secret(access_key: Key) -> None:
    client = Client()
    for header in (
        "",
        "Bearer x",
        "Basic !",
        authorization(access_key, "wrong"),
        "Basic " + base64.b64encode(b"no:one").decode(),
    ):
        response = client.get(f"{BASE}/clock", headers={"Authorization": header})
        assert response.status_code == 401
        assert response.headers["WWW-Authenticate"].startswith("Basic ")
        assert access_key.secret_access_key not in response.content.decode()


def test_a_disabled_key_is_no_key(owner: Any) -> None:
    key = make_access_key(owner, enabled=False)
    assert caller_with(key)("GET", "clock").status_code == 401


def test_another_account_or_region_does_not_exist(api: Call, other_owner: Any) -> None:
    assert api("GET", "clock", base="/210987654321/us-east-1/simulator/api").status_code == 404
    assert api("GET", "clock", base="/123456789012/mars-north-1/simulator/api").status_code == 404


def test_roles_hold_here_too(owner: Any, clock: Any) -> None:
    viewer = caller_with(make_access_key(owner, "VIEWER"))
    assert viewer("GET", "clock").status_code == 200
    assert viewer("GET", "behaviours").status_code == 200
    for method, path, body in (
        ("PUT", "behaviours", {"scope": "COUNTRY", "match": "US", "outcome": "SPAM"}),
        ("POST", "clock", {"rate": 60}),
        ("POST", "reset", {}),
    ):
        response = viewer(method, path, body)
        assert (response.status_code, response.json()["error"]) == (403, "Denied")


def test_a_read_only_key_changes_nothing(owner: Any) -> None:
    assert caller_with(make_access_key(owner, read_only=True))("POST", "reset").status_code == 403


def test_notes_when_the_key_was_used(api: Call) -> None:
    api("GET", "clock")
    assert AccessKey.objects.get().last_used_region == "us-east-1"
