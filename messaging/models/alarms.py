"""Alarms: a metric is looked at each period, and somebody is told when it passes a threshold."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from messaging.models.base import Owned


class Alarm(Owned):
    """One alarm on one metric of an account in a Region.

    threshold is in units of 0.00001: of a US dollar for spend metrics, of a per cent for shares. It goes off when
    datapoints_to_alarm of the last evaluation_periods datapoints fit the comparison; a missing datapoint changes
    nothing. due_at (simulated) is the end of the period that is looked at next, null while it is switched off.
    """

    class Metric(models.TextChoices):
        TEXT_SPEND = "TextMessageMonthlySpend", _("Text messages: spend this month")
        MEDIA_SPEND = "MediaMessageMonthlySpend", _("Media messages: spend this month")
        VOICE_SPEND = "VoiceMessageMonthlySpend", _("Voice messages: spend this month")
        REFUSED_SHARE = "RefusedShare", _("Sends that are refused, in per cent")
        DELIVERY_RATE = "DeliveryRate", _("Messages that are delivered, in per cent")

    class Statistic(models.TextChoices):
        MAXIMUM = "Maximum", _("Maximum")
        AVERAGE = "Average", _("Average")
        MINIMUM = "Minimum", _("Minimum")

    class Comparison(models.TextChoices):
        GREATER = "GreaterThanThreshold", _("Greater (>)")
        GREATER_OR_EQUAL = "GreaterThanOrEqualToThreshold", _("Greater or equal (≥)")
        EQUAL = "EqualToThreshold", _("Equal (=)")
        LOWER = "LessThanThreshold", _("Lower (<)")
        LOWER_OR_EQUAL = "LessThanOrEqualToThreshold", _("Lower or equal (≤)")

    class State(models.TextChoices):
        INSUFFICIENT_DATA = "INSUFFICIENT_DATA", _("Not enough data")
        OK = "OK", _("OK")
        ALARM = "ALARM", _("In alarm")

    RESOURCE_TYPE = "alarm"
    NAME_FIELD = "alarm_id"

    alarm_id = models.CharField(max_length=64, unique=True)
    alarm_name = models.CharField(max_length=255)
    description = models.CharField(max_length=1024, blank=True)
    metric = models.CharField(max_length=32, choices=Metric)
    statistic = models.CharField(max_length=8, choices=Statistic, default=Statistic.MAXIMUM)
    period_seconds = models.PositiveIntegerField()
    comparison = models.CharField(max_length=32, choices=Comparison)
    threshold = models.BigIntegerField()
    datapoints_to_alarm = models.PositiveSmallIntegerField(default=1)
    evaluation_periods = models.PositiveSmallIntegerField(default=1)
    topic_arn = models.CharField(max_length=2048, blank=True)
    notifies_members = models.BooleanField(default=True)
    enabled = models.BooleanField(default=True)
    state = models.CharField(max_length=17, choices=State, default=State.INSUFFICIENT_DATA)
    state_since = models.DateTimeField()
    due_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [models.Index(fields=["due_at"], name="alarms_due", condition=models.Q(due_at__isnull=False))]
        constraints = [models.UniqueConstraint(fields=["owner", "alarm_name"], name="one_alarm_per_name")]


class AlarmDatapoint(models.Model):
    """What the metric was over one period; ends_at is simulated time, value in the units of the threshold."""

    alarm = models.ForeignKey(Alarm, on_delete=models.CASCADE, related_name="datapoints")
    ends_at = models.DateTimeField()
    value = models.BigIntegerField()
    breaching = models.BooleanField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["alarm", "ends_at"], name="one_datapoint_a_period")]
        ordering = ["-ends_at"]


class AlarmChange(models.Model):
    """One change of state of an alarm. value is that of the datapoint that caused it."""

    alarm = models.ForeignKey(Alarm, on_delete=models.CASCADE, related_name="changes")
    at = models.DateTimeField()
    old = models.CharField(max_length=17, choices=Alarm.State)
    new = models.CharField(max_length=17, choices=Alarm.State)
    value = models.BigIntegerField(null=True, blank=True)

    class Meta:
        ordering = ["-id"]
