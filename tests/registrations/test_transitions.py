"""Statuses: every action from every pair of statuses, by the table and by the operations.

Two people at once, in threads: test_two_at_once.py.
"""

import itertools

import pytest
from django.db import transaction

from messaging.errors import Conflict, NotFound
from registrations.definitions import registration_types
from registrations.models import (
    IN_REVIEW,
    Registration,
    RegistrationStatus,
    RegistrationVersion,
    VersionStatus,
    VersionStep,
)
from registrations.operations import decisions, field_values, moves, registrations, reviews, versions
from registrations.transitions import TRANSITIONS, Action, may
from tests.factories import make_simulator_number
from tests.registrations.forms import (
    FIVE,
    SINGAPORE,
    TOLL_FREE,
    by_hand,
    complete,
    decide,
    make_registration,
    submit,
)

pytestmark = pytest.mark.django_db

R, V = RegistrationStatus, VersionStatus
CITY = "companyInfo.city"

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
    | {(R.CLOSED, V.APPROVED), (R.CLOSED, V.DRAFT), (R.COMPLETE, V.DRAFT), (R.COMPLETE, V.DISCARDED)}
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


# Operations: from which statuses each leads where, written out once more; from all others it refuses with its reason.

DRAFTS = [(R.CREATED, V.DRAFT), (R.REQUIRES_UPDATES, V.DRAFT), (R.COMPLETE, V.DRAFT)]
EDITABLE = (R.CREATED, R.REQUIRES_UPDATES)
STAYS_DRAFT = {pair: pair for pair in DRAFTS}
ALL_IN_REVIEW = [
    (R.SUBMITTED, V.SUBMITTED),
    (R.AWS_REVIEWING, V.AWS_REVIEWING),
    (R.REVIEWING, V.REVIEWING),
    (R.REVIEWING, V.REQUIRES_OFFLINE_REVIEW),
]
HELD = {pair: pair if pair[0] == R.REVIEWING else (R.REVIEWING, V.REVIEWING) for pair in ALL_IN_REVIEW}
NO_CITY = {"field_path": CITY, "accepted": False, "reason": "OTHER", "note": "Which city?"}
GONE = (R.DELETED, None)
NOT_NOW = "RESOURCE_MODIFICATION_NOT_ALLOWED"
NO_EDIT = "EDIT_REGISTRATION_FIELD_VALUES_NOT_ALLOWED"
VERSION = {"version_number": 1}

OPERATIONS = [
    (field_values.put_registration_field_value, {"field_path": CITY, "text_value": "Bedok"}, STAYS_DRAFT, NO_EDIT),
    (field_values.delete_registration_field_value, {"field_path": CITY}, STAYS_DRAFT, NO_EDIT),
    (
        versions.create_registration_version, {},
        {(at, over): (at, V.DRAFT) for at in EDITABLE for over in (V.DENIED, V.DISCARDED, V.REVOKED)},
        "CREATE_REGISTRATION_VERSION_NOT_ALLOWED",
    ),
    (
        versions.submit_registration_version, {},
        dict.fromkeys(DRAFTS, (R.SUBMITTED, V.SUBMITTED)),
        "SUBMIT_REGISTRATION_VERSION_NOT_ALLOWED",
    ),
    (
        versions.discard_registration_version, {},
        {(R.SUBMITTED, V.SUBMITTED): (R.CREATED, V.DISCARDED)},
        "DISCARD_REGISTRATION_VERSION_NOT_ALLOWED",
    ),
    (
        registrations.delete_registration, {},
        {pair: GONE for pair in PAIRS if pair[0] in (R.CREATED, R.REQUIRES_UPDATES, R.COMPLETE, R.CLOSED)},
        "RESOURCE_DELETION_NOT_ALLOWED",
    ),
    (
        decisions.start_registration_review, VERSION,
        dict.fromkeys(ALL_IN_REVIEW[:2], (R.REVIEWING, V.REVIEWING)), NOT_NOW,
    ),
    (
        decisions.decide_registration_version, {**VERSION, "verdicts": []},
        dict.fromkeys(ALL_IN_REVIEW, (R.COMPLETE, V.APPROVED)), NOT_NOW,
    ),
    (
        decisions.decide_registration_version, {**VERSION, "verdicts": [NO_CITY]},
        dict.fromkeys(ALL_IN_REVIEW, (R.REQUIRES_UPDATES, V.DENIED)), NOT_NOW,
    ),
    (
        decisions.require_registration_authentication, VERSION,
        {(R.REVIEWING, V.REVIEWING): (R.REQUIRES_AUTHENTICATION, V.REQUIRES_AUTHENTICATION)}, NOT_NOW,
    ),
    (
        decisions.complete_registration_authentication, {},
        {(R.REQUIRES_AUTHENTICATION, V.REQUIRES_AUTHENTICATION): (R.REVIEWING, V.REVIEWING)}, NOT_NOW,
    ),
    (
        decisions.review_registration_offline, VERSION,
        {(R.REVIEWING, V.REVIEWING): (R.REVIEWING, V.REQUIRES_OFFLINE_REVIEW)}, NOT_NOW,
    ),
    (
        decisions.resume_registration_review, VERSION,
        {(R.REVIEWING, V.REQUIRES_OFFLINE_REVIEW): (R.REVIEWING, V.REVIEWING)}, NOT_NOW,
    ),
    (
        decisions.revoke_registration_version, {"reason": "OTHER", "note": "Another use case."},
        {(R.COMPLETE, V.APPROVED): (R.REQUIRES_UPDATES, V.REVOKED)}, NOT_NOW,
    ),
    (reviews.claim_registration_review, VERSION, HELD, NOT_NOW),
    (reviews.renew_review_claim, VERSION, HELD, NOT_NOW),
    (reviews.save_review_draft, {**VERSION, "verdicts": [NO_CITY]}, HELD, NOT_NOW),
]  # fmt: skip


def test_every_status_is_reached():
    """DELETED is a row that is gone, and an archived version is never the current one: tested below."""
    assert {status for status, _version in REACHABLE} == set(R) - {R.DELETED}
    assert {status for _registration, status in REACHABLE} == set(V) - {V.ARCHIVED}


@pytest.mark.parametrize("call", OPERATIONS, ids=lambda call: call[0].__name__)
def test_operations_do_what_is_documented_and_refuse_everything_else(caller, call):
    operation, given, leads, reason = call
    by_hand(caller, SINGAPORE)
    registration = make_registration(caller, SINGAPORE)
    for before in REACHABLE:
        point = transaction.savepoint()
        placed(caller, *before, registration=Registration.objects.get(pk=registration.pk))
        if before in leads:
            operation(caller, registration_id=registration.registration_id, **given)
        else:
            with pytest.raises(Conflict) as refused:
                operation(caller, registration_id=registration.registration_id, **given)
            already = operation is versions.submit_registration_version and before == (R.SUBMITTED, V.SUBMITTED)
            version = placed_version(registration)
            if already and version.submitted_at:
                assert refused.value.reason == "REGISTRATION_ALREADY_SUBMITTED"
            else:
                assert refused.value.reason == reason, before
            assert refused.value.next_step, before
        row = Registration.objects.filter(pk=registration.pk).first()
        after = (row.registration_status, row.current_version.registration_version_status) if row else GONE
        assert after == leads.get(before, before), before
        transaction.savepoint_rollback(point)


def placed_version(registration):
    return RegistrationVersion.objects.get(registration=registration, version_number=1)


@pytest.mark.parametrize("call", OPERATIONS, ids=lambda call: call[0].__name__)
def test_what_was_deleted_is_not_there(caller, call):
    operation, given, _leads, _reason = call
    registration = registrations.create_registration(caller, registration_type=SINGAPORE)
    registrations.delete_registration(caller, registration_id=registration.registration_id)
    with pytest.raises(NotFound):
        operation(caller, registration_id=registration.registration_id, **given)


@pytest.mark.parametrize("name", FIVE)
def test_a_complete_registration_takes_a_new_version_if_its_type_does(caller, name):
    definition = registration_types()[name]
    registration = registrations.create_registration(caller, registration_type=name)
    for status in V:
        placed(caller, R.COMPLETE, status, registration=registration)
        point = transaction.savepoint()
        if definition.new_version_when_complete and status in (V.APPROVED, V.DENIED, V.DISCARDED):
            versions.create_registration_version(caller, registration_id=registration.registration_id)
        else:
            with pytest.raises(Conflict) as refused:
                versions.create_registration_version(caller, registration_id=registration.registration_id)
            assert refused.value.reason == "CREATE_REGISTRATION_VERSION_NOT_ALLOWED"
        transaction.savepoint_rollback(point)


@pytest.mark.parametrize("status", R)
def test_the_rest_of_the_table(caller, status):
    """What no operation alone does: archiving an older version and closing without a number."""
    for version in V:
        assert may(Action.ARCHIVE, status, version) is (
            status in (R.COMPLETE, R.PROVISIONING) and version == V.APPROVED
        )
        assert may(Action.CLOSE, status, version) is (status in (R.COMPLETE, R.PROVISIONING))
        assert may(Action.DELETE, status, version) is (status in (R.CREATED, R.REQUIRES_UPDATES, R.COMPLETE, R.CLOSED))
        assert not may(Action.CREATE, status, version)


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


def test_a_withdrawn_approval_does_not_come_back_by_discarding(caller):
    registration = complete(caller, SINGAPORE)
    sender_id = registration.associations.get().sender_id
    decisions.revoke_registration_version(
        caller, registration_id=registration.registration_id, reason="OTHER", note="Another company has this name."
    )
    versions.create_registration_version(caller, registration_id=registration.registration_id)
    registration.refresh_from_db()
    submit(caller, registration)
    versions.discard_registration_version(caller, registration_id=registration.registration_id)
    registration.refresh_from_db()
    sender_id.refresh_from_db()
    assert registration.registration_status == R.REQUIRES_UPDATES and not sender_id.registered


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
