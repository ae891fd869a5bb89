"""What US carriers let a 10DLC campaign send, by the vetting score of its brand."""

import json
from dataclasses import dataclass
from functools import cache

from registrations.definitions import DATA


@dataclass(frozen=True, slots=True)
class Tier:
    """Rates from a vetting score on: parts a minute for one campaign, messages a day for the brand's campaigns."""

    tier: str
    lowest_score: int
    parts_per_minute: int
    messages_per_day: int


@cache
def _table() -> tuple[tuple[Tier, ...], frozenset[str]]:
    given = json.loads((DATA / "ten_dlc_throughput.json").read_text(encoding="utf-8"))
    tiers = sorted((Tier(**row) for row in given["tiers"]), key=lambda tier: -tier.lowest_score)
    return tuple(tiers), frozenset(given["unvetted_use_cases"])


def tiers() -> tuple[Tier, ...]:
    """Every tier, the best first."""
    return _table()[0]


def tier_of(score: int | None, use_case: str) -> Tier:
    """The tier of a campaign with a use case under a brand with a score (0 to 100; None: not vetted)."""
    rows, unvetted = _table()
    counted = 0 if score is None or use_case in unvetted else score
    return next(tier for tier in rows if counted >= tier.lowest_score)
