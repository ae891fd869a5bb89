"""Whether a file really is what it seems: PNG, JPEG, GIF and PDF are read from end to end, without decoding a picture.

What is looked for: a file that ends early or goes on behind its end, or is another file besides (a page, an archive), a
picture or stream that unpacks to far more than it should (decompression bombs), and scripts in PDFs. Other media types
are told by their signature only; whatever the type, a file is only ever handed out as a download of it.
Sources: the PNG specification (third edition), ITU T.81, GIF89a, ISO 32000-1, the ZIP application note (4.3.16).
"""

import re
import struct
import zlib
from collections.abc import Iterator

from django.utils.translation import gettext_noop

from messaging.text.media_types import detect

MAX_PIXELS = 40_000_000
MAX_UNPACKED = 200_000_000  # bytes of a picture: 40 million pixels of 5 bytes
MAX_TEXT = 1_000_000  # bytes that a text chunk of a PNG may unpack to
MAX_STREAMS = 20_000  # of a PDF: a minute of work hides in millions of empty ones
MAX_PDF = 64_000_000  # bytes that all streams of a PDF may unpack to
CHUNK = 65_536
MARKUP = re.compile(rb"<\s*(script|svg|html|iframe|!doctype)", re.IGNORECASE)
PDF_FORBIDDEN = (
    b"JavaScript",
    b"JS",
    b"Launch",
    b"EmbeddedFile",
    b"EmbeddedFiles",
    b"RichMedia",
    b"XFA",
    b"SubmitForm",
)
PDF_NAME = re.compile(rb"/([^\s/<>\[\](){}%]+)")
PDF_STREAM = re.compile(rb"(?<!end)stream\r?\n")
PDF_SIZE = re.compile(rb"/(Width|Height)\s+(\d+)")
PDF_OBJECTS = re.compile(rb"\s*(\d+\s+\d+\s|<<)")  # how a stream of objects begins: number and place of the first
PDF_PACKED = {b"FlateDecode", b"Fl"}
NESTED = 4  # so often a stream may be packed in itself
ARCHIVE_END, ARCHIVE_TAIL = b"PK\x05\x06", 65_557  # the end of a ZIP lies within its last 65,557 bytes
EXTENSIONS = {
    "image/png": {"png"},
    "image/jpeg": {"jpg", "jpeg"},
    "image/gif": {"gif"},
    "image/tiff": {"tif", "tiff"},
    "application/pdf": {"pdf"},
    "text/calendar": {"ics"},
    "text/vcard": {"vcf"},
    "text/x-vcard": {"vcf"},
    "audio/amr": {"amr"},
    "audio/mpeg": {"mp3"},
    "audio/ogg": {"ogg", "oga"},
    "audio/mp4": {"m4a", "mp4"},
    "video/mp4": {"mp4", "m4v"},
    "video/quicktime": {"mov", "qt"},
    "video/webm": {"webm"},
    "audio/3gpp": {"3gp"},
    "video/3gpp": {"3gp"},
    "audio/3gpp2": {"3g2"},
    "video/3gpp2": {"3g2"},
}


class Unfit(Exception):
    """The file cannot be taken. text says why, for people, in English, with places for values."""

    def __init__(self, text: str, **values: object) -> None:
        super().__init__(text % values if values else text)
        self.text, self.values = text, values


def checked_type(data: bytes) -> str:
    """The media type of a file whose content bears it out; empty for one that nobody knows. Raises Unfit."""
    kind = detect(data)
    check = {
        "image/png": _png,
        "image/jpeg": _jpeg,
        "image/gif": _gif,
        "application/pdf": _pdf,
    }.get(kind)
    try:
        if check:
            check(data)
    except (IndexError, struct.error, ValueError, zlib.error) as error:
        raise Unfit(gettext_noop("The file is damaged or not what it seems to be.")) from error
    if kind and MARKUP.search(data):
        raise Unfit(gettext_noop("There is a script or a page in the file."))
    if kind and ARCHIVE_END in data[-ARCHIVE_TAIL:]:
        raise Unfit(gettext_noop("The file is an archive besides. Save it anew as what it should be."))
    return kind


def fits_name(kind: str, file_name: str) -> bool:
    """Whether the ending of a file name, if there is one, is one of its type."""
    ending = file_name.rpartition(".")[2].lower() if "." in file_name else ""
    return not ending or ending in EXTENSIONS.get(kind, {ending})


def _unpacked(packed: bytes, most: int) -> int:
    """How many bytes zlib data unpacks to. Raises Unfit beyond `most`, zlib.error when it is damaged or cut off."""
    unpack, total, rest = zlib.decompressobj(), 0, packed
    while rest and not unpack.eof:
        total += len(unpack.decompress(rest, CHUNK))
        if total > most:
            raise Unfit(gettext_noop("The file unpacks to more than a file of its kind may hold."))
        rest = unpack.unconsumed_tail
    if not unpack.eof:
        raise zlib.error("cut off")
    return total


def _need_pixels(width: int, height: int, frames: int = 1) -> None:
    if not width or not height:
        raise ValueError("no pixels")
    if width * height * frames > MAX_PIXELS:
        raise Unfit(
            gettext_noop("The picture has %(width)s × %(height)s pixels; at most %(most)s million are taken."),
            width=width,
            height=height,
            most=MAX_PIXELS // 1_000_000,
        )


def _png(data: bytes) -> None:
    at, packed, size, ended = 8, [], 0, False
    while at < len(data) and not ended:
        (length,) = struct.unpack_from(">I", data, at)
        kind, body = data[at + 4 : at + 8], data[at + 8 : at + 8 + length]
        (crc,) = struct.unpack_from(">I", data, at + 8 + length)
        if len(body) != length or crc != zlib.crc32(kind + body):
            raise ValueError("broken chunk")
        if kind == b"IHDR":
            size = _png_size(body)
        elif kind == b"IDAT":
            packed.append(body)
        elif kind == b"acTL":
            raise Unfit(gettext_noop("The picture moves. Save it as one that stands still."))
        elif kind in (b"zTXt", b"iCCP"):
            _unpacked(body[body.index(b"\0") + 2 :], MAX_TEXT * 4)
        elif kind == b"iTXt":
            start = body.index(b"\0")
            text = body[start + 3 :].split(b"\0", 2)[2]
            if body[start + 1]:
                _unpacked(text, MAX_TEXT)
        ended = kind == b"IEND"
        at += 12 + length
    if not ended or not packed or at != len(data):
        raise ValueError("the end is missing, or is not the end")
    if _unpacked(b"".join(packed), size) != size:
        raise ValueError("not as many pixels as it says")


def _png_size(header: bytes) -> int:
    """Bytes of the unpacked picture, filter bytes and the seven passes of interlacing included."""
    width, height, depth, colour, _method, _filter, interlaced = struct.unpack(">IIBBBBB", header)
    _need_pixels(width, height)
    bits = depth * {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}[colour]
    passes = [(0, 0, 1, 1)]
    if interlaced:
        passes = [(0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2)]
    total = 0
    for left, top, step_x, step_y in passes:
        columns, lines = -(-max(width - left, 0) // step_x), -(-max(height - top, 0) // step_y)
        total += lines * (1 + -(-columns * bits // 8)) if columns else 0
    if total > MAX_UNPACKED:
        raise Unfit(gettext_noop("The picture unpacks to more than a picture may hold."))
    return total


def _jpeg(data: bytes) -> None:
    at, has_frame = 2, False
    while True:
        if data[at] != 0xFF:
            raise ValueError("no marker")
        marker = data[at + 1]
        if marker == 0xFF:  # a fill byte
            at += 1
            continue
        if marker == 0xD9:
            break
        if marker == 0x01 or 0xD0 <= marker <= 0xD8:
            at += 2
            continue
        (length,) = struct.unpack_from(">H", data, at + 2)
        if 0xC0 <= marker <= 0xCF and marker not in (0xC4, 0xC8, 0xCC):
            height, width = struct.unpack_from(">HH", data, at + 5)
            _need_pixels(width, height)
            has_frame = True
        at += 2 + length
        if marker == 0xDA:  # the picture itself, up to the next marker that is no part of it
            while not (data[at] == 0xFF and data[at + 1] not in (0x00, *range(0xD0, 0xD8))):
                at = data.index(b"\xff", at + 1)
    behind = data[at + 2 :]
    # Cameras put a preview, which is another JPEG, behind the picture; nothing else has a place there.
    if not has_frame or (behind.strip(b"\0") and not behind.lstrip(b"\0").startswith(b"\xff\xd8\xff")):
        raise ValueError("no picture, or something behind it")


def _gif(data: bytes) -> None:
    width, height, flags = struct.unpack_from("<HHB", data, 6)
    _need_pixels(width, height)
    at = 13 + (3 << (flags & 7) + 1 if flags & 0x80 else 0)
    frames = 0
    while data[at] != 0x3B:
        if data[at] == 0x21:
            at += 2
        elif data[at] == 0x2C:
            frame_width, frame_height, local = struct.unpack_from("<HHB", data, at + 5)
            frames += 1
            _need_pixels(max(width, frame_width), max(height, frame_height), frames)
            at += 10 + (3 << (local & 7) + 1 if local & 0x80 else 0) + 1
        else:
            raise ValueError("no block")
        while data[at]:
            at += data[at] + 1
        at += 1
    if not frames or data[at + 1 :].strip(b"\0"):
        raise ValueError("no picture, or something behind it")


def _pdf(data: bytes) -> None:
    """What a stream is, is told by what it holds besides what its dictionary says: readers forgive a lie."""
    if not data.rstrip(b"\0\t\n\f\r ").endswith(b"%%EOF"):
        raise ValueError("the end is missing, or is not the end")
    _pdf_names(data)
    _pdf_pictures(data)
    whole, left, before = memoryview(data), MAX_PDF, 0
    for number, found in enumerate(PDF_STREAM.finditer(data)):
        if number > MAX_STREAMS:
            raise ValueError("more streams than a document of this size has")
        names = set(_names(data[before : found.start()]))
        before = found.end()
        text: bytes | memoryview = whole[before:]
        for _depth in range(NESTED):
            if not _is_zlib(text):
                break
            try:
                text = _inflated(text, left)
            except zlib.error:
                if names & PDF_PACKED:
                    raise
                break
            left -= len(text)
        if isinstance(text, bytes) and (b"ObjStm" in names or PDF_OBJECTS.match(text)):
            _pdf_names(text)


def _pdf_pictures(data: bytes) -> None:
    """No picture says that it has too many pixels, whatever it is packed with."""
    sizes: dict[bytes, int] = {}
    for found in PDF_SIZE.finditer(data):
        sizes = {**({} if found[1] in sizes else sizes), found[1]: int(found[2])}
        if len(sizes) == 2:
            _need_pixels(*(side or 1 for side in sizes.values()))
            sizes = {}


def _is_zlib(start: bytes | memoryview) -> bool:
    """Whether bytes begin as zlib data does (RFC 1950)."""
    return len(start) >= 2 and start[0] & 0x0F == 8 and start[0] >> 4 <= 7 and (start[0] << 8 | start[1]) % 31 == 0


def _inflated(packed: bytes | memoryview, most: int) -> bytes:
    """What zlib data unpacks to, however much of it is there. Raises Unfit beyond `most`, zlib.error if it is wrong."""
    unpack, text, at, size = zlib.decompressobj(), bytearray(), 0, 1024
    while at < len(packed) and not unpack.eof:
        text += unpack.decompress(packed[at : at + size], most + 1 - len(text))
        if len(text) > most:
            raise Unfit(gettext_noop("The document unpacks to more than a document may hold."))
        at, size = at + size, min(size * 2, CHUNK)  # small at first: of thousands of short streams little is copied
    return bytes(text)


def _names(text: bytes) -> Iterator[bytes]:
    """The names in a part of a PDF, without the escapes that can hide them."""
    for found in PDF_NAME.finditer(text):
        yield re.sub(rb"#([0-9A-Fa-f]{2})", lambda escape: bytes([int(escape[1], 16)]), found[1])


def _pdf_names(text: bytes) -> None:
    for name in _names(text):
        if name in PDF_FORBIDDEN:
            raise Unfit(
                gettext_noop("The document has scripts, forms that send, or files inside. Save it as a plain PDF.")
            )
        if name == b"Encrypt":
            raise Unfit(
                gettext_noop("The document is encrypted, so that nobody can look at it. Save it without a password.")
            )
