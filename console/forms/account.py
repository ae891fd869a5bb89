"""Forms of the person who signs in, where they differ from allauth's."""

from typing import Any

from allauth.account import forms as account
from django.utils.translation import gettext as _


class ChangePasswordForm(account.ChangePasswordForm):
    """The new password must be new: a one-time password cannot be kept."""

    def clean(self) -> Any:
        cleaned = super().clean()
        if cleaned and cleaned.get("password1") and cleaned["password1"] == cleaned.get("oldpassword"):
            self.add_error("password1", _("Choose a password that differs from the present one."))
        return cleaned
