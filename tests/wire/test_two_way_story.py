"""The two-way story by boto3 and simulator control: a toll-free number, its pool, a keyword, STOP, and START again."""

import urllib.parse
from typing import Any

import pytest

from messaging.models import OutboxEntry
from tests import factories
from tests.registrations.forms import TOLL_FREE
from tests.wire.developer import APPROVED, Developer

pytestmark = pytest.mark.django_db(transaction=True)

TOPIC = f"arn:aws:sns:{factories.REGION}:{factories.ACCOUNT}:inbound"
HANDSET = factories.HANDSET


def say(developer: Developer, number: str, body: str) -> dict[str, Any]:
    """Write from the handset."""
    path = f"handsets/{urllib.parse.quote(HANDSET)}/messages"
    return dict(developer.simulator("POST", path, to=number, body=body))


def test_a_recipient_joins_stops_and_comes_back(developer: Developer) -> None:
    boto = developer.boto
    developer.script(TOLL_FREE, APPROVED)
    registration = developer.create(TOLL_FREE)
    number = developer.request("TOLL_FREE", RegistrationId=registration)
    developer.submit(registration)
    developer.later()
    assert developer.number(number["PhoneNumberId"])["Status"] == "ACTIVE"

    pool = boto.create_pool(
        OriginationIdentity=number["PhoneNumberId"], IsoCountryCode="US", MessageType="TRANSACTIONAL"
    )["PoolId"]
    boto.update_pool(PoolId=pool, TwoWayEnabled=True, TwoWayChannelArn=TOPIC)
    boto.put_keyword(
        OriginationIdentity=pool,
        Keyword="JOIN",
        KeywordMessage="Welcome to the club.",
        KeywordAction="AUTOMATIC_RESPONSE",
    )
    sent = developer.send(pool)
    assert next(developer.received(HANDSET))["id"] == sent

    joined = say(developer, number["PhoneNumber"], "join me")
    assert joined["keyword"] == "JOIN"
    assert next(developer.received(HANDSET))["body"] == "Welcome to the club."
    published = OutboxEntry.objects.get(topic_arn=TOPIC)
    assert list(published.payload.items()) == [
        ("originationNumber", HANDSET),
        ("destinationNumber", number["PhoneNumber"]),
        ("messageKeyword", "JOIN"),
        ("messageBody", "join me"),
        ("inboundMessageId", joined["inbound_message_id"]),
        ("previousPublishedMessageId", sent),
    ]

    say(developer, number["PhoneNumber"], "STOP")
    assert developer.reason(developer.send, pool) == "DESTINATION_PHONE_NUMBER_OPTED_OUT"
    say(developer, number["PhoneNumber"], "START")
    again = developer.send(pool)
    assert again in [message["id"] for message in developer.received(HANDSET)]
