"""Decisions on support cases, by people and by the simulated reviewer."""

from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from messaging import clock
from messaging.caller import Caller
from messaging.data_texts import in_english
from messaging.errors import Conflict, Denied, Invalid, Refusal, Resource
from messaging.models import Notification
from messaging.operations.claims import claim
from messaging.operations.registry import operation
from registrations.models import FieldVerdict, ReviewMode, SupportCase
from registrations.operations import four_eyes, support_policies
from registrations.operations.policies import DENY
from registrations.operations.support_cases import Status, case_named, say_as_reviewer, tell
from registrations.operations.support_grants import grant
from registrations.operations.support_objections import objections
from registrations.reasons import reasons
from registrations.support_flows import flows

ACTION = "DecideSupportCase"
SYSTEM = "system"


@operation()
def decide_support_case(
    caller: Caller, *, case_id: str, approved: bool, message: str = "", mode: str = ReviewMode.MANUAL
) -> SupportCase:
    """Approve a case, which does what it asks for, or refuse it with a message that says why.

    An approval without a message says what it brings; an answer about a rejection needs one. Raises NotFound; Invalid
    MISSING_PARAMETER; Denied for who opened the case or wrote in it last (four eyes); Conflict
    RESOURCE_MODIFICATION_NOT_ALLOWED for a case that is decided or withdrawn; the refusals of what is granted.
    """
    row = case_named(caller, case_id, lock=True)
    if not row.is_open:
        raise Conflict(
            _("The case is %(status)s.") % {"status": row.get_status_display()},
            reason="RESOURCE_MODIFICATION_NOT_ALLOWED",
            resource=Resource("support-case", row.case_id),
            next_step=_("Look at the case again: somebody may have been quicker."),
        )
    flow = flows()[row.flow]
    row.four_eyes = _others(caller, row)
    if not message.strip() and not (approved and flow.grant):
        raise Invalid(
            _("The answer says nothing."),
            reason="MISSING_PARAMETER",
            fields={"message": _("Write why, and what to do.")},
        )
    if approved:
        row.granted = grant(row)
    row.status = Status.APPROVED if approved else Status.REFUSED
    row.decided_at = row.updated_at = clock.now()
    row.decided_by, row.decided_how, row.due_at, row.claim, row.claimed_until = caller.actor, mode, None, None, None
    row.save()
    say_as_reviewer(caller, row, message.strip() or in_english(flow.outcome))
    if approved:
        tell(row, gettext_noop("Your support case was approved: %(case)s."), Notification.Severity.SUCCESS)
    else:
        tell(row, gettext_noop("Your support case was refused: %(case)s."), Notification.Severity.WARNING)
    return row


def are_own(caller: Caller, row: SupportCase) -> bool:
    """Whether the caller opened a case or wrote in it last for its submitter."""
    return four_eyes.is_one_of(caller, row.opened_by, row.last_by)


def _others(caller: Caller, row: SupportCase) -> bool:
    """Whether somebody else decides. Raises Denied for the author while the four-eyes rule holds."""
    if not are_own(caller, row):
        return True
    if four_eyes.in_force(caller):
        raise Denied(
            _("You opened this case or wrote in it last; somebody else must decide on it (four-eyes rule)."),
            action=ACTION,
            next_step=_("Ask another reviewer. An administrator can change the rule."),
        )
    return False


def cases_due(limit: int = 20) -> int:
    """Decide on every case whose simulated reviewer has come to it; returns how many."""
    held = claim(SupportCase, limit)
    if held is None:
        return 0
    rows = SupportCase.objects.select_related("owner__account").filter(
        pk__in=[row.pk for row in held.rows], claim=held.claim
    )
    for row in list(rows):
        _decide(row)
    return len(held.rows)


def _decide(row: SupportCase) -> None:
    """As the policy says; what cannot be granted because a step of it is refused, is refused with that step's words."""
    policy = support_policies.policy_of(row.owner_id, row.flow)
    if policy.mode == ReviewMode.MANUAL or row.status != Status.OPEN:
        SupportCase.objects.filter(pk=row.pk, claim=row.claim).update(due_at=None, claim=None, claimed_until=None)
        return
    caller = Caller.system(row.owner)
    if policy.mode == ReviewMode.SCRIPTED:
        entry = support_policies.scripted(policy, row)
        against = [entry.get("note") or _now("Refused by the script.")] if entry["outcome"] == DENY else []
    else:
        against = objections(row)
    message = "\n".join(against)
    if not against and not flows()[row.flow].grant:
        message = _rejection_reason(row)
    try:
        decide_support_case(caller, case_id=row.case_id, approved=not against, message=message, mode=policy.mode)
    except Refusal as refusal:
        current = SupportCase.objects.get(pk=row.pk)
        if current.status == Status.OPEN:
            words = f"{refusal.message} {refusal.next_step}".strip()
            decide_support_case(caller, case_id=row.case_id, approved=False, message=words, mode=policy.mode)


def _rejection_reason(row: SupportCase) -> str:
    """The answer to a question about a rejection: the reasons of the last decision that returned the registration."""
    verdicts = FieldVerdict.objects.filter(
        accepted=False,
        decision__version__registration__owner_id=row.owner_id,
        decision__version__registration__registration_id=row.answers.get("registration_id", ""),
    ).order_by("-decision_id", "id")
    lines, newest = [], None
    for verdict in verdicts[:50]:
        newest = newest or verdict.decision_id
        if verdict.decision_id != newest:
            break
        known = reasons().get(verdict.reason)
        words = " ".join(
            str(part) for part in ((known.short_description if known else verdict.reason), verdict.note) if part
        )
        lines.append(f"{verdict.field_path}: {words}" if verdict.field_path else words)
    return "\n".join(lines) or _now("The registration was returned without a reason of a field; look at its feedback.")
