"""Telling that an alarm has changed its state: its topic when it goes off, the members of the account each time."""

import uuid
from datetime import datetime
from typing import Any

from django.utils.translation import gettext_noop

from messaging import wakeups
from messaging.models import Alarm, Notification, OutboxEntry
from messaging.operations.notifications import notify

ALARM_EVENT = "ALARM"  # our own word for the outbox; the service model has no event type for it
SCALE = 100_000
NAMESPACE = "AWS/SMSVoice"  # billing.json, metrics
TITLES = {
    Alarm.State.ALARM: gettext_noop("The alarm “%(alarm)s” went off: %(metric)s is %(value)s."),
    Alarm.State.OK: gettext_noop("The alarm “%(alarm)s” is over: %(metric)s is %(value)s."),
}
SEVERITIES = {Alarm.State.ALARM: Notification.Severity.WARNING, Alarm.State.OK: Notification.Severity.SUCCESS}


def shown(row: Alarm, value: int) -> str:
    """A value or threshold in words that need no translation: “12.50 USD”, “3.5 %”."""
    if row.metric.endswith("Spend"):
        return f"{value / SCALE:,.2f} USD" if value % 1000 == 0 else f"{value / SCALE:,.5f} USD"
    return f"{value / SCALE:.4g} %"


def tell(row: Alarm, old: str, value: int | None, now: datetime) -> None:
    """Publish a new state to the topic and notify the members, in the transaction of the change."""
    if row.topic_arn and row.state == Alarm.State.ALARM:
        OutboxEntry.objects.create(
            owner_id=row.owner_id,
            event_id=uuid.uuid4(),
            event_type=ALARM_EVENT,
            topic_arn=row.topic_arn,
            payload=record(row, old, value, now),
            due_at=now,
        )
        wakeups.wake_after_commit()
    title = TITLES.get(Alarm.State(row.state))
    if row.notifies_members and title and (row.state == Alarm.State.ALARM or old == Alarm.State.ALARM):
        notify(
            row.owner_id,
            kind=Notification.Kind.SPENDING,
            severity=SEVERITIES[Alarm.State(row.state)],
            title=title,
            values={
                "alarm": row.alarm_name,
                "metric": row.metric,
                "value": shown(row, value) if value is not None else "–",
            },
            link=("alarm-detail", row.alarm_id),
        )


def record(row: Alarm, old: str, value: int | None, now: datetime) -> dict[str, Any]:
    """What is published, with the members that alarms of the vendor's monitoring service have (source: industry)."""
    owner = row.owner
    said = shown(row, value) if value is not None else "no data"
    return {
        "AlarmName": row.alarm_name,
        "AlarmDescription": row.description,
        "AWSAccountId": owner.account_id,
        "NewStateValue": row.state,
        "NewStateReason": f"Threshold crossed: {row.metric} was {said}; {row.comparison} {shown(row, row.threshold)}.",
        "StateChangeTime": now.strftime("%Y-%m-%dT%H:%M:%S.%f")[:-3] + "+0000",
        "Region": owner.region,
        "AlarmArn": f"arn:aws:cloudwatch:{owner.region}:{owner.account_id}:alarm:{row.alarm_name}",
        "OldStateValue": old,
        "Trigger": {
            "MetricName": row.metric,
            "Namespace": NAMESPACE,
            "Statistic": row.statistic.upper(),
            "Unit": "None",
            "Dimensions": [],
            "Period": row.period_seconds,
            "EvaluationPeriods": row.evaluation_periods,
            "DatapointsToAlarm": row.datapoints_to_alarm,
            "ComparisonOperator": row.comparison,
            "Threshold": row.threshold / SCALE,
            "TreatMissingData": "ignore",
        },
    }
