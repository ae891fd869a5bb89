"""Bar charts as numbers: where each bar stands, computed once, drawn by attributes in components/*_chart.html.

Across, a drawing is as wide as its place: x and widths are per cent of it. Down, it is in pixels. So its letters have
the size of all others on any screen, and need no script and no style.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.formats import number_format
from django.utils.translation import gettext_lazy as _

from messaging.errors import Text

HEIGHT, FLOOR, AIR = 200, 24, 8  # of a chart of standing bars: all of it, below the bars, above them
WIDEST = 10  # per cent of the drawing, where there are few bars
LABELS = 8  # at most so many stand under it, so that they do not touch; half of them on a phone
LINE = 26  # the height of a row of lying bars
LONGEST = 22  # characters of a name that fit


@dataclass(frozen=True, slots=True)
class Series:
    """One row of figures, a value for each label of its chart. colour is 1 to 5, by default its place.

    Colour 5 is for failures.
    """

    name: Text
    values: Sequence[int]
    colour: int = 0


@dataclass(frozen=True, slots=True)
class Bar:
    """One rectangle of the drawing: x and width in per cent, y and height in pixels."""

    x: float
    y: float
    width: float
    height: float
    series: int


@dataclass(frozen=True, slots=True, kw_only=True)
class _Figures:
    """What a drawing shows: `title` names it, the series hold a value for each label, ids make it unique on its page.

    cents are shown as whole units with two decimals. sums=False leaves the totals of the series out, where adding the
    values up says nothing. head is what the labels are, over the first column of the table.
    """

    title: Text
    labels: Sequence[Text]
    series: Sequence[Series]
    id: str
    head: Text
    cents: bool = False
    sums: bool = True

    def shown(self, value: float, decimals: int = 2) -> str:
        """A value by the reader's locale; only cents have decimals."""
        if self.cents:
            return str(number_format(value / 100, decimals, force_grouping=True))
        return str(number_format(round(value), force_grouping=True))

    @property
    def highest(self) -> int:
        """The longest stack."""
        return max((sum(stack) for stack in zip(*(s.values for s in self.series), strict=True)), default=0)

    @property
    def legend(self) -> list[tuple[int, Text, str | None]]:
        """Colour, name and total of each series."""
        return [
            (series.colour or number, series.name, self.shown(sum(series.values)) if self.sums else None)
            for number, series in enumerate(self.series, start=1)
        ]

    @property
    def rows(self) -> list[tuple[Text, list[str]]]:
        """The same figures as a table."""
        return [
            (label, [self.shown(series.values[at]) for series in self.series]) for at, label in enumerate(self.labels)
        ]


@dataclass(frozen=True, slots=True, kw_only=True)
class Chart(_Figures):
    """Stacked bars over labels."""

    id: str = "chart"
    head: Text = _("Time")

    @property
    def height(self) -> int:
        return HEIGHT

    @property
    def top(self) -> int:
        """The highest stack, rounded up to an even figure with one or two leading digits, so that its half is whole."""
        step = 2 * 10 ** max(len(str(self.highest)) - 2, 0)
        return max(-(-self.highest // step) * step, 2)

    @property
    def bars(self) -> list[Bar]:
        slot, bars = self._slot, []
        wide = min(slot * 0.7, WIDEST)
        for at in range(len(self.labels)):
            floor = float(HEIGHT - FLOOR)
            for number, series in enumerate(self.series, start=1):
                tall = series.values[at] / self.top * (HEIGHT - FLOOR - AIR)
                if tall:
                    floor -= tall
                    x = round((at + 0.5) * slot - wide / 2, 2)
                    bars.append(Bar(x, round(floor, 1), round(wide, 2), round(tall, 1), series.colour or number))
        return bars

    @property
    def grid(self) -> list[tuple[float, str]]:
        """Height and value of the horizontal lines; money without decimals where all of them are whole."""
        decimals = 0 if self.top % 200 == 0 else 2
        return [
            (round(HEIGHT - FLOOR - share * (HEIGHT - FLOOR - AIR), 1), self.shown(self.top * share, decimals))
            for share in (0, 0.5, 1)
        ]

    @property
    def ticks(self) -> list[tuple[float, Text, bool]]:
        """Where labels stand, and whether there is room for them on a wide screen only."""
        every = max(-(-len(self.labels) // LABELS), 1)
        return [
            (round((at + 0.5) * self._slot, 2), label, at // every % 2 == 1 and len(self.labels) > LABELS // 2)
            for at, label in enumerate(self.labels)
            if at % every == 0
        ]

    @property
    def _slot(self) -> float:
        return 100 / max(len(self.labels), 1)


@dataclass(frozen=True, slots=True, kw_only=True)
class RowChart(_Figures):
    """Stacked bars that lie, one under the other, each beside its name: for values that have no order of their own."""

    id: str = "rows"
    sums: bool = False

    @property
    def height(self) -> int:
        return len(self.labels) * LINE

    @property
    def names(self) -> list[tuple[float, str]]:
        """How low each name stands, and the name as far as there is room."""
        texts = [str(label) for label in self.labels]
        return [
            (_middle(at), text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…") for at, text in enumerate(texts)
        ]

    @property
    def bars(self) -> list[Bar]:
        bars = []
        for at in range(len(self.labels)):
            x = 0.0
            for number, series in enumerate(self.series, start=1):
                long = series.values[at] / max(self.highest, 1) * 100
                if long:
                    y, tall = at * LINE + 5, LINE - 10
                    bars.append(Bar(round(x, 2), y, round(long, 2), tall, series.colour or number))
                    x += long
        return bars

    @property
    def figures(self) -> list[tuple[float, str]]:
        """How low the sum of each row stands, and the sum."""
        sums = [sum(series.values[at] for series in self.series) for at in range(len(self.labels))]
        return [(_middle(at), self.shown(total)) for at, total in enumerate(sums)]


def _middle(at: int) -> float:
    return at * LINE + LINE / 2
