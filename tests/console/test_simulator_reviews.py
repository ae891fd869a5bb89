"""Simulator control of reviews: policies and decisions for people's own tests."""

from typing import Any

import pytest

from messaging.permissions import Role
from tests.console.test_simulator_api import Call, api, caller_with  # noqa: F401 - api is a fixture
from tests.factories import make_access_key
from tests.registrations.forms import SINGAPORE, make_registration, submit

pytestmark = pytest.mark.django_db
TAX_ID = {"field_path": "companyInfo.taxId", "accepted": False, "reason": "OTHER", "note": "ACRA does not know it."}


def test_policies_are_read_and_set(api: Call) -> None:  # noqa: F811
    assert {row["mode"] for row in api("GET", "reviewer-policies").json()["policies"]} == {"AUTOMATIC"}
    script = [{"outcome": "DENY", "denied": [{**TAX_ID}]}]
    body = {"mode": "SCRIPTED", "wait_seconds": 0, "script": script, "score": 60}
    answer = api("PUT", f"reviewer-policies/{SINGAPORE}", body).json()
    assert (answer["mode"], answer["score"], answer["script"][0]["denied"]) == ("SCRIPTED", 60, [TAX_ID])
    assert answer in api("GET", "reviewer-policies").json()["policies"]


def test_a_decision_by_hand(api: Call, caller: Any, run_work: Any) -> None:  # noqa: F811
    api("PUT", f"reviewer-policies/{SINGAPORE}", {"mode": "MANUAL"})
    registration = make_registration(caller, SINGAPORE)
    submit(caller, registration)
    url = f"registrations/{registration.registration_id}/versions/1/decision"
    decided = api("POST", url, {"verdicts": [TAX_ID]})
    assert decided.status_code == 201
    assert (decided.json()["outcome"], decided.json()["registration_status"]) == ("DENIED", "REQUIRES_UPDATES")
    assert api("POST", url, {"verdicts": []}).status_code == 409


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("PUT", f"reviewer-policies/{SINGAPORE}", {"mode": "MAYBE"}),
        ("PUT", f"reviewer-policies/{SINGAPORE}", {"mode": "SCRIPTED", "script": ["DENY"]}),
        ("PUT", f"reviewer-policies/{SINGAPORE}", {"mode": "AUTOMATIC", "wait_seconds": -1}),
        ("PUT", "reviewer-policies/NO_SUCH_TYPE", {"mode": "MANUAL"}),
        ("POST", "registrations/registration-1/versions/1/decision", {"verdicts": ["DENY"]}),
    ],
)
def test_says_what_is_wrong(api: Call, method: str, path: str, body: Any) -> None:  # noqa: F811
    answer = api(method, path, body)
    assert answer.status_code == 400 and answer.json()["fields"]


def test_who_may(owner: Any) -> None:
    operator = caller_with(make_access_key(owner, Role.OPERATOR))
    assert operator("PUT", f"reviewer-policies/{SINGAPORE}", {"mode": "MANUAL"}).status_code == 403
    assert operator("GET", "reviewer-policies").status_code == 200
