"""Concurrency cannot overspend: parallel sends through two server processes against a limit that allows some of them.

On SQLite always; on PostgreSQL where DATABASE_URL names a server.
"""

import os
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError

from tests.installation import KEY_ID, REGION, SECRET, Installation

DATABASE_URL = os.environ.get("DATABASE_URL", "")
SENDS, ALLOWED = 200, 50
PREPARE = """
from messaging.models import RegionalAccount
from messaging.reference import price
from messaging.operations.phone_numbers import provision_phone_number
from tests import factories
owner = RegionalAccount.objects.get()
number = provision_phone_number(factories.make_caller(owner), phone_number="55501", iso_country_code="US",
    message_type="TRANSACTIONAL", number_type="SHORT_CODE", capabilities=["SMS"])
limit = price("US", "SMS", "SHORT_CODE").total * {allowed}
RegionalAccount.objects.filter(pk=owner.pk).update(text_spend_limit=limit)
print(number.phone_number_id, limit)
"""
READ = """
from messaging.models import Message, Spend
print(Message.objects.count(), Spend.objects.get().amount)
"""


@pytest.fixture(
    params=[
        "sqlite",
        pytest.param(
            "postgresql",
            marks=[
                pytest.mark.server,
                pytest.mark.skipif(not DATABASE_URL.startswith("postgres"), reason="needs DATABASE_URL"),
            ],
        ),
    ]
)
def here(request: pytest.FixtureRequest) -> Iterator[Installation]:
    url = DATABASE_URL if request.param == "postgresql" else ""
    with Installation(database_url=url, SWITCHBOARD_RATE_QUOTAS="off", SWITCHBOARD_THROUGHPUT="0") as installation:
        installation.prepare()
        yield installation


def client(url: str) -> Any:
    return boto3.client(
        "pinpoint-sms-voice-v2",
        endpoint_url=url,
        region_name=REGION,
        aws_access_key_id=KEY_ID,
        aws_secret_access_key=SECRET,
        config=Config(retries={"max_attempts": 1}, max_pool_connections=SENDS),
    )


def test_exactly_as_many_are_accepted_as_the_limit_allows(here: Installation) -> None:
    number, limit = here.manage("shell", "-v0", "-c", PREPARE.format(allowed=ALLOWED)).split()
    clients = [client(here.serve()), client(here.serve("second"))]

    def send(at: int) -> str:
        try:
            clients[at % 2].send_text_message(
                DestinationPhoneNumber=f"+1206555{at:04d}", OriginationIdentity=number, MessageBody="Hello"
            )
        except ClientError as error:
            return str(error.response.get("Reason"))
        return "accepted"

    with ThreadPoolExecutor(SENDS) as pool:
        said = Counter(pool.map(send, range(SENDS)))
    assert said == {"accepted": ALLOWED, "MONTHLY_SPEND_LIMIT_REACHED_FOR_TEXT": SENDS - ALLOWED}
    assert here.manage("shell", "-v0", "-c", READ).split() == [str(ALLOWED), limit]
