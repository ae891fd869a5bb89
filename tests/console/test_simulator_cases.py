"""Simulator control of support cases, as people's own tests call it."""

from typing import Any

import pytest

from messaging.permissions import Role
from tests.console.test_simulator_api import Call, api, caller_with  # noqa: F401 - api is a fixture
from tests.factories import make_access_key

pytestmark = pytest.mark.django_db
FLOW = "support-case-policies/quota_increase"


def test_policies_are_read_and_set(api: Call) -> None:  # noqa: F811
    assert {row["mode"] for row in api("GET", "support-case-policies").json()["policies"]} == {"AUTOMATIC"}
    script = [{"outcome": "DENY", "note": "No."}]
    answer = api("PUT", FLOW, {"mode": "SCRIPTED", "wait_seconds": 0, "script": script}).json()
    assert (answer["flow"], answer["mode"], answer["script"]) == ("quota_increase", "SCRIPTED", script)
    assert answer in api("GET", "support-case-policies").json()["policies"]


@pytest.mark.parametrize(
    "body",
    [
        {"mode": "MAYBE"},
        {"mode": "SCRIPTED", "script": ["DENY"]},
        {"mode": "SCRIPTED", "script": [{"outcome": "MAYBE"}]},
        {"mode": "AUTOMATIC", "wait_seconds": -1},
    ],
)
def test_says_what_is_wrong(api: Call, body: Any) -> None:  # noqa: F811
    answer = api("PUT", FLOW, body)
    assert answer.status_code == 400 and answer.json()["fields"]


def test_who_may(owner: Any) -> None:
    operator = caller_with(make_access_key(owner, Role.OPERATOR))
    assert operator("PUT", FLOW, {"mode": "MANUAL"}).status_code == 403
    assert operator("GET", "support-case-policies").status_code == 200
