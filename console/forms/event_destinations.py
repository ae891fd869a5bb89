"""Forms of event destinations: what stands behind one, and which events it gets."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.forms.boundfield import BoundField
from django.utils.translation import gettext_lazy as _

from console.forms.base import ConsoleForm, by_name, offer
from console.forms.configuration_sets import NAME
from console.forms.widgets import RadioTiles, Tile
from console.message_words import meaning
from messaging.caller import Caller
from messaging.errors import Text
from messaging.models import EventDestination
from messaging.operations.event_destinations import STRUCTURES, role_member, target_of
from messaging.operations.event_examples import status_of
from messaging.reference import event_types

EVERY, CUSTOM, NONE = "ALL", "CUSTOM", "NONE"
Kind = EventDestination.Kind

# Channel -> the type that stands for all of it, the legend, the words of its three choices.
CHANNELS: dict[str, tuple[str, Any, tuple[Any, Any, Any]]] = {
    "SMS": (
        "TEXT_ALL",
        _("SMS events"),
        (_("All SMS events (recommended)"), _("Custom SMS events"), _("No SMS events")),
    ),
    "MMS": (
        "MEDIA_ALL",
        _("MMS events"),
        (_("All MMS events (recommended)"), _("Custom MMS events"), _("No MMS events")),
    ),
    "VOICE": (
        "VOICE_ALL",
        _("Voice events"),
        (_("All voice events (recommended)"), _("Custom voice events"), _("No voice events")),
    ),
}


def types_of(channel: str) -> list[str]:
    """The types of a channel with a record of their own, in the order they are listed."""
    return [name for name, row in event_types().items() if row.channel == channel and name != CHANNELS[channel][0]]


@dataclass(frozen=True, slots=True)
class Choice:
    """One event type as a checkbox: its input, what it says, where its example stands."""

    event_type: str
    widget: Any
    meaning: Text


@dataclass(frozen=True, slots=True)
class Group:
    """The part of the picker for one channel."""

    choice: BoundField
    events: BoundField
    rows: list[Choice]


class EventsForm(ConsoleForm):
    """Which events: for each channel all, some or none. `matching_event_types` is what the operations take."""

    NAMES = {"matching_event_types": "sms"}

    def __init__(self, *args: Any, matching: Sequence[str] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for channel, (everything, legend, words) in CHANNELS.items():
            names = types_of(channel)
            custom = [name for name in names if name in matching]
            chosen = EVERY if {"ALL", everything} & set(matching) else CUSTOM if custom else NONE
            self.fields[channel.lower()] = forms.ChoiceField(
                label=legend,
                choices=list(zip((EVERY, CUSTOM, NONE), words, strict=True)),
                widget=forms.RadioSelect,
                initial=chosen,
            )
            self.fields[f"{channel.lower()}_events"] = forms.MultipleChoiceField(
                label=words[1],
                required=False,
                choices=[(name, name) for name in names],
                widget=forms.CheckboxSelectMultiple,
                initial=custom,
            )

    @property
    def groups(self) -> list[Group]:
        """The picker as the page shows it."""
        found = []
        for channel in CHANNELS:
            events = self[f"{channel.lower()}_events"]
            rows = [
                Choice(name, widget, meaning(status_of(event_types()[name])))
                for name, widget in zip(types_of(channel), events.subwidgets, strict=True)
            ]
            found.append(Group(self[channel.lower()], events, rows))
        return found

    @property
    def others(self) -> list[BoundField]:
        """The fields before the picker."""
        picker = {name for channel in CHANNELS for name in (channel.lower(), f"{channel.lower()}_events")}
        return [field for field in self.visible_fields() if field.name not in picker]

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or {}
        for channel in CHANNELS:
            name = channel.lower()
            if given.get(name) == CUSTOM and not given.get(f"{name}_events") and f"{name}_events" not in self.errors:
                self.add_error(f"{name}_events", _("Choose at least one type of event."))
        if not self.errors and not self.matching_event_types:
            self.add_error("sms", _("Choose at least one type of event."))
        return given

    @property
    def matching_event_types(self) -> list[str]:
        """The event types of the API; ALL when it is all of every channel."""
        given = self.cleaned_data
        if all(given.get(channel.lower()) == EVERY for channel in CHANNELS):
            return ["ALL"]
        chosen: list[str] = []
        for channel, (everything, _legend, _words) in CHANNELS.items():
            how = given.get(channel.lower())
            chosen += [everything] if how == EVERY else given[f"{channel.lower()}_events"] if how == CUSTOM else []
        return chosen


class EventDestinationForm(EventsForm):
    """One destination. A target is an ARN, or a name that stands for one of this account and Region."""

    NAMES = {
        **EventsForm.NAMES,
        **{structure: "target" for structure, _target, _with_role in STRUCTURES.values()},
        **{role_member(structure): "iam_role_arn" for structure, _target, _with_role in STRUCTURES.values()},
    }

    event_destination_name = forms.RegexField(
        NAME,
        label=_("Event destination name"),
        max_length=64,
        help_text=_("1 to 64 letters, digits, hyphens and underscores. It cannot be changed later."),
        error_messages={"invalid": _("Use letters, digits, hyphens and underscores only.")},
    )
    kind = forms.ChoiceField(
        label=_("Destination type"),
        choices=Kind.choices,
        widget=RadioTiles(
            tiles={
                Kind.LOG_GROUP: Tile(_("A table of events that can be searched, as CloudWatch Logs keeps them.")),
                Kind.DELIVERY_STREAM: Tile(_("Files by the hour, one JSON object a line, as Data Firehose writes.")),
                Kind.TOPIC: Tile(_("Each event at once to every subscriber, as SNS publishes.")),
            }
        ),
        initial=Kind.LOG_GROUP,
        help_text=_("It cannot be changed later."),
    )
    target = forms.CharField(
        label=_("Log group, delivery stream or topic"),
        max_length=2048,
        help_text=_(
            "Its ARN, or just a name: a new or existing one of this account and Region. What is new is made by naming "
            "it here."
        ),
        widget=forms.TextInput(attrs={"list": "known-targets", "autocomplete": "off", "spellcheck": "false"}),
    )
    iam_role_arn = forms.CharField(
        label=_("IAM role ARN"),
        required=False,
        max_length=2048,
        help_text=_(
            "The role that may write to a log group or a delivery stream; a topic needs none. Built-in destinations do "
            "not take it on, the API asks for it all the same."
        ),
        widget=forms.TextInput(attrs={"spellcheck": "false"}),
    )
    enabled = forms.BooleanField(
        label=_("Event publishing"),
        required=False,
        initial=True,
        help_text=_("While it is off, events are not sent to this destination, and none are kept for later."),
    )

    def __init__(self, *args: Any, caller: Caller, before: EventDestination | None = None, **kwargs: Any) -> None:
        self.caller, self.before = caller, before
        initial: dict[str, Any] = {"iam_role_arn": f"arn:aws:iam::{caller.account_id}:role/switchboard-events"}
        matching: Sequence[str] = ("ALL",)
        if before:
            matching = before.matching_event_types
            initial = {
                "event_destination_name": before.event_destination_name,
                "kind": before.kind,
                "target": before.target_arn,
                "iam_role_arn": before.iam_role_arn,
                "enabled": before.enabled,
            }
        super().__init__(*args, matching=matching, **{"initial": initial, **kwargs})
        if before:
            self.fields["event_destination_name"].disabled = True
            del self.fields["kind"]
            if before.kind == Kind.TOPIC:
                del self.fields["iam_role_arn"]

    @property
    def parameters(self) -> dict[str, Any]:
        """The parameters that creating and updating have in common: the kind chooses the structure of the target."""
        given = self.cleaned_data
        kind = self.before.kind if self.before else given["kind"]
        structure, target, with_role = STRUCTURES[kind]
        values = {target: target_of(self.caller, kind, given["target"])}
        if with_role:
            values["iam_role_arn"] = given["iam_role_arn"]
        return {
            "event_destination_name": given["event_destination_name"],
            "matching_event_types": self.matching_event_types,
            structure: values,
        }


class QuickForm(EventsForm):
    """One destination of each kind in one go."""

    NAMES = {
        **EventsForm.NAMES,
        **{role_member(structure): "iam_role_arn" for structure, _target, _with_role in STRUCTURES.values()},
    }

    iam_role_arn = forms.CharField(
        label=_("IAM role ARN"),
        max_length=2048,
        help_text=_("The role that may write to the log group and the delivery stream."),
        widget=forms.TextInput(attrs={"spellcheck": "false"}),
    )


class EventTypeForm(ConsoleForm):
    """Which example a test event is."""

    event_type = forms.ChoiceField(label=_("Event type"))

    def __init__(self, *args: Any, types: Iterable[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, event_type=by_name(types))
