"""Whether a file really is what it seems: PNG, JPEG, GIF and PDF are read from end to end, without decoding a picture.

What is looked for: a file that ends early or goes on behind its end, a picture or stream that unpacks to far more than
it should (decompression bombs), and scripts in PDFs. Other media types are told by their signature only; whatever the
type, a file is only ever handed out as a download of it. No Django here.
Sources: the PNG specification (third edition), ITU T.81, GIF89a, ISO 32000-1.
"""

import re
import struct
import zlib

from messaging.text.media_types import detect

MAX_PIXELS = 40_000_000
MAX_UNPACKED = 200_000_000  # bytes of a picture: 40 million pixels of 5 bytes
MAX_TEXT = 1_000_000  # bytes that a text chunk of a PNG may unpack to
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
PDF_STREAM = re.compile(rb"stream\r?\n")
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
    """The file cannot be taken; the text says why, for people."""


def checked_type(data: bytes) -> str:
    """The media type of a file whose content bears it out; empty for one that nobody knows. Raises Unfit."""
    kind = detect(data)
    check = {
        "image/png": _png,
        "image/jpeg": _jpeg,
        "image/gif": _gif,
        "application/pdf": _pdf,
        "text/calendar": _text,
        "text/vcard": _text,
        "text/x-vcard": _text,
    }.get(kind)
    try:
        if check:
            check(data)
    except (IndexError, struct.error, ValueError, zlib.error) as error:
        raise Unfit("The file is damaged or not what it seems to be.") from error
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
            raise Unfit("The file unpacks to more than a file of its kind may hold.")
        rest = unpack.unconsumed_tail
    if not unpack.eof:
        raise zlib.error("cut off")
    return total


def _need_pixels(width: int, height: int, frames: int = 1) -> None:
    if not width or not height:
        raise ValueError("no pixels")
    if width * height * frames > MAX_PIXELS:
        raise Unfit(f"The picture has {width} × {height} pixels; at most {MAX_PIXELS // 1_000_000} million are taken.")


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
        raise Unfit("The picture unpacks to more than a picture may hold.")
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
    if MARKUP.search(behind):
        raise Unfit("There is a script or a page behind the picture.")


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
    if b"%%EOF" not in data[-1100:]:
        raise ValueError("the end is missing")
    _pdf_names(data)
    left = MAX_PDF
    for found in PDF_STREAM.finditer(data):
        head = data[max(0, found.start() - 2000) : found.start()].rpartition(b"obj")[2]
        if b"FlateDecode" not in head and b"/Fl" not in head:
            continue
        text = _inflated(data, found.end(), left)
        left -= len(text)
        if b"ObjStm" in head:
            _pdf_names(text)


def _inflated(data: bytes, start: int, most: int) -> bytes:
    """What a stream of a PDF unpacks to; one that is damaged ends where it breaks. Raises Unfit beyond `most`."""
    end = data.find(b"endstream", start)
    unpack = zlib.decompressobj()
    try:
        text = unpack.decompress(data[start : end if end > 0 else None], most + 1)
    except zlib.error:
        return b""
    if len(text) > most:
        raise Unfit("The document unpacks to more than a document may hold.")
    return text


def _pdf_names(text: bytes) -> None:
    for found in PDF_NAME.finditer(text):
        name = re.sub(rb"#([0-9A-Fa-f]{2})", lambda escape: bytes([int(escape[1], 16)]), found[1])
        if name in PDF_FORBIDDEN:
            raise Unfit("The document has scripts, forms that send, or files inside. Save it as a plain PDF.")
        if name == b"Encrypt":
            raise Unfit("The document is encrypted, so that nobody can look at it. Save it without a password.")


def _text(data: bytes) -> None:
    if MARKUP.search(data):
        raise Unfit("There is a script or a page in the file.")
