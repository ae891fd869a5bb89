"""Forms of protect configurations."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from console.forms.base import ConsoleForm, by_name, offer
from console.forms.fields import PhoneNumberField, typed_number
from console.forms.widgets import Combobox, RadioTiles, Tile
from console.protect_matrix import CHANNEL_NAMES, EDITABLE, codes_in, unknown_words
from messaging import clock
from messaging.models import Channel, ConfigurationSet, NumberOverride, ProtectStatus
from messaging.operations.protect_configurations import ACCOUNT_DEFAULT, CONFIGURATION_SETS, NOTHING
from messaging.operations.protect_rules import OVERRIDES_AT_ONCE

NAME_LIMIT = 256  # service model: TagValue
ASSOCIATIONS = [
    (ACCOUNT_DEFAULT, _("Account default")),
    (CONFIGURATION_SETS, _("Configuration set")),
    (NOTHING, _("No association")),
]
WHOEVER = {
    ACCOUNT_DEFAULT: Tile(_("For every send whose request and configuration set name no other.")),
    CONFIGURATION_SETS: Tile(_("For sends that name one of the sets chosen below.")),
    NOTHING: Tile(_("Only for sends that name it themselves.")),
}


class CodesField(forms.CharField):
    """Country codes as pasted: apart by spaces, commas or lines. Cleans to a list of codes."""

    def __init__(self, **kwargs: Any) -> None:
        widget = forms.Textarea(attrs={"rows": 2, "autocapitalize": "characters", "spellcheck": "false"})
        super().__init__(**{"required": False, "widget": widget, **kwargs})

    def clean(self, value: Any) -> list[str]:
        codes, wrong = codes_in(str(super().clean(value)))
        if wrong:
            raise forms.ValidationError(str(unknown_words(wrong)))
        return codes


class AssociationForm(ConsoleForm):
    """What a configuration is tied to. Each set says which configuration it has now."""

    association = forms.ChoiceField(
        label=_("Association type"),
        choices=ASSOCIATIONS,
        widget=RadioTiles(tiles=WHOEVER),
        initial=NOTHING,
        error_messages={"required": _("Choose what it is associated with.")},
    )
    configuration_set_names = forms.MultipleChoiceField(
        label=_("Configuration sets"), required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(
        self, *args: Any, sets: Sequence[ConfigurationSet], names: dict[str, str], own: str = "", **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        offer(self, configuration_set_names=[(row.configuration_set_name, _set_label(row, names, own)) for row in sets])
        field = self.fields["configuration_set_names"]
        if not sets:
            field.help_text = _("There is no configuration set yet.")
        else:
            field.help_text = _("A set has one protect configuration: choosing a set replaces the one it has.")

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if given.get("association") == CONFIGURATION_SETS and not given.get("configuration_set_names"):
            self.add_error("configuration_set_names", _("Choose one or more configuration sets."))
        return given


def _set_label(row: ConfigurationSet, names: dict[str, str], own: str) -> str:
    before = row.protect_configuration_id
    if not before:
        return row.configuration_set_name
    if before == own:
        return str(_("%(set)s – has this one") % {"set": row.configuration_set_name})
    return str(
        _("%(set)s – has %(configuration)s")
        % {"set": row.configuration_set_name, "configuration": names.get(before, before)}
    )


class OfSetForm(ConsoleForm):
    """The protect configuration of a configuration set, or none."""

    protect_configuration_id = forms.ChoiceField(label=_("Protect configuration"), required=False)

    def __init__(self, *args: Any, configurations: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, protect_configuration_id=[("", _("No association")), *configurations])


class CreateForm(AssociationForm):
    """Everything in one go. Countries are ticked in the table beside, or pasted."""

    protect_configuration_name = forms.CharField(
        label=_("Protect configuration name"),
        max_length=NAME_LIMIT,
        help_text=_("Kept as the tag Name."),
        error_messages={"required": _("Enter a name.")},
    )
    deletion_protection_enabled = forms.BooleanField(
        label=_("Deletion protection"),
        required=False,
        help_text=_("It must be turned off before the configuration is deleted."),
    )
    codes = CodesField(
        label=_("Countries by code"),
        help_text=_("Paste ISO codes to block beside those ticked, such as: RU BY KZ."),
    )


class SettingsForm(ConsoleForm):
    """What can be changed of a configuration beside its rules and associations."""

    protect_configuration_name = forms.CharField(
        label=_("Protect configuration name"),
        required=False,
        max_length=NAME_LIMIT,
        help_text=_("Kept as the tag Name; without it a dash is shown."),
    )
    deletion_protection_enabled = forms.BooleanField(
        label=_("Enable deletion protection"),
        required=False,
        help_text=_("It must be turned off before the configuration is deleted."),
    )


CHOSEN, OTHERS = "CHOSEN", "OTHERS"


class RulesForm(ConsoleForm):
    """A bulk edit of country rules; the countries ticked come beside it."""

    channels = forms.MultipleChoiceField(
        label=_("Channels"),
        choices=[(channel, CHANNEL_NAMES[channel]) for channel in EDITABLE],
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choose at least one channel.")},
    )
    protect_status = forms.ChoiceField(label=_("Rule"), choices=ProtectStatus.choices, initial=ProtectStatus.BLOCK)
    scope = forms.ChoiceField(
        label=_("For"),
        choices=[(CHOSEN, _("the countries chosen")), (OTHERS, _("all countries but those chosen"))],
        initial=CHOSEN,
    )
    codes = CodesField(
        label=_("Countries by code"),
        help_text=_("They are chosen beside those ticked. Paste ISO codes, apart by spaces, commas or lines."),
    )


class CopyForm(ConsoleForm):
    """The rules of another configuration, taken over."""

    prefix = "copy"
    channels = RulesForm.base_fields["channels"]
    protect_configuration_id = forms.ChoiceField(label=_("Copy rules from"))

    def __init__(self, *args: Any, others: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, protect_configuration_id=others)


NEVER, HOUR, DAY, WEEK, MONTH, AT = "", "1", "24", "168", "720", "AT"


class OverrideForm(ConsoleForm):
    """Allow or block numbers, for good or until a time (of simulated time)."""

    NAMES = {"expiration_timestamp": "until"}

    destination_phone_numbers = forms.CharField(
        label=_("Phone numbers"),
        help_text=_("With + and country code, one a line; %(limit)s at once.") % {"limit": OVERRIDES_AT_ONCE},
        widget=forms.Textarea(attrs={"rows": 6, "inputmode": "tel", "spellcheck": "false", "autocomplete": "off"}),
        error_messages={"required": _("Give at least one number.")},
    )
    action = forms.ChoiceField(
        label=_("Action"),
        choices=NumberOverride.Action.choices,
        widget=RadioTiles(
            tiles={
                "ALLOW": Tile(_("They get messages even where their country is blocked.")),
                "BLOCK": Tile(_("They get nothing even where their country is allowed.")),
            }
        ),
        error_messages={"required": _("Choose allow or block.")},
    )
    expires = forms.ChoiceField(
        label=_("Expires"),
        required=False,
        choices=[
            (NEVER, _("Never")),
            (HOUR, _("In an hour")),
            (DAY, _("In 24 hours")),
            (WEEK, _("In 7 days")),
            (MONTH, _("In 30 days")),
            (AT, _("At the time below")),
        ],
    )
    until = forms.DateTimeField(
        label=_("Expires at"),
        required=False,
        widget=forms.DateTimeInput(attrs={"type": "datetime-local", "class": "short"}, format="%Y-%m-%dT%H:%M"),
        help_text=_("In your time zone; counts when “At the time below” is chosen."),
    )

    def __init__(self, *args: Any, number: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if number:
            self.fields["destination_phone_numbers"] = PhoneNumberField(
                label=_("Phone number"), disabled=True, initial=number
            )

    def clean_destination_phone_numbers(self) -> list[str]:
        lines = str(self.cleaned_data["destination_phone_numbers"]).splitlines()
        return list(dict.fromkeys(number for number in map(typed_number, lines) if number))

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if given.get("expires") == AT and not given.get("until") and "until" not in self.errors:
            self.add_error("until", _("Give the time."))
        return given

    @property
    def expiration_timestamp(self) -> datetime | None:
        chosen, until = self.cleaned_data["expires"], self.cleaned_data.get("until")
        if chosen == AT:
            return until
        return clock.now() + timedelta(hours=int(chosen)) if chosen else None


class WhichRuleForm(ConsoleForm):
    """A destination and what a send would name."""

    destination_phone_number = PhoneNumberField(label=_("Destination phone number"))
    channel = forms.ChoiceField(label=_("Channel"), choices=Channel.choices, initial=Channel.SMS)
    configuration_set_name = forms.ChoiceField(label=_("Configuration set"), required=False, widget=Combobox)
    protect_configuration_id = forms.ChoiceField(label=_("Protect configuration named by the request"), required=False)

    def __init__(
        self, *args: Any, sets: Sequence[str], configurations: Sequence[tuple[str, str]], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        none = ("", _("None"))
        offer(self, configuration_set_name=[none, *by_name(sets)], protect_configuration_id=[none, *configurations])
