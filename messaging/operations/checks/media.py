"""What an MMS carries: where MMS works, its optional text, and the place of its file.

What is inside the file is looked at when the message is about to be carried (media_fetch.py): a file that cannot be
read, is of no supported type or too large ends a message that was accepted. The check only says so beforehand.
"""

import re
from typing import cast

from django.utils.translation import gettext_lazy as _

from messaging.errors import Invalid, Text
from messaging.models import MediaFile
from messaging.operations.checks.send import Found, Send
from messaging.operations.media import INACCESSIBLE, SIZE_EXCEEDED, TYPE_UNSUPPORTED, judge
from messaging.operations.media_fetch import built_in
from messaging.reference import countries
from messaging.text import limits, parts

MEDIA_MAX = 1  # MediaUrlList of the service model
URL_MAX = 2048
URL_SHAPE = re.compile(r"s3://([a-z0-9.-]{3,63})/(.+)", re.DOTALL)  # MediaUrlValue of the service model
NO_ENCODING = cast(parts.Encoding, "")  # a body of any characters: an MMS has no encoding and is always one part
ENDS: dict[str, Text] = {
    INACCESSIBLE: _("%(url)s is in no built-in bucket of this account and Region; if no connected one has it, "
    "the message ends with %(status)s"),
    TYPE_UNSUPPORTED: _("%(url)s is of a type that an MMS does not carry: the message ends with %(status)s"),
    SIZE_EXCEEDED: _("%(url)s is larger than its type may be: the message ends with %(status)s"),
}  # fmt: skip


def check_mms_country(send: Send) -> Found:
    if not countries()[send.country].mms:
        raise Invalid(
            _("MMS cannot be sent to the country %(country)s.") % {"country": send.country},
            reason="COUNTRY_NOT_ENABLED",
            fields={"destination_phone_number": _("Send a text message, or choose a destination where MMS works.")},
        )
    return Found(_("MMS works in %(country)s"), {"country": send.country})


def check_media(send: Send) -> Found:
    if send.message_body:
        _check_body(send.message_body)
    if not send.message_body and not send.media_urls:
        raise Invalid(
            _("An MMS has a text, a media file, or both."),
            reason="MISSING_PARAMETER",
            fields={"media_urls": _("Give a file or write a text.")},
        )
    for url in send.media_urls:
        if not URL_SHAPE.fullmatch(url) or len(url) > URL_MAX:
            raise Invalid(
                _("“%(url)s” is not the address of a media file.") % {"url": url[:80]},
                fields={"media_urls": _("Write s3://, the bucket, a slash and the key of the file.")},
            )
    if len(send.media_urls) > MEDIA_MAX:
        raise Invalid(
            _("An MMS carries %(allowed)s media file at most.") % {"allowed": MEDIA_MAX},
            reason="MAXIMUM_SIZE_EXCEEDED",
            fields={"media_urls": _("Leave the other files out.")},
        )
    send.counted = parts.Count(NO_ENCODING, len(send.message_body), 1)
    return _said(send)


def _check_body(body: str) -> None:
    shape = limits.shape_breach(body)
    if shape:
        raise Invalid(
            _("The text of an MMS has 1 to %(allowed)s characters and is not only white space.")
            % {"allowed": limits.BODY_MAX},
            reason="MAXIMUM_SIZE_EXCEEDED" if shape.found > shape.allowed else "MISSING_PARAMETER",
            fields={"message_body": _("Write 1 to %(allowed)s characters.") % {"allowed": limits.BODY_MAX}},
        )


def _said(send: Send) -> Found:
    """What is to be carried, with what will become of it as far as it is known. One query for a file."""
    characters = {"characters": len(send.message_body)}
    if not send.media_urls:
        return Found(_("No media, characters: %(characters)s, one message part"), characters)
    url = send.media_urls[0]
    place = (send.account.owner_id, url)
    row: MediaFile | None = built_in([place]).get(place)
    status = judge(row.content.content_type, row.content.size) if row else INACCESSIBLE
    if status:
        return Found(ENDS[status], {"url": url, "status": f"MEDIA_{status}"})
    assert row
    said = {"type": row.content.content_type, "size": row.content.size, **characters}
    return Found(_("%(type)s of %(size)s bytes, characters: %(characters)s, one message part"), said)
