"""What AT&T and T-Mobile let through of 10DLC traffic."""

import pytest

from messaging.carrier.networks import network_of
from messaging.models import CampaignRates, Message, Meter, PhoneNumber
from messaging.operations import throughput
from messaging.operations.registry import settings_changed
from tests.factories import SUCCESS, deliver_all, make_simulator_number, send

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("unlimited")]


@pytest.fixture
def number(caller):
    row = make_simulator_number(caller)
    PhoneNumber.objects.filter(pk=row.pk).update(number_type="TEN_DLC", registration_id="registration-campaign")
    settings_changed([caller.owner_id])
    return row


def handsets(network, count):
    found = [f"+1206555{last:04d}" for last in range(4000)]
    return [number for number in found if network_of(number, "US") == network][:count]


def statuses():
    return list(Message.objects.order_by("message_id").values_list("status", flat=True))


def rates(caller, **limits):
    CampaignRates.objects.create(
        owner_id=caller.owner_id, campaign_id="registration-campaign", brand_id="registration-brand", **limits
    )


def test_every_us_number_is_on_a_network_and_stays_there():
    assert {network_of(f"+1206555{last:04d}", "US") for last in range(60)} == {"AT&T", "T-Mobile", "Verizon"}
    assert network_of("+12065550100", "US") == network_of("+12065550100", "US")
    assert network_of(SUCCESS, "US") == network_of("+447900400001", "GB") == ""


def test_att_counts_parts_of_a_campaign_in_a_minute(caller, number, clock):
    rates(caller, parts_per_minute=3, messages_per_day=1)
    to = handsets("AT&T", 4)
    send(caller, to[0], "a" * 161, origination_identity=number.phone_number_id)  # two parts
    for destination in to[1:]:
        clock.advance(milliseconds=1)  # the carrier takes the oldest first
        send(caller, destination, origination_identity=number.phone_number_id)
    deliver_all(clock)
    assert statuses() == ["DELIVERED", "DELIVERED", "CARRIER_BLOCKED", "CARRIER_BLOCKED"]
    final = Message.objects.order_by("message_id").last().events.get(is_final=True)
    assert final.description == "AT&T takes 3 message parts a minute from this 10DLC campaign."
    clock.advance(minutes=1)
    send(caller, to[0], origination_identity=number.phone_number_id)
    deliver_all(clock)
    assert statuses()[-1] == "DELIVERED"


def test_t_mobile_counts_messages_of_a_brand_in_a_day(caller, number, clock):
    rates(caller, parts_per_minute=1, messages_per_day=2)
    for destination in handsets("T-Mobile", 3):
        send(caller, destination, "a" * 400, origination_identity=number.phone_number_id)
        clock.advance(hours=3)
        deliver_all(clock)
    assert statuses() == ["DELIVERED", "DELIVERED", "CARRIER_BLOCKED"]
    clock.advance(days=1)
    send(caller, handsets("T-Mobile", 1)[0], origination_identity=number.phone_number_id)
    deliver_all(clock)
    assert statuses()[-1] == "DELIVERED"


def test_the_count_of_a_day_stays_until_the_day_is_over(caller, number, clock):
    rates(caller, parts_per_minute=1, messages_per_day=2000)
    send(caller, handsets("T-Mobile", 1)[0], origination_identity=number.phone_number_id)
    deliver_all(clock)
    clock.advance(hours=13)
    assert (throughput.sweep(), Meter.objects.count()) == (0, 1)
    clock.advance(days=2)
    assert (throughput.sweep(), Meter.objects.count()) == (1, 0)


def test_verizon_and_other_originators_are_not_counted(caller, number, clock):
    rates(caller, parts_per_minute=1, messages_per_day=1)
    for destination in handsets("Verizon", 3):
        send(caller, destination, origination_identity=number.phone_number_id)
    PhoneNumber.objects.filter(pk=number.pk).update(number_type="TOLL_FREE")
    settings_changed([caller.owner_id])
    for destination in handsets("AT&T", 3) + handsets("T-Mobile", 3):
        send(caller, destination, origination_identity=number.phone_number_id)
    deliver_all(clock)
    assert set(statuses()) == {"DELIVERED"}


def test_a_campaign_that_nobody_vetted_has_the_lowest_rates(caller, number, clock):
    for destination in handsets("AT&T", 76):
        send(caller, destination, origination_identity=number.phone_number_id)
    deliver_all(clock)
    assert sorted(statuses()) == ["CARRIER_BLOCKED"] + ["DELIVERED"] * 75
