"""The form of a new account."""

from django import forms
from django.utils.translation import gettext_lazy as _


class AccountForm(forms.Form):
    """A name, and an id where a script or a colleague expects a certain one."""

    name = forms.CharField(label=_("Name"), max_length=100, help_text=_("The account switcher shows it."))
    account_id = forms.CharField(
        label=_("Account id"),
        required=False,
        max_length=12,
        help_text=_("Twelve digits. Leave it empty to get one made up."),
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )
