"""The production path: PostgreSQL, a Redis broker, a WSGI server, a Celery worker with its beat, all processes.

Runs where DATABASE_URL names a PostgreSQL server and CELERY_BROKER_URL a Redis server (.ci/run starts both).
"""

import os
import re
from collections.abc import Callable, Iterator
from typing import Any

import boto3
import psycopg
import pytest
from botocore.config import Config

from tests import factories
from tests.installation import ACCOUNT, KEY_ID, PASSWORD, REGION, SECRET, USER, Installation, get_json

DATABASE_URL = os.environ.get("DATABASE_URL", "")
BROKER_URL = os.environ.get("CELERY_BROKER_URL", "")
REAL = DATABASE_URL.startswith("postgres") and BROKER_URL.startswith("redis")

pytestmark = [
    pytest.mark.server,
    pytest.mark.skipif(not REAL, reason="needs DATABASE_URL on PostgreSQL and CELERY_BROKER_URL on Redis"),
    pytest.mark.xdist_group("production"),
]


@pytest.fixture
def here() -> Iterator[Installation]:
    """An installation with a database and a Redis database of its own (the last), and the server running."""
    broker = f"{BROKER_URL.rsplit('/', 1)[0]}/15"
    with Installation(database_url=DATABASE_URL, broker_url=broker) as installation:
        installation.prepare()
        installation.serve()
        yield installation


def start_worker(here: Installation) -> None:
    schedule = str(here.directory / "beat-schedule")
    here.start_module(
        "worker", "celery", "-A", "console", "worker", "-B", "-s", schedule, "--concurrency", "1", "-l", "INFO"
    )


@pytest.fixture
def api(here: Installation) -> Iterator[Any]:
    client = boto3.client(
        "pinpoint-sms-voice-v2",
        endpoint_url=here.url,
        region_name=REGION,
        aws_access_key_id=KEY_ID,
        aws_secret_access_key=SECRET,
        config=Config(retries={"max_attempts": 1}),
    )
    yield client
    client.close()


def simulator_number(api: Any) -> str:
    made = api.request_phone_number(
        IsoCountryCode="US", MessageType="TRANSACTIONAL", NumberCapabilities=["SMS"], NumberType="SIMULATOR"
    )
    return str(made["PhoneNumberId"])


def final_events(here: Installation, message_id: str) -> Callable[[], list[str]]:
    """What a query for the message's final events finds, read straight from the database."""
    query = "SELECT status FROM messaging_messageevent WHERE message_id = %s AND is_final"

    def read() -> list[str]:
        with psycopg.connect(here.environment["DATABASE_URL"]) as connection:
            return [status for (status,) in connection.execute(query, (message_id,))]

    return read


def test_answers_health_and_is_ready_once_a_worker_is_seen(here: Installation) -> None:
    assert get_json(f"{here.url}/healthz")[0] == 200
    status, body = get_json(f"{here.url}/readyz")
    assert status == 503
    assert body["checks"]["database"] == "ok"
    assert body["checks"]["worker"] != "ok"
    start_worker(here)
    here.wait_for(here.ready, "worker")


def test_worker_and_broker_carry_a_message_to_its_final_event(here: Installation, api: Any) -> None:
    start_worker(here)
    here.wait_for(here.ready, "worker")
    sent = api.send_text_message(
        DestinationPhoneNumber=factories.SUCCESS, OriginationIdentity=simulator_number(api), MessageBody="Hello"
    )
    assert here.wait_for(final_events(here, sent["MessageId"]), "worker") == ["DELIVERED"]


def test_messages_accepted_without_a_worker_are_carried_by_the_next_one(here: Installation, api: Any) -> None:
    number = simulator_number(api)
    ids = [
        api.send_text_message(
            DestinationPhoneNumber=factories.SUCCESS, OriginationIdentity=number, MessageBody="Hello"
        )["MessageId"]
        for _ in range(5)
    ]
    start_worker(here)
    for message_id in ids:
        assert here.wait_for(final_events(here, message_id), "worker") == ["DELIVERED"]


def test_killed_worker_and_server_lose_nothing_and_repeat_nothing(here: Installation, api: Any) -> None:
    number, ids = simulator_number(api), []
    for _round in range(3):
        start_worker(here)
        for _message in range(10):
            sent = api.send_text_message(
                DestinationPhoneNumber=factories.SUCCESS, OriginationIdentity=number, MessageBody="Hello"
            )
            ids.append(sent["MessageId"])
        here.kill("worker")
    start_worker(here)
    for message_id in ids:
        assert here.wait_for(final_events(here, message_id), "worker") == ["DELIVERED"]


def test_signs_in_and_serves_the_console_with_hashed_static_files(here: Installation, open_page: Any) -> None:
    tab = open_page(None)
    tab.goto(f"{here.url}/user/login/")
    styles = tab.locator("link[rel=stylesheet]").first.get_attribute("href")
    assert re.search(r"\.[0-9a-f]{12}\.css$", styles)
    tab.locator("input[name=login]").fill(USER)
    tab.locator("input[name=password]").fill(PASSWORD)
    tab.locator("input[name=password]").press("Enter")
    tab.wait_for_url(lambda url: "/user/login/" not in url)
    assert tab.goto(f"{here.url}/{ACCOUNT}/{REGION}/pools/").status == 200
