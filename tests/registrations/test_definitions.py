"""The registration types as data: what is there, and that each field holds what it says, for all fields at once."""

import re
from typing import Any

import pytest

from console import shapes
from messaging.errors import Invalid
from registrations import definitions
from registrations.definitions import (
    ATTACHMENT,
    CONDITIONAL,
    OPTIONAL,
    REQUIRED,
    SELECT,
    TEXT,
    Condition,
    Field,
    Resolved,
    registration_types,
)
from registrations.models import RegistrationAttachment
from registrations.operations.field_checks import problem
from registrations.operations.field_values import put_registration_field_value
from registrations.operations.versions import submit_registration_version
from registrations.reasons import reasons, reasons_for
from tests.registrations.forms import (
    BRAND,
    CAMPAIGN,
    FIVE,
    SINGAPORE,
    TOLL_FREE,
    VETTING,
    examples,
    make_attachment,
    put,
)
from tests.registrations.forms import make_registration as make

pytestmark = pytest.mark.django_db

FIELDS = {TOLL_FREE: 20, BRAND: 16, VETTING: 0, CAMPAIGN: 28, SINGAPORE: 23}  # registration_types.json, field_count
ALL = [
    pytest.param(name, path, id=f"{name}-{path}")
    for name in FIVE
    for path, field in registration_types()[name].fields.items()
]
WITH_FORM = [name for name in FIVE if name != VETTING]


def test_the_five_types_have_every_field():
    assert {name: len(registration_types()[name].fields) for name in FIVE} == FIELDS


@pytest.mark.parametrize("name", FIVE)
def test_types_fit_the_service_model(name):
    definition = registration_types()[name]
    behaviours = set(shapes.service().shape_for("RegistrationAssociationBehavior").enum)
    endings = set(shapes.service().shape_for("RegistrationDisassociationBehavior").enum)
    for spec in definition.associations:
        assert spec.association_behavior in behaviours and spec.disassociation_behavior in endings
        assert spec.resource_type in shapes.service().shape_for("ResourceType").enum
        assert not spec.created_from or spec.created_from in definition.fields
    assert definition.waits[-1].condition is None  # some wait always holds
    for section in definition.sections:
        assert re.fullmatch(r"[A-Za-z0-9_]{1,100}", section.section_path)
        assert all(field.field_path.startswith(f"{section.section_path}.") for field in section.fields)


@pytest.mark.parametrize(("name", "path"), ALL)
def test_each_field_is_complete(name, path):
    definition = registration_types()[name]
    field = definition.fields[path]
    assert field.field_requirement in (REQUIRED, CONDITIONAL, OPTIONAL)
    assert bool(field.rules) or field.field_requirement != CONDITIONAL
    for rule in field.rules:
        assert rule.why and all(condition.depends_on_field_path in definition.fields for condition in rule.conditions)
    if field.field_type == TEXT:
        assert 0 < field.min_length <= len(field.example) <= field.max_length and field.pattern_words
        assert re.fullmatch(field.pattern, field.example)
    elif field.field_type == SELECT:
        assert field.example in [option.option for option in field.options] and field.max_choices >= 1
    else:
        assert field.max_bytes_by_type and field.size_words


@pytest.fixture
def draft(caller):
    """draft(type) is a registration in which nothing is answered yet."""
    return lambda name: make(caller, name, fill=False)


def now(registration: Any, path: str) -> Resolved:
    return registration.definition.fields[path].resolve({})


def refused(caller, registration, path, value) -> Invalid:
    with pytest.raises(Invalid) as refusal:
        put(caller, registration, path, value)
    assert refusal.value.fields and str(refusal.value)
    return refusal.value


@pytest.mark.parametrize("name", WITH_FORM)
def test_each_field_takes_what_its_data_gives_as_examples(caller, draft, name):
    """And every choice, one after the other. What they refuse: test_every_field.py."""
    registration = draft(name)
    file = make_attachment(caller).registration_attachment_id
    for path, field in registration.definition.fields.items():
        values: list[Any] = [field.example] if field.field_type == TEXT else [file]
        if field.field_type == SELECT:
            values = [[option.option] for option in field.options if option.option in now(registration, path).options]
        for value in values:
            put(caller, registration, path, value)
        kept = registration.current_version.values.get(field_path=path)
        assert list(kept.answer) == (values[-1] if field.field_type == SELECT else [values[-1]])


@pytest.mark.parametrize("name", WITH_FORM)
def test_no_choice_is_given_twice_or_in_other_letters(caller, draft, name):
    registration = draft(name)
    for path, field in registration.definition.fields.items():
        options = [option.option for option in field.options]
        wrong: list[list[str]] = [[options[0], options[0]], []] if options else []
        wrong += [[choice.swapcase()] for choice in options[:1] if choice.swapcase() not in options]
        for choices in wrong:
            assert refused(caller, registration, path, choices).reason == "FIELD_VALIDATION_FAILED", choices


@pytest.mark.parametrize("name", [name for name in WITH_FORM if name != BRAND])
def test_a_file_has_the_size_of_its_type(caller, draft, name):
    registration, row = draft(name), make_attachment(caller)
    fields = [field for field in registration.definition.fields.values() if field.field_type == ATTACHMENT]
    for field in fields:
        for media_type, most in field.max_bytes_by_type.items():
            row.media_type, row.size = media_type, most
            row.save()
            put(caller, registration, field.field_path, row.registration_attachment_id)
            RegistrationAttachment.objects.filter(pk=row.pk).update(size=most + 1)
            error = refused(caller, registration, field.field_path, row.registration_attachment_id)
            assert error.reason == "FIELD_VALIDATION_FAILED"
    assert fields


@pytest.mark.parametrize("name", WITH_FORM)
def test_a_field_takes_no_other_kind_of_value(caller, draft, name):
    registration = draft(name)
    values: dict[str, tuple[str, Any]] = {TEXT: ("text_value", "text"), SELECT: ("select_choices", ["choice"])}
    values[ATTACHMENT] = ("registration_attachment_id", make_attachment(caller).registration_attachment_id)
    wrong: list[tuple[dict[str, Any], str]] = [({}, "MISSING_PARAMETER")]
    wrong.append((dict(values.values()), "PARAMETERS_CANNOT_BE_USED_TOGETHER"))
    for path, field in registration.definition.fields.items():
        others = [{member: value} for kind, (member, value) in values.items() if kind != field.field_type]
        for given, reason in [*wrong, *((other, "FIELD_VALIDATION_FAILED") for other in others)]:
            with pytest.raises(Invalid) as refusal:
                put_registration_field_value(
                    caller, registration_id=registration.registration_id, field_path=path, **given
                )
            assert refusal.value.reason == reason, path


def holding(field: Field) -> dict[str, tuple[str, ...]]:
    """Answers under which the first rule of a field holds."""
    return {c.depends_on_field_path: (c.values[0],) for c in field.rules[0].conditions} if field.rules else {}


@pytest.mark.parametrize(("name", "path"), ALL)
def test_missing_matters_while_its_condition_holds(name, path):
    definition = registration_types()[name]
    field = definition.fields[path]
    missing = problem(field, holding(field))
    assert bool(missing) == (field.field_requirement != OPTIONAL)
    if field.field_requirement == CONDITIONAL:
        assert problem(field, {}) is None
        others = {
            c.depends_on_field_path: tuple(
                o.option for o in definition.fields[c.depends_on_field_path].options if o.option not in c.values
            )[:1]
            for c in field.rules[0].conditions
        }
        assert problem(field, others) is None


@pytest.mark.parametrize("name", [TOLL_FREE, BRAND, CAMPAIGN, SINGAPORE])
def test_a_submission_names_every_missing_field(caller, name):
    """All of them at once, and none that may be empty."""
    from registrations.operations.versions import missing

    registration = make(caller, name, fill=False)
    definition = registration.definition
    assert set(missing(registration.current_version)) == {
        path for path, field in definition.fields.items() if field.field_requirement == REQUIRED
    }
    if definition.associations and definition.associations[0].association_behavior == "ASSOCIATE_BEFORE_SUBMIT":
        return  # refused before its fields are looked at: see test_versions
    with pytest.raises(Invalid) as refusal:
        submit_registration_version(caller, registration_id=registration.registration_id)
    assert refusal.value.reason == "FIELD_VALIDATION_FAILED"
    assert set(refusal.value.fields) == set(missing(registration.current_version))


@pytest.mark.parametrize(
    ("answers", "path", "value", "fits"),
    [
        ({"companyInfo.taxIdIssuingCountry": "US"}, "companyInfo.taxId", "12-3456789", True),
        ({"companyInfo.taxIdIssuingCountry": "US"}, "companyInfo.taxId", "1234567", False),
        ({"companyInfo.taxIdIssuingCountry": "CA"}, "companyInfo.taxId", "1234567", True),
        ({"companyInfo.isoCountryCode": "DE"}, "companyInfo.legalType", ["NON_PROFIT"], False),
        ({"companyInfo.isoCountryCode": "DE"}, "companyInfo.legalType", ["PUBLIC_PROFIT"], True),
        ({"companyInfo.isoCountryCode": "US"}, "companyInfo.legalType", ["GOVERNMENT"], True),
    ],
)
def test_other_answers_narrow_a_brand(caller, answers, path, value, fits):
    registration = make(caller, BRAND, fill=False)
    for other, text in answers.items():
        put(caller, registration, other, text)
    if fits:
        put(caller, registration, path, value)
    else:
        refused(caller, registration, path, value)


def test_a_condition_that_begins_to_hold_later_is_seen_on_submission(caller):
    registration = make(caller, BRAND, companyInfo__taxIdIssuingCountry="CA", companyInfo__taxId="1234567")
    put(caller, registration, "companyInfo.taxIdIssuingCountry", "US")
    with pytest.raises(Invalid) as refusal:
        submit_registration_version(caller, registration_id=registration.registration_id)
    assert set(refusal.value.fields) == {"companyInfo.taxId"}


@pytest.mark.parametrize(
    ("operator", "values", "answer", "holds"),
    [
        ("EQUALS", ("a",), ("a",), True),
        ("EQUALS", ("a",), ("a", "b"), False),
        ("EQUALS", ("a",), (), False),
        ("NOT_EQUALS", ("a",), ("b",), True),
        ("NOT_EQUALS", ("a",), (), False),
        ("IN", ("a", "b"), ("b", "c"), True),
        ("IN", ("a", "b"), ("c",), False),
        ("NOT_IN", ("a",), ("c",), True),
        ("NOT_IN", ("a",), (), False),
        ("HAS_VALUE", (), ("x",), True),
        ("HAS_VALUE", (), (), False),
        ("NO_VALUE", (), (), True),
        ("NO_VALUE", (), ("x",), False),
        ("BETTER_THAN", ("a",), ("a",), False),
    ],
)
def test_operators(operator, values, answer, holds):
    assert Condition("f", operator, values).holds({"f": answer} if answer else {}) is holds


@pytest.mark.parametrize("path", ["campaignInfo.helpMessage", "campaignInfo.stopMessage"])
def test_answers_to_help_and_stop_of_a_campaign(path):
    """ten-dlc-response-length"""
    field = registration_types()[CAMPAIGN].fields[path]
    assert (field.min_length, field.max_length) == (20, 160)


def test_reasons_name_fields_that_exist():
    known = {path for definition in registration_types().values() for path in definition.fields}
    assert len(reasons()) == 28  # 10 for toll-free, 17 for campaigns, and OTHER
    for reason in reasons().values():
        assert set(reason.fields) <= known and reason.cure and reason.documentation_title
        assert set(reason.registration_types) <= set(registration_types())
    assert [reason.id for reason in reasons_for(VETTING)] == ["OTHER"]
    assert len(reasons_for(TOLL_FREE)) == 11 and len(reasons_for(CAMPAIGN)) == 18


def test_a_broken_file_stops_the_start():
    text = (definitions.DATA / "types" / "us_toll_free.json").read_text()
    with pytest.raises(re.error):
        definitions.read(text.replace('"^[A-Z]{2}$"', '"^[A-Z{2}$("'))
    with pytest.raises(KeyError):
        definitions.read(text.replace('"sections"', '"chapters"'))


def test_examples_make_a_whole_form(caller):
    for name in FIVE:
        registration = make(caller, name, fill=False)
        for path, value in examples(caller, registration.definition).items():
            put(caller, registration, path, value)
