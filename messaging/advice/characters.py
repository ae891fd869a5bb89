"""What a text is made of: characters that make it dearer, and how long it is."""

from collections.abc import Iterator

from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from messaging.advice.model import TABLES, Advice, Subject, severity
from messaging.reference import countries, country_of
from messaging.text import alphabet, e164, limits, offenders, parts

_TRADEMARKS, _TYPOGRAPHIC = frozenset(TABLES["trademarks"]), frozenset(TABLES["typographic"])
_SHOWN = 5


def gsm_only(subject: Subject) -> Iterator[Advice]:
    """Everything outside GSM-7 that has no rule of its own; a hint only where nothing can stand in, as in Cyrillic."""
    own = _TRADEMARKS | _TYPOGRAPHIC
    found = [one for one in offenders.offenders(subject.text) if one.text not in own]
    if not found:
        return
    yield _outside(
        subject,
        "content.gsm_only",
        found,
        _("Use only characters of the GSM alphabet where you can."),
        _("Replace the others by characters of GSM-7."),
    )


def trademark_symbols(subject: Subject) -> Iterator[Advice]:
    if found := list(_offenders(subject.text, _TRADEMARKS)):
        rule = _("Write (R), (TM) and (C) instead of trademark symbols.")
        yield _outside(subject, "content.trademark_symbols", found, rule, _("Replace them."))


def typographic_replacements(subject: Subject) -> Iterator[Advice]:
    if found := list(_offenders(subject.text, _TYPOGRAPHIC)):
        rule = _("Replace curly quotes, dashes and other look-alikes.")
        mend = _("Use the plain characters of a keyboard. Registered templates of India fail on the others too.")
        yield _outside(subject, "content.typographic_replacements", found, rule, mend)


def _offenders(text: str, wanted: frozenset[str]) -> list[offenders.Offender]:
    if wanted.isdisjoint(text):
        return []
    return [one for one in offenders.offenders(text) if one.text in wanted]


def _outside(subject: Subject, rule_id: str, found: list[offenders.Offender], rule: str, mend: str) -> Advice:
    first = found[0]
    shown = " ".join(one.label or one.text for one in found[:_SHOWN])
    safe = [one.text for one in found if one.safe]
    why = _("One such character leaves 70 instead of 160 characters in a message part: more parts and a higher bill.")
    if safe:
        gain = offenders.gain(subject.text, safe)
        if gain.parts_saved > 0:
            why = _("It takes %(before)d message parts with them and %(after)d without.") % {
                "before": gain.before.parts,
                "after": gain.after.parts,
            }
    return Advice(
        rule_id,
        severity(rule_id) if any(one.replacement for one in found) else "info",
        rule,
        why,
        mend,
        first.positions[0],
        first.positions[0] + len(first.text),
        shown,
        _("Replace them") if safe else "",
    )


def length_parts(subject: Subject) -> Iterator[Advice]:
    rule_id = "content.length_parts"
    counted = parts.count(subject.text)
    if counted.parts < 2 or limits.send_breach(counted):  # what cannot be sent, the check of the body says
        return
    many = counted.parts > TABLES["parts_for_mms"] and _may_be_mms(subject)
    yield Advice(
        rule_id,
        severity(rule_id),
        ngettext("The text takes %(parts)d message part.", "The text takes %(parts)d message parts.", counted.parts)
        % {"parts": counted.parts},
        _("Each part is billed and counts against throughput; long messages may arrive in pieces."),
        _("Over three parts consider MMS, which is one part.") if many else _("Shorten it to one part if you can."),
    )


def _may_be_mms(subject: Subject) -> bool:
    """Whether an MMS could say it: not in reply to a keyword, nor in a country that no originator carries MMS to."""
    number = subject.destination
    country = countries().get(country_of(number)) if e164.is_number(number) else None
    return not subject.is_reply and (country is None or country.mms)


def mms_length(subject: Subject) -> Iterator[Advice]:
    rule_id = "content.mms_length"
    if len(subject.text) > limits.BODY_MAX:
        most = number_format(limits.BODY_MAX, force_grouping=True)
        yield Advice(
            rule_id,
            severity(rule_id),
            _("The text of an MMS has at most %(most)s characters.") % {"most": most},
            _("It cannot be sent."),
            _("Shorten the text."),
            limits.BODY_MAX,
            len(subject.text),
        )


def _replaced(subject: Subject, wanted: frozenset[str]) -> str:
    return offenders.replaced(subject.text, [char for char in wanted if alphabet.replacement(char)])


MENDERS = {
    "content.gsm_only": lambda subject: offenders.replaced_safely(subject.text),
    "content.trademark_symbols": lambda subject: _replaced(subject, _TRADEMARKS),
    "content.typographic_replacements": lambda subject: _replaced(subject, _TYPOGRAPHIC),
}
