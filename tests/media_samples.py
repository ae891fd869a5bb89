"""Small files of every media type, made here from the formats' own signatures."""

import struct
import zlib

PNG_HEAD = b"\x89PNG\r\n\x1a\n"


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def png(width: int = 48, height: int = 32, colour: tuple[int, int, int] = (11, 102, 107)) -> bytes:
    """A picture of one colour that a browser draws."""
    lines = b"".join(b"\0" + bytes(colour) * width for _line in range(height))
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return PNG_HEAD + _chunk(b"IHDR", head) + _chunk(b"IDAT", zlib.compress(lines)) + _chunk(b"IEND", b"")


def grown(data: bytes, size: int) -> bytes:
    """The same beginning, with as many bytes as asked."""
    return data + bytes(size - len(data))


def box(brand: bytes, *handlers: bytes) -> bytes:
    """A file of the ISO base media format with tracks of the handlers given."""
    body = b"".join(b"hdlr" + bytes(8) + handler for handler in handlers)
    return struct.pack(">I", 16) + b"ftyp" + brand + bytes(4) + struct.pack(">I", 8 + len(body)) + b"moov" + body


GIF = b"GIF89a" + struct.pack("<HHBBB", 1, 1, 0, 0, 0) + b";"
JPEG = b"\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01\x01\x00\x00\x01\x00\x01\x00\x00\xff\xd9"
SVG = b'<?xml version="1.0"?>\n<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>'
HTML = b"<!doctype html><script>alert(1)</script>"
PDF = b"%PDF-1.7\n%%EOF\n"

SAMPLES: dict[str, bytes] = {
    "image/gif": GIF,
    "image/jpeg": JPEG,
    "image/png": png(),
    "image/tiff": b"II*\0" + bytes(8),
    "audio/3gpp": box(b"3gp4", b"soun"),
    "video/3gpp": box(b"3gp5", b"soun", b"vide"),
    "audio/3gpp2": box(b"3g2a", b"soun"),
    "video/3gpp2": box(b"3g2a", b"vide"),
    "audio/amr": b"#!AMR\n" + bytes(16),
    "audio/mp4": box(b"M4A ", b"soun"),
    "video/mp4": box(b"isom", b"vide", b"soun"),
    "audio/mpeg": b"\xff\xfb\x90\x00" + bytes(32),
    "audio/ogg": b"OggS" + bytes(24) + b"OpusHead",
    "video/quicktime": box(b"qt  ", b"vide"),
    "video/webm": b"\x1aE\xdf\xa3" + bytes(8) + b"webm" + bytes(8),
    "text/calendar": b"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nEND:VCALENDAR\r\n",
    "text/vcard": b"BEGIN:VCARD\r\nVERSION:4.0\r\nFN:Ada\r\nEND:VCARD\r\n",
    "text/x-vcard": b"BEGIN:VCARD\r\nVERSION:2.1\r\nN:Lovelace;Ada\r\nEND:VCARD\r\n",
    "application/pdf": PDF,
}
OTHERS: dict[str, bytes] = {
    "image/svg+xml": SVG,
    "text/html": HTML,
    "text/plain": b"Just words.",
    "image/webp": b"RIFF\x10\0\0\0WEBPVP8 ",
    "image/heic": box(b"heic"),
    "audio/aac": b"\xff\xf1\x50\x80" + bytes(16),
    "audio/mp2": b"\xff\xfd\x90\x00" + bytes(16),
    "audio/wav": b"RIFF\x10\0\0\0WAVEfmt ",
    "audio/amr-wb": b"#!AMR-WB\n" + bytes(16),
    "video/x-matroska": b"\x1aE\xdf\xa3" + bytes(8) + b"matroska",
    "application/zip": b"PK\x03\x04" + bytes(16),
    "": b"\x00\x01\x02\x03" * 8,
}
