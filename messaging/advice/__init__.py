"""Content help: what the best practices of the service say of a text before it goes out. Advice refuses nothing and
changes nothing; it points, and offers a text that follows the rule where one can be written by a machine.

One small function per rule, in modules by subject; which rules a text meets depends on its channel and on whether it
answers a keyword. No rule reads the database. Word lists and limits: messaging/data/content_rules.json.
"""

from collections.abc import Callable, Iterator
from datetime import datetime

from messaging.advice import characters, links, opt_out, prohibited, replies, style, timing, voice
from messaging.advice.model import LONGEST, Advice, Subject
from messaging.reference import Channel

__all__ = ["LONGEST", "Advice", "Subject", "advice_for", "advice_on", "mended"]

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

_ORDER = {"error": 0, "warning": 1, "info": 2}


def advice_on(subject: Subject) -> list[Advice]:
    """Return what the rules say of a text and where it goes, the gravest first. Nothing for a blank text."""
    if not subject.text.strip():
        return []
    rules = OF_REPLY if subject.is_reply else OF_CHANNEL[subject.channel]
    found = [one for rule in rules for one in rule(subject)]
    return sorted(found, key=lambda one: _ORDER[one.severity])


def advice_for(
    text: str,
    *,
    message_type: str = "",
    destination: str = "",
    originator_type: str = "",
    at: datetime | None = None,
    channel: Channel = "SMS",
    name: str = "",
) -> list[Advice]:
    """Return the advice on one message. What is not known is left out; its rules then say nothing.

    message_type as the API spells it; destination in the API's form; at the instant (simulated time) it would go;
    name the sender's name on file, for example its sender ID. Never raises for any text.
    """
    return advice_on(
        Subject(
            text[:LONGEST],
            message_type=message_type,
            destination=destination,
            originator_type=originator_type,
            at=at,
            channel=channel,
            name=name,
        )
    )


def mended(subject: Subject, rule_id: str) -> str:
    """Return the text as the button of a rule leaves it; the same text for a rule that has none to offer."""
    menders: dict[str, Callable[[Subject], str]] = {
        **style.MENDERS,
        **characters.MENDERS,
        **opt_out.MENDERS,
        **replies.MENDERS,
    }
    return menders[rule_id](subject) if rule_id in menders else subject.text
