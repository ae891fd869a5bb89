"""What the pages that send a test message share: one request of such a page, and what its answer shows.

Each channel has a page of its own (console/views/test_send.py, test_send_voice.py …), a subclass of TestSend and a form
of its own; CHANNELS is the choice between them.
"""

import uuid
from collections.abc import Callable, Mapping
from typing import Any, ClassVar

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from console.callers import caller_of, url_to
from console.content_help import instant_for, mended_post, shown
from console.forms.refused import put_on
from console.forms.test_send import SendForm, number_as_sent
from console.fragments import done
from console.preview import FIELD, text_in
from console.protect_names import choices_of
from console.send_commands import SendCommands, parameters_of, send_commands
from console.senders import Senders
from console.verdicts import chosen_of, lines_of, reason_of
from messaging.advice import Subject, advice_on
from messaging.country_names import country_name
from messaging.errors import Refusal, Text
from messaging.models import ConfigurationSet, Message, NumberType
from messaging.operations.originators import (
    SENDER_ID,
)
from messaging.operations.phone_numbers import request_phone_number
from messaging.operations.sending import Checked, Sent
from messaging.reference import Channel, simulator_numbers
from messaging.text import e164

SEND, CHECK, REQUEST_NUMBER, RECIPIENT = "send", "check", "request_number", "recipient"

# The pages in the order of their tabs: channel, its name, the name of its page.
CHANNELS: list[tuple[Channel, Text, str]] = [
    ("SMS", gettext_lazy("SMS"), "test-send"),
    ("MMS", gettext_lazy("MMS"), "test-send-media"),
    ("VOICE", gettext_lazy("Voice"), "test-send-voice"),
]

# The pages that explain a send without sending: the page of a channel -> its page of explanations.
EXPLAINING = {name: name.replace("test-send", "explain") for _channel, _label, name in CHANNELS}


def _outcome_words(country: str, succeeds: bool) -> str:
    name = country_name(country)
    return (
        _("%(country)s – delivered") % {"country": name} if succeeds else _("%(country)s – fails") % {"country": name}
    )


class TestSend:
    """One request of a page that sends test messages of one channel, and what the answer shows."""

    __test__ = False  # no test, whatever its name

    channel: ClassVar[Channel]
    url_name: ClassVar[str]
    form_class: ClassVar[type[SendForm]]
    title: ClassVar[Text]
    purpose: ClassVar[Text]
    check_message: ClassVar[Callable[..., Checked]]
    send_message: ClassVar[Callable[..., Sent]]
    simple: ClassVar[tuple[str, ...]]  # the fields that keep what was typed, without the context
    field_names: ClassVar[Mapping[str, str]] = {}  # parameter -> field, where a refusal's and the form's names differ
    option_fields: ClassVar[tuple[str, ...]]  # those that stand below Options, which opens when one says something

    def __init__(self, request: HttpRequest, *, explaining: bool = False) -> None:
        self.request, self.caller, self.explaining = request, caller_of(request), explaining
        self.checked: Checked | None = None
        self.parameters: dict[str, Any] = {}
        self.refusal: Refusal | None = None
        self.status = 200
        self._asked: tuple[str, str] | None = None  # what the senders were looked up for
        self.data: QueryDict | None = mended_post(request.POST, FIELD) if request.method == "POST" else None
        self.initial = self._first() if self.data is None else self._typed(self.data)
        if self.data is not None and RECIPIENT in self.data:
            self.initial["destination_phone_number"] = self.data[RECIPIENT]
        self.read(bound=False)

    def _typed(self, data: Any) -> dict[str, Any]:
        """What was typed so far, to be shown again without judging it yet."""
        kept = {name: data.get(name, "") for name in self.simple}
        pairs = zip(data.getlist("context_key"), data.getlist("context_value"), strict=False)
        return {**kept, "context": {key: value for key, value in pairs if key or value}}

    def _first(self) -> dict[str, Any]:
        """A fresh form: what a message said that is sent again, or what a link asks for."""
        asked = self.request.GET
        again = self._again(asked["again"]) if asked.get("again") else {}
        links = (("to", "destination_phone_number"), ("from", "origination_identity"))
        return {**again, **{name: asked[key] for key, name in links if asked.get(key)}}

    def _again(self, given: str) -> dict[str, Any]:
        """A message once more: what made it, as far as it is the caller's. Nothing for an id that names none."""
        try:
            row = Message.objects.for_caller(self.caller).filter(pk=uuid.UUID(given), channel=self.channel).first()
        except ValueError:
            return {}
        return parameters_of(row) if row else {}

    def read(self, *, bound: bool) -> None:
        """Make the form anew, to be judged (bound) or only shown."""
        identity = self.initial.get("origination_identity", "")
        asked = self.typed_destination, identity
        if asked != self._asked:
            self._asked = asked
            self.senders = Senders(self.caller, self.typed_destination, keep=identity, channel=self.channel)
        names = ConfigurationSet.objects.for_caller(self.caller).order_by("configuration_set_name")
        sets = [("", _("None")), *((n, n) for n in names.values_list("configuration_set_name", flat=True)[:200])]
        self.form = self.form_class(
            self.data if bound else None,
            initial=self.initial,
            identities=self.senders.choices,
            sets=sets,
            protects=[("", _("As the configuration set or the account says")), *choices_of(self.caller)],
            url=self.url,
        )

    @property
    def url(self) -> str:
        """The page's own address."""
        return url_to(self.caller, EXPLAINING[self.url_name] if self.explaining else self.url_name)

    @property
    def typed_destination(self) -> str:
        return number_as_sent(self.initial.get("destination_phone_number") or "")

    def request_number(self) -> None:
        """Lease a simulator number on the way; what was typed stays."""
        try:
            row = request_phone_number(
                self.caller,
                iso_country_code="US",
                message_type="TRANSACTIONAL",
                number_capabilities=["SMS", "MMS"],
                number_type=NumberType.SIMULATOR,
            )
        except Refusal as refusal:
            self.refusal, self.status = refusal, 422
            return
        self.initial["origination_identity"] = row.phone_number
        messages.success(self.request, _("%(number)s is yours and active.") % {"number": row.phone_number})
        self.read(bound=False)

    def check(self) -> None:
        """Walk every check to its end; nothing is sent."""
        self.read(bound=True)
        if not self.form.is_valid():
            self.status = 422
            return
        self.parameters = self.form.parameters
        self.checked = type(self).check_message(self.caller, **self.parameters)

    def send(self) -> HttpResponse | None:
        """The page of the message that was accepted, or nothing after a refusal, which is then on the form."""
        self.check()
        if self.checked is None:
            return None
        dry_run = self.form.cleaned_data["dry_run"]
        try:
            sent = type(self).send_message(self.caller, **self.parameters, dry_run=dry_run)
        except Refusal as refusal:
            self.refusal, self.status = refusal, 422
            put_on(self.form, refusal, names=self.field_names)
            return None
        if sent.message is None:
            messages.success(self.request, _("The dry run passed every check. Nothing was sent."))
            return None
        messages.success(self.request, _("The message is accepted."))
        return done(self.request, "message-detail", sent.message_id)

    @property
    def tabs(self) -> list[dict[str, Any]]:
        """The choice of channel; recipient and sender go along."""
        kept = {
            key: self.initial[name]
            for key, name in (("to", "destination_phone_number"), ("from", "origination_identity"))
            if self.initial.get(name)
        }
        query = f"?{urlencode(kept)}" if kept else ""
        return [
            {
                "label": label,
                "url": url_to(self.caller, EXPLAINING[name] if self.explaining else name) + query,
                "current": channel == self.channel,
            }
            for channel, label, name in CHANNELS
        ]

    @property
    def subject(self) -> Subject:
        """What is known of the text by now: after a check, what the message would be; before, what was chosen."""
        said = self.initial if self.data is None else self.data
        send = self.checked.send if self.checked else None
        destination, identity = self.typed_destination, self.senders.identity
        kind, shown_as = self.senders.type_of(identity), self.senders.shown(identity)
        if send and send.originator:
            kind, shown_as = send.originator.type, send.originator.shown
        return Subject(
            text_in(said.get(FIELD) or ""),
            message_type=(send.message_type if send else "") or said.get("message_type") or self.senders.message_type,
            destination=destination if e164.is_number(destination) else "",
            originator_type=kind,
            at=instant_for(destination),
            channel=self.channel,
            name=shown_as if kind == SENDER_ID else "",
        )

    def commands(self) -> SendCommands | None:
        """The request that was checked, as the API takes it."""
        if self.checked is None:
            return None
        return send_commands(self.request, self.caller, self.parameters, channel=self.channel)

    @property
    def context(self) -> dict[str, Any]:
        form, checked = self.form, self.checked
        named = [self.field_names.get(name, name) for name in (self.refusal.fields if self.refusal else ())]
        field = next((name for name in named if name in form.fields), "")
        return {
            "info": "test-sending",
            "title": self.title,
            "purpose": self.purpose,
            "tabs": self.tabs,
            "url": self.url,
            "options": [form[name] for name in self.option_fields if name != "dry_run"],
            "explain_url": url_to(self.caller, EXPLAINING[self.url_name]),
            "form": form,
            "chosen_originator": chosen_of(checked) if checked is not None else None,
            "senders": self.senders,
            "simulators": [
                (row.phone_number, _outcome_words(row.country, row.succeeds)) for row in simulator_numbers().values()
            ],
            "checks": lines_of(self.caller, checked) if checked is not None else [],
            "checked": checked,
            "refusal": self.refusal,
            "refusal_reason": reason_of(self.refusal) if self.refusal else "",
            "refusal_field": field,
            "body_errors": form.errors.get("message_body"),
            "commands": self.commands(),
            "advice": shown(advice_on(self.subject)),
            "mend_url": self.url,
            "mend_target": "#test-send",
            "options_open": self._options_open(),
            "has_errors": bool(self.refusal or form.errors),
            "can_request": self.caller.may("RequestPhoneNumber"),
        }

    def _options_open(self) -> bool:
        said = any(self.initial.get(name) or self.form.errors.get(name) for name in self.option_fields)
        return said or bool(self.initial.get("context") or self.form.errors.get("context"))
