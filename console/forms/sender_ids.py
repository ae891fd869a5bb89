"""Forms of sender IDs."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from console.forms.base import ConsoleForm, offer_rows
from console.tag_names import with_type
from messaging.models import Pool


class SettingsForm(ConsoleForm):
    """What can be changed of a sender ID."""

    deletion_protection_enabled = forms.BooleanField(
        label=_("Deletion protection"),
        required=False,
        help_text=_("It must be turned off before the sender ID is released."),
    )


class PoolField(forms.ModelChoiceField):
    """A pool, shown by its name and message type."""

    def label_from_instance(self, obj: Pool) -> str:
        return with_type(obj)


class AddToPoolForm(ConsoleForm):
    """A pool to put a sender ID into."""

    NAMES = {"origination_identity": "pool_id", "iso_country_code": "pool_id"}

    pool_id = PoolField(
        queryset=Pool.objects.none(),
        to_field_name="pool_id",
        empty_label=None,
        label=_("Pool"),
        help_text=_(
            "The pool must have the sender ID's message type and must not be two-way: sender IDs cannot receive."
        ),
        error_messages={"required": _("Choose a pool.")},
    )

    def __init__(self, *args: Any, pools: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer_rows(self, pool_id=pools)
