"""What a file is, by its bytes."""

import pytest

from messaging.reference import media_types
from messaging.text.media_types import detect
from tests.media_samples import OTHERS, PNG_HEAD, SAMPLES, SVG, box, png


@pytest.mark.parametrize("kind", sorted(media_types()))
def test_every_type_that_an_mms_carries_is_told(kind: str) -> None:
    assert detect(SAMPLES[kind]) == kind


@pytest.mark.parametrize("kind", sorted(OTHERS))
def test_other_types_are_not_taken_for_one_of_them(kind: str) -> None:
    assert detect(OTHERS[kind]) == kind
    assert kind not in media_types()


def test_limits_are_two_megabytes_for_three_types_and_600_kilobytes_for_the_rest() -> None:
    large = {kind for kind, most in media_types().items() if most == 2 * 1024 * 1024}
    assert large == {"image/gif", "image/jpeg", "image/png"}
    assert {most for kind, most in media_types().items() if kind not in large} == {600 * 1024}
    assert len(media_types()) == 19


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (b"", ""),
        (PNG_HEAD, ""),
        (png()[:8] + SVG, ""),
        (b"\xef\xbb\xbf\n  " + SVG, "image/svg+xml"),
        (b"begin:vcard\nversion:2.1\nend:vcard", "text/x-vcard"),
        (b"ID3\x04\x00\x00\x00\x00\x00\x02??\xff\xfb\x90\x00", "audio/mpeg"),
        (b"ID3\x04\x00\x00\x00\x00\x00\x02??\xff\xf1\x50\x80", "audio/aac"),
        (b"OggS" + bytes(24) + b"\x80theora", "video/ogg"),
        (box(b"isom", b"soun"), "audio/mp4"),
        (b"\0\0\0\x08wide\0\0\0\x08mdat\0\0\0\x08moov", "video/quicktime"),
        ("héllo".encode("latin-1"), ""),
    ],
)
def test_the_bytes_decide(data: bytes, kind: str) -> None:
    assert detect(data) == kind
