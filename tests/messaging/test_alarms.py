"""Alarms: what they watch, when they go off and end, who is told. Facts: billing.json, metrics and alarms."""

import pytest

from messaging import work
from messaging.errors import Conflict, Denied, Invalid, NotFound
from messaging.models import Alarm, AlarmDatapoint, Notification, OutboxEntry, RegionalAccount, Spend
from messaging.operations import alarms
from messaging.operations.alarms import create_alarm, delete_alarm, update_alarm
from messaging.operations.checks.money import this_month
from messaging.operations.outbox import subscribe_endpoint
from messaging.operations.topics import describe_topics
from tests import factories

pytestmark = pytest.mark.django_db
TOPIC = "arn:aws:sns:us-east-1:123456789012:money"
DOLLAR = alarms.SCALE


@pytest.fixture
def toll_free(caller, clock):
    return factories.make_number(caller)


def make(caller, **changes):
    given = {
        "alarm_name": "Text spend",
        "metric": "TextMessageMonthlySpend",
        "comparison": "GreaterThanThreshold",
        "threshold": 10 * DOLLAR,
        "period_seconds": 300,
        **changes,
    }
    return create_alarm(caller, **given)


def spend(owner, amount, channel="TEXT"):
    Spend.objects.update_or_create(
        owner=owner, month=this_month(), channel=channel, defaults={"amount": amount * DOLLAR}
    )


def step(clock, row, **period):
    clock.advance(**(period or {"minutes": 5}))
    alarms.evaluate_due_alarms()
    row.refresh_from_db()
    return row.state


def test_it_goes_off_above_its_threshold_and_tells_the_topic_and_the_members(caller, owner, clock):
    """cloudwatch.spend_alarm.create: the topic is told when spending passes the threshold"""
    row = make(caller, topic_arn=TOPIC, description="Look at the offers")
    assert row.state == "INSUFFICIENT_DATA"
    assert step(clock, row) == "INSUFFICIENT_DATA", "the metric appears after the first message"
    spend(owner, 10)
    assert step(clock, row) == "OK"
    assert not Notification.objects.exists(), "nothing was wrong, and nothing is"
    spend(owner, 11)
    assert step(clock, row) == "ALARM"
    told = OutboxEntry.objects.get()
    assert told.topic_arn == TOPIC
    assert (told.payload["AlarmName"], told.payload["NewStateValue"], told.payload["OldStateValue"]) == (
        "Text spend",
        "ALARM",
        "OK",
    )
    assert told.payload["Trigger"]["Namespace"] == "AWS/SMSVoice"
    assert told.payload["Trigger"]["Threshold"] == 10
    notice = Notification.objects.get()
    assert notice.words == "The alarm “Text spend” went off: TextMessageMonthlySpend is 11.00 USD."
    assert notice.link == ["alarm-detail", row.alarm_id]
    assert step(clock, row) == "ALARM"
    assert OutboxEntry.objects.count() == 1, "it tells once, not each period"
    assert [(change.old, change.new) for change in row.changes.all()] == [("OK", "ALARM"), ("INSUFFICIENT_DATA", "OK")]


def test_missing_data_keeps_the_state(caller, owner, clock):
    """alarms, missing_data: ignore"""
    row = make(caller)
    spend(owner, 11)
    assert step(clock, row) == "ALARM"
    assert step(clock, row, days=31) == "ALARM", "the new month has no metric until its first message"
    spend(owner, 1)
    assert step(clock, row) == "OK"
    assert "is over" in Notification.objects.order_by("-pk").first().words


@pytest.mark.parametrize(
    ("comparison", "states"),
    [
        ("GreaterThanThreshold", ["OK", "OK", "ALARM"]),
        ("GreaterThanOrEqualToThreshold", ["OK", "ALARM", "ALARM"]),
        ("EqualToThreshold", ["OK", "ALARM", "OK"]),
        ("LessThanThreshold", ["ALARM", "OK", "OK"]),
        ("LessThanOrEqualToThreshold", ["ALARM", "ALARM", "OK"]),
    ],
)
def test_comparisons(caller, owner, clock, comparison, states):
    row = make(caller, comparison=comparison)
    seen = []
    for amount in (9, 10, 11):
        spend(owner, amount)
        seen.append(step(clock, row))
    assert seen == states


def test_enough_datapoints_of_the_last_periods_must_breach(caller, owner, clock):
    row = make(caller, datapoints_to_alarm=2, evaluation_periods=3)
    spend(owner, 11)
    assert step(clock, row) == "INSUFFICIENT_DATA", "one of three says nothing yet"
    assert step(clock, row) == "ALARM"
    spend(owner, 9)
    assert step(clock, row) == "ALARM"
    assert step(clock, row) == "OK"


def test_a_jump_of_the_clock_is_looked_at_with_the_last_periods_only(caller, owner, clock):
    row = make(caller, evaluation_periods=3, datapoints_to_alarm=3)
    spend(owner, 11)
    assert step(clock, row, days=2) == "ALARM"
    assert AlarmDatapoint.objects.count() == 3


def test_spend_is_that_at_the_end_of_the_period_and_not_of_now(caller, owner, clock, toll_free):
    factories.send(caller, "+12065550101", origination_identity=toll_free.phone_number_id)
    once = Spend.objects.get().amount
    begin = clock.now()
    clock.advance(minutes=5)
    end = clock.now()
    factories.send(caller, "+12065550102", origination_identity=toll_free.phone_number_id)
    clock.advance(minutes=1)
    assert alarms.spent_until(owner.pk, "TEXT", end) == once
    assert alarms.spent_until(owner.pk, "TEXT", clock.now()) == 2 * once
    metric = Alarm.Metric.TEXT_SPEND
    values = [alarms.value_of(owner.pk, metric, statistic, begin, end) for statistic in Alarm.Statistic.values]
    assert values == [once, once // 2, 0], "maximum, average, minimum"
    assert alarms.value_of(owner.pk, Alarm.Metric.MEDIA_SPEND, "Maximum", begin, end) is None


def test_the_share_of_refused_sends_and_of_delivered_messages(caller, owner, clock, toll_free, run_work):
    begin = clock.now()
    factories.send(caller, factories.SUCCESS, origination_identity=toll_free.phone_number_id)
    factories.send(caller, factories.FAILURE, origination_identity=toll_free.phone_number_id)
    RegionalAccount.objects.filter(pk=owner.pk).update(text_spend_limit=0)
    with pytest.raises(Exception, match="spend limit"):
        factories.send(caller, "+12065550101", origination_identity=toll_free.phone_number_id)
    clock.advance(minutes=1)
    run_work()
    clock.advance(minutes=1)
    run_work()

    def value(metric):
        return alarms.value_of(owner.pk, metric, "Average", begin, clock.now()) / alarms.SCALE

    assert value("DeliveryRate") == 50
    assert value("RefusedShare") == pytest.approx(100 / 3, abs=0.01)
    assert alarms.value_of(owner.pk, "DeliveryRate", "Average", clock.now(), clock.now()) is None


def test_the_worker_looks_in_simulated_time(caller, owner, clock, run_work):
    row = make(caller, topic_arn=TOPIC)
    subscribe_endpoint(caller, topic_arn=TOPIC, endpoint="https://example.com/money")
    spend(owner, 11)
    assert work.seconds_to_next() == 300
    run_work()
    assert AlarmDatapoint.objects.count() == 0
    clock.advance(minutes=5)
    run_work()
    row.refresh_from_db()
    assert row.state == "ALARM"
    (topic,) = describe_topics(caller)
    assert (topic.topic_arn, [alarm.alarm_name for alarm in topic.alarms]) == (TOPIC, ["Text spend"])


def test_an_alarm_that_another_worker_has_looked_at_is_passed_over(caller, owner, clock):
    first, second = make(caller), make(caller, alarm_name="Another")
    spend(owner, 20)
    clock.advance(minutes=5)
    assert alarms._look_at(first.pk) is True
    assert alarms._look_at(first.pk) is False
    assert alarms.evaluate_due_alarms() == 1
    assert set(Alarm.objects.values_list("state", flat=True)) == {"ALARM"}
    assert AlarmDatapoint.objects.filter(alarm__in=[first, second]).count() == 2


def test_an_alarm_that_is_off_looks_at_nothing(caller, owner, clock):
    row = make(caller, enabled=False)
    spend(owner, 11)
    assert step(clock, row) == "INSUFFICIENT_DATA"


def settings_of(row):
    return {name: getattr(row, name) for name in alarms.Settings.__dataclass_fields__}


def test_a_change_of_what_is_watched_begins_anew(caller, owner, clock):
    row = make(caller)
    spend(owner, 11)
    assert step(clock, row) == "ALARM"
    update_alarm(caller, alarm_id=row.alarm_id, **{**settings_of(row), "threshold": 20 * DOLLAR})
    assert not AlarmDatapoint.objects.exists()
    assert step(clock, row) == "OK"
    update_alarm(caller, alarm_id=row.alarm_id, **{**settings_of(row), "description": "other words"})
    assert AlarmDatapoint.objects.count() == 1


def test_deleting_takes_the_history_along(caller, owner, clock):
    row = make(caller)
    spend(owner, 11)
    step(clock, row)
    delete_alarm(caller, alarm_id=row.alarm_id)
    assert not Alarm.objects.exists()
    with pytest.raises(NotFound):
        delete_alarm(caller, alarm_id=row.alarm_id)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("alarm_name", " "),
        ("metric", "Weather"),
        ("statistic", "Mode"),
        ("comparison", "About"),
        ("threshold", -1),
        ("period_seconds", 7),
        ("evaluation_periods", 0),
        ("datapoints_to_alarm", 2),
        ("topic_arn", "topic"),
        ("description", "a" * 1025),
    ],
)
def test_what_cannot_be_is_refused_by_its_field(caller, name, value):
    with pytest.raises(Invalid) as refused:
        make(caller, **{name: value})
    assert set(refused.value.fields) == {name}


def test_names_are_taken_once_and_alarms_of_others_do_not_exist(caller, other_owner, caller_as):
    row = make(caller)
    with pytest.raises(Conflict):
        make(caller)
    stranger = factories.make_caller(other_owner)
    make(stranger)
    with pytest.raises(NotFound):
        delete_alarm(stranger, alarm_id=row.alarm_id)
    with pytest.raises(Denied):
        make(caller_as("VIEWER"), alarm_name="mine")
