"""What the numbering plans say of a number: validity, type, time zones, the carrier that a range was given to, formats.

All of it from the phonenumbers library, whose data are those of libphonenumber: the carrier of a range is the one that
it was given to at first, and a number that was ported is still under it. PhoneNumberType of the service model: PREPAID
is never said, since no plan tells contracts apart.
"""

from dataclasses import dataclass
from functools import lru_cache

from messaging.text import e164


@dataclass(frozen=True, slots=True)
class Plan:
    """A number by its plan. type is the API's PhoneNumberType; carrier and time_zones are empty where none is known.

    formats are (name, text): E.164, INTERNATIONAL, NATIONAL, RFC3966. cleansed is the number as its plan has it, so
    without a trunk zero; a number that differs from that is INVALID itself.
    """

    number: str
    cleansed: str
    valid: bool
    type: str
    calling_code: str
    carrier: str
    time_zones: tuple[str, ...]
    formats: tuple[tuple[str, str], ...]


@lru_cache(maxsize=4096)
def plan_of(number: str) -> Plan:
    """The plan of a number in the API's form. Raises e164.Unreadable."""
    import phonenumbers
    from phonenumbers import PhoneNumberFormat, carrier, timezone

    number = e164.normalise(number)
    try:
        parsed = phonenumbers.parse(number)
    except phonenumbers.NumberParseException:
        return Plan(number, number, False, "INVALID", "", "", (), ())
    cleansed = phonenumbers.format_number(parsed, PhoneNumberFormat.E164)
    valid = cleansed == number and phonenumbers.is_valid_number(parsed)
    kinds = (
        ("INTERNATIONAL", PhoneNumberFormat.INTERNATIONAL),
        ("NATIONAL", PhoneNumberFormat.NATIONAL),
        ("RFC3966", PhoneNumberFormat.RFC3966),
    )
    formats = [("E.164", cleansed), *((name, phonenumbers.format_number(parsed, kind)) for name, kind in kinds)]
    zones = [zone for zone in timezone.time_zones_for_number(parsed) if zone != timezone.UNKNOWN_TIMEZONE]
    return Plan(
        number,
        cleansed,
        valid,
        _types().get(phonenumbers.number_type(parsed), "OTHER") if valid else "INVALID",
        str(parsed.country_code),
        carrier.name_for_number(parsed, "en") if valid else "",
        tuple(zones),
        tuple(formats),
    )


def phone_numbers(text: str, country: str) -> list[str]:
    """The valid numbers in a text, as they stand there; one without a calling code counts as of the country (ISO)."""
    import phonenumbers

    return [found.raw_string for found in phonenumbers.PhoneNumberMatcher(text, country)]


def _types() -> dict[int, str]:
    from phonenumbers import PhoneNumberType

    return {
        PhoneNumberType.MOBILE: "MOBILE",
        # Plans like that of the US give both the same ranges; what takes messages here is a handset.
        PhoneNumberType.FIXED_LINE_OR_MOBILE: "MOBILE",
        PhoneNumberType.FIXED_LINE: "LANDLINE",
        PhoneNumberType.VOIP: "VOIP",
    }
