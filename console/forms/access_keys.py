"""Forms of access keys."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from console.forms.base import offer
from console.operations.access_keys import DESCRIPTION_LENGTH, rank
from messaging.caller import Caller
from messaging.permissions import Role


class AccessKeyForm(forms.Form):
    """A new key: its role, whether it only reads, what it is for."""

    role = forms.ChoiceField(
        label=_("Role"),
        help_text=_("What programs that sign with this key may do. The Roles page lists it action by action."),
    )
    read_only = forms.BooleanField(
        label=_("Read only"),
        required=False,
        help_text=_("The key may look at everything that its role sees and change nothing."),
    )
    description = forms.CharField(
        label=_("Description"),
        required=False,
        max_length=DESCRIPTION_LENGTH,
        help_text=_("Which program uses it, for example “build server”."),
    )

    def __init__(self, *args: Any, caller: Caller, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, role=[(role.value, role.label) for role in Role if rank(role) <= rank(caller.role)])


class DescriptionForm(forms.Form):
    """What a key is for."""

    description = forms.CharField(label=_("Description"), required=False, max_length=DESCRIPTION_LENGTH)


class DeleteAccessKeyForm(forms.Form):
    """The id typed again, for a key in use; the operation compares."""

    confirm = forms.CharField(
        label=_("Type the access key ID"),
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false", "autocapitalize": "none"}),
    )


class ConfirmForm(forms.Form):
    """Nothing to fill in: the button is the answer; refusals appear on it."""
