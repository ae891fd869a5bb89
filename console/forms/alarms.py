"""Form of an alarm (console procedure cloudwatch.spend_alarm.create)."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from console.forms.base import ConsoleForm, offer
from messaging.models import Alarm
from messaging.operations.alarms import MOST_PERIODS, SCALE

PERIODS = (
    (60, _("1 minute")),
    (300, _("5 minutes")),
    (900, _("15 minutes")),
    (3600, _("1 hour")),
    (21_600, _("6 hours")),
    (86_400, _("1 day")),
)


class AlarmForm(ConsoleForm):
    """What to watch, when to go off, whom to tell."""

    metric = forms.ChoiceField(label=_("Metric"), choices=Alarm.Metric.choices)
    statistic = forms.ChoiceField(
        label=_("Statistic"),
        choices=Alarm.Statistic.choices,
        initial=Alarm.Statistic.MAXIMUM,
        help_text=_("Maximum is recommended for spend: the value at the end of the period."),
    )
    period_seconds = forms.TypedChoiceField(label=_("Period"), choices=PERIODS, coerce=int, initial=300)
    comparison = forms.ChoiceField(label=_("Condition"), choices=Alarm.Comparison.choices)
    threshold = forms.DecimalField(
        label=_("Threshold"),
        min_value=0,
        max_value=1_000_000_000,
        decimal_places=5,
        help_text=_("US dollars for spend, per cent for shares."),
        widget=forms.NumberInput(attrs={"inputmode": "decimal", "step": "any", "min": 0}),
    )
    datapoints_to_alarm = forms.IntegerField(
        label=_("Datapoints to alarm"), min_value=1, max_value=MOST_PERIODS, initial=1
    )
    evaluation_periods = forms.IntegerField(
        label=_("Out of the last periods"),
        min_value=1,
        max_value=MOST_PERIODS,
        initial=1,
        help_text=_("So many of the last periods must fit the condition."),
    )
    missing_data = forms.ChoiceField(
        label=_("Missing data treatment"), choices=(("ignore", _("Ignore: keep the alarm state")),), required=False
    )
    topic_arn = forms.ChoiceField(label=_("Topic"), required=False, help_text=_("It is told when the alarm goes off."))
    new_topic = forms.CharField(
        label=_("Name of a new topic"), required=False, max_length=256, help_text=_("Instead of one of the list.")
    )
    notifies_members = forms.BooleanField(label=_("Notify the members of this account"), required=False, initial=True)
    alarm_name = forms.CharField(label=_("Alarm name"), max_length=255)
    description = forms.CharField(
        label=_("Description"), required=False, max_length=1024, widget=forms.Textarea(attrs={"rows": 2})
    )
    enabled = forms.BooleanField(label=_("Switched on"), required=False, initial=True)

    def __init__(self, *args: Any, topics: Sequence[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, topic_arn=[("", _("No topic")), *((arn, arn.rpartition(":")[2]) for arn in topics)])

    @staticmethod
    def of(row: Alarm) -> dict[str, Any]:
        """The initial values of an alarm that is there."""
        names = [name for name in AlarmForm.base_fields if hasattr(row, name)]
        return {name: getattr(row, name) for name in names} | {"threshold": Decimal(row.threshold) / SCALE}

    @property
    def settings(self) -> dict[str, Any]:
        """What the operations take, apart from a new topic."""
        given = {name: value for name, value in self.cleaned_data.items() if name not in ("missing_data", "new_topic")}
        return given | {"threshold": int(self.cleaned_data["threshold"] * SCALE)}
