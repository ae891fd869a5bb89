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
    """Deletion protection, and what a kind of originator has beside it; two-way and opt-out settings have own pages.

    `changes` holds only what was changed.
    """

    deletion_protection_enabled = forms.BooleanField(
        label=_("Deletion protection"), required=False, help_text=_("It must be turned off before anything is deleted.")
    )

    def __init__(self, *args: Any, row: Any, **kwargs: Any) -> None:
        kwargs["initial"] = {name: getattr(row, name) for name in self.base_fields}
        super().__init__(*args, **kwargs)

    @property
    def changes(self) -> dict[str, Any]:
        """Only what differs from before: what a form did not touch, another person may have changed meanwhile."""
        return {name: self.cleaned_data[name] for name in self.changed_data}


class PoolSettingsForm(SettingsForm):
    shared_routes_enabled = forms.BooleanField(
        label=_("Shared routes"),
        required=False,
        help_text=_(
            "Where no originator of the pool can reach a country, a shared number or sender may. "
            "Not in every country; the United States have none."
        ),
    )


class PhoneNumberSettingsForm(SettingsForm):
    international_sending_enabled = forms.BooleanField(
        label=_("International sending"), required=False, help_text=_("The number may send to other countries.")
    )


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
