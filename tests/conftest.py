"""Fixtures of the whole suite; those of the browser stand in tests/browser_fixtures.py."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

import boto3
import pytest
from botocore.config import Config
from django.core.cache import cache
from django.test import TransactionTestCase

from messaging import clock as clocks
from messaging import work
from messaging.caller import Caller
from messaging.models import RegionalAccount, Tier
from messaging.operations import snapshot
from messaging.permissions import Role
from tests import emptying, factories
from tests.client import ConsoleClient

pytest_plugins = ["tests.browser_fixtures"]

SERVICE = "pinpoint-sms-voice-v2"
MONDAY_MORNING = datetime(2026, 3, 2, 10, 0, tzinfo=UTC)


@pytest.fixture(scope="session", autouse=True)
def _emptied_quickly() -> Iterator[None]:
    """After a test with real transactions only what it wrote is deleted (tests/emptying.py)."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(TransactionTestCase, "_fixture_teardown", lambda case: emptying.empty())
        yield


@pytest.fixture(autouse=True)
def _nothing_remembered() -> Iterator[None]:
    """No test sees what another left: the cache (rate limits of sign-in), an anchor of its clock, what sends know."""
    clocks.current().forget()
    snapshot.forget()
    yield
    cache.clear()
    clocks.current().forget()


@pytest.fixture
def clock() -> Iterator[clocks.FrozenClock]:
    """Simulated time, standing at a Monday morning until the test moves it: clock.advance(minutes=15)."""
    with clocks.using(clocks.FrozenClock(MONDAY_MORNING)) as frozen:
        assert isinstance(frozen, clocks.FrozenClock)
        yield frozen


@pytest.fixture
def unlimited(settings: Any) -> None:
    """No originator and no recipient is too busy for a message: for tests that send many in an instant."""
    settings.SWITCHBOARD_THROUGHPUT = False


@pytest.fixture
def owner(db: None) -> RegionalAccount:
    """Account 123456789012 in us-east-1, in production, its spend limits out of the way."""
    return factories.make_owner()


@pytest.fixture
def sandbox_owner(db: None) -> RegionalAccount:
    """The same account, still in the sandbox with the sandbox's limits."""
    return factories.make_owner(
        tier=Tier.SANDBOX, voice_tier=Tier.SANDBOX, **dict.fromkeys(("text_spend_limit", "media_spend_limit"), 100_000)
    )


@pytest.fixture
def other_owner(db: None) -> RegionalAccount:
    """Another account in the same Region, whose rows do not exist for `caller`."""
    return factories.make_owner(factories.OTHER_ACCOUNT)


@pytest.fixture
def caller(owner: RegionalAccount) -> Caller:
    """An administrator of the account, coming from a page."""
    return factories.make_caller(owner)


@pytest.fixture
def caller_as(owner: RegionalAccount) -> Callable[..., Caller]:
    """caller_as("VIEWER") is somebody with that role in the account."""
    return lambda role, **changes: factories.make_caller(owner, role, **changes)


@pytest.fixture
def user(db: None) -> Any:
    """A person without any account."""
    return factories.make_user()


@pytest.fixture
def member(owner: RegionalAccount) -> Callable[..., Any]:
    """member("OPERATOR") is a person with that role in the account."""
    return lambda role=Role.ADMINISTRATOR, **changes: factories.make_member(owner, role, **changes)


@pytest.fixture
def signed_in(owner: RegionalAccount, member: Callable[..., Any]) -> Callable[..., ConsoleClient]:
    """signed_in("VIEWER") is a client signed in as a fresh member with that role; every page it gets is checked."""

    def sign_in(role: str = Role.ADMINISTRATOR, **defaults: Any) -> ConsoleClient:
        person = member(role)
        known_as = factories.make_caller(owner, role, actor=f"user:{person.get_username()}")
        client = ConsoleClient(owner, person, known_as, **defaults)
        client.force_login(person)
        return client

    return sign_in


@pytest.fixture
def client_in(signed_in: Callable[..., ConsoleClient]) -> ConsoleClient:
    """A client signed in as an administrator."""
    return signed_in()


@pytest.fixture
def stranger(owner: RegionalAccount) -> ConsoleClient:
    """A client of nobody in particular."""
    return ConsoleClient(owner)


@pytest.fixture
def access_key(owner: RegionalAccount) -> factories.Key:
    """An administrator's access key with a known secret."""
    return factories.make_access_key(owner)


@pytest.fixture
def boto_as(live_server: Any, owner: RegionalAccount) -> Iterator[Callable[..., Any]]:
    """boto_as(key, region=…, service=…) is an unmodified boto3 client of the live server that tries only once."""
    made = []

    def connect(key: factories.Key, *, region: str = factories.REGION, service: str = SERVICE, **options: Any) -> Any:
        made.append(
            boto3.client(
                service,
                endpoint_url=live_server.url,
                region_name=region,
                aws_access_key_id=key.access_key_id,
                aws_secret_access_key=key.secret_access_key,
                config=Config(retries={"max_attempts": 1}, connect_timeout=5, read_timeout=30, **options),
            )
        )
        return made[-1]

    yield connect
    for connection in made:
        connection.close()


@pytest.fixture
def boto(boto_as: Callable[..., Any], access_key: factories.Key) -> Any:
    """boto3 against the live server, with an administrator's access key."""
    return boto_as(access_key)


@pytest.fixture
def run_work(db: None) -> Callable[[], int]:
    """run_work() does everything that is due now, as a worker would, and says how many rows that were."""
    return work.run_until_idle


@pytest.fixture
def deliver_all(db: None, clock: clocks.FrozenClock) -> Callable[[], int]:
    """deliver_all() lets every message reach its final event, moving the clock as far as that takes."""
    return lambda: factories.deliver_all(clock)
