"""Speech synthesis markup: read, held to the elements that are known, and turned into a script.

Well-formed XML without a document type, so that no entity but XML's own five can stand in it; nothing outside the text
is ever read. Elements, attributes and their values: messaging/data/ssml.json.
"""

import re
from dataclasses import dataclass, field
from typing import Any, Final
from xml.parsers import expat

from messaging.text.speech import Mark, Script, Segment, reading_seconds, whole_seconds
from messaging.text.tables import document

_TABLE: Final = document("ssml.json")
_ELEMENTS: Final[dict[str, dict[str, Any]]] = _TABLE["elements"]
_NEEDS: Final[dict[str, list[str]]] = _TABLE["needs"]
_TIME: Final = re.compile(r"(\d+(?:\.\d+)?)(ms|s)", re.ASCII)
_SPELLED: Final = {"characters", "spell-out", "digits", "telephone"}
ROOT: Final = "speak"


class SsmlError(ValueError):
    """Why a text is no SSML that can be read: a kind, where (line and column from 1), and the names concerned.

    Kinds: malformed, document-type, instruction, root, unknown-element, nested-root, unknown-attribute,
    attribute-value, missing-attribute, needs-one, not-empty, long-break, nothing-said.
    """

    def __init__(self, kind: str, line: int, column: int, **names: str) -> None:
        super().__init__(kind)
        self.kind, self.line, self.column, self.names = kind, line, column, names


@dataclass(slots=True)
class _Open:
    """An element that is not closed yet."""

    name: str
    marks: tuple[Mark, ...]
    rate: float = 1.0
    spelled: bool = False
    alias: str = ""
    most_seconds: float | None = None
    began: float = 0.0


@dataclass(slots=True)
class _Reader:
    """Collects what the parser meets."""

    parser: Any
    open: list[_Open] = field(default_factory=list)
    segments: list[Segment] = field(default_factory=list)
    seconds: float = 0.0
    characters: int = 0
    begins: bool = True

    def wrong(self, kind: str, **names: str) -> SsmlError:
        return SsmlError(kind, self.parser.CurrentLineNumber, self.parser.CurrentColumnNumber + 1, **names)

    def start(self, given: str, attributes: dict[str, str]) -> None:
        # The user guide's own example writes the root as <speaK>: case does not matter for it, and only for it.
        name = ROOT if given.lower() == ROOT else given
        if not self.open and name != ROOT:
            raise self.wrong("root", element=given)
        if self.open and name == ROOT:
            raise self.wrong("nested-root", element=given)
        if name not in _ELEMENTS:
            raise self.wrong("unknown-element", element=given)
        if self.open and self.open[-1].name in _TABLE["empty"]:
            raise self.wrong("not-empty", element=self.open[-1].name)
        self._check(name, attributes)
        self._enter(name, attributes)

    def _check(self, name: str, attributes: dict[str, str]) -> None:
        known = _ELEMENTS[name]
        for attribute, value in attributes.items():
            if attribute not in known:
                raise self.wrong("unknown-attribute", element=name, attribute=attribute)
            allowed = known[attribute]
            fits = value in allowed if isinstance(allowed, list) else _matches(allowed, value)
            if not fits:
                raise self.wrong("attribute-value", element=name, attribute=attribute, value=value[:60])
        for attribute in _NEEDS.get(name, ()):
            if attribute not in attributes:
                raise self.wrong("missing-attribute", element=name, attribute=attribute)
        if name in _TABLE["needs_one"] and not attributes:
            raise self.wrong("needs-one", element=name)
        if name == "break" and _seconds(attributes.get("time", "0s")) > _TABLE["longest_break_seconds"]:
            raise self.wrong("long-break", most=str(_TABLE["longest_break_seconds"]))

    def _enter(self, name: str, attributes: dict[str, str]) -> None:
        above = self.open[-1] if self.open else _Open("", ())
        entered = _Open(
            name,
            above.marks + _marks(name, attributes),
            above.rate * _rate(attributes),
            above.spelled or attributes.get("interpret-as") in _SPELLED,
            attributes.get("alias", ""),
            _seconds(attributes["amazon:max-duration"]) if "amazon:max-duration" in attributes else None,
            self.seconds,
        )
        if name in ("p", "s") and self.segments:
            self.seconds += _TABLE["paragraph_seconds" if name == "p" else "sentence_seconds"]
            self.begins = self.begins or name == "p"
        if name == "break":
            self._pause(_break_seconds(attributes), above.marks)
        elif name == "amazon:breath":
            self._add("", (*above.marks, Mark("breath")))
            self.seconds += _TABLE["breath_seconds"]
        self.open.append(entered)

    def _pause(self, seconds: float, marks: tuple[Mark, ...]) -> None:
        self.seconds += seconds
        if seconds:
            self._add("", (*marks, Mark("pause", f"{seconds:g}")))

    def text(self, data: str) -> None:
        inside = self.open[-1]
        if inside.name in _TABLE["empty"] and data.strip():
            raise self.wrong("not-empty", element=inside.name)
        self.characters += len(data)
        said = inside.alias or data
        if data.strip():
            self.seconds += reading_seconds(said, spelled=inside.spelled) / inside.rate
        self._add(data, inside.marks)

    def _add(self, text: str, marks: tuple[Mark, ...]) -> None:
        if text and not text.strip() and self.begins:
            return  # white space between paragraphs
        self.segments.append(Segment(text, marks, self.begins))
        self.begins = False

    def end(self, _name: str) -> None:
        closed = self.open.pop()
        if closed.most_seconds is not None:
            self.seconds = min(self.seconds, closed.began + closed.most_seconds)
        if closed.name == "p":
            self.begins = True


def read(text: str) -> Script:
    """The script of an SSML text. Raises SsmlError with the first thing that is wrong."""
    parser = expat.ParserCreate()
    parser.buffer_text = True
    reader = _Reader(parser)

    def refuse(kind: str) -> Any:
        def handler(*_given: Any) -> None:
            raise reader.wrong(kind)

        return handler

    parser.StartElementHandler, parser.EndElementHandler = reader.start, reader.end
    parser.CharacterDataHandler = reader.text
    parser.StartDoctypeDeclHandler, parser.ProcessingInstructionHandler = refuse("document-type"), refuse("instruction")
    try:
        parser.Parse(text, True)
    except expat.ExpatError as error:
        raise SsmlError("malformed", error.lineno, error.offset + 1, why=expat.ErrorString(error.code)) from error
    except UnicodeEncodeError as error:
        raise SsmlError("malformed", 1, error.start + 1, why="not well-formed (invalid token)") from error
    if not any(segment.text.strip() for segment in reader.segments):
        raise SsmlError("nothing-said", 1, 1)
    return Script(tuple(_merged(reader.segments)), reader.characters, len(text), whole_seconds(reader.seconds))


def _matches(pattern: str | None, value: str) -> bool:
    return pattern is None or re.fullmatch(pattern, value, re.ASCII) is not None


def _seconds(time: str) -> float:
    found = _TIME.fullmatch(time)
    assert found, "the value was held to its pattern"
    return float(found[1]) / (1000 if found[2] == "ms" else 1)


def _break_seconds(attributes: dict[str, str]) -> float:
    if "time" in attributes:
        return _seconds(attributes["time"])
    seconds: float = _TABLE["break_seconds"][attributes.get("strength", "medium")]
    return seconds


def _rate(attributes: dict[str, str]) -> float:
    given = attributes.get("rate")
    if given is None:
        return 1.0
    if given.endswith("%"):
        return min(2.0, max(0.2, float(given[:-1]) / 100))
    rate: float = _TABLE["rates"][given]
    return rate


def _marks(name: str, attributes: dict[str, str]) -> tuple[Mark, ...]:
    """How an element makes its text sound, for a reader of the script."""
    if name == "emphasis":
        return (Mark("emphasis", attributes.get("level", "moderate")),)
    if name == "amazon:effect":
        effects = {"name": attributes.get("name", ""), "phonation": attributes.get("phonation", "")}
        marks = [Mark(value) for value in effects.values() if value]
        if "vocal-tract-length" in attributes:
            marks.append(Mark("vocal-tract-length", attributes["vocal-tract-length"]))
        return tuple(marks)
    if name == "prosody":
        return tuple(Mark(key, attributes[key]) for key in ("volume", "rate", "pitch") if key in attributes)
    kinds = {"say-as": "interpret-as", "sub": "alias", "phoneme": "ph", "lang": "xml:lang"}
    return (Mark(name, attributes[kinds[name]]),) if name in kinds else ()


def _merged(segments: list[Segment]) -> list[Segment]:
    """Neighbours that are said alike, as one; white space as a reader sees it."""
    found: list[Segment] = []
    for segment in segments:
        last = found[-1] if found else None
        if last and not segment.begins and segment.text and last.text and last.marks == segment.marks:
            found[-1] = Segment(last.text + segment.text, last.marks, last.begins)
        else:
            found.append(segment)
    return [Segment(_spaced(it.text), it.marks, it.begins) for it in found]


def _spaced(text: str) -> str:
    return re.sub(r"\s+", " ", text)
