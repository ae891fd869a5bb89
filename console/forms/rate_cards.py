"""Forms of the rate card: what is shown of it, and the file that replaces it."""

from django import forms
from django.utils.translation import gettext_lazy

from console.forms.base import ConsoleForm
from console.forms.fields import UploadField

MOST_BYTES = 2 * 1024 * 1024  # a rate card has a few thousand rows


class RateCardUploadForm(ConsoleForm):
    """A CSV file of prices and the day from which they hold."""

    file = UploadField(
        label=gettext_lazy("CSV file"),
        help_text=gettext_lazy(
            "Columns country, channel, originator_type, message_price and carrier_fee; prices in US dollars per part."
        ),
        widget=forms.FileInput(attrs={"accept": ".csv,text/csv,text/plain"}),
        most=lambda: MOST_BYTES,
    )
    effective_date = forms.DateField(
        label=gettext_lazy("Holds from"),
        help_text=gettext_lazy("The first day (UTC) on which sends cost these prices."),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )


class RateCardConfirmForm(ConsoleForm):
    """The checked file and its day, signed, so that what is imported is what was checked."""

    checked = forms.CharField(widget=forms.HiddenInput)
