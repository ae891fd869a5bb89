"""The activity log: what it shows, how it is narrowed, that it keeps its budget over many rows."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from console.operations.members import add_member
from messaging.caller import Caller
from messaging.errors import Denied
from messaging.models import Activity, RegionalAccount
from tests.client import ConsoleClient

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 3, 2, 10, 0, tzinfo=UTC)


def log(owner: RegionalAccount, number: int = 0, **changes: Any) -> Activity:
    values = {
        "owner": owner,
        "at": NOW + timedelta(minutes=number),
        "actor": "user:ana",
        "door": "page",
        "operation": "CreatePool",
        "resource": f"pool-{number:032d}",
        "parameters": {"iso_country_code": "US"},
        "request_id": f"00000000-0000-0000-0000-{number:012d}",
        **changes,
    }
    row: Activity = Activity.objects.create(**values)
    return row


@pytest.fixture
def logged(owner: RegionalAccount) -> list[Activity]:
    return [
        log(owner, 1),
        log(owner, 2, actor="key:AKIATEST", door="wire", operation="DeletePool", refused="Conflict RESOURCE_NOT_EMPTY"),
        log(owner, 3, actor="system", door="task", operation="SetAccountTier", resource="account"),
    ]


def shown(client: ConsoleClient, query: str = "") -> list[str]:
    listing = client.get(client.path(f"activity/{query}")).context["listing"]
    return [row.operation for row in listing.page.rows]


def test_newest_first(client_in: ConsoleClient, logged: list[Activity]) -> None:
    assert shown(client_in) == ["SetAccountTier", "DeletePool", "CreatePool"]


@pytest.mark.parametrize(
    ("query", "operations"),
    [
        ("?f=actor:=:user:ana", ["CreatePool"]),
        ("?f=actor:starts with:key:", ["DeletePool"]),
        ("?f=door:=:wire", ["DeletePool"]),
        ("?f=operation:=:SetAccountTier", ["SetAccountTier"]),
        ("?f=resource:=:account", ["SetAccountTier"]),
        ("?f=refused:=:true", ["DeletePool"]),
        ("?f=refused:=:false", ["SetAccountTier", "CreatePool"]),
        ("?f=time:<:2026-03-02T10:01:30Z", ["CreatePool"]),
        ("?f=time:>:2026-03-02T10:02:30Z", ["SetAccountTier"]),
        ("?f=request-id:=:00000000-0000-0000-0000-000000000002", ["DeletePool"]),
        ("?q=account", ["SetAccountTier"]),
        ("?q=deletepool", ["DeletePool"]),
        ("?f=door:=:window", ["SetAccountTier", "DeletePool", "CreatePool"]),
    ],
)
def test_narrows(client_in: ConsoleClient, logged: list[Activity], query: str, operations: list[str]) -> None:
    assert shown(client_in, query) == operations


def test_one_entry(client_in: ConsoleClient, logged: list[Activity]) -> None:
    text = client_in.get(client_in.path(f"activity/{logged[1].pk}/")).content.decode()
    for words in ("key:AKIATEST", "API", "Conflict RESOURCE_NOT_EMPTY", logged[1].request_id, "iso_country_code"):
        assert words in text


def test_entries_of_other_accounts_are_not_there(client_in: ConsoleClient, other_owner: RegionalAccount) -> None:
    foreign = log(other_owner, 1)
    assert client_in.get(client_in.path(f"activity/{foreign.pk}/")).status_code == 404
    assert shown(client_in) == []


def test_everyone_reads_nobody_writes(signed_in: Callable[..., ConsoleClient], logged: list[Activity]) -> None:
    client = signed_in("VIEWER")
    assert len(shown(client)) == 3
    assert client.post(client.path("activity/")).status_code == 405
    assert client.post(client.path(f"activity/{logged[0].pk}/")).status_code == 405


def test_strangers_are_led_to_sign_in(stranger: ConsoleClient) -> None:
    for path in ("activity/", "activity/1/"):
        assert stranger.get(stranger.path(path)).headers["Location"].startswith("/user/login/")


def test_pages_through_many_within_its_budget(
    client_in: ConsoleClient, owner: RegionalAccount, django_assert_max_num_queries: Any
) -> None:
    for number in range(60):
        log(owner, number)
    seen: list[str] = []
    url = client_in.path("activity/")
    while url:
        with django_assert_max_num_queries(12):
            listing = client_in.get(url).context["listing"]
        seen += [row.resource for row in listing.page.rows]
        url = listing.next_url
    assert len(seen) == len(set(seen)) == 60
    assert seen == sorted(seen, reverse=True)


def test_changes_and_refusals_are_there_without_secrets(
    client_in: ConsoleClient, caller: Caller, caller_as: Callable[..., Caller]
) -> None:
    added = add_member(caller, user_name="ana", role="VIEWER")
    with pytest.raises(Denied):
        add_member(caller_as("VIEWER"), user_name="eve", role="ADMINISTRATOR")
    refused, done = Activity.objects.order_by("-pk")
    text = client_in.get(client_in.path(f"activity/{done.pk}/")).content.decode()
    assert "AddMember" in text and added.one_time_password not in text
    assert "Refused" in client_in.get(client_in.path(f"activity/{refused.pk}/")).content.decode()
