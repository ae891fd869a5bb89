"""Who decides: people or the simulated reviewer, by type; and the four-eyes rule."""

from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import path
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from console.callers import caller_of, url_to
from console.forms.reviews import FourEyesForm, PolicyForm, script_text
from console.fragments import done, page
from console.review_words import span
from console.views.reviews import tabs, type_title
from messaging.caller import Caller
from messaging.errors import Refusal, Text
from registrations.definitions import RegistrationType, registration_types
from registrations.models import ReviewerPolicy
from registrations.operations import four_eyes
from registrations.operations.policies import describe_reviewer_policies, set_reviewer_policy
from registrations.reasons import reasons_for

CHOSEN = {None: "", True: "on", False: "off"}


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def review_settings(request: HttpRequest) -> HttpResponse:
    """How each type is decided; POST sets the four-eyes rule."""
    caller = caller_of(request)
    caller.require("SetFourEyes" if request.method == "POST" else "DescribeReviewerPolicies")
    chosen = four_eyes.setting(caller)
    posted = request.POST if request.method == "POST" else None
    form = FourEyesForm(posted, initial={"four_eyes": CHOSEN[chosen]})
    if posted is not None and form.is_valid():
        try:
            four_eyes.set_four_eyes(caller, four_eyes=form.cleaned_data["four_eyes"])
        except Refusal as refusal:
            form.refuse(refusal)
        else:
            messages.success(request, _("The four-eyes rule was saved."))
            return done(request, "review-settings")
    context = {
        "title": _("Reviewers"),
        "purpose": _("Who decides on registrations: you, or a simulated reviewer."),
        "crumbs": [{"label": _("Review queue"), "url": url_to(caller, "review-list")}],
        "tabs": tabs(caller, "review-settings") if caller.may("DescribeReviews") else [],
        "rows": [_row(caller, policy) for policy in describe_reviewer_policies(caller)],
        "form": form,
        "in_force": four_eyes.holds(caller, chosen),
        "can_change": caller.may("SetReviewerPolicy"),
        "can_set_rule": caller.may("SetFourEyes"),
    }
    return page(request, "reviews/settings.html", context, status=422 if form.errors else 200)


def _row(caller: Caller, policy: ReviewerPolicy) -> dict[str, Any]:
    definition = registration_types()[policy.registration_type]
    documented = policy.wait_seconds is None
    return {
        "title": definition.title,
        "policy": policy,
        "wait": "; ".join(str(wait.text) for wait in definition.waits)
        if documented
        else span(timedelta(seconds=policy.wait_seconds or 0)),
        "by_hand": policy.mode == "MANUAL",
        "url": url_to(caller, "review-policy-edit", policy.registration_type),
    }


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def review_policy_edit(request: HttpRequest, registration_type: str) -> HttpResponse:
    caller = caller_of(request)
    caller.require("SetReviewerPolicy")
    definition = registration_types().get(registration_type)
    if definition is None:
        raise Http404
    policy = next(row for row in describe_reviewer_policies(caller) if row.registration_type == registration_type)
    initial = {
        "mode": policy.mode,
        "wait_hours": None if policy.wait_seconds is None else round(policy.wait_seconds / 3600, 2),
        "script": script_text(policy.script),
        "score": policy.score,
    }
    form = PolicyForm(request.POST if request.method == "POST" else None, initial=initial, scored=definition.scored)
    if request.method == "POST" and form.is_valid():
        try:
            set_reviewer_policy(caller, registration_type=registration_type, **form.settings)
        except Refusal as refusal:
            form.refuse(refusal)
        else:
            words = _("Versions of “%(type)s” are decided like this from now on, also those in review.")
            messages.success(request, words % {"type": definition.title})
            return done(request, "review-settings")
    context = {
        "title": type_title(registration_type),
        "crumbs": [
            {"label": _("Review queue"), "url": url_to(caller, "review-list")},
            {"label": _("Reviewers"), "url": url_to(caller, "review-settings")},
        ],
        "form": form,
        "waits": definition.waits,
        "reasons": _reasons(definition),
        "fields": [(path, entry.title) for path, entry in definition.fields.items()],
        "cancel": url_to(caller, "review-settings"),
    }
    return page(request, "reviews/policy.html", context, status=422 if form.errors else 200)


def _reasons(definition: RegistrationType) -> list[tuple[str, Text]]:
    return [(reason.id, reason.short_description) for reason in reasons_for(definition.registration_type)]


scoped_urlpatterns = [
    path("reviews/settings/", review_settings, name="review-settings"),
    path("reviews/settings/<str:registration_type>/", review_policy_edit, name="review-policy-edit"),
]
