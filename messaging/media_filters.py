"""How the files of built-in buckets are narrowed."""

from django.utils.translation import gettext_lazy as _

from messaging import models
from messaging.filters import Property, ResourceFilters
from messaging.reference import media_types

MEDIA_FILTERS = ResourceFilters(
    models.MediaFile,
    {
        "bucket": Property(_("Bucket"), "bucket__bucket_name", console_only=True),
        "content-type": Property(
            _("Type"), "content__content_type", "choice", [(kind, kind) for kind in media_types()], console_only=True
        ),
        "size": Property(_("Bytes"), "content__size", "number", console_only=True),
        "created": Property(_("Uploaded"), "created_timestamp", "time", console_only=True),
    },
    search=["key__icontains", "bucket__bucket_name__startswith"],
)
