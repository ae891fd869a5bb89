"""Forms of phone numbers."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from console.forms.base import ConsoleForm, offer
from console.forms.origination import opt_out_list_choices
from console.forms.widgets import RadioTiles, Tile
from messaging.caller import Caller
from messaging.models import MessageType

SIMULATOR_COUNTRY = "US"  # sandbox.json, simulator: origination simulator numbers exist for the US only
MESSAGE_TYPE_TILES = {
    "TRANSACTIONAL": Tile(_("Codes, receipts and alerts that people wait for.")),
    "PROMOTIONAL": Tile(_("Marketing and offers. Many countries restrict the hours and ask for consent.")),
}


class SimulatorForm(ConsoleForm):
    """A simulator number to request; the other types go through the wizard. Tags stand beside it."""

    number_capabilities = forms.MultipleChoiceField(
        label=_("Capabilities"),
        choices=[("SMS", _("SMS")), ("MMS", _("MMS"))],
        widget=forms.CheckboxSelectMultiple,
        initial=["SMS"],
        help_text=_("They cannot be changed later."),
    )
    message_type = forms.ChoiceField(
        label=_("Message type"),
        choices=MessageType.choices,
        widget=RadioTiles(tiles=MESSAGE_TYPE_TILES),
        initial=MessageType.TRANSACTIONAL,
        help_text=_("It cannot be changed later."),
    )
    opt_out_list_name = forms.ChoiceField(
        label=_("Opt-out list"), help_text=_("Numbers on it get nothing, and STOP puts a number on it.")
    )
    deletion_protection_enabled = forms.BooleanField(
        label=_("Deletion protection"),
        required=False,
        help_text=_("It must be turned off before the number is released."),
    )

    def __init__(self, *args: Any, caller: Caller, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, opt_out_list_name=opt_out_list_choices(caller))
        self.fields["opt_out_list_name"].initial = "Default"


class BulkTagForm(ConsoleForm):
    """One tag for many resources."""

    key = forms.CharField(label=_("Key"), max_length=128)
    value = forms.CharField(label=_("Value"), max_length=256, required=False)
