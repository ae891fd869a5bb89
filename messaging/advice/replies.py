"""What the replies to HELP and STOP must say, and which replies belong to the carrier."""

import re
from collections.abc import Callable, Iterator

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from messaging.advice.links import links
from messaging.advice.model import Advice, Subject, severity
from messaging.advice.opt_out import NAME, RATES, STOP, Item, complete, completed, says
from messaging.reference import toll_free_keywords

NO_MORE_SENTENCE = "No more messages will be sent."

_NO_MORE = re.compile(
    r"(?i)\bno\s+(?:more|further|longer)\b.{0,30}\b(?:messages|texts|alerts)\b|\bnot\s+(?:receive|get)\b.{0,20}\bmessages\b"
)
_CONTACT = re.compile(r"[\w+-]@[\w-]+\.\w+|\+?\d[\d\s().-]{5,}\d")


def _says_contact(subject: Subject) -> bool:
    return _CONTACT.search(subject.text) is not None or bool(links(subject.text))


CONTACT = Item(gettext_lazy("a phone number, an email address or a web address"), _says_contact)
NO_MORE = Item(gettext_lazy("that no more messages will be sent"), says(_NO_MORE), NO_MORE_SENTENCE)
HELP_REPLY, STOP_REPLY = (NAME, CONTACT, RATES, STOP), (NAME, NO_MORE)


def help_reply(subject: Subject) -> Iterator[Advice]:
    if subject.reply_to == "HELP":
        rule = _("HELP answers with the program, a contact, rates and the way out.")
        yield from complete(subject, "replies.help", rule, HELP_REPLY)


def stop_reply(subject: Subject) -> Iterator[Advice]:
    if subject.reply_to == "STOP" and not _belongs_to_carrier(subject):
        rule = _("STOP answers who sent and that no more messages will come.")
        yield from complete(subject, "replies.stop", rule, STOP_REPLY)


def toll_free_fixed(subject: Subject) -> Iterator[Advice]:
    rule_id = "replies.toll_free_fixed"
    if _belongs_to_carrier(subject):
        yield Advice(
            rule_id,
            severity(rule_id),
            _("On US toll-free numbers this keyword and its answer belong to the carrier."),
            _("The network answers it, and its answer cannot be changed."),
            _("Use other keywords for replies of your own."),
        )


def _belongs_to_carrier(subject: Subject) -> bool:
    fixed = {word for words in toll_free_keywords().values() for word in words}
    return subject.originator_type == "TOLL_FREE" and subject.reply_to in fixed


MENDERS: dict[str, Callable[[Subject], str]] = {
    "replies.help": lambda subject: completed(subject, HELP_REPLY),
    "replies.stop": lambda subject: completed(subject, STOP_REPLY),
}
