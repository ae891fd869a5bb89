"""Type to confirm: the word that stands for what is about to go."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from console.forms.base import ConsoleForm


class ConfirmForm(ConsoleForm):
    """One field that takes exactly `word`: a name, or in bulk a count. The button is never disabled."""

    confirmation = forms.CharField(strip=True)

    def __init__(self, *args: Any, word: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.word = word
        field = self.fields["confirmation"]
        field.label = _("Type %(word)s to confirm") % {"word": word}
        field.error_messages["required"] = _("Type %(word)s.") % {"word": word}
        field.widget.attrs |= {"autocomplete": "off", "spellcheck": "false", "autocapitalize": "off"}

    def clean_confirmation(self) -> str:
        typed: str = self.cleaned_data["confirmation"]
        if typed != self.word:
            raise forms.ValidationError(_("That is not the same. Type %(word)s."), params={"word": self.word})
        return typed
