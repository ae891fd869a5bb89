"""How one value looks in a table, and how it is written in a file: one renderer per kind, no resource names.

A renderer factory takes what is the same for the whole column and returns a function of one value, so that a page of
50 rows pays for time zones, labels and translations once. Every renderer escapes.
"""

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, tzinfo
from functools import cached_property, lru_cache, partial
from html import escape  # of strings only, for a third of the price of the template engine's
from typing import Any

from django.utils import timezone
from django.utils.formats import number_format
from django.utils.translation import gettext as _

from messaging.errors import Text
from messaging.text import e164

Render = Callable[[Any], str]
MONEY_UNITS = 100_000  # money is kept in units of 0.00001 USD
MADE_ID = re.compile(r"[a-z]+(-[a-z]+)*-[0-9a-f]{32}")
SHORT_ID = 20  # longer ids are shortened in the middle


@dataclass
class Look:
    """What all cells of one page share."""

    time_zone: tzinfo = field(default_factory=timezone.get_current_timezone)

    @cached_property
    def nothing(self) -> str:
        """The empty cell: a dash to see, a word to hear."""
        return f'<span aria-hidden="true">–</span><span class="visually-hidden">{escape(_("None"))}</span>'

    @cached_property
    def copy_label(self) -> str:
        return escape(_("Copy"))


@lru_cache(maxsize=4096)
def international(number: str) -> str:
    """A number in international format, a short code or what cannot be read as it is."""
    return e164.shown(number) if e164.is_number(number) else number


def shortened(text: str) -> str:
    """An id shortened in the middle: `phone-0f3c12ab…90de`."""
    return text if len(text) <= SHORT_ID else f"{text[:12]}…{text[-6:]}"


def _text(look: Look, labels: Mapping[str, Text] | None) -> Render:
    return lambda value: escape(str(value))


def _words(look: Look, labels: Mapping[str, Text] | None) -> Render:
    return lambda value: f"<bdi>{escape(str(value))}</bdi>"


def _prose(look: Look, labels: Mapping[str, Text] | None) -> Render:
    # Codes such as PHONE_NUMBER_ASSOCIATED_TO_POOL break where their words end.
    return lambda value: f"<bdi>{escape(str(value)).replace('_', '_<wbr>')}</bdi>"


def _id(look: Look, labels: Mapping[str, Text] | None) -> Render:
    def render(value: Any) -> str:
        return f'<code class="id" title="{escape(str(value))}">{escape(shortened(str(value)))}</code>'

    return render


def _name(look: Look, labels: Mapping[str, Text] | None) -> Render:
    def render(value: Any) -> str:
        text = str(value)
        if MADE_ID.fullmatch(text):
            return f'<code class="id" title="{escape(text)}">{escape(shortened(text))}</code>'
        return f"<bdi>{escape(text)}</bdi>"

    return render


def _choice(look: Look, labels: Mapping[str, Text] | None) -> Render:
    words = {key: escape(str(label)) for key, label in (labels or {}).items()}
    return lambda value: words.get(value) or escape(str(value))


def _status(look: Look, labels: Mapping[str, Text] | None) -> Render:
    from console.templatetags.ui import badge

    @lru_cache(maxsize=64)
    def render(value: Any) -> str:
        return str(badge(value))

    return render


def _flag(look: Look, labels: Mapping[str, Text] | None) -> Render:
    yes, no = escape(_("Yes")), escape(_("No"))
    return lambda value: yes if value else no


def _time(look: Look, labels: Mapping[str, Text] | None) -> Render:
    zone = look.time_zone

    def render(value: datetime) -> str:
        whole = value.astimezone(zone).isoformat(" ", "seconds")
        return f'<time datetime="{whole.replace(" ", "T")}">{whole[:19]} {whole[19:]}</time>'

    return render


def _number(look: Look, labels: Mapping[str, Text] | None) -> Render:
    return lru_cache(64, typed=True)(lambda value: escape(number_format(value, force_grouping=True)))


def _money(look: Look, labels: Mapping[str, Text] | None) -> Render:
    return lru_cache(64, typed=True)(lambda value: escape(number_format(value / MONEY_UNITS, 5, force_grouping=True)))


def _phone(look: Look, labels: Mapping[str, Text] | None) -> Render:
    return lambda value: f'<bdi class="phone">{escape(international(str(value)))}</bdi>'


def _json(look: Look, labels: Mapping[str, Text] | None) -> Render:
    return lambda value: f"<code>{escape(json.dumps(value, ensure_ascii=False))}</code>"


def _list(look: Look, labels: Mapping[str, Text] | None) -> Render:
    words = {key: str(label) for key, label in (labels or {}).items()}
    return lambda value: escape(", ".join(words.get(item, str(item)) for item in value))


KINDS: dict[str, Callable[[Look, Mapping[str, Text] | None], Render]] = {
    "text": _text,
    "words": _words,  # what people typed: keeps its own direction
    "prose": _prose,  # words in whole sentences: the one kind whose lines always break
    "id": _id,
    "name": _name,  # what people called it, or its id
    "choice": _choice,
    "status": _status,
    "flag": _flag,
    "time": _time,
    "number": _number,
    "money": _money,
    "phone": _phone,
    "list": _list,
    "json": _json,  # a JSON object; in a JSON file it stays one
}
AT_END = {"number", "money"}  # aligned to the end of the line


def is_empty(value: Any) -> bool:
    """What is shown as a dash: nothing, not zero and not No."""
    return value is None or value == "" or value == [] or value == ()


def plain(kind: str, value: Any) -> Any:
    """The value as a file has it: API values, UTC times in ISO 8601, money in USD, phone numbers in E.164."""
    if value is None or kind == "json" or isinstance(value, bool | int) and kind != "money":
        return value
    if kind == "money":
        return f"{value / MONEY_UNITS:.5f}"
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
    if kind == "list":
        return [str(item) for item in value]
    return str(value)


def plainer(kind: str) -> Callable[[Any], Any]:
    """plain() of one kind for many values: what is text already costs a look at its class."""
    if kind in ("money", "list", "json"):
        return partial(plain, kind)
    return lambda value: value if value.__class__ is str else plain(kind, value)
