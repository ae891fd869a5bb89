"""Which type of originator suits a country and a use, and why. Facts: originator_choice.json, offers.py.

Nothing here reads or writes rows.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext_lazy as _

from messaging.errors import Text
from messaging.operations.offers import UNITED_STATES, US_TERRITORIES, Offer
from messaging.operations.originators import WITHOUT_SHARED_ROUTES
from messaging.reference import Country, countries
from messaging.text.tables import document

INDIA = "IN"
YES, NO = "yes", "no"

FACTS: dict[str, Callable[[Country], bool]] = {
    "united_states": lambda country: country.iso2 == UNITED_STATES or country.iso2 in US_TERRITORIES,
    "india": lambda country: country.iso2 == INDIA,
    "sender_id": lambda country: country.sender_id != "no",
    "sender_id_registration": lambda country: country.sender_id == "registration_required",
    "short_codes": lambda country: country.short_codes,
    "long_codes": lambda country: country.long_codes == "yes",
    "two_way": lambda country: country.two_way_sms,
}
QUESTIONS: dict[str, Text] = {
    "united_states": _("Is it the United States or one of its territories?"),
    "india": _("Is it India?"),
    "sender_id": _("Does the country support sender IDs?"),
    "sender_id_registration": _("Must a sender ID be registered there first?"),
    "short_codes": _("Does the country have dedicated short codes?"),
    "long_codes": _("Does the country have dedicated long codes that send?"),
    "two_way": _("Does the country support two-way messaging?"),
    "mps": _("How many message parts per second do you need?"),
    "same_originator": _("Must all messages come from the same originator?"),
}
ANSWERS: dict[str, Text] = {
    YES: _("Yes"),
    NO: _("No"),
    "low": _("1 to 3 message parts per second"),
    "middle": _("4 to 75 message parts per second"),
    "high": _("76 message parts per second or more"),
}
NAMES: dict[str, Text] = {
    "TOLL_FREE": _("Toll-free number"),
    "TEN_DLC": _("10DLC number"),
    "SHORT_CODE": _("Short code"),
    "LONG_CODE": _("Long code"),
    "SENDER_ID": _("Sender ID"),
    "SENDER_ID_REGISTERED": _("Registered sender ID"),
    "SHARED": _("Shared route"),
    "SHARED_ILDO": _("International route"),
    "SIMULATOR": _("Simulator number"),
}
WHY: dict[str, Text] = {
    "toll_free": _(
        "A toll-free number is quick and cheap. A 10DLC number or a short code leaves room to grow, but costs "
        "more and takes longer."
    ),
    "ten_dlc": _("A 10DLC number carries this rate. A short code leaves room to grow, but costs more."),
    "us_short_code": _("Only a short code carries this rate: 100 parts per second and more, for a monthly fee."),
    "registered_sender_id": _(
        "The country takes registered sender IDs only: complete the registration, then send with the sender ID."
    ),
    "sender_id": _("A sender ID shows your name, costs nothing extra and needs no registration there."),
    "ildo": _(
        "You can send at once by the international route, several times dearer than with a registered sender "
        "ID. If cost matters, register the company and the use case."
    ),
    "shared": _(
        "There is nothing to request: without an originator the destination network chooses a shared sender, "
        "such as NOTICE or a random code. Carriers filter those more, and may ban them at short notice."
    ),
    "short_code": _("The country has no sender IDs, and carriers treat dedicated short codes better than long codes."),
    "long_code_sends": _(
        "A long code is what the country has. Carriers take a few hundred messages a day from one for spam."
    ),
    "two_way_short_code": _(
        "Receiving needs a dedicated number, and where short and long codes both exist, carriers block or "
        "throttle long codes more readily."
    ),
    "two_way_long_code": _("Receiving needs a dedicated number, and a long code is what the country has."),
}


@dataclass(frozen=True, slots=True)
class Step:
    """One question of the tree as it was answered; known says that the country's own facts answer it."""

    id: str
    subject: str
    answer: str
    known: bool

    @property
    def question_words(self) -> Text:
        return QUESTIONS[self.subject]

    @property
    def answer_words(self) -> Text:
        return ANSWERS[self.answer]


@dataclass(frozen=True, slots=True)
class Choice:
    """How far the tree leads: to a question that a person must answer (asks) or to a recommendation.

    recommendation is a key of NAMES; type is the originator type of the offers, empty for shared routes. available says
    whether the shared route that is recommended exists in the country.
    """

    steps: tuple[Step, ...]
    asks: str = ""
    recommendation: str = ""
    also: tuple[str, ...] = ()
    why: Text = ""
    one_way_only: bool = False
    available: bool = True

    @property
    def name(self) -> Text:
        return NAMES[self.recommendation]

    @property
    def type(self) -> str:
        if self.recommendation.startswith("SHARED"):
            return ""
        return "SENDER_ID" if self.recommendation == "SENDER_ID_REGISTERED" else self.recommendation

    @property
    def also_names(self) -> list[Text]:
        return [NAMES[name] for name in self.also]


@dataclass(slots=True)
class _Walk:
    steps: list[Step] = field(default_factory=list)
    one_way_only: bool = False


def choose(country_code: str, *, two_way: bool, answers: Mapping[str, str]) -> Choice:
    """Walk the tree for a country (ISO code). answers has mps (a whole number) and same_originator (yes or no).

    Answers that are missing or cannot be read end the walk at their question. Raises KeyError for an unknown country.
    """
    country, tree = countries()[country_code], document("originator_choice.json")
    walk, at = _Walk(), tree["start"]["two_way" if two_way else "one_way"]
    while True:
        question: dict[str, Any] = tree["questions"][at]
        subject = question.get("fact") or question["asks"]
        known = "fact" in question
        answer = (YES if FACTS[subject](country) else NO) if known else _answer(question, answers.get(subject, ""))
        if not answer:
            return Choice(tuple(walk.steps), asks=subject, one_way_only=walk.one_way_only)
        walk.steps.append(Step(at, subject, answer, known))
        walk.one_way_only = walk.one_way_only or (subject, answer) == ("two_way", NO)
        leads = question["answers"][answer]
        if "recommend" in leads:
            return _ended(country, walk, leads)
        at = leads["next"]


def _ended(country: Country, walk: _Walk, leads: Mapping[str, Any]) -> Choice:
    name = leads["recommend"]
    return Choice(
        tuple(walk.steps),
        recommendation=name,
        also=tuple(leads["also"]),
        why=WHY[leads["why"]],
        one_way_only=walk.one_way_only,
        available=not (name.startswith("SHARED") and country.iso2 in WITHOUT_SHARED_ROUTES),
    )


def _answer(question: Mapping[str, Any], given: str) -> str:
    """The key of the answer that a person gave, or nothing."""
    if question["asks"] != "mps":
        return given if given in question["answers"] else ""
    if not given.isdecimal() or len(given) > 6 or int(given) < 1:
        return ""
    for key, leads in question["answers"].items():
        if leads["max"] is None or int(given) <= leads["max"]:
            return str(key)
    return ""


def why_unfit(offer: Offer, *, capabilities: Sequence[str], two_way: bool) -> Text:
    """Why an offer does not serve a use, or an empty text when it does. Offers that cannot be requested say why not."""
    if offer.why_not:
        return offer.why_not
    if two_way and offer.type == "SENDER_ID":
        return _("Sender IDs cannot receive.")
    words = {"SMS": _("It carries no SMS."), "MMS": _("It carries no MMS."), "VOICE": _("It carries no voice.")}
    return next((words[name] for name in capabilities if name not in offer.capabilities), "")
