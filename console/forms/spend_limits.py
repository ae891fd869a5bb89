"""Form of the enforced spend limit of a channel (console procedure overview.spend_limit.edit)."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from console.forms.base import ConsoleForm

ENFORCE, DEFAULT = "enforce", "default"


class SpendLimitForm(ConsoleForm):
    """Either a limit of one's own, from 1 up to the account limit, or the account limit itself."""

    choice = forms.ChoiceField(
        label=gettext_lazy("Edit spending limit"),
        widget=forms.RadioSelect,
        choices=(
            (ENFORCE, gettext_lazy("Update enforced spending limit")),
            (DEFAULT, gettext_lazy("Default to maximum sending limit")),
        ),
    )
    monthly_limit = forms.IntegerField(
        label=gettext_lazy("Enforced limit in USD a month"),
        required=False,
        min_value=1,
        widget=forms.NumberInput(attrs={"inputmode": "numeric", "min": 1, "step": 1}),
    )

    def __init__(self, *args: Any, most: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.most = most
        field = self.fields["monthly_limit"]
        field.help_text = _("A whole number from 1 up to the account limit, %(most)s.") % {"most": f"{most:,}"}
        field.widget.attrs["max"] = most

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or {}
        if given.get("choice") == ENFORCE and given.get("monthly_limit") is None and "monthly_limit" not in self.errors:
            self.add_error("monthly_limit", _("Write the limit, or choose the maximum sending limit."))
        return given
