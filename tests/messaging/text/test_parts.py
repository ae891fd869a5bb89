"""Message parts: published vectors, worked examples, boundaries, and what must hold for any text.

Sources: tests/data/message_part_vectors.json and message_part_examples.json (each names its own); 3GPP TS
23.038.
"""

import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from messaging.text.alphabet import BASIC, EXTENSION
from messaging.text.parts import Analysis, Count, analyse, count

DATA = Path(__file__).resolve().parents[2] / "data"
VECTORS = json.loads((DATA / "message_part_vectors.json").read_text(encoding="utf-8"))["vectors"]
EXAMPLES = json.loads((DATA / "message_part_examples.json").read_text(encoding="utf-8"))["examples"]

SURROGATES = st.characters(min_codepoint=0xD800, max_codepoint=0xDFFF)
GSM_TEXT = st.text(st.sampled_from(BASIC + EXTENSION * 6), max_size=700)
UNICODE_TEXT = st.text(st.sampled_from("aя–😀🏳\ufe0f{€"), max_size=400).map(lambda text: "я" + text)
ANY_TEXT = st.one_of(GSM_TEXT, UNICODE_TEXT, st.text(st.characters(), max_size=300))
BROKEN_CHARACTERS = st.one_of(st.sampled_from("a😀"), SURROGATES)
BROKEN_TEXT = st.text(BROKEN_CHARACTERS, max_size=200).map(lambda text: text + "\ud800")


def weight(char: str, encoding: str) -> int:
    """The units of one character, written anew so that the tests do not lean on the code they judge."""
    if encoding == "GSM":
        return 2 if char in EXTENSION else 1
    return 2 if ord(char) > 0xFFFF else 1


def slow_contents(text: str) -> tuple[str, ...]:
    """The plain loop over characters: greedy, so that no cut into fewer parts exists."""
    encoding = "GSM" if all(char in BASIC + EXTENSION for char in text) else "UNICODE"
    single, split = (160, 153) if encoding == "GSM" else (70, 67)
    weights = [weight(char, encoding) for char in text]
    if not text or sum(weights) <= single:
        return (text,) if text else ()
    contents, used = [""], 0
    for char, units in zip(text, weights, strict=True):
        if used + units > split:
            contents.append("")
            used = 0
        contents[-1] += char
        used += units
    return tuple(contents)


@pytest.mark.parametrize("vector", VECTORS + EXAMPLES, ids=lambda vector: vector["id"])
def test_agrees_with_published_vector(vector):
    found = analyse(vector["text"])
    assert (found.encoding, found.characters, found.parts) == (
        vector["encoding"],
        vector["characters"],
        vector["parts"],
    )
    assert found.contents == slow_contents(vector["text"])
    assert count(vector["text"]) == Count(found.encoding, found.characters, found.parts)


def test_all_vectors_are_there():
    assert len(VECTORS) == 208
    assert len(EXAMPLES) == 27
    assert all(vector["source"] and vector["licence"] for vector in VECTORS)


@pytest.mark.parametrize(
    ("text", "lengths", "used", "left"),
    [
        ("", [], [], 160),
        ("a", [1], [1], 159),
        ("a" * 160, [160], [160], 0),
        ("a" * 161, [153, 8], [153, 8], 145),
        ("a" * 1530, [153] * 10, [153] * 10, 0),
        ("€" * 80, [80], [160], 0),
        ("€" * 81, [76, 5], [152, 10], 143),
        ("e" * 152 + "€" + "f" * 7, [152, 8], [152, 9], 144),
        ("e" * 151 + "€" + "f" * 8, [152, 8], [153, 8], 145),
        ("e" * 152 + "€" + "f" * 152, [152, 152, 1], [152, 153, 1], 152),
        ("\f" * 77, [77], [154], 6),
        ("ш" * 70, [70], [70], 0),
        ("ш" * 71, [67, 4], [67, 4], 63),
        ("ш" * 630, [67] * 9 + [27], [67] * 9 + [27], 40),
        ("😀" * 35, [35], [70], 0),
        ("😀" * 36, [33, 3], [66, 6], 61),
        ("ш" + "😀" * 35, [34, 2], [67, 4], 63),
        ("Δ" * 161, [153, 8], [153, 8], 145),
        ("{" * 70 + "ш", [67, 4], [67, 4], 63),
        ("\x1b", [1], [1], 69),
    ],
)
def test_fills_parts_to_the_boundary(text, lengths, used, left):
    found = analyse(text)
    assert [len(content) for content in found.contents] == lengths
    assert list(found.used) == used
    assert found.left == left


@pytest.mark.parametrize("pair", ["\ud83d\ude00", "\U0001f600"])
def test_keeps_a_surrogate_pair_whole_however_it_is_spelt(pair):
    found = analyse("\ud800" + "ш" * 65 + pair + "ш" * 10)
    assert found.contents[1].startswith(pair)
    assert found.used == (66, 12)


@pytest.mark.parametrize("text", ["\ud800", "\udc00", "a\udfffb"])
def test_counts_a_lone_surrogate_as_one_unit(text):
    assert analyse(text) == Analysis("UNICODE", len(text), 1, (text,), (len(text),), 70)
    assert count(text) == Count("UNICODE", len(text), 1)


def test_fills_parts_around_a_lone_surrogate():
    found = analyse("\ud800" + "ш" * 100 + "😀")
    assert found.used == (67, 36)
    assert count("\ud800" + "ш" * 100 + "😀") == Count("UNICODE", 103, 2)


@settings(max_examples=300, deadline=None)
@given(ANY_TEXT)
def test_cuts_like_the_plain_loop(text):
    found = analyse(text)
    assert found.contents == slow_contents(text)
    assert found.parts == len(found.contents)
    assert found.characters == sum(found.used) == sum(weight(char, found.encoding) for char in text)
    assert count(text) == Count(found.encoding, found.characters, found.parts)


@settings(max_examples=300, deadline=None)
@given(st.one_of(ANY_TEXT, BROKEN_TEXT))
def test_no_part_is_over_its_limit_and_none_is_lost(text):
    found = analyse(text)
    assert "".join(found.contents) == text
    assert all(0 < used <= found.capacity for used in found.used)
    single, split = (160, 153) if found.encoding == "GSM" else (70, 67)
    assert found.capacity == (split if found.parts > 1 else single)
    if found.encoding == "UNICODE":
        sizes = [len(content.encode("utf-16-le", "surrogatepass")) // 2 for content in found.contents]
        assert sizes == list(found.used)


@settings(max_examples=300, deadline=None)
@given(st.one_of(GSM_TEXT, UNICODE_TEXT))
def test_a_part_ends_only_where_the_next_character_would_not_fit(text):
    found = analyse(text)
    for used, following in zip(found.used, found.contents[1:], strict=False):
        assert used + weight(following[0], found.encoding) > found.capacity


@settings(deadline=None)
@given(BROKEN_TEXT)
def test_never_cuts_a_pair_of_surrogates(text):
    contents = analyse(text).contents
    for before, after in zip(contents, contents[1:], strict=False):
        assert not ("\ud800" <= before[-1] <= "\udbff" and "\udc00" <= after[0] <= "\udfff")
