"""Sender IDs: asking for one, sending with one, pools that hold some."""

import pytest

from messaging.errors import Conflict, Invalid, NotFound, OverQuota
from messaging.models import RegionalAccount, SenderId
from messaging.operations.configuration_sets import set_default_sender_id
from messaging.operations.pools import (
    associate_origination_identity,
    create_pool,
    delete_pool,
    disassociate_origination_identity,
    size,
    update_pool,
)
from messaging.operations.sender_ids import release_sender_id, request_sender_id, update_sender_id
from messaging.operations.sending import send_text_message
from messaging.operations.tags import list_tags_for_resource
from tests.factories import HANDSET, make_caller, make_configuration_set, make_simulator_number

pytestmark = pytest.mark.django_db
BRITISH, FRENCH, INDIAN, TURKISH = "+447700900123", "+33612345678", "+919812345678", "+905321234567"
TOPIC = "arn:aws:sns:us-east-1:123456789012:inbound"


def ask(caller, sender_id="MYSHOP", iso_country_code="GB", **changes):
    return request_sender_id(caller, sender_id=sender_id, iso_country_code=iso_country_code, **changes)


def send(caller, destination=BRITISH, **changes):
    return send_text_message(caller, destination_phone_number=destination, message_body="Hello", **changes).message


def test_is_transactional_and_unregistered_unless_said_otherwise(caller):
    row = ask(caller, tags=[{"key": "team", "value": "shop"}])
    assert (row.message_types, row.registered, row.monthly_leasing_price) == (["TRANSACTIONAL"], False, "0.00")
    assert row.arn == "arn:aws:sms-voice:us-east-1:123456789012:sender-id/MYSHOP/GB"
    assert list_tags_for_resource(caller, resource_arn=row.arn)["tags"] == [{"key": "team", "value": "shop"}]
    assert ask(caller, "OTHER", message_types=["PROMOTIONAL"]).message_types == ["PROMOTIONAL"]


@pytest.mark.parametrize("sender_id", ["AB", "12345", "MY SHOP", "MY_SHOP", "TWELVELETTER", "Ä-SHOP"])
def test_refuses_names_that_cannot_be(caller, sender_id):
    """sender_id.format"""
    with pytest.raises(Invalid) as refused:
        ask(caller, sender_id)
    assert "sender_id" in refused.value.fields


@pytest.mark.parametrize(
    ("sender_id", "types", "fits"),
    [
        ("MYSHOP", ["TRANSACTIONAL"], True),
        ("SHOP", ["TRANSACTIONAL"], False),
        ("123456", ["PROMOTIONAL"], True),
        ("MYSHOP", ["PROMOTIONAL"], False),
        ("123456", ["TRANSACTIONAL"], False),
    ],
)
def test_india_has_its_own_form(caller, sender_id, types, fits):
    """india_sender_length"""
    if fits:
        assert ask(caller, sender_id, "IN", message_types=types).sender_id == sender_id
    else:
        with pytest.raises(Invalid):
            ask(caller, sender_id, "IN", message_types=types)


@pytest.mark.parametrize("country", ["US", "CA", "CN"])
def test_refuses_countries_without_sender_ids(caller, country):
    """no_sender_id_markets"""
    with pytest.raises(Invalid) as refused:
        ask(caller, iso_country_code=country)
    assert refused.value.reason == "SENDER_ID_NOT_SUPPORTED"


def test_exists_once_per_country_and_within_the_quota(caller, owner):
    ask(caller)
    with pytest.raises(Conflict) as refused:
        ask(caller)
    assert refused.value.reason == "RESOURCE_ALREADY_EXISTS"
    ask(caller, iso_country_code="FR")
    RegionalAccount.objects.filter(pk=owner.pk).update(quotas={"sender_ids": 2})
    with pytest.raises(OverQuota) as over:
        ask(caller, iso_country_code="DE")
    assert over.value.reason == "SENDER_IDS_PER_ACCOUNT"


def test_release_waits_for_protection_and_pools(caller, other_owner):
    row = ask(caller, deletion_protection_enabled=True)
    name = {"sender_id": "MYSHOP", "iso_country_code": "GB"}
    with pytest.raises(NotFound):
        release_sender_id(make_caller(other_owner), **name)
    with pytest.raises(Conflict) as refused:
        release_sender_id(caller, **name)
    assert refused.value.reason == "DELETION_PROTECTION_ENABLED"
    update_sender_id(caller, sender_id=row.arn, iso_country_code="GB", deletion_protection_enabled=False)
    pool = create_pool(caller, origination_identity="MYSHOP", iso_country_code="GB", message_type="TRANSACTIONAL")
    with pytest.raises(Conflict) as refused:
        release_sender_id(caller, **name)
    assert refused.value.reason == "SENDER_ID_ASSOCIATED_TO_POOL"
    delete_pool(caller, pool_id=pool.pool_id)
    assert release_sender_id(caller, **name).sender_id == "MYSHOP"
    assert not SenderId.objects.exists()


def test_any_name_sends_where_none_must_be_registered(caller, unlimited):
    message = send(caller, origination_identity="MYSHOP")
    assert (message.origination_identity, message.originator_type, message.chosen_because) == (
        "MYSHOP",
        "SENDER_ID",
        "given-dynamic",
    )
    row = ask(caller)
    assert send(caller, origination_identity=row.arn).chosen_because == "given"


def test_registered_countries_refuse_until_registration_is_complete(caller):
    """sender_id.registered"""
    with pytest.raises(Invalid) as refused:
        send(caller, TURKISH, origination_identity="MYSHOP")
    assert refused.value.reason == "SENDER_ID_REQUIRES_REGISTRATION"
    row = ask(caller, iso_country_code="TR")
    with pytest.raises(Invalid) as refused:
        send(caller, TURKISH, origination_identity="MYSHOP")
    assert refused.value.reason == "SENDER_ID_NOT_REGISTERED"
    SenderId.objects.filter(pk=row.pk).update(registered=True)
    update_sender_id(caller, sender_id="MYSHOP", iso_country_code="TR", deletion_protection_enabled=False)
    assert send(caller, TURKISH, origination_identity="MYSHOP").origination_identity == "MYSHOP"


def test_unsupported_country_is_refused(caller):
    """sender_id.unsupported"""
    with pytest.raises(Invalid) as refused:
        send(caller, HANDSET, origination_identity="MYSHOP")
    assert refused.value.reason == "SENDER_ID_NOT_SUPPORTED"


def test_default_sender_id_of_the_set_serves_where_nothing_dedicated_does(caller, unlimited):
    """sender_id.default"""
    name = make_configuration_set(caller).configuration_set_name
    set_default_sender_id(caller, configuration_set_name=name, sender_id="DEFAULT")
    assert send(caller, configuration_set_name=name).origination_identity == "DEFAULT"
    ask(caller)
    assert send(caller, configuration_set_name=name).origination_identity == "MYSHOP"
    assert send(caller, TURKISH, configuration_set_name=name).originator_type == "SHARED_ROUTE"


def test_pool_of_a_sender_id_has_defaults_and_cannot_receive(caller):
    """sender_id.one_way"""
    ask(caller)
    pool = create_pool(caller, origination_identity="MYSHOP", iso_country_code="GB", message_type="TRANSACTIONAL")
    assert (pool.opt_out_list_name, pool.keywords.count(), pool.two_way_enabled) == ("Default", 2, False)
    assert send(caller, origination_identity=pool.pool_id).origination_identity == "MYSHOP"
    with pytest.raises(Invalid) as refused:
        update_pool(caller, pool_id=pool.pool_id, two_way_enabled=True, two_way_channel_arn=TOPIC)
    assert refused.value.reason == "TWO_WAY_NOT_ENABLED"


def test_sender_id_joins_several_pools_and_leaves(caller):
    """pool.one_pool_per_number"""
    ask(caller)
    ask(caller, "PROMO", message_types=["PROMOTIONAL"])
    pools = [
        create_pool(caller, origination_identity=make_simulator_number(caller).name, message_type="TRANSACTIONAL")
        for _twice in range(2)
    ]
    for pool in pools:
        joined = associate_origination_identity(
            caller, pool_id=pool.pool_id, origination_identity="MYSHOP", iso_country_code="GB"
        )
        assert (joined.origination_identity, joined.iso_country_code) == ("MYSHOP", "GB")
        assert size(pool) == 2
    with pytest.raises(Conflict) as refused:
        associate_origination_identity(
            caller, pool_id=pools[0].pool_id, origination_identity="PROMO", iso_country_code="GB"
        )
    assert refused.value.reason == "MESSAGE_TYPE_MISMATCH"
    with pytest.raises(Invalid) as unclear:
        associate_origination_identity(caller, pool_id=pools[0].pool_id, origination_identity="MYSHOP")
    assert unclear.value.reason == "MISSING_PARAMETER"
    disassociate_origination_identity(
        caller, pool_id=pools[0].pool_id, origination_identity="MYSHOP", iso_country_code="GB"
    )
    assert size(pools[0]) == 1


def test_unregistered_sender_id_cannot_join(caller):
    ask(caller, iso_country_code="TR")
    with pytest.raises(Conflict) as refused:
        create_pool(caller, origination_identity="MYSHOP", iso_country_code="TR", message_type="TRANSACTIONAL")
    assert refused.value.reason == "RESOURCE_NOT_ACTIVE"
