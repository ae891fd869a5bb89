"""Files: what is taken, what lies, what bursts, and who may have them."""

import struct
import zlib

import pytest
from django.core.files.storage import default_storage

from messaging.errors import Conflict, Invalid, NotFound, OverQuota
from messaging.models import Activity
from messaging.operations.media import Upload, create_media_bucket, put_media_file
from registrations import content
from registrations.models import RegistrationAttachment
from registrations.operations import attachments
from registrations.operations.attachments import create_registration_attachment, delete_registration_attachment
from registrations.operations.registrations import delete_registration
from tests.factories import make_caller
from tests.registrations.forms import TOLL_FREE, make_attachment, make_registration, png, put

pytestmark = pytest.mark.django_db

JPEG = bytes.fromhex(
    "ffd8ffe000104a46494600010100000100010000ffdb004300" + "08" * 64 + "ffc0000b080001000101011100"
    "ffc40014000100000000000000000000000000000009ffc40014100100000000000000000000000000000000ffda0008010100003f00549fffd9"
)
GIF = (
    b"GIF89a\x01\x00\x01\x00\x80\x00\x00\xff\xff\xff\x00\x00\x00,\x00\x00\x00\x00\x01\x00\x01\x00\x00\x02\x02D\x01\x00;"
)
SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
HTML = b"<!doctype html><script>alert(1)</script>"


def pdf(body: bytes = b"1 0 obj\n<< /Type /Catalog >>\nendobj\n") -> bytes:
    return b"%PDF-1.4\n" + body + b"trailer\n<< /Root 1 0 R >>\n%%EOF\n"


def stream(text: bytes, kind: bytes = b"") -> bytes:
    packed = zlib.compress(text)
    return (
        b"2 0 obj\n<< %s /Filter /FlateDecode /Length %d >>\nstream\n" % (kind, len(packed))
        + packed
        + (b"\nendstream\nendobj\n")
    )


def bomb() -> bytes:
    """A picture that says 30,000 × 30,000 pixels."""
    return png(30_000, 30_000, rows=1)


def with_chunk(picture: bytes, kind: bytes, body: bytes) -> bytes:
    """A PNG with one chunk more, behind the first."""
    made = struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
    return picture[:33] + made + picture[33:]


def stored(text: bytes) -> bytes:
    """A stream that is packed without being made smaller: what it says of its end can be read."""
    packed = zlib.compress(text, 0)
    return b"2 0 obj\n<< /Filter /FlateDecode >>\nstream\n" + packed + b"\nendstream\nendobj\n"


def broken(data: bytes) -> bytes:
    return data[:40] + bytes([data[40] ^ 1]) + data[41:]


@pytest.mark.parametrize(
    ("data", "kind"), [(png(), "image/png"), (JPEG, "image/jpeg"), (GIF, "image/gif"), (pdf(), "application/pdf")]
)
def test_takes_files_that_are_what_they_seem(caller, data, kind):
    row = create_registration_attachment(caller, attachment_body=data)
    assert (row.attachment_status, row.media_type, row.size) == ("UPLOAD_COMPLETE", kind, len(data))
    assert row.registration_attachment_id.startswith("attachment-")
    _row, file = attachments.opened(caller, row.arn)
    assert file.read() == data
    assert not row.stored_as.endswith((".png", ".html"))  # a name of ours


REFUSED = {
    "svg": SVG,
    "html": HTML,
    "plain text": b"hello, this is text",
    "zip": b"PK\x03\x04" + b"\0" * 40,
    "program": b"MZ" + b"\0" * 60,
    "nothing known": b"\x01\x02\x03\x04" * 8,
    "cut off": png()[:-12],
    "page behind the picture": png(behind=HTML),
    "wrong checksum": broken(png()),
    "fewer pixels than it says": png(20, 20, rows=1),
    "more pixels than it says": png(2, 2, rows=50),
    "too many pixels": bomb(),
    "picture without end": JPEG[:-2],
    "page behind a JPEG": JPEG + HTML,
    "page behind a GIF": GIF + HTML,
    "GIF of too many pixels": GIF[:6] + struct.pack("<HH", 60_000, 60_000) + GIF[10:],
    "PDF without end": pdf()[:-7],
    "PDF with a script": pdf(b"1 0 obj\n<< /OpenAction << /S /JavaScript /JS (app.alert(1)) >> >>\nendobj\n"),
    "PDF with a hidden script": pdf(b"1 0 obj\n<< /S /Java#53cript >>\nendobj\n"),
    "PDF with a packed script": pdf(stream(b"<< /S /JavaScript >>", b"/Type /ObjStm")),
    "PDF with a file": pdf(b"1 0 obj\n<< /Type /EmbeddedFile >>\nendobj\n"),
    "encrypted PDF": pdf(b"1 0 obj\n<< /Encrypt 5 0 R >>\nendobj\n"),
    "PDF with a script in a damaged stream": pdf(
        stream(b"1 0 << /S /JavaScript >>" * 9)[:-27] + b"\nendstream\nendobj\n"
    ),
    "PDF with a script behind a false end": pdf(stored(b"1 0 endstream << /S /JavaScript >>")),
    "PDF with a script in an unnamed stream": pdf(
        stream(b"1 0 << /S /JavaScript >>").replace(b"FlateDecode", b"Flate#44ecode")
    ),
    "PDF that packs a script twice": pdf(stream(zlib.compress(b"1 0 << /S /JavaScript >>"))),
    "PDF of a huge picture": pdf(b"1 0 obj\n<< /Subtype /Image /Height 90000 /Width 90000 >>\nendobj\n"),
    "PDF of streams only": pdf(b"stream\n" * 30_000),
    "PDF that is a page": pdf(b"<html><script>alert(1)</script></html>\n"),
    "PDF with an archive behind it": pdf() + b"PK\x05\x06" + b"\0" * 18,
    "PDF that is an archive": pdf(b"PK\x03\x04 an entry PK\x05\x06" + b"\0" * 18),
    "PDF behind a page": HTML + pdf(),
    "GIF that is a script": GIF[:-1] + b"!\xfe\x18<script>alert(1)</script>"[:27] + b"\0;",
    "PNG with a page in its text": with_chunk(png(), b"tEXt", b"Comment\0" + HTML),
    "PNG that moves": with_chunk(png(), b"acTL", struct.pack(">II", 1_000_000, 0)),
    "JPEG with a page in its comment": JPEG[:2] + b"\xff\xfe" + struct.pack(">H", len(HTML) + 2) + HTML + JPEG[2:],
    "empty": b"",
}


@pytest.mark.parametrize("name", REFUSED)
def test_refuses_what_is_not_what_it_seems(caller, name):
    with pytest.raises(Invalid) as refused:
        create_registration_attachment(caller, attachment_body=REFUSED[name])
    assert refused.value.reason == "ATTACHMENT_TYPE_NOT_SUPPORTED" and refused.value.fields
    assert not RegistrationAttachment.objects.exists()


@pytest.mark.parametrize(
    "packed",
    [
        pdf(stream(b"\0" * (content.MAX_PDF + 1))),
        pdf(stream(b"\0" * 40_000_000) * 2),
        pdf(stream(zlib.compress(b"\0" * (content.MAX_PDF + 1)))),
        pdf(stream(b"\0" * (content.MAX_PDF + 1)).replace(b" stream", b" " * 3000 + b"stream")),
    ],
    ids=["one", "two", "packed twice", "far from its dictionary"],
)
def test_refuses_documents_that_burst(caller, packed):
    assert len(packed) < 200_000
    with pytest.raises(Invalid) as refused:
        create_registration_attachment(caller, attachment_body=packed)
    assert "unpacks to more" in str(refused.value)


def test_refuses_pictures_whose_text_bursts(caller):
    body = b"Comment\0\0" + zlib.compress(b"a" * (content.MAX_TEXT * 5))
    with pytest.raises(Invalid):
        create_registration_attachment(caller, attachment_body=with_chunk(png(), b"zTXt", body))


def test_interlaced_pictures_are_counted_in_passes(caller):
    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    passes = [(1, 1), (0, 0), (1, 0), (1, 1), (2, 1), (2, 2), (4, 2)]
    lines = b"".join((b"\0" + b"\0" * columns) * rows for columns, rows in passes if columns)
    header = struct.pack(">IIBBBBB", 4, 4, 8, 0, 0, 0, 1)
    data = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(lines)) + chunk(b"IEND", b"")
    assert content.checked_type(data) == "image/png"


@pytest.mark.parametrize(
    ("said_name", "said_type"),
    [("proof.pdf", ""), ("proof.html", ""), ("proof.png", "image/jpeg"), ("proof", "text/html")],
)
def test_refuses_files_that_lie_about_their_type(caller, said_name, said_type):
    if said_name == "proof.html":
        assert content.fits_name("image/png", said_name) is False
    with pytest.raises(Invalid) as refused:
        create_registration_attachment(caller, attachment_body=png(), said_name=said_name, said_type=said_type)
    assert refused.value.reason == "ATTACHMENT_TYPE_NOT_SUPPORTED"


@pytest.mark.parametrize("data", [pdf(b"%" + b" words\n" * 100), pdf(stream(b"BT (Text) Tj ET")), pdf() + b"\r\n"])
def test_plain_documents_are_taken(caller, data):
    assert create_registration_attachment(caller, attachment_body=data).media_type == "application/pdf"


@pytest.mark.parametrize(
    ("said_name", "kept"),
    [
        ("C:\\secret\\..\\proof.png", "proof.png"),
        ("../../../etc/cron.d/proof.png", "proof.png"),
        ("/proof.png", "proof.png"),
        ("../..", ""),
        ("proof\r\nSet-Cookie: a=b;\x07.png", "proofSet-Cookie: a=b;.png"),
        ("proof\u202egnp.png", "proofgnp.png"),
        ("a" * 300 + ".png", "a" * 251 + ".png"),
    ],
)
def test_the_name_is_kept_without_its_folders(caller, client_in, said_name, kept):
    """And it says nothing of where the file lies, and cannot leave the header that it goes into."""
    row = create_registration_attachment(caller, attachment_body=png(), said_name=said_name)
    assert row.file_name == kept
    assert row.stored_as == f"registration-attachments/{row.owner_id}/{row.registration_attachment_id}"
    answer = client_in.get(client_in.path(f"registration-attachments/{row.registration_attachment_id}/"))
    assert answer.status_code == 200 and "Set-Cookie" not in answer.headers
    assert (kept or row.registration_attachment_id) in answer.headers["Content-Disposition"]


def test_refuses_too_many_bytes(caller):
    with pytest.raises(Invalid) as refused:
        create_registration_attachment(caller, attachment_body=png() + b"\0" * attachments.MOST_BYTES)
    assert refused.value.reason == "MAXIMUM_SIZE_EXCEEDED"


def test_one_file_or_one_url(caller):
    with pytest.raises(Invalid) as refused:
        create_registration_attachment(caller, attachment_body=png(), attachment_url="s3://bucket/key.png")
    assert refused.value.reason == "PARAMETERS_CANNOT_BE_USED_TOGETHER"
    with pytest.raises(Invalid) as refused:
        create_registration_attachment(caller)
    assert refused.value.reason == "MISSING_PARAMETER"


def test_takes_a_file_of_a_built_in_bucket(caller, other_owner):
    create_media_bucket(caller, bucket_name="proofs")
    put_media_file(caller, bucket_name="proofs", key="opt-in.png", upload=Upload(png()))
    put_media_file(caller, bucket_name="proofs", key="lie.png", upload=Upload(HTML))
    row = create_registration_attachment(caller, attachment_url="s3://proofs/opt-in.png")
    assert (row.attachment_status, row.media_type, row.attachment_url) == (
        "UPLOAD_COMPLETE",
        "image/png",
        "s3://proofs/opt-in.png",
    )
    for url, reason in {
        "s3://proofs/lie.png": "ATTACHMENT_TYPE_NOT_SUPPORTED",
        "s3://proofs/none.png": "RESOURCE_NOT_ACCESSIBLE",
        "https://proofs/opt-in.png": "INVALID_PARAMETER",
        "s3://proofs": "INVALID_PARAMETER",
    }.items():
        with pytest.raises(Invalid) as refused:
            create_registration_attachment(caller, attachment_url=url)
        assert refused.value.reason == reason, url
    with pytest.raises(Invalid):
        create_registration_attachment(make_caller(other_owner), attachment_url="s3://proofs/opt-in.png")


@pytest.mark.parametrize(
    ("answer", "tries", "status"),
    [
        (png(), 1, "UPLOAD_COMPLETE"),
        (HTML, 1, "UPLOAD_FAILED"),
        (None, 1, "UPLOAD_FAILED"),
        ("away", 3, "UPLOAD_FAILED"),
    ],
)
def test_fetches_from_a_connected_bucket(caller, clock, run_work, monkeypatch, answer, tries, status):
    from messaging import connected

    asked = []

    def read_object(endpoint, bucket, key, *, most):
        asked.append((bucket, key))
        if answer == "away":
            raise connected.Refused("no answer")
        return answer and connected.Object(len(answer), answer)

    monkeypatch.setattr(attachments, "endpoints_of", lambda owners: {(caller.owner_id, attachments.S3): object()})
    monkeypatch.setattr(connected, "read_object", read_object)
    row = create_registration_attachment(caller, attachment_url="s3://elsewhere/a/opt-in.png")
    assert row.attachment_status == "UPLOAD_IN_PROGRESS"
    for _try in range(tries):
        run_work()
        clock.advance(minutes=2)
    row.refresh_from_db()
    assert row.attachment_status == status and asked == [("elsewhere", "a/opt-in.png")] * tries
    assert (row.attachment_upload_error_reason == "INTERNAL_ERROR") is (status == "UPLOAD_FAILED")
    if status == "UPLOAD_FAILED":
        assert row.failure
        with pytest.raises(NotFound):
            attachments.opened(caller, row.registration_attachment_id)


def test_another_accounts_file_does_not_exist(caller, other_owner):
    other = make_caller(other_owner)
    theirs = make_attachment(other)
    registration = make_registration(caller, TOLL_FREE, fill=False)
    for name in (theirs.registration_attachment_id, theirs.arn):
        with pytest.raises(NotFound):
            attachments.opened(caller, name)
        with pytest.raises(NotFound):
            delete_registration_attachment(caller, registration_attachment_id=name)
        with pytest.raises(NotFound):
            put(caller, registration, "messagingUseCase.optInImage", name)


def test_deleting_takes_the_file_along(caller, django_capture_on_commit_callbacks):
    row = make_attachment(caller)
    with django_capture_on_commit_callbacks(execute=True):
        gone = delete_registration_attachment(caller, registration_attachment_id=row.arn)
    assert gone.attachment_status == "DELETED" and not default_storage.exists(row.stored_as)


def test_evidence_stays_while_a_version_has_it(caller):
    row = make_attachment(caller)
    registration = make_registration(caller, TOLL_FREE, fill=False)
    put(caller, registration, "messagingUseCase.optInImage", row.registration_attachment_id)
    with pytest.raises(Conflict) as refused:
        delete_registration_attachment(caller, registration_attachment_id=row.registration_attachment_id)
    assert refused.value.reason == "RESOURCE_DELETION_NOT_ALLOWED"
    delete_registration(caller, registration_id=registration.registration_id)
    delete_registration_attachment(caller, registration_attachment_id=row.registration_attachment_id)


def test_quotas(caller, owner, clock):
    owner.quotas = {"registration_attachments_per_day": 2, "registration_attachments": 3}
    owner.save()
    make_attachment(caller)
    make_attachment(caller)
    with pytest.raises(OverQuota) as refused:
        make_attachment(caller)
    assert refused.value.reason == "REGISTRATION_ATTACHMENTS_CREATED_PER_DAY"
    clock.advance(hours=25)
    make_attachment(caller)
    with pytest.raises(OverQuota) as refused:
        make_attachment(caller)
    assert refused.value.reason == "REGISTRATION_ATTACHMENTS_PER_ACCOUNT"


def test_the_log_does_not_hold_the_file(caller):
    make_attachment(caller)
    entry = Activity.objects.get(operation="CreateRegistrationAttachment")
    assert entry.parameters["attachment_body"] == f"({len(png())} bytes)"


def test_who_may_not_read_gets_no_file(caller, caller_as):
    row = make_attachment(caller)
    assert attachments.opened(caller_as("VIEWER"), row.registration_attachment_id)
