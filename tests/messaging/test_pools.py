"""Pools: what they take over, who may join, who may leave."""

import pytest

from messaging.errors import Conflict, Invalid, NotFound, OverQuota
from messaging.models import PhoneNumber, Pool, RegionalAccount
from messaging.operations.keywords import put_keyword
from messaging.operations.opt_out_lists import create_opt_out_list
from messaging.operations.phone_numbers import update_phone_number
from messaging.operations.pools import (
    associate_origination_identity,
    create_pool,
    delete_pool,
    disassociate_origination_identity,
    mismatches,
    update_pool,
)
from tests.factories import make_pool, make_simulator_number

pytestmark = pytest.mark.django_db
TOPIC = "arn:aws:sns:us-east-1:123456789012:inbound"


def test_takes_over_the_settings_of_its_first_originator(caller):
    """pool.inherits, pool.default_opt_out_list"""
    create_opt_out_list(caller, opt_out_list_name="news")
    number = make_simulator_number(caller, opt_out_list_name="news", deletion_protection_enabled=True)
    put_keyword(caller, origination_identity=number.phone_number_id, keyword="join", keyword_message="Welcome")
    update_phone_number(caller, phone_number_id=number.phone_number_id, two_way_enabled=True, two_way_channel_arn=TOPIC)
    pool = create_pool(caller, origination_identity=number.phone_number, message_type="TRANSACTIONAL")
    assert (pool.opt_out_list_name, pool.two_way_channel_arn) == ("news", TOPIC)
    assert not pool.deletion_protection_enabled
    assert set(pool.keywords.values_list("keyword", flat=True)) == {"HELP", "STOP", "JOIN"}


def test_first_originator_must_be_there_free_and_of_the_type(caller):
    with pytest.raises(NotFound):
        create_pool(caller, origination_identity="phone-nowhere", message_type="TRANSACTIONAL")
    pool = make_pool(caller)
    taken = pool.phone_numbers.get()
    with pytest.raises(Conflict) as refused:
        create_pool(caller, origination_identity=taken.phone_number_id, message_type="TRANSACTIONAL")
    assert refused.value.reason == "PHONE_NUMBER_ASSOCIATED_TO_POOL"
    number = make_simulator_number(caller)
    with pytest.raises(Conflict) as refused:
        create_pool(caller, origination_identity=number.phone_number_id, message_type="PROMOTIONAL")
    assert refused.value.reason == "MESSAGE_TYPE_MISMATCH"
    with pytest.raises(Invalid) as invalid:
        make_pool(caller, origination_identity=number.phone_number_id, iso_country_code="GB")
    assert invalid.value.reason == "COUNTRY_CODE_MISMATCH"
    PhoneNumber.objects.filter(pk=number.pk).update(status="PENDING")
    with pytest.raises(Conflict) as refused:
        make_pool(caller, origination_identity=number.phone_number_id)
    assert refused.value.reason == "RESOURCE_NOT_ACTIVE"
    assert Pool.objects.count() == 1


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"message_type": "PROMOTIONAL"}, "MESSAGE_TYPE_MISMATCH"),
        ({"two_way_enabled": True, "two_way_channel_arn": TOPIC}, "TWO_WAY_CONFIG_MISMATCH"),
        ({"self_managed_opt_outs_enabled": True}, "SELF_MANAGED_OPT_OUTS_MISMATCH"),
        ({"mms": True}, "NUMBER_CAPABILITIES_MISMATCH"),
    ],
)
def test_refuses_an_originator_that_differs(caller, changes, reason):
    """pool.match"""
    pool, number = make_pool(caller), make_simulator_number(caller)
    PhoneNumber.objects.filter(pk=number.pk).update(**changes)
    with pytest.raises(Conflict) as refused:
        associate_origination_identity(caller, pool_id=pool.pool_id, origination_identity=number.phone_number_id)
    assert refused.value.reason == reason
    assert pool.phone_numbers.count() == 1


def test_refuses_another_opt_out_list_and_other_keywords(caller):
    """pool.match, pool-match"""
    pool = make_pool(caller)
    create_opt_out_list(caller, opt_out_list_name="other")
    other_list = make_simulator_number(caller, opt_out_list_name="other")
    other_words = make_simulator_number(caller)
    put_keyword(caller, origination_identity=other_words.phone_number, keyword="JOIN", keyword_message="Welcome")
    for number, reason in ((other_list, "OPT_OUT_LIST_MISMATCH"), (other_words, "KEYWORD_MISMATCH")):
        assert [found for found, _message in mismatches(number, pool)] == [reason]
        with pytest.raises(Conflict) as refused:
            associate_origination_identity(caller, pool_id=pool.pool_id, origination_identity=number.phone_number_id)
        assert refused.value.reason == reason


def test_matching_number_joins_once_and_leaves(caller):
    pool, number = make_pool(caller), make_simulator_number(caller)
    joined = associate_origination_identity(
        caller, pool_id=pool.arn, origination_identity=number.arn, iso_country_code="US"
    )
    assert (joined.pool_id, joined.origination_identity) == (pool.pool_id, number.phone_number_id)
    with pytest.raises(Conflict) as refused:
        associate_origination_identity(caller, pool_id=pool.pool_id, origination_identity=number.phone_number_id)
    assert refused.value.reason == "RESOURCE_ALREADY_ASSOCIATED"
    disassociate_origination_identity(caller, pool_id=pool.pool_id, origination_identity=number.phone_number_id)
    with pytest.raises(Conflict) as refused:
        disassociate_origination_identity(caller, pool_id=pool.pool_id, origination_identity=number.phone_number_id)
    assert refused.value.reason == "PHONE_NUMBER_NOT_ASSOCIATED_TO_POOL"


def test_last_originator_stays(caller):
    """pool.last_originator"""
    pool = make_pool(caller)
    with pytest.raises(Conflict) as refused:
        disassociate_origination_identity(
            caller, pool_id=pool.pool_id, origination_identity=pool.phone_numbers.get().phone_number
        )
    assert refused.value.reason == "LAST_PHONE_NUMBER"


def test_holds_as_many_identities_as_its_quota(caller, owner):
    RegionalAccount.objects.filter(pk=owner.pk).update(quotas={"origination_identities_per_pool": 1})
    pool, number = make_pool(caller), make_simulator_number(caller)
    with pytest.raises(OverQuota) as refused:
        associate_origination_identity(caller, pool_id=pool.pool_id, origination_identity=number.phone_number_id)
    assert refused.value.reason == "ORIGINATION_IDENTITIES_PER_POOL"


def test_settings_reach_the_numbers_of_the_pool(caller):
    pool = make_pool(caller)
    create_opt_out_list(caller, opt_out_list_name="news")
    update_pool(caller, pool_id=pool.pool_id, opt_out_list_name="news", two_way_enabled=True, two_way_channel_arn=TOPIC)
    number = pool.phone_numbers.get()
    assert (number.opt_out_list_name, number.two_way_enabled) == ("news", True)


def test_deletion_waits_for_protection_and_keeps_the_numbers(caller):
    """pool.delete"""
    pool = make_pool(caller, deletion_protection_enabled=True)
    with pytest.raises(Conflict) as refused:
        delete_pool(caller, pool_id=pool.pool_id)
    assert refused.value.reason == "DELETION_PROTECTION_ENABLED"
    update_pool(caller, pool_id=pool.pool_id, deletion_protection_enabled=False)
    assert delete_pool(caller, pool_id=pool.pool_id).status == "DELETING"
    assert PhoneNumber.objects.get().pool is None
    with pytest.raises(NotFound):
        delete_pool(caller, pool_id=pool.pool_id)


@pytest.mark.parametrize("status", ["CREATING", "DELETING"])
def test_pool_that_is_not_active_cannot_be_changed(caller, status):
    pool = make_pool(caller)
    Pool.objects.filter(pk=pool.pk).update(status=status)
    for change in (delete_pool, update_pool):
        with pytest.raises(Conflict) as refused:
            change(caller, pool_id=pool.pool_id)
        assert refused.value.reason == "RESOURCE_NOT_ACTIVE"
