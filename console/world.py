"""Countries as pages group them: parts of the world, names in the reader's language, sorted."""

from dataclasses import dataclass
from functools import cache

from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from messaging.country_names import country_name
from messaging.errors import Text
from messaging.reference import countries
from messaging.text.tables import rows

WORLD_REGIONS: dict[str, Text] = {
    "EU": _("Europe"),
    "NA": _("North America"),
    "LA": _("Latin America and the Caribbean"),
    "AF": _("Africa"),
    "ME": _("Middle East and the Caucasus"),
    "AS": _("Asia"),
    "OC": _("Oceania"),
}


@dataclass(frozen=True, slots=True)
class Place:
    """A country with its name in the reader's language, its part of the world and its calling codes ("+44")."""

    code: str
    name: str
    region: str
    calling_codes: str


@cache
def world_region_of() -> dict[str, str]:
    """ISO code -> key of WORLD_REGIONS, of every country that messages can be sent to."""
    return {row["iso2"]: row["world_region"] for row in rows("world_regions.csv")}


def places() -> tuple[Place, ...]:
    """Every country, by its name in the reader's language."""
    return _places((get_language() or "en")[:2])


@cache
def _places(language: str) -> tuple[Place, ...]:
    found = [
        Place(
            code,
            country_name(code),
            world_region_of()[code],
            ", ".join(f"+{calling}" for calling in country.calling_codes),
        )
        for code, country in countries().items()
    ]
    return tuple(sorted(found, key=lambda place: place.name))
