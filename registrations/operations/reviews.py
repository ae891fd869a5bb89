"""The work of reviewers before a decision: the queue, who holds which version, and drafts of decisions.

A claim is held for HELD of wall time and renewed while the page is visible, so that it frees itself when a reviewer
walks away; the draft stays. Decisions themselves: decisions.py.
"""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any

from django.db.models import Count, F, OuterRef, Prefetch, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from messaging import clock
from messaging.caller import Caller
from messaging.errors import Conflict, Invalid, NotFound
from messaging.operations.registry import operation
from registrations.definitions import REQUIRED, Answers
from registrations.models import (
    Decision,
    Registration,
    RegistrationAssociation,
    RegistrationFieldValue,
    RegistrationStatus,
    RegistrationVersion,
    ReviewClaim,
    ReviewDraft,
    SupportCase,
    VersionStatus,
)
from registrations.operations import four_eyes, moves, policies
from registrations.operations.decisions import WAITING, in_review
from registrations.operations.naming import about

HELD = timedelta(seconds=30)  # three renewals may be lost
REVIEWABLE = (*WAITING, VersionStatus.REVIEWING, VersionStatus.REQUIRES_OFFLINE_REVIEW)
WHOLE = ""  # the path that stands for the registration as a whole

Verdicts = dict[str, dict[str, Any]]
"""Field path -> {"accepted": bool, "reason": id, "note": text}."""


class Queue(StrEnum):
    """The views of the review queue."""

    UNASSIGNED = "unassigned"
    MINE = "mine"
    HELD = "held"
    WAITING = "waiting"
    DECIDED = "decided"


def _held(now: datetime) -> Q:
    return Q(review_claim__held_until__gt=now)


def _condition(caller: Caller, view: Queue) -> Q:
    now = datetime.now(UTC)
    waiting = Q(registration_version_status__in=REVIEWABLE)
    if view is Queue.UNASSIGNED:
        return waiting & ~_held(now)
    if view is Queue.MINE:
        mine = Q(pk__in=ReviewClaim.objects.filter(reviewer=caller.actor, held_until__gt=now).values("version"))
        begun = Q(pk__in=ReviewDraft.objects.filter(reviewer=caller.actor).values("version")) & ~_held(now)
        return waiting & (mine | begun)
    if view is Queue.HELD:
        return waiting & _held(now) & ~Q(review_claim__reviewer=caller.actor)
    if view is Queue.WAITING:
        returned = Q(
            registration__registration_status=RegistrationStatus.REQUIRES_UPDATES,
            version_number=F("registration__latest_denied_version_number"),
        )
        return Q(registration_version_status=VersionStatus.REQUIRES_AUTHENTICATION) | returned
    return Q(
        registration_version_status__in=(
            VersionStatus.APPROVED,
            VersionStatus.DENIED,
            VersionStatus.REVOKED,
            VersionStatus.ARCHIVED,
        )
    )


@operation()
def describe_reviews(caller: Caller, *, view: Queue) -> QuerySet[RegistrationVersion]:
    """The versions in a view of the queue, with what its columns and the automatic checks read. Five queries."""
    values = RegistrationFieldValue.objects.select_related("attachment")
    brands = (
        RegistrationVersion.objects.filter(
            version_number=Coalesce(
                F("registration__approved_version_number"), F("registration__current_version_number")
            )
        )
        .select_related("registration")
        .prefetch_related(Prefetch("values", values))
    )
    return (
        RegistrationVersion.objects.filter(_condition(caller, view), registration__owner_id=caller.owner_id)
        .select_related("registration__owner__account", "review_claim")
        .annotate(
            decided_by=Subquery(_last_decision("reviewer")),
            decided_at=Subquery(_last_decision("at")),
        )
        .prefetch_related(
            Prefetch("values", values),
            Prefetch(
                "registration__associations",
                RegistrationAssociation.objects.filter(other__isnull=False).select_related("other"),
                to_attr="companies",
            ),
            Prefetch("registration__companies__other__versions", brands, to_attr="approved_versions"),
        )
    )


def _last_decision(column: str) -> Any:
    return Decision.objects.filter(version=OuterRef("pk")).order_by("-id").values(column)[:1]


def waiting_of(owner_id: int | OuterRef) -> Any:
    """How many versions and support cases of an account wait for a reviewer, as a part of another query."""
    rows = RegistrationVersion.objects.filter(
        registration__owner_id=owner_id, registration_version_status__in=REVIEWABLE
    )
    versions = rows.order_by().values("registration__owner_id").annotate(waiting=Count("pk")).values("waiting")
    open_cases = SupportCase.objects.filter(owner_id=owner_id, status=SupportCase.Status.OPEN)
    cases = open_cases.order_by().values("owner_id").annotate(waiting=Count("pk")).values("waiting")
    return Coalesce(Subquery(versions), 0) + Coalesce(Subquery(cases), 0)


# Claims


@operation(changes_settings=False, resource=lambda claim: claim.version.registration.arn)
def claim_registration_review(caller: Caller, *, registration_id: str, version_number: int) -> ReviewClaim:
    """Take a version to review it; the review starts, if it had not. Renews a claim that one has.

    Raises NotFound; Denied (four eyes); Conflict RESOURCE_MODIFICATION_NOT_ALLOWED when the version is not in review,
    was overtaken, or another reviewer holds it.
    """
    return _take(caller, *_free(caller, registration_id, version_number))


@operation(changes_settings=False, resource=lambda claim: claim.version.registration.arn)
def claim_next_review(caller: Caller) -> ReviewClaim:
    """Take the version that has waited longest among those that nobody holds and the caller may decide on.

    Raises Conflict when there is none.
    """
    rows = RegistrationVersion.objects.filter(
        _condition(caller, Queue.UNASSIGNED), registration__owner_id=caller.owner_id
    ).select_related("registration")
    strict = four_eyes.in_force(caller)
    for row in rows.order_by("submitted_at", "pk"):
        if strict and four_eyes.are_own(caller, row):
            continue
        try:
            return _take(caller, *_free(caller, row.registration.registration_id, row.version_number))
        except Conflict:
            continue  # somebody was quicker
    raise Conflict(
        _("No registration waits for you to review it."),
        next_step=_("Come back later; the queue counts what waits."),
    )


@operation(logged=False, changes_settings=False)
def renew_review_claim(caller: Caller, *, registration_id: str, version_number: int) -> ReviewClaim:
    """Hold a version for another HELD, also one whose claim ran out and that nobody else took. Raises as claiming."""
    return _take(caller, *_free(caller, registration_id, version_number))


@operation(logged=False, changes_settings=False)
def release_review_claim(caller: Caller, *, registration_id: str, version_number: int) -> None:
    """Let others have a version; the draft stays. Nothing happens without a claim. Raises NotFound."""
    ReviewClaim.objects.filter(
        version__registration__owner_id=caller.owner_id,
        version__registration__registration_id=Registration.name_in(caller, registration_id),
        version__version_number=version_number,
        reviewer=caller.actor,
    ).delete()


def _free(caller: Caller, registration_id: str, version_number: int) -> tuple[Registration, RegistrationVersion]:
    """A version that the caller may review now. The registration is locked, so that two do not take it at once."""
    registration, version = in_review(caller, registration_id, version_number)
    if version.registration_version_status not in REVIEWABLE:
        raise Conflict(
            _("Version %(number)s is %(status)s: there is nothing to review.")
            % {"number": version_number, "status": version.get_registration_version_status_display()},
            reason="RESOURCE_MODIFICATION_NOT_ALLOWED",
            resource=about(registration),
            next_step=_("Look at the registration again: somebody may have been quicker."),
        )
    four_eyes.check(caller, version)
    return registration, version


def _take(caller: Caller, registration: Registration, version: RegistrationVersion) -> ReviewClaim:
    now = datetime.now(UTC)
    if version.registration_version_status in WAITING:
        moves.start_review(registration, version, actor=caller.actor)
        policies.plan(registration, version)
    held = ReviewClaim.objects.filter(version=version).first()
    if held is None or held.reviewer != caller.actor:
        held, _made = ReviewClaim.objects.update_or_create(
            version=version,
            defaults={"reviewer": caller.actor, "claimed_at": now, "held_until": now + HELD},
        )
    else:
        held.held_until = now + HELD
        held.save(update_fields=["held_until"])
    held.version = version
    return held


# Drafts


@operation(logged=False, changes_settings=False)
def save_review_draft(
    caller: Caller,
    *,
    registration_id: str,
    version_number: int,
    verdicts: Sequence[Mapping[str, Any]],
    feedback: str | None = None,
) -> ReviewDraft:
    """Keep an unfinished decision in place of the one before, and hold the version for it. feedback None: as it was.

    A draft may deny a field without a reason yet. Raises as claiming; Invalid UNKNOWN_REGISTRATION_FIELD.
    """
    registration, version = _free(caller, registration_id, version_number)
    kept: Verdicts = {}
    for verdict in verdicts:
        path = str(verdict.get("field_path", ""))
        if path != WHOLE and path not in registration.definition.fields:
            raise Invalid(
                _("%(type)s has no field “%(field)s”.") % {"type": registration.definition.title, "field": path},
                reason="UNKNOWN_REGISTRATION_FIELD",
                fields={"verdicts": _("Name fields of the form.")},
            )
        accepted = bool(verdict.get("accepted"))
        kept[path] = {
            "accepted": accepted,
            "reason": "" if accepted else str(verdict.get("reason") or ""),
            "note": "" if accepted else str(verdict.get("note") or "").strip(),
        }
    _take(caller, registration, version)
    changes: dict[str, Any] = {"verdicts": kept, "saved_at": clock.now()}
    if feedback is not None:
        changes["feedback"] = feedback
    draft, _made = ReviewDraft.objects.update_or_create(version=version, reviewer=caller.actor, defaults=changes)
    return draft


def draft_of(caller: Caller, version: RegistrationVersion) -> ReviewDraft | None:
    """The caller's draft of a decision on a version."""
    return ReviewDraft.objects.filter(version=version, reviewer=caller.actor).first()


def starting_verdicts(
    version: RegistrationVersion, answers: Answers, before: Answers, accepted_before: frozenset[str]
) -> Verdicts:
    """What stands before a reviewer has looked: accepted is what was accepted last time and has not changed since,
    what was left empty and may be, and the registration as a whole.
    """
    definition = version.registration.definition
    accepted: Verdicts = {}
    for path, field in definition.fields.items():
        same = path in accepted_before and tuple(answers.get(path, ())) == tuple(before.get(path, ()))
        may_be_empty = not answers.get(path) and field.resolve(answers).behavior != REQUIRED
        if same or may_be_empty:
            accepted[path] = {"accepted": True, "reason": "", "note": ""}
    if definition.fields:
        accepted[WHOLE] = {"accepted": True, "reason": "", "note": ""}
    return accepted


def decisions_around(version: RegistrationVersion, others: int) -> list[Decision]:
    """The decisions on any version of its registration with their verdicts, and the latest on other registrations of
    the account, that many; the newest first. Two queries.
    """
    rows = Decision.objects.filter(version__registration__owner_id=version.registration.owner_id)
    elsewhere = rows.exclude(version__registration_id=version.registration_id).order_by("-id").values("pk")[:others]
    rows = rows.filter(Q(version__registration_id=version.registration_id) | Q(pk__in=elsewhere))
    return list(rows.select_related("version__registration").order_by("-id").prefetch_related("verdicts"))


def last_decision_before(version: RegistrationVersion, earlier: Sequence[Decision]) -> Decision | None:
    """The last of these decisions that was on an earlier version: what changed is told against that version."""
    return next((one for one in earlier if one.version.version_number < version.version_number), None)


def review_named(caller: Caller, key: int) -> RegistrationVersion:
    """A submitted version of the caller's account by the number of its row. Raises NotFound."""
    row = (
        RegistrationVersion.objects.filter(pk=key, registration__owner_id=caller.owner_id, submitted_at__isnull=False)
        .select_related("registration__owner__account", "review_claim")
        .first()
    )
    if row is None:
        raise NotFound("review", str(key))
    return row
