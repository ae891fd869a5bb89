"""Forms of phone pools."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from console.cells import international
from console.forms.base import ConsoleForm, offer_rows
from messaging.models import PhoneNumber


class OriginatorField(forms.ModelChoiceField):
    """A phone number as a radio tile: number, type, message type."""

    def label_from_instance(self, obj: Any) -> str:
        return f"{international(obj.phone_number)} – {obj.get_number_type_display()}, {obj.get_message_type_display()}"


class CreateForm(ConsoleForm):
    pool_name = forms.CharField(
        label=_("Pool name"),
        required=False,
        max_length=256,  # service model: TagValue
        help_text=_("What people call it here; kept as the tag Name."),
    )
    origination_identity = OriginatorField(
        queryset=PhoneNumber.objects.none(),
        to_field_name="phone_number_id",
        widget=forms.RadioSelect,
        empty_label=None,
        label=_("First originator"),
        help_text=_("The pool takes over its message type, two-way settings, opt-out list and keywords."),
        error_messages={"required": _("Choose the first originator of the pool.")},
    )
    deletion_protection_enabled = forms.BooleanField(
        label=_("Deletion protection"), required=False, help_text=_("It must be turned off before the pool is deleted.")
    )

    def __init__(self, *args: Any, free: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer_rows(self, origination_identity=free)


class AddOriginatorForm(ConsoleForm):
    origination_identity = OriginatorField(
        queryset=PhoneNumber.objects.none(),
        to_field_name="phone_number_id",
        widget=forms.RadioSelect,
        empty_label=None,
        label=_("Originator"),
        help_text=_("Its settings must be those of the pool."),
        error_messages={"required": _("Choose an originator.")},
    )

    def __init__(self, *args: Any, free: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer_rows(self, origination_identity=free)
