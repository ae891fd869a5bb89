"""Bar charts as numbers: where each bar stands, computed once, drawn by attributes in components/*_chart.html."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from django.utils.translation import gettext_lazy as _

from messaging.errors import Text

WIDTH, HEIGHT, FLOOR, SIDE = 640, 180, 24, 40
# Of a chart of rows, which stands in half a page: its width, the height of a row, the room for names and for figures.
NARROW, LINE, NAMES, FIGURE = 400, 26, 142, 56
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
    """One rectangle of the drawing."""

    x: float
    y: float
    width: float
    height: float
    series: int


@dataclass(frozen=True, slots=True)
class Chart:
    """Stacked bars over labels. `title` names it; `unit` is what the values count; ids make it unique on its page.

    sums=False leaves the totals of the series out, where adding the values up says nothing. head is what the labels
    are, over the first column of the table.
    """

    title: Text
    labels: Sequence[Text]
    series: Sequence[Series]
    unit: Text = ""
    id: str = "chart"
    sums: bool = True
    head: Text = _("Time")
    width: int = field(default=WIDTH, init=False)
    height: int = field(default=HEIGHT, init=False)

    @property
    def top(self) -> int:
        """The highest stack, rounded up to an even figure with one or two leading digits, so that its half is whole."""
        highest = max((sum(stack) for stack in zip(*(s.values for s in self.series), strict=True)), default=0)
        step = 2 * 10 ** max(len(str(highest)) - 2, 0)
        return max(-(-highest // step) * step, 2)

    @property
    def bars(self) -> list[Bar]:
        slot = (WIDTH - SIDE) / max(len(self.labels), 1)
        bars = []
        for at in range(len(self.labels)):
            floor = float(HEIGHT - FLOOR)
            for number, series in enumerate(self.series, start=1):
                tall = series.values[at] / self.top * (HEIGHT - FLOOR - 8)
                if tall:
                    floor -= tall
                    bars.append(
                        Bar(
                            round(SIDE + at * slot + slot * 0.15, 1),
                            round(floor, 1),
                            round(slot * 0.7, 1),
                            round(tall, 1),
                            series.colour or number,
                        )
                    )
        return bars

    @property
    def grid(self) -> list[tuple[float, int]]:
        """Height and value of the horizontal lines."""
        return [
            (round(HEIGHT - FLOOR - share * (HEIGHT - FLOOR - 8), 1), round(self.top * share)) for share in (0, 0.5, 1)
        ]

    @property
    def ticks(self) -> list[tuple[float, Text]]:
        """Where labels stand: at most eight, so that they do not touch."""
        slot = (WIDTH - SIDE) / max(len(self.labels), 1)
        every = max(-(-len(self.labels) // 8), 1)
        return [(round(SIDE + (at + 0.5) * slot, 1), label) for at, label in enumerate(self.labels) if at % every == 0]

    @property
    def legend(self) -> list[tuple[int, Text, int | None]]:
        """Colour, name and total of each series."""
        return [
            (series.colour or number, series.name, sum(series.values) if self.sums else None)
            for number, series in enumerate(self.series, start=1)
        ]

    @property
    def rows(self) -> list[tuple[Text, list[int]]]:
        """The same figures as a table."""
        return [(label, [series.values[at] for series in self.series]) for at, label in enumerate(self.labels)]


@dataclass(frozen=True, slots=True)
class RowChart:
    """Stacked bars that lie, one under the other, each beside its name: for values that have no order of their own.

    The series hold a value for each label; head says what the labels are.
    """

    title: Text
    labels: Sequence[Text]
    series: Sequence[Series]
    head: Text
    id: str = "rows"
    width: int = field(default=NARROW, init=False)

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
        longest = max((sum(stack) for stack in zip(*(s.values for s in self.series), strict=True)), default=0)
        bars = []
        for at in range(len(self.labels)):
            x = float(NAMES)
            for number, series in enumerate(self.series, start=1):
                long = series.values[at] / max(longest, 1) * (NARROW - NAMES - FIGURE)
                if long:
                    y, tall = at * LINE + 5, LINE - 10
                    bars.append(Bar(round(x, 1), y, round(long, 1), tall, series.colour or number))
                    x += long
        return bars

    @property
    def figures(self) -> list[tuple[float, int]]:
        """How low the sum of each row stands, and the sum."""
        return [(_middle(at), sum(series.values[at] for series in self.series)) for at in range(len(self.labels))]

    @property
    def legend(self) -> list[tuple[int, Text, int | None]]:
        """Colour and name of each series."""
        return [(series.colour or number, series.name, None) for number, series in enumerate(self.series, start=1)]

    @property
    def rows(self) -> list[tuple[Text, list[int]]]:
        """The same figures as a table."""
        return [(label, [series.values[at] for series in self.series]) for at, label in enumerate(self.labels)]


def _middle(at: int) -> float:
    return at * LINE + LINE / 2
