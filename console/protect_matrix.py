"""The matrix of country rules: every country with its rule on each channel, as tiles by part of the world and as a
table; and what a bulk edit would change, with the traffic that it would concern."""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from django.utils.formats import number_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from console.cells import MONEY_UNITS
from console.world import WORLD_REGIONS, Place, places
from messaging.country_names import country_name
from messaging.errors import Text
from messaging.models import Channel, ProtectConfiguration, ProtectStatus
from messaging.queries import Traffic
from messaging.reference import Price, countries

COLUMNS, TILE_WIDTH, TILE_HEIGHT, GAP = 8, 34, 26, 4
CHANNEL_NAMES: dict[str, Text] = dict(Channel.choices)
STATUS_NAMES: dict[str, Text] = dict(ProtectStatus.choices)
EDITABLE = (Channel.SMS.value, Channel.VOICE.value)  # behaviour_rules.json, protect.mms_by_api
SORTS = ("name", "code", "price", "messages")
CODE = re.compile(r"[^\s,;]+")
Statuses = Mapping[tuple[str, str], str]


def statuses_of(row: ProtectConfiguration) -> dict[tuple[str, str], str]:
    """(channel, country) -> rule, of those that are not simply allowed. One query."""
    rows = row.rules.values_list("number_capability", "iso_country_code", "protect_status")
    return {(channel, country): status for channel, country, status in rows}


def status_in(statuses: Statuses, channel: str, country: str) -> str:
    """The rule of a country on a channel."""
    return statuses.get((channel, country), ProtectStatus.ALLOW.value)


@dataclass(frozen=True, slots=True)
class Tile:
    """A country's letters in the drawing of its part of the world."""

    x: int
    y: int
    code: str
    status: str

    @property
    def middle(self) -> int:
        return self.x + TILE_WIDTH // 2

    @property
    def baseline(self) -> int:
        return self.y + TILE_HEIGHT // 2 + 4


@dataclass(frozen=True, slots=True)
class Map:
    """A part of the world as tiles: one path a rule, and how many countries each rule has."""

    region: str
    name: Text
    tiles: Sequence[Tile]

    @property
    def width(self) -> int:
        return COLUMNS * (TILE_WIDTH + GAP) + GAP

    @property
    def height(self) -> int:
        return -(-len(self.tiles) // COLUMNS) * (TILE_HEIGHT + GAP) + GAP

    @property
    def paths(self) -> list[tuple[str, str]]:
        """(rule, the outline of all its tiles)."""
        drawn: dict[str, list[str]] = defaultdict(list)
        for tile in self.tiles:
            outline = f"M{tile.x} {tile.y}h{TILE_WIDTH}v{TILE_HEIGHT}h-{TILE_WIDTH}z"
            drawn[tile.status].append(outline)
        return [(status, "".join(outlines)) for status, outlines in drawn.items()]

    @property
    def said(self) -> str:
        """The counts in words: the name of the drawing."""
        counted: dict[str, int] = defaultdict(int)
        for tile in self.tiles:
            counted[tile.status] += 1
        figures = ", ".join(f"{STATUS_NAMES[status]} {counted[status]}" for status in STATUS_NAMES if counted[status])
        return f"{self.name}: {figures}"


def maps(statuses: Statuses, channel: str) -> list[Map]:
    """The parts of the world with the rules of a channel."""
    found: dict[str, list[Tile]] = {region: [] for region in WORLD_REGIONS}
    for place in sorted(places(), key=lambda place: place.code):
        tiles = found[place.region]
        down, across = divmod(len(tiles), COLUMNS)
        x, y = GAP + across * (TILE_WIDTH + GAP), GAP + down * (TILE_HEIGHT + GAP)
        tiles.append(Tile(x, y, place.code, status_in(statuses, channel, place.code)))
    return [Map(region, WORLD_REGIONS[region], tiles) for region, tiles in found.items()]


@dataclass(frozen=True, slots=True)
class Line:
    """A country in the table: its rule on each channel, the lowest price of a part, messages of the last 30 days."""

    place: Place
    rules: Sequence[tuple[str, Text]]
    price: int | None
    messages: int

    @property
    def dollars(self) -> str:
        """The price in USD, without its currency, which the caption names."""
        return "" if self.price is None else number_format(self.price / MONEY_UNITS, 5)


@dataclass(frozen=True, slots=True)
class Group:
    """The countries of a part of the world, or all of them when the table is sorted otherwise."""

    region: str
    name: Text
    lines: Sequence[Line]


@dataclass(frozen=True, slots=True)
class Narrowing:
    """What the filter of the table asks for: part of the world, rule on the channel shown, text; and the order."""

    channel: str
    region: str = ""
    mode: str = ""
    text: str = ""
    sort: str = "name"

    @classmethod
    def read(cls, given: Mapping[str, str]) -> "Narrowing":
        """From a query string or a form; what is not known is left out."""
        channel, region, mode = given.get("channel", ""), given.get("region", ""), given.get("mode", "")
        sort = given.get("sort", "")
        return cls(
            channel if channel in CHANNEL_NAMES else Channel.SMS.value,
            region if region in WORLD_REGIONS else "",
            mode if mode in STATUS_NAMES else "",
            given.get("q", "").strip(),
            sort if sort.lstrip("-") in SORTS else "name",
        )

    @property
    def narrows(self) -> bool:
        return bool(self.region or self.mode or self.text)

    def takes(self, place: Place, statuses: Statuses) -> bool:
        text, name = self.text.casefold(), place.name.casefold()
        return (
            (not self.region or place.region == self.region)
            and (not self.mode or status_in(statuses, self.channel, place.code) == self.mode)
            and (not text or text in name or text == place.code.casefold() or text in place.calling_codes)
        )


@dataclass(frozen=True)
class Matrix:
    """The table of a configuration as narrowed and sorted."""

    statuses: Statuses
    narrowing: Narrowing
    traffic: Traffic
    prices: Mapping[tuple[str, str, str], Price]

    @cached_property
    def shown(self) -> list[Place]:
        return [place for place in places() if self.narrowing.takes(place, self.statuses)]

    @cached_property
    def _lowest(self) -> dict[str, int]:
        """Country -> the lowest price of a part (a minute of voice) on the channel shown."""
        found: dict[str, int] = {}
        for (country, channel, _type), price in self.prices.items():
            if channel == self.narrowing.channel:
                found[country] = min(price.total, found.get(country, price.total))
        return found

    @cached_property
    def groups(self) -> list[Group]:
        lines = [self._line(place) for place in self.shown]
        key = self.narrowing.sort.lstrip("-")
        if key == "name" and not self.narrowing.sort.startswith("-"):
            by_region: dict[str, list[Line]] = {region: [] for region in WORLD_REGIONS}
            for line in lines:
                by_region[line.place.region].append(line)
            return [Group(region, WORLD_REGIONS[region], found) for region, found in by_region.items() if found]
        if key == "price":
            lines.sort(key=lambda line: line.price or 0)
        elif key != "name":
            lines.sort(key=lambda line: line.place.code if key == "code" else f"{line.messages:020}")
        if self.narrowing.sort.startswith("-"):
            lines.reverse()
        return [Group("", _("All countries shown"), lines)] if lines else []

    def _line(self, place: Place) -> Line:
        rules = [(status, STATUS_NAMES[status]) for status in self._rules(place.code)]
        return Line(place, rules, self._lowest.get(place.code), self.traffic.counts[self.narrowing.channel, place.code])

    def _rules(self, country: str) -> list[str]:
        return [status_in(self.statuses, channel, country) for channel in CHANNEL_NAMES]


def codes_in(text: str) -> tuple[list[str], list[str]]:
    """The country codes in a pasted text, in order, and what is none."""
    given = dict.fromkeys(code.upper() for code in CODE.findall(text))
    return [code for code in given if code in countries()], [code for code in given if code not in countries()]


@dataclass(frozen=True, slots=True)
class Change:
    """Countries that get another rule on a channel, and what went there lately: (country name, messages)."""

    channel: str
    status: str
    countries: Sequence[str]
    traffic: Sequence[tuple[str, int]]

    @property
    def summary(self) -> str:
        """“Block SMS: 14 countries”."""
        return ngettext(
            "%(mode)s %(channel)s: %(count)d country", "%(mode)s %(channel)s: %(count)d countries", len(self.countries)
        ) % {
            "mode": STATUS_NAMES[self.status],
            "channel": CHANNEL_NAMES[self.channel],
            "count": len(self.countries),
        }

    @property
    def names(self) -> list[str]:
        return sorted(country_name(code) for code in self.countries)

    @property
    def stored(self) -> str:
        """As a form carries it."""
        return f"{self.channel}:{self.status}:{','.join(self.countries)}"

    @property
    def updates(self) -> dict[str, dict[str, str]]:
        """As the operation takes it."""
        return {code: {"protect_status": self.status} for code in self.countries}


def changes_to(statuses: Statuses, wanted: Mapping[tuple[str, str], str], traffic: Traffic) -> list[Change]:
    """What differs from the rules as they are, one Change for each channel and rule."""
    found: dict[tuple[str, str], list[str]] = defaultdict(list)
    for (channel, country), status in wanted.items():
        if status_in(statuses, channel, country) != status:
            found[channel, status].append(country)
    return [
        Change(channel, status, sorted(codes), _traffic(traffic, channel, codes))
        for (channel, status), codes in sorted(found.items())
    ]


def _traffic(traffic: Traffic, channel: str, codes: Iterable[str]) -> list[tuple[str, int]]:
    counted = [(country_name(code), traffic.counts[channel, code]) for code in codes]
    return sorted(((name, count) for name, count in counted if count), key=lambda pair: -pair[1])


def stored_change(text: str) -> Change | None:
    """What Change.stored has written; None for anything else."""
    channel, _colon, rest = text.partition(":")
    status, _colon, codes = rest.partition(":")
    chosen, wrong = codes_in(codes)
    if channel not in EDITABLE or status not in STATUS_NAMES or not chosen or wrong:
        return None
    return Change(channel, status, chosen, ())


def unknown_words(codes: Sequence[str]) -> str | Promise:
    """What to say of codes that name no country."""
    return _("These are no codes of countries that messages can be sent to: %(codes)s.") % {
        "codes": ", ".join(codes[:10])
    }
