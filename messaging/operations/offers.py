"""What originators there are for a country: which can be requested, with what capabilities, and why not the others.

Facts: countries.csv, country_rules.json (rules us_numbers, us_territories, console_long_codes, mms_countries,
voice_reach), behaviour_rules.json (number.requestable), throughput.json. Waits and prices: originator_offers.json.
"""

from dataclasses import dataclass
from functools import cache
from typing import Any

from django.utils.translation import gettext_lazy as _

from messaging.errors import Text
from messaging.reference import Country, countries, throughput
from messaging.text.tables import document

UNITED_STATES = "US"
US_TERRITORIES = frozenset(document("throughput.json")["us_territories"])
TYPES = ("SIMULATOR", "TOLL_FREE", "TEN_DLC", "LONG_CODE", "SHORT_CODE", "SENDER_ID")


@dataclass(frozen=True, slots=True)
class Offer:
    """One type of originator for one country.

    why_not is empty when it can be requested here; by_case says that it comes through a support case instead.
    capabilities are SMS, MMS, VOICE in that order; mps is message parts per second of SMS (None: it varies).
    registration is the registration type it needs, or empty. Money is in units of 0.00001 USD a month.
    """

    type: str
    country: str
    capabilities: tuple[str, ...]
    why_not: Text = ""
    by_case: bool = False
    registration: str = ""
    lead_seconds: int = 0
    monthly_leasing_units: int = 0
    mps: int | None = None

    @property
    def requestable(self) -> bool:
        return not self.why_not and not self.by_case


@cache
def offers(country_code: str) -> tuple[Offer, ...]:
    """Every type for a country (ISO code), those that can be requested and the others with the reason why not."""
    country = countries()[country_code]
    return tuple(_offer(kind, country) for kind in TYPES)


def offer(kind: str, country_code: str) -> Offer | None:
    """The offer of one type for a country, or None for a country or type that is not known."""
    if country_code not in countries():
        return None
    return next((found for found in offers(country_code) if found.type == kind), None)


def _offer(kind: str, country: Country) -> Offer:
    capabilities, why_not, by_case = _RULES[kind](country)
    facts: dict[str, Any] = document("originator_offers.json")["types"][kind]
    speed = throughput(kind, country.iso2)
    registration = str(facts["registration"])
    if kind == "SENDER_ID" and country.sender_id == "registration_required":
        registration = f"{country.iso2}_SENDER_ID_REGISTRATION"
    return Offer(
        kind,
        country.iso2,
        capabilities,
        why_not,
        by_case,
        registration,
        int(facts["lead_seconds"]),
        int(facts["monthly_leasing_units"]),
        speed.sms_mps if speed else None,
    )


Ruling = tuple[tuple[str, ...], Text, bool]


def _simulator(country: Country) -> Ruling:
    if country.iso2 != UNITED_STATES:
        return (), _("Simulator numbers exist for the United States only."), False
    return ("SMS", "MMS"), "", False


def _toll_free(country: Country) -> Ruling:
    if country.iso2 != UNITED_STATES and country.iso2 not in US_TERRITORIES:
        return (), _("Toll-free numbers exist for the United States and its territories only."), False
    return ("SMS", "MMS", "VOICE"), "", False


def _ten_dlc(country: Country) -> Ruling:
    if country.iso2 != UNITED_STATES:
        return (), _("10DLC numbers exist for the United States only."), False
    return ("SMS", "MMS", "VOICE"), "", False


def _long_code(country: Country) -> Ruling:
    if country.iso2 == "CA":
        return ("SMS", "MMS", "VOICE"), "", False
    if country.voice == "yes":
        return ("VOICE",), "", False
    if country.voice == "support_case" or country.long_codes == "yes":
        return ("VOICE",) if country.voice != "no" else ("SMS",), _("It comes through a support case."), True
    if country.long_codes == "inbound_only":
        return (), _("Long codes of this country only receive."), True
    return (), _("There are no long codes for this country."), False


def _short_code(country: Country) -> Ruling:
    if not country.short_codes:
        return (), _("There are no dedicated short codes for this country."), False
    capabilities = ("SMS", "MMS") if country.mms_short_code else ("SMS",)
    return capabilities, _("It comes through a support case."), True


def _sender_id(country: Country) -> Ruling:
    if country.sender_id == "no":
        return (), _("This country does not support sender IDs."), False
    return ("SMS",), "", False


_RULES = {
    "SIMULATOR": _simulator,
    "TOLL_FREE": _toll_free,
    "TEN_DLC": _ten_dlc,
    "LONG_CODE": _long_code,
    "SHORT_CODE": _short_code,
    "SENDER_ID": _sender_id,
}
