"""Forms of members."""

from django import forms
from django.utils.translation import gettext_lazy as _

from messaging.permissions import Role

ROLE_HINT = _("What the person may do in this account, in all its Regions. The Roles page lists it action by action.")


class AddMemberForm(forms.Form):
    """A person, known to this server or new, and a role."""

    user_name = forms.CharField(
        label=_("User name"),
        max_length=150,
        help_text=_("A new person gets a one-time password; somebody who signs in here already keeps the own one."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"}),
    )
    role = forms.ChoiceField(label=_("Role"), choices=Role.choices, help_text=ROLE_HINT)


class MemberForm(forms.Form):
    """A member's role."""

    role = forms.ChoiceField(label=_("Role"), choices=Role.choices, help_text=ROLE_HINT)


class ResetPasswordForm(forms.Form):
    """Whether a new one-time password also takes the second factors away."""

    remove_mfa = forms.BooleanField(
        label=_("Also remove authenticator app, passkeys and recovery codes"),
        required=False,
        help_text=_("For somebody who has lost the phone. Make sure that it is really this person who asks."),
    )
