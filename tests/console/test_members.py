"""Pages of members and roles: added, changed, removed, one-time passwords seen once."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth import get_user_model

from console.models import Membership
from messaging.models import Activity, RegionalAccount
from messaging.permissions import OWN_ACTIONS, table
from tests import factories
from tests.client import ConsoleClient

pytestmark = pytest.mark.django_db
SignIn = Callable[..., ConsoleClient]
Member = Callable[..., Any]
ONCE = re.compile(r"\b[a-z2-9]{5}(?:-[a-z2-9]{5}){3}\b")


def add(client: ConsoleClient, **changes: str) -> Any:
    return client.post(client.path("members/add/"), {"user_name": "ana", "role": "OPERATOR", **changes})


def test_everyone_sees_the_members(signed_in: SignIn, member: Member, other_owner: RegionalAccount) -> None:
    client, other = signed_in("VIEWER"), member("OPERATOR")
    foreign = factories.make_member(other_owner)
    text = client.get(client.path("members/")).content.decode()
    assert client.user.username in text and other.username in text
    assert foreign.username not in text
    assert "Add member" not in text
    one = client.get(client.path(f"members/named/{other.username}/")).content.decode()
    assert "Change role" not in one and "Reset password" not in one


@pytest.mark.parametrize("role", ["VIEWER", "OPERATOR", "REVIEWER"])
def test_only_administrators_change_members(signed_in: SignIn, member: Member, role: str) -> None:
    client, other = signed_in(role), member("OPERATOR")
    one = f"members/named/{other.username}/"
    for path in ("members/add/", f"{one}remove/", f"{one}reset-password/"):
        assert client.get(client.path(path)).status_code == 403
        assert client.post(client.path(path), {"user_name": "ana", "role": "VIEWER"}).status_code == 403
    assert client.post(client.path(one), {"role": "VIEWER"}).status_code == 403
    assert Membership.objects.get(user=other).role == "OPERATOR"
    assert Membership.objects.count() == 2


@pytest.mark.parametrize("path", ["", "add/", "roles/", "named/ana/", "named/ana/remove/"])
def test_strangers_are_led_to_sign_in(stranger: ConsoleClient, path: str) -> None:
    assert stranger.get(stranger.path(f"members/{path}")).headers["Location"].startswith("/user/login/")


def test_members_of_other_accounts_are_not_there(client_in: ConsoleClient, other_owner: RegionalAccount) -> None:
    foreign = factories.make_member(other_owner).username
    for path in ("", "remove/", "reset-password/"):
        assert client_in.get(client_in.path(f"members/named/{foreign}/{path}")).status_code == 404
        assert client_in.post(client_in.path(f"members/named/{foreign}/{path}"), {"role": "VIEWER"}).status_code == 404


def test_a_new_member_gets_a_password_that_is_shown_once(client_in: ConsoleClient) -> None:
    response = add(client_in)
    assert response.headers["Location"] == client_in.path("members/named/ana/")
    first = client_in.get(response.headers["Location"]).content.decode()
    (password,) = set(ONCE.findall(first))
    assert get_user_model().objects.get(username="ana").check_password(password)
    assert password not in client_in.get(response.headers["Location"]).content.decode()
    assert password not in str(list(Activity.objects.values()))
    assert password not in str(dict(client_in.session))


def test_an_existing_person_gets_no_password(client_in: ConsoleClient, user: Any) -> None:
    response = add(client_in, user_name=user.username)
    assert not ONCE.search(client_in.get(response.headers["Location"]).content.decode())
    assert Membership.objects.get(user=user).role == "OPERATOR"


@pytest.mark.parametrize("wrong", [{"user_name": ""}, {"user_name": "two words"}, {"role": "OWNER"}])
def test_an_invalid_member_is_422(client_in: ConsoleClient, wrong: dict[str, str]) -> None:
    assert add(client_in, **wrong).status_code == 422
    assert Membership.objects.count() == 1


def test_a_member_cannot_be_added_twice(client_in: ConsoleClient, member: Member) -> None:
    response = add(client_in, user_name=member("VIEWER").username)
    assert response.status_code == 422
    assert "already" in response.content.decode()


def test_changes_a_role(client_in: ConsoleClient, member: Member) -> None:
    person = member("VIEWER")
    url = client_in.path(f"members/named/{person.username}/")
    assert client_in.post(url, {"role": "REVIEWER"}).headers["Location"] == url
    assert Membership.objects.get(user=person).role == "REVIEWER"
    assert client_in.post(url, {"role": ""}).status_code == 422


def test_the_last_administrator_stays(client_in: ConsoleClient) -> None:
    url = client_in.path(f"members/named/{client_in.user.username}/")
    assert "last administrator" in client_in.get(url).content.decode()
    response = client_in.post(url, {"role": "VIEWER"})
    assert response.status_code == 422
    assert "last administrator" in response.content.decode()
    assert client_in.post(f"{url}remove/").status_code == 422
    assert Membership.objects.get().role == "ADMINISTRATOR"


def test_removes_a_member(client_in: ConsoleClient, member: Member) -> None:
    person = member("VIEWER")
    url = client_in.path(f"members/named/{person.username}/remove/")
    assert client_in.get(url).status_code == 200
    assert Membership.objects.count() == 2
    assert client_in.post(url).headers["Location"] == client_in.path("members/")
    assert Membership.objects.count() == 1


def test_a_removed_member_is_out_at_once(client_in: ConsoleClient, signed_in: SignIn) -> None:
    other = signed_in("OPERATOR")
    assert other.get(other.path("members/")).status_code == 200
    client_in.post(client_in.path(f"members/named/{other.user.username}/remove/"))
    assert other.get(other.path("members/")).status_code == 404


def test_removing_oneself_leads_out(client_in: ConsoleClient, member: Member) -> None:
    member()
    response = client_in.post(client_in.path(f"members/named/{client_in.user.username}/remove/"))
    assert (response.status_code, response.headers["Location"]) == (303, "/")


def test_resets_a_password(client_in: ConsoleClient, signed_in: SignIn) -> None:
    other = signed_in("OPERATOR")
    url = client_in.path(f"members/named/{other.user.username}/")
    assert client_in.get(f"{url}reset-password/").status_code == 200
    response = client_in.post(f"{url}reset-password/")
    (password,) = set(ONCE.findall(client_in.get(response.headers["Location"]).content.decode()))
    other.user.refresh_from_db()
    assert other.user.check_password(password)
    assert other.get(other.path("members/")).headers["Location"].startswith("/user/login/")


def test_the_roles_page_shows_the_table_that_decides(signed_in: SignIn) -> None:
    client = signed_in("VIEWER")
    page = client.get(client.path("members/roles/"))
    text = page.content.decode()
    assert page.context["total"] == len(table()) > len(OWN_ACTIONS)
    assert all(f"<code>{action}</code>" in text for action in table())


def test_the_roles_page_narrows_by_text(client_in: ConsoleClient) -> None:
    part = client_in.fragment(client_in.path("members/roles/"), {"q": "createpool"}).content.decode()
    assert "<code>CreatePool</code>" in part and "DeletePool" not in part
    assert 'id="results"' in part and "<html" not in part
    assert "Nothing matches" in client_in.get(client_in.path("members/roles/"), {"q": "zzz"}).content.decode()


def test_the_list_keeps_its_budget(
    client_in: ConsoleClient, member: Member, django_assert_max_num_queries: Any
) -> None:
    for _number in range(20):
        member("VIEWER")
    with django_assert_max_num_queries(12):
        assert client_in.get(client_in.path("members/")).status_code == 200
