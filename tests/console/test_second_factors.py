"""Second factors: authenticator app, recovery codes, passkeys, and roles that require one."""

import time
from collections.abc import Callable
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, generate_totp_secret, hotp_value
from django.core.exceptions import ImproperlyConfigured

from console.environment import Environment
from messaging.models import Activity
from tests.client import ConsoleClient

pytestmark = pytest.mark.django_db
PASSWORD = "correct horse battery"
LOGIN = "/user/login/"
SignIn = Callable[..., ConsoleClient]


def code_for(secret: str) -> str:
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30))


def sign_in(client: ConsoleClient, user: Any, password: str = PASSWORD, **extra: str) -> Any:
    return client.post(LOGIN, {"login": user.username, "password": password, **extra})


@pytest.fixture
def with_totp(member: Callable[..., Any]) -> tuple[Any, str]:
    """A member with an authenticator app and recovery codes."""
    user, secret = member(), generate_totp_secret()
    TOTP.activate(user, secret)
    RecoveryCodes.activate(user)
    return user, secret


def test_sets_up_an_authenticator_app(client_in: ConsoleClient) -> None:
    confirm_it_is_me(client_in)
    page = client_in.get("/user/2fa/totp/activate/")
    text = page.content.decode()
    secret = page.context["form"].secret
    assert '<svg class="qr"' in text and "data:image" not in text
    assert secret in text
    wrong = client_in.post("/user/2fa/totp/activate/", {"code": "000000"})
    assert wrong.status_code == 422
    done = client_in.post("/user/2fa/totp/activate/", {"code": code_for(wrong.context["form"].secret)})
    assert done.headers["Location"] == "/user/2fa/recovery-codes/"
    stored = Authenticator.objects.get(user=client_in.user, type=Authenticator.Type.TOTP)
    assert secret not in str(stored.data)
    codes = client_in.get("/user/2fa/recovery-codes/")
    assert len(codes.context["unused_codes"]) == 10
    assert codes.context["unused_codes"][0] in codes.content.decode()
    download = client_in.get("/user/2fa/recovery-codes/download/")
    assert download.content.decode().split() == codes.context["unused_codes"]


def confirm_it_is_me(client: ConsoleClient) -> None:
    assert client.get("/user/reauthenticate/").status_code == 200
    assert client.post("/user/reauthenticate/", {"password": "wrong"}).status_code == 422
    assert client.post("/user/reauthenticate/", {"password": PASSWORD}).status_code == 302


def test_delicate_pages_ask_again_who_it_is(client_in: ConsoleClient) -> None:
    for path in ("totp/activate/", "webauthn/add/", "recovery-codes/generate/"):
        response = client_in.get(f"/user/2fa/{path}")
        assert response.status_code == 302
        assert response.headers["Location"].startswith("/user/reauthenticate/")


def test_the_second_step_of_signing_in(stranger: ConsoleClient, with_totp: tuple[Any, str]) -> None:
    user, secret = with_totp
    assert sign_in(stranger, user).headers["Location"] == "/user/2fa/authenticate/"
    assert stranger.get("/").headers["Location"].startswith(LOGIN)
    page = stranger.get("/user/2fa/authenticate/")
    assert 'autocomplete="one-time-code"' in page.content.decode()
    assert stranger.post("/user/2fa/authenticate/", {"code": "000000"}).status_code == 422
    assert not Activity.objects.filter(operation="SignIn", refused="").exists()  # half-way is not in
    code = code_for(secret)
    assert stranger.post("/user/2fa/authenticate/", {"code": code}).status_code == 302
    assert stranger.get(stranger.path("settings/")).status_code == 200
    failed, entered = Activity.objects.filter(operation="SignIn").order_by("pk")
    assert (failed.refused, failed.parameters["factor"]) == ("Denied WRONG_CODE", "totp")
    assert entered.parameters["methods"] == ["password", "mfa:totp"]
    assert "000000" not in str(failed.parameters) and code not in str(entered.parameters)


def test_a_recovery_code_works_once(stranger: ConsoleClient, with_totp: tuple[Any, str]) -> None:
    user, _secret = with_totp
    codes = Authenticator.objects.get(user=user, type=Authenticator.Type.RECOVERY_CODES).wrap().get_unused_codes()
    for expected in (302, 422):
        sign_in(stranger, user)
        assert stranger.post("/user/2fa/authenticate/", {"code": codes[0]}).status_code == expected
        if expected == 302:
            stranger.post("/user/logout/")


def test_deactivates_the_app_and_makes_new_codes(
    stranger: ConsoleClient, with_totp: tuple[Any, str], django_capture_on_commit_callbacks: Any
) -> None:
    user, secret = with_totp
    sign_in(stranger, user)
    stranger.post("/user/2fa/authenticate/", {"code": code_for(secret)})
    confirm_it_is_me(stranger)
    before = stranger.get("/user/2fa/recovery-codes/").context["unused_codes"]
    assert stranger.get("/user/2fa/recovery-codes/generate/").status_code == 200
    with django_capture_on_commit_callbacks(execute=True):
        stranger.post("/user/2fa/recovery-codes/generate/")
    after = stranger.get("/user/2fa/recovery-codes/").context["unused_codes"]
    assert not set(before) & set(after)
    assert stranger.get("/user/2fa/totp/deactivate/").status_code == 200
    stranger.post("/user/2fa/totp/deactivate/")
    assert not Authenticator.objects.filter(user=user).exists()
    changes = Activity.objects.exclude(parameters__factor=None).values_list("operation", "parameters__factor")
    assert sorted(changes) == [
        ("RemoveSecondFactor", "recovery_codes"),
        ("RemoveSecondFactor", "totp"),
        ("ResetRecoveryCodes", "recovery_codes"),
    ]


def test_passkey_pages(client_in: ConsoleClient) -> None:
    confirm_it_is_me(client_in)
    assert client_in.get("/user/2fa/").status_code == 200
    assert "No passkeys yet" in client_in.get("/user/2fa/webauthn/").content.decode()
    page = client_in.get("/user/2fa/webauthn/add/")
    text = page.content.decode()
    assert 'id="js_data" type="application/json"' in text
    assert "allauth.webauthn.forms.addForm" in text
    key = Authenticator.objects.create(
        user=client_in.user, type=Authenticator.Type.WEBAUTHN, data={"name": "Laptop", "credential": {}}
    )
    assert "Laptop" in client_in.get("/user/2fa/webauthn/").content.decode()
    edit = f"/user/2fa/webauthn/keys/{key.pk}/edit/"
    assert client_in.get(edit).status_code == 200
    assert client_in.post(edit, {"name": ""}).status_code == 422
    client_in.post(edit, {"name": "Phone"})
    assert "Phone" in client_in.get("/user/2fa/webauthn/").content.decode()
    remove = f"/user/2fa/webauthn/keys/{key.pk}/remove/"
    assert client_in.get(remove).status_code == 200
    client_in.post(remove)
    assert not Authenticator.objects.exists()


def test_a_passkey_of_somebody_else_is_not_there(client_in: ConsoleClient, member: Callable[..., Any]) -> None:
    confirm_it_is_me(client_in)
    key = Authenticator.objects.create(
        user=member(), type=Authenticator.Type.WEBAUTHN, data={"name": "Theirs", "credential": {}}
    )
    assert client_in.post(f"/user/2fa/webauthn/keys/{key.pk}/remove/").status_code == 404
    assert Authenticator.objects.exists()


def test_passkey_sign_in_offers_a_challenge(stranger: ConsoleClient) -> None:
    response = stranger.get("/user/2fa/webauthn/login/", headers={"Accept": "application/json"})
    assert response.json()["request_options"]["publicKey"]["challenge"]


@pytest.mark.parametrize(("role", "led"), [("ADMINISTRATOR", True), ("VIEWER", False)])
def test_a_role_can_require_a_second_factor(signed_in: SignIn, settings: Any, role: str, led: bool) -> None:
    settings.SWITCHBOARD_REQUIRE_MFA = ["ADMINISTRATOR"]
    client = signed_in(role)
    response = client.get(client.path("settings/"))
    assert (response.status_code == 302) is led
    if led:
        assert response.headers["Location"] == "/user/2fa/"
        assert "requires a second factor" in client.get("/user/2fa/").content.decode()
        assert client.fragment(client.path("settings/")).headers["HX-Redirect"] == "/user/2fa/"
        TOTP.activate(client.user, generate_totp_secret())
        assert client.get(client.path("settings/")).status_code == 200


def test_the_roles_that_require_a_factor_are_checked() -> None:
    roles = ["VIEWER", "ADMINISTRATOR"]
    given = Environment({"REQUIRED": "administrator, Viewer"})
    assert given.choices("REQUIRED", roles) == ["ADMINISTRATOR", "VIEWER"]
    assert Environment({}).choices("REQUIRED", roles) == []
    with pytest.raises(ImproperlyConfigured, match="REQUIRED"):
        Environment({"REQUIRED": "OWNER"}).choices("REQUIRED", roles)
