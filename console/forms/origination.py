"""Settings that phone numbers and pools have in common, and keywords."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from console.forms.base import ConsoleForm
from console.forms.widgets import RadioTiles, Tile
from console.preview import text_in
from messaging.caller import Caller
from messaging.models import Keyword, OptOutList

KEYWORD_LIMIT, REPLY_LIMIT = 30, 1600  # service model: Keyword, KeywordMessage


def opt_out_list_choices(caller: Caller) -> list[tuple[str, str]]:
    names = OptOutList.objects.for_caller(caller).order_by("opt_out_list_name")
    return [(name, name) for name in names.values_list("opt_out_list_name", flat=True)]


class SettingsForm(ConsoleForm):
    """Two-way messaging, opt-outs and deletion protection. `changes` holds only what was changed."""

    opt_out_list_name = forms.ChoiceField(
        label=_("Opt-out list"), help_text=_("Numbers on it get nothing, and STOP puts a number on it.")
    )
    self_managed_opt_outs_enabled = forms.BooleanField(
        label=_("Self-managed opt-outs"),
        required=False,
        help_text=_("Your application answers HELP and STOP itself and keeps its own list."),
    )
    two_way_enabled = forms.BooleanField(
        label=_("Two-way messaging"), required=False, help_text=_("Inbound messages are published to a destination.")
    )
    two_way_channel_arn = forms.CharField(
        label=_("Destination of inbound messages"),
        required=False,
        max_length=2048,
        help_text=_("The ARN of a standard topic, or connect.<region>.amazonaws.com."),
    )
    two_way_channel_role = forms.CharField(
        label=_("Role for publishing"), required=False, max_length=2048, help_text=_("The ARN of a role, if needed.")
    )
    deletion_protection_enabled = forms.BooleanField(
        label=_("Deletion protection"), required=False, help_text=_("It must be turned off before anything is deleted.")
    )

    SHARED = (
        "opt_out_list_name",
        "self_managed_opt_outs_enabled",
        "two_way_enabled",
        "two_way_channel_arn",
        "two_way_channel_role",
    )

    def __init__(self, *args: Any, caller: Caller, row: Any, **kwargs: Any) -> None:
        names = [*self.SHARED, "deletion_protection_enabled", *self.own_fields()]
        kwargs["initial"] = {name: getattr(row, name) for name in names}
        super().__init__(*args, **kwargs)
        self.fields["opt_out_list_name"].choices = opt_out_list_choices(caller)  # type: ignore[attr-defined]

    @classmethod
    def own_fields(cls) -> tuple[str, ...]:
        return ()

    @property
    def changes(self) -> dict[str, Any]:
        """Only what differs from before: what a form did not touch, another person may have changed meanwhile."""
        return {name: self.cleaned_data[name] for name in self.changed_data}


class PoolSettingsForm(SettingsForm):
    shared_routes_enabled = forms.BooleanField(
        label=_("Shared routes"),
        required=False,
        help_text=_("Where no originator of the pool can reach a country, a shared number or sender may."),
    )

    @classmethod
    def own_fields(cls) -> tuple[str, ...]:
        return ("shared_routes_enabled",)


class PhoneNumberSettingsForm(SettingsForm):
    """In a pool, what the pool owns cannot be changed here."""

    international_sending_enabled = forms.BooleanField(
        label=_("International sending"), required=False, help_text=_("The number may send to other countries.")
    )

    def __init__(self, *args: Any, caller: Caller, row: Any, **kwargs: Any) -> None:
        super().__init__(*args, caller=caller, row=row, **kwargs)
        if row.pool_id:
            for name in self.SHARED:
                self.fields[name].disabled = True

    @classmethod
    def own_fields(cls) -> tuple[str, ...]:
        return ("international_sending_enabled",)


class KeywordForm(ConsoleForm):
    """The reply is the text of the message preview component, whose field is called message_body."""

    NAMES = {"keyword_message": "message_body"}

    keyword = forms.CharField(
        label=_("Keyword"),
        max_length=KEYWORD_LIMIT,
        strip=False,
        help_text=_(
            "1 to 30 characters. It matches when an inbound message begins with it, in capitals or small letters."
        ),
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters"}),
    )
    keyword_action = forms.ChoiceField(
        label=_("Action"),
        choices=Keyword.Action.choices,
        widget=RadioTiles(
            tiles={
                Keyword.Action.AUTOMATIC_RESPONSE: Tile(_("The reply is sent; opt-out lists stay as they are.")),
                Keyword.Action.OPT_OUT: Tile(_("The sender goes on the opt-out list; then the reply is sent.")),
                Keyword.Action.OPT_IN: Tile(_("The sender leaves the opt-out list; then the reply is sent.")),
            }
        ),
        initial=Keyword.Action.AUTOMATIC_RESPONSE,
    )
    message_body = forms.CharField(label=_("Reply"), max_length=REPLY_LIMIT, strip=False)

    def __init__(self, *args: Any, fixed: str = "", required_action: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if fixed:
            self.fields["keyword"].disabled = True
        if required_action:
            self.fields["keyword_action"].disabled = True

    def clean_message_body(self) -> str:
        text = text_in(self.cleaned_data["message_body"])
        if not text.strip():
            raise forms.ValidationError(self.fields["message_body"].error_messages["required"], code="required")
        return text

    @property
    def parameters(self) -> dict[str, str]:
        """What put_keyword is called with. Only of a valid form."""
        given = dict(self.cleaned_data)
        return {"keyword_message": given.pop("message_body"), **given}
