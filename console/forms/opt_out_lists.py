"""Forms of opt-out lists."""

from django import forms
from django.utils.translation import gettext_lazy as _

from console.forms.base import ConsoleForm
from console.forms.fields import PhoneNumberField

NAME_LIMIT = 64
REASON_LIMIT = 200


class CreateForm(ConsoleForm):
    opt_out_list_name = forms.RegexField(
        r"^[A-Za-z0-9_-]+$",
        label=_("Name"),
        max_length=NAME_LIMIT,
        help_text=_("1 to 64 letters, digits, hyphens and underscores. It cannot be changed later."),
        error_messages={"invalid": _("Use letters, digits, hyphens and underscores only.")},
    )


class LookUpForm(ConsoleForm):
    """One number, in any form that can be read as E.164."""

    number = PhoneNumberField(label=_("Look up a number"))


class AddForm(ConsoleForm):
    opted_out_number = PhoneNumberField(label=_("Phone number"))
    reason = forms.CharField(
        label=_("Reason"), max_length=REASON_LIMIT, required=False, help_text=_("For the activity log.")
    )


class RemoveForm(ConsoleForm):
    reason = forms.CharField(
        label=_("Reason"),
        max_length=REASON_LIMIT,
        help_text=_("How this person agreed to get messages again. It is kept in the activity log."),
        widget=forms.Textarea(attrs={"rows": 3}),
    )
