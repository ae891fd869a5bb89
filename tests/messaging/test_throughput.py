"""Throughput of originators and recipients, and failover inside a pool."""

import threading
from contextlib import contextmanager

import pytest
from django.db import connection

from messaging.errors import Throttled
from messaging.models import Message, Meter, PhoneNumber, RegionalAccount
from messaging.operations import throughput
from messaging.operations.pools import associate_origination_identity, create_pool
from messaging.operations.registry import settings_changed
from messaging.operations.sending import check_text_message, send_text_message
from messaging.transactions import write_transaction
from tests.factories import HANDSET, SUCCESS, make_media_number, make_sender_id, make_simulator_number
from tests.factories import send_media as send_media_to

pytestmark = pytest.mark.django_db


def number_of_type(caller, number_type, **changes):
    number = make_simulator_number(caller)
    PhoneNumber.objects.filter(pk=number.pk).update(number_type=number_type, **changes)
    settings_changed([caller.owner_id])
    return PhoneNumber.objects.get(pk=number.pk)


def send(caller, number, destination, body="Hello", **changes):
    return send_text_message(
        caller,
        destination_phone_number=destination,
        message_body=body,
        origination_identity=getattr(number, "phone_number_id", number),
        **changes,
    )


def handset(last):
    return f"+1206555{last:04d}"


@pytest.mark.parametrize(("number_type", "mps"), [("TOLL_FREE", 3), ("TEN_DLC", 1), ("SHORT_CODE", 100)])
def test_an_originator_sends_its_parts_a_second_and_no_more(caller, clock, number_type, mps):
    """throughput:throughput-errors"""
    number = number_of_type(caller, number_type)
    for second in range(2):
        for last in range(mps):
            send(caller, number, handset(1000 * second + last))
        with pytest.raises(Throttled) as refused:
            send(caller, number, handset(5000 + second))
        assert 0 < refused.value.retry_seconds <= 1
        clock.advance(seconds=1)
    assert Message.objects.count() == 2 * mps


def test_parts_count_and_not_messages(caller, clock):
    """throughput:encoding, throughput:no-queue: a long message goes at once and keeps the originator for its parts."""
    number = number_of_type(caller, "TEN_DLC")
    assert send(caller, number, handset(1), "a" * 161).message.parts == 2
    clock.advance(seconds=1)
    with pytest.raises(Throttled) as refused:
        send(caller, number, handset(2))
    assert refused.value.retry_seconds == 1
    clock.advance(seconds=1)
    send(caller, number, handset(2), "я" * 134)  # two parts of Unicode
    clock.advance(seconds=1.5)
    with pytest.raises(Throttled) as refused:
        send(caller, number, handset(3))
    assert refused.value.retry_seconds == 1  # never told to come sooner than a part takes


def test_a_recipient_takes_one_message_a_second_whoever_sends(caller, clock):
    """send.per_recipient_rate"""
    one, other = number_of_type(caller, "SHORT_CODE"), number_of_type(caller, "TOLL_FREE")
    send(caller, one, HANDSET)
    with pytest.raises(Throttled) as refused:
        send(caller, other, HANDSET)
    assert "recipient" in str(refused.value)
    assert Message.objects.count() == 1
    clock.advance(seconds=1)
    send(caller, other, HANDSET)


def test_simulator_traffic_has_no_rate(caller, clock):
    number, real = make_simulator_number(caller), number_of_type(caller, "TOLL_FREE")
    for _time in range(5):
        send(caller, number, SUCCESS)
        send(caller, real, SUCCESS)
    assert not Meter.objects.exists()


def test_numbers_of_one_campaign_share_its_rate(caller, clock):
    """throughput:no-pooling-gain"""
    one, other = (number_of_type(caller, "TEN_DLC", registration_id="registration-1") for _time in range(2))
    send(caller, one, handset(1))
    with pytest.raises(Throttled):
        send(caller, other, handset(2))


def test_countries_have_rates_of_their_own(caller, clock):
    """throughput:mps-scope"""
    sender = make_sender_id(caller, "MYSHOP", "GB").sender_id
    for last in range(10):
        send(caller, sender, f"+4479004000{last:02d}")
    with pytest.raises(Throttled):
        send(caller, sender, "+447900400010")
    send(caller, sender, "+33612345678")


def test_an_mms_is_one_part_of_a_rate_of_its_own(caller, clock):
    """throughput:prefer-mms"""
    number = make_media_number(caller)
    PhoneNumber.objects.filter(pk=number.pk).update(number_type="TOLL_FREE")
    settings_changed([caller.owner_id])
    for last in range(3):
        send_media_to(caller, "", handset(last), origination_identity=number.phone_number_id, body="a" * 1000)
    with pytest.raises(Throttled):
        send_media_to(caller, "", handset(9), origination_identity=number.phone_number_id)
    send(caller, number, handset(9))


def test_a_raised_quota_raises_the_rate(caller, owner, clock):
    number = number_of_type(caller, "TEN_DLC")
    quotas = {throughput.quota_id("SMS", "TEN_DLC", "US"): 4}
    RegionalAccount.objects.filter(pk=owner.pk).update(quotas=quotas)
    settings_changed([owner.pk])
    for last in range(4):
        send(caller, number, handset(last))
    with pytest.raises(Throttled):
        send(caller, number, handset(9))


def test_a_pool_fails_over_to_an_originator_that_is_free(caller, clock):
    one, other = number_of_type(caller, "TOLL_FREE"), number_of_type(caller, "TOLL_FREE")
    pool = create_pool(caller, origination_identity=one.name, iso_country_code="US", message_type="TRANSACTIONAL")
    associate_origination_identity(caller, pool_id=pool.pool_id, origination_identity=other.name, iso_country_code="US")
    used = [send(caller, pool.pool_id, handset(last)).message.origination_identity_id for last in range(6)]
    assert sorted(used) == sorted([one.name] * 3 + [other.name] * 3)
    with pytest.raises(Throttled):
        send(caller, pool.pool_id, handset(9))
    checked = check_text_message(
        caller, destination_phone_number=handset(9), message_body="x", origination_identity=pool.pool_id
    )
    assert [str(verdict.name) for verdict in checked.verdicts if verdict.refusal] == ["throughput"]
    clock.advance(seconds=1)
    assert send(caller, pool.pool_id, handset(0)).message.origination_identity_id == used[0]  # the same as before


def test_a_refused_send_uses_nothing_up(caller, owner, clock):
    number = number_of_type(caller, "TEN_DLC")
    RegionalAccount.objects.filter(pk=owner.pk).update(text_spend_limit=0)
    settings_changed([owner.pk])
    with pytest.raises(Exception, match="spend limit"):
        send(caller, number, handset(1))
    check_text_message(
        caller, destination_phone_number=handset(1), message_body="x", origination_identity=number.phone_number_id
    )
    assert not Meter.objects.exists()


def test_a_dry_run_says_it_and_uses_nothing_up(caller, clock):
    number = number_of_type(caller, "TEN_DLC")
    send(caller, number, handset(1), dry_run=True)
    send(caller, number, handset(1))
    with pytest.raises(Throttled):
        send(caller, number, handset(2), dry_run=True)


def test_dry_runs_have_a_rate_of_their_own(caller, clock):
    """send.dry_run"""
    number = number_of_type(caller, "SHORT_CODE")
    for last in range(5):
        send(caller, number, handset(last), dry_run=True)
    with pytest.raises(Throttled, match="5 message parts"):
        send(caller, number, handset(5), dry_run=True)
    send(caller, number, handset(6))
    clock.advance(seconds=1)
    send(caller, number, handset(7), dry_run=True)


def test_meters_that_say_nothing_any_more_are_forgotten(caller, clock):
    number = number_of_type(caller, "SHORT_CODE")
    for last in range(3):
        send(caller, number, handset(last))
    assert throughput.sweep() == 0
    clock.advance(hours=2)
    assert (throughput.sweep(2), throughput.sweep(2), Meter.objects.count()) == (2, 2, 0)


def test_a_meter_that_is_used_again_while_it_is_looked_for_stays(caller, clock, monkeypatch):
    number = number_of_type(caller, "SHORT_CODE")
    send(caller, number, handset(1))
    clock.advance(hours=2)

    @contextmanager
    def after_another_send():
        send(caller, number, handset(2))
        with write_transaction():
            yield

    monkeypatch.setattr(throughput, "write_transaction", after_another_send)
    assert throughput.sweep() == 1  # the first recipient's
    assert set(Meter.objects.values_list("key", flat=True)) == {
        f"from:SMS:{number.phone_number_id}:US",
        f"to:{handset(2)}",
    }


def test_it_can_be_switched_off(caller, clock, unlimited):
    number = number_of_type(caller, "TEN_DLC")
    for _time in range(3):
        send(caller, number, HANDSET)


@pytest.mark.django_db(transaction=True)
def test_of_many_sends_at_once_only_as_many_pass_as_there_is_room_for(caller, clock):
    number = number_of_type(caller, "TOLL_FREE")
    said = []

    def one(last):
        try:
            send(caller, number, handset(last))
            said.append("sent")
        except Throttled:
            said.append("throttled")
        finally:
            connection.close()

    threads = [threading.Thread(target=one, args=(last,)) for last in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(said) == ["sent"] * 3 + ["throttled"] * 9
    assert Message.objects.count() == 3
