"""Statistics: what the worker has counted and what is still to be counted give the same figures."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db.models import Sum

from messaging import clock as clocks
from messaging.models import Message, Statistic, StatisticProgress
from messaging.operations import reset, statistics
from messaging.operations.events import new_event, record_events
from messaging.operations.statistics import DAY, HOUR, count_settled_events, period
from messaging.operations.upkeep import keep_books
from tests import factories

pytestmark = pytest.mark.django_db
NOW = timedelta(0)
BEGIN = datetime(2026, 3, 2, tzinfo=UTC)
END = BEGIN + timedelta(days=1)


@pytest.fixture
def number(caller):
    return factories.make_simulator_number(caller).phone_number_id


@pytest.fixture
def sent(caller, clock, number):
    """Two delivered in the hour of 10, with a set; one that failed in the hour of 11; one that waits."""
    factories.make_configuration_set(caller, "otp")
    for _ in range(2):
        factories.send(caller, origination_identity=number, configuration_set_name="otp")
        clock.advance(seconds=1)
    factories.deliver_all(clock)
    clock.advance(hours=1)
    factories.send(caller, factories.FAILURE, origination_identity=number)
    factories.deliver_all(clock)
    clock.advance(seconds=1)
    factories.send(caller, origination_identity=number)


def said(found):
    """Everything that a period says."""
    return (
        (found.total.accepted, found.total.delivered, found.total.failed, found.total.under_way, found.total.reasons),
        [(at.hour, figures.accepted, figures.delivered) for at, figures in sorted(found.by_start.items())],
        {name: [(v, f.accepted, f.delivered) for v, f in found.ranked(name)] for name in ("country", "set")},
        found.seconds_to_deliver(0.5),
        found.seconds_to_deliver(0.95),
    )


def test_messages_are_counted_by_hour_outcome_country_originator_and_set(owner, sent):
    found = period(owner.pk, BEGIN, END)
    assert (found.total.accepted, found.total.delivered, found.total.failed, found.total.under_way) == (4, 2, 1, 1)
    assert found.total.delivery_rate == pytest.approx(200 / 3)
    failed = Message.objects.get(is_final=True, destination_phone_number=factories.FAILURE)
    assert found.total.reasons == {failed.status: 1}
    assert [(at.hour, figures.accepted) for at, figures in sorted(found.by_start.items())] == [(10, 2), (11, 2)]
    assert len(found.starts) == 24 and found.figures_at(found.starts[0]).accepted == 0
    assert [(value, figures.accepted) for value, figures in found.ranked("country")] == [("US", 4)]
    assert [(value, figures.accepted) for value, figures in found.ranked("set")] == [("", 2), ("otp", 2)]
    (originator,) = found.ranked("originator")
    assert originator[0] == failed.origination_identity


def test_counted_and_live_figures_are_the_same_wherever_the_count_stands(owner, sent, clock, monkeypatch):
    monkeypatch.setattr(statistics, "SLICE", 2)
    live = said(period(owner.pk, BEGIN, END))
    days = said(period(owner.pk, BEGIN, END, span_hours=DAY))[2:]
    clock.advance(minutes=1)
    counted = [1]
    while counted[-1]:
        counted.append(count_settled_events(settle=NOW))
        assert said(period(owner.pk, BEGIN, END)) == live
    assert sum(counted) - 1 == 6, "three messages with their ends; the one that waits is left"
    assert said(period(owner.pk, BEGIN, END, span_hours=DAY))[2:] == days == live[2:]
    assert said(period(owner.pk, BEGIN, BEGIN + timedelta(hours=11)))[0][:2] == (2, 2)
    assert period(owner.pk, BEGIN, END, channel="VOICE").total.accepted == 0
    assert said(period(owner.pk, BEGIN, END, channel="SMS")) == live


def test_figures_that_are_read_while_events_are_counted_have_none_twice(owner, sent, clock, monkeypatch):
    live = said(period(owner.pk, BEGIN, END))
    clock.advance(minutes=1)
    read, left = statistics._add_counted, [1]

    def counted_in_between(*given):
        if left:
            left.pop()
            count_settled_events(settle=NOW)
        read(*given)

    monkeypatch.setattr(statistics, "_add_counted", counted_in_between)
    assert said(period(owner.pk, BEGIN, END)) == live
    assert Statistic.objects.exists()


def test_a_final_event_days_later_counts_for_the_hour_of_its_message(owner, sent, clock):
    factories.deliver_all(clock)
    clock.advance(minutes=1)
    while count_settled_events(settle=NOW):
        pass
    silent = Message.objects.order_by("message_id").last()
    before = period(owner.pk, BEGIN, END)
    assert (before.total.accepted, before.total.under_way) == (4, 0)
    assert before.figures_at(silent.created_timestamp.replace(minute=0, second=0, microsecond=0)).ended == 2


def test_events_wait_for_steps_that_are_overdue(owner, caller, clock, number):
    """A report may carry an earlier instant than the events that were written in the meantime."""
    factories.send(caller, origination_identity=number)
    clock.advance(minutes=5)
    factories.send(caller, factories.FAILURE, origination_identity=number)
    clock.advance(minutes=5)
    assert count_settled_events(settle=NOW) == 0, "the first message's step is due since ten minutes"
    factories.deliver_all(clock)
    clock.advance(minutes=1)
    count_settled_events(settle=NOW)
    assert Statistic.objects.filter(span_hours=HOUR, dimension="").aggregate(n=Sum("messages"))["n"] == 4
    assert period(owner.pk, BEGIN, END).total.ended == 2


def test_the_worker_counts_a_minute_after_it_saw_the_instant(owner, sent, clock, monkeypatch):
    factories.deliver_all(clock)
    clock.advance(hours=1)
    StatisticProgress.objects.all().delete()
    keep_books()
    progress = StatisticProgress.objects.get(owner=owner)
    assert not Statistic.objects.exists() and progress.closing == clocks.now()
    keep_books()
    assert not Statistic.objects.exists(), "a send may still be on its way"
    StatisticProgress.objects.update(closing_seen=progress.closing_seen - statistics.SETTLE)
    assert keep_books() == 8
    assert Statistic.objects.exists()


def test_two_workers_count_nothing_twice(owner, sent, clock):
    clock.advance(hours=1)
    count_settled_events(settle=NOW)
    total = Statistic.objects.aggregate(n=Sum("messages"))
    stale = StatisticProgress.objects.get(owner=owner)
    stale.counted_until = statistics.NOTHING_YET
    statistics._advance(stale, datetime.now(UTC), NOW)
    assert Statistic.objects.aggregate(n=Sum("messages")) == total


def test_times_to_deliver_are_right_to_a_twentieth(owner, caller, clock, number):
    seconds = list(range(1, 101))
    for taken in seconds:
        message = factories.send(caller, origination_identity=number).message
        at = message.created_timestamp + timedelta(seconds=taken)
        final = new_event(message.message_id, "SMS", "DELIVERED", at, sequence=1, is_final=True)
        record_events([(message, final)])
        clock.advance(seconds=1)
    found = period(owner.pk, BEGIN, END)
    assert found.seconds_to_deliver(0.5) == pytest.approx(50, rel=0.06)
    assert found.seconds_to_deliver(0.95) == pytest.approx(95, rel=0.06)
    assert period(owner.pk, BEGIN, BEGIN + timedelta(hours=1)).seconds_to_deliver(0.5) is None


def test_accounts_are_counted_apart_and_a_reset_empties_one(owner, caller, sent, clock, other_owner):
    other = factories.make_caller(other_owner)
    number = factories.make_simulator_number(other).phone_number_id
    factories.send(other, origination_identity=number)
    clock.advance(hours=1)
    factories.deliver_all(clock)
    clock.advance(hours=1)
    while count_settled_events(settle=NOW):
        pass
    assert period(other_owner.pk, BEGIN, END).total.accepted == 1
    reset.reset_account(caller)
    assert period(owner.pk, BEGIN, END).total.accepted == 0
    assert period(other_owner.pk, BEGIN, END).total.accepted == 1
