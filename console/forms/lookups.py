"""Forms of the look-up page: one number, and a list of them."""

import re

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from console.forms.base import ConsoleForm
from messaging.operations.lookups import MOST_NUMBERS

TEXT_MOST = 40 * MOST_NUMBERS


class NumberForm(ConsoleForm):
    number = forms.CharField(
        label=gettext_lazy("Phone number"),
        max_length=40,
        help_text=gettext_lazy("With + and its country code; spaces, brackets and dashes do no harm."),
        widget=forms.TextInput(attrs={"inputmode": "tel", "dir": "ltr", "placeholder": "+1 206-555-0142"}),
    )


class NumbersForm(ConsoleForm):
    phone_numbers = forms.CharField(
        label=gettext_lazy("Phone numbers"),
        max_length=TEXT_MOST,
        help_text=gettext_lazy("One in a line, as copied from a table; at most 500."),
        widget=forms.Textarea(attrs={"rows": 6, "dir": "ltr", "spellcheck": "false"}),
    )

    def clean_phone_numbers(self) -> list[str]:
        found = [line.strip() for line in re.split(r"[\r\n;\t]+", self.cleaned_data["phone_numbers"]) if line.strip()]
        if len(found) > MOST_NUMBERS:
            raise forms.ValidationError(
                _("These are %(found)s numbers; at most %(most)s are looked up at once.")
                % {"found": len(found), "most": MOST_NUMBERS}
            )
        return found
