"""A person's settings."""

from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from console.forms.base import by_name, offer
from console.models import Preferences
from console.operations.preferences import time_zones

FOLLOW = "system"  # in a form: no choice of one's own, stored as blank


def stored(value: str) -> str:
    """A choice of the form as the preferences keep it."""
    return "" if value == FOLLOW else value


class SettingsForm(forms.Form):
    """How the console looks and speaks to one person, in every account."""

    theme = forms.TypedChoiceField(label=_("Theme"), coerce=stored)
    density = forms.ChoiceField(label=_("Density"), choices=Preferences.Density.choices)
    language = forms.TypedChoiceField(
        label=_("Language"),
        coerce=stored,
        help_text=_("Values of the API stay as they are in every language."),
    )
    time_zone = forms.ChoiceField(label=_("Time zone"))
    show_utc = forms.BooleanField(label=_("Show all times in UTC"), required=False)
    single_key_shortcuts = forms.BooleanField(
        label=_("Single-key shortcuts"),
        required=False,
        help_text=_(
            "Keys such as j, k, c and / act without Ctrl. Turn them off if you dictate or use a screen reader."
        ),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("theme", "language"):
            self.initial[name] = self.initial.get(name) or FOLLOW
        zones = list(time_zones())
        present = self.initial.get("time_zone")
        if present and present not in zones:
            zones.insert(0, present)
        offer(
            self,
            theme=[(value or FOLLOW, label) for value, label in Preferences.Theme.choices],
            language=[(FOLLOW, _("As the browser asks")), *settings.LANGUAGES],
            time_zone=by_name(zones),
        )
