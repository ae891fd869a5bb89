"""The bell, the list of notifications, and reading them."""

import re
from collections.abc import Callable
from typing import Any

import pytest

from console import polling
from messaging.caller import Caller
from messaging.models import Notification, RegionalAccount
from messaging.operations.notifications import mark_notifications_read, notify, unread_count
from tests import factories
from tests.client import ConsoleClient


def tell(owner: RegionalAccount, title: str = "It happened.", **changes: Any) -> Notification:
    row = notify(owner.pk, **{"kind": "ACCOUNT", "title": title, **changes})
    assert row is not None
    return row


def ring(html: str) -> str:
    found = re.search(r'<a class="bar-button bell".*?</a>', html, re.DOTALL)
    assert found
    return found[0]


def test_the_bell_counts_what_is_unread_on_every_page(client_in: ConsoleClient, owner: RegionalAccount) -> None:
    page = client_in.path("pools/")
    assert 'aria-label="Notifications"' in ring(client_in.get(page).content.decode())
    tell(owner)
    shown = ring(client_in.get(page).content.decode())
    assert 'aria-label="Notifications, unread: 1"' in shown and ">1</span>" in shown
    assert f'href="{client_in.path("notifications/")}"' in shown
    assert f'hx-get="{client_in.path("notifications/bell/?polled=1&amp;seen=1")}"' in shown
    for _ in range(120):
        tell(owner)
    assert ">99+</span>" in ring(client_in.get(page).content.decode())


def test_the_bell_costs_no_query(client_in: ConsoleClient, owner: RegionalAccount, monkeypatch: Any) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    def queries() -> int:
        """The fewest of three: now and then a page also notes when its session was last seen."""
        counts = []
        for _page in range(3):
            with CaptureQueriesContext(connection) as captured:
                client_in.get(client_in.path("search/"))
            counts.append(len(captured))
        return min(counts)

    tell(owner)
    with_bell = queries()
    monkeypatch.setattr("console.shell.Shell.bell", "")
    assert with_bell == queries()


def test_the_bell_asks_again_ever_less_and_says_only_what_is_new(
    client_in: ConsoleClient, owner: RegionalAccount
) -> None:
    assert [polling.BELL.delay(polled) for polled in (0, 19, 20, 79, 80)] == [30, 30, 120, 120, 0]
    tell(owner)
    url = client_in.path("notifications/bell/")
    again = client_in.fragment(f"{url}?polled=20&seen=0").content.decode()
    assert "delay:120s" in again and "polled=21" in again and 'id="live"' in again
    assert 'id="live"' not in client_in.fragment(f"{url}?polled=1&seen=1").content.decode()
    assert "hx-trigger" not in client_in.fragment(f"{url}?polled=80&seen=1").content.decode()
    assert client_in.fragment(f"{url}?polled=x&seen=-1").status_code == 200


def test_the_list_shows_ones_own_and_is_narrowed(client_in: ConsoleClient, owner: RegionalAccount) -> None:
    tell(owner, "Spend is at %(percent)s %%.", values={"percent": 80}, kind="SPENDING", severity="WARNING")
    read = tell(owner, "Old news")
    tell(owner, "For somebody else", recipient="user:somebody")
    assert client_in.caller is not None
    mark_notifications_read(client_in.caller, notification_ids=[read.pk])

    def shown(query: str = "") -> list[str]:
        listing = client_in.get(client_in.path(f"notifications/{query}")).context["listing"]
        return [row.words for row in listing.page.rows]

    assert shown() == ["Old news", "Spend is at 80 %."]
    assert shown("?f=read:=:false") == shown("?f=kind:=:SPENDING") == shown("?f=severity:=:WARNING")
    assert shown("?f=read:=:true") == ["Old news"]
    body = client_in.get(client_in.path("notifications/")).content.decode()
    assert body.count(">Mark as read</button>") == 1 and 'aria-label="Mark as read Spend is at 80 %."' in body


def test_opening_leads_to_what_it_is_about_and_has_read_it(client_in: ConsoleClient, caller: Caller) -> None:
    pool = factories.make_pool(caller)
    rows = [tell_about(caller, link) for link in (("pool-detail", pool.pool_id), (), ("no-such-page",))]
    targets = [client_in.get(client_in.path(f"notifications/{row.pk}/")).headers["Location"] for row in rows]
    assert targets == [client_in.path(f"pools/{pool.pool_id}/"), *[client_in.path("notifications/")] * 2]
    assert client_in.caller is not None and unread_count(client_in.caller) == 0
    assert client_in.get(client_in.path("notifications/999/")).status_code == 404


def tell_about(caller: Caller, link: tuple[str, ...]) -> Notification:
    row = notify(caller.owner_id, kind="ACCOUNT", title="It happened.", link=link)
    assert row is not None
    return row


def test_one_is_read_and_the_list_stays_narrowed(client_in: ConsoleClient, owner: RegionalAccount) -> None:
    row = tell(owner)
    path = client_in.path(f"notifications/{row.pk}/read/")
    assert client_in.get(path).status_code == 405
    answer = client_in.post(path, {"query": "f=read:=:false"})
    assert answer.headers["Location"] == client_in.path("notifications/?f=read:=:false")
    assert client_in.caller is not None and unread_count(client_in.caller) == 0


def test_all_shown_are_read(client_in: ConsoleClient, owner: RegionalAccount) -> None:
    tell(owner)
    body = client_in.get(client_in.path("notifications/")).content.decode()
    newest = re.search(r'name="through" value="(\d+)"', body)
    assert newest
    tell(owner)
    client_in.post(client_in.path("notifications/read/"), {"through": newest[1]})
    assert client_in.caller is not None and unread_count(client_in.caller) == 1


def test_what_is_another_accounts_is_not_there(client_in: ConsoleClient, other_owner: RegionalAccount) -> None:
    theirs = tell(other_owner)
    assert client_in.get(client_in.path(f"notifications/{theirs.pk}/")).status_code == 404
    client_in.post(client_in.path(f"notifications/{theirs.pk}/read/"))
    assert unread_count(factories.make_caller(other_owner)) == 1


def test_viewers_read_too(signed_in: Callable[..., ConsoleClient], owner: RegionalAccount) -> None:
    client = signed_in("VIEWER")
    row = tell(owner)
    assert client.post(client.path(f"notifications/{row.pk}/read/")).status_code == 303


@pytest.mark.parametrize("path", ["notifications/", "notifications/bell/"])
def test_strangers_are_led_to_sign_in(stranger: ConsoleClient, path: str) -> None:
    assert stranger.get(stranger.path(path)).headers["Location"].startswith("/user/login/")
