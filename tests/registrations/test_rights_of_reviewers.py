"""What somebody who only reviews may do: the whole review, and nothing else that changes anything."""

import sys
from typing import Any

import pytest
from django.db import transaction
from django.urls import get_resolver

from messaging.errors import Denied, Refusal
from messaging.models import Activity
from messaging.operations.registry import OPERATIONS, Operation
from messaging.permissions import OWN_ACTIONS, Role, may, table

pytestmark = pytest.mark.django_db

# Written out once more: all that a reviewer changes.
OF_REVIEWERS = {
    "ClaimRegistrationReview", "ClaimNextReview", "RenewReviewClaim", "ReleaseReviewClaim", "SaveReviewDraft",
    "TakeOverReview", "StartRegistrationReview", "DecideRegistrationVersion", "RequireRegistrationAuthentication",
    "ReviewRegistrationOffline", "ResumeRegistrationReview", "RevokeRegistrationVersion",
    "AnswerSupportCase", "DecideSupportCase",
}  # fmt: skip
READ_BY_REVIEWERS = {"DescribeReviews", "DescribeReviewStatistics"}
OF_EVERYBODY = {
    "StartExport", "OpenRegion", "UpdatePreferences", "SaveView", "DeleteView", "SaveTableLayout",
    "MarkNotificationsRead", "MarkAllNotificationsRead",
}  # fmt: skip
NOT_FOR_REVIEWERS = {"DescribeConnections", "DescribeAccessKeys"}  # reads that only administrators have


def wrapped(operation: Operation) -> Any:
    """The operation as callers have it, with its permission in front."""
    return getattr(sys.modules[operation.function.__module__], operation.function.__name__)


def every_operation() -> dict[str, Operation]:
    assert get_resolver().url_patterns  # every view is imported, and with it every operation
    return OPERATIONS


def test_the_table_gives_reviewers_the_review_and_nothing_else():
    changes = {action for action, (roles, reads) in table().items() if Role.REVIEWER in roles and not reads}
    assert changes == OF_REVIEWERS | OF_EVERYBODY
    reads = {action for action, (_roles, reads) in table().items() if reads}
    assert {action for action in reads if not may(Role.REVIEWER, action)} == NOT_FOR_REVIEWERS
    assert {action for action in reads if may(Role.REVIEWER, action) and not may(Role.VIEWER, action)} == (
        READ_BY_REVIEWERS
    )
    for role in (Role.VIEWER, Role.OPERATOR):
        assert not {action for action in OF_REVIEWERS | READ_BY_REVIEWERS if may(role, action)}, role
    assert all(may(Role.ADMINISTRATOR, action) for action in OF_REVIEWERS | READ_BY_REVIEWERS)
    assert set(OWN_ACTIONS) >= OF_REVIEWERS | READ_BY_REVIEWERS | OF_EVERYBODY | NOT_FOR_REVIEWERS


@pytest.mark.parametrize("role", ["REVIEWER", "OPERATOR", "VIEWER"])
def test_every_operation_asks_for_its_permission_first(caller_as, role):
    """Called with nothing at all: refused for the role, before anything is looked at."""
    caller = caller_as(role, actor="user:somebody")
    refused = set()
    for action, operation in every_operation().items():
        point = transaction.savepoint()
        try:
            wrapped(operation)(caller)
        except Denied:
            refused.add(action)
            entry = Activity.objects.filter(operation=action, actor="user:somebody")
            assert operation.reads or entry.get().refused.startswith("Denied"), action
        except (TypeError, Refusal):
            assert may(role, action), action  # the permission is there; what it is about is not
        transaction.savepoint_rollback(point)
    assert refused == {action for action in OPERATIONS if not may(role, action)}
    if role == "REVIEWER":
        changes = {action for action, operation in OPERATIONS.items() if not operation.reads}
        assert changes - refused == (OF_REVIEWERS | OF_EVERYBODY) & set(OPERATIONS)
        assert len(changes) > 140 and set(OPERATIONS) >= OF_REVIEWERS
