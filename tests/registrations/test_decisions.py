"""Review: verdicts, four eyes, the simulated reviewer, and who may do what."""

from datetime import UTC, datetime, timedelta

import pytest

from messaging.errors import Conflict, Denied, Invalid
from messaging.operations.reset import reset_account
from registrations.models import Decision, Registration, ReviewClaim
from registrations.operations import decisions, four_eyes, versions
from registrations.operations.policies import describe_reviewer_policies, set_reviewer_policy
from registrations.operations.support_policies import describe_support_case_policies, set_support_case_policy
from tests.factories import make_access_key, make_member
from tests.registrations.forms import (
    BRAND,
    FIVE,
    SINGAPORE,
    by_hand,
    decide,
    make_registration,
    put,
    submit,
)

pytestmark = pytest.mark.django_db


# Verdicts


@pytest.mark.parametrize(
    ("verdicts", "reason"),
    [
        ([{"field_path": "no.such", "accepted": True}], "UNKNOWN_REGISTRATION_FIELD"),
        ([{"field_path": "companyInfo.city", "accepted": False}], "INVALID_PARAMETER"),
        ([{"field_path": "companyInfo.city", "accepted": False, "reason": "INVALID_URL"}], "INVALID_PARAMETER"),
        ([{"field_path": "companyInfo.city", "accepted": False, "reason": "OTHER"}], "INVALID_PARAMETER"),
        ([{"field_path": "companyInfo.city", "accepted": True}] * 2, "INVALID_PARAMETER"),
    ],
)
def test_verdicts_that_do_not_fit(caller, verdicts, reason):
    registration = make_registration(caller, SINGAPORE)
    submit(caller, registration)
    with pytest.raises(Invalid) as refused:
        decisions.decide_registration_version(
            caller, registration_id=registration.registration_id, version_number=1, verdicts=verdicts
        )
    assert refused.value.reason == reason and not Decision.objects.exists()


def test_a_decision_on_a_version_that_was_overtaken(caller):
    by_hand(caller, SINGAPORE)
    registration = make_registration(caller, SINGAPORE)
    submit(caller, registration)
    decide(caller, registration, {"field_path": "companyInfo.city", "reason": "OTHER", "note": "Not a city."})
    versions.create_registration_version(caller, registration_id=registration.registration_id)
    with pytest.raises(Conflict) as refused:
        decisions.decide_registration_version(
            caller, registration_id=registration.registration_id, version_number=1, verdicts=[]
        )
    assert "version 2" in str(refused.value)


def test_a_version_in_another_reviewers_hands(caller):
    registration = make_registration(caller, SINGAPORE)
    version = submit(caller, registration)
    wall = datetime.now(UTC)
    claim = ReviewClaim.objects.create(
        version=version, reviewer="user:other", claimed_at=wall, held_until=wall + timedelta(seconds=30)
    )
    with pytest.raises(Conflict):
        decide(caller, registration)
    ReviewClaim.objects.filter(pk=claim.pk).update(held_until=wall - timedelta(seconds=1))
    decide(caller, registration)
    assert not ReviewClaim.objects.exists()


def test_authentication_and_the_look_outside_the_form(caller):
    by_hand(caller, SINGAPORE)
    registration = make_registration(caller, SINGAPORE)
    submit(caller, registration)
    named = {"registration_id": registration.registration_id, "version_number": 1}
    decisions.start_registration_review(caller, **named)
    decisions.require_registration_authentication(caller, **named)
    decisions.complete_registration_authentication(caller, registration_id=registration.registration_id)
    decisions.review_registration_offline(caller, **named)
    decisions.resume_registration_review(caller, **named)
    registration.refresh_from_db()
    decide(caller, registration)
    assert [step.status for step in registration.versions.get().steps.all()] == [
        "DRAFT", "SUBMITTED", "REVIEWING", "REQUIRES_AUTHENTICATION", "REVIEWING", "REQUIRES_OFFLINE_REVIEW",
        "REVIEWING", "APPROVED",
    ]  # fmt: skip
    history = registration.versions.prefetch_related("steps").get().registration_version_status_history
    assert set(history) >= {"draft_timestamp", "submitted_timestamp", "reviewing_timestamp", "approved_timestamp"}


# Four eyes


def test_nobody_decides_on_their_own_once_there_are_two(owner, caller_as):
    author = caller_as("ADMINISTRATOR", actor="user:ana")
    reviewer = caller_as("REVIEWER", actor="user:rev")
    registration = make_registration(author, SINGAPORE)
    submit(author, registration)
    make_member(owner)
    assert not four_eyes.in_force(author)
    make_member(owner, "REVIEWER")
    assert four_eyes.in_force(author)
    for operation in (decide, lambda c, r: decisions.start_registration_review(
        c, registration_id=r.registration_id, version_number=1
    )):  # fmt: skip
        with pytest.raises(Denied):
            operation(author, registration)
    assert decide(reviewer, registration).four_eyes


def test_the_last_editor_does_not_decide_either(caller_as):
    author = caller_as("ADMINISTRATOR", actor="user:ana")
    editor = caller_as("ADMINISTRATOR", actor="user:ed")
    four_eyes.set_four_eyes(author, four_eyes=True)
    registration = make_registration(author, SINGAPORE)
    put(editor, registration, "companyInfo.city", "Singapore")
    submit(author, registration)
    with pytest.raises(Denied):
        decide(editor, registration)
    four_eyes.set_four_eyes(author, four_eyes=False)
    assert decide(editor, registration).four_eyes is False  # and the decision says so


def test_an_access_key_is_the_person_who_made_it(owner, caller_as):
    person = make_member(owner)
    make_member(owner, "REVIEWER")
    key = make_access_key(owner, created_by=person)
    registration = make_registration(caller_as("ADMINISTRATOR", actor=f"key:{key.access_key_id}"), SINGAPORE)
    submit(caller_as("ADMINISTRATOR", actor=f"key:{key.access_key_id}"), registration)
    with pytest.raises(Denied):
        decide(caller_as("ADMINISTRATOR", actor=f"user:{person.get_username()}"), registration)
    assert decide(caller_as("REVIEWER", actor=f"key:{make_access_key(owner).access_key_id}"), registration).four_eyes


# The simulated reviewer


def test_policies_are_listed_with_their_defaults(caller):
    set_reviewer_policy(caller, registration_type=BRAND, mode="MANUAL")
    found = {policy.registration_type: policy.mode for policy in describe_reviewer_policies(caller)}
    assert found == {**dict.fromkeys(FIVE, "AUTOMATIC"), BRAND: "MANUAL"}


def test_by_hand_nothing_happens_by_itself(caller, clock, run_work):
    by_hand(caller, SINGAPORE)
    registration = make_registration(caller, SINGAPORE)
    submit(caller, registration)
    clock.advance(days=365)
    run_work()
    registration.refresh_from_db()
    assert registration.registration_status == "SUBMITTED"
    set_reviewer_policy(caller, registration_type=SINGAPORE, mode="AUTOMATIC")
    run_work()
    registration.refresh_from_db()
    assert registration.registration_status == "COMPLETE"


def test_automatic_takes_the_documented_time(caller, clock, run_work):
    registration = make_registration(caller, BRAND)
    version = submit(caller, registration)
    assert version.expected_at == clock.now() + timedelta(days=2)
    seen = []
    for hours in (1, 4, 42, 2):
        clock.advance(hours=hours)
        run_work()
        registration.refresh_from_db()
        seen.append(registration.registration_status)
    assert seen == ["SUBMITTED", "REVIEWING", "REVIEWING", "COMPLETE"]


def test_the_vendor_looks_first_on_request(caller, clock, run_work):
    registration = make_registration(caller, BRAND)
    versions.submit_registration_version(caller, registration_id=registration.registration_id, aws_review=True)
    seen = []
    for hours in (5, 5, 39):
        clock.advance(hours=hours)
        run_work()
        registration.refresh_from_db()
        seen.append(registration.registration_status)
    assert seen == ["AWS_REVIEWING", "REVIEWING", "COMPLETE"]


def test_a_script_rehearses_a_refusal(caller, run_work):
    denied = [{"field_path": "companyInfo.taxId", "reason": "OTHER", "note": "ACRA does not know it."}]
    script = [{"outcome": "DENY", "denied": denied}, {"outcome": "APPROVE"}]
    set_reviewer_policy(caller, registration_type=SINGAPORE, mode="SCRIPTED", wait_seconds=0, script=script)
    registration = make_registration(caller, SINGAPORE)
    seen = []
    for attempt in (1, 2):
        submit(caller, registration)
        run_work()
        registration.refresh_from_db()
        seen.append(registration.registration_status)
        if attempt == 1:
            assert decisions.denied_fields(registration.current_version)["companyInfo.taxId"].note == denied[0]["note"]
            versions.create_registration_version(caller, registration_id=registration.registration_id)
            registration.refresh_from_db()
    assert seen == ["REQUIRES_UPDATES", "COMPLETE"]


def test_a_version_that_is_taken_back_uses_up_nothing_of_the_script(caller, run_work):
    script = [{"outcome": "DENY", "denied": [{"field_path": "companyInfo.taxId", "reason": "OTHER", "note": "No."}]}]
    set_reviewer_policy(caller, registration_type=SINGAPORE, mode="SCRIPTED", wait_seconds=0, script=script)
    registration = make_registration(caller, SINGAPORE)
    submit(caller, registration)
    versions.discard_registration_version(caller, registration_id=registration.registration_id)
    versions.create_registration_version(caller, registration_id=registration.registration_id)
    registration.refresh_from_db()
    submit(caller, registration)
    run_work()
    registration.refresh_from_db()
    assert registration.registration_status == "REQUIRES_UPDATES"


def test_a_reset_takes_the_policies_with_it(caller):
    set_reviewer_policy(caller, registration_type=SINGAPORE, mode="MANUAL")
    set_support_case_policy(caller, flow="quota_increase", mode="MANUAL")
    reset_account(caller)
    modes = {policy.mode for policy in (*describe_reviewer_policies(caller), *describe_support_case_policies(caller))}
    assert modes == {"AUTOMATIC"}


@pytest.mark.parametrize(
    "options",
    [
        {"mode": "MAYBE"},
        {"mode": "SCRIPTED", "script": [{"outcome": "DENY"}]},
        {"mode": "SCRIPTED", "script": [{"outcome": "APPROVE", "denied": [{"field_path": "companyInfo.city"}]}]},
        {"mode": "SCRIPTED", "script": [{"outcome": "DENY", "denied": [{"field_path": "x.y", "reason": "OTHER"}]}]},
        {"mode": "AUTOMATIC", "score": 101},
        {"mode": "AUTOMATIC", "registration_type": "NO_SUCH_TYPE"},
    ],
)
def test_policies_that_cannot_be_followed(caller, options):
    with pytest.raises(Invalid):
        set_reviewer_policy(caller, **{"registration_type": SINGAPORE, **options})


def test_the_simulated_reviewer_waits_for_a_person(caller, clock, run_work):
    set_reviewer_policy(caller, registration_type=SINGAPORE, mode="AUTOMATIC", wait_seconds=60)
    registration = make_registration(caller, SINGAPORE)
    version = submit(caller, registration)
    wall = datetime.now(UTC)
    ReviewClaim.objects.create(
        version=version, reviewer="user:rev", claimed_at=wall, held_until=wall + timedelta(seconds=30)
    )
    clock.advance(minutes=2)
    run_work()
    assert Registration.objects.get().registration_status == "REVIEWING"
    ReviewClaim.objects.all().delete()
    clock.advance(hours=1, minutes=1)
    run_work()
    assert Registration.objects.get().registration_status == "COMPLETE"


@pytest.mark.parametrize(
    ("role", "action"),
    [
        ("VIEWER", "CreateRegistration"),
        ("REVIEWER", "CreateRegistration"),
        ("REVIEWER", "SubmitRegistrationVersion"),
        ("REVIEWER", "PutRegistrationFieldValue"),
        ("REVIEWER", "RequestPhoneNumber"),
        ("REVIEWER", "SetReviewerPolicy"),
        ("OPERATOR", "DecideRegistrationVersion"),
        ("OPERATOR", "StartRegistrationReview"),
        ("OPERATOR", "RevokeRegistrationVersion"),
        ("OPERATOR", "SetFourEyes"),
        ("VIEWER", "DecideRegistrationVersion"),
    ],
)
def test_who_may_not(caller_as, role, action):
    assert not caller_as(role).may(action)


def test_a_reviewer_may_do_the_whole_review(caller, caller_as):
    reviewer = caller_as("REVIEWER", actor="user:rev")
    registration = make_registration(caller, SINGAPORE)
    submit(caller, registration)
    named = {"registration_id": registration.registration_id, "version_number": 1}
    decisions.start_registration_review(reviewer, **named)
    decisions.review_registration_offline(reviewer, **named)
    decisions.resume_registration_review(reviewer, **named)
    decide(reviewer, registration)
    decisions.revoke_registration_version(
        reviewer, registration_id=registration.registration_id, reason="OTHER", note="Another use."
    )


def test_a_person_who_is_quicker_than_the_simulated_reviewer(caller, clock, run_work, monkeypatch):
    """Both found the version in review: the person's decision stands, and the others of the round are decided."""
    rows = [make_registration(caller, SINGAPORE, senderIdInfo__senderId=f"EXAMPLE{n}") for n in range(2)]
    for row in rows:
        submit(caller, row)
    clock.advance(days=3)
    run_work()
    concluded, quick = decisions.conclude, []

    def late(registration, version, **options):
        if not quick:
            quick.append(registration.pk)
            raise Conflict("Somebody was quicker.")
        return concluded(registration, version, **options)

    monkeypatch.setattr(decisions, "conclude", late)
    clock.advance(days=21)
    run_work()
    statuses = {row.pk: Registration.objects.get(pk=row.pk).registration_status for row in rows}
    assert sorted(statuses.values()) == ["COMPLETE", "REVIEWING"] and statuses[quick[0]] == "REVIEWING"
