"""The review queue: what waits for a reviewer, whose it is, what was decided."""

from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from console.callers import caller_of, url_to
from console.fragments import done
from console.listing import list_page
from console.lists import Empty, ListSpec
from console.review_sheets import company_of
from console.review_words import Age, flags, person
from console.tables import Column
from messaging.caller import Caller
from messaging.errors import Conflict, Text
from messaging.filters import Property, ResourceFilters
from registrations import checks
from registrations.definitions import registration_types
from registrations.models import RegistrationVersion, ReviewClaim, VersionStatus
from registrations.operations.naming import answers_of
from registrations.operations.reviews import Queue, claim_next_review, describe_reviews

HELD_VIEWS = (Queue.MINE, Queue.HELD)
REVIEW_FILTERS = ResourceFilters(
    RegistrationVersion,
    {
        "type": Property(gettext_lazy("Type"), "registration__registration_type", console_only=True),
        "status": Property(
            gettext_lazy("Status"), "registration_version_status", "choice", VersionStatus.choices, console_only=True
        ),
        "submitted": Property(gettext_lazy("Submitted"), "submitted_at", "time", console_only=True),
    },
    search=["registration__registration_id__startswith", "registration__registration_type__icontains"],
)


def type_title(name: str) -> Text:
    """A registration type in words."""
    found = registration_types().get(name)
    return found.title if found else name


def _flags(row: RegistrationVersion) -> str:
    attachments = {value.field_path: value.attachment for value in row.values.all() if value.attachment}
    return flags(checks.run_on_submitted(row.registration.definition, answers_of(row), attachments, company_of(row)))


def _assignee(row: RegistrationVersion) -> str:
    decided_by = getattr(row, "decided_by", "")
    claim = _live_claim(row)
    return person(decided_by or (claim.reviewer if claim else "")) if decided_by or claim else ""


def _live_claim(row: RegistrationVersion) -> ReviewClaim | None:
    """Who holds a version now; a claim that ran out says nothing any more."""
    claim: ReviewClaim | None = getattr(row, "review_claim", None)
    return claim if claim and claim.held_until > datetime.now(UTC) else None


def _held_since(row: RegistrationVersion) -> datetime | None:
    claim = _live_claim(row)
    return claim.claimed_at if claim else None


def _age(row: RegistrationVersion) -> Age:
    return Age.of(row, getattr(row, "decided_at", None))


_STATUS = Column("status", gettext_lazy("Status"), "status", "registration_version_status")


def _spec(view: Queue, title: Text, empty: Empty, *, sort: str = "submitted", flagged: bool = True) -> ListSpec:
    by = gettext_lazy("Assignee") if flagged else gettext_lazy("Decided by")
    age = gettext_lazy("Age") if flagged else gettext_lazy("Time to decision")
    return ListSpec(
        name=f"reviews-{view.value}",
        title=title,
        purpose=gettext_lazy("Registrations that carriers and countries would look at now. You decide for them."),
        url_name=f"review-{view.value}" if view is not Queue.UNASSIGNED else "review-list",
        action="DescribeReviews",
        rows=partial(_rows, view),
        filters=REVIEW_FILTERS,
        detail="review-detail",
        sort=sort,
        columns=(
            Column(
                "type",
                gettext_lazy("Type"),
                "prose",
                lambda row: type_title(row.registration.registration_type),
                sort="registration__registration_type",
            ),
            Column("version", gettext_lazy("Version"), "number", "version_number", sort="version_number"),
            *(() if flagged else (_STATUS,)),
            Column("age", age, value=lambda row: _age(row).words),
            Column(
                "target",
                gettext_lazy("Target"),
                "status",
                lambda row: _age(row).status,
                hidden=not flagged or view in HELD_VIEWS,
            ),
            Column("assignee", by, "words", _assignee),
            *((Column("held", gettext_lazy("Held since"), "time", _held_since),) if view in HELD_VIEWS else ()),
            *(
                (Column("flags", gettext_lazy("Automatic flags"), "prose", _flags, hidden=view in HELD_VIEWS),)
                if flagged
                else ()
            ),
            Column("submitted", gettext_lazy("Submitted"), "time", "submitted_at", sort="submitted_at"),
            Column("account", gettext_lazy("Account"), "words", "registration.owner.account_id"),
            *((replace(_STATUS, hidden=True),) if flagged else ()),
            Column("registration", gettext_lazy("Registration"), "id", "registration.registration_id", hidden=True),
        ),
        search_hint=gettext_lazy("Beginning of a registration ID, or a type"),
        empty=empty,
    )


def _rows(view: Queue, caller: Caller) -> QuerySet[RegistrationVersion]:
    return describe_reviews(caller, view=view)


SPECS = {
    Queue.UNASSIGNED: _spec(
        Queue.UNASSIGNED,
        gettext_lazy("Review queue"),
        Empty(
            gettext_lazy("No registration waits for a reviewer."),
            gettext_lazy("Submitted versions come here, oldest first, unless the simulated reviewer decides on them."),
        ),
    ),
    Queue.MINE: _spec(
        Queue.MINE,
        gettext_lazy("My reviews"),
        Empty(
            gettext_lazy("You hold no review and have begun none."),
            gettext_lazy("A review that you claim stays here until you decide."),
        ),
    ),
    Queue.HELD: _spec(
        Queue.HELD,
        gettext_lazy("Reviews of others"),
        Empty(
            gettext_lazy("No other reviewer holds a registration."),
            gettext_lazy("A claim frees itself half a minute after its reviewer leaves the page."),
        ),
    ),
    Queue.WAITING: _spec(
        Queue.WAITING,
        gettext_lazy("Reviews waiting on the submitter"),
        Empty(
            gettext_lazy("No submitter has to act."),
            gettext_lazy("Returned versions stay here until a corrected one is submitted."),
        ),
        sort="-submitted",
        flagged=False,
    ),
    Queue.DECIDED: _spec(
        Queue.DECIDED,
        gettext_lazy("Decided reviews"),
        Empty(
            gettext_lazy("Nothing has been decided yet."),
            gettext_lazy("Every decision is kept with its reasons, by people and by the simulated reviewer."),
        ),
        sort="-submitted",
        flagged=False,
    ),
}


def tabs(caller: Caller, current: str) -> list[dict[str, Any]]:
    """The views of the queue and the pages beside it, by URL name."""
    entries = [
        ("review-list", _("Unassigned")),
        ("review-mine", _("Mine")),
        ("review-held", _("With others")),
        ("review-waiting", _("Waiting on submitter")),
        ("review-decided", _("Decided")),
        ("review-case-list", _("Support cases")),
        ("review-statistics", _("Statistics")),
        ("review-settings", _("Reviewers")),
    ]
    return [{"label": label, "url": url_to(caller, name), "current": name == current} for name, label in entries]


def _page(view: Queue, request: HttpRequest) -> HttpResponse:
    caller, spec = caller_of(request), SPECS[view]
    context = {"tabs": tabs(caller, spec.url_name)}
    return list_page(request, spec, template="reviews/list.html", context=context)


@require_safe
@never_cache
def review_list(request: HttpRequest) -> HttpResponse:
    return _page(Queue.UNASSIGNED, request)


@require_safe
@never_cache
def review_mine(request: HttpRequest) -> HttpResponse:
    return _page(Queue.MINE, request)


@require_safe
@never_cache
def review_held(request: HttpRequest) -> HttpResponse:
    return _page(Queue.HELD, request)


@require_safe
@never_cache
def review_waiting(request: HttpRequest) -> HttpResponse:
    return _page(Queue.WAITING, request)


@require_safe
@never_cache
def review_decided(request: HttpRequest) -> HttpResponse:
    return _page(Queue.DECIDED, request)


@require_POST
def review_next(request: HttpRequest) -> HttpResponse:
    """Claim the version that has waited longest, and open it."""
    try:
        held = claim_next_review(caller_of(request))
    except Conflict as refusal:
        messages.info(request, f"{refusal} {refusal.next_step}")
        return done(request, "review-list")
    return done(request, "review-detail", held.version.pk)


scoped_urlpatterns = [
    path("reviews/", review_list, name="review-list"),
    path("reviews/mine/", review_mine, name="review-mine"),
    path("reviews/held/", review_held, name="review-held"),
    path("reviews/waiting/", review_waiting, name="review-waiting"),
    path("reviews/decided/", review_decided, name="review-decided"),
    path("reviews/next/", review_next, name="review-next"),
]
