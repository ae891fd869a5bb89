"""Every field of every form by boto3: what the service says of it, and that it takes nothing that breaks a limit.

The wizard and the review screen: tests/registrations/test_every_field.py.
"""

from typing import Any

import pytest
from botocore.exceptions import ClientError

from registrations.definitions import TEXT_VALUE_MAX
from registrations.models import RegistrationAttachment, RegistrationFieldValue
from tests.factories import make_simulator_number
from tests.registrations.fields import TOO_LONG, Fact, all_of, facts, must_have, section_titles, triggers
from tests.registrations.forms import BRAND, TOLL_FREE, complete, make_attachment

pytestmark = pytest.mark.django_db(transaction=True)

TYPES = [name for name, sections in facts().items() if sections]
MEMBERS = {"TEXT": "TextValue", "SELECT": "SelectChoices", "ATTACHMENT": "RegistrationAttachmentId"}


def described(boto: Any, name: str) -> dict[str, dict[str, Any]]:
    pages = boto.get_paginator("describe_registration_field_definitions").paginate(
        RegistrationType=name, PaginationConfig={"PageSize": 10}
    )
    return {told["FieldPath"]: told for page in pages for told in page["RegistrationFieldDefinitions"]}


@pytest.mark.parametrize("name", facts())
def test_every_field_is_described(boto, name):
    told_of = described(boto, name)
    assert list(told_of) == [fact.path for fact in all_of(name)]
    sections = boto.describe_registration_section_definitions(RegistrationType=name)["RegistrationSectionDefinitions"]
    assert {s["SectionPath"]: s["DisplayHints"]["Title"] for s in sections} == section_titles(name)
    for fact in all_of(name):
        told = told_of[fact.path]
        assert (told["SectionPath"], told["FieldType"], told["FieldRequirement"]) == (
            fact.section, fact.type, fact.requirement,
        ), fact.path  # fmt: skip
        hints = told["DisplayHints"]
        assert hints["Title"] == fact.label and hints["ShortDescription"].startswith(fact.help.rstrip(".")), fact.path
        assert LIMITS[fact.type](told, hints, fact), (fact.path, told)
        conditions = {
            condition["DependsOnFieldPath"]: condition["Values"]
            for rule in told.get("ConditionalBehavior", {}).get("Rules", ())
            for condition in rule["Conditions"]
            if rule["RuleBehavior"] == "REQUIRED"
        }
        assert conditions == fact.required_when, fact.path


def text_limits(told: dict[str, Any], hints: dict[str, Any], fact: Fact) -> bool:
    limits = {"MinLength": fact.min_length, "MaxLength": fact.max_length, "Pattern": fact.pattern}
    return told["TextValidation"] == limits and bool(hints["TextValidationDescription"] and hints["ExampleTextValue"])


def choice_limits(told: dict[str, Any], hints: dict[str, Any], fact: Fact) -> bool:
    limits = {"MinChoices": fact.min_choices, "MaxChoices": fact.max_choices, "Options": fact.options}
    titles = {option["Option"]: option["Title"] for option in hints["SelectOptionDescriptions"]}
    wanted = {value: title or titles[value] for value, title in fact.given["options"].items()}
    return told["SelectValidation"] == limits and titles == wanted


def file_limits(told: dict[str, Any], hints: dict[str, Any], fact: Fact) -> bool:
    return fact.max_size in hints["LongDescription"]


LIMITS = {"TEXT": text_limits, "SELECT": choice_limits, "ATTACHMENT": file_limits}


@pytest.mark.parametrize("name", TYPES)
def test_nothing_that_breaks_a_limit_is_taken(boto, caller, name):
    registration = boto.create_registration(RegistrationType=name)["RegistrationId"]
    file = make_attachment(caller)
    for fact in all_of(name):
        for fault, value in fact.broken.items():
            if fact.type == "ATTACHMENT":
                RegistrationAttachment.objects.filter(pk=file.pk).update(media_type=value[0], size=value[1])
                value = file.registration_attachment_id
            given = {"RegistrationId": registration, "FieldPath": fact.path, MEMBERS[fact.type]: value}
            with pytest.raises(ClientError) as refused:
                boto.put_registration_field_value(**given)
            answer = refused.value.response
            assert answer["Error"]["Code"] == "ValidationException", (fact.path, fault)
            beyond = fault == TOO_LONG and fact.max_length >= TEXT_VALUE_MAX  # no text in the API may be longer
            reasons = ("INVALID_PARAMETER",) if beyond else ("FIELD_VALIDATION_FAILED", "ATTACHMENT_TYPE_NOT_SUPPORTED")
            assert answer["Reason"] in reasons, (fact.path, fault)
            assert [field["Name"] for field in answer["Fields"]] == [MEMBERS[fact.type]], (fact.path, fault)
            assert all(field["Message"] for field in answer["Fields"])
    assert not RegistrationFieldValue.objects.exists()


@pytest.mark.parametrize("name", TYPES)
def test_a_submission_names_everything_that_is_missing(boto, caller, name):
    """While every condition holds, and nothing else is answered; and without the conditions."""
    registration = boto.create_registration(RegistrationType=name)["RegistrationId"]
    if name == TOLL_FREE:
        number = make_simulator_number(caller, number_type="TOLL_FREE")
        boto.create_registration_association(RegistrationId=registration, ResourceId=number.phone_number_id)
    elif name not in (BRAND, TOLL_FREE) and "CAMPAIGN" in name:
        brand = complete(caller, BRAND)
        boto.create_registration_association(RegistrationId=registration, ResourceId=brand.registration_id)
    always = {fact.path for fact in all_of(name) if fact.requirement == "REQUIRED"}
    assert missing(boto, registration) == always
    for path, choices in triggers(name).items():
        boto.put_registration_field_value(RegistrationId=registration, FieldPath=path, SelectChoices=choices)
    assert missing(boto, registration) == must_have(name) - set(triggers(name))


def missing(boto: Any, registration: str) -> set[str]:
    with pytest.raises(ClientError) as refused:
        boto.submit_registration_version(RegistrationId=registration)
    answer = refused.value.response
    assert (answer["Error"]["Code"], answer["Reason"]) == ("ValidationException", "FIELD_VALIDATION_FAILED")
    return {field["Name"] for field in answer["Fields"]}
