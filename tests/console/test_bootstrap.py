"""The first start makes exactly what the environment asks for; later starts make nothing and notice conflicts."""

import re
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.core.exceptions import ImproperlyConfigured

from console.environment import Environment
from console.models import AccessKey, Membership, Preferences
from console.operations.bootstrap import Bootstrapped, bootstrap
from messaging import secrets
from messaging.models import Account, OptOutList, RegionalAccount

pytestmark = pytest.mark.django_db

GIVEN = {
    "SWITCHBOARD_ADMIN_USER": "maria",
    "SWITCHBOARD_ADMIN_PASSWORD": "a long enough password",
    "SWITCHBOARD_ACCESS_KEY_ID": "AKIAGIVENGIVENGIVEN2",
    "SWITCHBOARD_SECRET_ACCESS_KEY": "given secret",
    "SWITCHBOARD_ACCOUNT_ID": "111122223333",
    "SWITCHBOARD_REGION": "eu-west-1",
    "SWITCHBOARD_ACCOUNT_TIER": "PRODUCTION",
}


def start(**changes: str) -> Bootstrapped:
    return bootstrap(Environment(changes))


def counts() -> tuple[int, ...]:
    models: list[Any] = [Account, RegionalAccount, get_user_model(), Membership, AccessKey, Preferences, OptOutList]
    return tuple(model.objects.count() for model in models)


def test_first_start_without_variables() -> None:
    made = start()
    assert made.first_start
    assert re.fullmatch(r"[1-9]\d{11}", made.account_id)
    assert (made.admin_user, made.region) == ("admin", "us-east-1")
    assert re.fullmatch(r"AKIA[A-Z2-7]{16}", made.access_key_id)
    assert len(made.secret_access_key) == 40
    user = get_user_model().objects.get(username="admin")
    assert user.check_password(made.one_time_password)
    assert user.preferences.must_change_password
    assert Membership.objects.get(user=user).role == "ADMINISTRATOR"
    key = AccessKey.objects.get(pk=made.access_key_id)
    assert (key.role, key.account_id, key.enabled, key.read_only) == ("ADMINISTRATOR", made.account_id, True, False)
    assert secrets.decrypt(key.secret_encrypted) == made.secret_access_key
    assert RegionalAccount.objects.get(account_id=made.account_id).tier == "SANDBOX"
    assert OptOutList.objects.filter(owner__account_id=made.account_id, opt_out_list_name="Default").exists()


def test_first_start_with_everything_given() -> None:
    made = start(**GIVEN)
    assert made == Bootstrapped(True, "111122223333", "eu-west-1", "maria", "AKIAGIVENGIVENGIVEN2")
    user = get_user_model().objects.get(username="maria")
    assert user.check_password("a long enough password")
    assert not Preferences.objects.filter(user=user, must_change_password=True).exists()
    assert secrets.decrypt(AccessKey.objects.get().secret_encrypted) == "given secret"
    assert RegionalAccount.objects.get().tier == "PRODUCTION"


def test_later_starts_make_nothing_and_hold_no_secret() -> None:
    start(**GIVEN)
    before = counts()
    for again in (start(**GIVEN), start()):
        assert again == Bootstrapped(False, "111122223333", "eu-west-1", "maria", again.access_key_id)
        assert not again.one_time_password and not again.secret_access_key
    assert counts() == before


def test_secrets_stay_out_of_representations() -> None:
    made = start()
    assert made.one_time_password not in repr(made)
    assert made.secret_access_key not in repr(made)


def test_warns_of_a_weak_password_but_takes_it() -> None:
    made = start(SWITCHBOARD_ADMIN_PASSWORD="admin")
    assert any("SWITCHBOARD_ADMIN_PASSWORD" in warning for warning in made.warnings)
    assert get_user_model().objects.get().check_password("admin")


def test_opens_another_region_in_the_tier_given() -> None:
    start(**GIVEN)
    again = start(SWITCHBOARD_REGION="us-west-2", SWITCHBOARD_ACCOUNT_TIER="PRODUCTION")
    assert again.region == "us-west-2"
    assert RegionalAccount.objects.get(region="us-west-2").tier == "PRODUCTION"


@pytest.mark.parametrize(
    ("variable", "value", "found"),
    [
        ("SWITCHBOARD_ADMIN_USER", "somebody", "maria"),
        ("SWITCHBOARD_ADMIN_PASSWORD", "another password", "maria"),
        ("SWITCHBOARD_ACCESS_KEY_ID", "AKIAOTHEROTHEROTHER2", "AKIAGIVENGIVENGIVEN2"),
        ("SWITCHBOARD_SECRET_ACCESS_KEY", "another secret", "AKIAGIVENGIVENGIVEN2"),
        ("SWITCHBOARD_ACCOUNT_ID", "999999999999", "111122223333"),
        ("SWITCHBOARD_ACCOUNT_TIER", "SANDBOX", "PRODUCTION"),
    ],
)
def test_conflicts_name_the_variable_and_what_the_database_has(variable: str, value: str, found: str) -> None:
    start(**GIVEN)
    before = counts()
    with pytest.raises(ImproperlyConfigured) as refused:
        start(**{**GIVEN, variable: value})
    assert variable in str(refused.value)
    assert found in str(refused.value)
    for secret in (GIVEN["SWITCHBOARD_SECRET_ACCESS_KEY"], "another secret", "another password"):
        assert secret not in str(refused.value)
    assert counts() == before


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("SWITCHBOARD_ADMIN_USER", "two words"),
        ("SWITCHBOARD_ACCESS_KEY_ID", "with/slash"),
        ("SWITCHBOARD_ACCOUNT_ID", "12345"),
        ("SWITCHBOARD_REGION", "mars-north-1"),
        ("SWITCHBOARD_ACCOUNT_TIER", "production"),
    ],
)
def test_malformed_variables_stop_the_start(variable: str, value: str) -> None:
    with pytest.raises(ImproperlyConfigured, match=variable):
        start(**{**GIVEN, variable: value})
    assert counts() == (0,) * 7


@pytest.mark.parametrize("alone", ["SWITCHBOARD_ACCESS_KEY_ID", "SWITCHBOARD_SECRET_ACCESS_KEY"])
def test_half_a_key_pair_is_refused(alone: str) -> None:
    with pytest.raises(ImproperlyConfigured, match="needs both"):
        start(**{alone: "AKIAGIVENGIVENGIVEN2"})


def test_a_key_of_another_account_conflicts() -> None:
    start(**GIVEN)
    Account.objects.create(account_id="444455556666")
    AccessKey.objects.update(account_id="444455556666")
    with pytest.raises(ImproperlyConfigured, match="444455556666"):
        start(**GIVEN)


def test_a_database_without_administrators_says_so() -> None:
    start(**GIVEN)
    Membership.objects.all().delete()
    with pytest.raises(ImproperlyConfigured, match="no administrator"):
        start()


@pytest.mark.django_db(transaction=True)
def test_two_first_starts_at_once_make_one_of_everything() -> None:
    from concurrent.futures import ThreadPoolExecutor

    from django.db import connection

    def one(_number: int) -> Bootstrapped:
        try:
            return start()
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        results = list(pool.map(one, range(2)))
    assert sorted(result.first_start for result in results) == [False, True]
    assert len({result.account_id for result in results}) == 1
    assert counts()[:5] == (1, 1, 1, 1, 1)
