"""A message text as the preview shows it: parts, bars, marked text, fixes, cost. The server is the only counter.

Rules come from messaging.text; this module only puts them into words and into HTML. Building one reads no database.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from django.utils.datastructures import MultiValueDict
from django.utils.formats import number_format
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from console.content_help import DRAWN_BESIDE, MEND, ShownAdvice, shown, subject_of
from messaging.advice import Subject, advice_on, mended
from messaging.country_names import country_name
from messaging.operations.rate_cards import Card, built_in
from messaging.reference import countries, price
from messaging.text import limits, offenders, parts
from messaging.text.runs import Run, runs

FIELD = "message_body"
MAX_BARS = 10
BAR_WIDTH, BAR_HEIGHT = 300, 12
SHARED_ROUTE = "SHARED_ROUTE"
LONGEST_ANALYSED = 20_000  # characters; what is far over any limit is counted no further than this
ENCODING_LABELS = {"GSM": "GSM-7", "UNICODE": "UCS-2"}
# The names of the buttons of the component: an edit of the text, or only another look at it.
REPLACE, REPLACE_ALL, UNDO, UPDATE, BEFORE = "replace", "replace_all", "undo", "update_preview", "text_before"
COUNTRIES, ADD_COUNTRY = "countries", "add_country"


def text_in(value: str) -> str:
    """A text as typed: browsers send line ends as two characters, handsets and prices know one."""
    return value.replace("\r\n", "\n").replace("\r", "\n")


@dataclass(frozen=True, slots=True)
class Edited:
    """The text after the button that was pressed, and what it was before (one step back), None without an edit."""

    text: str
    before: str | None = None
    changed: bool = False


def is_edit(data: Mapping[str, Any]) -> bool:
    """Whether a form was sent by one of the component's own buttons, not to do what the form is for."""
    return any(name in data for name in (REPLACE, REPLACE_ALL, MEND, UNDO, UPDATE))


def edited(data: MultiValueDict[str, str], field: str = FIELD) -> Edited:
    """What a form of the component asks for: Replace, Replace all, what advice offers, Undo, or the text."""
    text = text_in(data.get(field, ""))
    if REPLACE in data:
        return Edited(offenders.replaced(text, [_characters(data.get(REPLACE) or "")]), text, True)
    if REPLACE_ALL in data:
        return Edited(offenders.replaced_safely(text), text, True)
    if MEND in data:
        return Edited(mended(subject_of(data, text), data.get(MEND) or ""), text, True)
    if UNDO in data:
        return Edited(text_in(data.get(BEFORE, text)), None, True)
    return Edited(text)


def _characters(value: str) -> str:
    """What a Replace button names: code points in hexadecimal, since an attribute cannot hold every character."""
    try:
        return "".join(chr(int(code, 16)) for code in value.split("-"))
    except (ValueError, OverflowError):
        return ""


@dataclass(frozen=True, slots=True)
class Bar:
    """One part: its number, units used of its capacity, the words beside it, the width of its filling."""

    number: int
    used: int
    capacity: int
    label: str
    width: int
    over: bool


@dataclass(frozen=True, slots=True)
class Fix:
    """A character outside GSM-7 and what may stand in for it. value is what the button sends."""

    value: str
    shown: str
    unseen: bool
    code_point: str
    name: str
    times: str
    instead: str
    instead_shown: str
    gain: str
    safe: bool
    fixable: bool


@dataclass(frozen=True, slots=True)
class Cost:
    """What the text costs in a country; None where the rate card has no price."""

    iso_country_code: str
    country: str
    part: str | None
    message: str | None
    thousand: str | None


def dollars(units: int, decimals: int = 5) -> str:
    """Units of 0.00001 USD as US dollars in the reader's number format."""
    amount: str = number_format(units / 100_000, decimals, force_grouping=True)
    return amount


def usd(units: int, decimals: int = 5) -> str:
    """The same with the currency."""
    return _("%(amount)s USD") % {"amount": dollars(units, decimals)}


class Preview:
    """Everything that is shown of one text. typed is what stands in the text area, where text is an example of it."""

    def __init__(
        self,
        text: str,
        *,
        typed: str | None = None,
        before: str | None = None,
        changed: bool = False,
        sender: str = "",
        originator_type: str = SHARED_ROUTE,
        to_simulator: bool = False,
        about: Subject | None = None,
        countries: Sequence[str] = (),
        card: Card | None = None,
    ) -> None:
        self.text, self.before, self.changed = text, before, changed
        self.typed = text if typed is None else typed
        self.sender, self.originator_type, self.to_simulator = sender, originator_type, to_simulator
        self.about = about or Subject(text, originator_type=originator_type)
        self.chosen = list(dict.fromkeys(countries))
        self.card = card or built_in()

    @cached_property
    def analysis(self) -> parts.Analysis:
        return parts.analyse(self.text[:LONGEST_ANALYSED])

    @property
    def is_empty(self) -> bool:
        return not self.text

    @property
    def encoding(self) -> str:
        return ENCODING_LABELS[self.analysis.encoding]

    @property
    def encoding_note(self) -> str:
        if self.analysis.encoding == "GSM":
            return _("Every character is in the GSM-7 alphabet.")
        if self.analysis.parts == 1:
            return _("A character outside GSM-7 makes the message part hold 70 instead of 160.")
        return _("A character outside GSM-7 makes every part hold 67 instead of 153.")

    @property
    def units_label(self) -> str:
        return _("Septets") if self.analysis.encoding == "GSM" else _("Code units")

    @property
    def figures(self) -> list[tuple[Any, str]]:
        """Label and value of the figures, in order."""
        found = self.analysis
        return [
            (_("Encoding"), self.encoding),
            (_("Characters"), _number(len(self.text))),
            (self.units_label, _number(found.characters)),
            (_("Message parts"), _number(found.parts)),
            (_("Left in the last part"), _number(found.left)),
        ]

    @property
    def state(self) -> str:
        """What is said aloud when it changes while somebody types."""
        return f"{self.analysis.encoding}-{self.analysis.parts}"

    @property
    def summary(self) -> str:
        """One sentence for those who hear the page."""
        found = self.analysis
        words = {"encoding": self.encoding, "parts": found.parts, "left": found.left}
        return (
            ngettext(
                "%(encoding)s, %(parts)d message part, %(left)d left in it.",
                "%(encoding)s, %(parts)d message parts, %(left)d left in the last.",
                found.parts,
            )
            % words
        )

    @cached_property
    def problem(self) -> str:
        """What is over a limit, or nothing. An empty text is no problem yet."""
        if not self.text:
            return ""
        shape = limits.shape_breach(self.text)
        if shape is not None:
            if shape.found > shape.allowed:
                return _("The text has %(found)s characters; a request may have %(allowed)s.") % {
                    "found": _number(shape.found),
                    "allowed": _number(shape.allowed),
                }
            return _("The text is only white space.")
        breach = limits.send_breach(parts.Count(self.analysis.encoding, self.analysis.characters, self.analysis.parts))
        if breach is None:
            return ""
        words = {"found": _number(breach.found), "allowed": _number(breach.allowed)}
        if self.analysis.encoding == "GSM":
            return _("The text has %(found)s septets in GSM-7; at most %(allowed)s can be sent.") % words
        return _("The text has %(found)s code units in UCS-2; at most %(allowed)s can be sent.") % words

    @cached_property
    def bars(self) -> list[Bar]:
        """One bar per part, none when there are too many to read."""
        found = self.analysis
        if found.parts > MAX_BARS:
            return []
        label = _("Part %(number)s – %(used)s of %(capacity)s")
        return [
            Bar(
                number,
                used,
                found.capacity,
                label % {"number": number, "used": used, "capacity": found.capacity},
                max(1, round(BAR_WIDTH * used / found.capacity)),
                bool(self.problem),
            )
            for number, used in enumerate(found.used, start=1)
        ]

    @property
    def drawn_bars(self) -> SafeString:
        """The bars as items of a list, joined: this is rendered while somebody types."""
        return mark_safe(
            "".join(
                f'<li><span>{escape(bar.label)}</span><svg class="part-bar" viewBox="0 0 {BAR_WIDTH} {BAR_HEIGHT}"'
                ' preserveAspectRatio="none" aria-hidden="true">'
                f'<rect class="track" width="{BAR_WIDTH}" height="{BAR_HEIGHT}" rx="3"/>'
                f'<rect class="fill{" over" if bar.over else ""}" width="{bar.width}" height="{BAR_HEIGHT}" rx="3"/>'
                "</svg></li>"
                for bar in self.bars
            )
        )

    @property
    def many_parts(self) -> str:
        if self.analysis.parts <= MAX_BARS:
            return ""
        return _("%(count)s parts, too many to draw.") % {"count": _number(self.analysis.parts)}

    @cached_property
    def marked(self) -> SafeString:
        """The text with its part boundaries and everything worth pointing out."""
        return marked_parts(self.analysis.contents)

    @cached_property
    def offending(self) -> tuple[offenders.Offender, ...]:
        return offenders.offenders(self.text[:LONGEST_ANALYSED])

    @cached_property
    def fixes(self) -> list[Fix]:
        return [self._fix(found) for found in self.offending]

    def _fix(self, found: offenders.Offender) -> Fix:
        times, instead = len(found.positions), found.replacement
        return Fix(
            value="-".join(f"{ord(character):X}" for character in found.text),
            shown=found.label or found.text,
            unseen=found.label is not None,
            code_point=found.code_point,
            name=found.name,
            times=ngettext("%(count)d time", "%(count)d times", times) % {"count": times},
            instead=instead.text if instead else "",
            instead_shown=(_("a space") if instead.text == " " else f"“{instead.text}”") if instead else "",
            gain=gain_in_words(offenders.gain(self.text, [found.text])) if instead else "",
            safe=found.safe,
            fixable=instead is not None,
        )

    @cached_property
    def safe_gain(self) -> str:
        """What Replace all brings, in words; nothing when there is nothing to replace safely."""
        return gain_in_words(offenders.safe_gain(self.text)) if any(fix.safe for fix in self.fixes) else ""

    @cached_property
    def extension(self) -> str:
        """A sentence about characters that count two, or nothing."""
        if self.analysis.encoding != "GSM":
            return ""
        found = offenders.extension(self.text)
        if not found:
            return ""
        return _("Each of these counts as two: %(characters)s") % {"characters": " ".join(m.label for m in found)}

    @cached_property
    def invisible(self) -> list[offenders.Mark]:
        return list(offenders.invisible(self.text))

    @cached_property
    def costs(self) -> list[Cost]:
        return [self._cost(code) for code in self.chosen if code in countries()]

    def _cost(self, code: str) -> Cost:
        found = price(code, "SMS", self.originator_type, to_simulator=self.to_simulator, card=self.card.prices)
        if found is None:
            return Cost(code, country_name(code), None, None, None)
        whole = found.total * self.analysis.parts
        return Cost(code, country_name(code), dollars(found.total), dollars(whole), dollars(whole * 1000, 2))

    @cached_property
    def advice(self) -> list[ShownAdvice]:
        """What the best practices say of it, without what is drawn at the characters themselves."""
        return shown(advice_on(replace(self.about, text=self.text)), without=DRAWN_BESIDE)


def _number(value: int) -> str:
    return str(number_format(value, force_grouping=True))


def gain_in_words(gain: offenders.Gain) -> str:
    """“2 parts → 1”, or that it stays the same."""
    if gain.before.parts == gain.after.parts:
        if gain.after.encoding != gain.before.encoding:
            return _("GSM-7, same number of parts")
        return _("same number of parts")
    return ngettext("%(before)d part → %(after)d", "%(before)d parts → %(after)d", gain.before.parts) % {
        "before": gain.before.parts,
        "after": gain.after.parts,
    }


def marked_parts(contents: Iterable[str]) -> SafeString:
    """Parts of a text, one span each, with the characters drawn that cost or hide something."""
    pieces = []
    boundary = escape(_("Part %(number)s")) if contents else ""
    for number, content in enumerate(contents, start=1):
        pieces.append(
            f'<span class="part"><span class="visually-hidden">{boundary % {"number": number}}: </span>'
            f"{''.join(_drawn(run) for run in runs(content))}</span>"
        )
    return mark_safe("".join(pieces))


def _drawn(run: Run) -> str:
    if run.kind == "plain":
        return escape(run.text)
    shown, title = escape(run.shown), escape(run.title)
    unseen = ' class="invisible"' if run.shown != run.text else ""
    if run.kind == "outside":
        return f'<mark title="{title}"{unseen}>{shown}</mark>'
    if run.kind == "extension":
        return f'<span class="extension" title="{title}">{shown}</span>'
    return f'<span class="invisible" title="{title}">{shown}</span>'


def chosen_countries(data: MultiValueDict[str, str], fallback: Sequence[str] = ()) -> list[str]:
    """The countries that a form asks prices for, in order, at most ten."""
    asked = [code for code in [*data.getlist(COUNTRIES), data.get(ADD_COUNTRY) or ""] if code in countries()]
    return list(dict.fromkeys(asked or fallback))[:10]


def country_choices() -> list[tuple[str, str]]:
    """Every country of the table, by its name in the reader's language."""
    return sorted(((code, country_name(code)) for code in countries()), key=lambda choice: choice[1])
