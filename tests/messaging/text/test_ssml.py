"""SSML: what is read, what is refused and where, what is billed, and how long it takes."""

from xml.sax.saxutils import escape

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console import shapes
from messaging.text import speech, ssml
from messaging.text.speech import Mark


def said(body: str) -> list[tuple[str, tuple[Mark, ...]]]:
    return [(segment.text, segment.marks) for segment in ssml.read(f"<speak>{body}</speak>").segments]


def test_voices_are_those_of_the_service_model() -> None:
    """send.voice_default"""
    assert tuple(speech.voices()) == shapes.enum("SendVoiceMessage.VoiceId")
    assert speech.default_voice() == "MATTHEW"
    languages = shapes.enum("SendDestinationNumberVerificationCode.LanguageCode")
    assert set(speech.verification_voices()) == set(languages)
    assert set(speech.verification_voices().values()) <= set(speech.voices())


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("Hello", [("Hello", ())]),
        ("a &lt; b &amp; c", [("a < b & c", ())]),
        ("<emphasis>a</emphasis>", [("a", (Mark("emphasis", "moderate"),))]),
        ("a<break/>b", [("a", ()), ("", (Mark("pause", "0.4"),)), ("b", ())]),
        ("a<break strength='none'/>b", [("ab", ())]),
        ("a<break time='1500ms'/>", [("a", ()), ("", (Mark("pause", "1.5"),))]),
        ("<say-as interpret-as='digits'>12</say-as>", [("12", (Mark("say-as", "digits"),))]),
        (
            "<prosody rate='slow'>a<amazon:effect name='whispered'>b</amazon:effect></prosody>",
            [("a", (Mark("rate", "slow"),)), ("b", (Mark("rate", "slow"), Mark("whispered")))],
        ),
        ("<sub alias='World Wide Web'>WWW</sub>", [("WWW", (Mark("sub", "World Wide Web"),))]),
        ("<!-- not said -->a", [("a", ())]),
        ("<![CDATA[<b>]]>", [("<b>", ())]),
        ("<mark name='x'/>a", [("a", ())]),
    ],
)
def test_how_things_are_said(body: str, expected: list[tuple[str, tuple[Mark, ...]]]) -> None:
    assert said(body) == expected


@pytest.mark.parametrize(
    ("text", "kind", "place"),
    [
        ("Hello", "malformed", (1, 1)),
        ("<speak>Hello", "malformed", (1, 13)),
        ("<speak>\n a & b</speak>", "malformed", (2, 5)),
        ("<speak>&nbsp;</speak>", "malformed", (1, 8)),
        ("<speak>a</speak><speak>b</speak>", "malformed", (1, 17)),
        ("<speak>\ud800</speak>", "malformed", (1, 8)),
        ('<!DOCTYPE speak SYSTEM "http://example.com/a.dtd"><speak>a</speak>', "document-type", None),
        ('<!DOCTYPE s [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><speak>&b;</speak>', "document-type", None),
        ("<?go now?><speak>a</speak>", "instruction", None),
        ("<p>a</p>", "root", (1, 1)),
        ("<speak>a<speak>b</speak></speak>", "nested-root", (1, 9)),
        ("<speak>\n<audio src='a.mp3'/></speak>", "unknown-element", (2, 1)),
        ("<speak><BREAK/>a</speak>", "unknown-element", (1, 8)),
        ("<speak><break size='1s'/>a</speak>", "unknown-attribute", (1, 8)),
        ("<speak><break strength='huge'/>a</speak>", "attribute-value", (1, 8)),
        ("<speak><break time='٣s'/>a</speak>", "attribute-value", (1, 8)),
        ("<speak><prosody rate='slowly'>a</prosody></speak>", "attribute-value", (1, 8)),
        ("<speak><say-as>1</say-as></speak>", "missing-attribute", (1, 8)),
        ("<speak><prosody>1</prosody></speak>", "needs-one", (1, 8)),
        ("<speak><break>a</break></speak>", "not-empty", None),
        ("<speak><break><p>a</p></break></speak>", "not-empty", None),
        ("<speak><break time='10.1s'/>a</speak>", "long-break", (1, 8)),
        ("<speak> <break/> </speak>", "nothing-said", (1, 1)),
    ],
)
def test_what_is_refused_and_where(text: str, kind: str, place: tuple[int, int] | None) -> None:
    with pytest.raises(ssml.SsmlError) as refused:
        ssml.read(text)
    assert refused.value.kind == kind
    assert place is None or (refused.value.line, refused.value.column) == place


def test_the_guides_example_may_spell_its_root_so() -> None:
    assert ssml.read("<speaK>Hello</speaK>").characters == 5


def test_deep_nesting_is_only_slow_to_write() -> None:
    depth = 850
    script = ssml.read("<speak>" + "<p>" * depth + "a" + "</p>" * depth + "</speak>")
    assert script.characters == 1


@pytest.mark.parametrize(
    ("body", "seconds"),
    [
        ("a" * 150, 10),
        ("a", 1),
        ("<say-as interpret-as='digits'>1234567890</say-as>", 4),
        ("<prosody rate='x-slow'>" + "a" * 150 + "</prosody>", 20),
        ("<prosody rate='200%'>" + "a" * 150 + "</prosody>", 5),
        ("a<break time='10s'/>", 11),
        ("<prosody amazon:max-duration='3s'>" + "a" * 150 + "</prosody>", 3),
        ("確認" * 25, 10),
        ("<sub alias='" + "a" * 150 + "'>b</sub>", 10),
    ],
)
def test_how_long_it_takes(body: str, seconds: int) -> None:
    assert ssml.read(f"<speak>{body}</speak>").seconds == seconds


@pytest.mark.parametrize(("seconds", "minutes"), [(0, 0), (1, 1), (60, 1), (61, 2), (300, 5)])
def test_minutes_begun(seconds: int, minutes: int) -> None:
    assert speech.minutes_begun(seconds) == minutes


@given(
    st.text(
        st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"], exclude_characters="\ufffe\uffff"), min_size=1
    )
)
def test_a_text_wrapped_up_is_said_and_billed_as_it_is(text: str) -> None:
    plain = speech.plain(text)
    try:
        marked = ssml.read(f"<speak>{escape(text)}</speak>")
    except ssml.SsmlError as error:
        assert error.kind == "nothing-said" and not text.strip()
        return
    assert marked.characters == plain.characters == len(text)
    assert marked.spoken.split() == plain.spoken.split() == text.split()


@given(st.text(max_size=200))
def test_nothing_but_a_script_or_a_reason_comes_out(text: str) -> None:
    for body in (text, f"<speak>{text}</speak>"):
        try:
            assert ssml.read(body).total == len(body)
        except ssml.SsmlError as error:
            assert error.line >= 1 and error.column >= 1
