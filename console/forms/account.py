"""Forms of the person who signs in, where they differ from allauth's."""

from collections.abc import Mapping
from typing import Any

from allauth.account import forms as account
from django import forms
from django.utils.translation import gettext as _


def _label(form: forms.Form, labels: Mapping[str, str]) -> None:
    """Name fields as everywhere in the console, and leave out placeholders, which would only repeat the names."""
    for name, label in labels.items():
        form.fields[name].label = label
        form.fields[name].widget.attrs.pop("placeholder", None)


class LoginForm(account.LoginForm):
    """User name, password, and whether the sign-in lasts."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _label(self, {"login": _("Username"), "password": _("Password"), "remember": _("Remember me")})


class ChangePasswordForm(account.ChangePasswordForm):
    """The new password must be new: a one-time password cannot be kept."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _label(
            self,
            {
                "oldpassword": _("Current password"),
                "password1": _("New password"),
                "password2": _("New password, again"),
            },
        )

    def clean(self) -> Any:
        cleaned = super().clean()
        if cleaned and cleaned.get("password1") and cleaned["password1"] == cleaned.get("oldpassword"):
            self.add_error("password1", _("Choose a password that differs from the present one."))
        return cleaned
