"""Media: the files of built-in buckets, and what messages have carried."""

import uuid
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.defaultfilters import filesizeformat
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from console.callers import caller_of, url_to
from console.forms.base import ConsoleForm
from console.forms.media import BucketForm, FileUploadForm
from console.fragments import done, page
from console.held_uploads import posted
from console.listing import list_page
from console.lists import BulkAction, Create, Empty, ListSpec
from console.media import problem_of, served, shown_file
from console.tables import Column
from messaging.caller import Caller
from messaging.errors import NotFound, Refusal
from messaging.media_filters import MEDIA_FILTERS
from messaging.models import MediaFile, MessageMedia
from messaging.operations.media import (
    Upload,
    create_media_bucket,
    delete_media_bucket,
    delete_media_file,
    describe_media_buckets,
    describe_media_files,
    put_media_file,
    storage_of,
)
from messaging.operations.media_fetch import file_name
from messaging.reference import media_types

FIRST_BUCKET = "media"  # offered to an account without any


def _rows(caller: Caller) -> QuerySet[MediaFile]:
    rows: QuerySet[MediaFile] = MediaFile.objects.for_caller(caller).select_related("owner", "bucket", "content")
    return rows


def _delete(caller: Caller, row: MediaFile, parameters: dict[str, Any]) -> None:
    delete_media_file(caller, file_id=row.file_id)


MEDIA = ListSpec(
    name="media",
    title=gettext_lazy("Media"),
    purpose=gettext_lazy("Files in built-in buckets, for MMS messages to carry."),
    url_name="media-list",
    action="DescribeMediaFiles",
    rows=_rows,
    filters=MEDIA_FILTERS,
    key="file_id",
    detail="media-file-detail",
    sort="-created",
    columns=(
        Column("key", gettext_lazy("Key"), "words", sort="key"),
        Column("bucket", gettext_lazy("Bucket"), "words", "bucket.bucket_name", sort="bucket__bucket_name"),
        Column("type", gettext_lazy("Type"), "words", "content.content_type", sort="content__content_type"),
        Column(
            "size", gettext_lazy("Size"), "number", "content.size", sort="content__size", unit=gettext_lazy("bytes")
        ),
        Column("sends", gettext_lazy("Can be sent"), "prose", lambda row: problem_of(row.content) or _("Yes")),
        Column("created", gettext_lazy("Uploaded"), "time", "created_timestamp", sort="created_timestamp"),
        Column("address", gettext_lazy("Address"), "id", "url", hidden=True),
        Column("actor", gettext_lazy("Uploaded by"), "words", hidden=True),
    ),
    search_hint=gettext_lazy("Part of a key"),
    empty=Empty(
        gettext_lazy("There are no media files yet."),
        gettext_lazy("Upload a picture, sound, film or document; a message names it by its s3:// address."),
    ),
    create=Create(gettext_lazy("Upload file"), "media-upload", "PutMediaFile"),
    bulk=(
        BulkAction(
            "delete",
            gettext_lazy("Delete"),
            "DeleteMediaFile",
            _delete,
            changes=lambda row, given: _("Is deleted; messages that carried it keep it."),
            consequence=gettext_lazy("Messages that still wait to carry a deleted file end as file inaccessible."),
            irreversible=True,
        ),
    ),
)


@require_safe
@never_cache
def media_list(request: HttpRequest) -> Any:
    caller = caller_of(request)
    storage = storage_of(caller)
    context = {
        "storage": storage,
        "used": filesizeformat(storage.used),
        "allowed": filesizeformat(storage.allowed),
        "can_upload": caller.may("PutMediaFile"),
        "info": "media",
    }
    return list_page(request, MEDIA, template="media/list.html", context=context)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def media_upload(request: HttpRequest) -> HttpResponse:
    """A file into a bucket; an account without any bucket gets its first one on the way."""
    caller = caller_of(request)
    caller.require("PutMediaFile")
    buckets = [row.bucket_name for row in describe_media_buckets(caller)[:200]]
    given = posted(request) if request.method == "POST" else ()
    form = FileUploadForm(*given, buckets=buckets or [FIRST_BUCKET], initial={"bucket_name": request.GET.get("bucket")})
    if form.is_valid():
        try:
            row = stored(caller, form.cleaned_data["file"], form.cleaned_data["bucket_name"], form.cleaned_data["key"])
        except Refusal as refusal:
            form.refuse(refusal)
        else:
            messages.success(
                request, _("%(key)s is in the bucket %(bucket)s.") % {"key": row.key, "bucket": row.bucket.bucket_name}
            )
            return done(request, "media-file-detail", row.file_id)
    context = {
        "info": "media",
        "title": _("Upload file"),
        "crumbs": [{"label": _("Media"), "url": url_to(caller, "media-list")}],
        "form": form,
        "submit": _("Upload file"),
        "cancel": url_to(caller, "media-list"),
        "types": [(kind, filesizeformat(most)) for kind, most in media_types().items()],
        "most": filesizeformat(settings.SWITCHBOARD_MEDIA_MAX_BYTES),
    }
    return page(request, "media/upload.html", context, status=422 if form.errors else 200)


def stored(caller: Caller, given: Any, bucket_name: str = "", key: str = "") -> MediaFile:
    """An uploaded file put into a bucket: the one named, or the account's first, which is made when there is none."""
    names = [row.bucket_name for row in describe_media_buckets(caller)[:200]]
    bucket_name = bucket_name or (names[0] if names else FIRST_BUCKET)
    if bucket_name == FIRST_BUCKET and not names:
        create_media_bucket(caller, bucket_name=FIRST_BUCKET)
    return put_media_file(caller, bucket_name=bucket_name, key=key or given.name, upload=Upload(given.read()))


def _find(caller: Caller, file_id: str) -> MediaFile:
    row: MediaFile | None = describe_media_files(caller).filter(file_id=file_id).first()
    if row is None:
        raise NotFound("media-file", file_id)
    return row


@require_safe
@never_cache
def media_file_detail(request: HttpRequest, file_id: str) -> HttpResponse:
    caller = caller_of(request)
    row = _find(caller, file_id)
    context = {
        "info": "media",
        "title": row.key,
        "crumbs": [{"label": _("Media"), "url": url_to(caller, "media-list")}],
        "row": row,
        "media": shown_file(caller, row),
        "sent": row.content.carried.count(),
        "can_delete": caller.may("DeleteMediaFile"),
        "can_send": caller.may("SendMediaMessage"),
    }
    return page(request, "media/detail.html", context)


@require_safe
def media_file_content(request: HttpRequest, file_id: str) -> HttpResponse:
    row = _find(caller_of(request), file_id)
    return served(request, row.content, file_name(row.key))


@require_safe
def message_media(request: HttpRequest, message_id: uuid.UUID, position: int) -> HttpResponse:
    """What a message of the account carried."""
    caller = caller_of(request)
    caller.require("DescribeMessages")
    media = (
        MessageMedia.objects.select_related("content")
        .filter(message__owner_id=caller.owner_id, message_id=message_id, position=position)
        .first()
    )
    if media is None:
        raise NotFound("message", str(message_id))
    return served(request, media.content, media.file_name)


@require_http_methods(["GET", "HEAD", "POST"])
def media_file_delete(request: HttpRequest, file_id: str) -> HttpResponse:
    caller = caller_of(request)
    caller.require("DeleteMediaFile")
    row = _find(caller, file_id)
    if request.method == "POST":
        delete_media_file(caller, file_id=file_id)
        messages.success(request, _("“%(name)s” was deleted.") % {"name": row.key})
        return done(request, "media-list")
    context = {
        "title": _("Delete file"),
        "crumbs": [
            {"label": _("Media"), "url": url_to(caller, "media-list")},
            {"label": row.key, "url": url_to(caller, "media-file-detail", file_id)},
        ],
        "consequences": [
            _("%(url)s is deleted and cannot be brought back.") % {"url": row.url},
            _("Messages that still wait to carry it end as file inaccessible."),
            _("Messages that have carried it keep it."),
        ],
        "verb": _("Delete file"),
        "cancel_url": url_to(caller, "media-file-detail", file_id),
    }
    return page(request, "media/delete.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def media_buckets(request: HttpRequest) -> HttpResponse:
    """The buckets; a POST makes one."""
    caller = caller_of(request)
    caller.require("DescribeMediaBuckets")
    form = BucketForm(request.POST if request.method == "POST" else None)
    if request.method == "POST":
        caller.require("CreateMediaBucket")
        if form.is_valid():
            try:
                row = create_media_bucket(caller, **form.cleaned_data)
            except Refusal as refusal:
                form.refuse(refusal)
            else:
                messages.success(request, _("The bucket %(name)s is there.") % {"name": row.bucket_name})
                return done(request, "media-buckets")
    context = {
        "info": "media",
        "title": _("Buckets"),
        "purpose": _("A message finds files of the buckets of its own account and Region."),
        "crumbs": [{"label": _("Media"), "url": url_to(caller, "media-list")}],
        "buckets": describe_media_buckets(caller)[:200],
        "form": form,
        "can_create": caller.may("CreateMediaBucket"),
        "can_upload": caller.may("PutMediaFile"),
        "can_delete": caller.may("DeleteMediaBucket"),
    }
    return page(request, "media/buckets.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def media_bucket_delete(request: HttpRequest, bucket_name: str) -> HttpResponse:
    caller = caller_of(request)
    caller.require("DeleteMediaBucket")
    row = describe_media_buckets(caller).filter(bucket_name=bucket_name).first()
    if row is None:
        raise NotFound("media-bucket", bucket_name)
    form = ConsoleForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            delete_media_bucket(caller, bucket_name=bucket_name)
        except Refusal as refusal:
            form.refuse(refusal)
        else:
            messages.success(request, _("“%(name)s” was deleted.") % {"name": bucket_name})
            return done(request, "media-buckets")
    context = {
        "title": _("Delete bucket"),
        "crumbs": [
            {"label": _("Media"), "url": url_to(caller, "media-list")},
            {"label": _("Buckets"), "url": url_to(caller, "media-buckets")},
        ],
        "form": form,
        "consequences": [_("The bucket %(name)s is deleted; it must be empty.") % {"name": bucket_name}],
        "verb": _("Delete bucket"),
        "cancel_url": url_to(caller, "media-buckets"),
    }
    return page(request, "media/delete.html", context, status=422 if form.errors else 200)


scoped_urlpatterns = [
    path("media/", media_list, name="media-list"),
    path("media/upload/", media_upload, name="media-upload"),
    path("media/buckets/", media_buckets, name="media-buckets"),
    path("media/buckets/<str:bucket_name>/delete/", media_bucket_delete, name="media-bucket-delete"),
    path("media/files/<str:file_id>/", media_file_detail, name="media-file-detail"),
    path("media/files/<str:file_id>/content/", media_file_content, name="media-file-content"),
    path("media/files/<str:file_id>/delete/", media_file_delete, name="media-file-delete"),
    path("messages/<uuid:message_id>/media/<int:position>/", message_media, name="message-media"),
]
