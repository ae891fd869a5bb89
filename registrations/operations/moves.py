"""Stepping a registration and its version along the table of transitions: the one place where a status changes."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from messaging import clock
from messaging.errors import Conflict, Text
from registrations.models import Registration, RegistrationStatus, RegistrationVersion, VersionStatus, VersionStep
from registrations.operations.naming import about
from registrations.transitions import TRANSITIONS, Action, may

NEXT_STEPS: dict[Action, Text] = {
    Action.EDIT: _("Make a new version if the registration requires updates; otherwise wait for the decision."),
    Action.SUBMIT: _("Make a new version first, unless the registration is in review or complete."),
    Action.NEW_VERSION: _("A new version can be made after a version was returned, discarded or revoked."),
    Action.DISCARD: _("Only a version that is submitted and not yet in review can be discarded."),
    Action.DELETE: _("Wait for the decision, or discard the submitted version first."),
}


def need(action: Action, registration: Registration, version: RegistrationVersion | None) -> None:
    """Raise Conflict with the action's reason unless it is possible now."""
    status = version.registration_version_status if version else None
    if not may(action, registration.registration_status, status):
        raise refused(action, registration, version)


def refused(action: Action, registration: Registration, version: RegistrationVersion | None) -> Conflict:
    """The refusal of an action that the statuses forbid."""
    reason = TRANSITIONS[action].reason
    if action is Action.SUBMIT and version and version.submitted_at and registration.registration_status == "SUBMITTED":
        reason = "REGISTRATION_ALREADY_SUBMITTED"
    return Conflict(
        _("The registration is %(status)s and its version %(number)s is %(version)s: this cannot be done now.")
        % {
            "status": registration.get_registration_status_display(),
            "number": version.version_number if version else registration.current_version_number,
            "version": version.get_registration_version_status_display() if version else "–",
        },
        reason=reason,
        resource=about(registration),
        next_step=NEXT_STEPS.get(action, _("Look at the registration again: somebody may have been quicker.")),
    )


def move(
    action: Action, registration: Registration, version: RegistrationVersion, *, actor: str, **changes: Any
) -> None:
    """Step a version and its registration along the table, note when and by whom, and set further columns.

    changes are columns of the version. Raises Conflict if the table forbids it or somebody was quicker: both updates
    are conditional, so of two people at once one is refused.
    """
    need(action, registration, version)
    row = TRANSITIONS[action]
    before = version.registration_version_status
    after = row.version_to or VersionStatus(before)
    changed = RegistrationVersion.objects.filter(pk=version.pk, registration_version_status=before).update(
        registration_version_status=after, **changes
    )
    if not changed:
        raise refused(action, registration, version)
    version.registration_version_status = after
    for name, value in changes.items():
        setattr(version, name, value)
    set_status(action, registration, version)
    VersionStep.objects.create(
        version=version,
        status=after,
        registration_status=registration.registration_status,
        at=clock.now(),
        actor=actor,
    )


def start_review(registration: Registration, version: RegistrationVersion, *, actor: str) -> None:
    """Begin the review of a version, whether the vendor looked at it first or not. Raises Conflict."""
    looked_at = version.registration_version_status == VersionStatus.AWS_REVIEWING
    move(Action.GO_ON_TO_REVIEW if looked_at else Action.START_REVIEW, registration, version, actor=actor)


def _before_submission(version: RegistrationVersion) -> RegistrationStatus | None:
    """What the registration was while this version was a draft; its first step says it. One query."""
    first = version.steps.filter(status=VersionStatus.DRAFT).first()
    return RegistrationStatus(first.registration_status) if first else None


def set_status(action: Action, registration: Registration, version: RegistrationVersion) -> None:
    """Step the registration alone. Raises Conflict if somebody was quicker."""
    target = TRANSITIONS[action].registration_to
    if target is None:
        return
    if action is Action.DISCARD:
        target = _before_submission(version) or target
    before = registration.registration_status
    changed = Registration.objects.filter(pk=registration.pk, registration_status=before).update(
        registration_status=target
    )
    if not changed:
        raise refused(action, registration, version)
    registration.registration_status = target
