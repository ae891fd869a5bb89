"""The decision on a version, after a look at what the submitter will read; and the withdrawal of an approval."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from console.callers import caller_of, url_to
from console.forms.reviews import DecisionForm, RevokeForm
from console.fragments import done, page
from console.review_sheets import Sheet
from console.views.reviews_screen import Standing, addressed, as_list, crumbs, title_of
from messaging.errors import Conflict, Refusal
from registrations.models import RegistrationVersion
from registrations.operations.decisions import decide_registration_version, revoke_registration_version
from registrations.operations.reviews import review_named, save_review_draft
from registrations.reasons import reasons_for


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def review_decision(request: HttpRequest, key: int) -> HttpResponse:
    """What the submitter will read; POST decides."""
    caller = caller_of(request)
    caller.require("DecideRegistrationVersion")
    version = review_named(caller, key)
    sheet = Sheet(caller, version)
    if not Standing.of(caller, version).reviewable or sheet.problems or (sheet.undecided and not sheet.denied):
        return done(request, "review-detail", version.pk)
    approving = not sheet.denied
    initial = {"feedback": sheet.draft.feedback if sheet.draft else "", "score": 80}
    posted = request.POST if request.method == "POST" else None
    form = DecisionForm(posted, initial=initial, scored=approving and sheet.definition.scored)
    if posted is not None and form.is_valid():
        if "back" in posted:
            feedback = form.cleaned_data["feedback"]
            save_review_draft(caller, **addressed(version), verdicts=as_list(sheet.verdicts), feedback=feedback)
            return done(request, "review-detail", version.pk)
        try:
            decision = decide_registration_version(
                caller,
                **addressed(version),
                verdicts=sheet.final_verdicts,
                feedback=form.cleaned_data["feedback"],
                score=form.cleaned_data.get("score"),
            )
        except Conflict as refusal:
            messages.error(request, f"{refusal} {refusal.next_step}".strip())
            return done(request, "review-detail", version.pk)
        except Refusal as refusal:
            form.refuse(refusal)
        else:
            _say(request, version, approved=decision.outcome == decision.Outcome.APPROVED)
            return done(request, "review-list")
    context = {
        "title": _("Approve") if approving else _("Return to the submitter"),
        "crumbs": crumbs(caller, version),
        "version": version,
        "registration": version.registration,
        "sheet": sheet,
        "approving": approving,
        "form": form,
        "own": Standing.of(caller, version).own,
        "cancel": url_to(caller, "review-detail", version.pk),
    }
    return page(request, "reviews/decision.html", context, status=422 if form.errors else 200)


def _say(request: HttpRequest, version: RegistrationVersion, *, approved: bool) -> None:
    words = _("%(review)s was approved.") if approved else _("%(review)s was returned to the submitter.")
    messages.success(request, words % {"review": title_of(version)})


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def review_revoke(request: HttpRequest, key: int) -> HttpResponse:
    """Withdraw the approval of a complete registration."""
    caller = caller_of(request)
    caller.require("RevokeRegistrationVersion")
    version = review_named(caller, key)
    registration_type = version.registration.registration_type
    offered = [(reason.id, reason.short_description) for reason in reasons_for(registration_type)]
    form = RevokeForm(request.POST if request.method == "POST" else None, reasons=offered)
    if request.method == "POST" and form.is_valid():
        try:
            revoke_registration_version(
                caller, registration_id=version.registration.registration_id, **form.cleaned_data
            )
        except Refusal as refusal:
            form.refuse(refusal)
        else:
            messages.success(request, _("The approval was withdrawn."))
            return done(request, "review-detail", version.pk)
    context = {
        "title": _("Withdraw the approval"),
        "crumbs": crumbs(caller, version),
        "consequences": [
            _("The numbers and sender IDs of this registration can no longer send."),
            _("The submitter reads the reason and can submit a new version."),
        ],
        "verb": _("Withdraw approval"),
        "form": form,
        "cancel_url": url_to(caller, "review-detail", version.pk),
    }
    return page(request, "reviews/revoke.html", context, fragment="dialog", status=422 if form.errors else 200)


scoped_urlpatterns = [
    path("reviews/<int:key>/decision/", review_decision, name="review-decision"),
    path("reviews/<int:key>/revoke/", review_revoke, name="review-revoke"),
]
