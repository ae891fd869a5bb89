"""Statuses: every action from every pair of statuses, by the table and by the operations, and two people at once."""

import itertools

import pytest

from messaging.errors import Conflict
from registrations.models import (
    IN_REVIEW,
    Registration,
    RegistrationStatus,
    RegistrationVersion,
    VersionStatus,
    VersionStep,
)
from registrations.operations import decisions, field_values, moves, registrations, versions
from registrations.transitions import TRANSITIONS, Action, may
from tests.factories import make_simulator_number
from tests.registrations.forms import SINGAPORE, TOLL_FREE, by_hand, decide, make_registration, put, submit

pytestmark = pytest.mark.django_db

R, V = RegistrationStatus, VersionStatus

# (action, registration, version) -> (registration, version) afterwards: the documented tables, written out once more.
DOCUMENTED = {
    (Action.EDIT, R.CREATED, V.DRAFT): (R.CREATED, V.DRAFT),
    (Action.EDIT, R.REQUIRES_UPDATES, V.DRAFT): (R.REQUIRES_UPDATES, V.DRAFT),
    (Action.EDIT, R.COMPLETE, V.DRAFT): (R.COMPLETE, V.DRAFT),
    (Action.SUBMIT, R.CREATED, V.DRAFT): (R.SUBMITTED, V.SUBMITTED),
    (Action.SUBMIT, R.REQUIRES_UPDATES, V.DRAFT): (R.SUBMITTED, V.SUBMITTED),
    (Action.SUBMIT, R.COMPLETE, V.DRAFT): (R.SUBMITTED, V.SUBMITTED),
    (Action.START_AWS_REVIEW, R.SUBMITTED, V.SUBMITTED): (R.AWS_REVIEWING, V.AWS_REVIEWING),
    (Action.START_REVIEW, R.SUBMITTED, V.SUBMITTED): (R.REVIEWING, V.REVIEWING),
    (Action.GO_ON_TO_REVIEW, R.AWS_REVIEWING, V.AWS_REVIEWING): (R.REVIEWING, V.REVIEWING),
    (Action.ASK_AUTHENTICATION, R.REVIEWING, V.REVIEWING): (R.REQUIRES_AUTHENTICATION, V.REQUIRES_AUTHENTICATION),
    (Action.AUTHENTICATE, R.REQUIRES_AUTHENTICATION, V.REQUIRES_AUTHENTICATION): (R.REVIEWING, V.REVIEWING),
    (Action.REVIEW_OFFLINE, R.REVIEWING, V.REVIEWING): (R.REVIEWING, V.REQUIRES_OFFLINE_REVIEW),
    (Action.RESUME_REVIEW, R.REVIEWING, V.REQUIRES_OFFLINE_REVIEW): (R.REVIEWING, V.REVIEWING),
    (Action.APPROVE, R.REVIEWING, V.REVIEWING): (R.COMPLETE, V.APPROVED),
    (Action.APPROVE, R.REVIEWING, V.REQUIRES_OFFLINE_REVIEW): (R.COMPLETE, V.APPROVED),
    (Action.PROVISION_LATER, R.REVIEWING, V.REVIEWING): (R.PROVISIONING, V.APPROVED),
    (Action.PROVISION_LATER, R.REVIEWING, V.REQUIRES_OFFLINE_REVIEW): (R.PROVISIONING, V.APPROVED),
    (Action.PROVISIONED, R.PROVISIONING, V.APPROVED): (R.COMPLETE, V.APPROVED),
    (Action.DENY, R.REVIEWING, V.REVIEWING): (R.REQUIRES_UPDATES, V.DENIED),
    (Action.DENY, R.REVIEWING, V.REQUIRES_OFFLINE_REVIEW): (R.REQUIRES_UPDATES, V.DENIED),
    (Action.DISCARD, R.SUBMITTED, V.SUBMITTED): (R.CREATED, V.DISCARDED),
    (Action.REVOKE, R.COMPLETE, V.APPROVED): (R.REQUIRES_UPDATES, V.REVOKED),
}
CHANGES = sorted({action for action, _registration, _version in DOCUMENTED})
PAIRS = list(itertools.product(R, V))
REACHABLE = sorted(
    {*DOCUMENTED.values(), (R.CREATED, V.DRAFT), (R.REQUIRES_UPDATES, V.DRAFT), (R.REQUIRES_UPDATES, V.DISCARDED)}
    | {(R.CLOSED, V.APPROVED)}
)


def placed(caller, registration_status, version_status, registration=None):
    """A registration whose current version is in these statuses, however it came there."""
    registration = registration or registrations.create_registration(caller, registration_type=SINGAPORE)
    version = registration.current_version
    registration.registration_status, version.registration_version_status = registration_status, version_status
    registration.save()
    version.save()
    return registration, version


@pytest.mark.parametrize("action", CHANGES)
def test_each_action_does_what_is_documented_and_nothing_else(caller, action):
    """From each of the 110 pairs of statuses."""
    registration = registrations.create_registration(caller, registration_type=SINGAPORE)
    for before in PAIRS:
        placed(caller, *before, registration=registration)
        registration = Registration.objects.get(pk=registration.pk)
        version = registration.current_version
        wanted = DOCUMENTED.get((action, *before))
        assert may(action, *before) is (wanted is not None)
        if wanted:
            moves.move(action, registration, version, actor="user:ana")
        else:
            with pytest.raises(Conflict) as refused:
                moves.move(action, registration, version, actor="user:ana")
            assert refused.value.reason and refused.value.next_step
        registration = Registration.objects.get(pk=registration.pk)
        version = registration.current_version
        after = (registration.registration_status, version.registration_version_status)
        assert after == (wanted or before), (action, before)
        step = version.steps.last()
        assert (step.actor == "user:ana") is bool(wanted)
        VersionStep.objects.filter(actor="user:ana").delete()


def test_every_action_is_in_the_table():
    assert set(TRANSITIONS) == set(Action)
    elsewhere = {Action.CREATE, Action.NEW_VERSION, Action.NEW_VERSION_OF_COMPLETE, Action.ARCHIVE, Action.CLOSE}
    assert set(Action) == set(CHANGES) | elsewhere | {Action.DELETE}


# operation -> (how to call it, its action, the reason of its refusal)
CALLS = {
    "put_registration_field_value": (
        lambda caller, registration: put(caller, registration, "companyInfo.city", "Singapore"),
        Action.EDIT,
        "EDIT_REGISTRATION_FIELD_VALUES_NOT_ALLOWED",
    ),
    "delete_registration_field_value": (
        lambda caller, registration: field_values.delete_registration_field_value(
            caller, registration_id=registration.registration_id, field_path="companyInfo.city"
        ),
        Action.EDIT,
        "EDIT_REGISTRATION_FIELD_VALUES_NOT_ALLOWED",
    ),
    "create_registration_version": (
        lambda caller, registration: versions.create_registration_version(
            caller, registration_id=registration.registration_id
        ),
        Action.NEW_VERSION,
        "CREATE_REGISTRATION_VERSION_NOT_ALLOWED",
    ),
    "submit_registration_version": (
        lambda caller, registration: submit(caller, registration),
        Action.SUBMIT,
        "SUBMIT_REGISTRATION_VERSION_NOT_ALLOWED",
    ),
    "discard_registration_version": (
        lambda caller, registration: versions.discard_registration_version(
            caller, registration_id=registration.registration_id
        ),
        Action.DISCARD,
        "DISCARD_REGISTRATION_VERSION_NOT_ALLOWED",
    ),
    "delete_registration": (
        lambda caller, registration: registrations.delete_registration(
            caller, registration_id=registration.registration_id
        ),
        Action.DELETE,
        "RESOURCE_DELETION_NOT_ALLOWED",
    ),
    "decide_registration_version": (
        lambda caller, registration: decide(caller, registration),
        Action.APPROVE,
        "RESOURCE_MODIFICATION_NOT_ALLOWED",
    ),
    "start_registration_review": (
        lambda caller, registration: decisions.start_registration_review(
            caller, registration_id=registration.registration_id, version_number=1
        ),
        Action.START_REVIEW,
        "RESOURCE_MODIFICATION_NOT_ALLOWED",
    ),
    "require_registration_authentication": (
        lambda caller, registration: decisions.require_registration_authentication(
            caller, registration_id=registration.registration_id, version_number=1
        ),
        Action.ASK_AUTHENTICATION,
        "RESOURCE_MODIFICATION_NOT_ALLOWED",
    ),
    "complete_registration_authentication": (
        lambda caller, registration: decisions.complete_registration_authentication(
            caller, registration_id=registration.registration_id
        ),
        Action.AUTHENTICATE,
        "RESOURCE_MODIFICATION_NOT_ALLOWED",
    ),
    "review_registration_offline": (
        lambda caller, registration: decisions.review_registration_offline(
            caller, registration_id=registration.registration_id, version_number=1
        ),
        Action.REVIEW_OFFLINE,
        "RESOURCE_MODIFICATION_NOT_ALLOWED",
    ),
    "resume_registration_review": (
        lambda caller, registration: decisions.resume_registration_review(
            caller, registration_id=registration.registration_id, version_number=1
        ),
        Action.RESUME_REVIEW,
        "RESOURCE_MODIFICATION_NOT_ALLOWED",
    ),
    "revoke_registration_version": (
        lambda caller, registration: decisions.revoke_registration_version(
            caller, registration_id=registration.registration_id, reason="OTHER", note="Another use case."
        ),
        Action.REVOKE,
        "RESOURCE_MODIFICATION_NOT_ALLOWED",
    ),
}
# A decision starts the review that nobody has started.
ALSO = {
    "decide_registration_version": {(R.SUBMITTED, V.SUBMITTED), (R.AWS_REVIEWING, V.AWS_REVIEWING)},
    "start_registration_review": {(R.AWS_REVIEWING, V.AWS_REVIEWING)},
}


@pytest.mark.parametrize("name", CALLS)
def test_operations_refuse_wherever_the_table_does(caller, name):
    call, action, reason = CALLS[name]
    registration = make_registration(caller, SINGAPORE)
    for before in REACHABLE:
        if may(action, *before) or before in ALSO.get(name, ()):
            continue
        placed(caller, *before, registration=registration)
        with pytest.raises(Conflict) as refused:
            call(caller, registration)
        already = name == "submit_registration_version" and before[0] == R.SUBMITTED
        assert refused.value.reason in (reason, *(["REGISTRATION_ALREADY_SUBMITTED"] if already else []))
        registration = Registration.objects.get(pk=registration.pk)
        found = (registration.registration_status, registration.current_version.registration_version_status)
        assert found == before


def test_two_who_move_at_once(caller):
    """Both have read the same state: one goes on, the other is refused, and it happened once."""
    by_hand(caller, SINGAPORE)
    registration = make_registration(caller, SINGAPORE)
    submit(caller, registration)
    first = Registration.objects.get(pk=registration.pk)
    second = Registration.objects.get(pk=registration.pk)
    one, two = first.current_version, second.current_version
    moves.move(Action.START_REVIEW, first, one, actor="user:reviewer")
    with pytest.raises(Conflict):
        moves.move(Action.DISCARD, second, two, actor="user:ana")
    steps = list(one.steps.values_list("status", "registration_status", "actor"))
    assert steps[-1] == ("REVIEWING", "REVIEWING", "user:reviewer") and len(steps) == 3


def test_two_who_decide_at_once(caller, caller_as):
    registration = make_registration(caller, SINGAPORE)
    submit(caller, registration)
    decisions.start_registration_review(caller, registration_id=registration.registration_id, version_number=1)
    registration = Registration.objects.get(pk=registration.pk)
    stale = Registration.objects.get(pk=registration.pk)
    stale_version = stale.current_version
    decide(caller, registration)
    denial = [{"field_path": "", "accepted": False, "reason": "OTHER", "note": "Too late."}]
    with pytest.raises(Conflict):
        decisions.conclude(stale, stale_version, verdicts=denial, reviewer="user:slow")
    registration.refresh_from_db()
    assert registration.registration_status == R.COMPLETE
    assert registration.current_version.decisions.count() == 1


def test_a_registration_has_one_open_version(caller):
    """The database holds it, should two make a version in the same moment."""
    from django.db import IntegrityError, transaction

    registration = registrations.create_registration(caller, registration_type=SINGAPORE)
    for status in (V.DRAFT, *IN_REVIEW):
        with pytest.raises(IntegrityError), transaction.atomic():
            RegistrationVersion.objects.create(
                registration=registration, version_number=2, registration_version_status=status
            )


def test_discarding_leads_back_to_where_it_came_from(caller):
    by_hand(caller, SINGAPORE)
    registration = make_registration(caller, SINGAPORE)
    submit(caller, registration)
    versions.discard_registration_version(caller, registration_id=registration.registration_id)
    registration.refresh_from_db()
    assert registration.registration_status == R.CREATED
    versions.create_registration_version(caller, registration_id=registration.registration_id)
    registration.refresh_from_db()
    submit(caller, registration)
    decide(caller, registration, {"field_path": "companyInfo.taxId", "reason": "OTHER", "note": "No such UEN."})
    assert registration.registration_status == R.REQUIRES_UPDATES
    versions.create_registration_version(caller, registration_id=registration.registration_id)
    registration.refresh_from_db()
    submit(caller, registration)
    versions.discard_registration_version(caller, registration_id=registration.registration_id)
    registration.refresh_from_db()
    assert registration.registration_status == R.REQUIRES_UPDATES
    assert [v.registration_version_status for v in registration.versions.order_by("version_number")] == [
        V.DISCARDED,
        V.DENIED,
        V.DISCARDED,
    ]


def test_a_released_number_closes_its_registration(caller):
    from messaging.operations.phone_numbers import release_phone_number
    from tests.registrations.forms import associate

    number = make_simulator_number(caller, number_type="TOLL_FREE")
    registration = make_registration(caller, TOLL_FREE)
    associate(caller, registration, number)
    submit(caller, registration)
    decide(caller, registration)
    with pytest.raises(Conflict) as refused:
        registrations.delete_registration(caller, registration_id=registration.registration_id)
    assert refused.value.reason == "RESOURCE_NOT_EMPTY"
    release_phone_number(caller, phone_number_id=number.phone_number_id)
    registration.refresh_from_db()
    assert registration.registration_status == R.CLOSED
    gone = registrations.delete_registration(caller, registration_id=registration.registration_id)
    assert gone.registration_status == R.DELETED and not Registration.objects.exists()
