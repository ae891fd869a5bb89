"""Ways out and ways in: how to opt out, and what a request for confirmation and a reminder must say."""

import re
from collections.abc import Callable, Iterator
from typing import NamedTuple

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from messaging.advice.model import TABLES, Advice, Subject, joined, severity
from messaging.errors import Text
from messaging.reference import opt_out_keywords

OPT_OUT_SENTENCE = "Reply STOP to opt out."  # part of a message: not translated with the page
CANCEL_SENTENCE = "Reply STOP to cancel."
HELP_SENTENCE = "Reply HELP for help."
RATES_SENTENCE = "Msg & data rates may apply."

_KEYWORDS = "|".join(sorted(map(re.escape, opt_out_keywords()), key=len, reverse=True))
# A keyword in capitals, or in any case after the word that tells what to do with it: “the sale will end” is none.
_WAY_OUT = re.compile(
    rf"(?<![\w-])(?:{_KEYWORDS})(?![\w-])|(?i:\b(?:reply|text|send)\s+[\"'“]?(?:{_KEYWORDS})(?![\w-]))"
)
_TELLS = ("reply", "text", "send")
_STOP = re.compile(r"(?<![\w-])STOP(?![\w-])|(?i:\b(?:reply|text|send)\s+[\"'“]?stop\b)")
_HELP = re.compile(r"(?<![\w-])HELP(?![\w-])(?!:)|(?i:\b(?:reply|text|send)\s+[\"'“]?help\b)")
_RATES = re.compile(r"(?i)\brates\s+may\s+apply\b")
_FREQUENCY = re.compile(
    r"(?i)\b(?:\d+|one|up to \w+)\s*(?:msgs?|messages?|texts?|alerts?)\b|\b(?:msg|message)\s+freq(?:uency|\.)?"
    r"|\b(?:msgs?|messages?|texts?)\s*(?:/|per|a|each|every)\s*(?:day|week|mo|month|year)"
    r"|\b(?:daily|weekly|monthly|recurring)\b"
)
# A word with a capital in the middle of a sentence: the nearest that a machine comes to a name it does not know.
_NAME_INSIDE = re.compile(rf"(?<=[a-z,] )(?!(?:{_KEYWORDS}|HELP|INFO|YES|UNSTOP|START|JOIN)\b)[A-Z][\w&.'\u2019-]+")
_NAME_BEFORE = re.compile(r"\s*(?!(?i:help|stop|info)\s*:)[^\W\d_][^:\n]{0,39}:(?!//)")
_AFTER_KEYWORD = re.compile(r"(?i)\s*(?:help|stop|info)\s*:\s*")


class Item(NamedTuple):
    """Something that a message must say: what it is called, whether it is there, and the sentence that says it."""

    called: Text
    said: Callable[[Subject], bool]
    sentence: str = ""


def says_way_out(text: str) -> bool:
    """Whether a text tells how to opt out, with any of the keywords that do it."""
    capitals = any(word in text for word in opt_out_keywords())
    return (capitals or any(word in text.casefold() for word in _TELLS)) and _WAY_OUT.search(text) is not None


def says(pattern: re.Pattern[str]) -> Callable[[Subject], bool]:
    return lambda subject: pattern.search(subject.text) is not None


def says_name(subject: Subject) -> bool:
    """Whether a name stands in the text: the one on file, else a heading or a word that is written like a name."""
    if subject.name:
        return subject.begins_with_name(len(subject.text))
    head = _AFTER_KEYWORD.match(subject.text)
    text = subject.text[head.end() :] if head else subject.text
    return bool(_NAME_BEFORE.match(text) or _NAME_INSIDE.search(text))


NAME = Item(gettext_lazy("the name of the program"), says_name)
RATES = Item(gettext_lazy("“Msg & data rates may apply.”"), says(_RATES), RATES_SENTENCE)
HELP = Item(gettext_lazy("HELP"), says(_HELP), HELP_SENTENCE)
STOP = Item(gettext_lazy("STOP"), says(_STOP), CANCEL_SENTENCE)
FREQUENCY = Item(gettext_lazy("how often messages come"), says(_FREQUENCY))
OPT_IN_REQUEST = (NAME, FREQUENCY, RATES, HELP, STOP)
REMINDER = (NAME, RATES, HELP, STOP)


def opt_out_in_promotions(subject: Subject) -> Iterator[Advice]:
    """Promotional messages, and the answers that confirm an opt-in. A request for confirmation has its own list."""
    rule_id = "content.opt_out_in_promotions"
    wanted = subject.message_type == "PROMOTIONAL" or subject.reply_action == "OPT_IN"
    if not wanted or subject.asks_to_opt_in or subject.reminds or says_way_out(subject.text):
        return
    yield Advice(
        rule_id,
        severity(rule_id),
        _("Tell how to opt out, at least in promotional and first messages."),
        _("Carriers and laws ask for it."),
        _("Add a sentence such as “%(sentence)s”") % {"sentence": OPT_OUT_SENTENCE},
        change=_("Add “%(sentence)s”") % {"sentence": OPT_OUT_SENTENCE},
    )


def opt_in_message_contents(subject: Subject) -> Iterator[Advice]:
    if subject.asks_to_opt_in:
        yield from complete(
            subject,
            "permission.opt_in_message_contents",
            _("A request to confirm says everything that carriers ask for."),
            OPT_IN_REQUEST,
        )


def reminder_contents(subject: Subject) -> Iterator[Advice]:
    if subject.reminds and not subject.reply_to:
        yield from complete(
            subject, "lists.audit", _("A reminder of a subscription tells who sends and how to stop."), REMINDER
        )


def complete(subject: Subject, rule_id: str, rule: str, items: tuple[Item, ...]) -> Iterator[Advice]:
    """What of a list a text lacks, and whether it is too long; a reminder may be longer."""
    missing = [item for item in items if not item.said(subject)]
    if missing:
        sentences = " ".join(item.sentence for item in missing if item.sentence)
        yield Advice(
            rule_id,
            severity(rule_id),
            rule,
            _("It is a requirement of carriers."),
            _("Missing: %(items)s.") % {"items": ", ".join(str(item.called) for item in missing)},
            change=_("Add “%(sentence)s”") % {"sentence": sentences} if sentences else "",
        )
    most = TABLES["reply_longest"]
    if len(subject.text) > most and rule_id != "lists.audit":
        yield Advice(
            rule_id,
            severity(rule_id),
            _("At most %(most)s characters.") % {"most": most},
            _("It is a requirement of carriers."),
            _("Shorten the text."),
            most,
            len(subject.text),
        )


def completed(subject: Subject, items: tuple[Item, ...]) -> str:
    """The text with the sentences of the list that it lacks."""
    text = subject.text
    for item in items:
        if item.sentence and not item.said(subject):
            text = joined(text, item.sentence)
    return text


MENDERS: dict[str, Callable[[Subject], str]] = {
    "content.opt_out_in_promotions": lambda subject: (
        subject.text if says_way_out(subject.text) else joined(subject.text, OPT_OUT_SENTENCE)
    ),
    "permission.opt_in_message_contents": lambda subject: completed(subject, OPT_IN_REQUEST),
    "lists.audit": lambda subject: completed(subject, REMINDER),
}
