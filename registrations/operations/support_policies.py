"""How support cases are decided: by hand, automatically after the documented wait, or by a script.

The policy is a ReviewerPolicy whose registration_type is POLICY and the kind of case. Its script has one entry per case
of that kind in the account, in the order they were opened: {"outcome": "APPROVE"} or {"outcome": "DENY", "note": text};
cases after the last entry are approved.
"""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from django.utils.translation import gettext_lazy as _

from messaging import clock
from messaging.caller import Caller
from messaging.errors import Invalid
from messaging.operations.registry import operation
from registrations.models import ReviewerPolicy, ReviewMode, SupportCase
from registrations.operations.policies import APPROVE, DENY
from registrations.support_flows import flows

POLICY = "support_case."


def policy_of(owner_id: int, flow: str) -> ReviewerPolicy:
    """The policy of a kind of case in an account, the default (AUTOMATIC) if none was set."""
    name = POLICY + flow
    found = ReviewerPolicy.objects.filter(owner_id=owner_id, registration_type=name).first()
    return found or ReviewerPolicy(owner_id=owner_id, registration_type=name)


def plan(row: SupportCase) -> None:
    """Set when the simulated reviewer decides on a case that waits for a decision; never, by hand."""
    due_at = None
    if row.status == SupportCase.Status.OPEN:
        policy = policy_of(row.owner_id, row.flow)
        if policy.mode != ReviewMode.MANUAL:
            wait = policy.wait_seconds
            hours = flows()[row.flow].decision_hours
            due_at = row.waiting_since + (timedelta(hours=hours) if wait is None else timedelta(seconds=wait))
    SupportCase.objects.filter(pk=row.pk).update(due_at=due_at, claim=None, claimed_until=None)
    row.due_at = due_at


def scripted(policy: ReviewerPolicy, row: SupportCase) -> Mapping[str, Any]:
    """The entry of a script that is for a case."""
    nth = SupportCase.objects.filter(owner_id=row.owner_id, flow=row.flow, pk__lt=row.pk).count()
    found: Mapping[str, Any] = policy.script[nth] if nth < len(policy.script) else {"outcome": APPROVE}
    return found


@operation()
def describe_support_case_policies(caller: Caller) -> list[ReviewerPolicy]:
    """How each kind of case is decided in this account, those without a setting by default. One query."""
    given = ReviewerPolicy.objects.filter(owner_id=caller.owner_id, registration_type__startswith=POLICY)
    rows = {row.registration_type: row for row in given}
    return [
        rows.get(POLICY + flow) or ReviewerPolicy(owner_id=caller.owner_id, registration_type=POLICY + flow)
        for flow in flows()
    ]


@operation(changes_settings=False, resource=lambda policy: policy.registration_type)
def set_support_case_policy(
    caller: Caller,
    *,
    flow: str,
    mode: str,
    wait_seconds: int | None = None,
    script: Sequence[Mapping[str, Any]] = (),
) -> ReviewerPolicy:
    """Say how cases of a kind are decided in this account; those that wait go by it from now on. Raises Invalid."""
    if flow not in flows():
        raise Invalid(_("There is no kind of case “%(flow)s”.") % {"flow": flow}, fields={"flow": _("Choose one.")})
    if mode not in ReviewMode.values:
        raise Invalid(
            _("“%(mode)s” is no way to review.") % {"mode": mode},
            fields={"mode": _("Choose one of %(all)s.") % {"all": ", ".join(ReviewMode.values)}},
        )
    for entry in script:
        if entry.get("outcome") not in (APPROVE, DENY):
            raise Invalid(
                _("The script is not one that a reviewer can follow."),
                fields={"script": _("Each entry has the outcome APPROVE or DENY.")},
            )
    steps = [{"outcome": entry["outcome"], "note": str(entry.get("note", ""))} for entry in script]
    policy, _made = ReviewerPolicy.objects.update_or_create(
        owner_id=caller.owner_id,
        registration_type=POLICY + flow,
        defaults={
            "mode": mode,
            "wait_seconds": wait_seconds,
            "script": steps,
            "changed_at": clock.now(),
            "changed_by": caller.actor,
        },
    )
    for row in SupportCase.objects.for_caller(caller).filter(flow=flow, status=SupportCase.Status.OPEN):
        plan(row)
    return policy
