"""Two-way settings, opt-out settings and the test of an inbound message, the same on numbers and pools."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from console.forms.base import ConsoleForm, offer
from console.forms.fields import PhoneNumberField
from console.forms.origination import opt_out_list_choices
from console.forms.widgets import RadioTiles, Tile
from console.preview import text_in
from messaging.caller import Caller
from messaging.errors import Invalid
from messaging.models import PhoneNumber, Pool
from messaging.operations.inbound import BODY_MAX
from messaging.operations.origination_settings import TOPIC
from messaging.operations.topics import Topic, topic_arn

NEW_TOPIC, SOME_TOPIC, CONNECT = "NEW_TOPIC", "TOPIC", "CONNECT"
POLICY, ROLE = "POLICY", "ROLE"


class TwoWayForm(ConsoleForm):
    """Where inbound messages go. `parameters` is what the update operation is called with."""

    NAMES = {"two_way_channel_arn": "topic_arn", "self_managed_opt_outs_enabled": "two_way_enabled"}

    two_way_enabled = forms.BooleanField(
        label=_("Two-way messaging"),
        required=False,
        help_text=_("What people send to this originator is published to a destination. Answers to MMS come as SMS."),
    )
    destination = forms.ChoiceField(
        label=_("Destination type"),
        required=False,
        choices=[
            (NEW_TOPIC, _("New topic")),
            (SOME_TOPIC, _("Existing topic")),
            (CONNECT, _("Amazon Connect")),
        ],
        widget=RadioTiles(
            tiles={
                NEW_TOPIC: Tile(_("A built-in topic of this account, made from a name.")),
                SOME_TOPIC: Tile(_("A topic that is in use here, or any standard topic by its ARN.")),
                CONNECT: Tile(_("Takes no payload and needs a role; self-managed opt-outs do not work with it.")),
            }
        ),
    )
    topic_name = forms.CharField(
        label=_("Name of the new topic"),
        required=False,
        max_length=256,
        help_text=_("Letters, digits, hyphens and underscores. Only for a new topic."),
    )
    topic_arn = forms.CharField(
        label=_("ARN of the existing topic"),
        required=False,
        max_length=2048,
        help_text=_("Choose one that is in use here or write an ARN. Only for an existing topic."),
        widget=forms.TextInput(attrs={"list": "known-topics", "autocomplete": "off", "spellcheck": "false"}),
    )
    access = forms.ChoiceField(
        label=_("Two-way channel role"),
        required=False,
        choices=[(POLICY, _("Use the topic’s policy")), (ROLE, _("Use a role"))],
        widget=forms.RadioSelect,
        initial=POLICY,
        help_text=_("Amazon Connect allows a role only."),
    )
    two_way_channel_role = forms.CharField(
        label=_("ARN of the role"), required=False, max_length=2048, help_text=_("Only when a role is used.")
    )

    def __init__(self, *args: Any, caller: Caller, row: PhoneNumber | Pool, topics: list[Topic], **kwargs: Any) -> None:
        self.caller = caller
        channel = row.two_way_channel_arn
        destination = SOME_TOPIC if TOPIC.fullmatch(channel) or (topics and not channel) else NEW_TOPIC
        kwargs["initial"] = {
            "two_way_enabled": row.two_way_enabled,
            "destination": CONNECT if channel and destination != SOME_TOPIC else destination,
            "topic_arn": channel if destination == SOME_TOPIC else "",
            "access": ROLE if row.two_way_channel_role else POLICY,
            "two_way_channel_role": row.two_way_channel_role,
        }
        super().__init__(*args, **kwargs)

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or {}
        if not given.get("two_way_enabled"):
            return given
        destination, role = given.get("destination"), given.get("two_way_channel_role")
        if not destination:
            self.add_error("destination", _("Choose where inbound messages go."))
        if destination == NEW_TOPIC:
            try:
                given["channel"] = topic_arn(self.caller, given.get("topic_name") or "")
            except Invalid as refusal:
                self.refuse(refusal)
        elif destination == CONNECT:
            given["channel"] = f"connect.{self.caller.region}.amazonaws.com"
            given["access"] = ROLE
        else:
            given["channel"] = given.get("topic_arn") or ""
        if given.get("access") == ROLE and not role:
            self.add_error("two_way_channel_role", _("Give the ARN of the role."))
        return given

    @property
    def parameters(self) -> dict[str, Any]:
        given = self.cleaned_data
        if not given["two_way_enabled"]:
            return {"two_way_enabled": False}
        role = given["two_way_channel_role"] if given["access"] == ROLE else ""
        return {
            "two_way_enabled": True,
            "two_way_channel_arn": given["channel"],
            "two_way_channel_role": role,
        }


class OptOutSettingsForm(ConsoleForm):
    """The opt-out list, and who answers HELP and STOP. `changes` holds only what was changed."""

    opt_out_list_name = forms.ChoiceField(
        label=_("Opt-out list"), help_text=_("Numbers on it get nothing, and STOP puts a number on it.")
    )
    self_managed_opt_outs_enabled = forms.BooleanField(
        label=_("Self-managed opt-outs"),
        required=False,
        help_text=_(
            "HELP and STOP get no automatic answer, and STOP puts nobody on the list: both go to the two-way topic, "
            "and your application must answer and honour them. Needs two-way messaging with a topic."
        ),
    )

    def __init__(self, *args: Any, caller: Caller, row: PhoneNumber | Pool, chosen: str = "", **kwargs: Any) -> None:
        names = ("opt_out_list_name", "self_managed_opt_outs_enabled")
        self.before = {name: getattr(row, name) for name in names}
        kwargs["initial"] = {**self.before, **({"opt_out_list_name": chosen} if chosen else {})}
        super().__init__(*args, **kwargs)
        offer(self, opt_out_list_name=opt_out_list_choices(caller))

    @property
    def changes(self) -> dict[str, Any]:
        return {name: value for name, value in self.cleaned_data.items() if value != self.before[name]}


class InboundTestForm(ConsoleForm):
    """What a handset would send to a number."""

    origination_number = PhoneNumberField(label=_("From the handset"))
    message_body = forms.CharField(
        label=_("Text"),
        max_length=BODY_MAX,
        help_text=_("It is taken in like any other: keywords answer, STOP opts out, the topic gets it."),
        widget=forms.Textarea(attrs={"rows": 3, "dir": "auto"}),
    )

    def clean_message_body(self) -> str:
        return text_in(self.cleaned_data["message_body"])
