"""Every change of status that a version and its registration can make: one table, and nothing outside it happens.

Source: the status and transition tables of the registration guide (registration_types.json) and the service model's
descriptions of RegistrationVersionStatus; authentication, offline review, revocation and archiving are the model's.
"""

from dataclasses import dataclass
from enum import StrEnum

from registrations.models import RegistrationStatus as R
from registrations.models import VersionStatus as V


class Action(StrEnum):
    """What can happen to a registration."""

    CREATE = "create"
    EDIT = "edit"
    SUBMIT = "submit"
    START_AWS_REVIEW = "start AWS review"
    START_REVIEW = "start review"
    GO_ON_TO_REVIEW = "start review after AWS review"
    ASK_AUTHENTICATION = "ask for authentication"
    AUTHENTICATE = "authenticate"
    REVIEW_OFFLINE = "review offline"
    RESUME_REVIEW = "resume review"
    APPROVE = "approve"
    PROVISION_LATER = "approve, provision later"
    PROVISIONED = "provisioned"
    DENY = "deny"
    NEW_VERSION = "new version"
    NEW_VERSION_OF_COMPLETE = "new version of a complete registration"
    DISCARD = "discard"
    REVOKE = "revoke"
    ARCHIVE = "archive"
    CLOSE = "close"
    DELETE = "delete"


@dataclass(frozen=True, slots=True)
class Transition:
    """From which statuses of the current version and of the registration, to which; None: it stays as it is.

    reason is the ConflictExceptionReason when the action is tried from anywhere else. An empty versions_from asks
    nothing of the version.
    """

    versions_from: frozenset[V]
    version_to: V | None
    registrations_from: frozenset[R]
    registration_to: R | None
    reason: str


def _of(
    versions_from: tuple[V, ...], version_to: V | None, registrations_from: tuple[R, ...], to: R | None, reason: str
) -> Transition:
    return Transition(frozenset(versions_from), version_to, frozenset(registrations_from), to, reason)


EDITABLE = (R.CREATED, R.REQUIRES_UPDATES)
REVIEWS = (V.REVIEWING, V.REQUIRES_OFFLINE_REVIEW)
NOT_HERE = "RESOURCE_MODIFICATION_NOT_ALLOWED"

TRANSITIONS: dict[Action, Transition] = {
    Action.CREATE: _of((), V.DRAFT, (), R.CREATED, ""),
    # COMPLETE only with the draft of a type whose complete registrations take new versions.
    Action.EDIT: _of((V.DRAFT,), None, (*EDITABLE, R.COMPLETE), None, "EDIT_REGISTRATION_FIELD_VALUES_NOT_ALLOWED"),
    Action.SUBMIT: _of(
        (V.DRAFT,), V.SUBMITTED, (*EDITABLE, R.COMPLETE), R.SUBMITTED, "SUBMIT_REGISTRATION_VERSION_NOT_ALLOWED"
    ),
    Action.START_AWS_REVIEW: _of((V.SUBMITTED,), V.AWS_REVIEWING, (R.SUBMITTED,), R.AWS_REVIEWING, NOT_HERE),
    Action.START_REVIEW: _of((V.SUBMITTED,), V.REVIEWING, (R.SUBMITTED,), R.REVIEWING, NOT_HERE),
    Action.GO_ON_TO_REVIEW: _of((V.AWS_REVIEWING,), V.REVIEWING, (R.AWS_REVIEWING,), R.REVIEWING, NOT_HERE),
    Action.ASK_AUTHENTICATION: _of(
        (V.REVIEWING,), V.REQUIRES_AUTHENTICATION, (R.REVIEWING,), R.REQUIRES_AUTHENTICATION, NOT_HERE
    ),
    Action.AUTHENTICATE: _of(
        (V.REQUIRES_AUTHENTICATION,), V.REVIEWING, (R.REQUIRES_AUTHENTICATION,), R.REVIEWING, NOT_HERE
    ),
    Action.REVIEW_OFFLINE: _of((V.REVIEWING,), V.REQUIRES_OFFLINE_REVIEW, (R.REVIEWING,), None, NOT_HERE),
    Action.RESUME_REVIEW: _of((V.REQUIRES_OFFLINE_REVIEW,), V.REVIEWING, (R.REVIEWING,), None, NOT_HERE),
    Action.APPROVE: _of(REVIEWS, V.APPROVED, (R.REVIEWING,), R.COMPLETE, NOT_HERE),
    Action.PROVISION_LATER: _of(REVIEWS, V.APPROVED, (R.REVIEWING,), R.PROVISIONING, NOT_HERE),
    Action.PROVISIONED: _of((V.APPROVED,), None, (R.PROVISIONING,), R.COMPLETE, NOT_HERE),
    Action.DENY: _of(REVIEWS, V.DENIED, (R.REVIEWING,), R.REQUIRES_UPDATES, NOT_HERE),
    Action.NEW_VERSION: _of(
        (V.DENIED, V.DISCARDED, V.REVOKED), V.DRAFT, EDITABLE, None, "CREATE_REGISTRATION_VERSION_NOT_ALLOWED"
    ),
    Action.NEW_VERSION_OF_COMPLETE: _of(
        (V.APPROVED, V.DENIED, V.DISCARDED), V.DRAFT, (R.COMPLETE,), None, "CREATE_REGISTRATION_VERSION_NOT_ALLOWED"
    ),
    # Back to what it was before the submission: CREATED, REQUIRES_UPDATES or COMPLETE, see moves.set_status().
    Action.DISCARD: _of(
        (V.SUBMITTED,), V.DISCARDED, (R.SUBMITTED,), R.CREATED, "DISCARD_REGISTRATION_VERSION_NOT_ALLOWED"
    ),
    Action.REVOKE: _of((V.APPROVED,), V.REVOKED, (R.COMPLETE,), R.REQUIRES_UPDATES, NOT_HERE),
    Action.ARCHIVE: _of((V.APPROVED,), V.ARCHIVED, (R.COMPLETE, R.PROVISIONING), None, NOT_HERE),
    Action.CLOSE: _of((), None, (R.COMPLETE, R.PROVISIONING), R.CLOSED, NOT_HERE),
    Action.DELETE: _of(
        (), None, (R.CREATED, R.REQUIRES_UPDATES, R.COMPLETE, R.CLOSED), R.DELETED, "RESOURCE_DELETION_NOT_ALLOWED"
    ),
}


def may(action: Action, registration_status: str, version_status: str | None) -> bool:
    """Whether an action is possible with the registration and its current version in these statuses."""
    row = TRANSITIONS[action]
    return registration_status in row.registrations_from and (
        not row.versions_from or version_status in row.versions_from
    )
