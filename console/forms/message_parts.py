"""What the message part preview asks beside the text."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from messaging.message_filters import ORIGINATOR_TYPES as SENT_BY
from messaging.models import MessageType

ORIGINATOR_TYPES = [*SENT_BY, ("SENDER_ID", _("Sender ID"))]


# A change asks for the preview again; the address is set where the account is known.
ASKS = {"hx-trigger": "change", "hx-target": "#preview", "hx-swap": "outerHTML"}


class PreviewForm(forms.Form):
    """Prices depend on what sends; promotional texts need a way out."""

    originator_type = forms.ChoiceField(label=_("Sent from"), choices=ORIGINATOR_TYPES, required=False)
    message_type = forms.ChoiceField(label=_("Message type"), choices=MessageType.choices, required=False)

    def __init__(self, *args: Any, preview_url: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.widget.attrs |= {**ASKS, "hx-post": preview_url}
