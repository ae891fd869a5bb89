"""Forms of the request wizard and of the originator chooser. Their fields are the parameters of the wizard's URLs."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from console.forms.base import ConsoleForm, offer
from console.forms.origination import opt_out_list_choices
from console.forms.phone_numbers import MESSAGE_TYPE_TILES
from console.forms.widgets import Combobox, RadioTiles, Tile
from console.preview import country_choices
from console.tag_names import with_names, with_type
from messaging.caller import Caller
from messaging.errors import Refusal
from messaging.models import MessageType, Pool
from messaging.operations.offers import offers
from messaging.operations.recommendations import ANSWERS, NO, YES
from messaging.operations.sender_ids import INDIA, check_shape

YES_NO = [(YES, _("Yes")), (NO, _("No"))]
MOST_PARTS = 10_000  # a second; far beyond any originator
TEXT_TILES = {
    "SMS": Tile(_("Text messages.")),
    "MMS": Tile(_("Text messages, and pictures, sound or video.")),
    "NONE": Tile(_("No messages, only calls.")),
}
VOLUMES = [
    ("", _("Not known yet")),
    ("1000", _("Up to 1,000")),
    ("10000", _("1,000 to 10,000")),
    ("100000", _("10,000 to 100,000")),
    ("1000000", _("100,000 to 1,000,000")),
    ("more", _("More than 1,000,000")),
]
HEADQUARTERS = [("", _("Not said")), ("LOCAL", _("Local")), ("INTERNATIONAL", _("International"))]


class CountryForm(ConsoleForm):
    """Where the recipients are."""

    iso_country_code = forms.ChoiceField(
        label=_("Country of the recipients"),
        widget=Combobox,
        help_text=_("An originator works for one country; request another one for each further country."),
        error_messages={"required": _("Choose a country.")},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        named = [(code, f"{name} ({code})") for code, name in country_choices()]
        offer(self, iso_country_code=[("", _("Choose a country")), *named])


class UseCaseForm(ConsoleForm):
    """What the originator is for. What it must carry cannot be changed after the request."""

    text = forms.ChoiceField(
        label=_("Messages"),
        initial="SMS",
        widget=RadioTiles(tiles=TEXT_TILES),
        help_text=_("What the originator must carry. It cannot be changed later."),
        error_messages={"required": _("Choose what it must carry.")},
    )
    voice = forms.BooleanField(
        label=_("Voice messages too"), required=False, help_text=_("A text that is read out in a call.")
    )
    two_way = forms.ChoiceField(
        label=_("Must it receive answers?"),
        choices=YES_NO,
        widget=forms.RadioSelect,
        help_text=_("Receiving needs a phone number: sender IDs cannot receive."),
        error_messages={"required": _("Say whether it must receive.")},
    )
    mps = forms.IntegerField(
        label=_("Message parts per second"),
        min_value=1,
        max_value=MOST_PARTS,
        initial=1,
        help_text=_("The fastest that you need. A long text counts as several parts."),
    )
    volume = forms.ChoiceField(label=_("Messages a month"), choices=VOLUMES, required=False)
    headquarters = forms.ChoiceField(label=_("Headquarters of the company"), choices=HEADQUARTERS, required=False)

    def __init__(self, *args: Any, country: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        has_media = any("MMS" in one.capabilities for one in offers(country))
        media = [("MMS", _("Text and media (SMS, MMS)"))] if has_media else []
        offer(self, text=[("SMS", _("Text (SMS)")), *media, ("NONE", _("None"))])

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or self.cleaned_data
        if given.get("text") == "NONE" and not given.get("voice"):
            self.add_error("text", _("Choose messages, voice or both."))
        return given


class TypeForm(ConsoleForm):
    """One of the types that are offered and fit."""

    number_type = forms.ChoiceField(
        label=_("Originator type"), error_messages={"required": _("Choose a type of originator.")}
    )

    def __init__(self, *args: Any, choices: Sequence[tuple[str, Any]], tiles: dict[str, Tile], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["number_type"].widget = RadioTiles(tiles=tiles)
        offer(self, number_type=choices)


class NumberOptionsForm(ConsoleForm):
    """Settings of a number to request. Tags stand beside it."""

    message_type = forms.ChoiceField(
        label=_("Message type"),
        choices=MessageType.choices,
        widget=RadioTiles(tiles=MESSAGE_TYPE_TILES),
        initial=MessageType.TRANSACTIONAL,
        help_text=_("It cannot be changed later."),
    )
    registration_id = forms.ChoiceField(
        label=_("Registration"), required=False, help_text=_("The number goes with it as soon as it is requested.")
    )
    opt_out_list_name = forms.ChoiceField(
        label=_("Opt-out list"),
        initial="Default",
        help_text=_("Numbers on it get nothing, and STOP puts a number on it."),
    )
    pool_id = forms.ChoiceField(
        label=_("Pool"), required=False, help_text=_("The pool's settings must be those of the number.")
    )
    international_sending_enabled = forms.BooleanField(
        label=_("International sending"), required=False, help_text=_("The number may send to other countries.")
    )
    deletion_protection_enabled = forms.BooleanField(
        label=_("Deletion protection"),
        required=False,
        help_text=_("It must be turned off before the number is released."),
    )

    def __init__(
        self, *args: Any, caller: Caller, waits: bool, registrations: Sequence[tuple[str, str]] = (), **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        if registrations:
            offer(self, registration_id=[("", _("Register later")), *registrations])
            self.fields["registration_id"].initial = registrations[0][0] if len(registrations) == 1 else ""
        else:
            del self.fields["registration_id"]
        offer(self, opt_out_list_name=opt_out_list_choices(caller))
        if waits:
            del self.fields["pool_id"]  # only active numbers can be in a pool
        else:
            pools = with_names(caller, Pool.objects.for_caller(caller).order_by("pool_id"))[:200]
            offer(self, pool_id=[("", _("None")), *((pool.pool_id, with_type(pool)) for pool in pools)])


class SenderIdOptionsForm(ConsoleForm):
    """The name and settings of a sender ID to request. Tags stand beside it."""

    sender_id = forms.CharField(
        label=_("Sender ID"),
        max_length=11,
        help_text=_("3 to 11 letters, digits or hyphens, at least one letter: such as MYSHOP, not 12345."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
        error_messages={"required": _("Write the name that recipients are to see.")},
    )
    message_types = forms.MultipleChoiceField(
        label=_("Message types"),
        choices=MessageType.choices,
        widget=forms.CheckboxSelectMultiple,
        initial=[MessageType.TRANSACTIONAL],
        help_text=_("They cannot be changed later."),
        error_messages={"required": _("Choose at least one message type.")},
    )
    deletion_protection_enabled = forms.BooleanField(
        label=_("Deletion protection"),
        required=False,
        help_text=_("It must be turned off before the sender ID is released."),
    )

    def __init__(self, *args: Any, country: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.country = country
        if country == INDIA:
            self.fields["sender_id"].help_text = _("6 letters, or 6 digits if it is promotional only.")

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or self.cleaned_data
        if "sender_id" in given and "message_types" in given:
            try:
                check_shape(given["sender_id"], self.country, given["message_types"])
            except Refusal as refusal:
                self.refuse(refusal)
        return given


class ReviewForm(ConsoleForm):
    """Nothing to fill in: it carries what the request was refused for."""


DIRECTIONS = [(NO, _("Only send")), (YES, _("Send and receive"))]
DIRECTION_TILES = {
    NO: Tile(_("Codes, receipts, alerts, news: nobody answers.")),
    YES: Tile(_("People answer, ask or order; keywords such as JOIN work.")),
}
RATES = [("3", ANSWERS["low"]), ("75", ANSWERS["middle"]), ("100", ANSWERS["high"])]
SAME_TILES = {
    YES: Tile(_("Recipients always see the same sender, and know it again.")),
    NO: Tile(_("The network may choose another sender each time.")),
}


class DirectionForm(ConsoleForm):
    """The chooser: one-way or two-way."""

    two_way = forms.ChoiceField(
        label=_("What will you do there?"),
        choices=DIRECTIONS,
        widget=RadioTiles(tiles=DIRECTION_TILES),
        error_messages={"required": _("Choose one.")},
    )


class RateForm(ConsoleForm):
    """The chooser: the rate, as the answers of the tree cut it."""

    mps = forms.ChoiceField(
        label=_("How many message parts per second do you need?"),
        choices=RATES,
        widget=forms.RadioSelect,
        help_text=_("A long text counts as several parts."),
        error_messages={"required": _("Choose one.")},
    )


class SameOriginatorForm(ConsoleForm):
    """The chooser: whether the sender must stay the same."""

    same_originator = forms.ChoiceField(
        label=_("Must all messages come from the same originator?"),
        choices=YES_NO,
        widget=RadioTiles(tiles=SAME_TILES),
        error_messages={"required": _("Choose one.")},
    )
