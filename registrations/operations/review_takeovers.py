"""Taking a version out of the hands of a reviewer who left its page open: a claim frees itself when it is closed."""

from datetime import UTC, datetime, timedelta

from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from messaging.caller import Caller
from messaging.errors import Conflict, Invalid
from messaging.models import Notification
from messaging.operations.notifications import notify
from messaging.operations.registry import operation
from messaging.permissions import Role
from registrations.models import ReviewClaim
from registrations.operations.naming import about, registration_named, version_numbered
from registrations.operations.reviews import claim_registration_review

STALE = timedelta(minutes=15)  # of wall time: so long nobody but an administrator takes a version from its reviewer


def may_take_over(caller: Caller, held: ReviewClaim) -> bool:
    """Whether the caller may take a version from its holder: an administrator at any time, others once it is stale."""
    stale = datetime.now(UTC) - held.claimed_at >= STALE
    return held.reviewer != caller.actor and (stale or caller.role == Role.ADMINISTRATOR)


@operation(changes_settings=False, resource=lambda claim: claim.version.registration.arn)
def take_over_review(caller: Caller, *, registration_id: str, version_number: int, reason: str) -> ReviewClaim:
    """Take a version from the reviewer who holds it; the reason is told to them, and their draft is kept for them.

    Nothing but a claim when nobody holds it. Raises Invalid MISSING_PARAMETER without a reason; Conflict
    RESOURCE_MODIFICATION_NOT_ALLOWED before the hold is stale; and as claiming does.
    """
    registration = registration_named(caller, registration_id, lock=True)
    version = version_numbered(registration, version_number)
    held = (
        ReviewClaim.objects.filter(version=version, held_until__gt=datetime.now(UTC))
        .exclude(reviewer=caller.actor)
        .first()
    )
    if held is not None:
        if not reason.strip():
            raise Invalid(
                _("A review is taken over for a reason."),
                reason="MISSING_PARAMETER",
                fields={"reason": _("Say why. The other reviewer reads it.")},
            )
        if not may_take_over(caller, held):
            raise Conflict(
                _("%(reviewer)s has held this version for less than %(minutes)s minutes.")
                % {"reviewer": held.reviewer, "minutes": STALE.seconds // 60},
                reason="RESOURCE_MODIFICATION_NOT_ALLOWED",
                resource=about(registration),
                next_step=_("Wait, take another one, or ask an administrator."),
            )
        ReviewClaim.objects.filter(pk=held.pk).delete()
    claim = claim_registration_review(caller, registration_id=registration_id, version_number=version_number)
    if held is not None:
        notify(
            caller.owner_id,
            kind=Notification.Kind.REGISTRATION,
            severity=Notification.Severity.WARNING,
            title=gettext_noop("%(who)s took over your review of %(registration)s: %(reason)s"),
            values={
                "who": caller.actor.partition(":")[2],
                "registration": registration.registration_id,
                "reason": reason.strip(),
            },
            link=("review-detail", str(version.pk)),
            recipient=held.reviewer,
        )
    return claim
