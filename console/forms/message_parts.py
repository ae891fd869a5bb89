"""What the message part preview asks beside the text."""

from django import forms
from django.utils.translation import gettext_lazy as _

from messaging.message_filters import ORIGINATOR_TYPES as SENT_BY
from messaging.models import MessageType

ORIGINATOR_TYPES = [*SENT_BY, ("SENDER_ID", _("Sender ID"))]


# What the live preview follows: at once, or when typing rests.
CHOSEN, TYPED = {"data-previewed": "chosen"}, {"data-previewed": "typed"}


class PreviewForm(forms.Form):
    """Prices depend on what sends; promotional texts need a way out."""

    originator_type = forms.ChoiceField(
        label=_("Sent from"), choices=ORIGINATOR_TYPES, required=False, widget=forms.Select(attrs=CHOSEN)
    )
    message_type = forms.ChoiceField(
        label=_("Message type"), choices=MessageType.choices, required=False, widget=forms.Select(attrs=CHOSEN)
    )
