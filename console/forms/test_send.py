"""The forms of a test send: what every request to send can say, and what a SendTextMessage request can, with the limits
of the service model. Voice and media messages have a module each.
"""

import re
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from console import shapes
from console.forms.base import offer
from console.forms.message_parts import CHOSEN
from console.preview import text_in
from messaging.models import MessageType
from messaging.operations.message_templates import ENTITY_ID, TEMPLATE_ID

SEPARATORS = re.compile(r"[\s().\-\u2010-\u2015/]")
CONTEXT_ROWS = 5  # checks.MAX_CONTEXT
PARAMETER_MOST = 64  # DestinationCountryParameterValue of the service model
COUNTRY_PARAMETERS = {"in_entity_id": ENTITY_ID, "in_template_id": TEMPLATE_ID}  # field -> key of the API


def _limits(member: str) -> shapes.Limits:
    return shapes.limits(f"SendTextMessage.{member}")


def number_as_sent(typed: str) -> str:
    """A number as the request carries it: without what people put between digits. Whether it is one, the checks say."""
    number = SEPARATORS.sub("", typed.strip())
    return f"+{number[2:]}" if number.startswith("00") else number


class ContextForm(forms.Form):
    """The context of a message as rows of a key and a value (templates/test_send/context.html)."""

    context = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.pairs = self._pairs()

    def _pairs(self) -> list[tuple[str, str]]:
        """The context as rows of key and value, always CONTEXT_ROWS of them."""
        if self.is_bound:
            data = self.data
            keys = data.getlist("context_key") if hasattr(data, "getlist") else []
            values = data.getlist("context_value") if hasattr(data, "getlist") else []
            found = [(key.strip(), value) for key, value in zip(keys, values, strict=False)]
        else:
            found = list((self.initial.get("context") or {}).items())
        return (found + [("", "")] * CONTEXT_ROWS)[: max(CONTEXT_ROWS, len(found))]

    def clean_context(self) -> dict[str, str]:
        """{key: value}. A value without a key, or a key twice, is refused here: a JSON object cannot say either."""
        found: dict[str, str] = {}
        for key, value in self.pairs:
            if not key and not value:
                continue
            if not key:
                raise forms.ValidationError(_("A context value has no key."))
            if key in found:
                raise forms.ValidationError(_("The context key “%(key)s” is there twice.") % {"key": key})
            found[key] = value
        return found


class SendForm(ContextForm):
    """What a request can say on any channel. Names are those of the operation, so that a refusal finds its field."""

    destination_phone_number = forms.CharField(
        label=gettext_lazy("To"),
        error_messages={"required": gettext_lazy("Write the number of a handset or choose a simulator number.")},
        max_length=40,
        help_text=gettext_lazy("Choose a simulator number or write any number with + and its country code."),
        widget=forms.TextInput(
            attrs={"list": "simulator-numbers", "inputmode": "tel", "dir": "ltr", "placeholder": "+14254147755"}
        ),
    )
    origination_identity = forms.ChoiceField(
        label=gettext_lazy("From"),
        required=False,
        help_text=gettext_lazy("Only what can reach the destination; the others stand below with the reason."),
    )
    message_body = forms.CharField(label=gettext_lazy("Message text"), required=False, strip=False)
    configuration_set_name = forms.ChoiceField(
        label=gettext_lazy("Configuration set"),
        required=False,
        help_text=gettext_lazy("Its event destinations get the events of this message."),
    )
    protect_configuration_id = forms.ChoiceField(
        label=gettext_lazy("Protect configuration"),
        required=False,
        help_text=gettext_lazy("Named here, its rules stand before those of the configuration set and the account."),
    )
    time_to_live = forms.IntegerField(
        label=gettext_lazy("Time to live"),
        required=False,
        min_value=_limits("TimeToLive").min,
        max_value=_limits("TimeToLive").max,
        help_text=gettext_lazy("Seconds, 5 to 259,200 (72 hours). Later it is not delivered any more."),
        widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
    )
    dry_run = forms.BooleanField(
        label=gettext_lazy("Dry run"),
        required=False,
        help_text=gettext_lazy("Only check, as the API’s DryRun does; nothing is sent or billed."),
    )

    def __init__(
        self, *args: Any, identities: Any = (), sets: Any = (), protects: Any = (), url: str, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        offer(self, origination_identity=identities, configuration_set_name=sets, protect_configuration_id=protects)
        for name in ("origination_identity", "destination_phone_number"):
            # Who can send depends on where to, and the price on both.
            self.fields[name].widget.attrs |= {
                "hx-post": url,
                "hx-trigger": "change",
                "hx-target": "#senders",
                "hx-swap": "outerHTML",
            }

    def clean_destination_phone_number(self) -> str:
        return number_as_sent(self.cleaned_data["destination_phone_number"])

    def clean_message_body(self) -> str:
        return text_in(self.cleaned_data["message_body"])

    @property
    def parameters(self) -> dict[str, Any]:
        """What the operation is called with. Only of a valid form."""
        given = {name: value for name, value in self.cleaned_data.items() if name != "dry_run"}
        optional = {name: value or None for name, value in given.items() if name != "destination_phone_number"}
        return {"destination_phone_number": given["destination_phone_number"], **optional}


class TestSendForm(SendForm):
    """A text message."""

    message_type = forms.ChoiceField(
        label=gettext_lazy("Message type"),
        required=False,
        choices=[("", gettext_lazy("As the originator or configuration set says")), *MessageType.choices],
    )
    max_price = forms.CharField(
        label=gettext_lazy("Max price"),
        required=False,
        max_length=_limits("MaxPrice").max,
        help_text=gettext_lazy("US dollars per message part, such as 0.05."),
        widget=forms.TextInput(attrs={"inputmode": "decimal"}),
    )
    keyword = forms.CharField(
        label=gettext_lazy("Keyword"),
        required=False,
        max_length=_limits("Keyword").max,
        help_text=gettext_lazy("The registered keyword that this message belongs to, on a short code."),
    )

    in_entity_id = forms.RegexField(
        r"\A\S+\Z",
        label=gettext_lazy("Entity ID (IN_ENTITY_ID)"),
        required=False,
        max_length=PARAMETER_MOST,
        help_text=gettext_lazy("Goes with a registered sender ID to India; leave both out without one."),
        widget=forms.TextInput(attrs={"list": "entity-ids", "dir": "ltr", "autocomplete": "off"}),
        error_messages={"invalid": gettext_lazy("Write the ID without spaces.")},
    )
    in_template_id = forms.RegexField(
        r"\A\S+\Z",
        label=gettext_lazy("Template ID (IN_TEMPLATE_ID)"),
        required=False,
        max_length=PARAMETER_MOST,
        help_text=gettext_lazy("The text must be exactly that of the template."),
        widget=forms.TextInput(attrs={"list": "template-ids", "dir": "ltr", "autocomplete": "off"}),
        error_messages={"invalid": gettext_lazy("Write the ID without spaces.")},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["message_type"].widget.attrs |= CHOSEN

    @property
    def parameters(self) -> dict[str, Any]:
        given = super().parameters
        ids = {key: given.pop(name) for name, key in COUNTRY_PARAMETERS.items()}
        return {**given, "destination_country_parameters": {key: value for key, value in ids.items() if value} or None}
