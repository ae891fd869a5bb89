"""A type that the product does not know, given as a file: forms, conditions, fees, waits, review, API, all by data."""

from collections.abc import Iterator
from datetime import timedelta

import pytest

from console.wire import view
from messaging.errors import Conflict, Invalid
from messaging.models import Charge
from messaging.operations.phone_numbers import request_phone_number
from registrations.definitions import registration_types
from registrations.operations import versions
from registrations.operations.registrations import create_registration, delete_registration
from tests.registrations.forms import associate, by_hand, decide, make_attachment, make_registration, put, submit
from tests.source import ROOT

pytestmark = pytest.mark.django_db

RURITANIA = "ZZ_LONG_CODE_REGISTRATION"


@pytest.fixture(autouse=True)
def _installed(settings) -> Iterator[None]:
    settings.REGISTRATION_TYPE_FOLDERS = [ROOT / "tests" / "data" / "registration_types"]
    yield


@pytest.fixture
def number(caller):
    return request_phone_number(
        caller,
        iso_country_code="GB",
        message_type="TRANSACTIONAL",
        number_capabilities=["VOICE"],
        number_type="LONG_CODE",
    )


def test_the_folder_is_a_setting():
    assert len(registration_types()) == 6 and registration_types()[RURITANIA].title.startswith("Ruritanian")


def test_conditions_require_and_forbid(caller):
    registration = create_registration(caller, registration_type=RURITANIA)
    put(caller, registration, "letter.number", "RP12345")
    put(caller, registration, "letter.kind", ["ROYAL"])
    put(caller, registration, "letter.motto", "Semper")
    found = versions.missing(registration.current_version)
    assert set(found) == {"letter.number", "letter.seal"}
    assert str(found["letter.number"]) == "Royal letters have no number."
    with pytest.raises(Invalid) as refused:
        put(caller, registration, "letter.number", "RP12345")
    assert refused.value.reason == "FIELD_VALIDATION_FAILED"
    put(caller, registration, "letter.seal", make_attachment(caller).registration_attachment_id)
    put(caller, registration, "letter.kind", ["COMMON"])
    assert not versions.missing(registration.current_version)


def test_from_the_form_to_the_approval_and_beyond(caller, number, clock, run_work):
    registration = make_registration(caller, RURITANIA)
    with pytest.raises(Invalid) as refused:
        submit(caller, registration)
    assert refused.value.reason == "MISSING_PARAMETER" and "LONG_CODE" in str(refused.value)
    associate(caller, registration, number)
    version = submit(caller, registration)
    assert version.expected_at - clock.now() == timedelta(days=10)
    clock.advance(days=9, hours=23)
    run_work()
    registration.refresh_from_db()
    assert registration.registration_status == "REVIEWING"
    clock.advance(hours=2)
    run_work()
    registration.refresh_from_db()
    assert registration.registration_status == "COMPLETE"
    by_hand(caller, RURITANIA)
    versions.create_registration_version(caller, registration_id=registration.registration_id)
    registration.refresh_from_db()
    assert registration.registration_status == "COMPLETE"  # the approved version stands meanwhile
    put(caller, registration, "letter.number", "RP99999")
    submit(caller, registration)
    decide(caller, registration)
    assert [v.registration_version_status for v in registration.versions.order_by("version_number")] == [
        "ARCHIVED",
        "APPROVED",
    ]
    assert list(Charge.objects.filter(kind="REGISTRATION").values_list("amount", flat=True)) == [123000, 123000]
    assert delete_registration(caller, registration_id=registration.registration_id).registration_status == "DELETED"


def test_a_royal_letter_pays_every_month(caller, number, clock):
    registration = make_registration(caller, RURITANIA, fill=False, letter__kind=["ROYAL"])
    associate(caller, registration, number)
    assert submit(caller, registration).expected_at - clock.now() == timedelta(days=1)
    decide(caller, registration)
    charged = Charge.objects.filter(about=registration.registration_id).order_by("amount")
    assert [(row.amount, row.monthly) for row in charged] == [(50000, True), (123000, False)]


def test_a_type_that_takes_no_such_number(caller):
    registration = make_registration(caller, RURITANIA)
    from tests.factories import make_simulator_number

    with pytest.raises(Invalid) as refused:
        associate(caller, registration, make_simulator_number(caller))
    assert refused.value.reason == "INVALID_REGISTRATION_ASSOCIATION"


def test_a_refusal_by_hand(caller, number):
    registration = make_registration(caller, RURITANIA)
    associate(caller, registration, number)
    submit(caller, registration)
    decide(caller, registration, {"field_path": "letter.number", "reason": "OTHER", "note": "Not one of ours."})
    assert registration.registration_status == "REQUIRES_UPDATES"
    with pytest.raises(Conflict):
        put(caller, registration, "letter.number", "RP00000")


def test_the_api_tells_of_it(caller):
    asked = {"RegistrationType": RURITANIA}
    fields = view.perform(caller, "DescribeRegistrationFieldDefinitions", _body(asked))["RegistrationFieldDefinitions"]
    seal = next(field for field in fields if field["FieldPath"] == "letter.seal")
    assert seal["ConditionalBehavior"]["Rules"][0]["Conditions"] == [
        {"DependsOnFieldPath": "letter.kind", "Operator": "IN", "Values": ["ROYAL"]},
        {"DependsOnFieldPath": "letter.motto", "Operator": "HAS_VALUE", "Values": []},
    ]
    assert fields[1]["ConditionalBehavior"]["DefaultBehavior"] == "REQUIRED"


def _body(asked: dict[str, object]) -> bytes:
    import json

    return json.dumps(asked).encode()
