"""A person's settings."""

from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from console.models import Preferences
from console.operations.preferences import time_zones


class SettingsForm(forms.Form):
    """How the console looks and speaks to one person, in every account."""

    theme = forms.ChoiceField(label=_("Theme"), choices=Preferences.Theme.choices, required=False)
    density = forms.ChoiceField(label=_("Density"), choices=Preferences.Density.choices)
    language = forms.ChoiceField(
        label=_("Language"),
        required=False,
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
        languages = [("", _("As the browser asks")), *settings.LANGUAGES]
        self.fields["language"].choices = languages  # type: ignore[attr-defined]
        zones = list(time_zones())
        present = self.initial.get("time_zone")
        if present and present not in zones:
            zones.insert(0, present)
        self.fields["time_zone"].choices = [(zone, zone) for zone in zones]  # type: ignore[attr-defined]
