"""The simulated reviewer: decides by hand, automatically after the documented wait, or by a script."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Any

from django.utils.translation import gettext_lazy as _

from messaging import clock
from messaging.caller import Caller
from messaging.errors import Conflict, Invalid
from messaging.operations.claims import claim
from messaging.operations.registry import operation
from messaging.transactions import write_transaction
from registrations import checks
from registrations.definitions import Answers, RegistrationType, registration_types
from registrations.models import (
    IN_REVIEW,
    Registration,
    RegistrationVersion,
    ReviewClaim,
    ReviewerPolicy,
    ReviewMode,
    VersionStatus,
)
from registrations.operations import moves
from registrations.operations.naming import answers_of, definition_named
from registrations.reasons import OTHER_REASON, reasons_for
from registrations.transitions import Action

APPROVE, DENY = "APPROVE", "DENY"
STARTS_AFTER = 0.1  # of the wait: so long a version stays SUBMITTED (and as long in the vendor's review)
WAIT_FOR_PEOPLE = timedelta(hours=1)  # simulated time: a version that a person holds is not decided under their hands

Verdict = Mapping[str, Any]


def policy_of(owner_id: int, registration_type: str) -> ReviewerPolicy:
    """The policy of a type in an account, the default (AUTOMATIC) if none was set."""
    found = ReviewerPolicy.objects.filter(owner_id=owner_id, registration_type=registration_type).first()
    return found or ReviewerPolicy(owner_id=owner_id, registration_type=registration_type)


def wait_of(policy: ReviewerPolicy, version: RegistrationVersion) -> timedelta:
    """Simulated time from submission to decision: the policy's own, or the documented one."""
    if policy.wait_seconds is not None:
        return timedelta(seconds=policy.wait_seconds)
    return documented_wait(version.registration, answers_of(version))


def documented_wait(registration: Registration, answers: Answers) -> timedelta:
    """How long the review of these answers takes by the type; it may go by the brand's country too. One query."""
    known = {**checks.brand_answers(registration), **answers}
    return timedelta(days=registration.definition.wait(known).days)


def plan(registration: Registration, version: RegistrationVersion) -> None:
    """Set when the simulated reviewer takes the next step with a version in review; never, by hand."""
    policy = policy_of(registration.owner_id, registration.registration_type)
    due_at = None
    if policy.mode != ReviewMode.MANUAL and version.submitted_at:
        wait = wait_of(policy, version)
        share = {VersionStatus.SUBMITTED: STARTS_AFTER, VersionStatus.AWS_REVIEWING: 2 * STARTS_AFTER}
        due_at = version.submitted_at + wait * share.get(VersionStatus(version.registration_version_status), 1)
        if version.registration_version_status == VersionStatus.REQUIRES_AUTHENTICATION:
            due_at = None  # the submitter's turn
    RegistrationVersion.objects.filter(pk=version.pk).update(due_at=due_at, claim=None, claimed_until=None)
    version.due_at = due_at


@operation()
def describe_reviewer_policies(caller: Caller) -> list[ReviewerPolicy]:
    """How each type is decided in this account, those without a setting by default. One query."""
    rows = {row.registration_type: row for row in ReviewerPolicy.objects.filter(owner_id=caller.owner_id)}
    return [
        rows.get(name) or ReviewerPolicy(owner_id=caller.owner_id, registration_type=name)
        for name in registration_types()
    ]


@operation(changes_settings=False, resource=lambda policy: policy.registration_type)
def set_reviewer_policy(
    caller: Caller,
    *,
    registration_type: str,
    mode: str,
    wait_seconds: int | None = None,
    script: Sequence[Mapping[str, Any]] = (),
    score: int = 80,
) -> ReviewerPolicy:
    """Say how versions of a type are decided in this account; those in review go by it from now on.

    mode, wait_seconds, script and score: see models.ReviewerPolicy. Raises Invalid UNKNOWN_REGISTRATION_TYPE,
    INVALID_PARAMETER.
    """
    definition = definition_named(registration_type)
    if mode not in ReviewMode.values:
        raise Invalid(
            _("“%(mode)s” is no way to review.") % {"mode": mode},
            fields={"mode": _("Choose one of %(all)s.") % {"all": ", ".join(ReviewMode.values)}},
        )
    if not 0 <= score <= 100:
        raise Invalid(_("A vetting score is 0 to 100."), fields={"score": _("Write a number from 0 to 100.")})
    policy, _made = ReviewerPolicy.objects.update_or_create(
        owner_id=caller.owner_id,
        registration_type=registration_type,
        defaults={
            "mode": mode,
            "wait_seconds": wait_seconds,
            "script": [_entry(definition, entry) for entry in script],
            "score": score,
            "changed_at": clock.now(),
            "changed_by": caller.actor,
        },
    )
    pending = RegistrationVersion.objects.filter(
        registration__owner_id=caller.owner_id,
        registration__registration_type=registration_type,
        registration_version_status__in=IN_REVIEW,
    ).select_related("registration__owner")
    for version in pending:
        plan(version.registration, version)
    return policy


def _entry(definition: RegistrationType, given: Mapping[str, Any]) -> dict[str, Any]:
    """One step of a script, complete and checked."""
    outcome = given.get("outcome")
    denied = given.get("denied", [])
    if outcome not in (APPROVE, DENY) or (outcome == DENY) != bool(denied):
        raise _wrong_script(_("Each entry is APPROVE, or DENY with the fields that are denied."))
    return {
        "outcome": outcome,
        "denied": [checked_verdict(definition, {**entry, "accepted": False}) for entry in denied],
    }


def _wrong_script(text: Any) -> Invalid:
    return Invalid(_("The script is not one that a reviewer can follow."), fields={"script": text})


def checked_verdict(definition: RegistrationType, given: Verdict) -> dict[str, Any]:
    """A verdict on a field with all its members. Raises Invalid when field, reason or note does not fit."""
    path, accepted = str(given.get("field_path", "")), bool(given.get("accepted"))
    reason, note = str(given.get("reason") or ""), str(given.get("note") or "").strip()
    if path not in definition.fields and (path or accepted):
        raise Invalid(
            _("%(type)s has no field “%(field)s”.") % {"type": definition.title, "field": path},
            reason="UNKNOWN_REGISTRATION_FIELD",
            fields={"verdicts": _("Name fields of the form.")},
        )
    if accepted:
        return {"field_path": path, "accepted": True, "reason": "", "note": note}
    known = {entry.id for entry in reasons_for(definition.registration_type)}
    if reason not in known:
        raise Invalid(
            _("“%(reason)s” is no reason to return %(field)s.") % {"reason": reason, "field": path or definition.title},
            fields={path or "verdicts": _("Choose one of %(all)s.") % {"all": ", ".join(sorted(known))}},
        )
    if reason == OTHER_REASON and not note:
        raise Invalid(
            _("The reason Other needs a note."),
            fields={path or "verdicts": _("Write what is wrong and how to mend it.")},
        )
    return {"field_path": path, "accepted": False, "reason": reason, "note": note}


def review_due(limit: int = 20) -> int:
    """Take the next step with every version whose simulated reviewer has come to it; returns how many."""
    held = claim(RegistrationVersion, limit)
    if held is None:
        return 0
    for row in held.rows:
        with suppress(Conflict), write_transaction():  # a person may be quicker, and then nothing is to be done
            version = (
                RegistrationVersion.objects.select_related("registration__owner")
                .filter(pk=row.pk, claim=held.claim)
                .first()
            )
            if version is not None:
                _step(version)
    return len(held.rows)


def _step(version: RegistrationVersion) -> None:
    registration = version.registration
    policy = policy_of(registration.owner_id, registration.registration_type)
    status = version.registration_version_status
    if policy.mode == ReviewMode.MANUAL or status not in IN_REVIEW:
        plan(registration, version) if status in IN_REVIEW else _rest(version)
    elif status == VersionStatus.SUBMITTED and version.aws_review:
        moves.move(Action.START_AWS_REVIEW, registration, version, actor="system")
        plan(registration, version)
    elif status in (VersionStatus.SUBMITTED, VersionStatus.AWS_REVIEWING):
        moves.start_review(registration, version, actor="system")
        plan(registration, version)
    elif _held_by_a_person(version):
        _rest(version, until=clock.now() + WAIT_FOR_PEOPLE)
    else:
        from registrations.operations.decisions import conclude

        denied = verdicts_of(policy, version)
        conclude(registration, version, verdicts=denied, reviewer="system", mode=policy.mode, score=policy.score)


def _rest(version: RegistrationVersion, until: datetime | None = None) -> None:
    RegistrationVersion.objects.filter(pk=version.pk).update(due_at=until, claim=None, claimed_until=None)


def _held_by_a_person(version: RegistrationVersion) -> bool:
    return ReviewClaim.objects.filter(version=version, held_until__gt=datetime.now(UTC)).exists()


def verdicts_of(policy: ReviewerPolicy, version: RegistrationVersion) -> list[dict[str, Any]]:
    """The fields that the simulated reviewer denies: by its script, or by the limits of the form and the checks of
    published refusal reasons.
    """
    registration = version.registration
    if policy.mode == ReviewMode.SCRIPTED:
        # A version that was taken back was never judged, and uses up nothing of the script.
        before = registration.versions.filter(submitted_at__isnull=False, version_number__lt=version.version_number)
        nth = before.exclude(registration_version_status=VersionStatus.DISCARDED).count()
        entry = policy.script[nth] if nth < len(policy.script) else {"denied": []}
        return list(entry["denied"])
    known = {reason.id for reason in reasons_for(registration.registration_type)}
    found: dict[str, dict[str, Any]] = {}
    values = list(version.values.select_related("attachment"))
    answers = {value.field_path: tuple(value.answer) for value in values}
    attachments = {value.field_path: value.attachment for value in values if value.attachment}
    brand = checks.brand_answers(registration)
    for finding in checks.run_on_submitted(registration.definition, answers, attachments, brand):
        if finding.severity is checks.Severity.REFUSED and finding.reason in known:
            found.setdefault(
                finding.field_path,
                {
                    "field_path": finding.field_path,
                    "accepted": False,
                    "reason": finding.reason,
                    "note": f"{finding.why} {finding.cure}".strip(),
                },
            )
    return list(found.values())
