"""Registrations by an unmodified boto3 alone, under simulated time: definitions, lists, answers and refusals."""

import pytest
from botocore.exceptions import ClientError

from registrations.definitions import ATTACHMENT, REQUIRED, SELECT, registration_types
from tests import factories
from tests.registrations.forms import BRAND, CAMPAIGN, FIVE, SINGAPORE, TOLL_FREE, VETTING, make_attachment, png

pytestmark = pytest.mark.django_db(transaction=True)


def fill(boto, registration_id, registration_type, **changes):
    """Answer every required field with its example, as a program would that reads the definitions."""
    definition = registration_types()[registration_type]
    answers = {path: (field.example,) for path, field in definition.fields.items()}
    for path, field in definition.fields.items():
        if field.resolve(answers).behavior != REQUIRED and path.replace(".", "__") not in changes:
            continue
        value = changes.get(path.replace(".", "__"), field.example)
        if field.field_type == ATTACHMENT:
            made = boto.create_registration_attachment(AttachmentBody=png())
            given = {"RegistrationAttachmentId": made["RegistrationAttachmentId"]}
        else:
            given = {"SelectChoices": [value]} if field.field_type == SELECT else {"TextValue": value}
        boto.put_registration_field_value(RegistrationId=registration_id, FieldPath=path, **given)


def create(boto, registration_type, **changes):
    made = boto.create_registration(RegistrationType=registration_type)
    fill(boto, made["RegistrationId"], registration_type, **changes)
    return made["RegistrationId"]


def status(boto, registration_id):
    return boto.describe_registrations(RegistrationIds=[registration_id])["Registrations"][0]["RegistrationStatus"]


def test_10dlc_after_the_documented_waits(boto, clock, run_work):
    """Reviewers by default, who look for the published reasons; scripted ones: test_registration_stories.py."""
    brand = create(boto, BRAND)
    campaign = boto.create_registration(RegistrationType=CAMPAIGN)["RegistrationId"]
    with pytest.raises(ClientError) as early:
        boto.create_registration_association(RegistrationId=campaign, ResourceId=brand)
    assert early.value.response["Reason"] == "REGISTRATION_NOT_COMPLETE"
    submitted = boto.submit_registration_version(RegistrationId=brand)
    assert (submitted["RegistrationVersionStatus"], submitted["AwsReview"]) == ("SUBMITTED", False)
    assert submitted["RegistrationVersionStatusHistory"]["SubmittedTimestamp"]
    clock.advance(days=3)
    run_work()
    assert status(boto, brand) == "COMPLETE"
    vetting = boto.create_registration(RegistrationType=VETTING)["RegistrationId"]
    boto.create_registration_association(RegistrationId=vetting, ResourceId=brand)
    boto.submit_registration_version(RegistrationId=vetting)
    clock.advance(days=3)
    run_work()
    scored = boto.describe_registrations(RegistrationIds=[vetting])["Registrations"][0]
    assert scored["RegistrationStatus"] == "COMPLETE" and scored["AdditionalAttributes"] == {"vettingScore": "80"}
    assert boto.create_registration_association(RegistrationId=campaign, ResourceId=brand)["ResourceId"] == brand
    fill(boto, campaign, CAMPAIGN, campaignInfo__optInWorkflow="Users opt in when they create an account with us.")
    boto.submit_registration_version(RegistrationId=campaign)
    clock.advance(days=29)
    run_work()
    assert status(boto, campaign) == "REQUIRES_UPDATES"
    refused = boto.describe_registration_versions(RegistrationId=campaign)["RegistrationVersions"][0]
    assert refused["RegistrationVersionStatus"] == "DENIED"
    assert [entry["Reason"] for entry in refused["DeniedReasons"]] == ["OPT_IN_NOT_COMPLIANT"]
    (value,) = boto.describe_registration_field_values(
        RegistrationId=campaign, FieldPaths=["campaignInfo.optInWorkflow"]
    )["RegistrationFieldValues"]
    assert value["DeniedReason"] == "Opt-in not compliant or not explicit" and value["Feedback"]
    assert boto.create_registration_version(RegistrationId=campaign)["VersionNumber"] == 2
    better = registration_types()[CAMPAIGN].fields["campaignInfo.optInWorkflow"].example
    boto.put_registration_field_value(RegistrationId=campaign, FieldPath="campaignInfo.optInWorkflow", TextValue=better)
    boto.submit_registration_version(RegistrationId=campaign)
    clock.advance(days=29)
    run_work()
    found = boto.describe_registrations(RegistrationIds=[campaign])["Registrations"][0]
    assert (found["RegistrationStatus"], found["ApprovedVersionNumber"], found["LatestDeniedVersionNumber"]) == (
        "COMPLETE",
        2,
        1,
    )
    number = boto.request_phone_number(
        IsoCountryCode="US", MessageType="TRANSACTIONAL", NumberCapabilities=["SMS"], NumberType="TEN_DLC"
    )
    associated = boto.create_registration_association(RegistrationId=campaign, ResourceId=number["PhoneNumberArn"])
    assert associated["PhoneNumber"] == number["PhoneNumber"]
    clock.advance(days=15)
    run_work()
    (active,) = boto.describe_phone_numbers(PhoneNumberIds=[number["PhoneNumberId"]])["PhoneNumbers"]
    assert (active["Status"], active["RegistrationId"]) == ("ACTIVE", campaign)
    assert boto.send_text_message(
        DestinationPhoneNumber=factories.SUCCESS, OriginationIdentity=number["PhoneNumberId"], MessageBody="Hello"
    )["MessageId"]


@pytest.mark.parametrize("name", FIVE)
def test_definitions_are_the_data(boto, name):
    """Every field with its constraint, by pages; every section and association."""
    definition = registration_types()[name]
    pages = boto.get_paginator("describe_registration_field_definitions").paginate(
        RegistrationType=name, PaginationConfig={"PageSize": 7}
    )
    given = {field["FieldPath"]: field for page in pages for field in page["RegistrationFieldDefinitions"]}
    assert list(given) == list(definition.fields)
    for path, field in definition.fields.items():
        told = given[path]
        assert (told["FieldType"], told["FieldRequirement"]) == (field.field_type, field.field_requirement)
        assert told["DisplayHints"]["Title"] == field.title and told["SectionPath"] == field.section_path
        if field.field_type == "TEXT":
            assert told["TextValidation"] == {
                "MinLength": field.min_length,
                "MaxLength": field.max_length,
                "Pattern": field.pattern,
            }
        elif field.field_type == "SELECT":
            assert told["SelectValidation"]["Options"] == [option.option for option in field.options]
            assert told["SelectValidation"]["MaxChoices"] == field.max_choices
        assert ("ConditionalBehavior" in told) is (field.field_requirement == "CONDITIONAL")
    sections = boto.describe_registration_section_definitions(RegistrationType=name)["RegistrationSectionDefinitions"]
    assert [section["SectionPath"] for section in sections] == [s.section_path for s in definition.sections]
    (told,) = boto.describe_registration_type_definitions(RegistrationTypes=[name])["RegistrationTypeDefinitions"]
    assert [a["AssociationBehavior"] for a in told["SupportedAssociations"]] == [
        spec.association_behavior for spec in definition.associations
    ]


def test_lists_by_filter(boto):
    toll_free = boto.create_registration(RegistrationType=TOLL_FREE, Tags=[{"Key": "Name", "Value": "Support line"}])
    boto.create_registration(RegistrationType=BRAND)
    assert toll_free["Tags"] and toll_free["RegistrationArn"].endswith(f"registration/{toll_free['RegistrationId']}")
    assert boto.list_tags_for_resource(ResourceArn=toll_free["RegistrationArn"])["Tags"] == toll_free["Tags"]

    def listed(**asked):
        return [entry["RegistrationType"] for entry in boto.describe_registrations(**asked)["Registrations"]]

    assert listed(Filters=[{"Name": "registration-type", "Values": [BRAND]}]) == [BRAND]
    assert listed(Filters=[{"Name": "registration-status", "Values": ["COMPLETE"]}]) == []
    first = boto.describe_registrations(MaxResults=1)
    assert listed(MaxResults=1, NextToken=first["NextToken"]) == [BRAND]
    types = boto.describe_registration_type_definitions(
        Filters=[{"Name": "supported-association-resource-type", "Values": ["sender-id"]}]
    )["RegistrationTypeDefinitions"]
    assert [entry["RegistrationType"] for entry in types] == [SINGAPORE]


def test_answers_are_put_described_and_deleted(boto):
    registration = boto.create_registration(RegistrationType=TOLL_FREE)["RegistrationId"]
    named = {"RegistrationId": registration, "FieldPath": "companyInfo.city"}
    boto.put_registration_field_value(**named, TextValue="Seattle")
    boto.put_registration_field_value(RegistrationId=registration, FieldPath="contactInfo.firstName", TextValue="Ana")
    values = boto.describe_registration_field_values(RegistrationId=registration, SectionPath="companyInfo")
    assert values["RegistrationFieldValues"] == [{"FieldPath": "companyInfo.city", "TextValue": "Seattle"}]
    assert boto.delete_registration_field_value(**named)["TextValue"] == "Seattle"
    with pytest.raises(ClientError) as gone:
        boto.delete_registration_field_value(**named)
    assert gone.value.response["Reason"] == "REGISTRATION_FIELD_CANNOT_BE_DELETED"
    with pytest.raises(ClientError) as incomplete:
        boto.submit_registration_version(RegistrationId=registration)
    assert incomplete.value.response["Reason"] == "MISSING_PARAMETER"  # the number comes first


def test_faulty_fields_are_named_by_their_paths(boto):
    registration = boto.create_registration(RegistrationType=BRAND)["RegistrationId"]
    with pytest.raises(ClientError) as refused:
        boto.submit_registration_version(RegistrationId=registration)
    assert refused.value.response["Reason"] == "FIELD_VALIDATION_FAILED"
    assert "companyInfo.companyName" in {field["Name"] for field in refused.value.response["Fields"]}


@pytest.mark.parametrize(
    ("operation", "asked", "reason"),
    [
        ("create_registration", {"RegistrationType": "NO_SUCH"}, "UNKNOWN_REGISTRATION_TYPE"),
        (
            "describe_registration_section_definitions",
            {"RegistrationType": BRAND, "SectionPaths": ["none"]},
            "UNKNOWN_REGISTRATION_SECTION",
        ),
        (
            "describe_registration_field_definitions",
            {"RegistrationType": BRAND, "FieldPaths": ["no.field"]},
            "UNKNOWN_REGISTRATION_FIELD",
        ),
        ("describe_registration_type_definitions", {"RegistrationTypes": ["NO_SUCH"]}, "UNKNOWN_REGISTRATION_TYPE"),
        (
            "create_registration_attachment",
            {"AttachmentBody": b"<svg><script/></svg>"},
            "ATTACHMENT_TYPE_NOT_SUPPORTED",
        ),
    ],
)
def test_refusals_in_the_models_words(boto, operation, asked, reason):
    with pytest.raises(ClientError) as refused:
        getattr(boto, operation)(**asked)
    assert refused.value.response["Error"]["Code"] == "ValidationException"
    assert refused.value.response["Reason"] == reason


def test_versions_by_number(boto):
    registration = boto.create_registration(RegistrationType=BRAND)["RegistrationId"]
    (version,) = boto.describe_registration_versions(RegistrationId=registration, VersionNumbers=[1])[
        "RegistrationVersions"
    ]
    assert version["RegistrationVersionStatus"] == "DRAFT" and "DeniedReasons" in version
    with pytest.raises(ClientError) as refused:
        boto.describe_registration_versions(RegistrationId=registration, VersionNumbers=[1, 7])
    assert refused.value.response["Reason"] == "UNKNOWN_REGISTRATION_VERSION"


def test_attachments(boto, caller):
    made = boto.create_registration_attachment(AttachmentBody=png())
    assert made["AttachmentStatus"] == "UPLOAD_COMPLETE"
    listed = boto.describe_registration_attachments(
        Filters=[{"Name": "attachment-status", "Values": ["UPLOAD_COMPLETE"]}]
    )
    assert [entry["RegistrationAttachmentArn"] for entry in listed["RegistrationAttachments"]] == [
        made["RegistrationAttachmentArn"]
    ]
    gone = boto.delete_registration_attachment(RegistrationAttachmentId=made["RegistrationAttachmentArn"])
    assert gone["AttachmentStatus"] == "DELETED"


def test_another_account_sees_nothing(boto, other_owner):
    other = factories.make_caller(other_owner)
    theirs = make_attachment(other)
    with pytest.raises(ClientError) as refused:
        boto.describe_registration_attachments(RegistrationAttachmentIds=[theirs.registration_attachment_id])
    assert refused.value.response["Error"]["Code"] == "ResourceNotFoundException"


def test_what_each_role_may(boto_as, owner):
    from messaging.permissions import Role

    reviewer = boto_as(factories.make_access_key(owner, Role.REVIEWER))
    with pytest.raises(ClientError) as refused:
        reviewer.create_registration(RegistrationType=BRAND)
    assert refused.value.response["Error"]["Code"] == "AccessDeniedException"
    assert reviewer.describe_registrations()["Registrations"] == []
