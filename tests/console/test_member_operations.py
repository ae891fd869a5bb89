"""Adding, changing and removing members; one-time passwords; the last administrator."""

from collections.abc import Callable
from typing import Any

import pytest
from allauth.mfa.models import Authenticator

from console.models import Membership, Preferences
from console.operations.members import (
    add_member,
    describe_members,
    remove_member,
    reset_member_password,
    update_member,
)
from messaging.caller import Caller
from messaging.errors import Conflict, Denied, Invalid, NotFound
from messaging.models import Activity, RegionalAccount
from messaging.permissions import Role
from tests import factories

pytestmark = pytest.mark.django_db
Member = Callable[..., Any]


def as_person(caller: Caller, user: Any) -> Caller:
    return Caller(
        caller.owner_id, caller.account_id, caller.region, f"user:{user.username}", Role.ADMINISTRATOR, caller.door
    )


def test_adds_a_new_person_with_a_one_time_password(caller: Caller) -> None:
    added = add_member(caller, user_name=" ana ", role="OPERATOR")
    assert added.user_name == "ana"
    assert added.membership.user.check_password(added.one_time_password)
    assert Preferences.objects.get(user=added.membership.user).must_change_password
    assert Membership.objects.get(user__username="ana").role == "OPERATOR"
    assert added.one_time_password not in repr(added)


def test_adds_an_existing_person_without_a_password(caller: Caller, user: Any) -> None:
    before = user.password
    added = add_member(caller, user_name=user.username.upper(), role="VIEWER")
    user.refresh_from_db()
    assert (added.one_time_password, user.password) == ("", before)
    assert not Preferences.objects.filter(user=user).exists()


def test_refuses_to_add_a_member_twice(caller: Caller, member: Member) -> None:
    person = member("VIEWER")
    with pytest.raises(Conflict):
        add_member(caller, user_name=person.username, role="OPERATOR")
    assert Membership.objects.get(user=person).role == "VIEWER"


@pytest.mark.parametrize(
    ("name", "role", "wrong"),
    [("", "VIEWER", "user_name"), ("two words", "VIEWER", "user_name"), ("x" * 151, "VIEWER", "user_name"),
     ("ana", "OWNER", "role")],
)  # fmt: skip
def test_refuses_malformed_members(caller: Caller, name: str, role: str, wrong: str) -> None:
    with pytest.raises(Invalid) as refused:
        add_member(caller, user_name=name, role=role)
    assert wrong in refused.value.fields
    assert not Membership.objects.exists()


def test_the_activity_log_has_no_password(caller: Caller) -> None:
    added = add_member(caller, user_name="ana", role="OPERATOR")
    entry = Activity.objects.get(operation="AddMember")
    assert (entry.resource, entry.parameters) == ("ana", {"user_name": "ana", "role": "OPERATOR"})
    assert added.one_time_password not in str(Activity.objects.values())


def test_changes_a_role(caller: Caller, member: Member) -> None:
    member()
    person = member("VIEWER")
    assert update_member(caller, user_name=person.username, role="REVIEWER").role == "REVIEWER"
    assert Membership.objects.get(user=person).role == "REVIEWER"


@pytest.mark.parametrize("role", ["VIEWER", "OPERATOR", "REVIEWER"])
def test_refuses_to_demote_the_last_administrator(caller: Caller, member: Member, role: str) -> None:
    person = member()
    with pytest.raises(Conflict, match="last administrator"):
        update_member(caller, user_name=person.username, role=role)
    assert Membership.objects.get(user=person).role == "ADMINISTRATOR"


def test_refuses_to_remove_the_last_administrator(caller: Caller, member: Member) -> None:
    person = member()
    with pytest.raises(Conflict, match="last administrator"):
        remove_member(caller, user_name=person.username)
    assert Membership.objects.filter(user=person).exists()


def test_an_inactive_administrator_does_not_count(caller: Caller, member: Member) -> None:
    person, other = member(), member()
    other.is_active = False
    other.save()
    with pytest.raises(Conflict, match="last administrator"):
        remove_member(caller, user_name=person.username)


def test_an_administrator_of_another_account_does_not_count(
    caller: Caller, member: Member, other_owner: RegionalAccount
) -> None:
    person = member()
    factories.make_member(other_owner)
    with pytest.raises(Conflict, match="last administrator"):
        remove_member(caller, user_name=person.username)


def test_removes_one_of_two_administrators(caller: Caller, member: Member) -> None:
    person, other = member(), member()
    remove_member(caller, user_name=person.username)
    assert [row.user for row in describe_members(caller)] == [other]


def test_members_of_other_accounts_do_not_exist(caller: Caller, other_owner: RegionalAccount) -> None:
    foreign = factories.make_member(other_owner)
    for change in (update_member, remove_member, reset_member_password):
        extra = {"role": "VIEWER"} if change is update_member else {}
        with pytest.raises(NotFound):
            change(caller, user_name=foreign.username, **extra)  # type: ignore[operator]
    assert not describe_members(caller).exists()


def test_resets_a_password_once(caller: Caller, member: Member) -> None:
    person = member("OPERATOR")
    added = reset_member_password(caller, user_name=person.username)
    person.refresh_from_db()
    assert person.check_password(added.one_time_password)
    assert Preferences.objects.get(user=person).must_change_password


@pytest.mark.parametrize("remove", [True, False])
def test_a_reset_takes_second_factors_away_only_when_asked(caller: Caller, member: Member, remove: bool) -> None:
    person = member("OPERATOR")
    Authenticator.objects.create(user=person, type=Authenticator.Type.TOTP, data={"secret": "x"})
    reset_member_password(caller, user_name=person.username, remove_mfa=remove)
    assert Authenticator.objects.filter(user=person).exists() is not remove


def test_refuses_to_reset_who_also_belongs_elsewhere(
    caller: Caller, member: Member, other_owner: RegionalAccount
) -> None:
    boss, person = member(), member("VIEWER")
    other_account = Membership.objects.create(user=person, account_id=other_owner.account_id, role="VIEWER")
    before = person.password
    with pytest.raises(Conflict, match="do not administer"):
        reset_member_password(as_person(caller, boss), user_name=person.username)
    person.refresh_from_db()
    assert person.password == before
    Membership.objects.create(user=boss, account_id=other_account.account_id, role="ADMINISTRATOR")
    assert reset_member_password(as_person(caller, boss), user_name=person.username).one_time_password


@pytest.mark.parametrize("role", ["VIEWER", "OPERATOR", "REVIEWER"])
def test_only_administrators_change_members(caller_as: Callable[..., Caller], member: Member, role: str) -> None:
    person = member("VIEWER")
    calls: list[Callable[[Caller], Any]] = [
        lambda by: add_member(by, user_name="ana", role="VIEWER"),
        lambda by: update_member(by, user_name=person.username, role="OPERATOR"),
        lambda by: remove_member(by, user_name=person.username),
        lambda by: reset_member_password(by, user_name=person.username),
    ]
    for call in calls:
        with pytest.raises(Denied):
            call(caller_as(role))
    assert describe_members(caller_as(role)).count() == 1
    assert Activity.objects.filter(refused__startswith="Denied").count() == len(calls)
