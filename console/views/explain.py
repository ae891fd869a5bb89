"""Explain this send: every check of a message that is not sent, and what the message would be."""

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from console.callers import caller_of, url_to
from console.cells import international
from console.fragments import page, target_of
from console.sending import RECIPIENT, TestSend
from console.views.test_send import TextSending
from console.views.test_send_media import MediaSending
from console.views.test_send_voice import VoiceSending
from messaging.country_names import country_name
from messaging.errors import Text
from messaging.operations.checks.send import Send

TITLE = gettext_lazy("Explain this send")
PURPOSE = gettext_lazy("See every check that a message would meet, without sending it.")
ELSEWHERE = frozenset({"destination_phone_number", "origination_identity", "context", "dry_run", "upload"})


def _page(request: HttpRequest, sending_class: type[TestSend], action: str) -> HttpResponse:
    caller_of(request).require(action)
    sending = sending_class(request, explaining=True)
    if target_of(request) == "senders":
        return page(request, "test_send/explain.html", _context(sending), fragment="senders")
    if request.method == "POST" and RECIPIENT not in request.POST:
        sending.check()
    return page(request, "test_send/explain.html", _context(sending), fragment="form", status=sending.status)


def _context(sending: TestSend) -> dict[str, Any]:
    form = sending.form
    form.fields["message_body"].widget = forms.Textarea(attrs={"rows": 4, "dir": "auto"})
    shown = [name for name in form.fields if name not in ELSEWHERE and not form[name].is_hidden]
    return {
        **sending.context,
        "title": TITLE,
        "purpose": PURPOSE,
        "fields": [form[name] for name in shown if name not in sending.option_fields],
        "effective": effective(sending.checked.send) if sending.checked else [],
        "send_url": url_to(sending.caller, sending.url_name),
    }


def effective(send: Send) -> list[tuple[Text, Text]]:
    """What a message would be, as far as the checks have found it out: label and value."""
    found: list[tuple[Text, Text]] = []
    if send.country:
        found.append((_("Destination"), f"{international(send.destination)} · {country_name(send.country)}"))
    if send.originator:
        found.append((_("Originator"), f"{international(send.originator.shown)} · {send.originator.type}"))
        found.append((_("Opt-out list"), send.originator.opt_out_list_name))
        found.append((_("Message type"), send.message_type))
    if send.protect and send.protect.protect_configuration_id:
        found.append((_("Protect configuration"), f"{send.protect.protect_configuration_id} · {send.protect.status}"))
    if send.counted and send.channel == "SMS":
        parts = {"encoding": send.counted.encoding, "characters": send.counted.characters, "parts": send.counted.parts}
        found.append((_("Text"), _("%(encoding)s, %(characters)s characters, message parts: %(parts)s") % parts))
    if send.price is not None and send.counted:
        found.append((_("Price"), f"{send.total / 100_000:.5f} USD" if send.billed else _("Nothing is billed")))
    return found


def _view(sending_class: type[TestSend], action: str) -> Any:
    @require_http_methods(["GET", "HEAD", "POST"])
    @never_cache
    def explain(request: HttpRequest) -> HttpResponse:
        return _page(request, sending_class, action)

    return explain


scoped_urlpatterns = [
    path("explain/", _view(TextSending, "SendTextMessage"), name="explain"),
    path("explain/media/", _view(MediaSending, "SendMediaMessage"), name="explain-media"),
    path("explain/voice/", _view(VoiceSending, "SendVoiceMessage"), name="explain-voice"),
]
