"""Decisions on versions: start of a review, approval, return with reasons, authentication, revocation."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from messaging import clock
from messaging.caller import Caller
from messaging.errors import Conflict, Invalid
from messaging.models import Notification
from messaging.operations.notifications import notify
from messaging.operations.registry import operation
from registrations.models import (
    Decision,
    FieldVerdict,
    Registration,
    RegistrationStatus,
    RegistrationVersion,
    ReviewClaim,
    ReviewDraft,
    ReviewMode,
    VersionStatus,
    VersionStep,
)
from registrations.operations import fees, four_eyes, moves, policies, resources
from registrations.operations.naming import about, answers_of, registration_named, version_numbered
from registrations.reasons import Reason, reasons
from registrations.transitions import TRANSITIONS, Action

WAITING = (VersionStatus.SUBMITTED, VersionStatus.AWS_REVIEWING)


def _arn(version: RegistrationVersion) -> str:
    return version.registration.arn


@operation(resource=lambda decision: decision.version.registration.arn)
def decide_registration_version(
    caller: Caller,
    *,
    registration_id: str,
    version_number: int,
    verdicts: Sequence[Mapping[str, Any]],
    feedback: str = "",
    score: int | None = None,
) -> Decision:
    """Approve a version, or return it if any verdict denies a field; a review that was not started is started first.

    A verdict is {"field_path", "accepted": bool, "reason": id of a published reason, "note"}; fields without one are
    accepted, an empty path denies the registration as a whole. score (0 to 100) is what an approved vetting gives.
    Raises NotFound; Invalid; Denied (four eyes); Conflict RESOURCE_MODIFICATION_NOT_ALLOWED when the version is not in
    review, is not the current one, or another reviewer holds it.
    """
    registration, version = in_review(caller, registration_id, version_number)
    others = four_eyes.check(caller, version)
    checked = [policies.checked_verdict(registration.definition, verdict) for verdict in verdicts]
    paths = [verdict["field_path"] for verdict in checked]
    if len(set(paths)) != len(paths):
        raise Invalid(_("A field has two verdicts."), fields={"verdicts": _("Give one verdict for each field.")})
    if registration.definition.scored and score is None and all(verdict["accepted"] for verdict in checked):
        raise Invalid(_("A vetting ends with a score."), fields={"score": _("Write a number from 0 to 100.")})
    if score is not None and not 0 <= score <= 100:
        raise Invalid(_("A vetting score is 0 to 100."), fields={"score": _("Write a number from 0 to 100.")})
    if version.registration_version_status in WAITING:
        moves.start_review(registration, version, actor=caller.actor)
    return conclude(
        registration, version, verdicts=checked, reviewer=caller.actor, feedback=feedback, score=score, others=others
    )


def conclude(
    registration: Registration,
    version: RegistrationVersion,
    *,
    verdicts: Sequence[Mapping[str, Any]],
    reviewer: str,
    mode: str = ReviewMode.MANUAL,
    feedback: str = "",
    score: int | None = None,
    others: bool = True,
) -> Decision:
    """Note a decision that was checked and let it take effect. Raises Conflict if somebody was quicker."""
    denied = [verdict for verdict in verdicts if not verdict["accepted"]]
    outcome = Decision.Outcome.DENIED if denied else Decision.Outcome.APPROVED
    if denied:
        _deny(registration, version, reviewer, feedback)
    else:
        _approve(registration, version, reviewer, feedback, score)
    decision = Decision.objects.create(
        version=version,
        outcome=outcome,
        mode=mode,
        reviewer=reviewer,
        feedback=feedback,
        score=score if registration.definition.scored and not denied else None,
        four_eyes=others,
    )
    FieldVerdict.objects.bulk_create(FieldVerdict(decision=decision, **verdict) for verdict in verdicts)
    ReviewDraft.objects.filter(version=version).delete()
    ReviewClaim.objects.filter(version=version).delete()
    _tell(registration, version, len(denied))
    return decision


def _approve(
    registration: Registration, version: RegistrationVersion, reviewer: str, feedback: str, score: int | None
) -> None:
    answers = answers_of(version)
    before = registration.approved_version_number
    provisioned = resources.may_provision(registration, answers)
    action = Action.APPROVE if provisioned else Action.PROVISION_LATER
    moves.move(action, registration, version, actor=reviewer, feedback=feedback, due_at=None, claim=None)
    if before and before != version.version_number:
        _archive(registration, version_numbered(registration, before), reviewer)
    registration.approved_version_number = version.version_number
    registration.due_at = None if provisioned else clock.now() + resources.TRY_AGAIN
    if registration.definition.scored:
        registration.score = score
        for entry in registration.associations.filter(other__isnull=False).select_related("other"):
            assert entry.other
            entry.other.score = score
            entry.other.save(update_fields=["score"])
    registration.save(update_fields=["approved_version_number", "due_at", "score"])
    resources.grant_rates(registration, answers)
    if provisioned:
        fees.start_monthly(registration, answers)
        resources.activate(registration)
    if resources.has_lost(registration):
        moves.move(Action.CLOSE, registration, version, actor=reviewer)
        fees.stop_monthly(registration)


def _archive(registration: Registration, version: RegistrationVersion, reviewer: str) -> None:
    """An approved version gives way to a newer one."""
    status = TRANSITIONS[Action.ARCHIVE].version_to
    assert status
    RegistrationVersion.objects.filter(
        pk=version.pk, registration_version_status__in=TRANSITIONS[Action.ARCHIVE].versions_from
    ).update(registration_version_status=status)
    VersionStep.objects.create(
        version=version,
        status=status,
        registration_status=registration.registration_status,
        at=clock.now(),
        actor=reviewer,
    )


def _deny(registration: Registration, version: RegistrationVersion, reviewer: str, feedback: str) -> None:
    moves.move(Action.DENY, registration, version, actor=reviewer, feedback=feedback, due_at=None, claim=None)
    registration.latest_denied_version_number = version.version_number
    registration.save(update_fields=["latest_denied_version_number"])


def _tell(registration: Registration, version: RegistrationVersion, denied: int) -> None:
    kind, title = Notification.Severity.SUCCESS, gettext_noop("Registration %(registration)s was approved.")
    if denied:
        kind = Notification.Severity.WARNING
        title = gettext_noop("Registration %(registration)s requires updates: %(count)s fields were returned.")
    notify(
        registration.owner_id,
        kind=Notification.Kind.REGISTRATION,
        severity=kind,
        title=title,
        values={"registration": registration.registration_id, "count": denied},
        link=("registration-detail", registration.registration_id),
        subject=f"{registration.registration_id}/{version.version_number}/decided",
    )


@operation(changes_settings=False, resource=_arn)
def start_registration_review(caller: Caller, *, registration_id: str, version_number: int) -> RegistrationVersion:
    """Begin to review a submitted version: from here on it cannot be discarded.

    Raises NotFound; Denied (four eyes); Conflict RESOURCE_MODIFICATION_NOT_ALLOWED.
    """
    registration, version = in_review(caller, registration_id, version_number)
    four_eyes.check(caller, version)
    moves.start_review(registration, version, actor=caller.actor)
    policies.plan(registration, version)
    return version


@operation(changes_settings=False, resource=_arn)
def require_registration_authentication(
    caller: Caller, *, registration_id: str, version_number: int
) -> RegistrationVersion:
    """Let the submitter authenticate by e-mail before the review goes on. Raises NotFound, Denied, Conflict."""
    version = _by_reviewer(caller, registration_id, version_number, Action.ASK_AUTHENTICATION)
    name = version.registration.registration_id
    notify(
        caller.owner_id,
        kind=Notification.Kind.REGISTRATION,
        severity=Notification.Severity.WARNING,
        title=gettext_noop("Registration %(registration)s waits until the link in a mail is followed."),
        values={"registration": name},
        link=("registration-authenticate", name),
        subject=f"{name}/{version.version_number}/authentication/{version.steps.count()}",
    )
    return version


@operation(changes_settings=False, resource=_arn)
def complete_registration_authentication(caller: Caller, *, registration_id: str) -> RegistrationVersion:
    """The submitter has followed the link of the authentication mail. Raises NotFound, Conflict."""
    registration = registration_named(caller, registration_id, lock=True)
    version = version_numbered(registration)
    moves.move(Action.AUTHENTICATE, registration, version, actor=caller.actor)
    policies.plan(registration, version)
    return version


@operation(changes_settings=False, resource=_arn)
def review_registration_offline(caller: Caller, *, registration_id: str, version_number: int) -> RegistrationVersion:
    """Note that a version is looked at outside the form. Raises NotFound, Denied, Conflict."""
    return _by_reviewer(caller, registration_id, version_number, Action.REVIEW_OFFLINE)


@operation(changes_settings=False, resource=_arn)
def resume_registration_review(caller: Caller, *, registration_id: str, version_number: int) -> RegistrationVersion:
    """Go on with a review after the look outside the form. Raises NotFound, Denied, Conflict."""
    return _by_reviewer(caller, registration_id, version_number, Action.RESUME_REVIEW)


@operation(resource=lambda decision: decision.version.registration.arn)
def revoke_registration_version(caller: Caller, *, registration_id: str, reason: str, note: str = "") -> Decision:
    """Withdraw the approval of a complete registration: its numbers and sender IDs can no longer send.

    reason is the id of a published reason. Raises NotFound, Invalid, Denied (four eyes), Conflict.
    """
    registration = registration_named(caller, registration_id, lock=True)
    version = version_numbered(registration)
    others = four_eyes.check(caller, version)
    given = {"field_path": "", "accepted": False, "reason": reason, "note": note}
    verdict = policies.checked_verdict(registration.definition, given)
    moves.move(Action.REVOKE, registration, version, actor=caller.actor)
    registration.latest_denied_version_number = version.version_number
    registration.due_at = None
    registration.save(update_fields=["latest_denied_version_number", "due_at"])
    resources.withdraw(registration)
    fees.stop_monthly(registration)
    decision = Decision.objects.create(
        version=version, outcome=Decision.Outcome.REVOKED, reviewer=caller.actor, feedback=note, four_eyes=others
    )
    FieldVerdict.objects.create(decision=decision, **verdict)
    notify(
        registration.owner_id,
        kind=Notification.Kind.REGISTRATION,
        severity=Notification.Severity.DANGER,
        title=gettext_noop("The approval of registration %(registration)s was withdrawn."),
        values={"registration": registration.registration_id},
        link=("registration-detail", registration.registration_id),
        subject=f"{registration.registration_id}/{version.version_number}/revoked",
    )
    return decision


def _by_reviewer(caller: Caller, registration_id: str, version_number: int, action: Action) -> RegistrationVersion:
    registration, version = in_review(caller, registration_id, version_number)
    four_eyes.check(caller, version)
    moves.move(action, registration, version, actor=caller.actor)
    policies.plan(registration, version)
    return version


def in_review(caller: Caller, registration_id: str, version_number: int) -> tuple[Registration, RegistrationVersion]:
    """A registration and its current version, neither overtaken nor in another reviewer's hands."""
    registration = registration_named(caller, registration_id, lock=True)
    version = version_numbered(registration, version_number)
    if version_number != registration.current_version_number:
        raise Conflict(
            _("Version %(given)s was overtaken: the registration is at version %(current)s.")
            % {"given": version_number, "current": registration.current_version_number},
            resource=about(registration),
            next_step=_("Review the newest version."),
        )
    holder = (
        ReviewClaim.objects.filter(version=version, held_until__gt=datetime.now(UTC))
        .exclude(reviewer=caller.actor)
        .first()
    )
    if holder is not None:
        raise Conflict(
            _("%(reviewer)s is reviewing this version.") % {"reviewer": holder.reviewer},
            resource=about(registration),
            next_step=_("Take another one, or wait until it is free."),
        )
    return registration, version


def denied_reasons(version: RegistrationVersion) -> list[Reason]:
    """The published reasons that a version was returned for, each once. Fetch `decisions__verdicts` with the rows."""
    found = [
        verdict.reason
        for decision in version.decisions.all()
        for verdict in decision.verdicts.all()
        if not verdict.accepted
    ]
    return [reasons()[reason] for reason in dict.fromkeys(found) if reason in reasons()]


def denied_fields(version: RegistrationVersion) -> dict[str, FieldVerdict]:
    """Field path -> the verdict that denied it, of the last decision. Fetch `decisions__verdicts` with the rows."""
    decisions = list(version.decisions.all())
    if not decisions:
        return {}
    return {verdict.field_path: verdict for verdict in decisions[-1].verdicts.all() if not verdict.accepted}


def is_editable(registration: Registration, version: RegistrationVersion) -> bool:
    """Whether answers can be changed now; for pages."""
    status = registration.registration_status
    return version.registration_version_status == VersionStatus.DRAFT and status in (
        RegistrationStatus.CREATED,
        RegistrationStatus.REQUIRES_UPDATES,
        RegistrationStatus.COMPLETE,
    )
