"""A text and what is known about it, advice on it, and the tables that the rules read."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any, Final, Literal

from messaging.reference import Channel
from messaging.text.tables import document

Severity = Literal["error", "warning", "info"]
"""error is refused or illegal, warning likely to be filtered or dearer, info a hint."""
GRAVEST_FIRST: Final = ("error", "warning", "info")

TABLES: Final[dict[str, Any]] = document("content_rules.json")
LONGEST: Final = 4_000  # characters looked at; a body has at most 1,600


@dataclass(frozen=True, slots=True)
class Advice:
    """What one rule says of a text.

    start and end are indexes into the text (code points), None where it is the whole text or something missing. change
    is what the button of the rule does, in words; empty where no machine can write the text.
    """

    rule_id: str
    severity: Severity
    rule: str
    why: str
    mend: str
    start: int | None = None
    end: int | None = None
    found: str = ""
    change: str = ""

    @property
    def rank(self) -> int:
        """0 for the gravest."""
        return GRAVEST_FIRST.index(self.severity)

    @property
    def documentation_title(self) -> str:
        """The section of the user guide that the rule comes from."""
        title: str = TABLES["rules"][self.rule_id]["documentation_title"]
        return title


@dataclass(frozen=True)
class Subject:
    """A text on its way: what the rules may know. Everything but the text may be unknown (empty).

    reply_to is the keyword that the text answers, reply_action its KeywordAction; is_reply holds for any keyword's
    reply, also before the keyword is written.
    """

    text: str
    message_type: str = ""
    destination: str = ""
    originator_type: str = ""
    at: datetime | None = None
    channel: Channel = "SMS"
    name: str = ""
    is_reply: bool = False
    reply_to: str = ""
    reply_action: str = ""

    def begins_with_name(self, within: int) -> bool:
        """Whether the name on file stands in a text, beginning at most so many characters from its start."""
        found = self._name.search(self.text) if self.name else None
        return found is not None and found.start() <= within

    @cached_property
    def _name(self) -> re.Pattern[str]:
        # A sender ID has no spaces: the text may well have them (EXAMPLECORP, “Example Corp”).
        letters = r"[\s-]*".join(map(re.escape, "".join(self.name.split())))
        return re.compile(rf"(?<!\w){letters}(?!\w)", re.IGNORECASE)

    @cached_property
    def folded(self) -> str:
        return self.text.casefold()

    @cached_property
    def words(self) -> frozenset[str]:
        """Every run of letters and digits, folded."""
        return frozenset(_WORD.findall(self.folded))

    @cached_property
    def asks_to_opt_in(self) -> bool:
        """Whether the text asks for the confirmation of an opt-in."""
        return not _ASKING.isdisjoint(self.words) and _ASKS.search(self.text) is not None

    @cached_property
    def reminds(self) -> bool:
        """Whether the text reminds a subscriber of the subscription."""
        return "subscribed" in self.words and _REMINDS.search(self.text) is not None


_WORD: Final = re.compile(r"\w+")
_ASKING: Final = frozenset(("text", "reply", "send", "answer"))
_ASKS: Final = re.compile(
    rf"(?i)\b(?:{'|'.join(sorted(_ASKING))})\s+(?:with\s+)?[\"'“]?(?:y|yes|join|start|subscribe)\b[\"'”]?"
    r".{0,20}\bto\s+(?:join|subscribe|sign up|opt[- ]?in|receive|get)\b"
)
_REMINDS: Final = re.compile(r"(?i)\byou(?:['\u2019]re| are) subscribed\b")


def severity(rule_id: str) -> Severity:
    found: Severity = TABLES["rules"][rule_id]["severity"]
    return found


class Words:
    """Whole words or phrases in any case, singular or plural, whatever white space stands between.

    Most texts hold none of them: that is found out with a look for the longest word of each, ten times as fast as the
    pattern, since texts are advised on while somebody types.
    """

    def __init__(self, groups: Mapping[str, Iterable[str]]) -> None:
        self._hints = {max(word.casefold().split(), key=len) for words in groups.values() for word in words}
        self._pattern = re.compile(
            "|".join(f"(?P<{name}>{_whole_words(words)})" for name, words in groups.items()), re.IGNORECASE
        )

    def matches(self, subject: "Subject") -> Iterator[re.Match[str]]:
        """The matches in order; lastgroup of each is the group that its word stands in."""
        if any(hint in subject.folded for hint in self._hints):
            yield from self._pattern.finditer(subject.text)


def _whole_words(words: Iterable[str]) -> str:
    found = "|".join(r"\s+".join(map(re.escape, word.split())) for word in sorted(words, key=len, reverse=True))
    return rf"\b(?:{found})(?:s|es)?\b"


_ADDRESS: Final = re.compile(r"://|@|\.\S*/")


def joined(text: str, sentence: str) -> str:
    """A text with a sentence after it; nothing is put between an address and its end."""
    text = text.rstrip()
    if not text:
        return sentence
    closed = not text[-1].isalnum() or _ADDRESS.search(text.rsplit(None, 1)[-1])
    return f"{text}{'' if closed else '.'} {sentence}"
