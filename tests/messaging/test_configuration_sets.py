"""Configuration sets and their defaults."""

import pytest

from messaging.errors import Conflict, NotFound, OverQuota
from messaging.models import ConfigurationSet, RegionalAccount
from messaging.operations import configuration_sets as sets
from tests.factories import make_caller, make_configuration_set

pytestmark = pytest.mark.django_db


def test_name_is_taken_once_in_an_account(caller, other_owner):
    made = make_configuration_set(caller, "orders", tags=[{"key": "team", "value": "shop"}])
    assert made.arn.endswith(":configuration-set/orders")
    with pytest.raises(Conflict) as refused:
        make_configuration_set(caller, "orders")
    assert refused.value.reason == "RESOURCE_ALREADY_EXISTS"
    assert make_configuration_set(make_caller(other_owner), "orders").pk != made.pk


def test_quota_is_kept(caller, owner):
    RegionalAccount.objects.filter(pk=owner.pk).update(quotas={"configuration_sets": 1})
    make_configuration_set(caller)
    with pytest.raises(OverQuota) as refused:
        make_configuration_set(caller)
    assert refused.value.reason == "CONFIGURATION_SETS_PER_ACCOUNT"


def test_defaults_are_set_and_dropped(caller):
    name = make_configuration_set(caller).configuration_set_name
    sets.set_default_message_type(caller, configuration_set_name=name, message_type="PROMOTIONAL")
    sets.set_default_sender_id(caller, configuration_set_name=name, sender_id="MYSHOP")
    sets.set_default_message_feedback_enabled(caller, configuration_set_name=name, message_feedback_enabled=True)
    row = ConfigurationSet.objects.get()
    assert (row.default_message_type, row.default_sender_id, row.default_message_feedback_enabled) == (
        "PROMOTIONAL",
        "MYSHOP",
        True,
    )
    dropped = sets.delete_default_message_type(caller, configuration_set_name=name)
    assert dropped.default_message_type == "PROMOTIONAL"
    assert sets.delete_default_sender_id(caller, configuration_set_name=row.arn).default_sender_id == "MYSHOP"
    row.refresh_from_db()
    assert (row.default_message_type, row.default_sender_id) == ("", "")


def test_deleted_set_is_gone(caller):
    name = make_configuration_set(caller).configuration_set_name
    assert sets.delete_configuration_set(caller, configuration_set_name=name).configuration_set_name == name
    with pytest.raises(NotFound):
        sets.delete_configuration_set(caller, configuration_set_name=name)


def test_set_of_another_account_is_not_there(caller, other_owner):
    row = make_configuration_set(caller)
    for given in (row.configuration_set_name, row.arn):
        with pytest.raises(NotFound):
            sets.delete_configuration_set(make_caller(other_owner), configuration_set_name=given)
