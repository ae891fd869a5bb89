"""Forms of verified destination numbers: the number, the code's channel and language, the code."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from console.forms.base import ConsoleForm, offer
from console.forms.fields import PhoneNumberField
from console.forms.widgets import OneTimeCode, RadioTiles, Tile
from messaging.operations.verified_numbers import DEFAULT_LANGUAGE, TEXT, VOICE
from messaging.text.tables import document

CHANNELS = [(TEXT, _("Text message")), (VOICE, _("Voice call"))]
CHANNEL_TILES = {
    TEXT: Tile(_("The code comes as an SMS and can be read on the handset."), _("The first one is free")),
    VOICE: Tile(_("A call says the code; what it says can be read on the handset."), _("The first one is free")),
}
# service model: LanguageCode
LANGUAGES = {
    "DE_DE": _("German"),
    "EN_GB": _("English (United Kingdom)"),
    "EN_US": _("English (United States)"),
    "ES_419": _("Spanish (Latin America)"),
    "ES_ES": _("Spanish (Spain)"),
    "FR_CA": _("French (Canada)"),
    "FR_FR": _("French (France)"),
    "IT_IT": _("Italian"),
    "JA_JP": _("Japanese"),
    "KO_KR": _("Korean"),
    "PT_BR": _("Portuguese (Brazil)"),
    "ZH_CN": _("Chinese (simplified)"),
    "ZH_TW": _("Chinese (traditional)"),
}


class AddForm(ConsoleForm):
    """A number that is to be verified."""

    destination_phone_number = PhoneNumberField(label=_("Destination phone number"))


class SendCodeForm(ConsoleForm):
    """How the code travels and in which language."""

    verification_channel = forms.ChoiceField(
        label=_("Channel"), choices=CHANNELS, widget=RadioTiles(tiles=CHANNEL_TILES), initial=TEXT
    )
    language_code = forms.ChoiceField(label=_("Language"), initial=DEFAULT_LANGUAGE)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offered = document("verification_texts.json")["texts"]
        choices = sorted(((code, LANGUAGES[code]) for code in offered), key=lambda choice: str(choice[1]))
        offer(self, language_code=choices)


class CodeForm(ConsoleForm):
    """The code that arrived; spaces and dashes that people put in do not count."""

    verification_code = forms.CharField(
        label=_("Verification code"),
        max_length=40,
        widget=OneTimeCode,
        help_text=_("Six digits; spaces do not matter."),
        error_messages={"required": _("Type the code that arrived.")},
    )

    def clean_verification_code(self) -> str:
        typed: str = self.cleaned_data["verification_code"]
        return "".join(character for character in typed if not character.isspace() and character != "-")
