"""Media in built-in storage: buckets of an account in a Region, and the files in them.

A bucket takes any file, as the storage that it stands for does; whether an MMS can carry it is judged by judge(), from
the bytes and never from the name. The bytes are kept once per account and Region, in Django's default storage.
Sources: mms_media.csv; behaviour_rules.json, send.media_bucket.
"""

import hashlib
import re
import uuid
from dataclasses import dataclass, field

from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction
from django.db.models import Count, QuerySet, Sum
from django.utils.translation import gettext_lazy as _

from messaging.caller import Caller
from messaging.errors import Conflict, Invalid, NotFound, Resource, Text
from messaging.identifiers import new_id
from messaging.models import MediaBucket, MediaContent, MediaFile, MessageMedia
from messaging.operations.registry import operation
from messaging.reference import media_types
from messaging.text.media_types import detect

BUCKET_SHAPE = re.compile(r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]")  # MediaUrlValue of the service model; S3's own ends
KEY_MOST_BYTES = 1024
URL_MOST = 2048
TYPE_UNSUPPORTED, SIZE_EXCEEDED, INACCESSIBLE = "FILE_TYPE_UNSUPPORTED", "FILE_SIZE_EXCEEDED", "FILE_INACCESSIBLE"


@dataclass(frozen=True, slots=True)
class Upload:
    """The bytes of a file on their way in. The activity log says how many they are, not what."""

    data: bytes = field(repr=False)

    def __str__(self) -> str:
        return f"({len(self.data)} bytes)"


@dataclass(frozen=True, slots=True)
class Storage:
    """How much of the account's storage in the Region is used: files, and bytes of those allowed."""

    files: int
    used: int
    allowed: int


def judge(content_type: str, size: int) -> str:
    """The final status that a file of a type and size brings a message to, or nothing when it can be carried."""
    most = media_types().get(content_type)
    if most is None:
        return TYPE_UNSUPPORTED
    return SIZE_EXCEEDED if size > most else ""


def storage_of(caller: Caller) -> Storage:
    """The account's use of its storage. One query."""
    found = MediaFile.objects.for_caller(caller).aggregate(files=Count("pk"), used=Sum("content__size"))
    return Storage(found["files"], found["used"] or 0, settings.SWITCHBOARD_MEDIA_QUOTA_BYTES)


@operation(changes_settings=False)
def create_media_bucket(caller: Caller, *, bucket_name: str) -> MediaBucket:
    """Make a built-in bucket in the caller's account and Region.

    Raises Invalid for a name that cannot be one; Conflict RESOURCE_ALREADY_EXISTS.
    """
    if not BUCKET_SHAPE.fullmatch(bucket_name) or ".." in bucket_name:
        raise Invalid(
            _("“%(name)s” cannot be the name of a bucket.") % {"name": bucket_name},
            fields={
                "bucket_name": _("Write 3 to 63 lower-case letters, digits, dots or hyphens; begin and end with one.")
            },
        )
    if MediaBucket.objects.for_caller(caller).filter(bucket_name=bucket_name).exists():
        raise Conflict(
            _("There is a bucket “%(name)s” already.") % {"name": bucket_name},
            reason="RESOURCE_ALREADY_EXISTS",
            resource=Resource("media-bucket", bucket_name),
            fields={"bucket_name": _("Choose another name.")},
        )
    row: MediaBucket = MediaBucket.objects.create(owner_id=caller.owner_id, bucket_name=bucket_name)
    return row


@operation(changes_settings=False)
def delete_media_bucket(caller: Caller, *, bucket_name: str) -> MediaBucket:
    """Delete an empty bucket and return it as it was. Raises NotFound; Conflict RESOURCE_NOT_EMPTY."""
    row = _bucket(caller, bucket_name)
    if row.files.exists():
        raise Conflict(
            _("The bucket “%(name)s” still has files.") % {"name": row.bucket_name},
            reason="RESOURCE_NOT_EMPTY",
            resource=Resource("media-bucket", row.bucket_name),
            next_step=_("Delete its files first."),
        )
    MediaBucket.objects.filter(pk=row.pk).delete()
    return row


@operation()
def describe_media_buckets(caller: Caller) -> QuerySet[MediaBucket]:
    """The buckets by name, each with `held`, the number of its files."""
    rows: QuerySet[MediaBucket] = MediaBucket.objects.for_caller(caller)
    return rows.annotate(held=Count("files")).order_by("bucket_name")


@operation()
def describe_media_files(caller: Caller) -> QuerySet[MediaFile]:
    """The files of every bucket with bucket and content, the newest first."""
    rows: QuerySet[MediaFile] = MediaFile.objects.for_caller(caller)
    return rows.select_related("owner", "bucket", "content").order_by("-id")


@operation(changes_settings=False)
def put_media_file(caller: Caller, *, bucket_name: str, key: str, upload: Upload) -> MediaFile:
    """Put a file under a key; one that was there is replaced, as in the storage that the bucket stands for.

    Any content is taken; judge() says what becomes of a message with it. Raises NotFound for the bucket; Invalid for a
    key that cannot be one, for an empty or too large file (MAXIMUM_SIZE_EXCEEDED) and for full storage.
    """
    bucket = _bucket(caller, bucket_name)
    _check_key(bucket.bucket_name, key)
    before = MediaFile.objects.select_related("content").filter(bucket=bucket, key=key).first()
    _check_size(caller, len(upload.data), before.content.size if before else 0)
    content = keep(caller.owner_id, upload.data)
    if before is None:
        row: MediaFile = MediaFile.objects.create(
            owner_id=caller.owner_id,
            file_id=new_id("media"),
            bucket=bucket,
            key=key,
            content=content,
            actor=caller.actor,
        )
        return row
    replaced = before.content
    before.content, before.actor = content, caller.actor
    before.save(update_fields=["content", "actor"])
    if replaced.pk != content.pk:
        _let_go(replaced)
    return before


@operation(changes_settings=False)
def delete_media_file(caller: Caller, *, file_id: str) -> MediaFile:
    """Delete a file and return it as it was. What messages have carried stays with them. Raises NotFound."""
    row: MediaFile | None = (
        MediaFile.objects.for_caller(caller)
        .select_related("owner", "bucket", "content")
        .filter(file_id=file_id)
        .first()
    )
    if row is None:
        raise NotFound("media-file", file_id)
    MediaFile.objects.filter(pk=row.pk).delete()
    _let_go(row.content)
    return row


def _bucket(caller: Caller, bucket_name: str) -> MediaBucket:
    """The caller's bucket, locked. Raises NotFound."""
    rows = MediaBucket.objects.for_caller(caller).select_for_update(of=("self",))
    row: MediaBucket | None = rows.filter(bucket_name=bucket_name).first()
    if row is None:
        raise NotFound("media-bucket", bucket_name)
    return row


def keep(owner_id: int, data: bytes) -> MediaContent:
    """The row of these bytes, which are in the storage from now on; locked, so that nobody lets them go meanwhile."""
    digest = hashlib.sha256(data).hexdigest()
    rows = MediaContent.objects.select_for_update().filter(owner_id=owner_id, digest=digest)
    found: MediaContent | None = rows.first()
    if found is not None and default_storage.exists(found.stored):
        return found
    # A name of its own for every row: what is deleted after a commit can then be nobody else's.
    name = f"media/{owner_id}/{digest[:2]}/{digest}-{uuid.uuid4().hex[:8]}"
    stored = default_storage.save(name, ContentFile(data))
    if found is not None:
        found.stored = stored
        found.save(update_fields=["stored"])
        return found
    row = MediaContent(owner_id=owner_id, digest=digest, size=len(data), content_type=detect(data), stored=stored)
    MediaContent.objects.bulk_create([row], ignore_conflicts=True)
    kept: MediaContent = rows.get()
    if kept.stored != stored:
        default_storage.delete(stored)
    return kept


def _let_go(content: MediaContent) -> None:
    """Forget bytes that no file and no message has any more."""
    held: MediaContent | None = MediaContent.objects.select_for_update().filter(pk=content.pk).first()
    if held is None or held.files.exists() or held.carried.exists():
        return
    MediaContent.objects.filter(pk=held.pk).delete()
    transaction.on_commit(lambda: default_storage.delete(held.stored))


def forget_all(owner_id: int) -> None:
    """Delete an account's media in a Region, of files and of messages, and their bytes once that is committed."""
    stored = list(MediaContent.objects.filter(owner_id=owner_id).values_list("stored", flat=True))
    MessageMedia.objects.filter(content__owner_id=owner_id).delete()
    MediaBucket.objects.filter(owner_id=owner_id).delete()
    MediaContent.objects.filter(owner_id=owner_id).delete()

    def delete() -> None:
        for name in stored:
            default_storage.delete(name)

    transaction.on_commit(delete)


def _check_key(bucket_name: str, key: str) -> None:
    wrong: Text = ""
    if not key or len(key.encode()) > KEY_MOST_BYTES or len(f"s3://{bucket_name}/{key}") > URL_MOST:
        wrong = _("Write 1 to %(most)s bytes.") % {"most": KEY_MOST_BYTES}
    elif any(ord(character) < 32 or ord(character) == 127 for character in key):
        wrong = _("Leave control characters out.")
    if wrong:
        raise Invalid(_("“%(key)s” cannot be the key of a file.") % {"key": key[:80]}, fields={"key": wrong})


def _check_size(caller: Caller, size: int, freed: int) -> None:
    if not size:
        raise Invalid(_("The file is empty."), fields={"file": _("Choose a file with something in it.")})
    most = settings.SWITCHBOARD_MEDIA_MAX_BYTES
    if size > most:
        raise Invalid(
            _("A file in built-in storage has at most %(most)s bytes; this one has %(size)s.")
            % {"most": most, "size": size},
            reason="MAXIMUM_SIZE_EXCEEDED",
            fields={"file": _("Choose a smaller file.")},
        )
    storage = storage_of(caller)
    if storage.used - freed + size > storage.allowed:
        raise Invalid(
            _("The account's storage is full: %(used)s of %(allowed)s bytes are used.")
            % {"used": storage.used, "allowed": storage.allowed},
            reason="MAXIMUM_SIZE_EXCEEDED",
            fields={"file": _("Delete files that are not needed any more.")},
        )
