"""CarrierLookup through unmodified boto3, with its documented exceptions."""

import pytest
from botocore.exceptions import ClientError

from messaging.operations import registry
from tests import factories

pytestmark = pytest.mark.django_db


def test_a_number(boto):
    found = boto.carrier_lookup(PhoneNumber="+44 (0)20 7183 8750", EnableCleansing=True)
    found.pop("ResponseMetadata")
    assert found == {
        "E164PhoneNumber": "+442071838750",
        "DialingCountryCode": "44",
        "IsoCountryCode": "GB",
        "Country": "United Kingdom",
        "PhoneNumberType": "LANDLINE",
        "OriginalPhoneNumber": "+44 (0)20 7183 8750",
    }
    handset = boto.carrier_lookup(PhoneNumber=factories.HANDSET)
    assert handset["Carrier"] in {"AT&T", "T-Mobile", "Verizon"} and "OriginalPhoneNumber" not in handset


def test_a_number_that_nobody_has_is_an_answer(boto):
    assert boto.carrier_lookup(PhoneNumber="+12")["PhoneNumberType"] == "INVALID"


@pytest.mark.parametrize("given", ["hello", "12065550142", "+1" + "2" * 25])
def test_validation_exception(boto, given):
    with pytest.raises(ClientError) as caught:
        boto.carrier_lookup(PhoneNumber=given)
    said = caught.value.response
    assert said["Error"]["Code"] == "ValidationException" and said["Fields"][0]["Name"] == "PhoneNumber"
    assert said["Reason"]


def test_every_other_documented_exception_reaches_the_client(boto, monkeypatch):
    """What none of our rules says today still has the shape of the model: quota, throttling, access, a fault."""
    from messaging.errors import Denied, OverQuota, Throttled
    from messaging.operations import lookups

    entry = registry.OPERATIONS["CarrierLookup"]
    for error, code in (
        (OverQuota("full", reason="MONTHLY_SPEND_LIMIT_REACHED_FOR_TEXT"), "ServiceQuotaExceededException"),
        (Throttled("slow down", retry_seconds=1), "ThrottlingException"),
        (Denied("CarrierLookup"), "AccessDeniedException"),
        (RuntimeError("broken"), "InternalServerException"),
    ):

        def refuse(*args, error=error, **kwargs):
            raise error

        monkeypatch.setattr(lookups, "_found", refuse)
        with pytest.raises(ClientError) as caught:
            boto.carrier_lookup(PhoneNumber="+12065550142")
        assert caught.value.response["Error"]["Code"] == code
    assert entry.reads
