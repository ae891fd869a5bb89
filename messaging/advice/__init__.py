"""Content help: what the best practices of the service say of a text before it goes out. Advice refuses nothing and
changes nothing; it points, and offers a text that follows the rule where one can be written by a machine.

One small function per rule, in modules by subject; which rules a text meets depends on its channel and on whether it
answers a keyword. No rule reads the database. Word lists and limits: messaging/data/content_rules.json.
"""

from collections.abc import Callable, Iterator
from dataclasses import replace

from messaging.advice import characters, links, opt_out, prohibited, replies, style, timing, voice
from messaging.advice.model import LONGEST, Advice, Subject
from messaging.reference import Channel

__all__ = ["Advice", "Subject", "advice_on", "mended"]

Rule = Callable[[Subject], Iterator[Advice]]

# The order in which they are shown, within the same severity.
_ANY_TEXT: tuple[Rule, ...] = (
    prohibited.categories,
    links.no_free_shorteners,
    links.links_work,
    style.identify_sender,
    style.not_person_to_person,
    style.no_currency_symbols,
    style.no_too_good_offers,
    opt_out.opt_out_in_promotions,
    opt_out.opt_in_message_contents,
    opt_out.reminder_contents,
    style.few_abbreviations,
)
_IN_PARTS: tuple[Rule, ...] = (
    characters.gsm_only,
    characters.trademark_symbols,
    characters.typographic_replacements,
    characters.length_parts,
    links.dedicated_link_domain,
    links.url_not_split,
)
_OF_DESTINATION: tuple[Rule, ...] = (timing.daytime, timing.validate_numbers)
OF_CHANNEL: dict[Channel, tuple[Rule, ...]] = {
    "SMS": (*_ANY_TEXT, *_IN_PARTS, *_OF_DESTINATION),
    "MMS": (*_ANY_TEXT, characters.mms_length, *_OF_DESTINATION),
    "VOICE": (prohibited.categories, style.no_too_good_offers, voice.hours, voice.known_country),
}
OF_REPLY: tuple[Rule, ...] = (replies.help_reply, replies.stop_reply, replies.toll_free_fixed, *_ANY_TEXT, *_IN_PARTS)


def advice_on(subject: Subject) -> list[Advice]:
    """Return what the rules say of a text and where it goes, the gravest first. Nothing for a blank text.

    What is not known is left out of the subject; its rules then say nothing. Never raises for any text; of one that is
    too long for any message only the beginning is looked at.
    """
    if len(subject.text) > LONGEST:
        subject = replace(subject, text=subject.text[:LONGEST])
    if not subject.text.strip():
        return []
    rules = OF_REPLY if subject.is_reply else OF_CHANNEL[subject.channel]
    found = [one for rule in rules for one in rule(subject)]
    return sorted(found, key=lambda one: one.rank)


def mended(subject: Subject, rule_id: str) -> str:
    """Return the text as the button of a rule leaves it; the same text where the rule has none to offer."""
    menders: dict[str, Callable[[Subject], str]] = {
        **style.MENDERS,
        **characters.MENDERS,
        **opt_out.MENDERS,
        **replies.MENDERS,
    }
    if rule_id not in menders or len(subject.text) > LONGEST:
        return subject.text
    return menders[rule_id](subject)
