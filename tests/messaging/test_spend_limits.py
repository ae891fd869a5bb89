"""Spend limits: the account's, the enforced one, what each channel may spend. Rules: behaviour_rules.json, spend.*"""

import pytest

from messaging.errors import Denied, Invalid, OverQuota
from messaging.models import Message, RegionalAccount, Spend
from messaging.operations import spend_limits
from messaging.operations.checks.money import this_month
from tests import factories

pytestmark = pytest.mark.django_db
SETTERS = {
    "TEXT": spend_limits.set_text_message_spend_limit_override,
    "MEDIA": spend_limits.set_media_message_spend_limit_override,
    "VOICE": spend_limits.set_voice_message_spend_limit_override,
}
DELETERS = {
    "TEXT": spend_limits.delete_text_message_spend_limit_override,
    "MEDIA": spend_limits.delete_media_message_spend_limit_override,
    "VOICE": spend_limits.delete_voice_message_spend_limit_override,
}


@pytest.fixture
def toll_free(caller):
    """A number that can send to any US number."""
    return factories.make_number(caller)


def described(caller):
    return {row["name"].split("_")[0]: row for row in spend_limits.describe_spend_limits(caller)}


@pytest.mark.parametrize("channel", SETTERS)
def test_an_override_is_set_and_deleted_for_its_channel_alone(caller, owner, channel):
    """spend.channels: limits of the channels are separate"""
    assert SETTERS[channel](caller, monthly_limit=7) == {"monthly_limit": 7}
    for name, row in described(caller).items():
        assert row["max_limit"] == 1_000
        assert (row["enforced_limit"], row["overridden"]) == ((7, True) if name == channel else (1_000, False))
    assert DELETERS[channel](caller) == {"monthly_limit": 1_000}
    assert described(caller)[channel]["overridden"] is False
    assert DELETERS[channel](caller) == {"monthly_limit": 1_000}, "there was nothing to delete, which is no error"


@pytest.mark.parametrize("channel", SETTERS)
def test_an_override_up_to_the_account_limit_is_taken_and_not_one_above(caller, channel):
    """spend.override_too_high"""
    SETTERS[channel](caller, monthly_limit=1_000)
    with pytest.raises(Invalid) as refused:
        SETTERS[channel](caller, monthly_limit=1_001)
    assert refused.value.reason == "REQUESTED_SPEND_LIMIT_HIGHER_THAN_SERVICE_LIMIT"
    assert "1,000" in str(refused.value)
    assert described(caller)[channel]["enforced_limit"] == 1_000


def test_a_new_account_may_spend_one_dollar_on_each_channel(db):
    """sandbox:sms_spend, sandbox:mms_spend and voice_spend"""
    owner = factories.make_owner(
        "333333333333", **dict.fromkeys(("text_spend_limit", "media_spend_limit", "voice_spend_limit"), 100_000)
    )
    assert RegionalAccount._meta.get_field("text_spend_limit").default == 100_000
    rows = described(factories.make_caller(owner))
    assert {(row["enforced_limit"], row["max_limit"]) for row in rows.values()} == {(1, 1)}


def test_raising_the_limit_of_text_messages_raises_that_of_media_too(caller, owner):
    """spend.channels"""
    spend_limits.set_media_message_spend_limit_override(caller, monthly_limit=3)
    spend_limits.set_account_spend_limit(caller, channel="TEXT", monthly_limit=5_000)
    rows = described(caller)
    assert [rows[name]["max_limit"] for name in ("TEXT", "MEDIA", "VOICE")] == [5_000, 5_000, 1_000]
    assert rows["TEXT"]["enforced_limit"] == 5_000, "without an override the enforced limit follows"
    assert rows["MEDIA"]["enforced_limit"] == 3
    spend_limits.set_account_spend_limit(caller, channel="VOICE", monthly_limit=2)
    assert described(caller)["TEXT"]["max_limit"] == 5_000


@pytest.mark.parametrize(("channel", "limit"), [("NOTIFY", 5), ("TEXT", -1), ("TEXT", 1_000_000_001)])
def test_an_impossible_account_limit_is_refused(caller, channel, limit):
    with pytest.raises(Invalid):
        spend_limits.set_account_spend_limit(caller, channel=channel, monthly_limit=limit)


def test_who_may_change_which_limit(caller_as):
    spend_limits.set_text_message_spend_limit_override(caller_as("OPERATOR"), monthly_limit=9)
    with pytest.raises(Denied):
        spend_limits.set_text_message_spend_limit_override(caller_as("VIEWER"), monthly_limit=9)
    with pytest.raises(Denied):
        spend_limits.set_account_spend_limit(caller_as("OPERATOR"), channel="TEXT", monthly_limit=9)


def test_a_send_after_the_change_goes_by_the_new_limit(caller, owner, toll_free, unlimited):
    """spend.levels; spend.delay allows minutes, here the limit holds for the very next send"""
    factories.send(caller, "+12065550101", origination_identity=toll_free.phone_number_id)
    spend_limits.set_text_message_spend_limit_override(caller, monthly_limit=0)
    with pytest.raises(OverQuota) as refused:
        factories.send(caller, factories.HANDSET, origination_identity=toll_free.phone_number_id)
    assert refused.value.reason == "MONTHLY_SPEND_LIMIT_REACHED_FOR_TEXT"
    spend_limits.delete_text_message_spend_limit_override(caller)
    factories.send(caller, "+12065550102", origination_identity=toll_free.phone_number_id)
    spent = Spend.objects.get(owner=owner, month=this_month(), channel="TEXT").amount
    assert spent == sum(message.price + message.carrier_fee for message in Message.objects.all()) > 0
