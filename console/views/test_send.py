"""Test SMS sending: write, check before sending, send, and on to the message's own page."""

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from console.callers import caller_of, owner_of
from console.forms.test_send import COUNTRY_PARAMETERS, TestSendForm
from console.fragments import page, target_of
from console.preview import FIELD, Preview, chosen_countries, country_choices, is_edit
from console.senders import country_typed
from console.sending import RECIPIENT, REQUEST_NUMBER, SEND, TestSend
from console.views.message_parts import preview_of
from messaging.operations.message_templates import INDIA, templates_of
from messaging.operations.rate_cards import card_of
from messaging.operations.sending import check_text_message, send_text_message
from messaging.queries import sent_lately
from messaging.reference import simulator_number
from messaging.text import e164


class TextSending(TestSend):
    """One request of the page for text messages."""

    channel = "SMS"
    url_name = "test-send"
    form_class = TestSendForm
    title = gettext_lazy("Test SMS sending")
    purpose = gettext_lazy("Send one message and watch every check and event on its way.")
    check_message = check_text_message
    send_message = send_text_message
    option_fields = (
        "message_type",
        "configuration_set_name",
        "protect_configuration_id",
        "time_to_live",
        "max_price",
        "keyword",
        "dry_run",
    )
    simple = ("destination_phone_number", "origination_identity", *COUNTRY_PARAMETERS, *option_fields)
    field_names = {"destination_country_parameters": "in_entity_id"}

    def _again(self, given: str) -> dict[str, Any]:
        found = super()._again(given)
        ids = found.pop("destination_country_parameters", None) or {}
        return {**found, **{name: ids.get(key, "") for name, key in COUNTRY_PARAMETERS.items()}}

    @property
    def country_fields(self) -> dict[str, Any]:
        """The ids that India asks for, and those that the account may give; nothing for other countries."""
        if country_typed(self.typed_destination) != INDIA and not any(map(self.initial.get, COUNTRY_PARAMETERS)):
            return {}
        registered = templates_of(self.caller.owner_id, INDIA)
        return {
            "entity_ids": sorted({entity for entity, _template in registered}),
            "template_ids": sorted({template for _entity, template in registered}),
        }

    @property
    def preview(self) -> Preview:
        identity = self.initial.get("origination_identity", "")
        words: dict[str, Any] = {
            "originator_type": self.senders.type_of(identity),
            "sender": self.senders.shown(identity),
        }
        if self.data is not None:
            return preview_of(self.request, self._countries(), about=self.subject, **words)
        text = self.initial.get(FIELD, "")
        return Preview(
            text,
            countries=self._countries(),
            about=self.subject,
            to_simulator=self._destination() != "" and simulator_number(self._destination()) is not None,
            card=card_of(owner_of(self.request)),
            **words,
        )

    def _destination(self) -> str:
        return self.typed_destination if e164.is_number(self.typed_destination) else ""

    def _countries(self) -> list[str]:
        here = country_typed(self.typed_destination)
        first = [here] if here else []
        if self.data is not None:
            chosen = chosen_countries(self.data)
            if chosen:
                return list(dict.fromkeys([*first, *chosen]))
        return list(dict.fromkeys([*first, *sent_lately(self.caller).countries]))[:4]

    @property
    def context(self) -> dict[str, Any]:
        return {
            **super().context,
            "country_fields": self.country_fields,
            "preview": self.preview,
            "country_choices": country_choices(),
        }


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def test_send(request: HttpRequest) -> HttpResponse:
    """The form; its buttons check, send, request a number, choose a recipient or work on the text."""
    caller_of(request).require("SendTextMessage")
    sending = TextSending(request)
    data: Mapping[str, Any] = request.POST
    if target_of(request) == "senders":
        return page(request, "test_send/page.html", {**sending.context, "with_preview": True}, fragment="senders")
    if REQUEST_NUMBER in data:
        sending.request_number()
    elif SEND in data:
        answer = sending.send()
        if answer is not None:
            return answer
    elif request.method == "POST" and not is_edit(data) and RECIPIENT not in data:
        sending.check()
    return page(request, "test_send/page.html", sending.context, fragment="form", status=sending.status)


scoped_urlpatterns = [path("test-send/", test_send, name="test-send")]
