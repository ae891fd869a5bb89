"""Sending a text: the checks in order, what is accepted, what is refused and why."""

import threading
from datetime import timedelta

import pytest
from django.db import connection

from messaging.errors import Conflict, Denied, Invalid, NotFound, OverQuota
from messaging.models import Message, MessageEvent, PhoneNumber, RegionalAccount, Spend
from messaging.operations import checks
from messaging.operations.checks.money import units_of
from messaging.operations.checks.send import Outcome
from messaging.operations.configuration_sets import set_default_message_type
from messaging.operations.opt_out_lists import create_opt_out_list, put_opted_out_number
from messaging.operations.phone_numbers import update_phone_number
from messaging.operations.pools import update_pool
from messaging.operations.sending import check_text_message, send_text_message
from messaging.operations.snapshot import take
from tests.factories import (
    FAILURE,
    HANDSET,
    SUCCESS,
    make_caller,
    make_configuration_set,
    make_pool,
    make_simulator_number,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def number(caller):
    return make_simulator_number(caller)


@pytest.fixture
def toll_free(caller):
    """A number that reaches every handset of the US."""
    row = make_simulator_number(caller)
    PhoneNumber.objects.filter(pk=row.pk).update(number_type="TOLL_FREE")
    row.refresh_from_db()
    return row


def send(caller, **changes):
    values = {"destination_phone_number": SUCCESS, "message_body": "Hello", **changes}
    return send_text_message(caller, **values)


def test_accepted_message_has_its_row_and_first_event(caller, number, clock):
    sent = send(caller, origination_identity=number.phone_number_id, context={"order": "7"}, time_to_live=60)
    message = Message.objects.get(pk=sent.message_id)
    assert (message.status, message.origination_identity, message.parts) == ("QUEUED", number.phone_number, 1)
    assert (message.encoding, message.context, message.is_final) == ("GSM", {"order": "7"}, False)
    assert message.expires_at - message.created_timestamp == timedelta(seconds=60)
    assert message.due_at == clock.now()
    event = MessageEvent.objects.get()
    assert (event.event_type, event.is_final, event.sequence) == ("TEXT_QUEUED", False, 0)


def test_dry_run_checks_and_writes_nothing(caller, number):
    sent = send(caller, origination_identity=number.phone_number, dry_run=True)
    assert sent.message_id and sent.message is None
    assert not Message.objects.exists()
    with pytest.raises(Invalid):
        send(caller, origination_identity=number.phone_number, dry_run=True, message_body="")


@pytest.mark.parametrize("form", ["phone_number", "phone_number_id", "arn"])
def test_originator_by_number_id_or_arn(caller, number, form):
    assert (
        send(caller, origination_identity=getattr(number, form)).message.origination_identity_id
        == number.phone_number_id
    )


@pytest.mark.parametrize(
    ("changes", "refusal", "reason"),
    [
        ({"destination_phone_number": "+0"}, Invalid, "INVALID_PARAMETER"),
        ({"destination_phone_number": "+5350000000"}, Invalid, "DESTINATION_COUNTRY_BLOCKED"),
        ({"destination_phone_number": "+999123456"}, Invalid, "INVALID_PARAMETER"),
        ({"destination_phone_number": "+447860019066"}, Invalid, "INVALID_IDENTITY_FOR_DESTINATION_COUNTRY"),
        ({"destination_phone_number": HANDSET}, Invalid, "INVALID_IDENTITY_FOR_DESTINATION_COUNTRY"),
        ({"message_body": "   "}, Invalid, "MISSING_PARAMETER"),
        ({"message_body": "a" * 1531}, Invalid, "MAXIMUM_SIZE_EXCEEDED"),
        ({"message_body": "é" * 1530 + "!"}, Invalid, "MAXIMUM_SIZE_EXCEEDED"),
        ({"message_body": "á" * 631}, Invalid, "MAXIMUM_SIZE_EXCEEDED"),
        ({"max_price": ".00001"}, Invalid, "PRICE_OVER_THRESHOLD"),
        ({"max_price": "cheap"}, Invalid, "INVALID_PARAMETER"),
        ({"configuration_set_name": "nowhere"}, NotFound, ""),
        ({"context": {str(n): "v" for n in range(6)}}, Invalid, "INVALID_PARAMETER"),
    ],
)
def test_refusals_leave_nothing_behind(caller, number, changes, refusal, reason):
    with pytest.raises(refusal) as refused:
        send(caller, origination_identity=number.phone_number_id, **changes)
    assert refused.value.reason == reason
    assert not Message.objects.exists()


@pytest.mark.parametrize("body", ["a" * 1530, "á" * 630, "€" * 765])
def test_longest_texts_that_can_be_sent(caller, number, body):
    """send.too_long"""
    assert send(caller, origination_identity=number.phone_number_id, message_body=body).message.parts >= 10


@pytest.mark.parametrize(
    ("identity", "kind"),
    [
        ("phone-nowhere", "phone-number"),
        ("+12065550100", "phone-number"),
        ("pool-nowhere", "pool"),
        ("arn:aws:sms-voice:us-east-1:123456789012:sender-id/MYSHOP/US", "sender-id"),
    ],
)
def test_unknown_originators_are_not_found(caller, identity, kind):
    with pytest.raises(NotFound) as refused:
        send(caller, origination_identity=identity)
    assert refused.value.resource.type == kind


def test_originator_must_be_active(caller, number):
    """send.originator_active"""
    PhoneNumber.objects.filter(pk=number.pk).update(status="PENDING")
    with pytest.raises(Conflict) as refused:
        send(caller, origination_identity=number.phone_number_id)
    assert refused.value.reason == "RESOURCE_NOT_ACTIVE"


def test_sandbox_reaches_simulator_destinations_only(sandbox_owner):
    caller = make_caller(sandbox_owner)
    number = make_simulator_number(caller)
    PhoneNumber.objects.filter(pk=number.pk).update(number_type="TOLL_FREE")
    assert send(caller, origination_identity=number.phone_number_id).message
    with pytest.raises(Conflict) as refused:
        send(caller, origination_identity=number.phone_number_id, destination_phone_number=HANDSET)
    assert refused.value.reason == "DESTINATION_PHONE_NUMBER_NOT_VERIFIED"


def test_opted_out_number_gets_nothing(caller, number):
    """opt_out.automatic"""
    put_opted_out_number(caller, opt_out_list_name="Default", opted_out_number=SUCCESS)
    with pytest.raises(Conflict) as refused:
        send(caller, origination_identity=number.phone_number_id)
    assert refused.value.reason == "DESTINATION_PHONE_NUMBER_OPTED_OUT"
    assert refused.value.resource.id == "Default"
    assert send(caller, origination_identity=number.phone_number_id, destination_phone_number=FAILURE).message


def test_look_up_that_comes_with_the_account_is_of_the_list_in_use(caller, number, django_assert_num_queries):
    from_number = {"origination_identity": number.phone_number_id}
    send(caller, **from_number)
    with django_assert_num_queries(1):
        take(caller.owner_id, number.phone_number_id, SUCCESS)
    put_opted_out_number(caller, opt_out_list_name="Default", opted_out_number=SUCCESS)
    with pytest.raises(Conflict, match="opt-out list Default"):
        send(caller, **from_number)
    create_opt_out_list(caller, opt_out_list_name="marketing")
    update_phone_number(caller, phone_number_id=number.phone_number_id, opt_out_list_name="marketing")
    assert send(caller, **from_number).message
    put_opted_out_number(caller, opt_out_list_name="marketing", opted_out_number=SUCCESS)
    with pytest.raises(Conflict, match="opt-out list marketing"):
        send(caller, **from_number)
    update_phone_number(caller, phone_number_id=number.phone_number_id, opt_out_list_name="Default")
    with pytest.raises(Conflict, match="opt-out list Default"):
        send(caller, **from_number)
    account = take(caller.owner_id, number.phone_number_id, SUCCESS)
    with django_assert_num_queries(0):
        assert account.is_opted_out(number.phone_number_id, number.opt_out_list_id, SUCCESS)
    with django_assert_num_queries(1):
        assert not account.is_opted_out(number.phone_number_id, number.opt_out_list_id, FAILURE)


@pytest.mark.parametrize(
    "destination", ["+1425\x004147755", "\ud800", "", "+1" * 200], ids=["nul", "surrogate", "empty", "long"]
)
def test_what_is_no_number_is_refused_before_any_database_sees_it(caller, number, destination):
    send(caller, origination_identity=number.phone_number_id)
    with pytest.raises(Invalid) as refused:
        send(caller, origination_identity=number.phone_number_id, destination_phone_number=destination)
    assert "destination_phone_number" in refused.value.fields


def test_pool_picks_an_originator_that_fits_and_stays_with_it(caller):
    """pool.select"""
    pool = make_pool(caller)
    for _more in range(3):
        make_simulator_number(caller, pool_id=pool.pool_id)
    chosen = {send(caller, origination_identity=pool.pool_id).message.origination_identity for _again in range(4)}
    assert len(chosen) == 1
    assert send(caller, origination_identity=pool.arn).message.pool_id == pool.pool_id


def test_pool_without_a_fitting_originator_refuses_or_takes_a_shared_route(caller):
    """pool.shared_routes"""
    pool = make_pool(caller)
    french = {"origination_identity": pool.pool_id, "destination_phone_number": "+33612345678"}
    with pytest.raises(Conflict) as refused:
        send(caller, **french)
    assert refused.value.reason == "NO_ORIGINATION_IDENTITIES_FOUND"
    update_pool(caller, pool_id=pool.pool_id, shared_routes_enabled=True)
    assert send(caller, **french).message.originator_type == "SHARED_ROUTE"
    with pytest.raises(Conflict):
        send(caller, origination_identity=pool.pool_id, destination_phone_number=HANDSET)


def test_without_an_identity_any_that_fits_is_taken(caller, number, toll_free):
    assert send(caller, destination_phone_number=HANDSET).message.origination_identity == toll_free.phone_number


def test_configuration_set_gives_its_defaults(caller, number):
    """set.defaults"""
    name = make_configuration_set(caller).configuration_set_name
    set_default_message_type(caller, configuration_set_name=name, message_type="PROMOTIONAL")
    by_set = send(caller, origination_identity=number.phone_number_id, configuration_set_name=name).message
    assert (by_set.message_type, by_set.configuration_set_name) == ("PROMOTIONAL", name)
    told = send(
        caller, origination_identity=number.phone_number_id, configuration_set_name=name, message_type="TRANSACTIONAL"
    ).message
    assert told.message_type == "TRANSACTIONAL"


def test_max_price_is_per_message_part(caller, number):
    """send.max_price"""
    part = send(caller, origination_identity=number.phone_number_id).message
    enough = f"{(part.price + part.carrier_fee) / 100_000:.5f}".lstrip("0")
    two_parts = send(caller, origination_identity=number.phone_number_id, message_body="a" * 200, max_price=enough)
    assert two_parts.message.price == 2 * part.price


def test_spend_limit_stops_sending_and_simulator_destinations_cost_nothing(caller, owner, toll_free, unlimited):
    """spend.levels, sms_spend"""
    cost = send(caller, origination_identity=toll_free.phone_number_id, destination_phone_number=HANDSET).message
    price = cost.price + cost.carrier_fee
    assert Spend.objects.get().amount == price
    RegionalAccount.objects.filter(pk=owner.pk).update(text_spend_limit=2 * price)
    send(caller, origination_identity=toll_free.phone_number_id, destination_phone_number=HANDSET)
    with pytest.raises(OverQuota) as refused:
        send(caller, origination_identity=toll_free.phone_number_id, destination_phone_number=HANDSET)
    assert refused.value.reason == "MONTHLY_SPEND_LIMIT_REACHED_FOR_TEXT"
    assert send(caller, origination_identity=toll_free.phone_number_id).message
    assert Spend.objects.get().amount == 2 * price


def test_spend_begins_anew_each_month(caller, toll_free, clock):
    send(caller, origination_identity=toll_free.phone_number_id, destination_phone_number=HANDSET)
    clock.advance(days=31)
    send(caller, origination_identity=toll_free.phone_number_id, destination_phone_number=HANDSET)
    assert Spend.objects.count() == 2


@pytest.mark.django_db(transaction=True)
def test_concurrent_sends_cannot_pass_the_spend_limit(caller, owner, toll_free, unlimited):
    price = send(caller, origination_identity=toll_free.phone_number_id, destination_phone_number=HANDSET).message
    limit = 5 * (price.price + price.carrier_fee)
    RegionalAccount.objects.filter(pk=owner.pk).update(text_spend_limit=limit)
    accepted: list[str] = []

    def work() -> None:
        try:
            for _again in range(4):
                sent = send(caller, origination_identity=toll_free.phone_number_id, destination_phone_number=HANDSET)
                accepted.append(sent.message_id)
        except OverQuota:
            pass
        finally:
            connection.close()

    threads = [threading.Thread(target=work) for _thread in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(accepted) == 4
    assert Spend.objects.get().amount == limit


def test_viewer_may_not_send(caller_as, number):
    with pytest.raises(Denied):
        send(caller_as("VIEWER"), origination_identity=number.phone_number_id)


def test_check_runs_to_the_end_and_sends_nothing(caller, number):
    put_opted_out_number(caller, opt_out_list_name="Default", opted_out_number=SUCCESS)
    checked = check_text_message(
        caller,
        destination_phone_number=SUCCESS,
        message_body="a" * 1600,
        origination_identity=number.phone_number_id,
    )
    said = {verdict.name: verdict for verdict in checked.verdicts}
    assert [verdict.name for verdict in checked.verdicts] == [check.name for check in checks.OF_CHANNEL["SMS"]]
    assert said["opt-out"].refusal.reason == "DESTINATION_PHONE_NUMBER_OPTED_OUT"
    assert said["body"].refusal.reason == "MAXIMUM_SIZE_EXCEEDED"
    assert said["originator"].outcome == Outcome.PASSED
    assert not checked.would_send
    assert not Message.objects.exists()


def test_check_says_what_waits_for_another(caller):
    checked = check_text_message(caller, destination_phone_number="nonsense", message_body="Hello")
    said = {verdict.name: verdict.outcome for verdict in checked.verdicts}
    assert (said["destination"], said["originator"], said["opt-out"]) == ("refused", "not reached", "not reached")
    assert said["body"] == "passed"


def test_clean_check_sends(caller, number):
    request = {"destination_phone_number": SUCCESS, "message_body": "Hi", "origination_identity": number.phone_number}
    assert check_text_message(caller, **request).would_send
    assert send_text_message(caller, **request).message


@pytest.mark.parametrize(("text", "units"), [("0.05", 5000), (".5", 50_000), ("12.", None), ("99.99999", 9_999_999)])
def test_prices_are_whole_units(text, units):
    if units is None:
        with pytest.raises(Invalid):
            units_of(text)
    else:
        assert units_of(text) == units
