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
    TEXT_VALUE_MAX,
    Condition,
    Field,
    Resolved,
    registration_types,
)
from registrations.operations.field_checks import problem
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
OF_KIND = {
    kind: [param for param in ALL if registration_types()[param.values[0]].fields[param.values[1]].field_type == kind]
    for kind in (TEXT, SELECT, ATTACHMENT)
}


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


@pytest.mark.parametrize(("name", "path"), OF_KIND[TEXT])
def test_a_text_keeps_its_limits(caller, draft, name, path):
    registration = draft(name)
    field = registration.definition.fields[path]
    longest, shortest = now(registration, path).max_length, field.min_length
    assert longest == min(field.max_length, TEXT_VALUE_MAX)
    filler = "A" if re.fullmatch(field.pattern, "A" * shortest) else field.example[-1]
    for wrong in (field.example + filler * (longest + 1 - len(field.example)), field.example[: shortest - 1]):
        assert refused(caller, registration, path, wrong).reason == "FIELD_VALIDATION_FAILED"
    assert refused(caller, registration, path, wrong_pattern(field)).reason == "FIELD_VALIDATION_FAILED"
    assert not registration.current_version.values.exists()
    put(caller, registration, path, field.example)
    assert registration.current_version.values.get().text_value == field.example


def wrong_pattern(field: Field) -> str:
    """A text of an allowed length that does not have the form."""
    tries = (" " * field.min_length, "not a form " * 2, "é" * field.min_length, "??" * field.min_length)
    return next(
        text
        for text in tries
        if field.min_length <= len(text) <= field.max_length and not re.fullmatch(field.pattern, text)
    )


@pytest.mark.parametrize(("name", "path"), OF_KIND[SELECT])
def test_a_choice_is_one_of_its_choices(caller, draft, name, path):
    registration = draft(name)
    field = registration.definition.fields[path]
    options = [option.option for option in field.options]
    wrong = [["NO_SUCH_CHOICE"], [options[0], options[0]], []]
    wrong += [[options[0].swapcase()]] if options[0].swapcase() not in options else []
    if len(options) > field.max_choices:
        wrong.append(options[: field.max_choices + 1])
    for choices in wrong:
        assert refused(caller, registration, path, choices).reason == "FIELD_VALIDATION_FAILED", choices
    for option in options:
        put(caller, registration, path, [option])
    assert registration.current_version.values.get().select_choices == [options[-1]]


@pytest.mark.parametrize(("name", "path"), OF_KIND[ATTACHMENT])
def test_a_file_has_the_type_and_size_of_its_field(caller, draft, name, path):
    registration = draft(name)
    field = registration.definition.fields[path]
    row = make_attachment(caller)
    put(caller, registration, path, row.registration_attachment_id)
    assert registration.current_version.values.get().registration_attachment_id == row.registration_attachment_id
    for media_type, most in field.max_bytes_by_type.items():
        row.media_type, row.size = media_type, most + 1
        row.save()
        assert refused(caller, registration, path, row.registration_attachment_id).reason == "FIELD_VALIDATION_FAILED"
        row.size = most
        row.save()
        put(caller, registration, path, row.registration_attachment_id)
    row.media_type = "image/bmp"
    row.save()
    assert refused(caller, registration, path, row.registration_attachment_id).reason == "ATTACHMENT_TYPE_NOT_SUPPORTED"


@pytest.mark.parametrize(("name", "path"), ALL)
def test_a_field_takes_no_other_kind_of_value(caller, draft, name, path):
    registration = draft(name)
    kind = registration.definition.fields[path].field_type
    from registrations.operations.field_values import put_registration_field_value

    values = {TEXT: ("text_value", "text"), SELECT: ("select_choices", ["choice"])}
    values[ATTACHMENT] = ("registration_attachment_id", make_attachment(caller).registration_attachment_id)
    named = {"registration_id": registration.registration_id, "field_path": path}
    for other, (member, value) in values.items():
        if other != kind:
            with pytest.raises(Invalid) as refusal:
                put_registration_field_value(caller, **named, **{member: value})
            assert refusal.value.reason == "FIELD_VALIDATION_FAILED"
    with pytest.raises(Invalid) as refusal:
        put_registration_field_value(caller, **named)
    assert refusal.value.reason == "MISSING_PARAMETER"
    with pytest.raises(Invalid) as refusal:
        put_registration_field_value(caller, **named, **dict(values.values()))
    assert refusal.value.reason == "PARAMETERS_CANNOT_BE_USED_TOGETHER"


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
