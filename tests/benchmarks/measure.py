"""Interleaved rounds, ratios, verdicts: machines are shared, so a figure means something only beside its floor.

Every round runs each contender once, in random order, the floor twice (the second is the control: how far apart two
runs of the same thing are today). Where a contender's run is short, a round has several such passes, and its ratio is
the median of theirs: what is divided was measured within the same moment, and a second of somebody else's work spoils
a few passes, not the round. A goal is met or missed when eight of nine rounds fall on that side, otherwise undecided.
"""

import os
import random
import statistics
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

QUICK = os.environ.get("QUICK", "") not in ("", "0")
ROUNDS = 3 if QUICK else 9
DECISIVE = 8 / 9
CONTROL = "floor again"


@dataclass(frozen=True, slots=True)
class Goal:
    """A bound on a ratio: at least (or at most) `bound`."""

    bound: float
    at_least: bool = True

    def __str__(self) -> str:
        return f"{'≥' if self.at_least else '≤'} {self.bound:g}"

    def verdict(self, ratios: Sequence[float]) -> str:
        """met, missed or undecided."""
        held = sum(ratio >= self.bound if self.at_least else ratio <= self.bound for ratio in ratios) / len(ratios)
        if len(ratios) < 9:
            return f"undecided ({len(ratios)} rounds, {held:.0%} hold)"
        if held >= DECISIVE:
            return "met"
        return "missed" if held <= 1 - DECISIVE else "undecided"


@dataclass(frozen=True, slots=True)
class Result:
    """One line of the table: number as in performance.md's goals, the work, the floor, and the ratio of each round."""

    number: str
    work: str
    held_against: str
    ours: float
    floor: float
    unit: str
    ratios: Sequence[float]
    control: Sequence[float] = field(default_factory=list)
    must: Goal | None = None
    reach: Goal | None = None
    note: str = ""


def at_least(bound: float) -> Goal:
    return Goal(bound, True)


def at_most(bound: float) -> Goal:
    return Goal(bound, False)


def interleaved(
    contenders: Mapping[str, Callable[[], float]], *, rounds: int = ROUNDS, passes: int = 1
) -> dict[str, list[float]]:
    """The figure of each contender in each pass, round after round; a pass runs all of them once.

    The contenders are called once before, to warm up.
    """
    order, dice = list(contenders), random.Random(20260302)
    figures: dict[str, list[float]] = {name: [] for name in order}
    for name in order:
        contenders[name]()
    for _pass in range(rounds * passes):
        dice.shuffle(order)
        for name in order:
            figures[name].append(contenders[name]())
    return figures


def ratios(figures: Mapping[str, Sequence[float]], above: str, below: str, passes: int = 1) -> list[float]:
    """Round by round, each the median of its passes."""
    found = [a / b for a, b in zip(figures[above], figures[below], strict=True)]
    return [statistics.median(found[start : start + passes]) for start in range(0, len(found), passes)]


def compared(
    number: str,
    work: str,
    held_against: str,
    figures: Mapping[str, Sequence[float]],
    *,
    unit: str,
    ours: str = "ours",
    floor: str = "floor",
    passes: int = 1,
    must: Goal | None = None,
    reach: Goal | None = None,
    note: str = "",
) -> Result:
    """The line for two contenders of the same sitting."""
    control = ratios(figures, CONTROL, floor, passes) if CONTROL in figures and floor == "floor" else []
    middle = statistics.median
    return Result(
        number, work, held_against, middle(figures[ours]), middle(figures[floor]), unit,
        ratios(figures, ours, floor, passes), control, must, reach, note,
    )  # fmt: skip


def percentile(sorted_values: Sequence[float], share: float) -> float:
    return sorted_values[min(int(len(sorted_values) * share), len(sorted_values) - 1)]


def figure(value: float) -> str:
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"


def span(values: Sequence[float]) -> str:
    """Median, and the lowest and highest of the rounds."""
    if not values:
        return ""
    return f"{statistics.median(values):.2f} ({min(values):.2f}–{max(values):.2f})"


def lines(result: Result) -> list[str]:
    """How a result is printed."""
    goals = []
    for name, goal in (("must", result.must), ("reach", result.reach)):
        if goal:
            goals.append(f"{name} {goal}: {goal.verdict(result.ratios)}")
    figures = f"{figure(result.ours)} against {figure(result.floor)} {result.unit}"
    control = f"; control {span(result.control)}" if result.control else ""
    text = [
        f"{result.number:>3}  {result.work}  ÷  {result.held_against}",
        f"       ratio {span(result.ratios)}; {figures}{control}",
    ]
    if goals:
        text.append(f"       {'; '.join(goals)}")
    if result.note:
        text.append(f"       {result.note}")
    return text
