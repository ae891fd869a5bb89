"""What registrations do to numbers and sender IDs, what comes first, what there is room for, and what it costs."""

import pytest

from messaging.errors import Conflict, Invalid, NotFound, OverQuota
from messaging.models import CampaignRates, Charge, MonthlyCharge, Notification, PhoneNumber, SenderId
from messaging.operations.phone_numbers import release_phone_number, request_phone_number
from messaging.operations.sender_ids import release_sender_id
from messaging.operations.sending import send_text_message
from registrations.operations import decisions, versions
from registrations.operations.associations import create_registration_association
from registrations.operations.registrations import create_registration, delete_registration
from registrations.throughput import tier_of
from tests.factories import SUCCESS, make_caller, make_sender_id, make_simulator_number
from tests.registrations.forms import (
    BRAND,
    CAMPAIGN,
    SINGAPORE,
    TOLL_FREE,
    VETTING,
    associate,
    by_hand,
    complete,
    decide,
    make_registration,
    put,
    submit,
)

pytestmark = pytest.mark.django_db

OPT_IN = {"field_path": "campaignInfo.optInWorkflow", "reason": "OPT_IN_NOT_COMPLIANT", "note": "Show the box."}


def request(caller, number_type, **options):
    return request_phone_number(
        caller,
        iso_country_code="US",
        message_type="TRANSACTIONAL",
        number_capabilities=["SMS"],
        number_type=number_type,
        **options,
    )


@pytest.fixture
def brand(caller):
    return complete(caller, BRAND)


@pytest.fixture
def campaign(caller, brand):
    """A campaign of the brand, submitted, decided by hand."""
    by_hand(caller, CAMPAIGN)
    row = make_registration(caller, CAMPAIGN)
    associate(caller, row, brand)
    submit(caller, row)
    return row


def test_the_whole_10dlc_story(caller, brand, clock, run_work):
    vetting = make_registration(caller, VETTING)
    associate(caller, vetting, brand)
    submit(caller, vetting)
    decide(caller, vetting, score=80)
    campaign = make_registration(
        caller, CAMPAIGN, campaignInfo__optInWorkflow="Users opt in when they create an account."
    )
    associate(caller, campaign, brand)
    submit(caller, campaign)
    clock.advance(days=29)
    run_work()  # the simulated reviewer finds what the checks find
    campaign.refresh_from_db()
    assert campaign.registration_status == "REQUIRES_UPDATES" and campaign.latest_denied_version_number == 1
    denied = campaign.versions.get().decisions.get()
    assert (denied.mode, denied.reviewer, denied.four_eyes) == ("AUTOMATIC", "system", True)
    assert [(v.field_path, v.reason) for v in denied.verdicts.all()] == [
        ("campaignInfo.optInWorkflow", "OPT_IN_NOT_COMPLIANT")
    ]
    versions.create_registration_version(caller, registration_id=campaign.registration_id)
    campaign.refresh_from_db()
    assert campaign.current_version.values.count() == campaign.versions.get(version_number=1).values.count()
    put(
        caller, campaign, "campaignInfo.optInWorkflow", campaign.definition.fields["campaignInfo.optInWorkflow"].example
    )
    submit(caller, campaign)
    clock.advance(days=29)
    run_work()
    campaign.refresh_from_db()
    assert (campaign.registration_status, campaign.approved_version_number) == ("COMPLETE", 2)
    assert (campaign.message_parts_per_minute, campaign.messages_per_day) == (4500, 200_000)
    rates = CampaignRates.objects.get()
    assert (rates.campaign_id, rates.brand_id, rates.parts_per_minute) == (campaign.name, brand.name, 4500)
    number = request(caller, "TEN_DLC", registration_id=campaign.registration_id)
    assert number.status == "PENDING"
    clock.advance(days=10, minutes=1)
    run_work()
    number.refresh_from_db()
    assert number.status == "ACTIVE" and number.registration_id == campaign.registration_id
    sent = send_text_message(
        caller, destination_phone_number=SUCCESS, message_body="Hello", origination_identity=number.phone_number_id
    )
    assert sent.message_id


def test_a_number_from_before_joins_a_campaign(caller, campaign, clock, run_work):
    number = request(caller, "TEN_DLC")
    clock.advance(days=30)
    run_work()
    number.refresh_from_db()
    assert number.status == "PENDING"  # nothing but a campaign lets it send
    with pytest.raises(Conflict) as refused:
        associate(caller, campaign, number)
    assert refused.value.reason == "REGISTRATION_NOT_COMPLETE"
    decide(caller, campaign)
    found = associate(caller, campaign, number)
    assert (found.resource_id, found.phone_number) == (number.phone_number_id, number.phone_number)
    number.refresh_from_db()
    assert number.status == "ASSOCIATING"
    clock.advance(days=14, minutes=1)
    run_work()
    number.refresh_from_db()
    assert number.status == "ACTIVE"
    with pytest.raises(Conflict) as refused:
        delete_registration(caller, registration_id=campaign.registration_id)
    assert refused.value.reason == "RESOURCE_NOT_EMPTY"
    release_phone_number(caller, phone_number_id=number.phone_number_id)
    campaign.refresh_from_db()
    assert campaign.registration_status == "COMPLETE"  # a campaign stands without numbers
    delete_registration(caller, registration_id=campaign.registration_id)
    assert not CampaignRates.objects.exists()


def test_what_a_number_needs_to_be_requested_for_a_registration(caller, campaign, brand):
    for registration, error, reason in (
        (campaign, Conflict, "REGISTRATION_NOT_COMPLETE"),
        (brand, Invalid, "INVALID_REGISTRATION_ASSOCIATION"),
    ):
        with pytest.raises(error) as refused:
            request(caller, "TEN_DLC", registration_id=registration.registration_id)
        assert refused.value.reason == reason
    with pytest.raises(NotFound):
        request(caller, "TEN_DLC", registration_id="registration-none")
    assert not PhoneNumber.objects.exists()


def test_toll_free(caller):
    by_hand(caller, TOLL_FREE)
    registration = make_registration(caller, TOLL_FREE)
    with pytest.raises(Invalid) as refused:
        submit(caller, registration)
    assert refused.value.reason == "MISSING_PARAMETER" and "TOLL_FREE" in str(refused.value)
    number = request(caller, "TOLL_FREE", registration_id=registration.registration_id)
    submit(caller, registration)
    denial = {"field_path": "messagingUseCase.optInImage", "reason": "COMPLIANT_OPT_IN_MISSING", "note": ""}
    decide(caller, registration, denial, feedback="We see no box.")
    number.refresh_from_db()
    assert number.status == "PENDING"
    versions.create_registration_version(caller, registration_id=registration.registration_id)
    registration.refresh_from_db()
    submit(caller, registration)
    decide(caller, registration)
    number.refresh_from_db()
    assert number.status == "ACTIVE"
    told = [note.words for note in Notification.objects.order_by("id") if note.kind == "REGISTRATION"]
    assert ["requires updates" in told[0], "approved" in told[1]] == [True, True]


def test_singapore(caller, clock, run_work):
    registration = make_registration(caller, SINGAPORE, senderIdInfo__senderId="MYSHOP")
    submit(caller, registration)
    clock.advance(days=22)
    run_work()
    registration.refresh_from_db()
    sender_id = SenderId.objects.get()
    assert registration.registration_status == "COMPLETE"
    assert (sender_id.name, sender_id.registered) == ("MYSHOP/SG", True)
    assert sender_id.registration_id == registration.registration_id
    release_sender_id(caller, sender_id="MYSHOP", iso_country_code="SG")
    registration.refresh_from_db()
    assert registration.registration_status == "CLOSED"


def test_singapore_takes_the_sender_id_that_is_there(caller):
    by_hand(caller, SINGAPORE)
    sender_id = make_sender_id(caller, "EXMPLOUTFIT", "SG")
    registration = make_registration(caller, SINGAPORE)
    assert associate(caller, registration, sender_id).resource_id == "EXMPLOUTFIT"
    submit(caller, registration)
    decide(caller, registration)
    sender_id.refresh_from_db()
    assert sender_id.registered and registration.associations.count() == 1
    delete_registration(caller, registration_id=registration.registration_id)
    sender_id.refresh_from_db()
    assert not sender_id.registered and sender_id.registration_id == ""


def test_provisioning_waits_for_room(caller, owner, clock, run_work):
    owner.quotas = {"sender_ids": 0}
    owner.save()
    registration = make_registration(caller, SINGAPORE)
    submit(caller, registration)
    decide(caller, registration)
    assert registration.registration_status == "PROVISIONING" and not SenderId.objects.exists()
    clock.advance(days=1, minutes=1)
    run_work()
    registration.refresh_from_db()
    assert registration.registration_status == "PROVISIONING"
    owner.quotas = {}
    owner.save()
    clock.advance(days=1, minutes=1)
    run_work()
    registration.refresh_from_db()
    assert registration.registration_status == "COMPLETE" and SenderId.objects.get().registered


def test_revocation_takes_it_back(caller):
    """number.toll_free_one_use_case"""
    registration = make_registration(caller, TOLL_FREE)
    number = request(caller, "TOLL_FREE", registration_id=registration.registration_id)
    submit(caller, registration)
    decide(caller, registration)
    decisions.revoke_registration_version(
        caller, registration_id=registration.registration_id, reason="INVALID_MULTI_NUMBERS", note="Two businesses."
    )
    number.refresh_from_db()
    registration.refresh_from_db()
    assert (number.status, registration.registration_status) == ("PENDING", "REQUIRES_UPDATES")
    versions.create_registration_version(caller, registration_id=registration.registration_id)
    registration.refresh_from_db()
    submit(caller, registration)
    decide(caller, registration)
    number.refresh_from_db()
    assert number.status == "ACTIVE"


def test_a_number_that_is_given_back_during_the_review_leaves_nothing_to_approve(caller):
    registration = make_registration(caller, TOLL_FREE)
    number = request(caller, "TOLL_FREE", registration_id=registration.registration_id)
    submit(caller, registration)
    release_phone_number(caller, phone_number_id=number.phone_number_id)
    decide(caller, registration)
    assert registration.registration_status == "CLOSED"


def test_the_form_names_the_sender_id_that_it_goes_with(caller):
    by_hand(caller, SINGAPORE)
    registration = make_registration(caller, SINGAPORE)
    associate(caller, registration, make_sender_id(caller, "ANOTHER", "SG"))
    with pytest.raises(Invalid) as refused:
        submit(caller, registration)
    assert list(refused.value.fields) == ["senderIdInfo.senderId"]
    put(caller, registration, "senderIdInfo.senderId", "ANOTHER")
    submit(caller, registration)


@pytest.mark.parametrize(("country", "days"), [("US", 2), ("DE", 21)])
def test_a_vetting_takes_as_long_as_the_country_of_its_brand(caller, clock, country, days):
    by_hand(caller, VETTING)
    brand = complete(caller, BRAND, companyInfo__isoCountryCode=country)
    vetting = make_registration(caller, VETTING)
    associate(caller, vetting, brand)
    version = submit(caller, vetting)
    assert (version.expected_at - version.submitted_at).days == days


def test_a_deleted_registration_is_named_by_no_number(caller):
    registration = make_registration(caller, TOLL_FREE)
    number = request(caller, "TOLL_FREE", registration_id=registration.registration_id)
    delete_registration(caller, registration_id=registration.registration_id)
    number.refresh_from_db()
    assert (number.status, number.registration_id) == ("PENDING", "")


def test_what_comes_first_is_explained(caller, brand):
    fresh = make_registration(caller, BRAND)
    campaign = make_registration(caller, CAMPAIGN)
    with pytest.raises(Invalid) as missing:
        submit(caller, campaign)
    assert BRAND in str(missing.value) and missing.value.next_step
    with pytest.raises(Conflict) as refused:
        associate(caller, campaign, fresh)
    assert refused.value.reason == "REGISTRATION_NOT_COMPLETE" and refused.value.resource.id == fresh.registration_id
    with pytest.raises(Invalid) as wrong:
        associate(caller, campaign, make_simulator_number(caller))
    assert wrong.value.reason == "INVALID_REGISTRATION_ASSOCIATION"
    associate(caller, campaign, brand)
    with pytest.raises(Conflict) as twice:
        associate(caller, campaign, brand)
    assert twice.value.reason == "RESOURCE_ALREADY_ASSOCIATED"
    with pytest.raises(OverQuota) as second:
        associate(caller, campaign, complete(caller, BRAND))
    assert second.value.reason == "ASSOCIATIONS_PER_REGISTRATION"
    with pytest.raises(Conflict) as built_on:
        delete_registration(caller, registration_id=brand.registration_id)
    assert built_on.value.reason == "RESOURCE_NOT_EMPTY"


def test_a_10dlc_number_belongs_to_one_campaign(caller, brand, campaign):
    """number.ten_dlc_one_campaign"""
    decide(caller, campaign)
    number = request(caller, "TEN_DLC", registration_id=campaign.registration_id)
    other = make_registration(caller, CAMPAIGN)
    associate(caller, other, brand)
    submit(caller, other)
    decide(caller, other)
    with pytest.raises(Conflict) as refused:
        associate(caller, other, number)
    assert refused.value.reason == "PHONE_NUMBER_ASSOCIATED_TO_REGISTRATION"
    spec = next(spec for spec in campaign.definition.associations if spec.number_type == "TEN_DLC")
    assert spec.max == 49


def test_a_number_goes_with_one_registration(caller):
    number = request(caller, "TOLL_FREE")
    first, second = make_registration(caller, TOLL_FREE), make_registration(caller, TOLL_FREE)
    associate(caller, first, number)
    with pytest.raises(Conflict) as refused:
        associate(caller, second, number)
    assert refused.value.reason == "PHONE_NUMBER_ASSOCIATED_TO_REGISTRATION"
    assert refused.value.resource.id == first.registration_id
    with pytest.raises(OverQuota) as full:
        associate(caller, first, request(caller, "TOLL_FREE"))
    assert full.value.reason == "PHONE_NUMBERS_PER_REGISTRATION"


def test_nothing_joins_during_a_review(caller):
    by_hand(caller, SINGAPORE)
    registration = make_registration(caller, SINGAPORE)
    submit(caller, registration)
    with pytest.raises(Conflict) as refused:
        associate(caller, registration, make_sender_id(caller, "OTHER", "SG"))
    assert refused.value.reason == "RESOURCE_MODIFICATION_NOT_ALLOWED"


def test_resources_of_others_do_not_exist(caller, other_owner):
    other = make_caller(other_owner)
    number, theirs = request(other, "TOLL_FREE"), make_registration(other, TOLL_FREE, fill=False)
    mine = make_registration(caller, TOLL_FREE, fill=False)
    for registration_id, resource_id in (
        (mine.registration_id, number.phone_number_id),
        (mine.registration_id, number.arn),
        (theirs.registration_id, request(caller, "TOLL_FREE").phone_number_id),
        (mine.registration_id, theirs.arn),
        (mine.registration_id, "NOBODY/SG"),
    ):
        with pytest.raises(NotFound):
            create_registration_association(caller, registration_id=registration_id, resource_id=resource_id)


def test_quotas(caller, owner, brand):
    owner.quotas = {"ten_dlc_brands": 1, "ten_dlc_campaigns_per_brand": 1, "registrations": 4}
    owner.save()
    with pytest.raises(OverQuota) as refused:
        create_registration(caller, registration_type=BRAND)
    assert refused.value.reason == "REGISTRATIONS_PER_ACCOUNT"
    first, second = make_registration(caller, CAMPAIGN), make_registration(caller, CAMPAIGN)
    associate(caller, first, brand)
    with pytest.raises(OverQuota) as refused:
        associate(caller, second, brand)
    assert refused.value.reason == "ASSOCIATIONS_PER_REGISTRATION" and "campaigns" in str(refused.value)
    create_registration(caller, registration_type=TOLL_FREE)
    with pytest.raises(OverQuota) as refused:
        create_registration(caller, registration_type=TOLL_FREE)
    assert refused.value.reason == "REGISTRATIONS_PER_ACCOUNT"


def test_versions_a_day(caller, owner):
    owner.quotas = {"registration_versions_per_day": 2}
    owner.save()
    by_hand(caller, SINGAPORE)
    registration = make_registration(caller, SINGAPORE)
    for number in (1, 2):
        submit(caller, registration)
        versions.discard_registration_version(caller, registration_id=registration.registration_id)
        if number == 1:
            versions.create_registration_version(caller, registration_id=registration.registration_id)
            registration.refresh_from_db()
    with pytest.raises(OverQuota) as refused:
        versions.create_registration_version(caller, registration_id=registration.registration_id)
    assert refused.value.reason == "REGISTRATION_VERSIONS_CREATED_PER_DAY"


def test_fees(caller, brand, clock):
    def charged(kind):
        return list(Charge.objects.filter(kind=kind).values_list("amount", flat=True))

    assert charged("BRAND_REGISTRATION") == [400_000]
    vetting = make_registration(caller, VETTING)
    associate(caller, vetting, brand)
    submit(caller, vetting)
    assert charged("BRAND_VETTING") == [4_000_000]
    for use_case in ("LOW_VOLUME", "MIXED"):
        campaign = make_registration(caller, CAMPAIGN, campaignUseCase__useCase=[use_case])
        put(caller, campaign, "campaignUseCase.subUseCases", ["CUSTOMER_CARE"])
        associate(caller, campaign, brand)
        submit(caller, campaign)
        decide(caller, campaign)
    assert sorted(charged("CAMPAIGN")) == [200_000, 1_000_000]
    delete_registration(caller, registration_id=campaign.registration_id)
    assert MonthlyCharge.objects.filter(ended_at=None).count() == 1


def test_a_fee_that_is_due_once(caller):
    by_hand(caller, BRAND)
    registration = make_registration(caller, BRAND)
    submit(caller, registration)
    decide(caller, registration, {"field_path": "companyInfo.taxId", "reason": "OTHER", "note": "Not at the IRS."})
    versions.create_registration_version(caller, registration_id=registration.registration_id)
    registration.refresh_from_db()
    submit(caller, registration)
    assert Charge.objects.filter(about=registration.registration_id).count() == 1


@pytest.mark.parametrize(
    ("score", "use_case", "parts"),
    [(None, "MARKETING", 75), (1, "MARKETING", 240), (49, "MIXED", 240), (50, "MIXED", 2400), (74, "MIXED", 2400)]
    + [(75, "MARKETING", 4500), (100, "FRAUD_ALERT", 4500), (100, "LOW_VOLUME", 75), (0, "MARKETING", 75)],
)
def test_rates_by_vetting_score(score, use_case, parts):
    assert tier_of(score, use_case).parts_per_minute == parts


def test_vetting_is_not_retroactive(caller, brand, campaign):
    decide(caller, campaign)
    vetting = make_registration(caller, VETTING)
    associate(caller, vetting, brand)
    submit(caller, vetting)
    decide(caller, vetting, score=90)
    campaign.refresh_from_db()
    brand.refresh_from_db()
    assert (brand.score, campaign.message_parts_per_minute) == (90, 75)


def test_vetting_needs_a_score(caller, brand):
    vetting = make_registration(caller, VETTING)
    associate(caller, vetting, brand)
    submit(caller, vetting)
    for options in ({}, {"score": 101}):
        with pytest.raises(Invalid):
            decide(caller, vetting, **options)
    decide(caller, vetting, {"field_path": "", "reason": "OTHER", "note": "Nobody answers."})
    assert vetting.registration_status == "REQUIRES_UPDATES"
