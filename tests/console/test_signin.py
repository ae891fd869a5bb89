"""Who may enter: sign-in, one-time passwords, sessions, rate limits, safe ways back."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from allauth.usersessions.models import UserSession
from django.contrib.auth import get_user_model
from django.contrib.sessions.models import Session
from django.core.cache import cache

from console.models import Membership, Preferences
from console.operations.members import reset_member_password
from messaging.caller import Caller
from messaging.models import Activity, RegionalAccount
from tests import factories
from tests.client import ConsoleClient

pytestmark = pytest.mark.django_db
PASSWORD = "correct horse battery"
LOGIN = "/user/login/"


def sign_in(client: ConsoleClient, user: Any, password: str = PASSWORD, **extra: str) -> Any:
    return client.post(LOGIN, {"login": user.username, "password": password, **extra})


# Signing in and out


def test_signs_in_and_lands_in_the_account(stranger: ConsoleClient, member: Callable[..., Any]) -> None:
    response = sign_in(stranger, member())
    assert (response.status_code, response.headers["Location"]) == (302, "/")
    home = stranger.get("/")
    assert home.status_code == 302
    assert home.headers["Location"].startswith("/123456789012/us-east-1/")


def test_the_sign_in_page(stranger: ConsoleClient) -> None:
    page = stranger.get(LOGIN)
    text = page.content.decode()
    assert page.status_code == 200
    assert 'autocomplete="current-password"' in text
    assert "Sign in with a passkey" in text
    assert "mfa/js/webauthn" in text
    assert "ask_administrator" not in text
    assert "script-src 'self'" in page.headers["Content-Security-Policy"]


def test_a_wrong_password_is_422_and_says_no_more_than_needed(
    stranger: ConsoleClient, member: Callable[..., Any]
) -> None:
    wrong = sign_in(stranger, member(), "wrong password")
    unknown = stranger.post(LOGIN, {"login": "nobody", "password": "wrong password"})
    assert (wrong.status_code, unknown.status_code) == (422, 422)
    assert wrong.context["form"].errors == unknown.context["form"].errors
    assert "wrong password" not in wrong.content.decode()


def test_cookies_are_strict(stranger: ConsoleClient, member: Callable[..., Any]) -> None:
    response = sign_in(stranger, member())
    stranger.get(LOGIN)
    for name in ("switchboard_session",):
        cookie = response.cookies[name]
        assert cookie["httponly"] and cookie["samesite"] == "Lax"
    assert stranger.cookies["switchboard_csrf"]["httponly"]


@pytest.mark.parametrize(
    ("given", "landing"),
    [
        ("/123456789012/us-east-1/settings/", "/123456789012/us-east-1/settings/"),
        ("https://elsewhere.example/", "/"),
        ("//elsewhere.example/", "/"),
        ("javascript:alert(1)", "/"),
        ("https:///elsewhere.example", "/"),
    ],
)
def test_next_leads_only_to_this_server(
    stranger: ConsoleClient, member: Callable[..., Any], given: str, landing: str
) -> None:
    assert sign_in(stranger, member(), next=given).headers["Location"] == landing


def test_an_anonymous_page_leads_to_sign_in_and_back(stranger: ConsoleClient) -> None:
    response = stranger.get(stranger.path("settings/") + "?a=1")
    assert response.status_code == 302
    assert response.headers["Location"] == f"{LOGIN}?next=%2F123456789012%2Fus-east-1%2Fsettings%2F%3Fa%3D1"
    assert "/123456789012/us-east-1/settings/?a=1" in stranger.get(response.headers["Location"]).content.decode()


def test_an_anonymous_form_comes_back_to_its_page(stranger: ConsoleClient) -> None:
    url = stranger.path("access-keys/create/")
    response = stranger.post(url, headers={"Referer": f"http://testserver{url}"})
    assert response.headers["Location"].startswith(f"{LOGIN}?next=http")
    assert stranger.post(url).headers["Location"] == LOGIN
    foreign = stranger.post(url, headers={"Referer": "https://elsewhere.example/"})
    assert foreign.headers["Location"] == LOGIN


def test_an_anonymous_fragment_says_that_the_session_ended(stranger: ConsoleClient) -> None:
    response = stranger.fragment(stranger.path("settings/"))
    assert response.status_code == 401
    assert response.headers["HX-Trigger"] == "session-ended"


def test_signs_out_by_post_only(client_in: ConsoleClient) -> None:
    assert client_in.get("/user/logout/").status_code == 200
    assert client_in.get(client_in.path("settings/")).status_code == 200
    assert client_in.post("/user/logout/").headers["Location"] == LOGIN
    assert client_in.get(client_in.path("settings/")).status_code == 302


def test_an_inactive_person_does_not_enter(stranger: ConsoleClient, member: Callable[..., Any]) -> None:
    user = member()
    get_user_model().objects.filter(pk=user.pk).update(is_active=False)
    sign_in(stranger, user)
    assert stranger.get("/").headers["Location"].startswith(LOGIN)


@pytest.mark.parametrize("path", ["/user/signup/", "/user/password/reset/"])
def test_what_needs_mail_says_to_ask_an_administrator(stranger: ConsoleClient, path: str) -> None:
    assert "administrator" in stranger.get(path).content.decode()
    assert stranger.post(path, {"email": "a@b.example", "username": "x"}).status_code == 404
    assert not get_user_model().objects.exists()


@pytest.mark.parametrize("path", ["/user/email/", "/user/confirm-email/", "/user/password/set/", "/user/login/code/"])
def test_mail_pages_are_not_there(client_in: ConsoleClient, path: str) -> None:
    assert client_in.get(path).status_code == 404


# Accounts and Regions


@pytest.mark.parametrize(
    "path", ["/210987654321/us-east-1/settings/", "/999999999999/us-east-1/settings/", "/123456789012/mars-1/settings/"]
)
def test_no_access_reads_as_not_found(client_in: ConsoleClient, other_owner: RegionalAccount, path: str) -> None:
    assert client_in.get(path).status_code == 404


def test_a_member_opens_another_region_by_going_there(client_in: ConsoleClient) -> None:
    assert client_in.get("/123456789012/eu-west-1/settings/").status_code == 200
    assert RegionalAccount.objects.filter(region="eu-west-1").exists()


def test_a_stranger_opens_no_region(client_in: ConsoleClient, other_owner: RegionalAccount) -> None:
    client_in.get("/210987654321/eu-west-1/settings/")
    assert not RegionalAccount.objects.filter(region="eu-west-1").exists()


def test_three_queries_find_session_person_and_account(
    client_in: ConsoleClient, django_assert_num_queries: Any
) -> None:
    path = client_in.path("settings/preferences/")
    client_in.get(client_in.path("settings/"))
    with django_assert_num_queries(3):
        assert client_in.get(path).status_code == 405


def test_the_root_leads_to_the_place_last_used(client_in: ConsoleClient, other_owner: RegionalAccount) -> None:
    assert not Preferences.objects.exists()
    client_in.get("/123456789012/eu-west-1/settings/")
    assert client_in.get("/").headers["Location"].startswith("/123456789012/eu-west-1/")
    Membership.objects.create(user=client_in.user, account_id=other_owner.account_id, role="VIEWER")
    client_in.get("/210987654321/us-east-1/settings/")
    assert client_in.get("/").headers["Location"].startswith("/210987654321/us-east-1/")
    Membership.objects.filter(account_id=other_owner.account_id).delete()
    assert client_in.get("/").headers["Location"].startswith("/123456789012/us-east-1/")


def test_a_person_without_account_is_told_so(stranger: ConsoleClient, user: Any) -> None:
    stranger.force_login(user)
    page = stranger.get("/")
    assert page.status_code == 200
    assert "not a member of any account" in page.content.decode()
    for path in ("/user/2fa/", "/user/sessions/", "/user/password/change/"):
        assert stranger.get(path).status_code == 200


# What stands in the activity log


def noted(owner: RegionalAccount) -> list[tuple[str, str, str]]:
    rows = Activity.objects.filter(owner=owner, door="sign-in").order_by("pk")
    return list(rows.values_list("operation", "refused", "actor"))


def test_signing_in_failing_and_out_is_noted_without_secrets(
    stranger: ConsoleClient, member: Callable[..., Any], owner: RegionalAccount, other_owner: RegionalAccount
) -> None:
    user = member()
    who = f"user:{user.username}"
    elsewhere = factories.make_owner(region="eu-west-1")
    sign_in(stranger, user, "wrong password")
    stranger.post(LOGIN, {"login": "nobody", "password": "wrong password"})
    stranger.post(LOGIN, {"login": user.username, "password": PASSWORD}, headers={"User-Agent": "Firefox"})
    stranger.post("/user/logout/")
    told = [("SignIn", "Denied WRONG_PASSWORD", who), ("SignIn", "", who), ("SignOut", "", who)]
    assert noted(owner) == noted(elsewhere) == told
    assert noted(other_owner) == []
    failed, entered, _left = Activity.objects.filter(owner=owner).order_by("pk")
    assert failed.parameters == {"address": "127.0.0.1"}
    assert entered.parameters == {"address": "127.0.0.1", "user_agent": "Firefox", "methods": ["password"]}


def test_a_session_that_a_test_or_a_program_makes_is_not_a_sign_in(
    client_in: ConsoleClient, owner: RegionalAccount
) -> None:
    assert noted(owner) == []
    client_in.logout()
    assert noted(owner) == []


def test_sign_ins_are_found_by_door_and_address(
    signed_in: Callable[..., ConsoleClient], stranger: ConsoleClient, member: Callable[..., Any]
) -> None:
    sign_in(stranger, member())
    client = signed_in("VIEWER")
    for query, found in (
        ("door:=:sign-in", 1),
        ("door:=:wire", 0),
        ("address:=:127.0.0.1", 1),
        ("address:starts with:127.", 1),
        ("address:=:9.9.9.9", 0),
    ):
        assert len(client.get(client.path(f"activity/?f={query}")).context["listing"].page.rows) == found, query


# Passwords


def test_a_one_time_password_must_be_changed_first(
    stranger: ConsoleClient, member: Callable[..., Any], caller: Caller
) -> None:
    user = member("VIEWER")
    once = reset_member_password(caller, user_name=user.username).one_time_password
    sign_in(stranger, user, once)
    for path in (stranger.path("settings/"), "/user/2fa/", "/"):
        assert stranger.get(path).headers["Location"] == "/user/password/change/"
    fragment = stranger.fragment(stranger.path("settings/"))
    assert fragment.headers["HX-Redirect"] == "/user/password/change/"
    assert "one-time password" in stranger.get("/user/password/change/").content.decode()
    new = {"password1": "my own long password", "password2": "my own long password"}
    assert stranger.post("/user/password/change/", {"oldpassword": "wrong", **new}).status_code == 422
    assert stranger.post("/user/password/change/", {"oldpassword": once, **new}).headers["Location"] == "/"
    assert stranger.get(stranger.path("settings/")).status_code == 200
    assert not Preferences.objects.get(user=user).must_change_password
    assert "ChangePassword" in Activity.objects.values_list("operation", flat=True)


def test_a_one_time_password_cannot_be_kept(
    stranger: ConsoleClient, member: Callable[..., Any], caller: Caller
) -> None:
    user = member("VIEWER")
    once = reset_member_password(caller, user_name=user.username).one_time_password
    sign_in(stranger, user, once)
    kept = {"oldpassword": once, "password1": once, "password2": once}
    assert stranger.post("/user/password/change/", kept).status_code == 422
    assert Preferences.objects.get(user=user).must_change_password


@pytest.mark.parametrize("weak", ["too short", "password1234", "123456789012"])
def test_weak_passwords_are_refused(client_in: ConsoleClient, weak: str) -> None:
    data = {"oldpassword": PASSWORD, "password1": weak, "password2": weak}
    assert client_in.post("/user/password/change/", data).status_code == 422


# Rate limits


def test_failed_attempts_are_limited_and_the_wait_is_said(stranger: ConsoleClient, member: Callable[..., Any]) -> None:
    user = member()
    for _attempt in range(5):
        assert sign_in(stranger, user, "wrong").status_code == 422
    refused = sign_in(stranger, user)
    assert refused.status_code == 429
    assert 0 < int(refused.headers["Retry-After"]) <= 301
    assert re.search(r"Wait \d+ (minutes|seconds)", refused.content.decode())
    assert "_auth_user_id" not in stranger.session


def test_many_attempts_from_one_address_get_the_waiting_page(stranger: ConsoleClient) -> None:
    for number in range(30):
        stranger.post(LOGIN, {"login": f"user{number}", "password": "x"})
    refused = stranger.post(LOGIN, {"login": "another", "password": "x"})
    assert refused.status_code == 429
    assert "Too many attempts" in refused.content.decode()
    assert int(refused.headers["Retry-After"]) <= 61


# Sessions


def elsewhere(owner: RegionalAccount, user: Any) -> ConsoleClient:
    """The same person in another browser."""
    client = ConsoleClient(owner, user)
    sign_in(client, user)
    return client


def test_lists_sessions_and_ends_one(client_in: ConsoleClient, owner: RegionalAccount) -> None:
    other = elsewhere(owner, client_in.user)
    page = client_in.get("/user/sessions/")
    assert len(page.context["sessions"]) == 2
    session = UserSession.objects.get(session_key=other.session.session_key)
    assert client_in.get(f"/user/sessions/{session.pk}/end/").status_code == 405
    ended = client_in.post(f"/user/sessions/{session.pk}/end/")
    assert (ended.status_code, ended.headers["Location"]) == (303, "/user/sessions/")
    assert other.get(other.path("settings/")).status_code == 302
    assert len(client_in.get("/user/sessions/").context["sessions"]) == 1


def test_ends_all_other_sessions(client_in: ConsoleClient, owner: RegionalAccount) -> None:
    others = [elsewhere(owner, client_in.user) for _number in range(2)]
    client_in.post("/user/sessions/others/end/")
    assert all(other.get("/").headers["Location"].startswith(LOGIN) for other in others)
    assert client_in.get(client_in.path("settings/")).status_code == 200


def test_sessions_of_others_are_not_there(client_in: ConsoleClient, owner: RegionalAccount) -> None:
    other = elsewhere(owner, factories.make_member(owner))
    session = UserSession.objects.get(session_key=other.session.session_key)
    assert client_in.post(f"/user/sessions/{session.pk}/end/").status_code == 404
    assert Session.objects.filter(session_key=session.session_key).exists()


def test_sessions_that_are_gone_are_forgotten(client_in: ConsoleClient, django_assert_max_num_queries: Any) -> None:
    client_in.get("/user/sessions/")
    for number in range(20):
        UserSession.objects.create(user=client_in.user, ip="10.0.0.1", session_key=f"gone{number}", user_agent="x")
    with django_assert_max_num_queries(12):
        assert len(client_in.get("/user/sessions/").context["sessions"]) == 1
    assert UserSession.objects.filter(user=client_in.user).count() == 1


def test_a_new_password_ends_the_other_sessions(client_in: ConsoleClient, owner: RegionalAccount) -> None:
    other = elsewhere(owner, client_in.user)
    new = "another long password"
    client_in.post("/user/password/change/", {"oldpassword": PASSWORD, "password1": new, "password2": new})
    assert other.get("/").headers["Location"].startswith(LOGIN)
    assert client_in.get(client_in.path("settings/")).status_code == 200
    assert len(client_in.get("/user/sessions/").context["sessions"]) == 1


def test_last_seen_is_noted_every_few_minutes(client_in: ConsoleClient) -> None:
    client_in.get("/user/sessions/", headers={"User-Agent": "before"})
    client_in.get("/", headers={"User-Agent": "now"})
    assert UserSession.objects.get().user_agent == "before"
    cache.clear()
    client_in.get("/", headers={"User-Agent": "now"})
    assert UserSession.objects.get().user_agent == "now"
