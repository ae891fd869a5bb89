"""Alarms on spend and on what becomes of messages: made, changed, deleted, and looked at as their periods end.

Rules: billing.json, metrics and alarms. A missing datapoint is ignored: the state stays. Spend metrics are the month to
date in US dollars, of one channel; over a period their maximum is the value at its end, their minimum that at its
beginning, their average the middle of the two. The shares are our own metrics, in per cent of what happened within the
period.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.db.models import Q, QuerySet, Sum
from django.utils.translation import gettext_lazy as _

from messaging import clock
from messaging.caller import Caller
from messaging.errors import Conflict, Invalid, OverQuota, Resource, Text
from messaging.identifiers import earliest_uuid, new_id
from messaging.models import Activity, Alarm, AlarmChange, AlarmDatapoint, Message, RegionalAccount, Spend
from messaging.operations.alarm_news import tell
from messaging.operations.origination_settings import TOPIC
from messaging.operations.registry import operation
from messaging.queries import DELIVERED
from messaging.text.months import following, month_of
from messaging.transactions import write_transaction

PERIODS = (60, 300, 900, 3600, 21_600, 86_400)  # seconds
MOST_PERIODS = 100
MOST_ALARMS = 100
KEPT_DATAPOINTS = 200
BATCH = 50
MOST_ENTRIES = 20_000  # of the activity log, newest first, that a period is looked for in
SCALE = 100_000  # a threshold is kept in hundred-thousandths of a US dollar or of a per cent
MOST_THRESHOLD = 1_000_000_000 * SCALE
SPEND = {
    Alarm.Metric.TEXT_SPEND: "TEXT",
    Alarm.Metric.MEDIA_SPEND: "MEDIA",
    Alarm.Metric.VOICE_SPEND: "VOICE",
}
MESSAGE_CHANNELS = {"TEXT": "SMS", "MEDIA": "MMS", "VOICE": "VOICE"}
SENDS = ("SendTextMessage", "SendMediaMessage", "SendVoiceMessage")
BREACHES: Mapping[str, Callable[[int, int], bool]] = {
    Alarm.Comparison.GREATER: lambda value, threshold: value > threshold,
    Alarm.Comparison.GREATER_OR_EQUAL: lambda value, threshold: value >= threshold,
    Alarm.Comparison.EQUAL: lambda value, threshold: value == threshold,
    Alarm.Comparison.LOWER: lambda value, threshold: value < threshold,
    Alarm.Comparison.LOWER_OR_EQUAL: lambda value, threshold: value <= threshold,
}
NAME = re.compile(r"[\x20-\x7e\u00a0-\uffff]{1,255}")


@dataclass(frozen=True, slots=True)
class Settings:
    """What an alarm is, as given; checked by _checked."""

    alarm_name: str
    metric: str
    statistic: str
    period_seconds: int
    comparison: str
    threshold: int
    datapoints_to_alarm: int
    evaluation_periods: int
    topic_arn: str
    notifies_members: bool
    description: str
    enabled: bool


@operation(changes_settings=False, resource=lambda row: row.alarm_id)
def create_alarm(
    caller: Caller,
    *,
    alarm_name: str,
    metric: str,
    comparison: str,
    threshold: int,
    statistic: str = Alarm.Statistic.MAXIMUM,
    period_seconds: int = 300,
    datapoints_to_alarm: int = 1,
    evaluation_periods: int = 1,
    topic_arn: str = "",
    notifies_members: bool = True,
    description: str = "",
    enabled: bool = True,
) -> Alarm:
    """Watch a metric from the next full period on. Its state is INSUFFICIENT_DATA until then.

    threshold is in hundred-thousandths of a US dollar, or of a per cent for the shares; period_seconds one of PERIODS.
    Raises Invalid; Conflict RESOURCE_ALREADY_EXISTS for a name that is taken; OverQuota beyond MOST_ALARMS.
    """
    given = Settings(
        alarm_name.strip(), metric, statistic, period_seconds, comparison, threshold, datapoints_to_alarm,
        evaluation_periods, topic_arn, notifies_members, description.strip(), enabled,
    )  # fmt: skip
    _check(given)
    RegionalAccount.objects.select_for_update(no_key=True).get(pk=caller.owner_id)
    _check_name(caller, given.alarm_name)
    if Alarm.objects.for_caller(caller).count() >= MOST_ALARMS:
        raise OverQuota(
            _("This account has as many alarms in this Region as it may have (%(limit)s).") % {"limit": MOST_ALARMS},
            reason="",
            next_step=_("Delete one that is not needed."),
        )
    now = clock.now()
    row = Alarm(owner_id=caller.owner_id, alarm_id=new_id("alarm"), state_since=now)
    _put(row, given, now)
    row.save(force_insert=True)
    return row


@operation(changes_settings=False, resource=lambda row: row.alarm_id)
def update_alarm(
    caller: Caller,
    *,
    alarm_id: str,
    alarm_name: str,
    metric: str,
    comparison: str,
    threshold: int,
    statistic: str,
    period_seconds: int,
    datapoints_to_alarm: int,
    evaluation_periods: int,
    topic_arn: str,
    notifies_members: bool,
    description: str,
    enabled: bool,
) -> Alarm:
    """Change an alarm as a whole. What it watches anew begins without datapoints; its state and history stay.

    Raises what create_alarm raises, and NotFound.
    """
    given = Settings(
        alarm_name.strip(), metric, statistic, period_seconds, comparison, threshold, datapoints_to_alarm,
        evaluation_periods, topic_arn, notifies_members, description.strip(), enabled,
    )  # fmt: skip
    _check(given)
    row: Alarm = Alarm.objects.named(caller, alarm_id, lock=True)
    if given.alarm_name != row.alarm_name:
        _check_name(caller, given.alarm_name)
    watched = (row.metric, row.statistic, row.period_seconds, row.comparison, row.threshold)
    _put(row, given, clock.now())
    if watched != (row.metric, row.statistic, row.period_seconds, row.comparison, row.threshold):
        AlarmDatapoint.objects.filter(alarm=row).delete()
    row.save()
    return row


@operation(changes_settings=False, resource=lambda row: row.alarm_id)
def delete_alarm(caller: Caller, *, alarm_id: str) -> Alarm:
    """Delete an alarm with its history and return it as it was. Raises NotFound."""
    row: Alarm = Alarm.objects.named(caller, alarm_id, lock=True)
    Alarm.objects.filter(pk=row.pk).delete()
    return row


def evaluate_due_alarms() -> int:
    """Look at the alarms whose period has ended, some of them; returns how many. One query when there are none.

    Each in a transaction of its own: after a leap of the clock an alarm has up to MOST_PERIODS periods to read.
    """
    due = Alarm.objects.filter(due_at__lte=clock.now()).order_by("due_at", "pk")
    return sum(map(_look_at, list(due.values_list("pk", flat=True)[:BATCH])))


def _look_at(key: int) -> bool:
    """Look at one alarm unless another worker does or has done so."""
    with write_transaction():
        now = clock.now()
        rows = Alarm.objects.select_for_update(skip_locked=True, of=("self",)).select_related("owner")
        row = rows.filter(pk=key, due_at__lte=now).first()
        if row is None:
            return False
        _evaluate(row, now)
    return True


def value_of(owner_id: int, metric: str, statistic: str, begin: datetime, end: datetime) -> int | None:
    """A metric over a period in the units of a threshold; None where there is no data. At most three queries."""
    channel = SPEND.get(Alarm.Metric(metric))
    if channel is None:
        return (
            _refused_share(owner_id, begin, end)
            if metric == Alarm.Metric.REFUSED_SHARE
            else _rate(owner_id, begin, end)
        )
    last = spent_until(owner_id, channel, end)
    if last is None or statistic == Alarm.Statistic.MAXIMUM:
        return last
    month = month_of(end - timedelta(microseconds=1))
    first = (spent_until(owner_id, channel, begin) or 0) if month_of(begin) == month else 0
    return first if statistic == Alarm.Statistic.MINIMUM else (first + last) // 2


def spent_until(owner_id: int, channel: str, at: datetime) -> int | None:
    """What a channel had cost by an instant in the month that it ends, None when nothing was sent in the month.

    The month's spend, less what was sent since: two queries that read only the messages since then.
    """
    month = month_of(at - timedelta(microseconds=1))
    rows = Spend.objects.filter(owner_id=owner_id, month=month, channel=channel)
    amount = rows.values_list("amount", flat=True).first()
    if amount is None:
        return None
    end = datetime(*following(month).timetuple()[:3], tzinfo=UTC)
    since = Message.objects.filter(
        owner_id=owner_id,
        message_id__gte=earliest_uuid(at),
        message_id__lt=earliest_uuid(end),
        channel=MESSAGE_CHANNELS[channel],
        billed=True,
    ).aggregate(price=Sum("price", default=0), fee=Sum("carrier_fee", default=0))
    return int(amount) - int(since["price"]) - int(since["fee"])


def _rate(owner_id: int, begin: datetime, end: datetime) -> int | None:
    """Delivered messages among those of the period that have ended."""
    ended = _accepted(owner_id, begin, end).filter(is_final=True)
    whole = ended.count()
    return ended.filter(status__in=DELIVERED).count() * 100 * SCALE // whole if whole else None


def _refused_share(owner_id: int, begin: datetime, end: datetime) -> int | None:
    """Refused sends among all. The activity log has wall time: the period is carried over at the clock's rate."""
    now, wall, rate = clock.now(), datetime.now(UTC), clock.current().rate
    entries = Activity.objects.filter(owner_id=owner_id)
    oldest = entries.order_by("-id").values_list("pk", flat=True)[MOST_ENTRIES : MOST_ENTRIES + 1].first() or 0
    refused = entries.filter(
        ~Q(refused=""),
        pk__gt=oldest,
        operation__in=SENDS,
        at__gte=wall - (now - begin) / rate,
        at__lt=wall - (now - end) / rate,
    ).count()
    whole = refused + _accepted(owner_id, begin, end).count()
    return refused * 100 * SCALE // whole if whole else None


def _accepted(owner_id: int, begin: datetime, end: datetime) -> QuerySet[Message]:
    return Message.objects.filter(
        owner_id=owner_id, message_id__gte=earliest_uuid(begin), message_id__lt=earliest_uuid(end)
    )


def _evaluate(row: Alarm, now: datetime) -> None:
    """Take the datapoints of the periods that have ended, at most as many as count, and step the state along."""
    period = timedelta(seconds=row.period_seconds)
    last = _period_end(now, row.period_seconds) - period
    first = max(row.due_at or last, last - period * (row.evaluation_periods - 1))
    end, value = first, None
    while end <= last:
        found = value_of(row.owner_id, row.metric, row.statistic, end - period, end)
        if found is not None:
            value = found
            breaching = BREACHES[row.comparison](found, row.threshold)
            AlarmDatapoint.objects.get_or_create(
                alarm=row, ends_at=end, defaults={"value": found, "breaching": breaching}
            )
        end += period
    row.due_at = last + period
    window = AlarmDatapoint.objects.filter(alarm=row, ends_at__gt=last - period * row.evaluation_periods)
    state = _state(row, list(window.values_list("breaching", flat=True)))
    if state != row.state:
        AlarmChange.objects.create(alarm=row, at=now, old=row.state, new=state, value=value)
        old, row.state, row.state_since = row.state, state, now
        tell(row, old, value, now)
    row.save(update_fields=["state", "state_since", "due_at"])
    kept = AlarmDatapoint.objects.filter(alarm=row).values_list("ends_at", flat=True)[KEPT_DATAPOINTS:].first()
    if kept is not None:
        AlarmDatapoint.objects.filter(alarm=row, ends_at__lte=kept).delete()


def _state(row: Alarm, breaching: list[bool]) -> str:
    """ALARM with enough breaching datapoints, OK when there cannot be enough, otherwise what it was."""
    if sum(breaching) >= row.datapoints_to_alarm:
        return Alarm.State.ALARM
    if breaching.count(False) > row.evaluation_periods - row.datapoints_to_alarm:
        return Alarm.State.OK
    return row.state


def _period_end(now: datetime, seconds: int) -> datetime:
    """The end of the period that `now` is in; periods begin at multiples of their length in UTC."""
    return datetime.fromtimestamp((int(now.timestamp()) // seconds + 1) * seconds, UTC)


def _put(row: Alarm, given: Settings, now: datetime) -> None:
    for name in Settings.__dataclass_fields__:
        setattr(row, name, getattr(given, name))
    row.due_at = _period_end(now, row.period_seconds) if row.enabled else None


def _check(given: Settings) -> None:
    """Raises Invalid with every field that is wrong."""
    wrong: dict[str, Text] = {}
    if not NAME.fullmatch(given.alarm_name):
        wrong["alarm_name"] = _("Use 1 to 255 characters.")
    for name, known in (("metric", Alarm.Metric), ("statistic", Alarm.Statistic), ("comparison", Alarm.Comparison)):
        if getattr(given, name) not in known.values:
            wrong[name] = _("Choose one of the list.")
    if given.period_seconds not in PERIODS:
        wrong["period_seconds"] = _("Choose one of the list.")
    if not 0 <= given.threshold <= MOST_THRESHOLD:
        wrong["threshold"] = _("Give a number that is not negative.")
    if not 1 <= given.evaluation_periods <= MOST_PERIODS:
        wrong["evaluation_periods"] = _("Give 1 to %(most)s periods.") % {"most": MOST_PERIODS}
    elif not 1 <= given.datapoints_to_alarm <= given.evaluation_periods:
        wrong["datapoints_to_alarm"] = _("Give at most as many as there are periods.")
    if given.topic_arn and not TOPIC.fullmatch(given.topic_arn):
        wrong["topic_arn"] = _("This is not the ARN of a topic.")
    if len(given.description) > 1024:
        wrong["description"] = _("Use at most 1,024 characters.")
    if wrong:
        raise Invalid(_("The alarm cannot be like this."), fields=wrong)


def _check_name(caller: Caller, name: str) -> None:
    taken = Alarm.objects.for_caller(caller).filter(alarm_name=name).first()
    if taken is not None:
        raise Conflict(
            _("There is already an alarm “%(name)s”.") % {"name": name},
            reason="RESOURCE_ALREADY_EXISTS",
            resource=Resource("alarm", taken.alarm_id),
            fields={"alarm_name": _("Choose another name.")},
        )
