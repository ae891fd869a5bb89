"""DestinationCountryParameters through unmodified boto3."""

import pytest
from botocore.exceptions import ClientError

from messaging.models import Message, SenderId
from messaging.operations.message_templates import register_message_template
from tests import factories

pytestmark = pytest.mark.django_db
GIVEN = {"DestinationPhoneNumber": "+919812345670", "OriginationIdentity": "MYSHOP", "MessageBody": "Your code is 1."}
IDS = {"IN_ENTITY_ID": "1101", "IN_TEMPLATE_ID": "2202"}


@pytest.fixture
def registered(caller):
    row = factories.make_sender_id(caller, "MYSHOP", "IN")
    SenderId.objects.filter(pk=row.pk).update(registered=True)
    register_message_template(
        caller, iso_country_code="IN", message_template="Your code is {#var#}.", entity_id="1101", template_id="2202"
    )


def refused(boto, **given):
    with pytest.raises(ClientError) as caught:
        boto.send_text_message(**given)
    said = caught.value.response
    return said["Error"]["Code"], said.get("Reason"), [field["Name"] for field in said.get("Fields", ())]


def test_india_takes_both_ids(boto, registered):
    missing = ("ValidationException", "MISSING_PARAMETER", ["DestinationCountryParameters"])
    assert refused(boto, **GIVEN) == missing
    unknown = {**IDS, "IN_TEMPLATE_ID": "9999"}
    assert refused(boto, **GIVEN, DestinationCountryParameters=unknown)[:2] == (
        "ValidationException",
        "INVALID_PARAMETER",
    )
    dry = boto.send_text_message(**GIVEN, DestinationCountryParameters=IDS, DryRun=True)
    assert dry["MessageId"] and not Message.objects.exists()
    sent = boto.send_text_message(**GIVEN, DestinationCountryParameters=IDS)["MessageId"]
    assert Message.objects.get(pk=sent).destination_country_parameters == IDS


def test_china_is_not_enabled_without_a_template(boto, caller):
    number = factories.make_simulator_number(caller)
    type(number).objects.update(number_type="LONG_CODE", international_sending_enabled=True)
    given = {**GIVEN, "DestinationPhoneNumber": "+8613812345670", "OriginationIdentity": number.phone_number}
    assert refused(boto, **given)[:2] == ("ValidationException", "COUNTRY_NOT_ENABLED")
    register_message_template(caller, iso_country_code="CN", message_template="Your code is {#var#}.")
    assert boto.send_text_message(**given)["MessageId"]
