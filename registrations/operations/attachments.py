"""Files that go with registrations. What is taken, and how it is checked: registrations/content.py.

A file is handed in, or named by an s3:// URL: one in a built-in bucket is taken at once, one in a connected bucket is
fetched by the worker. The bytes lie in Django's default storage, which nothing serves.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import IO, Any

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from messaging import clock, connected
from messaging.caller import Caller
from messaging.errors import Conflict, Invalid, NotFound, Resource, Text
from messaging.identifiers import new_id
from messaging.models import RegionalAccount, ServiceConnection
from messaging.operations.claims import claim
from messaging.operations.connections import endpoints_of
from messaging.operations.media_fetch import built_in, file_name, split_url
from messaging.operations.registry import operation
from messaging.operations.tags import forget_tags, write_tags
from messaging.transactions import write_transaction
from registrations import content
from registrations.definitions import registration_types
from registrations.models import RegistrationAttachment, SupportCase
from registrations.operations import limits
from registrations.operations.naming import attachment_named

MOST_BYTES = 5 * 1024 * 1024  # CreateRegistrationAttachment: at most 5 MB
ALWAYS_TAKEN = frozenset({"application/pdf", "image/jpeg", "image/png"})  # the same
S3 = ServiceConnection.Service.S3.value
TRIES, AGAIN = 3, timedelta(minutes=1)
LEASE_SECONDS = 60
INTERNAL_ERROR = "INTERNAL_ERROR"  # the one AttachmentUploadErrorReason
Status = RegistrationAttachment.Status


def media_types_taken() -> frozenset[str]:
    """The types that a file may have: those of the API, and those that a field of a form asks for."""
    asked = (field.max_bytes_by_type for entry in registration_types().values() for field in entry.fields.values())
    return ALWAYS_TAKEN.union(*asked)


@dataclass(frozen=True, slots=True)
class Checked:
    """A file that may be taken."""

    data: bytes
    media_type: str

    @property
    def columns(self) -> dict[str, Any]:
        return {
            "media_type": self.media_type,
            "size": len(self.data),
            "sha256": hashlib.sha256(self.data).hexdigest(),
            "attachment_status": Status.UPLOAD_COMPLETE,
        }


def check(data: bytes, *, said_name: str = "", said_type: str = "") -> Checked:
    """A file whose content is of a type that is taken, and of that which its name and its sender say.

    Raises Invalid MAXIMUM_SIZE_EXCEEDED, ATTACHMENT_TYPE_NOT_SUPPORTED.
    """
    if len(data) > MOST_BYTES:
        raise _refused(
            _("The file has %(found)s bytes; at most %(most)s are taken.") % {"found": len(data), "most": MOST_BYTES},
            "MAXIMUM_SIZE_EXCEEDED",
        )
    try:
        kind = content.checked_type(data)
    except content.Unfit as unfit:
        raise _refused(_now(unfit.text) % unfit.values, "ATTACHMENT_TYPE_NOT_SUPPORTED") from unfit
    if kind not in media_types_taken():
        text = _("This is no file of a type that is taken: PDF, JPEG, PNG, or media of an MMS.")
        raise _refused(text, "ATTACHMENT_TYPE_NOT_SUPPORTED")
    said = said_type.partition(";")[0].strip().lower()
    if not content.fits_name(kind, said_name) or said not in ("", "application/octet-stream", kind):
        what = {"said": said_name or said_type, "found": kind}
        raise _refused(
            _("The file says that it is %(said)s, and its content is %(found)s.") % what,
            "ATTACHMENT_TYPE_NOT_SUPPORTED",
        )
    return Checked(data, kind)


def _refused(text: Text, reason: str) -> Invalid:
    return Invalid(text, reason=reason, fields={"attachment_body": text}, next_step=_("Choose another file."))


@operation(changes_settings=False)
def create_registration_attachment(
    caller: Caller,
    *,
    attachment_body: bytes | None = None,
    attachment_url: str | None = None,
    tags: Sequence[Mapping[str, str]] = (),
    said_name: str = "",
    said_type: str = "",
) -> RegistrationAttachment:
    """Take a file for registrations, handed in or from an s3:// URL. Source: CreateRegistrationAttachment.

    said_name and said_type, which the API does not have, are what a browser says of the file: its content must agree.
    Raises Invalid PARAMETERS_CANNOT_BE_USED_TOGETHER, MISSING_PARAMETER, MAXIMUM_SIZE_EXCEEDED,
    ATTACHMENT_TYPE_NOT_SUPPORTED, RESOURCE_NOT_ACCESSIBLE; OverQuota REGISTRATION_ATTACHMENTS_PER_ACCOUNT,
    REGISTRATION_ATTACHMENTS_CREATED_PER_DAY.
    """
    if attachment_body is not None and attachment_url is not None:
        raise Invalid(
            _("A file is handed in or named by a URL, not both."),
            reason="PARAMETERS_CANNOT_BE_USED_TOGETHER",
            fields={
                "attachment_body": _("Leave one of the two out."),
                "attachment_url": _("Leave one of the two out."),
            },
        )
    limits.need_room_for_attachment(caller)
    row = RegistrationAttachment(owner_id=caller.owner_id, registration_attachment_id=new_id("attachment"))
    if attachment_body is not None:
        row.file_name = plain_name(said_name)
        _take(row, check(attachment_body, said_name=row.file_name, said_type=said_type))
    elif attachment_url is not None:
        row.attachment_url, row.file_name = attachment_url, plain_name(file_name(attachment_url))
        _begin(caller, row)
    else:
        raise Invalid(
            _("There is no file."),
            reason="MISSING_PARAMETER",
            fields={"attachment_body": _("Give AttachmentBody or AttachmentUrl.")},
        )
    row.save()
    write_tags(caller, row.arn, tags)
    return row


def plain_name(said: str) -> str:
    """A file name as it is kept: without folders and without what cannot be seen; the end of a long one."""
    name = said.replace("\\", "/").rpartition("/")[2]
    return "".join(letter for letter in name if letter.isprintable())[-255:] if name.strip(". ") else ""


def _take(row: RegistrationAttachment, checked: Checked) -> None:
    """Put the bytes into the storage and what they are into the row."""
    for name, value in checked.columns.items():
        setattr(row, name, value)
    place = f"registration-attachments/{row.owner_id}/{row.registration_attachment_id}"
    row.stored_as = default_storage.save(place, ContentFile(checked.data))
    row.due_at, row.failure, row.attachment_upload_error_reason = None, "", ""


def _begin(caller: Caller, row: RegistrationAttachment) -> None:
    """Take a file of a built-in bucket at once; let the worker fetch one of a connected bucket."""
    url = row.attachment_url
    bucket, key = split_url(url)
    if not url.startswith("s3://") or not bucket or not key:
        raise Invalid(
            _("“%(url)s” is not the URL of a file in a bucket.") % {"url": url},
            fields={"attachment_url": _("Write s3://, the bucket, a slash and the key of the file.")},
        )
    found = built_in([(caller.owner_id, url)]).get((caller.owner_id, url))
    if found is not None:
        with default_storage.open(found.content.stored) as file:
            _take(row, check(file.read(MOST_BYTES + 1), said_name=row.file_name))
        return
    owner = RegionalAccount.objects.get(pk=caller.owner_id)
    if (owner.pk, S3) not in endpoints_of([owner]):
        raise Invalid(
            _("There is no file %(url)s in the account's built-in buckets, and no others are connected.")
            % {"url": url},
            reason="RESOURCE_NOT_ACCESSIBLE",
            fields={"attachment_url": _("Put the file into a built-in bucket first, or hand it in.")},
        )
    row.due_at = clock.now()


def fetch_due(limit: int = 5) -> int:
    """Fetch files of connected buckets that attachments wait for; returns how many. Nothing is locked meanwhile."""
    held = claim(RegistrationAttachment, limit, lease_seconds=LEASE_SECONDS)
    if held is None:
        return 0
    rows = RegistrationAttachment.objects.select_related("owner").filter(
        pk__in=[row.pk for row in held.rows], claim=held.claim
    )
    for row in list(rows):
        found = _fetched(row)
        with write_transaction():
            mine = RegistrationAttachment.objects.select_for_update().filter(pk=row.pk, claim=held.claim)
            if mine.exists():
                _settle(row, found)
    return len(held.rows)


def _fetched(row: RegistrationAttachment) -> Checked | Text | None:
    """The file, why there is none for good, or None when it is worth asking again."""
    endpoint = endpoints_of([row.owner]).get((row.owner.pk, S3))
    if endpoint is None:
        return _now("The buckets are not connected any more.")
    try:
        found = connected.read_object(endpoint, *split_url(row.attachment_url), most=MOST_BYTES + 1)
    except connected.Refused:
        return None
    if found is None:
        return _now("There is no such file, or it may not be read.")
    try:
        return check(found.data, said_name=row.file_name)
    except Invalid as refusal:
        return str(refusal)


def _settle(row: RegistrationAttachment, found: Checked | Text | None) -> None:
    row.claim, row.claimed_until, row.tries = None, None, row.tries + 1
    if isinstance(found, Checked):
        _take(row, found)
    elif found is None and row.tries < TRIES:
        row.due_at = clock.now() + AGAIN
    else:
        row.attachment_status, row.attachment_upload_error_reason = Status.UPLOAD_FAILED, INTERNAL_ERROR
        row.failure = str(found) if found else _now("The bucket did not answer.")
        row.due_at = None
    row.save()


@operation(changes_settings=False)
def delete_registration_attachment(caller: Caller, *, registration_attachment_id: str) -> RegistrationAttachment:
    """Delete a file that no version has, and return it with status DELETED. Source: DeleteRegistrationAttachment.

    Raises NotFound; Conflict RESOURCE_DELETION_NOT_ALLOWED while a version of a registration has it.
    """
    row = attachment_named(caller, registration_attachment_id, lock=True)
    use = row.uses.select_related("version__registration").first()
    if use is not None:
        raise Conflict(
            _("Version %(number)s of %(registration)s has this file.")
            % {"number": use.version.version_number, "registration": use.version.registration.registration_id},
            reason="RESOURCE_DELETION_NOT_ALLOWED",
            resource=Resource("registration", use.version.registration.registration_id),
            next_step=_("Take it out of the draft, or delete the registration, first."),
        )
    case = SupportCase.objects.filter(messages__attachments=row).first()
    if case is not None:
        raise Conflict(
            _("The support case %(case)s has this file.") % {"case": case.case_id},
            reason="RESOURCE_DELETION_NOT_ALLOWED",
            resource=Resource("support-case", case.case_id),
        )
    forget_tags(caller, row.arn)
    stored_as = row.stored_as
    RegistrationAttachment.objects.filter(pk=row.pk).delete()
    if stored_as:
        transaction.on_commit(lambda: default_storage.delete(stored_as))
    row.attachment_status = Status.DELETED
    return row


def opened(caller: Caller, registration_attachment_id: str) -> tuple[RegistrationAttachment, IO[bytes]]:
    """A file of the caller's account, for a page to hand out as a download of its checked type. Raises NotFound.

    Whoever may read registrations may read their files. Give it as an attachment with media_type, nosniff and a
    sandboxing policy, under a file name of ours.
    """
    caller.require("DescribeRegistrationAttachments")
    row = attachment_named(caller, registration_attachment_id)
    if row.attachment_status != Status.UPLOAD_COMPLETE or not default_storage.exists(row.stored_as):
        raise NotFound("registration-attachment", registration_attachment_id)
    return row, default_storage.open(row.stored_as)
