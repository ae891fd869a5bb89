"""Forms of the rate card: what is shown of it, and the file that replaces it."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from console.forms.base import ConsoleForm

MOST_BYTES = 2 * 1024 * 1024


class RateCardUploadForm(ConsoleForm):
    """A CSV file of prices and the day from which they hold."""

    file = forms.FileField(
        label=gettext_lazy("CSV file"),
        help_text=gettext_lazy(
            "Columns country, channel, originator_type, message_price and carrier_fee; prices in US dollars per part."
        ),
        widget=forms.FileInput(attrs={"accept": ".csv,text/csv,text/plain"}),
        error_messages={"empty": gettext_lazy("The file is empty.")},
    )
    effective_date = forms.DateField(
        label=gettext_lazy("Holds from"),
        help_text=gettext_lazy("The first day (UTC) on which sends cost these prices."),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )

    def clean_file(self) -> Any:
        given = self.cleaned_data["file"]
        if given.size > MOST_BYTES:
            raise forms.ValidationError(_("The file is larger than 2 MB; a rate card has a few thousand rows."))
        return given


class RateCardConfirmForm(ConsoleForm):
    """The checked file and its day, signed, so that what is imported is what was checked."""

    checked = forms.CharField(widget=forms.HiddenInput)
