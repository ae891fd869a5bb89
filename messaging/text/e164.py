"""Phone numbers: the API's form of E.164, the country of a number, and what people type.

The send path and imports use is_number(), normalise() and country_of(), which look up tables; read() and
shown() are for people and use the phonenumbers library, loaded on first use. Sources: ITU-T E.164; the
PhoneNumber shape of the service model; messaging/data/countries.csv for calling codes.
"""

import re
import unicodedata
from functools import cache, lru_cache
from typing import Final

from messaging.text.tables import rows

PATTERN: Final = re.compile(r"\+?[1-9][0-9]{1,18}")
"""The PhoneNumber shape: 2 to 19 digits, the plus sign optional."""
SHORT_CODE: Final = re.compile(r"[0-9]{3,7}")
DIGITS_MAX: Final = 15
"""Digits of a number by ITU-T E.164, country code included; the API takes more."""

# What follows +44 in numbers of Guernsey, Jersey and the Isle of Man, next to some of GB; all others are GB.
_ISLANDS: Final = re.compile("44(?:1481|1534|1624|7(?:457|509|524|624|700|781|797|829|839|911|924|937)|98)")
_SEPARATORS: Final = re.compile(r"[\s().\-\u2010-\u2015\u2212/\u00b7]")
_EXTENSION: Final = re.compile(r"(?i)\b(?:ext|extension|x)\b\.?|[#;]|\dx\d")


class Unreadable(ValueError):
    """A text that is no phone number. code is a stable word for programs, reason a sentence for the reader.

    Codes: EMPTY, CHARACTER, EXTENSION, NO_COUNTRY_CODE, UNKNOWN_COUNTRY_CODE, TOO_SHORT, TOO_LONG.
    """

    def __init__(self, code: str, reason: str) -> None:
        super().__init__(reason)
        self.code = code
        self.reason = reason


def is_number(value: str) -> bool:
    """Return whether the value has the form the API takes: ^\\+?[1-9][0-9]{1,18}$."""
    return PATTERN.fullmatch(value) is not None


def normalise(value: str) -> str:
    """Return a number in the API's form with its leading plus sign. Raises Unreadable for any other value."""
    if not is_number(value):
        raise Unreadable("CHARACTER", "Use E.164: a plus sign and 2 to 19 digits, without spaces.")
    return value if value[0] == "+" else f"+{value}"


def country_of(number: str) -> str | None:
    """Return the ISO code of the country a number belongs to, or None when no country has its calling code.

    number is in the API's form. The answer may be a country without a row in countries.csv (Cuba, American
    Samoa). A number of a shared calling code that no country claims goes to the main one: US, RU, GB or RE.
    """
    digits = number.lstrip("+")
    if digits[:1] == "1":
        return _of_area_code(digits[1:4])
    if digits[:1] == "7":
        return _of_shared_code(digits[:4], 11, "RU")
    if digits[:2] == "44":
        return _of_shared_code(digits[:8], 12, "GB") if _ISLANDS.match(digits) else "GB"
    if digits[:3] == "262":
        return _of_shared_code(digits[:8], 12, "RE")
    codes = _calling_codes()
    return codes.get(digits[:2]) or codes.get(digits[:3]) or _of_other_code(digits[:3])


def shown(number: str) -> str:
    """Return a number as people read it, "+1 425-414-7755"; one of no known form comes back with its plus.

    A short code (3 to 7 digits, no plus) is no international number and comes back as it is.
    """
    return number if SHORT_CODE.fullmatch(number) else _shown(normalise(number))


def read(typed: str, country: str | None = None) -> str:
    """Return the number a person typed, in E.164 with its plus sign.

    Spaces, dashes, dots, slashes, brackets, "(0)", tel: and a leading 00 are understood. country (ISO code)
    says where a number without a country code belongs. Raises Unreadable with a reason to show.
    """
    text = _cleaned(typed)
    international = text.startswith(("+", "00"))
    if not international and country is None:
        raise Unreadable("NO_COUNTRY_CODE", "Start with + and the country code, such as +1 for the US.")
    text = "+" + text[2:] if text.startswith("00") else text
    return _possible(text, None if international else country)


def _cleaned(typed: str) -> str:
    text = "".join(c for c in unicodedata.normalize("NFKC", typed) if unicodedata.category(c) != "Cf").strip()
    text = re.sub(r"(?i)^tel:", "", text).strip()
    if not text:
        raise Unreadable("EMPTY", "Enter a phone number.")
    if _EXTENSION.search(text):
        raise Unreadable("EXTENSION", "Leave the extension out: a message cannot be sent to one.")
    text = _SEPARATORS.sub("", re.sub(r"\(\s*0\s*\)", "", text) if text[0] in "+0" else text)
    text = "".join(str(unicodedata.digit(c, c)) for c in text)
    wrong = re.search(r"(?!^\+)[^0-9]", text)
    if wrong:
        raise Unreadable("CHARACTER", f"“{wrong[0]}” cannot be part of a phone number.")
    if not text.strip("+"):
        raise Unreadable("EMPTY", "Enter the digits of a phone number.")
    return text


def _possible(text: str, country: str | None) -> str:
    import phonenumbers
    from phonenumbers import ValidationResult

    try:
        number = phonenumbers.parse(text, country)
    except phonenumbers.NumberParseException as error:
        raise _refusal(text, error.error_type) from error
    found = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    possible = phonenumbers.is_possible_number_with_reason(number)
    if possible in (ValidationResult.TOO_SHORT, ValidationResult.IS_POSSIBLE_LOCAL_ONLY):
        raise Unreadable("TOO_SHORT", f"The number is too short for {_place(found)}.")
    if possible in (ValidationResult.TOO_LONG, ValidationResult.INVALID_LENGTH):
        raise Unreadable("TOO_LONG", f"The number has a length not used for {_place(found)}.")
    return found


def _refusal(text: str, error: int) -> Unreadable:
    from phonenumbers import NumberParseException

    if error == NumberParseException.INVALID_COUNTRY_CODE:
        code = text.lstrip("+")[:3]
        return Unreadable("UNKNOWN_COUNTRY_CODE", f"No country has a calling code that starts +{code}.")
    if error == NumberParseException.TOO_LONG:
        return Unreadable("TOO_LONG", f"A phone number has at most {DIGITS_MAX} digits.")
    return Unreadable("TOO_SHORT", "The number is too short.")


def _place(number: str) -> str:
    country = country_of(number)
    return f"a number of {_names().get(country, country)}" if country else "its calling code"


@lru_cache(maxsize=16384)
def _shown(number: str) -> str:
    import phonenumbers

    try:
        parsed = phonenumbers.parse(number)
    except phonenumbers.NumberParseException:
        return number
    return phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.INTERNATIONAL)


@cache
def _names() -> dict[str, str]:
    return {row["iso2"]: row["name"] for row in rows("countries.csv")}


@cache
def _calling_codes() -> dict[str, str]:
    """Calling codes, and the area codes of +1, that belong to one country of the table."""
    shared = {"1", "7", "44", "262"}
    return {
        prefix: row["iso2"]
        for row in rows("countries.csv")
        for prefix in row["e164_prefixes"].split(";")
        if prefix not in shared
    }


@lru_cache(maxsize=1024)
def _of_area_code(area: str) -> str:
    listed = _calling_codes().get(f"1{area}")
    return listed or _of_shared_code(f"1{area}", 11, "US")


@lru_cache(maxsize=16384)
def _of_shared_code(head: str, length: int, main: str) -> str:
    """Ask the numbering plan, once per head: the digits after it do not change the country."""
    import phonenumbers

    try:
        number = phonenumbers.parse("+" + (head + "23456789")[:length].ljust(length, "0"))
    except phonenumbers.NumberParseException:
        return main
    return phonenumbers.region_code_for_number(number) or main


@lru_cache(maxsize=1024)
def _of_other_code(head: str) -> str | None:
    """Name the country of a calling code without a row in the table, such as +53."""
    import phonenumbers

    for size in (1, 2, 3):
        region = phonenumbers.region_code_for_country_code(int(head[:size] or 0))
        if region not in ("ZZ", "001"):
            return region
    return None
