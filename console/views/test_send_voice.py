"""Test voice sending: write what is said, hear in words how, check before calling, call."""

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from console.callers import caller_of, owner_of
from console.forms.test_send import number_as_sent
from console.forms.test_send_voice import VoiceSendForm
from console.fragments import page, target_of
from console.preview import UPDATE
from console.senders import country_typed
from console.sending import RECIPIENT, SEND, TestSend
from console.voice import VoicePreview
from messaging.models import Tier
from messaging.operations.rate_cards import card_of
from messaging.operations.voice_messages import check_voice_message, send_voice_message

# What can stand in the markup, for somebody who writes it: an element, and what it does.
EXAMPLES = (
    ('<break time="600ms"/>', gettext_lazy("A pause, 10 seconds at most.")),
    ('<emphasis level="strong">now</emphasis>', gettext_lazy("Said with emphasis.")),
    ('<say-as interpret-as="digits">4711</say-as>', gettext_lazy("Digit by digit; also characters, date, telephone.")),
    ('<prosody rate="slow" volume="loud">…</prosody>', gettext_lazy("Slower, louder, higher.")),
    ('<amazon:effect name="whispered">…</amazon:effect>', gettext_lazy('Whispered; phonation="soft" is softly.')),
    ('<lang xml:lang="fr-FR">Bonjour</lang>', gettext_lazy("Words of another language.")),
    ('<sub alias="kilometres">km</sub>', gettext_lazy("Read as something else.")),
    ("<p>…</p> <s>…</s>", gettext_lazy("Paragraphs and sentences.")),
)


class VoiceSending(TestSend):
    """One request of the page for voice messages."""

    channel = "VOICE"
    url_name = "test-send-voice"
    form_class = VoiceSendForm
    title = gettext_lazy("Test voice sending")
    purpose = gettext_lazy("Call one number, have a text read aloud, and watch every step of the call.")
    check_message = check_voice_message
    send_message = send_voice_message
    option_fields = (
        "configuration_set_name",
        "protect_configuration_id",
        "time_to_live",
        "max_price_per_minute",
        "dry_run",
    )
    simple = (
        "destination_phone_number",
        "origination_identity",
        "message_body",
        "message_body_text_type",
        "voice_id",
        *option_fields,
    )

    @property
    def preview(self) -> VoicePreview:
        identity = self.initial.get("origination_identity", "")
        return VoicePreview(
            {**self.initial, "destination_phone_number": self.typed_destination},
            country=country_typed(self.typed_destination),
            originator_type=self.senders.type_of(identity),
            sender=self.senders.shown(identity),
            card=card_of(owner_of(self.request)),
            sandbox=owner_of(self.request).voice_tier == Tier.SANDBOX,
        )

    @property
    def context(self) -> dict[str, Any]:
        return {**super().context, "preview": self.preview, "examples": EXAMPLES, "without_simulator": True}


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def test_send_voice(request: HttpRequest) -> HttpResponse:
    """The form; its buttons check, call, choose a recipient or only look again at the text."""
    caller_of(request).require("SendVoiceMessage")
    sending = VoiceSending(request)
    data: Mapping[str, Any] = request.POST
    if target_of(request) == "senders":
        return page(request, "test_send/voice.html", {**sending.context, "with_preview": True}, fragment="senders")
    if SEND in data:
        answer = sending.send()
        if answer is not None:
            return answer
    elif request.method == "POST" and UPDATE not in data and RECIPIENT not in data:
        sending.check()
    return page(request, "test_send/voice.html", sending.context, fragment="form", status=sending.status)


@require_POST
@never_cache
def voice_preview(request: HttpRequest) -> HttpResponse:
    """Count and show what is said, while somebody writes; posted, so that it stands in no address, log or history."""
    caller_of(request).require("SendVoiceMessage")
    number = number_as_sent(request.POST.get("destination_phone_number", ""))
    shown = VoicePreview(
        {**request.POST.dict(), "destination_phone_number": number},
        country=country_typed(number),
        originator_type=request.POST.get("originator_type", ""),
        sender=request.POST.get("sender", "")[:40],
        card=card_of(owner_of(request)),
        sandbox=owner_of(request).voice_tier == Tier.SANDBOX,
    )
    return page(request, "test_send/voice_preview.html", {"preview": shown, "announce": True})


scoped_urlpatterns = [
    path("test-send/voice/", test_send_voice, name="test-send-voice"),
    path("test-send/voice/preview/", voice_preview, name="voice-preview"),
]
