"""Forms of deactivation reports: what to compare, where to put what was found."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from console.forms.base import ConsoleForm, by_name, offer
from console.forms.opt_out_imports import CheckForm
from console.forms.opt_out_lists import REASON_LIMIT
from messaging.operations.deactivation_reports import DEFAULT_DAYS, MOST_DAYS, REASON


class CompareForm(CheckForm):
    """The column of numbers, and how far back messages are looked for."""

    recent_days = forms.IntegerField(
        label=gettext_lazy("Messages of the last days"),
        min_value=1,
        max_value=MOST_DAYS,
        initial=DEFAULT_DAYS,
        help_text=gettext_lazy("A number that was sent to within these days counts as known."),
        widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
    )


class SuppressForm(ConsoleForm):
    """The opt-out list, and the reason that is kept with every number."""

    opt_out_list_name = forms.ChoiceField(label=gettext_lazy("Opt-out list"))
    reason = forms.CharField(label=gettext_lazy("Reason"), max_length=REASON_LIMIT, required=False, initial=REASON)

    def __init__(self, *args: Any, names: list[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, opt_out_list_name=by_name(names))
