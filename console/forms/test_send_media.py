"""The form of a test MMS: one media file, by its address or uploaded on the way, and a text."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from console import shapes
from console.forms.fields import UploadField
from console.forms.media import largest_media
from console.forms.test_send import SendForm
from messaging.operations.checks.media import URL_MAX

BODY_MAX = shapes.limits("SendMediaMessage.MessageBody").max


class MediaSendForm(SendForm):
    """A multimedia message."""

    message_body = forms.CharField(
        label=gettext_lazy("Message text"),
        required=False,
        strip=False,
        widget=forms.Textarea(
            attrs={
                "rows": 5,
                "dir": "auto",
                "class": "input-area",
                "hx-trigger": "input changed delay:150ms",
                "hx-target": "#body-count",
                "hx-swap": "outerHTML",
                "hx-sync": "this:replace",
                "aria-describedby": "body-count",
            }
        ),
    )
    media_urls = forms.CharField(
        label=gettext_lazy("Media file"),
        required=False,
        max_length=URL_MAX,
        help_text=gettext_lazy("Its address: s3://bucket/key, of a bucket of this account and Region."),
        widget=forms.TextInput(
            attrs={"list": "media-files", "autocomplete": "off", "spellcheck": "false", "placeholder": "s3://"}
        ),
    )
    upload = UploadField(
        label=gettext_lazy("Or upload a file"),
        required=False,
        help_text=gettext_lazy("It is put into the first bucket, under its own name."),
        most=largest_media,
    )
    max_price = forms.CharField(
        label=gettext_lazy("Max price"),
        required=False,
        max_length=shapes.limits("SendMediaMessage.MaxPrice").max,
        help_text=gettext_lazy("US dollars per message, such as 0.05."),
        widget=forms.TextInput(attrs={"inputmode": "decimal"}),
    )

    def __init__(self, *args: Any, url: str, identities: Any = (), **kwargs: Any) -> None:
        named = [("", _("Choose")), *(choice for choice in identities if choice[0])]
        super().__init__(*args, url=url, identities=named, **kwargs)
        self.fields["message_body"].widget.attrs["hx-post"] = url
        sender = self.fields["origination_identity"]
        sender.required = True
        sender.error_messages["required"] = _("Choose a phone number or pool: an MMS names what it is sent from.")

    def clean_media_urls(self) -> str:
        given: str = self.cleaned_data["media_urls"].strip()
        return given

    @property
    def parameters(self) -> dict[str, Any]:
        given = super().parameters
        given.pop("upload")
        return {**given, "media_urls": [given["media_urls"]] if given["media_urls"] else None}
