"""Forms of buckets and their files."""

from typing import Any

from django import forms
from django.conf import settings
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from console.forms.base import ConsoleForm, by_name, offer
from messaging.operations.media import KEY_MOST_BYTES


class BucketForm(ConsoleForm):
    """A new bucket."""

    bucket_name = forms.CharField(
        label=gettext_lazy("Bucket name"),
        max_length=63,
        help_text=gettext_lazy("3 to 63 lower-case letters, digits, dots or hyphens."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )


class FileUploadForm(ConsoleForm):
    """A file into one of the buckets."""

    bucket_name = forms.ChoiceField(label=gettext_lazy("Bucket"))
    file = forms.FileField(label=gettext_lazy("File"))
    key = forms.CharField(
        label=gettext_lazy("Key"),
        required=False,
        max_length=KEY_MOST_BYTES,
        help_text=gettext_lazy("What follows the bucket in the address; by default the name of the file."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )

    def __init__(self, *args: Any, buckets: list[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, bucket_name=by_name(buckets))
        self.fields["file"].help_text = _("At most %(most)s. What a file is, its bytes say, not its name.") % {
            "most": filesizeformat(settings.SWITCHBOARD_MEDIA_MAX_BYTES)
        }

    def clean_file(self) -> Any:
        return small_enough(self.cleaned_data["file"])


def small_enough(given: Any) -> Any:
    """The uploaded file, unless it is larger than the storage takes: it is read as a whole."""
    most = settings.SWITCHBOARD_MEDIA_MAX_BYTES
    if given is not None and given.size > most:
        raise forms.ValidationError(
            _("The file has %(size)s; at most %(most)s can be uploaded.")
            % {"size": filesizeformat(given.size), "most": filesizeformat(most)}
        )
    return given
