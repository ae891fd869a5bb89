"""Pages of access keys: the secret is seen once, nothing changes by GET, nobody but administrators comes near."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from console import once
from console.models import AccessKey
from messaging import secrets
from messaging.models import Activity, RegionalAccount
from tests import factories
from tests.client import ConsoleClient

pytestmark = pytest.mark.django_db
SignIn = Callable[..., ConsoleClient]
CHANGES = ("update/", "stored/", "download/")


def create(client: ConsoleClient, **changes: str) -> Any:
    return client.post(client.path("access-keys/create/"), {"role": "OPERATOR", "description": "ci", **changes})


def secret_of(key: AccessKey) -> str:
    return secrets.decrypt(key.secret_encrypted)


@pytest.fixture
def key(owner: RegionalAccount) -> AccessKey:
    return factories.make_access_key(owner, "OPERATOR", description="build server").row


def test_lists_keys_without_secrets(client_in: ConsoleClient, key: AccessKey, other_owner: RegionalAccount) -> None:
    foreign = factories.make_access_key(other_owner)
    text = client_in.get(client_in.path("access-keys/")).content.decode()
    assert key.access_key_id in text and "build server" in text
    assert foreign.access_key_id not in text
    assert secret_of(key) not in text


def test_the_list_keeps_its_budget(
    client_in: ConsoleClient, owner: RegionalAccount, django_assert_max_num_queries: Any
) -> None:
    for _number in range(30):
        factories.make_access_key(owner)
    with django_assert_max_num_queries(12):
        assert client_in.get(client_in.path("access-keys/")).status_code == 200


def test_filters_keys(client_in: ConsoleClient, key: AccessKey, owner: RegionalAccount) -> None:
    other = factories.make_access_key(owner, "VIEWER")
    text = client_in.get(client_in.path("access-keys/?f=role:=:VIEWER")).content.decode()
    assert other.access_key_id in text and key.access_key_id not in text


@pytest.mark.parametrize("role", ["VIEWER", "OPERATOR", "REVIEWER"])
def test_only_administrators_see_keys(signed_in: SignIn, key: AccessKey, role: str) -> None:
    client = signed_in(role)
    one = f"access-keys/{key.access_key_id}/"
    for path in ("access-keys/", "access-keys/create/", one, f"{one}delete/", f"{one}secret/"):
        assert client.get(client.path(path)).status_code == 403
    for path in ("access-keys/create/", f"{one}delete/", *(one + change for change in CHANGES)):
        assert client.post(client.path(path), {"role": "VIEWER", "enabled": "off"}).status_code == 403
    assert AccessKey.objects.get().enabled


@pytest.mark.parametrize("path", ["", "create/", "KEY/", "KEY/delete/"])
def test_strangers_are_led_to_sign_in(stranger: ConsoleClient, key: AccessKey, path: str) -> None:
    path = path.replace("KEY", key.access_key_id)
    assert stranger.get(stranger.path(f"access-keys/{path}")).headers["Location"].startswith("/user/login/")
    assert stranger.post(stranger.path(f"access-keys/{path}")).status_code == 302
    assert AccessKey.objects.count() == 1


@pytest.mark.parametrize("change", CHANGES)
def test_changes_are_refused_to_get(client_in: ConsoleClient, key: AccessKey, change: str) -> None:
    assert client_in.get(client_in.path(f"access-keys/{key.access_key_id}/{change}")).status_code == 405


def test_keys_of_other_accounts_are_not_there(client_in: ConsoleClient, other_owner: RegionalAccount) -> None:
    foreign = factories.make_access_key(other_owner).access_key_id
    for path in ("", "secret/", "delete/"):
        assert client_in.get(client_in.path(f"access-keys/{foreign}/{path}")).status_code == 404
    assert client_in.post(client_in.path(f"access-keys/{foreign}/update/"), {"enabled": "off"}).status_code == 404
    assert AccessKey.objects.get(pk=foreign).enabled


def test_the_secret_is_shown_once(client_in: ConsoleClient, caplog: pytest.LogCaptureFixture) -> None:
    response = create(client_in, read_only="on")
    key = AccessKey.objects.get()
    secret = secret_of(key)
    assert (response.status_code, key.role, key.read_only) == (303, "OPERATOR", True)
    assert response.headers["Location"] == client_in.path(f"access-keys/{key.access_key_id}/secret/")
    assert secret not in response.content.decode()
    first = client_in.get(response.headers["Location"])
    assert secret in first.content.decode()
    assert "no-store" in first.headers["Cache-Control"]
    for path in ("secret/", "", "delete/"):
        assert secret not in client_in.get(client_in.path(f"access-keys/{key.access_key_id}/{path}")).content.decode()
    assert secret not in client_in.get(client_in.path("access-keys/")).content.decode()
    assert secret not in str(list(Activity.objects.values()))
    assert secret not in str(dict(client_in.session))
    assert secret not in caplog.text


def test_reloading_after_create_makes_no_second_key(client_in: ConsoleClient) -> None:
    url = create(client_in).headers["Location"]
    client_in.get(url)
    client_in.get(url)
    assert AccessKey.objects.count() == 1


def test_downloads_until_it_is_stored(client_in: ConsoleClient) -> None:
    create(client_in)
    key = AccessKey.objects.get()
    url = client_in.path(f"access-keys/{key.access_key_id}/")
    client_in.get(f"{url}secret/")
    sheet = client_in.post(f"{url}download/", {"format": "csv"})
    assert sheet.content.decode().splitlines()[1] == f"{key.access_key_id},{secret_of(key)}"
    assert sheet.headers["Content-Disposition"] == f'attachment; filename="{key.access_key_id}.csv"'
    assert "no-store" in sheet.headers["Cache-Control"]
    ini = client_in.post(f"{url}download/", {"format": "credentials"}).content.decode()
    assert f"aws_secret_access_key = {secret_of(key)}" in ini
    assert client_in.post(f"{url}stored/").headers["Location"] == url
    assert client_in.post(f"{url}download/", {"format": "csv"}).status_code == 404
    assert once.SESSION_KEY in client_in.session and not client_in.session[once.SESSION_KEY]


def test_downloads_end_after_a_while(client_in: ConsoleClient, monkeypatch: pytest.MonkeyPatch) -> None:
    create(client_in)
    key = AccessKey.objects.get()
    later = once.time.time() + once.MINUTES * 60 + 1
    monkeypatch.setattr(once.time, "time", lambda: later)
    url = client_in.path(f"access-keys/{key.access_key_id}/")
    assert client_in.post(f"{url}download/").status_code == 404
    assert secret_of(key) not in client_in.get(f"{url}secret/").content.decode()


@pytest.mark.parametrize("wrong", [{"role": ""}, {"role": "OWNER"}, {"description": "x" * 101}])
def test_an_invalid_form_is_422_and_keeps_what_was_typed(client_in: ConsoleClient, wrong: dict[str, str]) -> None:
    response = create(client_in, **{"description": "kept words", **wrong})
    assert response.status_code == 422
    assert wrong.get("description", "kept words") in response.content.decode()
    assert not AccessKey.objects.exists()


def test_an_empty_post_shows_errors(client_in: ConsoleClient) -> None:
    assert client_in.post(client_in.path("access-keys/create/")).status_code == 422


def test_the_detail_page_has_snippets_for_this_server(client_in: ConsoleClient, key: AccessKey) -> None:
    text = client_in.get(client_in.path(f"access-keys/{key.access_key_id}/")).content.decode()
    assert "endpoint_url=&quot;http://testserver&quot;" in text
    assert "--endpoint-url http://testserver" in text
    assert secret_of(key) not in text


def test_disables_enables_and_describes(client_in: ConsoleClient, key: AccessKey) -> None:
    url = client_in.path(f"access-keys/{key.access_key_id}/")
    for value, enabled in (("off", False), ("on", True)):
        assert client_in.post(f"{url}update/", {"enabled": value}).headers["Location"] == url
        assert AccessKey.objects.get().enabled is enabled
    assert client_in.post(url, {"description": "new words"}).status_code == 303
    assert AccessKey.objects.get().description == "new words"
    assert client_in.post(url, {"description": "x" * 101}).status_code == 422


def test_deletes_an_idle_key_after_a_confirmation(client_in: ConsoleClient, key: AccessKey) -> None:
    url = client_in.path(f"access-keys/{key.access_key_id}/delete/")
    page = client_in.get(url).content.decode()
    assert "Type the access key ID" not in page
    assert AccessKey.objects.exists()
    assert client_in.post(url).headers["Location"] == client_in.path("access-keys/")
    assert not AccessKey.objects.exists()


def test_a_key_in_use_asks_to_type_its_id(client_in: ConsoleClient, key: AccessKey) -> None:
    AccessKey.objects.update(last_used_at=datetime.now(UTC), last_used_action="SendTextMessage")
    url = client_in.path(f"access-keys/{key.access_key_id}/delete/")
    assert "SendTextMessage" in client_in.get(url).content.decode()
    for typed in ("", "AKIAWRONG"):
        assert client_in.post(url, {"confirm": typed}).status_code == 422
    assert AccessKey.objects.exists()
    assert client_in.post(url, {"confirm": key.access_key_id}).status_code == 303
    assert not AccessKey.objects.exists()
