"""manage.py message_parts: JSON in, JSON out, and refusals that name entry and field."""

import io
import json

import pytest
from django.core.management import CommandError, call_command

from messaging.text.parts import analyse


def run(monkeypatch, given: bytes) -> str:
    """Run the command with these bytes on standard input and return what it writes."""
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(given)))
    written = io.StringIO()
    call_command("message_parts", stdout=written)
    return written.getvalue()


def test_cuts_every_text(monkeypatch):
    texts = ["a" * 161, "😀" * 36, "", "\ud800", "Grüße {€}"]
    given = json.dumps([{"id": f"t{at}", "text": text} for at, text in enumerate(texts)]).encode()
    answers = json.loads(run(monkeypatch, given))
    assert [answer["id"] for answer in answers] == ["t0", "t1", "t2", "t3", "t4"]
    for text, answer in zip(texts, answers, strict=True):
        assert list(answer) == ["id", "encoding", "parts", "characters", "contents"]
        assert (answer["encoding"], answer["parts"]) == (analyse(text).encoding, analyse(text).parts)
        assert "".join(answer["contents"]) == text
    assert answers[1]["contents"] == ["😀" * 33, "😀" * 3]


def test_reads_utf_8_as_it_is(monkeypatch):
    (answer,) = json.loads(run(monkeypatch, '[{"id": 1, "text": "Größe"}]'.encode()))
    assert answer == {"id": 1, "encoding": "GSM", "parts": 1, "characters": 5, "contents": ["Größe"]}


def test_answers_an_empty_list(monkeypatch):
    assert json.loads(run(monkeypatch, b"[]")) == []


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        (b"", "not JSON"),
        (b"[", "not JSON"),
        (b'["\xff"]', "not UTF-8"),
        (b'{"id": 1, "text": "a"}', "must be a JSON list"),
        (b'["a"]', "Entry 0: must be an object"),
        (b'[{"id": 1, "text": "a"}, {"text": "a"}]', "Entry 1, field id: is missing"),
        (b'[{"id": null, "text": "a"}]', "Entry 0, field id: must be a string or a number"),
        (b'[{"id": "x"}]', r"Entry 0 \(id 'x'\), field text: is missing"),
        (b'[{"id": "x", "text": 5}]', r"Entry 0 \(id 'x'\), field text: must be a string"),
    ],
)
def test_refuses_malformed_input(monkeypatch, given, reason):
    with pytest.raises(CommandError, match=reason):
        run(monkeypatch, given)
