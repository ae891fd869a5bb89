"""Filters: the API's names, the page's tokens, one meaning."""

import pytest

from console import shapes
from messaging import filters
from messaging.errors import Invalid
from messaging.models import ConfigurationSet, EventDestination, MatchingEventType, PhoneNumber
from registrations import filters as registration_filters
from tests.factories import make_configuration_set, make_simulator_number

pytestmark = pytest.mark.django_db

SHAPES = {
    "PhoneNumberFilterName": filters.PHONE_NUMBER_FILTERS,
    "PoolFilterName": filters.POOL_FILTERS,
    "ConfigurationSetFilterName": filters.CONFIGURATION_SET_FILTERS,
    "OptedOutFilterName": filters.OPTED_OUT_FILTERS,
    "SenderIdFilterName": filters.SENDER_ID_FILTERS,
    "VerifiedDestinationNumberFilterName": filters.VERIFIED_DESTINATION_NUMBER_FILTERS,
    "ProtectConfigurationFilterName": filters.PROTECT_CONFIGURATION_FILTERS,
    "ProtectConfigurationRuleSetNumberOverrideFilterName": filters.NUMBER_OVERRIDE_FILTERS,
    "KeywordFilterName": filters.KEYWORD_FILTERS,
    "PoolOriginationIdentitiesFilterName": filters.POOL_ORIGINATION_IDENTITY_FILTERS,
    "RegistrationFilterName": registration_filters.REGISTRATION_FILTERS,
    "RegistrationVersionFilterName": registration_filters.REGISTRATION_VERSION_FILTERS,
    "RegistrationAttachmentFilterName": registration_filters.REGISTRATION_ATTACHMENT_FILTERS,
    "RegistrationAssociationFilterName": registration_filters.REGISTRATION_ASSOCIATION_FILTERS,
}


@pytest.mark.parametrize("shape", SHAPES)
def test_api_names_are_those_of_the_service_model(shape):
    assert SHAPES[shape].api_names == set(shapes.service().shape_for(shape).enum)


def narrow(*given):
    rows = filters.PHONE_NUMBER_FILTERS.narrow(PhoneNumber.objects.all(), given)
    return set(rows.values_list("phone_number", flat=True))


def test_api_filters_join_by_and_their_values_by_or(caller):
    sms = make_simulator_number(caller).phone_number
    mms = make_simulator_number(
        caller, number_capabilities=["SMS", "MMS"], deletion_protection_enabled=True
    ).phone_number
    assert narrow({"name": "number-capability", "values": ["MMS"]}) == {mms}
    assert narrow({"name": "number-capability", "values": ["SMS", "MMS"]}) == {sms, mms}
    assert narrow({"name": "deletion-protection-enabled", "values": ["false"]}) == {sms}
    assert (
        narrow({"name": "status", "values": ["PENDING", "ACTIVE"]}, {"name": "iso-country-code", "values": ["GB"]})
        == set()
    )
    assert narrow({"name": "opt-out-list-name", "values": ["Default"]}) == {sms, mms}


@pytest.mark.parametrize("given", [("status", "RUNNING"), ("two-way-enabled", "maybe"), ("no-such-name", "x")])
def test_values_that_cannot_be_are_refused(given):
    with pytest.raises(Invalid) as refused:
        narrow({"name": given[0], "values": [given[1]]})
    assert refused.value.reason == "INVALID_FILTER_VALUES"


def test_rows_come_once_through_many_children(caller):
    row = make_configuration_set(caller)
    for name in ("a", "b"):
        destination = EventDestination.objects.create(
            configuration_set=row,
            event_destination_name=name,
            kind=EventDestination.Kind.TOPIC,
            target_arn="arn:aws:sns:us-east-1:123456789012:events",
            created_timestamp=row.created_timestamp,
        )
        MatchingEventType.objects.create(event_destination=destination, event_type="TEXT_ALL")
    found = filters.CONFIGURATION_SET_FILTERS.narrow(
        ConfigurationSet.objects.all(), [{"name": "matching-event-types", "values": ["TEXT_ALL", "ALL"]}]
    )
    assert list(found) == [row]


def test_tokens_narrow_and_the_rest_is_named(caller):
    number = make_simulator_number(caller)
    make_simulator_number(caller, message_type="PROMOTIONAL")
    tokens = [
        ("message-type", "!=", "PROMOTIONAL"),
        ("status", "=", "ACTIVE"),
        ("status", "<", "x"),
        ("nope", "=", "1"),
    ]
    rows, used, dropped = filters.PHONE_NUMBER_FILTERS.narrow_by_tokens(PhoneNumber.objects.all(), tokens)
    assert (list(rows), used, dropped) == ([number], tokens[:2], tokens[2:])


def test_free_text_finds_prefixes(caller):
    number = make_simulator_number(caller)
    for text, found in ((number.phone_number[:5], True), (number.phone_number_id[:12], True), ("zzz", False)):
        rows, _used, _dropped = filters.PHONE_NUMBER_FILTERS.narrow_by_tokens(PhoneNumber.objects.all(), [], text=text)
        assert rows.exists() is found
