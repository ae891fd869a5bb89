"""What countries are called in the reader's language."""

from functools import lru_cache

from django.utils.translation import get_language

from messaging.reference import countries


def country_name(code: str) -> str:
    """The name of a country in the reader's language, in English where that is missing, or its code."""
    return _country_name(code, (get_language() or "en")[:2])


@lru_cache(maxsize=2048)
def _country_name(code: str, language: str) -> str:
    row = countries().get(code)
    if row is not None and language == "en":
        return row.name
    # Loaded on first need: the library's names in every language.
    from phonenumbers.geodata.locale import LOCALE_DATA

    names = LOCALE_DATA.get(code, {})
    found = names.get(language, "")
    if found.startswith("*"):  # the same as in another language
        found = names.get(found[1:], "")
    return found or (row.name if row else names.get("en", code))
