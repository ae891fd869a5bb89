"""Sign-in, passkeys and the pages of people and keys in a real browser, with and without scripts."""

from collections.abc import Callable
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from playwright.sync_api import Page, expect

from console.models import AccessKey, Membership
from messaging.models import RegionalAccount
from tests import factories
from tests.browser_fixtures import FRAME, faults

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
Open = Callable[..., Page]
PASSWORD = "correct horse battery"


def fill_sign_in(page: Page, name: str, password: str = PASSWORD) -> None:
    page.goto("/user/login/")
    page.get_by_label("Username").fill(name)
    page.get_by_label("Password", exact=True).fill(password)
    page.get_by_role("button", name="Sign in", exact=True).click()


def reauthenticate(page: Page) -> None:
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Confirm").click()


@pytest.mark.parametrize("javascript", [True, False])
def test_signs_in_with_and_without_scripts(open_page: Open, owner: RegionalAccount, javascript: bool) -> None:
    page = open_page(role=None, javascript=javascript)
    person = factories.make_member(owner)
    fill_sign_in(page, person.username, "wrong")
    expect(page.get_by_role("heading", name="There is a problem")).to_be_visible()
    fill_sign_in(page, person.username)
    expect(page.get_by_role("navigation").first).to_be_visible()
    assert f"/{owner.account_id}/{owner.region}/" in page.url


def test_a_passkey_is_added_and_signs_in(open_page: Open, owner: RegionalAccount) -> None:
    page = open_page(role=None)
    devices = page.context.new_cdp_session(page)
    devices.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    devices.send("WebAuthn.addVirtualAuthenticator", {"options": options})
    person = factories.make_member(owner)
    fill_sign_in(page, person.username)
    expect(page.get_by_role("navigation").first).to_be_visible()
    page.goto("/user/2fa/webauthn/add/")
    reauthenticate(page)
    page.get_by_label("Passwordless").check()
    page.get_by_role("button", name="Add passkey").click()
    expect(page.get_by_role("heading", name="Recovery codes", level=1)).to_be_visible()
    assert Authenticator.objects.filter(user=person, type=Authenticator.Type.WEBAUTHN).count() == 1
    page.goto("/user/logout/")
    page.locator("main").get_by_role("button", name="Sign out").click()
    page.get_by_role("button", name="Sign in with a passkey").click()
    expect(page.get_by_role("navigation").first).to_be_visible()
    assert f"/{owner.account_id}/" in page.url


def test_a_new_key_is_shown_copied_and_stored(page: Page, console_url: Callable[[str], str]) -> None:
    page.goto(console_url("access-keys/create/"))
    page.get_by_label("Role").select_option("OPERATOR")
    page.get_by_role("button", name="Create access key").click()
    expect(page.get_by_role("heading", name="Your new access key")).to_be_visible()
    key = AccessKey.objects.get()
    with page.expect_download() as download:
        page.get_by_role("button", name="Download .csv").click()
    assert download.value.suggested_filename == f"{key.access_key_id}.csv"
    page.get_by_role("button", name="I have stored it").click()
    expect(page.get_by_role("heading", name=key.access_key_id)).to_be_visible()


PAGES = (
    "settings/", "access-keys/", "access-keys/create/", "access-keys/KEY/", "access-keys/KEY/delete/", "members/",
    "members/add/", "members/roles/", "members/named/NAME/", "members/named/NAME/remove/",
    "members/named/NAME/reset-password/", "activity/",
)  # fmt: skip
PERSONAL = ("/user/2fa/", "/user/sessions/", "/user/password/change/", "/user/logout/", "/user/reauthenticate/")
OPEN = ("/user/login/", "/user/password/reset/")


def test_pages_are_accessible_and_narrow(
    open_page: Open, owner: RegionalAccount, console_url: Callable[[str], str]
) -> None:
    key = factories.make_access_key(owner, description="build server").access_key_id
    tab, stranger, found = open_page(), open_page(role=None), []
    name = Membership.objects.get(account_id=owner.account_id).user.get_username()
    for path in (*(console_url(p.replace("KEY", key).replace("NAME", name)) for p in PAGES), *PERSONAL):
        tab.goto(path)
        found += faults(tab, without=FRAME)
    for path in OPEN:
        stranger.goto(path)
        found += faults(stranger)
    assert not found, "\n".join(found)


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_setting_up_an_authenticator_app_is_accessible(open_page: Open, axe: Any, theme: str) -> None:
    tab = open_page(theme=theme)
    tab.goto("/user/2fa/totp/activate/")
    reauthenticate(tab)
    expect(tab.get_by_role("img", name="QR code")).to_be_visible()
    axe(tab)
