"""Two people at once, each in a thread and a transaction of their own: one goes on, the other is told why not.

On PostgreSQL both are inside their transactions before either takes its first lock.
"""

import contextlib
import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection

from messaging.errors import Conflict, NotFound, OverQuota, Refusal
from messaging.models import Charge
from registrations.models import (
    Decision,
    Registration,
    RegistrationAttachment,
    RegistrationFieldValue,
    RegistrationStatus,
    ReviewClaim,
    SupportCase,
    VersionStatus,
)
from registrations.operations import decisions, four_eyes, reviews, versions
from registrations.operations.associations import create_registration_association
from registrations.operations.attachments import delete_registration_attachment
from registrations.operations.field_values import put_registration_field_value
from registrations.operations.registrations import delete_registration
from registrations.operations.support_cases import create_support_case
from registrations.operations.support_decisions import decide_support_case
from tests.registrations.forms import (
    BRAND,
    CAMPAIGN,
    SINGAPORE,
    TOLL_FREE,
    by_hand,
    complete,
    decide,
    make_attachment,
    make_registration,
)
from tests.registrations.forms import submit as hand_in

pytestmark = pytest.mark.django_db(transaction=True)
R, V = RegistrationStatus, VersionStatus
CITY = "companyInfo.city"
NO_CITY = {"field_path": CITY, "accepted": False, "reason": "OTHER", "note": "Which city?"}
PATIENCE = 10  # seconds, for a thread that never comes
Call = Callable[[], Any]


def at_once(*calls: Call) -> list[Any]:
    """What each call returned or refused with, all made in the same moment."""
    start, locking = threading.Barrier(len(calls)), threading.Barrier(len(calls))
    results: list[Any] = [None] * len(calls)

    def run(number: int, call: Call) -> None:
        met = False

        def meet(execute: Any, sql: str, *rest: Any) -> Any:
            nonlocal met
            if "FOR UPDATE" in sql and not met:
                met = True
                with contextlib.suppress(threading.BrokenBarrierError):
                    locking.wait(PATIENCE)
            return execute(sql, *rest)

        try:
            start.wait(PATIENCE)
            with connection.execute_wrapper(meet):
                results[number] = call()
        except Exception as error:  # every other failure is shown by the test's assertions
            results[number] = error
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(calls)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


def refusals(results: list[Any]) -> list[Refusal]:
    """The refusals among results; any other exception fails the test."""
    errors = [result for result in results if isinstance(result, Exception)]
    for error in errors:
        if not isinstance(error, Refusal):
            raise error
    return errors


def statuses() -> tuple[str, str]:
    registration = Registration.objects.get()
    return registration.registration_status, registration.current_version.registration_version_status


@pytest.fixture
def ana(caller_as):
    return caller_as("REVIEWER", actor="user:ana")


@pytest.fixture
def ben(caller_as):
    return caller_as("REVIEWER", actor="user:ben")


@pytest.fixture
def draft(caller):
    by_hand(caller, SINGAPORE, BRAND, TOLL_FREE)
    return make_registration(caller, SINGAPORE)


@pytest.fixture
def submitted(caller, draft):
    hand_in(caller, draft)
    return draft


def named(registration: Registration) -> dict[str, Any]:
    return {"registration_id": registration.registration_id}


def version_of(registration: Registration) -> dict[str, Any]:
    return {**named(registration), "version_number": registration.current_version_number}


def test_two_reviewers_decide(ana, ben, submitted):
    """One approves, one returns it: it is decided once, as the quicker one said."""
    yes, no = at_once(
        lambda: decisions.decide_registration_version(ana, **version_of(submitted), verdicts=[]),
        lambda: decisions.decide_registration_version(ben, **version_of(submitted), verdicts=[NO_CITY]),
    )
    (loser,) = refusals([yes, no])
    assert isinstance(loser, Conflict) and loser.reason == "RESOURCE_MODIFICATION_NOT_ALLOWED" and loser.next_step
    decision = Decision.objects.get()
    assert decision.reviewer == ("user:ana" if loser is no else "user:ben")
    assert statuses() == ((R.COMPLETE, V.APPROVED) if loser is no else (R.REQUIRES_UPDATES, V.DENIED))
    version = submitted.versions.get()
    assert list(version.steps.values_list("status", flat=True).order_by("-id"))[:1] == [statuses()[1]]


def test_two_reviewers_claim(ana, ben, submitted):
    results = at_once(
        lambda: reviews.claim_registration_review(ana, **version_of(submitted)),
        lambda: reviews.claim_registration_review(ben, **version_of(submitted)),
    )
    (loser,) = refusals(results)
    winner = ReviewClaim.objects.get().reviewer
    assert isinstance(loser, Conflict) and winner in str(loser) and statuses() == (R.REVIEWING, V.REVIEWING)


def test_two_reviewers_take_the_next(ana, ben, submitted, caller):
    """Each gets one of two; of one, one goes away empty-handed."""
    second = make_registration(caller, BRAND)
    hand_in(caller, second)
    first, other = at_once(lambda: reviews.claim_next_review(ana), lambda: reviews.claim_next_review(ben))
    assert not refusals([first, other]) and first.version_id != other.version_id
    assert ReviewClaim.objects.count() == 2
    reviews.release_review_claim(first.reviewer == "user:ana" and ana or ben, **version_of(submitted))
    reviews.release_review_claim(ben, **version_of(submitted))
    reviews.release_review_claim(ana, **version_of(submitted))
    results = at_once(lambda: reviews.claim_next_review(ana), lambda: reviews.claim_next_review(ben))
    (loser,) = refusals(results)
    assert isinstance(loser, Conflict) and "No registration waits" in str(loser)


def test_a_review_begins_while_the_version_is_discarded(ana, submitted, caller):
    started, discarded = at_once(
        lambda: reviews.claim_registration_review(ana, **version_of(submitted)),
        lambda: versions.discard_registration_version(caller, **named(submitted)),
    )
    (loser,) = refusals([started, discarded])
    assert isinstance(loser, Conflict)
    if loser is discarded:
        assert loser.reason == "DISCARD_REGISTRATION_VERSION_NOT_ALLOWED" and statuses() == (R.REVIEWING, V.REVIEWING)
    else:
        assert loser.reason == "RESOURCE_MODIFICATION_NOT_ALLOWED" and statuses() == (R.CREATED, V.DISCARDED)
        assert not ReviewClaim.objects.exists()


def test_two_submit(caller, ana, caller_as):
    """It is submitted once, and its fee falls due once."""
    by_hand(caller, BRAND)
    brand, colleague = make_registration(caller, BRAND), caller_as("OPERATOR", actor="user:colleague")
    results = at_once(
        lambda: versions.submit_registration_version(caller, **named(brand)),
        lambda: versions.submit_registration_version(colleague, **named(brand)),
    )
    (loser,) = refusals(results)
    assert isinstance(loser, Conflict) and loser.reason == "REGISTRATION_ALREADY_SUBMITTED"
    assert statuses() == (R.SUBMITTED, V.SUBMITTED) and Charge.objects.count() == 1


def test_one_submits_what_another_edits(caller, caller_as, draft):
    """The edit went in before the submission, or not at all."""
    editor = caller_as("OPERATOR", actor="user:editor")
    submitted, edited = at_once(
        lambda: versions.submit_registration_version(caller, **named(draft)),
        lambda: put_registration_field_value(editor, **named(draft), field_path=CITY, text_value="Bedok"),
    )
    lost = refusals([submitted, edited])
    assert statuses() == (R.SUBMITTED, V.SUBMITTED) and not isinstance(submitted, Exception)
    version, city = draft.versions.get(), RegistrationFieldValue.objects.get(field_path=CITY)
    if lost:
        assert [refusal.reason for refusal in lost] == ["EDIT_REGISTRATION_FIELD_VALUES_NOT_ALLOWED"]
    assert (city.text_value == "Bedok") is not bool(lost) and (version.edited_by == "user:editor") is not bool(lost)


def test_one_submits_what_another_deletes(caller, caller_as, draft):
    colleague = caller_as("OPERATOR", actor="user:colleague")
    submitted, deleted = at_once(
        lambda: versions.submit_registration_version(caller, **named(draft)),
        lambda: delete_registration(colleague, **named(draft)),
    )
    (loser,) = refusals([submitted, deleted])
    if loser is deleted:
        assert loser.reason == "RESOURCE_DELETION_NOT_ALLOWED" and statuses() == (R.SUBMITTED, V.SUBMITTED)
    else:
        assert isinstance(loser, NotFound) and not Registration.objects.exists()


@pytest.mark.parametrize("seen", [0, 1])
def test_two_editors_of_one_field(caller, caller_as, draft, seen):
    """Both have seen the same revision (0: no answer yet): the later one is told, and overwrites nothing."""
    path = CITY if seen else "companyInfo.address2"
    other = caller_as("OPERATOR", actor="user:other")
    results = at_once(
        *(
            lambda who=who, text=text: put_registration_field_value(
                who, **named(draft), field_path=path, text_value=text, if_revision=seen
            )
            for who, text in ((caller, "Ours"), (other, "Theirs"))
        )
    )
    (loser,) = refusals(results)
    assert isinstance(loser, Conflict) and loser.reason == "EDIT_REGISTRATION_FIELD_VALUES_NOT_ALLOWED"
    kept = RegistrationFieldValue.objects.get(field_path=path)
    assert kept.text_value == ("Ours" if loser is results[1] else "Theirs") and kept.revision == seen + 1
    assert kept.edited_by in str(loser)


def test_two_editors_through_the_api(caller, caller_as, draft):
    """The API has no revision: the later answer stands, and none is lost half-way."""
    other = caller_as("OPERATOR", actor="user:other")
    results = at_once(
        lambda: put_registration_field_value(caller, **named(draft), field_path=CITY, text_value="Ours"),
        lambda: put_registration_field_value(other, **named(draft), field_path=CITY, text_value="Theirs"),
    )
    assert not refusals(results)
    kept = RegistrationFieldValue.objects.get(field_path=CITY)
    later = max(results, key=lambda result: result.revision)
    assert (kept.revision, kept.text_value) == (3, later.text_value) and {r.revision for r in results} == {2, 3}


def test_two_make_the_next_version(caller, caller_as, submitted):
    decide(caller, submitted, {key: NO_CITY[key] for key in ("field_path", "reason", "note")})
    colleague = caller_as("OPERATOR", actor="user:colleague")
    results = at_once(
        lambda: versions.create_registration_version(caller, **named(submitted)),
        lambda: versions.create_registration_version(colleague, **named(submitted)),
    )
    (loser,) = refusals(results)
    assert isinstance(loser, Conflict) and loser.reason == "CREATE_REGISTRATION_VERSION_NOT_ALLOWED"
    assert submitted.versions.count() == 2 and statuses() == (R.REQUIRES_UPDATES, V.DRAFT)


def test_two_withdraw_an_approval(ana, ben, caller, submitted):
    decide(caller, submitted)
    results = at_once(
        *(
            lambda who=who: decisions.revoke_registration_version(who, **named(submitted), reason="OTHER", note="No.")
            for who in (ana, ben)
        )
    )
    (loser,) = refusals(results)
    assert isinstance(loser, Conflict) and loser.reason == "RESOURCE_MODIFICATION_NOT_ALLOWED"
    assert Decision.objects.filter(outcome="REVOKED").count() == 1 and statuses() == (R.REQUIRES_UPDATES, V.REVOKED)


def test_two_decide_on_a_support_case(ana, ben, caller):
    four_eyes.set_four_eyes(caller, four_eyes=True)
    asked = [{"region": caller.region, "quota": "pools", "new_value": 30}]
    case = create_support_case(caller, flow="quota_increase", answers={}, requests=asked, description="Many brands.")
    results = at_once(
        lambda: decide_support_case(ana, case_id=case.case_id, approved=True, message="Yes."),
        lambda: decide_support_case(ben, case_id=case.case_id, approved=False, message="No."),
    )
    (loser,) = refusals(results)
    assert isinstance(loser, Conflict)
    case.refresh_from_db()
    approved = loser is results[1]
    assert case.status == (SupportCase.Status.APPROVED if approved else SupportCase.Status.REFUSED)
    assert case.decided_by == ("user:ana" if approved else "user:ben") and bool(case.granted) is approved


def test_a_file_is_deleted_while_it_is_answered_with(caller, caller_as, draft):
    registration, file = make_registration(caller, TOLL_FREE, fill=False), make_attachment(caller)
    colleague = caller_as("OPERATOR", actor="user:colleague")
    path = "messagingUseCase.optInImage"
    put, deleted = at_once(
        lambda: put_registration_field_value(
            caller, **named(registration), field_path=path, registration_attachment_id=file.registration_attachment_id
        ),
        lambda: delete_registration_attachment(colleague, registration_attachment_id=file.registration_attachment_id),
    )
    (loser,) = refusals([put, deleted])
    if loser is deleted:
        assert isinstance(loser, Conflict) and loser.reason == "RESOURCE_DELETION_NOT_ALLOWED"
    else:
        assert isinstance(loser, NotFound)
    left = RegistrationAttachment.objects.count()
    assert left == RegistrationFieldValue.objects.filter(field_path=path).count() == (1 if loser is deleted else 0)


def test_two_campaigns_take_the_last_place_under_a_brand(caller, caller_as, owner):
    owner.quotas = {"ten_dlc_campaigns_per_brand": 1}
    owner.save()
    brand, colleague = complete(caller, BRAND), caller_as("OPERATOR", actor="user:colleague")
    first, second = make_registration(caller, CAMPAIGN), make_registration(caller, CAMPAIGN)
    results = at_once(
        lambda: create_registration_association(caller, **named(first), resource_id=brand.registration_id),
        lambda: create_registration_association(colleague, **named(second), resource_id=brand.registration_id),
    )
    (loser,) = refusals(results)
    assert isinstance(loser, OverQuota) and loser.reason == "ASSOCIATIONS_PER_REGISTRATION"
    assert brand.associated_from.count() == 1
