"""What forces UCS-2, what may stand in for it, and what that gains. Source: messaging/data/gsm0338.json."""

import json
import unicodedata
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from messaging.text import alphabet
from messaging.text.limits import breach, send_breach, shape_breach
from messaging.text.offenders import (
    extension,
    gain,
    invisible,
    offenders,
    replaced,
    replaced_safely,
    safe_gain,
)
from messaging.text.parts import count
from messaging.text.runs import runs

DATA = Path(alphabet.__file__).parents[1] / "data"
ALPHABET = json.loads((DATA / "gsm0338.json").read_text(encoding="utf-8"))
APPOINTMENT = (
    "John: Your appointment with Dr. Salazar’s office is scheduled for next Thursday at 4:30pm. "
    "Reply YES to confirm, NO to reschedule."
)


def test_alphabet_has_the_characters_of_the_standard():
    assert (len(alphabet.BASIC), len(alphabet.EXTENSION), len(alphabet.GSM)) == (127, 10, 137)
    assert alphabet.BASIC.index("A") == 0x41 - 1  # one behind its code: the escape at 0x1B is left out
    assert "\x1b" not in alphabet.GSM
    assert "\f" in alphabet.EXTENSION


@pytest.mark.parametrize("char", sorted(alphabet.GSM))
def test_weighs_every_character_of_the_alphabet(char):
    found = alphabet.weights(char)
    assert found is not None
    assert (found in alphabet.EXTENSION_BYTES) == (char in alphabet.EXTENSION)


def test_no_other_character_is_gsm():
    every = (chr(point) for point in range(0x110000))
    assert {char for char in every if alphabet.is_gsm(char)} == alphabet.GSM
    assert not alphabet.is_gsm("Δ€я")
    assert not alphabet.is_gsm("Δ€\x80")


@pytest.mark.parametrize("row", ALPHABET["replacements"], ids=lambda row: alphabet.code_point(row["char"]))
def test_listed_replacement_is_needed_and_helps(row):
    assert row["char"] not in alphabet.GSM
    assert alphabet.is_gsm(row["replace_with"])
    assert row["why"]
    if unicodedata.category(row["char"]).startswith("L") and row["char"] not in "ʼªº":
        assert not row["keeps_meaning"]


@pytest.mark.parametrize(
    ("char", "text", "keeps_meaning"),
    [
        ("’", "'", True),  # user guide, message length chapter
        ("®", "(R)", True),  # user guide
        ("™", "(TM)", True),  # user guide
        ("“", '"', True),  # user guide
        ("–", "-", True),
        ("…", "...", True),
        ("\u00a0", " ", True),
        ("\u2007", " ", True),
        ("\u200b", "", True),
        ("\x07", "", True),
        ("\u2126", "Ω", True),  # ohm sign: canonical equivalent
        ("e\u0301", "é", True),
        ("\ufb01", "fi", True),
        ("Ａ", "A", True),
        ("á", "a", False),
        ("ç", "c", False),
        ("ŵ", "w", False),
        ("a\u0301", "a", False),
        ("ł", "l", False),
        ("²", "2", False),
        ("½", "1/2", False),
    ],
)
def test_replacement_and_whether_it_keeps_the_meaning(char, text, keeps_meaning):
    found = alphabet.replacement(char)
    assert found is not None
    assert (found.text, found.keeps_meaning) == (text, keeps_meaning)
    assert found.why


@pytest.mark.parametrize("char", ["😀", "я", "你", "\ud800", "\ufe0f", "\u200d", "한"])
def test_nothing_stands_in_for_other_scripts_and_emoji(char):
    assert alphabet.replacement(char) is None


@settings(deadline=None)
@given(st.characters())
def test_replacements_are_always_gsm(char):
    found = alphabet.replacement(char) if not alphabet.is_gsm(char) else None
    assert found is None or alphabet.is_gsm(found.text)


def test_lists_each_offender_once_with_all_its_places():
    first, second, third = offenders("a–b–á 😀")
    assert (first.text, first.positions, first.code_point, first.name) == ("–", (1, 3), "U+2013", "en dash")
    assert (first.safe, second.safe, third.safe) == (True, False, False)
    assert second.replacement is not None
    assert third.replacement is None


def test_takes_a_letter_with_its_marks_as_one():
    (found,) = offenders("cafe\u0301!")
    assert (found.text, found.positions, found.code_point) == ("e\u0301", (3,), "U+0065 U+0301")
    assert replaced_safely("cafe\u0301!") == "café!"


def test_gsm_text_has_no_offenders():
    assert offenders("Ä {€} é \r\n") == ()


def test_counts_extension_characters():
    assert [(mark.text, mark.positions) for mark in extension("{a{€")] == [("{", (0, 2)), ("€", (3,))]


@pytest.mark.parametrize(
    ("char", "label"),
    [
        ("\u00a0", "[NBSP]"),
        ("\u200b", "[ZWSP]"),
        ("\u00ad", "[SHY]"),
        ("\ufeff", "[BOM]"),
        ("\u202f", "[NNBSP]"),
        ("\u200d", "[ZWJ]"),
        ("\ufe0f", "[VS16]"),
        ("\t", "[TAB]"),
        ("\f", "[FF]"),
        ("\u2005", "[U+2005]"),
        ("\x01", "[U+0001]"),
        ("\udc00", "[U+DC00]"),
    ],
)
def test_labels_what_cannot_be_seen(char, label):
    assert [(mark.label, mark.positions) for mark in invisible(f"a{char} b\r\n")] == [(label, (1,))]


@settings(deadline=None)
@given(st.text())
def test_invisible_finds_everything_that_has_a_label(text):
    found = {mark.text for mark in invisible(text)}
    assert found == {char for char in text if char not in "\r\n" and alphabet.label(char)}


def test_replacing_the_apostrophe_saves_a_part():
    found = safe_gain(APPOINTMENT)
    assert (str(found), found.parts_saved, found.after.encoding) == ("2 parts → 1", 1, "GSM")
    assert found.text == APPOINTMENT.replace("’", "'")


def test_replace_all_leaves_letters_alone():
    assert replaced_safely("Zażółć – gęślą") == "Zażółć - gęślą"


def test_a_letter_is_replaced_when_asked_for():
    assert replaced("á–á", ["á"]) == "a–a"
    assert gain("á" * 71, ["á"]).parts_saved == 1
    assert str(gain("😀", ["😀"])) == "1 part → 1"


def test_a_replacement_may_cost_a_part():
    assert gain("я" + "…" * 69, ["…"]).parts_saved == -3


def test_characters_that_a_replacement_brings_together_are_replaced_too():
    assert replaced_safely("e\u200b\u0301") == "é"


@settings(deadline=None)
@given(st.text(st.sampled_from("aé–’á\u00a0\u200b😀e\u0301€…"), max_size=80))
def test_safe_replacement_leaves_only_offenders_without_one(text):
    assert not any(found.safe for found in offenders(replaced_safely(text)))
    assert not set(replaced(text, [found.text for found in offenders(text)])) & set("–’á\u00a0\u200b…")


@settings(deadline=None)
@given(st.text())
def test_runs_give_the_text_back(text):
    found = runs(text)
    assert "".join(run.text for run in found) == text
    assert {run.text for run in found if run.kind == "outside"} == set(text) - alphabet.GSM
    assert all(run.title for run in found if run.kind != "plain")


def test_runs_name_what_they_mark():
    kinds = [(run.kind, run.text, run.shown) for run in runs("Hi\u00a0{’\n\f\r")]
    assert kinds == [
        ("plain", "Hi", "Hi"),
        ("outside", "\u00a0", "[NBSP]"),
        ("extension", "{", "{"),
        ("outside", "’", "’"),
        ("plain", "\n", "\n"),
        ("extension", "\f", "[FF]"),
        ("unseen", "\r", "[CR]"),
    ]


@pytest.mark.parametrize(
    ("text", "stage", "found", "allowed"),
    [
        ("", "shape", 0, 1),
        (" \n\u00a0", "shape", 3, 1600),
        ("a" * 1601, "shape", 1601, 1600),
        ("a" * 1600, "send", 1600, 1530),
        ("a" * 1531, "send", 1531, 1530),
        ("€" * 766, "send", 1532, 1530),
        ("ш" * 631, "send", 631, 630),
        ("😀" * 316, "send", 632, 630),
    ],
)
def test_names_the_broken_limit(text, stage, found, allowed):
    broken = breach(text)
    assert broken is not None
    assert (broken.stage, broken.found, broken.allowed) == (stage, found, allowed)
    assert broken.message.endswith(".")


@pytest.mark.parametrize("text", ["a", "a" * 1530, "€" * 765, "ш" * 630, "😀" * 315])
def test_accepts_up_to_the_limit(text):
    assert breach(text) is None
    assert shape_breach(text) is None
    assert send_breach(count(text)) is None


def test_says_which_limit_in_words():
    broken = breach("ш" * 631)
    assert broken is not None
    assert "631" in broken.message
    assert "630" in broken.message
    assert "UCS-2" in broken.message
