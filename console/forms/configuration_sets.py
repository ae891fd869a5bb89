"""Forms of configuration sets."""

from django import forms
from django.utils.translation import gettext_lazy as _

from console.forms.base import ConsoleForm
from messaging.models import MessageType

NAME = r"^[A-Za-z0-9_-]+$"  # service model: ConfigurationSetName, EventDestinationName
SENDER_ID = r"^[A-Za-z0-9_-]+$"  # service model: SenderId


class CreateForm(ConsoleForm):
    configuration_set_name = forms.RegexField(
        NAME,
        label=_("Name"),
        max_length=64,
        help_text=_("1 to 64 letters, digits, hyphens and underscores. It cannot be changed later."),
        error_messages={"invalid": _("Use letters, digits, hyphens and underscores only.")},
    )


class DefaultsForm(ConsoleForm):
    """What holds for a send that names the set and does not say otherwise; empty means no default."""

    NAMES = {
        "message_type": "default_message_type",
        "sender_id": "default_sender_id",
        "message_feedback_enabled": "default_message_feedback_enabled",
    }

    default_message_type = forms.ChoiceField(
        label=_("Default message type"),
        required=False,
        choices=[("", _("None")), *MessageType.choices],
        widget=forms.RadioSelect,
        help_text=_("For sends that give no message type."),
    )
    default_sender_id = forms.RegexField(
        SENDER_ID,
        label=_("Default sender ID"),
        required=False,
        max_length=11,
        help_text=_("In countries with sender IDs, where no originator fits. Up to 11 letters, digits, hyphens."),
        error_messages={"invalid": _("Use letters, digits, hyphens and underscores only.")},
    )
    default_message_feedback_enabled = forms.BooleanField(
        label=_("Message feedback"),
        required=False,
        help_text=_("Every message of the set waits for your application to say whether it was received."),
    )
