"""Simulator control of the review of registrations: how each type is decided, and decisions by hand, as JSON.

See simulator_api.py for access and refusals.
"""

from typing import Any

from django.urls import path

from console.views.simulator_api import API, Answer, resource, take, wrong
from messaging.caller import Caller
from registrations.models import ReviewerPolicy
from registrations.operations import decisions, policies

DECISION: dict[str, type] = {"verdicts": list, "feedback": str, "score": int}


def list_policies(caller: Caller, given: dict[str, Any]) -> Answer:
    """How each registration type is decided."""
    return 200, {"policies": [_policy(row) for row in policies.describe_reviewer_policies(caller)]}


def put_policy(caller: Caller, given: dict[str, Any], registration_type: str) -> Answer:
    """{"mode": "MANUAL" | "AUTOMATIC" | "SCRIPTED", "wait_seconds": 0, "script": […], "score": 80}."""
    body = take(given, {"mode": str}, {"wait_seconds": int, "script": list, "score": int})
    if not all(isinstance(entry, dict) for entry in body.get("script", ())):
        raise wrong("script", "Each entry of “script” is an object with outcome and denied.")
    if body.get("wait_seconds", 0) < 0:
        raise wrong("wait_seconds", "“wait_seconds” is 0 or more.")
    return 200, _policy(policies.set_reviewer_policy(caller, registration_type=registration_type, **body))


def decide(caller: Caller, given: dict[str, Any], registration_id: str, version_number: int) -> Answer:
    """{"verdicts": [{"field_path", "accepted", "reason", "note"}], "feedback": text, "score": 0 to 100}."""
    body = take(given, {"verdicts": list}, DECISION)
    if not all(isinstance(entry, dict) for entry in body["verdicts"]):
        raise wrong("verdicts", "Each of “verdicts” is an object with field_path, accepted, reason and note.")
    decision = decisions.decide_registration_version(
        caller, registration_id=registration_id, version_number=version_number, **body
    )
    registration = decision.version.registration
    return 201, {
        "registration_id": registration.registration_id,
        "registration_status": registration.registration_status,
        "version_number": decision.version.version_number,
        "outcome": decision.outcome,
        "four_eyes": decision.four_eyes,
    }


def _policy(row: ReviewerPolicy) -> dict[str, Any]:
    return {
        "registration_type": row.registration_type,
        "mode": row.mode,
        "wait_seconds": row.wait_seconds,
        "script": row.script,
        "score": row.score,
    }


scoped_urlpatterns = [
    path(f"{API}reviewer-policies", resource(GET=list_policies), name="simulator-policies"),
    path(f"{API}reviewer-policies/<str:registration_type>", resource(PUT=put_policy), name="simulator-policy"),
    path(
        f"{API}registrations/<str:registration_id>/versions/<int:version_number>/decision",
        resource(POST=decide),
        name="simulator-decision",
    ),
]
