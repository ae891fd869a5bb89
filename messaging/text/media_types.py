"""What a file is, told by its bytes and never by its name: the types an MMS can carry, and the usual others.

Sources: the signatures of each format (GIF89a, RFC 2083 PNG, ITU T.81 JPEG, TIFF 6.0, brands of ISO/IEC 14496-12 and
3GPP TS 26.244, RFC 4867 AMR, RFC 3533 Ogg, RFC 8794 EBML, ISO/IEC 11172-3 MP3, RFC 5545 iCalendar, RFC 6350 vCard,
ISO 32000 PDF).
"""

import re
from typing import Final

UNKNOWN: Final = ""
OCTETS: Final = "application/octet-stream"

_TEXT_SEEN: Final = 4096
_MARKUP: Final = re.compile(rb"<(!doctype html|html|head|body|script|svg|\?xml|iframe|img|a\s)", re.IGNORECASE)
_VERSION_2: Final = re.compile(rb"^VERSION:2\.", re.IGNORECASE | re.MULTILINE)
_FIXED: Final[tuple[tuple[bytes, str], ...]] = (
    (b"%PDF-", "application/pdf"),
    (b"#!AMR\n", "audio/amr"),
    (b"#!AMR-WB\n", "audio/amr-wb"),
    (b"BM", "image/bmp"),
    (b"PK\x03\x04", "application/zip"),
    (b"\x1f\x8b", "application/gzip"),
    (b"MZ", "application/vnd.microsoft.portable-executable"),
    (b"\x7fELF", "application/x-elf"),
)
_BRANDS: Final[tuple[tuple[tuple[bytes, ...], str], ...]] = (
    ((b"3g2",), "3gpp2"),
    ((b"3gp", b"3ge", b"3gs", b"3gr", b"3gg", b"3gf"), "3gpp"),
    ((b"heic", b"heix", b"mif1", b"msf1"), "image/heic"),
    ((b"avif", b"avis"), "image/avif"),
    ((b"qt  ",), "video/quicktime"),
    ((b"M4A", b"M4B", b"M4P", b"F4A"), "audio/mp4"),
)


def detect(data: bytes) -> str:
    """The MIME type of a whole file, or UNKNOWN. Types are spelled as in mms_media.csv where they are there."""
    return (
        _image(data)
        or _sound_or_film(data)
        or next((kind for magic, kind in _FIXED if data.startswith(magic)), UNKNOWN)
        or _text(data)
    )


def _image(data: bytes) -> str:
    if data[:6] in (b"GIF87a", b"GIF89a") and len(data) >= 13:
        return "image/gif"
    if data[:8] == b"\x89PNG\r\n\x1a\n" and data[12:16] == b"IHDR":
        return "image/png"
    if data[:3] == b"\xff\xd8\xff" and len(data) > 10:
        return "image/jpeg"
    if data[:4] in (b"II*\0", b"MM\0*"):
        return "image/tiff"
    return "image/webp" if data[:4] == b"RIFF" and data[8:12] == b"WEBP" else UNKNOWN


def _sound_or_film(data: bytes) -> str:
    if data[4:8] == b"ftyp":
        return _of_brand(data)
    if data[4:8] in (b"moov", b"wide", b"mdat") and b"moov" in data:
        return "video/quicktime"
    if data[:4] == b"OggS":
        return "video/ogg" if b"\x80theora" in data[:512] else "audio/ogg"
    if data[:4] == b"\x1aE\xdf\xa3":
        return "video/webm" if b"webm" in data[:64] else "video/x-matroska"
    if data[:4] == b"RIFF":
        return {b"WAVE": "audio/wav", b"AVI ": "video/x-msvideo"}.get(data[8:12], UNKNOWN)
    return _mpeg_audio(data)


def _of_brand(data: bytes) -> str:
    """A file of the ISO base media format. Without a picture track it is sound."""
    brand = data[8:12]
    found = next((kind for starts, kind in _BRANDS if brand.startswith(starts)), "video/mp4")
    has_picture = b"vide" in data or b"soun" not in data
    if found in ("3gpp", "3gpp2"):
        return f"{'video' if has_picture else 'audio'}/{found}"
    return "audio/mp4" if found == "video/mp4" and not has_picture else found


def _mpeg_audio(data: bytes) -> str:
    """MPEG audio: layer III is audio/mpeg; the other layers and AAC are named apart, since an MMS carries MP3 only."""
    start = 0
    if data[:3] == b"ID3" and len(data) > 10:
        size = 0
        for byte in data[6:10]:
            size = size << 7 | byte & 0x7F
        start = 10 + size
        if start + 2 > len(data):
            return "audio/mpeg"
    head = data[start : start + 2]
    if len(head) < 2 or head[0] != 0xFF or head[1] & 0xE0 != 0xE0 or len(data) < 4:
        return UNKNOWN
    return {0b01: "audio/mpeg", 0b10: "audio/mp2", 0b11: "audio/mp1", 0b00: "audio/aac"}[head[1] >> 1 & 0b11]


def _text(data: bytes) -> str:
    begins = data[:_TEXT_SEEN].removeprefix(b"\xef\xbb\xbf").lstrip()
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return UNKNOWN
    if not begins or b"\0" in data:
        return UNKNOWN
    upper = begins[:32].upper()
    if upper.startswith(b"BEGIN:VCALENDAR"):
        return "text/calendar"
    if upper.startswith(b"BEGIN:VCARD"):
        return "text/x-vcard" if _VERSION_2.search(data) else "text/vcard"
    if re.search(rb"<svg\b", begins, re.IGNORECASE):
        return "image/svg+xml"
    return "text/html" if _MARKUP.search(begins) else "text/plain"
