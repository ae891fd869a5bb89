"""How a text reads: who writes, promises of money, abbreviations."""

import re
from collections.abc import Iterator

from django.utils.translation import gettext as _

from messaging.advice.model import TABLES, Advice, Subject, Words, severity

_WITHIN: int = TABLES["name_within"]
_HEADING = re.compile(
    rf"\s*(?:[\[(【]\s*(?P<boxed>[^\])】\n]+)[\])】]|(?P<plain>[^:\n]{{1,{_WITHIN}}}):(?!//)(?!(?<=\d:)\d))"
)
_NAMELESS = frozenset(TABLES["nameless_openings"])
_PERSON = re.compile(
    r"\s*(?i:hi|hey|hello)\b[,!. ]+(?:(?i:this is|it['\u2019]s|its)\s+[A-Z][a-z]+|[A-Z][a-z]+\s+(?i:here)\b)"
)
_SYMBOLS = f"[{re.escape(TABLES['currency_symbols'])}]"
_MANY_SYMBOLS, _ONE_SYMBOL = re.compile(f"{_SYMBOLS}{{2,}}"), re.compile(_SYMBOLS)
_TOO_GOOD = Words({"offer": TABLES["too_good"]})
_EXPANSIONS: dict[str, str] = TABLES["abbreviations"]
_SHORT = "|".join(sorted(map(re.escape, _EXPANSIONS), key=len, reverse=True))
_ABBREVIATION = re.compile(rf"(?i)(?<![\w'\u2019.@/-])(?:{_SHORT})(?![\w'\u2019@/-])(?!\.\w)(?!(?<=u)\.)")


def is_named(subject: Subject) -> bool:
    """Whether a text begins with a name: the one on file, or something like “ExampleCorp Alerts:”."""
    text = subject.text
    if subject.begins_with_name(_WITHIN):
        return True
    heading = _HEADING.match(text)
    if heading is None or subject.name:
        return False
    words = (heading["boxed"] or heading["plain"]).split()
    if not 0 < len(words) <= TABLES["name_words"] or words[0].isdigit():
        return False
    return words[0].strip(",.!").casefold() not in _NAMELESS


def identify_sender(subject: Subject) -> Iterator[Advice]:
    rule_id = "content.identify_sender"
    if subject.reply_to in ("HELP", "STOP") or subject.asks_to_opt_in or subject.reminds or is_named(subject):
        return  # the others have a rule of their own that asks for the name
    yield Advice(
        rule_id,
        severity(rule_id),
        _("Name the program or company at the start."),
        _("The reader must see at once who writes."),
        _("Begin with the name and a colon, as in “ExampleCorp Alerts: …”."),
        change=_("Add “%(name)s:”") % {"name": subject.name} if subject.name else "",
    )


def not_person_to_person(subject: Subject) -> Iterator[Advice]:
    rule_id = "content.not_person_to_person"
    found = _PERSON.match(subject.text)
    if found:
        yield Advice(
            rule_id,
            severity(rule_id),
            _("Do not write as if a private person wrote."),
            _("It looks like phishing."),
            _("Name the program or company instead of a person."),
            *found.span(),
            found[0].strip(),
        )


def no_currency_symbols(subject: Subject) -> Iterator[Advice]:
    rule_id = "content.no_currency_symbols"
    one = _ONE_SYMBOL.search(subject.text)
    if one is None:
        return
    many = _MANY_SYMBOLS.search(subject.text, one.start())
    found = many or one
    yield Advice(
        rule_id,
        severity(rule_id) if many else "info",
        _("Do not suggest money with currency symbols."),
        _("Scams lure with money, and filters look for it."),
        _("Leave the symbols out.") if many else _("An amount may be meant; otherwise leave the symbol out."),
        *found.span(),
        found[0],
        _("Leave out “%(found)s”") % {"found": found[0]} if many else "",
    )


def no_too_good_offers(subject: Subject) -> Iterator[Advice]:
    rule_id = "content.no_too_good_offers"
    for found in _TOO_GOOD.matches(subject):
        yield Advice(
            rule_id,
            severity(rule_id),
            _("Make no offer that sounds too good to be true."),
            _("Scams lure with money, and filters look for it."),
            _("Say plainly what is offered."),
            *found.span(),
            found[0],
        )
        return


def few_abbreviations(subject: Subject) -> Iterator[Advice]:
    rule_id = "content.few_abbreviations"
    found = [] if subject.words.isdisjoint(_EXPANSIONS) else list(_ABBREVIATION.finditer(subject.text))
    if len(found) >= TABLES["abbreviations_from"]:
        yield Advice(
            rule_id,
            severity(rule_id),
            _("Do not abbreviate much."),
            _("It looks unprofessional and gets reported as spam."),
            _("Write the words out."),
            *found[0].span(),
            " ".join(dict.fromkeys(match[0] for match in found)),
            _("Write them out") if any(_EXPANSIONS.get(match[0].casefold()) for match in found) else "",
        )


def _with_name(subject: Subject) -> str:
    if not subject.name or is_named(subject):
        return subject.text
    return f"{subject.name}: {subject.text.lstrip()}"


def _without_symbols(subject: Subject) -> str:
    return re.sub(rf"{_SYMBOLS}{{2,}}[ \t]?", "", subject.text)


def _written_out(subject: Subject) -> str:
    def instead(match: re.Match[str]) -> str:
        word = _EXPANSIONS.get(match[0].casefold()) or match[0]
        return word.capitalize() if match[0][0].isupper() and word != match[0] else word

    return _ABBREVIATION.sub(instead, subject.text)


MENDERS = {
    "content.identify_sender": _with_name,
    "content.no_currency_symbols": _without_symbols,
    "content.few_abbreviations": _written_out,
}
