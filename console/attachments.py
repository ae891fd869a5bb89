"""How a file of a registration leaves the console: as a download of its checked type and as nothing else.

A page may still show a picture: an <img> draws what a link would save.
"""

from typing import IO, Any

from django.http import HttpResponse
from django.utils.http import content_disposition_header

from console.media import POLICY
from registrations.models import RegistrationAttachment


def download(row: RegistrationAttachment, file: IO[bytes]) -> HttpResponse:
    """The file, which is closed; registrations.operations.attachments.opened() says who may have it."""
    with file:
        response = HttpResponse(file.read(), content_type=row.media_type)
    disposition: Any = content_disposition_header(True, row.file_name or row.registration_attachment_id)
    response["Content-Disposition"] = disposition
    response["Content-Security-Policy"] = POLICY
    response["X-Content-Type-Options"] = "nosniff"
    response["Cross-Origin-Resource-Policy"] = "same-origin"
    return response
