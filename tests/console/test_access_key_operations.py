"""Access keys: made with a secret that is answered once, changed, deleted; secrets are nowhere in the clear."""

import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from console.models import AccessKey
from console.operations.access_keys import (
    access_key_changed,
    create_access_key,
    delete_access_key,
    describe_access_keys,
    update_access_key,
)
from messaging import secrets
from messaging.caller import Caller
from messaging.errors import Conflict, Denied, Invalid, NotFound
from messaging.models import Activity, RegionalAccount
from messaging.permissions import Role
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def changed() -> Iterator[list[str]]:
    """The ids that access_key_changed told of."""
    told: list[str] = []

    def hear(sender: Any, access_key_id: str, **_kwargs: Any) -> None:
        told.append(access_key_id)

    access_key_changed.connect(hear)
    yield told
    access_key_changed.disconnect(hear)


def used(key: factories.Key, days: float) -> str:
    AccessKey.objects.filter(pk=key.access_key_id).update(last_used_at=datetime.now(UTC) - timedelta(days=days))
    return key.access_key_id


def test_makes_a_key_with_a_secret(caller: Caller, changed: list[str]) -> None:
    made = create_access_key(caller, role="OPERATOR", read_only=True, description=" build server ")
    assert re.fullmatch(r"AKIA[A-Z2-7]{16}", made.access_key_id)
    assert len(made.secret) == 40
    row = AccessKey.objects.get(pk=made.access_key_id)
    assert (row.role, row.read_only, row.enabled, row.description) == ("OPERATOR", True, True, "build server")
    assert row.account_id == caller.account_id
    assert changed == [made.access_key_id]


def test_the_secret_is_encrypted_and_not_logged(caller: Caller, caplog: pytest.LogCaptureFixture) -> None:
    made = create_access_key(caller, role="VIEWER")
    stored = bytes(AccessKey.objects.get(pk=made.access_key_id).secret_encrypted)
    assert made.secret.encode() not in stored
    assert secrets.decrypt(stored) == made.secret
    assert made.secret not in str(list(Activity.objects.values()))
    assert made.secret not in repr(made)
    assert made.secret not in caplog.text


def test_the_maker_is_remembered(caller_as: Callable[..., Caller], user: Any) -> None:
    made = create_access_key(caller_as("ADMINISTRATOR", actor=f"user:{user.username}"), role="VIEWER")
    assert made.key.created_by == user


def test_no_two_keys_are_alike(caller: Caller) -> None:
    made = [create_access_key(caller, role="VIEWER") for _i in range(5)]
    assert len({key.access_key_id for key in made}) == len({key.secret for key in made}) == 5


@pytest.mark.parametrize("role", [Role.VIEWER, Role.OPERATOR, Role.REVIEWER])
def test_only_administrators_handle_keys(
    caller_as: Callable[..., Caller], access_key: factories.Key, role: Role
) -> None:
    calls: list[Callable[[Caller], Any]] = [
        lambda by: create_access_key(by, role="VIEWER"),
        lambda by: update_access_key(by, access_key_id=access_key.access_key_id, enabled=False),
        lambda by: delete_access_key(by, access_key_id=access_key.access_key_id),
        describe_access_keys,
    ]
    for call in calls:
        with pytest.raises(Denied):
            call(caller_as(role))
    assert AccessKey.objects.get().enabled


def test_nobody_makes_a_key_above_the_own_role(
    caller_as: Callable[..., Caller], monkeypatch: pytest.MonkeyPatch
) -> None:
    from messaging import permissions

    monkeypatch.setitem(permissions.table(), "CreateAccessKey", (permissions.EVERYONE, False))
    with pytest.raises(Denied, match="may do more than you"):
        create_access_key(caller_as("OPERATOR"), role="ADMINISTRATOR")
    assert create_access_key(caller_as("OPERATOR"), role="OPERATOR").key.role == "OPERATOR"


@pytest.mark.parametrize(
    ("values", "field"), [({"role": "OWNER"}, "role"), ({"role": "VIEWER", "description": "x" * 101}, "description")]
)
def test_refuses_malformed_keys(caller: Caller, values: dict[str, Any], field: str) -> None:
    with pytest.raises(Invalid) as refused:
        create_access_key(caller, **values)
    assert field in refused.value.fields
    assert not AccessKey.objects.exists()


def test_disables_enables_and_describes(caller: Caller, access_key: factories.Key, changed: list[str]) -> None:
    key = access_key.access_key_id
    assert not update_access_key(caller, access_key_id=key, enabled=False).enabled
    assert update_access_key(caller, access_key_id=key, enabled=True, description="ci").description == "ci"
    row = AccessKey.objects.get(pk=key)
    assert (row.enabled, row.description) == (True, "ci")
    assert secrets.decrypt(row.secret_encrypted) == access_key.secret_access_key
    assert changed == [key, key]


def test_deletes_an_idle_key_at_once(caller: Caller, access_key: factories.Key, changed: list[str]) -> None:
    assert delete_access_key(caller, access_key_id=used(access_key, days=8)).access_key_id == access_key.access_key_id
    assert not AccessKey.objects.exists()
    assert changed == [access_key.access_key_id]


@pytest.mark.parametrize("typed", ["", "AKIAWRONG"])
def test_a_key_in_use_needs_its_id_typed(caller: Caller, access_key: factories.Key, typed: str) -> None:
    key = used(access_key, days=6.9)
    with pytest.raises(Invalid) as refused:
        delete_access_key(caller, access_key_id=key, confirm=typed)
    assert "confirm" in refused.value.fields
    assert AccessKey.objects.filter(pk=key).exists()
    delete_access_key(caller, access_key_id=key, confirm=f" {key} ")
    assert not AccessKey.objects.exists()


def test_a_key_does_not_delete_itself(caller_as: Callable[..., Caller], access_key: factories.Key) -> None:
    key = access_key.access_key_id
    with pytest.raises(Conflict):
        delete_access_key(caller_as("ADMINISTRATOR", actor=f"key:{key}"), access_key_id=key)
    assert AccessKey.objects.exists()


def test_keys_of_other_accounts_do_not_exist(caller: Caller, other_owner: RegionalAccount) -> None:
    foreign = factories.make_access_key(other_owner).access_key_id
    with pytest.raises(NotFound):
        update_access_key(caller, access_key_id=foreign, enabled=False)
    with pytest.raises(NotFound):
        delete_access_key(caller, access_key_id=foreign)
    assert not describe_access_keys(caller).exists()
    assert AccessKey.objects.get().enabled


def test_secrets_survive_a_rotated_key(settings: Any) -> None:
    kept = secrets.encrypt("kept")
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "another"
    assert secrets.decrypt(kept) == "kept"
    settings.SECRET_KEY_FALLBACKS = []
    with pytest.raises(secrets.Undecipherable):
        secrets.decrypt(kept)
    with pytest.raises(secrets.Undecipherable):
        secrets.decrypt(secrets.encrypt("tampered")[:-4] + b"AAAA")
