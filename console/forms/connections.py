"""The form of a connection to a service elsewhere."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from console.forms.base import ConsoleForm
from console.forms.widgets import RadioTiles, Tile
from messaging.operations.connections import Connection

BUILT_IN, CONNECTED = "BUILT_IN", "CONNECTED"


class ConnectionForm(ConsoleForm):
    """Built in, or connected with an endpoint and credentials. The secret is never shown again."""

    how = forms.ChoiceField(
        label=_("Where it is"),
        choices=[(BUILT_IN, _("Built in")), (CONNECTED, _("Connected"))],
        widget=RadioTiles(
            tiles={
                BUILT_IN: Tile(_("In this installation; nothing leaves the machine.")),
                CONNECTED: Tile(_("A service elsewhere of the same API: an account of the provider, or an emulator.")),
            }
        ),
    )
    endpoint_url = forms.CharField(
        label=_("Endpoint URL"),
        required=False,
        max_length=2048,
        help_text=_("Such as http://127.0.0.1:5000. Leave it empty for the provider’s own endpoint of the Region."),
        widget=forms.TextInput(attrs={"inputmode": "url", "spellcheck": "false"}),
    )
    service_region = forms.RegexField(
        r"^[a-z0-9-]+$",
        label=_("Region of the service"),
        required=False,
        max_length=32,
        help_text=_("Leave it empty for the Region of this account."),
        error_messages={"invalid": _("It looks like us-east-1.")},
    )
    access_key_id = forms.CharField(
        label=_("Access key ID"), required=False, max_length=128, widget=forms.TextInput(attrs={"spellcheck": "false"})
    )
    secret_access_key = forms.CharField(
        label=_("Secret access key"),
        required=False,
        max_length=256,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def __init__(self, *args: Any, connection: Connection, **kwargs: Any) -> None:
        row = connection.row
        kwargs["initial"] = {"how": CONNECTED if connection.endpoint else BUILT_IN}
        if row:
            kwargs["initial"] |= {
                name: getattr(row, name) for name in ("endpoint_url", "service_region", "access_key_id")
            }
        super().__init__(*args, **kwargs)
        self.fields["secret_access_key"].help_text = (
            _("One is stored, encrypted, and is not shown. Leave this empty to keep it.")
            if row and row.secret_encrypted
            else _("It is stored encrypted and not shown again.")
        )

    @property
    def parameters(self) -> dict[str, Any]:
        """The operation's parameters."""
        given = dict(self.cleaned_data)
        return {"connected": given.pop("how") == CONNECTED, **given}
