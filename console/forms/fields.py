"""Fields of what people type in more than one way, and of files."""

import re
from collections.abc import Callable
from typing import Any, ClassVar

from django import forms
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from console.held_uploads import Gone

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


class UploadField(forms.FileField):
    """A file of at most most() bytes: it is read as a whole. Survives a refused form (console.held_uploads)."""

    default_error_messages: ClassVar[dict[str, Any]] = {"empty": _("The file is empty.")}

    def __init__(self, *, most: Callable[[], int], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.most = most

    def to_python(self, data: Any) -> Any:
        if isinstance(data, Gone):
            raise forms.ValidationError(gettext("The file is kept no longer. Choose it again."), code="gone")
        given = super().to_python(data)
        most = self.most()
        if given is not None and given.size > most:
            raise forms.ValidationError(
                gettext("The file has %(size)s; at most %(most)s can be uploaded.")
                % {"size": filesizeformat(given.size), "most": filesizeformat(most)}
            )
        return given
