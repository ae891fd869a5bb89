"""Whose network a virtual handset is on, where nobody has said so."""

import zlib
from functools import cache, lru_cache
from typing import Any

from messaging.reference import simulator_number
from messaging.text.tables import document


@cache
def _document() -> dict[str, Any]:
    return document("networks.json")


@lru_cache(maxsize=8192)
def network_of(number: str, country: str) -> str:
    """The carrier's name, the same for ever for a number; empty in countries whose carriers are not known here.

    Simulator numbers are on none.
    """
    names = _document()["networks"].get(country)
    if not names or simulator_number(number):
        return ""
    name: str = names[zlib.crc32(number.encode()) % len(names)]
    return name


def unvetted_limit(network: str, unit: str) -> int | None:
    """What a carrier grants a 10DLC campaign whose brand was never vetted; unit as in networks.json."""
    limit: int | None = _document()["unvetted"].get(network, {}).get(unit)
    return limit
