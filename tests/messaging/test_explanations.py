"""What the explanation of a send says, the send does: over generated accounts, numbers, rules and messages."""

from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from messaging.errors import Refusal
from messaging.models import PhoneNumber, RegionalAccount
from messaging.operations import snapshot
from messaging.operations.checks.send import Outcome
from messaging.operations.configuration_sets import set_default_sender_id
from messaging.operations.media_sending import check_media_message, send_media_message
from messaging.operations.opt_out_lists import put_opted_out_number
from messaging.operations.pools import associate_origination_identity, create_pool
from messaging.operations.protect_configurations import (
    associate_protect_configuration,
    set_account_default_protect_configuration,
)
from messaging.operations.protect_rules import (
    put_protect_configuration_rule_set_number_override,
    update_protect_configuration_country_rule_set,
)
from messaging.operations.registry import settings_changed
from messaging.operations.sending import Checked, check_text_message, send_text_message
from messaging.operations.voice_messages import check_voice_message, send_voice_message
from tests.factories import (
    SUCCESS,
    make_configuration_set,
    make_protect_configuration,
    make_sender_id,
    make_simulator_number,
    make_verified_number,
)

pytestmark = pytest.mark.django_db

DESTINATIONS = ["+12065550142", "+447900400123", SUCCESS, "+905321234567", "+8613912345678", "+5355512345", "+1", "x"]
DOORS = {
    "SMS": (check_text_message, send_text_message),
    "MMS": (check_media_message, send_media_message),
    "VOICE": (check_voice_message, send_voice_message),
}
worlds = st.fixed_dictionaries(
    {
        "sandbox": st.booleans(),
        "verified": st.booleans(),
        "limit": st.sampled_from([0, 500, 100_000, 10**9]),
        "number_type": st.sampled_from(["SIMULATOR", "TOLL_FREE", "TEN_DLC", "SHORT_CODE", "LONG_CODE"]),
        "capabilities": st.sampled_from([["SMS"], ["SMS", "MMS"], ["VOICE"], ["SMS", "MMS", "VOICE"]]),
        "active": st.booleans(),
        "pooled": st.booleans(),
        "opted_out": st.booleans(),
        "status": st.sampled_from(["ALLOW", "BLOCK", "MONITOR", "FILTER"]),
        "override": st.sampled_from([None, "ALLOW", "BLOCK"]),
        "protected_by": st.sampled_from(["nothing", "request", "set", "account"]),
        "default_sender": st.booleans(),
        "before": st.sampled_from([0, 1]),
    }
)
messages = st.fixed_dictionaries(
    {
        "channel": st.sampled_from(["SMS", "SMS", "MMS", "VOICE"]),
        "to": st.sampled_from([*DESTINATIONS[:3], *DESTINATIONS]),
        "origin": st.sampled_from(["number", "number", "pool", "sender", "any", "missing"]),
        "body": st.sampled_from(["Hello", "Hello", "", " ", "a" * 1601, "я" * 700, "<speak>Hi <b>you</b></speak>"]),
        "max_price": st.sampled_from(["", "", "0.00100", "9.99", "cheap"]),
        "set": st.sampled_from(["", "", "its", "missing"]),
        "keys": st.sampled_from([0, 0, 6]),
    }
)


def build(caller: Any, world: dict[str, Any], to: str) -> dict[str, str]:
    """Make the account what the world says; return the names of what was made."""
    number = make_simulator_number(caller, number_capabilities=["SMS"])
    other = make_simulator_number(caller)
    has = {name.lower(): name in world["capabilities"] for name in ("SMS", "MMS", "VOICE")}
    status = "ACTIVE" if world["active"] else "PENDING"
    pool = create_pool(caller, origination_identity=number.name, iso_country_code="US", message_type="TRANSACTIONAL")
    if world["pooled"]:
        associate_origination_identity(
            caller, pool_id=pool.pool_id, origination_identity=other.name, iso_country_code="US"
        )
    PhoneNumber.objects.filter(pk=number.pk).update(number_type=world["number_type"], status=status, **has)
    sender = make_sender_id(caller, "MYSHOP", "GB").sender_id
    named = make_configuration_set(caller).configuration_set_name
    if world["default_sender"]:
        set_default_sender_id(caller, configuration_set_name=named, sender_id="DEFAULT")
    protect = make_protect_configuration(caller).protect_configuration_id
    for channel in ("SMS", "MMS", "VOICE"):
        rules = {country: {"protect_status": world["status"]} for country in ("US", "GB")}
        update_protect_configuration_country_rule_set(
            caller, protect_configuration_id=protect, number_capability=channel, country_rule_set_updates=rules
        )
    real = to in DESTINATIONS[:3]
    if world["override"] and real:
        put_protect_configuration_rule_set_number_override(
            caller, protect_configuration_id=protect, destination_phone_number=to, action=world["override"]
        )
    if world["protected_by"] == "set":
        associate_protect_configuration(caller, protect_configuration_id=protect, configuration_set_name=named)
    elif world["protected_by"] == "account":
        set_account_default_protect_configuration(caller, protect_configuration_id=protect)
    if world["opted_out"] and real:
        put_opted_out_number(caller, opt_out_list_name="Default", opted_out_number=to)
    if world["verified"] and real and to != SUCCESS:
        make_verified_number(caller, to)
    tier = "SANDBOX" if world["sandbox"] else "PRODUCTION"
    limits = {f"{name}_spend_limit": world["limit"] for name in ("text", "media", "voice")}
    RegionalAccount.objects.filter(pk=caller.owner_id).update(tier=tier, voice_tier=tier, **limits)
    settings_changed([caller.owner_id])
    return {"number": number.name, "pool": pool.pool_id, "sender": sender, "set": named, "protect": protect}


def request_of(message: dict[str, Any], world: dict[str, Any], names: dict[str, str]) -> dict[str, Any]:
    """The parameters of the operation, those left out that are empty."""
    price = "max_price_per_minute" if message["channel"] == "VOICE" else "max_price"
    given = {
        "destination_phone_number": message["to"],
        "message_body": message["body"],
        "origination_identity": {"any": "", "missing": "pool-gone"}.get(message["origin"])
        if message["origin"] in ("any", "missing")
        else names[message["origin"]],
        "configuration_set_name": {"its": names["set"], "missing": "no-such-set", "": ""}[message["set"]],
        "context": {f"key{at}": "x" for at in range(message["keys"])},
        price: message["max_price"],
        "protect_configuration_id": names["protect"] if world["protected_by"] == "request" else "",
    }
    if message["channel"] == "VOICE":
        given["message_body_text_type"] = "SSML" if message["body"].startswith("<") else "TEXT"
    if message["channel"] != "SMS":  # the API asks for an identity here
        given["origination_identity"] = given["origination_identity"] or names["number"]
    return {name: value for name, value in given.items() if value or name == "destination_phone_number"}


def first_refusal(checked: Checked) -> Refusal | None:
    return next((verdict.refusal for verdict in checked.verdicts if verdict.refusal), None)


@settings(
    max_examples=60,
    deadline=None,
    derandomize=True,
    phases=[Phase.explicit, Phase.generate],  # a world takes long to build: a failure is shown as it was found
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(world=worlds, message=messages)
def test_the_first_failing_check_is_the_refusal_and_a_clean_explanation_sends(caller, clock, world, message):
    check, send = DOORS[message["channel"]]
    with transaction.atomic():
        names = build(caller, world, message["to"])
        given_ = request_of(message, world, names)
        for _time in range(world["before"]):
            try:
                with transaction.atomic():
                    send(caller, **given_)
            except Refusal:
                pass
        snapshot.forget()
        checked = check(caller, **given_)
        expected = first_refusal(checked)
        try:
            with transaction.atomic():
                sent = send(caller, **given_)
        except Refusal as refusal:
            assert expected is not None, f"explained as clean, refused: {refusal}"
            assert (type(refusal), refusal.reason, str(refusal)) == (type(expected), expected.reason, str(expected))
        else:
            assert expected is None, f"explained as refused ({expected}), sent"
            assert {verdict.outcome for verdict in checked.verdicts} == {Outcome.PASSED}
            assert sent.message is not None
        transaction.set_rollback(True)
    snapshot.forget()
