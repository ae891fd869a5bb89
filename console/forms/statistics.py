"""Which time and channel the statistics are of. Everything has a default, so that a bare visit shows something."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from django import forms
from django.core.validators import MaxValueValidator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from console.forms.base import ConsoleForm
from messaging.models import Channel

DAY, CUSTOM = "24h", "custom"
DAYS = {"7d": 7, "30d": 30}
MOST_DAYS = 184  # half a year: more bars, and their table, would be too heavy a page
HOURLY_DAYS = 2  # a time of the reader's own is shown by hours up to so many days


class PeriodForm(ConsoleForm):
    """A time before `now`, and a channel or all of them."""

    range = forms.ChoiceField(
        label=gettext_lazy("Time range"),
        choices=(
            (DAY, gettext_lazy("Last 24 hours")),
            ("7d", gettext_lazy("Last 7 days")),
            ("30d", gettext_lazy("Last 30 days")),
            (CUSTOM, gettext_lazy("From a day to a day")),
        ),
    )
    begin = forms.DateField(
        label=gettext_lazy("First day"),
        required=False,
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
    )
    end = forms.DateField(
        label=gettext_lazy("Last day"),
        required=False,
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
    )
    channel = forms.ChoiceField(
        label=gettext_lazy("Channel"), required=False, choices=(("", gettext_lazy("All channels")), *Channel.choices)
    )

    def __init__(self, data: Any, *, now: datetime) -> None:
        today = now.astimezone(UTC).date()
        initial = {"range": DAY, "begin": today - timedelta(days=DAYS["7d"] - 1), "end": today}
        super().__init__({**initial, **{name: data[name] for name in self.base_fields if name in data}})
        self.now = now
        self.fields["end"].validators.append(MaxValueValidator(today))

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or {}
        if given.get("range") != CUSTOM or self.errors:
            return given
        begin, end = given.get("begin"), given.get("end")
        for name in ("begin", "end"):
            if not given.get(name):
                self.add_error(name, _("Enter a day."))
        if begin and end and end < begin:
            self.add_error("end", _("The last day comes before the first."))
        elif begin and end and (end - begin).days >= MOST_DAYS:
            self.add_error("end", _("Choose at most %(most)s days.") % {"most": MOST_DAYS})
        return given

    def period(self) -> tuple[datetime, datetime, int]:
        """From when, up to when (excluded), and the hours that a bar stands for; the last 24 hours until valid."""
        chosen = self.cleaned_data.get("range", DAY) if self.is_valid() else DAY
        hour = self.now.astimezone(UTC).replace(minute=0, second=0, microsecond=0) + timedelta(hours=1)
        if chosen == DAY:
            return hour - timedelta(hours=24), hour, 1
        if chosen in DAYS:
            end = _midnight(hour.date() if hour.hour else hour.date() - timedelta(days=1)) + timedelta(days=1)
            return end - timedelta(days=DAYS[chosen]), end, 24
        begin, end = _midnight(self.cleaned_data["begin"]), _midnight(self.cleaned_data["end"]) + timedelta(days=1)
        return begin, end, 1 if end - begin <= timedelta(days=HOURLY_DAYS) else 24


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time.min, UTC)
