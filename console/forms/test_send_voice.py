"""The form of a test call: what a SendVoiceMessage request can say, with the limits of the service model."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from console import shapes
from console.forms.base import offer
from console.forms.message_parts import CHOSEN, TYPED
from console.forms.test_send import SendForm
from console.preview import text_in
from console.voice import voice_choices
from messaging.text.speech import default_voice

TEXT_TYPES = [("TEXT", gettext_lazy("Plain text")), ("SSML", gettext_lazy("SSML"))]


class VoiceSendForm(SendForm):
    """A voice message."""

    origination_identity = forms.ChoiceField(
        label=gettext_lazy("From"),
        error_messages={"required": gettext_lazy("A call needs a number or pool with voice.")},
        help_text=gettext_lazy("Only numbers with voice; the others stand below with the reason."),
    )
    message_body = forms.CharField(
        label=gettext_lazy("What is said"),
        strip=False,
        error_messages={"required": gettext_lazy("Write what is to be said.")},
        widget=forms.Textarea(attrs={"rows": 7, "dir": "auto", "class": "input-area"}),
    )
    message_body_text_type = forms.ChoiceField(
        label=gettext_lazy("Written as"), choices=TEXT_TYPES, required=False, widget=forms.RadioSelect
    )
    voice_id = forms.ChoiceField(
        label=gettext_lazy("Voice"),
        required=False,
        help_text=gettext_lazy("Each reads its own language; text in another sounds foreign."),
    )
    max_price_per_minute = forms.CharField(
        label=gettext_lazy("Max price per minute"),
        required=False,
        max_length=shapes.limits("SendVoiceMessage.MaxPricePerMinute").max,
        help_text=gettext_lazy("US dollars for each minute begun, such as 0.05."),
        widget=forms.TextInput(attrs={"inputmode": "decimal"}),
    )

    def __init__(self, *args: Any, url: str, initial: dict[str, Any], identities: Any = (), **kwargs: Any) -> None:
        defaults = {"voice_id": default_voice(), "message_body_text_type": "TEXT"}
        given = {**initial, **{name: initial.get(name) or value for name, value in defaults.items()}}
        # A request has to name what it calls from: there is no “any that fits”, the first that fits is chosen instead.
        named = [choice for choice in identities if choice[0]] or [("", "—")]
        super().__init__(*args, url=url, initial=given, identities=named, **kwargs)
        offer(self, voice_id=voice_choices())
        self.fields["time_to_live"].help_text = gettext_lazy(
            "Seconds, 5 to 259,200 (72 hours). A call that is not answered by then expires."
        )
        self.fields["message_body"].widget.attrs |= TYPED
        for name in ("message_body_text_type", "voice_id"):
            self.fields[name].widget.attrs |= CHOSEN

    def clean_message_body(self) -> str:
        return text_in(self.cleaned_data["message_body"])
