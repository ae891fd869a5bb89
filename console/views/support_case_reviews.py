"""Support cases of the reviewer: the queue, one case with what speaks against it, its decision, and who decides."""

from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from console.callers import caller_of, url_to
from console.forms.support_cases import CaseDecisionForm, CasePolicyForm
from console.fragments import done, page
from console.listing import list_page
from console.lists import Empty, ListSpec
from console.review_words import span
from console.support_cases import flow_title
from console.views.reviews import tabs
from console.views.support_cases import CASE_FILTERS, COLUMNS, shown
from messaging.caller import Caller
from messaging.errors import Refusal
from registrations.models import ReviewMode, SupportCase
from registrations.operations.support_cases import Status, answer_support_case, case_named, describe_support_cases
from registrations.operations.support_decisions import are_own, decide_support_case
from registrations.operations.support_objections import objections
from registrations.operations.support_policies import (
    POLICY,
    describe_support_case_policies,
    set_support_case_policy,
)
from registrations.support_flows import flows

OPEN = (Status.OPEN, Status.PENDING_CUSTOMER_ACTION)
ANSWER, APPROVE_CASE, REFUSE = "answer", "approve", "refuse"


def _rows(caller: Caller) -> QuerySet[SupportCase]:
    return describe_support_cases(caller).filter(status__in=OPEN).select_related("owner")


CASE_QUEUE = ListSpec(
    name="review-cases",
    title=gettext_lazy("Support cases to decide on"),
    purpose=gettext_lazy("What the account asks for. You answer as the service’s support would."),
    url_name="review-case-list",
    action="DecideSupportCase",
    rows=_rows,
    filters=CASE_FILTERS,
    key="case_id",
    detail="review-case-detail",
    sort="opened",
    columns=COLUMNS,
    search_hint=gettext_lazy("Beginning of a case ID"),
    empty=Empty(
        gettext_lazy("No case waits for a decision."),
        gettext_lazy("Cases come here at once; the simulated reviewer decides after the wait unless people do."),
    ),
)


@require_safe
@never_cache
def review_case_list(request: HttpRequest) -> Any:
    caller = caller_of(request)
    context = {
        "tabs": tabs(caller, "review-case-list"),
        "policies_url": url_to(caller, "review-case-policies"),
        "all_url": url_to(caller, "support-case-list"),
    }
    return list_page(request, CASE_QUEUE, template="support_cases/queue.html", context=context)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def review_case_detail(request: HttpRequest, case_id: str) -> HttpResponse:
    """A case with its checks; POST asks (do=answer), approves or refuses."""
    caller = caller_of(request)
    caller.require("DecideSupportCase")
    row = case_named(caller, case_id)
    form = CaseDecisionForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            words = _decided(caller, row, request.POST.get("do", ""), form.cleaned_data["message"])
        except Refusal as refusal:
            form.refuse(refusal)
        else:
            messages.success(request, words)
            return done(request, "review-case-detail", case_id)
    context = {
        **shown(caller, row),
        "crumbs": [{"label": _("Support cases to decide on"), "url": url_to(caller, "review-case-list")}],
        "form": form,
        "objections": objections(row) if row.is_open else [],
        "own": are_own(caller, row),
        "does_something": bool(flows()[row.flow].grant),
    }
    return page(request, "support_cases/review.html", context, status=422 if form.errors else 200)


def _decided(caller: Caller, row: SupportCase, do: str, message: str) -> str:
    """Do what the button says, and say so. Raises Refusal, Http404 for an unknown button."""
    if do == ANSWER:
        answer_support_case(caller, case_id=row.case_id, message=message)
        return _("Your question was added; the case waits for its submitter.")
    if do not in (APPROVE_CASE, REFUSE):
        raise Http404
    decide_support_case(caller, case_id=row.case_id, approved=do == APPROVE_CASE, message=message)
    return _("The case was approved.") if do == APPROVE_CASE else _("The case was refused.")


@require_safe
@never_cache
def review_case_policies(request: HttpRequest) -> HttpResponse:
    """How each kind of case is decided."""
    caller = caller_of(request)
    caller.require("DescribeSupportCasePolicies")
    rows = []
    for policy in describe_support_case_policies(caller):
        flow = flows()[policy.registration_type.removeprefix(POLICY)]
        wait = timedelta(hours=flow.decision_hours)
        if policy.wait_seconds is not None:
            wait = timedelta(seconds=policy.wait_seconds)
        rows.append(
            {
                "title": flow_title(flow.id),
                "mode": policy.get_mode_display(),
                "wait": "" if policy.mode == ReviewMode.MANUAL else span(wait),
                "url": url_to(caller, "review-case-policy-edit", flow.id),
            }
        )
    context = {
        "title": _("How support cases are decided"),
        "purpose": _("By people, or by a simulated reviewer after a wait in simulated time."),
        "crumbs": [{"label": _("Support cases to decide on"), "url": url_to(caller, "review-case-list")}],
        "rows": rows,
        "can_change": caller.may("SetSupportCasePolicy"),
    }
    return page(request, "support_cases/policies.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def review_case_policy_edit(request: HttpRequest, flow: str) -> HttpResponse:
    caller = caller_of(request)
    caller.require("SetSupportCasePolicy")
    if flow not in flows():
        raise Http404
    policy = next(row for row in describe_support_case_policies(caller) if row.registration_type == POLICY + flow)
    denied = [entry for entry in policy.script if entry["outcome"] == "DENY"]
    initial = {
        "mode": policy.mode,
        "wait_hours": None if policy.wait_seconds is None else round(policy.wait_seconds / 3600, 2),
        "refusals": len(denied) or None,
        "note": denied[0]["note"] if denied else "",
    }
    form = CasePolicyForm(request.POST if request.method == "POST" else None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            set_support_case_policy(caller, flow=flow, **form.settings)
        except Refusal as refusal:
            form.refuse(refusal)
        else:
            messages.success(request, _("Cases of this kind are decided like this from now on, also those that wait."))
            return done(request, "review-case-policies")
    context = {
        "title": flow_title(flow),
        "crumbs": [
            {"label": _("How support cases are decided"), "url": url_to(caller, "review-case-policies")},
        ],
        "form": form,
        "submit": _("Save"),
        "cancel": url_to(caller, "review-case-policies"),
        "response_time": flows()[flow].response_time,
    }
    return page(request, "support_cases/policy.html", context, status=422 if form.errors else 200)


scoped_urlpatterns = [
    path("reviews/cases/", review_case_list, name="review-case-list"),
    path("reviews/cases/policies/", review_case_policies, name="review-case-policies"),
    path("reviews/cases/policies/<slug:flow>/", review_case_policy_edit, name="review-case-policy-edit"),
    path("reviews/cases/<str:case_id>/", review_case_detail, name="review-case-detail"),
]
