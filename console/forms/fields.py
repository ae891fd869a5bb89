"""Fields of what people type in more than one way."""

import re

from django import forms
from django.utils.translation import gettext_lazy as _

DECORATION = re.compile(r"[\s().\-\u00a0\u2010-\u2015\u202a-\u202e\u2066-\u2069/]+")


def typed_number(text: str) -> str:
    """A phone number as typed or pasted, without the spaces, brackets and dashes that people put in."""
    plain = DECORATION.sub("", text)
    return f"+{plain[2:]}" if plain.startswith("00") else plain


class PhoneNumberField(forms.CharField):
    """A phone number in any notation with its country code; whether it is one, the operation decides."""

    def __init__(self, **kwargs: object) -> None:
        options: dict[str, object] = {
            "max_length": 40,
            "help_text": _("With + and country code, such as +14254147755."),
            "widget": forms.TextInput(attrs={"inputmode": "tel", "autocomplete": "off"}),
        }
        super().__init__(**{**options, **kwargs})  # type: ignore[arg-type]

    def clean(self, value: object) -> str:
        return typed_number(str(super().clean(value)))
