"""Forms of importing numbers into an opt-out list."""

from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy

from console.forms.base import ConsoleForm, offer
from console.forms.fields import UploadField
from console.forms.opt_out_lists import REASON_LIMIT
from messaging.operations.number_files import Sample


def largest_import() -> int:
    """How many bytes a file of numbers may have."""
    most: int = settings.SWITCHBOARD_IMPORT_MAX_BYTES
    return most


class UploadForm(ConsoleForm):
    """A CSV file, no larger than the setting allows."""

    file = UploadField(
        label=gettext_lazy("CSV file"),
        help_text=gettext_lazy("One number in a row, with + and country code; other columns are left out of account."),
        widget=forms.FileInput(attrs={"accept": ".csv,.txt,text/csv,text/plain"}),
        most=largest_import,
    )


class CheckForm(ConsoleForm):
    """Which column holds the numbers, and whether the first row names the columns."""

    column = forms.TypedChoiceField(label=gettext_lazy("Column of numbers"), coerce=int)
    has_head = forms.BooleanField(label=gettext_lazy("The first row names the columns"), required=False)

    def __init__(self, *args: Any, found: Sample, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, column=enumerate(found.columns))


class StartForm(ConsoleForm):
    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        max_length=REASON_LIMIT,
        required=False,
        help_text=gettext_lazy("It is kept with every number, such as “moved from the old system”."),
    )
