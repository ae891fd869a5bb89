"""The work before a decision: queue, claims, drafts, and what stands accepted at the start."""

from datetime import UTC, datetime, timedelta

import pytest

from messaging.errors import Conflict, Denied, Invalid
from messaging.models import Activity, Notification
from registrations import differences
from registrations.models import Registration, RegistrationVersion, ReviewClaim, ReviewDraft
from registrations.operations import decisions, four_eyes, reviews, versions
from registrations.operations.naming import answers_of
from registrations.operations.review_takeovers import STALE, take_over_review
from registrations.operations.reviews import Queue
from tests.registrations.forms import BRAND, SINGAPORE, by_hand, decide, make_registration, put, submit

pytestmark = pytest.mark.django_db
CITY = "companyInfo.city"


@pytest.fixture
def submitted(caller):
    """A registration in the queue, decided by people only."""
    by_hand(caller, SINGAPORE, BRAND)
    registration = make_registration(caller, SINGAPORE)
    submit(caller, registration)
    return registration


@pytest.fixture
def reviewer(caller_as):
    return caller_as("REVIEWER", actor="user:rev")


def named(registration):
    return {"registration_id": registration.registration_id, "version_number": registration.current_version_number}


def in_view(caller, view):
    return [row.registration.registration_id for row in reviews.describe_reviews(caller, view=view)]


def let_go(registration):
    past = datetime.now(UTC) - timedelta(seconds=1)
    ReviewClaim.objects.filter(version__registration=registration).update(held_until=past)


def test_a_version_moves_through_the_views(submitted, reviewer, caller):
    mine = [submitted.registration_id]
    assert in_view(reviewer, Queue.UNASSIGNED) == mine
    reviews.claim_registration_review(reviewer, **named(submitted))
    assert (in_view(reviewer, Queue.UNASSIGNED), in_view(reviewer, Queue.MINE)) == ([], mine)
    assert (in_view(caller, Queue.MINE), in_view(caller, Queue.HELD), in_view(reviewer, Queue.HELD)) == ([], mine, [])
    decide(reviewer, submitted, {"field_path": CITY, "reason": "OTHER", "note": "Not a city."})
    assert (in_view(reviewer, Queue.WAITING), in_view(reviewer, Queue.DECIDED)) == (mine, mine)
    row = reviews.describe_reviews(reviewer, view=Queue.DECIDED).get()
    assert row.decided_by == "user:rev" and row.decided_at
    versions.create_registration_version(caller, registration_id=submitted.registration_id)
    assert in_view(reviewer, Queue.WAITING) == mine  # a draft of the correction is still the submitter's turn


def test_a_version_that_waits_for_authentication(submitted, reviewer):
    reviews.claim_registration_review(reviewer, **named(submitted))
    decisions.require_registration_authentication(reviewer, **named(submitted))
    assert in_view(reviewer, Queue.WAITING) == [submitted.registration_id]
    with pytest.raises(Conflict):
        reviews.renew_review_claim(reviewer, **named(submitted))


def test_what_a_row_of_the_queue_costs(submitted, caller, reviewer, django_assert_num_queries):
    submit(caller, make_registration(caller, BRAND))
    with django_assert_num_queries(3):  # no associated companies: versions, values, associations
        rows = list(reviews.describe_reviews(reviewer, view=Queue.UNASSIGNED))
        assert [bool(answers_of(row)) for row in rows] == [True, True]


# Claims


def test_a_claim_starts_the_review_and_keeps_others_away(submitted, reviewer, caller_as):
    other = caller_as("REVIEWER", actor="user:other")
    held = reviews.claim_registration_review(reviewer, **named(submitted))
    submitted.refresh_from_db()
    assert submitted.registration_status == "REVIEWING"
    assert timedelta(seconds=20) < held.held_until - datetime.now(UTC) <= reviews.HELD
    for operation in (reviews.claim_registration_review, reviews.renew_review_claim):
        with pytest.raises(Conflict, match="user:rev"):
            operation(other, **named(submitted))
    with pytest.raises(Conflict):
        reviews.save_review_draft(other, **named(submitted), verdicts=[])


def test_a_claim_is_renewed_frees_itself_and_is_given_back(submitted, reviewer, caller_as):
    other = caller_as("REVIEWER", actor="user:other")
    reviews.claim_registration_review(reviewer, **named(submitted))
    soon = datetime.now(UTC) + timedelta(seconds=2)
    ReviewClaim.objects.update(held_until=soon)
    assert reviews.renew_review_claim(reviewer, **named(submitted)).held_until > soon
    let_go(submitted)
    reviews.claim_registration_review(other, **named(submitted))
    with pytest.raises(Conflict, match="user:other"):
        reviews.renew_review_claim(reviewer, **named(submitted))
    reviews.release_review_claim(reviewer, **named(submitted))  # not theirs: stays
    assert ReviewClaim.objects.get().reviewer == "user:other"
    reviews.release_review_claim(other, **named(submitted))
    assert reviews.renew_review_claim(reviewer, **named(submitted)).reviewer == "user:rev"
    assert not Activity.objects.filter(operation__in=["RenewReviewClaim", "ReleaseReviewClaim"], refused="").exists()


def test_next_is_the_oldest_that_is_free_and_not_ones_own(submitted, caller, caller_as, clock):
    four_eyes.set_four_eyes(caller, four_eyes=True)
    reviewer, own = caller_as("REVIEWER", actor="user:rev"), caller_as("ADMINISTRATOR", actor="user:own")
    clock.advance(hours=1)
    second = make_registration(own, BRAND)
    submit(own, second)
    first = RegistrationVersion.objects.get(registration=submitted)
    RegistrationVersion.objects.filter(pk=first.pk).update(submitted_at=clock.now() - timedelta(days=1))
    assert reviews.claim_next_review(reviewer).version == first
    with pytest.raises(Conflict, match="No registration waits"):
        reviews.claim_next_review(own)
    assert reviews.claim_next_review(reviewer).version.registration == second
    let_go(submitted)
    assert reviews.claim_next_review(own).version == first


def test_nobody_claims_their_own(submitted, caller):
    four_eyes.set_four_eyes(caller, four_eyes=True)
    with pytest.raises(Denied):
        reviews.claim_registration_review(caller, **named(submitted))
    assert Registration.objects.get().registration_status == "SUBMITTED"


def test_a_version_that_was_overtaken_or_decided_cannot_be_claimed(submitted, reviewer, caller):
    old = named(submitted)
    decide(reviewer, submitted, {"field_path": CITY, "reason": "OTHER", "note": "Not a city."})
    with pytest.raises(Conflict, match="Denied"):
        reviews.claim_registration_review(reviewer, **old)
    versions.create_registration_version(caller, registration_id=submitted.registration_id)
    with pytest.raises(Conflict, match="version 2"):
        reviews.claim_registration_review(reviewer, **old)


def test_a_hold_that_has_gone_stale_is_taken_over_for_a_reason(submitted, reviewer, caller, caller_as):
    other = caller_as("REVIEWER", actor="user:other")
    reviews.claim_registration_review(reviewer, **named(submitted))
    reviews.save_review_draft(reviewer, **named(submitted), verdicts=[{"field_path": CITY, "accepted": True}])
    with pytest.raises(Conflict, match="less than 15 minutes"):
        take_over_review(other, **named(submitted), reason="They are on leave.")
    with pytest.raises(Invalid):
        take_over_review(caller, **named(submitted), reason="  ")
    assert take_over_review(caller, **named(submitted), reason="They are on leave.").reviewer == caller.actor
    note = Notification.objects.get(recipient="user:rev")
    assert note.values["reason"] == "They are on leave." and note.values["who"] == "tester"
    assert Activity.objects.get(operation="TakeOverReview", refused="").parameters["reason"] == "They are on leave."
    with pytest.raises(Conflict, match="user:tester"):
        reviews.renew_review_claim(reviewer, **named(submitted))
    ReviewClaim.objects.update(claimed_at=datetime.now(UTC) - STALE)
    assert take_over_review(other, **named(submitted), reason="Nobody is there.").reviewer == "user:other"
    assert ReviewDraft.objects.get().reviewer == "user:rev"
    assert take_over_review(other, **named(submitted), reason="").reviewer == "user:other"  # one's own: nothing happens


def test_nobody_takes_over_their_own(submitted, caller, caller_as):
    reviews.claim_registration_review(caller_as("REVIEWER", actor="user:rev"), **named(submitted))
    four_eyes.set_four_eyes(caller, four_eyes=True)
    with pytest.raises(Denied):
        take_over_review(caller, **named(submitted), reason="I am in a hurry.")
    assert ReviewClaim.objects.get().reviewer == "user:rev"


# Drafts


def test_a_draft_is_kept_until_the_decision(submitted, reviewer):
    denied = {"field_path": CITY, "accepted": False, "reason": "", "note": "  Which? "}
    reviews.save_review_draft(reviewer, **named(submitted), verdicts=[denied], feedback="Almost.")
    reviews.save_review_draft(reviewer, **named(submitted), verdicts=[denied])
    draft = ReviewDraft.objects.get()
    assert draft.verdicts == {CITY: {"accepted": False, "reason": "", "note": "Which?"}}
    assert (draft.feedback, draft.reviewer) == ("Almost.", "user:rev")
    let_go(submitted)
    assert in_view(reviewer, Queue.MINE) == [submitted.registration_id]
    decide(reviewer, submitted)
    assert not ReviewDraft.objects.exists()


def test_a_draft_names_fields_of_the_form(submitted, reviewer):
    with pytest.raises(Invalid):
        reviews.save_review_draft(reviewer, **named(submitted), verdicts=[{"field_path": "no.such", "accepted": True}])


def test_what_stands_accepted_at_the_start(submitted, reviewer, caller):
    verdicts = [{"field_path": path, "accepted": True} for path in ("companyInfo.taxId", "companyInfo.companyName")]
    decisions.decide_registration_version(
        reviewer,
        **named(submitted),
        verdicts=[*verdicts, {"field_path": CITY, "accepted": False, "reason": "OTHER", "note": "Which?"}],
    )
    versions.create_registration_version(caller, registration_id=submitted.registration_id)
    submitted.refresh_from_db()
    put(caller, submitted, CITY, "Singapore City")
    put(caller, submitted, "companyInfo.companyName", "Another Pte Ltd")
    version = submit(caller, submitted)
    before = reviews.last_decision_before(version, reviews.decisions_around(version, 5)).version
    assert before.version_number == 1
    started = reviews.starting_verdicts(
        version, answers_of(version), answers_of(before), frozenset({"companyInfo.taxId", "companyInfo.companyName"})
    )
    assert "companyInfo.taxId" in started  # accepted then, unchanged since
    assert not {CITY, "companyInfo.companyName"} & set(started)  # denied then; changed since
    assert reviews.WHOLE in started


@pytest.mark.parametrize("action", sorted([
    "DescribeReviews", "ClaimRegistrationReview", "ClaimNextReview", "RenewReviewClaim", "ReleaseReviewClaim",
    "SaveReviewDraft", "StartRegistrationReview", "DecideRegistrationVersion", "RequireRegistrationAuthentication",
    "ReviewRegistrationOffline", "ResumeRegistrationReview", "RevokeRegistrationVersion",
]))  # fmt: skip
def test_reviewing_is_for_reviewers(caller_as, action):
    assert [caller_as(role).may(action) for role in ("VIEWER", "OPERATOR", "REVIEWER", "ADMINISTRATOR")] == [
        False, False, True, True,
    ]  # fmt: skip


# Word diff


def test_words_that_came_and_went():
    found = differences.of_texts("Reply STOP to end.", "Reply STOP or HELP to end!")
    assert [(piece.change.value, piece.text) for piece in found] == [
        ("same", "Reply STOP "), ("added", "or HELP "), ("same", "to end"), ("removed", "."), ("added", "!"),
    ]  # fmt: skip


def test_choices_that_came_and_went():
    found = differences.of_choices(["SMS", "MMS"], ["MMS", "VOICE"])
    assert [(piece.change.value, piece.text) for piece in found] == [
        ("same", "MMS"), ("added", "VOICE"), ("removed", "SMS"),
    ]  # fmt: skip
