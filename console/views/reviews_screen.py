"""The review screen: fields with their verdicts, evidence, who holds the version. Deciding: reviews_decision.py."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from console.attachments import download
from console.callers import caller_of, url_to
from console.forms.reviews import posted_verdicts
from console.fragments import done, leave, page
from console.numbers import whole
from console.review_sheets import Sheet
from console.review_words import person
from console.views.registration_tabs import own_links
from console.views.reviews import type_title
from messaging.caller import Caller
from messaging.errors import Conflict, Denied, Refusal
from registrations.models import RegistrationVersion, ReviewClaim, VersionStatus
from registrations.operations import decisions, four_eyes
from registrations.operations.attachments import opened
from registrations.operations.review_takeovers import may_take_over
from registrations.operations.reviews import (
    REVIEWABLE,
    Verdicts,
    claim_registration_review,
    release_review_claim,
    renew_review_claim,
    review_named,
    save_review_draft,
)

STEPS = {
    "authentication": decisions.require_registration_authentication,
    "offline": decisions.review_registration_offline,
    "resume": decisions.resume_registration_review,
}


@dataclass(frozen=True, slots=True)
class Standing:
    """What a person can do with a version now. holder is who has it, takeable whether it may be taken from them; newer
    is the version that overtook it.
    """

    reviewable: bool
    own: bool
    barred: bool
    holder: str
    mine: bool
    newer: int = 0
    takeable: bool = False

    @classmethod
    def of(cls, caller: Caller, version: RegistrationVersion) -> "Standing":
        held: ReviewClaim | None = getattr(version, "review_claim", None)
        live = held is not None and held.held_until > datetime.now(UTC)
        current = version.registration.current_version_number
        newer = current if current != version.version_number else 0
        reviewable = version.registration_version_status in REVIEWABLE and not newer
        own = reviewable and four_eyes.are_own(caller, version)
        barred = own and four_eyes.in_force(caller)
        return cls(
            reviewable,
            own,
            barred,
            person(held.reviewer) if held and live else "",
            bool(held and live and held.reviewer == caller.actor),
            newer,
            bool(held and live and reviewable and not barred and may_take_over(caller, held)),
        )

    @property
    def open(self) -> bool:
        """Whether verdicts can be given."""
        return self.reviewable and self.mine and not self.barred

    @property
    def free(self) -> bool:
        return self.reviewable and not self.holder and not self.barred


def addressed(version: RegistrationVersion) -> dict[str, Any]:
    """A version as operations name it."""
    return {"registration_id": version.registration.registration_id, "version_number": version.version_number}


def newest(version: RegistrationVersion) -> RegistrationVersion | None:
    """The submitted version that overtook one, if it was submitted."""
    row = version.registration.versions.filter(
        version_number=version.registration.current_version_number, submitted_at__isnull=False
    ).first()
    return row if row and row.pk != version.pk else None


def crumbs(caller: Caller, version: RegistrationVersion | None = None) -> list[dict[str, Any]]:
    found = [{"label": _("Review queue"), "url": url_to(caller, "review-list")}]
    if version is not None:
        found.append({"label": title_of(version), "url": url_to(caller, "review-detail", version.pk)})
    return found


def title_of(version: RegistrationVersion) -> str:
    return _("%(type)s, version %(number)s") % {
        "type": type_title(version.registration.registration_type),
        "number": version.version_number,
    }


def screen(request: HttpRequest, version: RegistrationVersion, sheet: Sheet, *, error: str = "") -> HttpResponse:
    """The page; with an error, or problems of denials, as 422."""
    caller = caller_of(request)
    standing = Standing.of(caller, version)
    faulty = bool(error) or bool(sheet.given is not None and sheet.problems)
    if faulty:
        for card in sheet.cards:
            card.problem = sheet.problems.get(card.path, "")
    context = {
        "title": title_of(version),
        "crumbs": crumbs(caller),
        "version": version,
        "registration": version.registration,
        "sheet": sheet,
        "standing": standing,
        "links": own_links(caller, version.registration),
        "submitter": person(version.submitted_by),
        "overtaken_by": newest(version) if standing.newer else None,
        "has_errors": faulty,
        "error": error,
        "offline": version.registration_version_status == VersionStatus.REQUIRES_OFFLINE_REVIEW,
        "can_revoke": version.registration_version_status == VersionStatus.APPROVED
        and version.registration.registration_status == "COMPLETE"
        and caller.may("RevokeRegistrationVersion"),
    }
    return page(request, "reviews/detail.html", context, status=422 if faulty else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def review_detail(request: HttpRequest, key: int) -> HttpResponse:
    """The screen. POST keeps the verdicts, accepts what remains of a section, or goes on to the decision."""
    caller = caller_of(request)
    caller.require("DescribeReviews")
    version = review_named(caller, key)
    if request.method != "POST":
        return screen(request, version, Sheet(caller, version))
    section = whole(request.POST.get("section", ""))  # whose fields are accepted, numbered from 1
    try:
        given = posted_verdicts(version.registration.definition, request.POST)
        if section:
            _accept_remaining(Sheet(caller, version, given), section, given)
        save_review_draft(caller, **addressed(version), verdicts=as_list(given))
    except Conflict as refusal:
        return _refused(request, version, refusal)
    if "decide" not in request.POST:
        if not section:
            messages.success(request, _("The draft was saved."))
        return leave(request, url_to(caller, "review-detail", version.pk) + (f"#section-{section}" if section else ""))
    version = review_named(caller, key)
    sheet = Sheet(caller, version, given)
    if sheet.problems:
        return screen(request, version, sheet)
    if sheet.undecided and not sheet.denied:
        words = ngettext(
            "%(count)d field is undecided. Accept it, or deny it with a reason.",
            "%(count)d fields are undecided. Accept them, or deny them with a reason.",
            sheet.undecided,
        )
        return screen(request, version, sheet, error=words % {"count": sheet.undecided})
    return done(request, "review-decision", version.pk)


def _accept_remaining(sheet: Sheet, number: int, given: Verdicts) -> None:
    for part in sheet.parts:
        if part.number == number:
            for card in part.cards:
                if card.path not in sheet.returnable:
                    given.setdefault(card.path, {"accepted": True, "reason": "", "note": ""})


def as_list(given: Verdicts) -> list[dict[str, Any]]:
    """Verdicts as operations take them."""
    return [{"field_path": path, **verdict} for path, verdict in given.items()]


def _refused(request: HttpRequest, version: RegistrationVersion, refusal: Refusal) -> HttpResponse:
    """Somebody was quicker, or there is a newer version: say so on the screen, which links to it."""
    messages.error(request, f"{refusal} {refusal.next_step}".strip())
    return done(request, "review-detail", version.pk)


@require_POST
def review_draft(request: HttpRequest, key: int) -> HttpResponse:
    """What htmx sends while a reviewer works: keeps the draft, answers the counts."""
    caller = caller_of(request)
    caller.require("SaveReviewDraft")
    version = review_named(caller, key)
    given = posted_verdicts(version.registration.definition, request.POST)
    save_review_draft(caller, **addressed(version), verdicts=as_list(given))
    context = {"sheet": Sheet(caller, version, given), "version": version, "saved": True}
    return render(request, "reviews/saved.html", context)


@require_POST
def review_claim(request: HttpRequest, key: int) -> HttpResponse:
    caller = caller_of(request)
    version = review_named(caller, key)
    try:
        claim_registration_review(caller, **addressed(version))
    except Conflict as refusal:
        return _refused(request, version, refusal)
    return done(request, "review-detail", version.pk)


@require_POST
def review_release(request: HttpRequest, key: int) -> HttpResponse:
    caller = caller_of(request)
    version = review_named(caller, key)
    release_review_claim(caller, **addressed(version))
    messages.success(request, _("The review is free for others. Your draft is kept."))
    return done(request, "review-list")


@require_POST
def review_renew(request: HttpRequest, key: int) -> HttpResponse:
    """Every ten seconds while the screen is visible; says so when somebody else has the version by now."""
    caller = caller_of(request)
    caller.require("RenewReviewClaim")
    version = review_named(caller, key)
    lost = ""
    try:
        renew_review_claim(caller, **addressed(version))
    except (Conflict, Denied) as refusal:
        lost = f"{refusal} {refusal.next_step}".strip()
    return render(request, "reviews/claim.html", {"version": version, "lost": lost})


@require_POST
def review_step(request: HttpRequest, key: int) -> HttpResponse:
    """Ask the submitter to authenticate, look at it outside the form, or go on."""
    caller = caller_of(request)
    version = review_named(caller, key)
    step = STEPS.get(request.POST.get("step", ""))
    if step is not None:
        try:
            step(caller, **addressed(version))
        except Conflict as refusal:
            return _refused(request, version, refusal)
        messages.success(request, _("The status of the review was changed."))
    return done(request, "review-detail", version.pk)


@require_safe
def review_attachment(request: HttpRequest, key: int, attachment_id: str) -> HttpResponse:
    """A file of the version, as a download of its checked type; the screen shows pictures among them in place."""
    caller = caller_of(request)
    caller.require("DescribeReviews")
    version = review_named(caller, key)
    uses = version.values.filter(attachment__registration_attachment_id=attachment_id)
    response = download(*opened(caller, attachment_id if uses.exists() else ""))
    response["Cache-Control"] = "private, max-age=300"
    return response


scoped_urlpatterns = [
    path("reviews/<int:key>/", review_detail, name="review-detail"),
    path("reviews/<int:key>/draft/", review_draft, name="review-draft"),
    path("reviews/<int:key>/claim/", review_claim, name="review-claim"),
    path("reviews/<int:key>/release/", review_release, name="review-release"),
    path("reviews/<int:key>/renew/", review_renew, name="review-renew"),
    path("reviews/<int:key>/step/", review_step, name="review-step"),
    path("reviews/<int:key>/files/<str:attachment_id>/", review_attachment, name="review-attachment"),
]
