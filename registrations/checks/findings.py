"""What checks find, and the form that they look at."""

import json
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from typing import Any
from urllib.parse import urlsplit

from messaging.errors import Text
from registrations.definitions import DATA, TEXT, Answers, RegistrationType


class Severity(StrEnum):
    """How bad it is: would be returned; may be returned; could be better."""

    REFUSED = "refused"
    RISKY = "risky"
    ADVICE = "advice"

    @property
    def rank(self) -> int:
        return list(Severity).index(self)


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that a check found. reason is the id of the published reason that it would be returned for, if any."""

    check: str
    severity: Severity
    field_path: str
    why: Text
    cure: Text
    reason: str = ""


@cache
def _data() -> dict[str, Any]:
    found: dict[str, Any] = json.loads((DATA / "checks.json").read_text(encoding="utf-8"))
    return found


def listed(name: str) -> frozenset[str]:
    """A list of data/checks.json."""
    return frozenset(_data()[name])


def use_cases(name: str) -> frozenset[str]:
    """The use cases of a kind."""
    return frozenset(_data()["use_cases"][name])


@cache
def _words(name: str) -> re.Pattern[str]:
    parts = "|".join(
        (r"\b" if word[0].isalnum() else "")
        + re.escape(word).replace(r"\ ", r"\s+")
        + (r"\b" if word[-1].isalnum() else "")
        for word in _data()["words"][name]
    )
    return re.compile(parts, re.IGNORECASE)


@cache
def _heads(name: str) -> tuple[str, ...]:
    return tuple({word.split()[0].lower() for word in _data()["words"][name]})


def _matches(name: str, text: str) -> Iterator[re.Match[str]]:
    """Where words of a kind stand. Most texts have none, which is found without the pattern: ten times as fast."""
    small = text.lower()
    if any(head in small for head in _heads(name)):
        yield from _words(name).finditer(text)


NEGATION = re.compile(r"\b(not|never|no|nor|without|cannot|nobody|none)\b|n['’]t\b", re.IGNORECASE)
CLAUSE = re.compile(r"[.;:!?\n]")


def word_in(name: str, text: str) -> str:
    """The first word of a kind that stands in a text, as it stands there, or nothing."""
    found = next(_matches(name, text), None)
    return found[0] if found else ""


def affirmed(name: str, text: str) -> str:
    """The first word of a kind that a text does not deny: of “is never shared with third parties” there is none."""
    for found in _matches(name, text):
        before = CLAUSE.split(text[: found.start()])[-1]
        if not NEGATION.search(before):
            return found[0]
    return ""


ENDINGS = "com|net|org|io|co|ly|us|gl|gd|me|cc|gy|at|sg|gov|edu|info|shop|app|link"
URL = re.compile(
    rf"(?:https?://|www\.)[^\s<>\"']+|\b[a-z0-9-]+(?:\.[a-z0-9-]+)*\.(?:{ENDINGS})\b(?:/[^\s<>\"']*)?", re.IGNORECASE
)


def links(text: str) -> list[str]:
    """The web addresses in a text, with or without scheme; what follows an @ is mail."""
    return [found[0].rstrip(".,;:)!?") for found in URL.finditer(text) if text[max(0, found.start() - 1)] != "@"]


def host(url: str) -> str:
    """The host of a web address, without www."""
    name = urlsplit(url if "://" in url else f"http://{url}").hostname or ""
    return name.removeprefix("www.")


def domain(name: str) -> str:
    """The part of a host that somebody registers: `example.co.uk` of `shop.example.co.uk`."""
    labels = name.lower().split(".")
    keep = 3 if ".".join(labels[-2:]) in listed("two_part_suffixes") else 2
    return ".".join(labels[-keep:])


def distinctive(company: str) -> list[str]:
    """The words of a company name that tell it from others, in small letters."""
    words = re.findall(r"[a-z0-9]+", company.lower())
    return [word for word in words if word not in listed("company_endings") and len(word) > 1]


class Form:
    """Answers by the name of the field, wherever a type has it; what is missing is looked for in the brand."""

    def __init__(self, definition: RegistrationType, answers: Answers, brand: Answers) -> None:
        self.definition = definition
        self.answers = answers
        self.brand = brand

    def find(self, *names: str) -> tuple[str, str]:
        """(path, first text) of the first field of this form with one of the names that has an answer."""
        for name in names:
            for path, field in self.definition.fields.items():
                if field.name == name and self.answers.get(path):
                    return path, self.answers[path][0]
        return "", ""

    def known(self, *names: str) -> str:
        """The text of a field here or in the brand."""
        own = self.find(*names)[1]
        if own:
            return own
        by_name = {path.rpartition(".")[2]: answer for path, answer in self.brand.items() if answer}
        return next((by_name[name][0] for name in names if name in by_name), "")

    def all(self, name: str) -> tuple[str, ...]:
        """Every choice of a field of this form."""
        return next((tuple(self.answers.get(p) or ()) for p, f in self.definition.fields.items() if f.name == name), ())

    def has(self, name: str) -> bool:
        """Whether the form has such a field, answered or not."""
        return any(field.name == name for field in self.definition.fields.values())

    def samples(self) -> list[tuple[str, str]]:
        """(path, text) of each message sample that is there."""
        return [
            (path, self.answers[path][0])
            for path, field in self.definition.fields.items()
            if field.name.startswith("messageSample") and field.field_type == TEXT and self.answers.get(path)
        ]

    def purposes(self) -> list[tuple[str, str]]:
        """(path, text) of what the form says of its messages beside the samples."""
        return [found for found in (self.find("campaignName"), self.find("useCaseDetails")) if found[0]]

    def companies(self) -> list[str]:
        """What the company is called: its legal name and the name it trades under."""
        return [name for name in (self.known("companyName"), self.known("dbaName")) if name]

    @property
    def use_case(self) -> str:
        return self.find("useCase", "useCaseCategory")[1]

    def reason(self, *ids: str) -> str:
        """The first of some published reasons that this type has, or nothing."""
        from registrations.reasons import reasons_for

        known = {entry.id for entry in reasons_for(self.definition.registration_type)}
        return next((reason for reason in ids if reason in known), "")


Check = Callable[[Form], Iterable[Finding]]
CHECKS: dict[str, Check] = {}


def check(function: Callable[[Form], Iterator[Finding]]) -> Check:
    """Register a check under its name."""
    CHECKS[function.__name__] = function
    return function
