"""Forms of buckets and their files."""

from typing import Any

from django import forms
from django.conf import settings
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from console.forms.base import ConsoleForm, by_name, offer
from console.forms.fields import UploadField
from messaging.operations.media import KEY_MOST_BYTES


def largest_media() -> int:
    """How many bytes the storage takes at most."""
    most: int = settings.SWITCHBOARD_MEDIA_MAX_BYTES
    return most


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
    file = UploadField(label=gettext_lazy("File"), most=largest_media)
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
            "most": filesizeformat(largest_media())
        }
