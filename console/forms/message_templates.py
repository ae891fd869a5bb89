"""Form of a message template that is registered for India or China."""

from django import forms
from django.utils.translation import gettext_lazy as _

from console.forms.base import ConsoleForm
from messaging.operations.message_templates import CHINA, INDIA, TEXT_MOST


class MessageTemplateForm(ConsoleForm):
    """What the registry gave; the operation judges the ids by the country."""

    iso_country_code = forms.ChoiceField(
        label=_("Country"),
        choices=[(INDIA, _("India")), (CHINA, _("China"))],
        help_text=_("Only these two want texts registered before they are sent."),
    )
    entity_id = forms.CharField(
        label=_("Entity ID"), required=False, max_length=64, help_text=_("India only: the Principal Entity ID (PEID).")
    )
    template_id = forms.CharField(
        label=_("Template ID"), required=False, max_length=64, help_text=_("India only: as the registry gave it.")
    )
    message_template = forms.CharField(
        label=_("Registered text"),
        max_length=TEXT_MOST,
        strip=False,
        help_text=_("Every character as it was registered; {#var#} where a value of up to 30 characters stands."),
        widget=forms.Textarea(attrs={"rows": 5, "dir": "auto"}),
    )

    def clean_message_template(self) -> str:
        # A browser sends line breaks as CR LF; a message has LF.
        text: str = self.cleaned_data["message_template"].replace("\r\n", "\n")
        return text
