"""Simulator control of support cases: how each kind is decided, as JSON. Access and refusals: simulator_api.py."""

from typing import Any

from django.urls import path

from console.views.simulator_api import API, Answer, resource, take, wrong
from messaging.caller import Caller
from registrations.models import ReviewerPolicy
from registrations.operations import support_policies


def list_policies(caller: Caller, given: dict[str, Any]) -> Answer:
    """How each kind of case is decided."""
    return 200, {"policies": [_policy(row) for row in support_policies.describe_support_case_policies(caller)]}


def put_policy(caller: Caller, given: dict[str, Any], flow: str) -> Answer:
    """{"mode": "MANUAL" | "AUTOMATIC" | "SCRIPTED", "wait_seconds": 0, "script": [{"outcome", "note"}]}."""
    body = take(given, {"mode": str}, {"wait_seconds": int, "script": list})
    if not all(isinstance(entry, dict) for entry in body.get("script", ())):
        raise wrong("script", "Each entry of “script” is an object with outcome and note.")
    if body.get("wait_seconds", 0) < 0:
        raise wrong("wait_seconds", "“wait_seconds” is 0 or more.")
    return 200, _policy(support_policies.set_support_case_policy(caller, flow=flow, **body))


def _policy(row: ReviewerPolicy) -> dict[str, Any]:
    return {
        "flow": row.registration_type.removeprefix(support_policies.POLICY),
        "mode": row.mode,
        "wait_seconds": row.wait_seconds,
        "script": row.script,
    }


scoped_urlpatterns = [
    path(f"{API}support-case-policies", resource(GET=list_policies), name="simulator-case-policies"),
    path(f"{API}support-case-policies/<slug:flow>", resource(PUT=put_policy), name="simulator-case-policy"),
]
