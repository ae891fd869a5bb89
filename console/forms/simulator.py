"""Typing the account's number before everything in it is deleted."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy


class ResetForm(forms.Form):
    """Type to confirm: what goes cannot come back."""

    typed = forms.CharField(label=gettext_lazy("Type the account’s twelve digits to confirm"))

    def __init__(self, *args: Any, account_id: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.account_id = account_id
        self.fields["typed"].widget.attrs |= {"inputmode": "numeric", "autocomplete": "off"}

    def clean_typed(self) -> str:
        typed: str = self.cleaned_data["typed"].strip()
        if typed != self.account_id:
            raise forms.ValidationError(_("That is not this account: %(account)s.") % {"account": self.account_id})
        return typed
