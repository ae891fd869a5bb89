"""Forms of configuration sets and their event destinations."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from console.forms.base import ConsoleForm
from messaging.models import EventDestination, MessageType
from messaging.operations.event_destinations import STRUCTURES
from messaging.reference import event_types

NAME = r"^[A-Za-z0-9_-]+$"  # service model: ConfigurationSetName, EventDestinationName
SENDER_ID = r"^[A-Za-z0-9_-]+$"  # service model: SenderId
ARN = r"^arn:\S+$"  # service model: LogGroupArn, DeliveryStreamArn, SnsTopicArn, IamRoleArn
CHANNELS = {"ALL": _("All"), "SMS": _("SMS"), "MMS": _("MMS"), "VOICE": _("Voice")}


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


def grouped_event_types() -> list[tuple[Any, list[tuple[str, str]]]]:
    """The event types by channel, as grouped checkboxes."""
    groups: dict[str, list[tuple[str, str]]] = {}
    for name, row in event_types().items():
        groups.setdefault(row.channel, []).append((name, name))
    return [(CHANNELS.get(channel, channel), found) for channel, found in groups.items()]


class EventDestinationForm(ConsoleForm):
    """One destination: what stands behind it and which events it takes."""

    NAMES = {structure: "target_arn" for structure, _target, _with_role in STRUCTURES.values()}

    event_destination_name = forms.RegexField(
        NAME,
        label=_("Name"),
        max_length=64,
        help_text=_("1 to 64 letters, digits, hyphens and underscores."),
        error_messages={"invalid": _("Use letters, digits, hyphens and underscores only.")},
    )
    kind = forms.ChoiceField(
        label=_("Destination"),
        choices=[
            (EventDestination.Kind.LOG_GROUP, _("Log group – a searchable table of events")),
            (EventDestination.Kind.DELIVERY_STREAM, _("Delivery stream – files of events, one JSON object a line")),
            (EventDestination.Kind.TOPIC, _("Topic – every event to all subscribers")),
        ],
        widget=forms.RadioSelect,
        initial=EventDestination.Kind.LOG_GROUP,
    )
    target_arn = forms.RegexField(
        ARN,
        label=_("ARN of the destination"),
        max_length=2048,
        help_text=_("For example arn:aws:logs:us-east-1:123456789012:log-group:messages."),
    )
    iam_role_arn = forms.RegexField(
        ARN,
        label=_("ARN of the role"),
        required=False,
        max_length=2048,
        help_text=_("Needed for a log group and a delivery stream, for example arn:aws:iam::123456789012:role/events."),
    )
    matching_event_types = forms.MultipleChoiceField(
        label=_("Events"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choose at least one type of event.")},
    )

    def __init__(self, *args: Any, fixed: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["matching_event_types"].choices = grouped_event_types()  # type: ignore[attr-defined]
        if fixed:
            self.fields["event_destination_name"].disabled = True
            self.fields["enabled"] = forms.BooleanField(
                label=_("Enabled"), required=False, help_text=_("Events of a disabled destination are not delivered.")
            )

    @property
    def parameters(self) -> dict[str, Any]:
        """The operation's parameters: the kind chooses the structure that holds the ARN."""
        given = self.cleaned_data
        structure, target, with_role = STRUCTURES[given["kind"]]
        values = {target: given["target_arn"]} | ({"iam_role_arn": given["iam_role_arn"]} if with_role else {})
        parameters = {name: given[name] for name in ("event_destination_name", "matching_event_types")}
        if "enabled" in given:
            parameters["enabled"] = given["enabled"]
        return {**parameters, structure: values}
