"""E.164: the API's form, the country of a number, what people type.

Sources: the PhoneNumber shape of the service model; ITU-T E.164; messaging/data/simulator_numbers.csv; the
phonenumbers library, which judges the tables here.
"""

import phonenumbers
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from messaging.text.e164 import Unreadable, country_of, is_number, normalise, read, shown
from messaging.text.tables import rows

SIMULATED = rows("simulator_numbers.csv")
CODES = [(prefix, row["iso2"]) for row in rows("countries.csv") for prefix in row["e164_prefixes"].split(";")]


@pytest.mark.parametrize("value", ["+14254147755", "14254147755", "12", "+" + "9" * 19])
def test_takes_what_the_model_takes(value):
    assert is_number(value)
    assert normalise(value) == "+" + value.lstrip("+")


@pytest.mark.parametrize(
    "value",
    ["", "+", "1", "0123", "+0123", "++12", "+1 425", "+1-425", "9" * 20, "+12\n", "１２３", "+12a", "٤٤٢٠"],
)
def test_refuses_what_the_model_refuses(value):
    assert not is_number(value)
    with pytest.raises(Unreadable) as refused:
        normalise(value)
    assert refused.value.code == "CHARACTER"


@pytest.mark.parametrize("row", SIMULATED, ids=lambda row: row["phone_number"])
def test_knows_the_country_of_simulator_numbers(row):
    assert country_of(row["phone_number"]) == row["iso2"]
    assert country_of(row["phone_number"].lstrip("+")) == row["iso2"]
    assert read(row["phone_number"]) == row["phone_number"]


@pytest.mark.parametrize(("prefix", "country"), CODES)
def test_knows_every_calling_code_of_the_table(prefix, country):
    shared = {"1": "US", "7": "RU", "44": "GB", "262": "RE"}
    assert country_of(f"+{prefix}") == shared.get(prefix, country)


@pytest.mark.parametrize(
    ("number", "country"),
    [
        ("+12065550142", "US"),
        ("+14165550123", "CA"),
        ("+16045550123", "CA"),
        ("+12425550123", "BS"),
        ("+17875550123", "PR"),
        ("+18295550123", "DO"),
        ("+18005550123", "US"),
        ("+18885550143", "US"),
        ("+15555550100", "US"),  # no such area code: the main country of +1
        ("+16845550123", "AS"),  # no row in countries.csv
        ("+77012345678", "KZ"),
        ("+79161234567", "RU"),
        ("+447400123456", "GB"),
        ("+447797712345", "JE"),
        ("+447781123456", "GG"),
        ("+441624756789", "IM"),
        ("+442079460958", "GB"),
        ("+262692123456", "RE"),
        ("+262639012345", "YT"),
        ("+5351234567", "CU"),
        ("+999123456", None),
        ("+38312345", "XK"),
        ("+393123456789", "IT"),
    ],
)
def test_knows_the_country(number, country):
    assert country_of(number) == country


@settings(deadline=None)
@given(
    st.one_of(
        st.integers(2_000_000_000, 9_999_999_999).map(lambda number: (1, number)),
        st.integers(3_000_000_000, 9_999_999_999).map(lambda number: (7, number)),
        st.integers(1_000_000_000, 1_999_999_999).map(lambda number: (44, number)),
        st.integers(7_000_000_000, 7_999_999_999).map(lambda number: (44, number)),
        st.integers(260_000_000, 269_999_999).map(lambda number: (262, number)),
        st.integers(639_000_000, 639_999_999).map(lambda number: (262, number)),
    )
)
def test_agrees_with_the_numbering_plans_of_shared_codes(code_and_number):
    code, national = code_and_number
    number = phonenumbers.PhoneNumber(country_code=code, national_number=national)
    region = phonenumbers.region_code_for_number(number)
    if region and not str(national).startswith("800"):
        assert country_of(f"+{code}{national}") == region


@pytest.mark.parametrize(
    ("typed", "country", "number"),
    [
        ("+1 (425) 414-7755", None, "+14254147755"),
        ("001 425.414.7755", None, "+14254147755"),
        ("0044 20 7946 0958", None, "+442079460958"),
        ("+44 (0)20 7946 0958", None, "+442079460958"),
        ("+44 (0) 20 7946 0958", None, "+442079460958"),
        ("(0044) 20 7946 0958", None, "+442079460958"),
        ("tel:+1-425-414-7755", None, "+14254147755"),
        ("\u202a+1\u00a0425\u2011414\u20137755\u202c", None, "+14254147755"),
        ("＋４４ ２０ ７９４６ ０９５８", None, "+442079460958"),
        ("+٤٤ ٢٠ ٧٩٤٦ ٠٩٥٨", None, "+442079460958"),
        ("+39 06 1234 5678", None, "+390612345678"),
        ("(425) 414-7755", "US", "+14254147755"),
        ("1 425 414 7755", "US", "+14254147755"),
        ("020 7946 0958", "GB", "+442079460958"),
        ("+33 7 55 51 25 01", "US", "+33755512501"),
    ],
)
def test_reads_what_people_type(typed, country, number):
    assert read(typed, country) == number


@pytest.mark.parametrize(
    ("typed", "code", "word"),
    [
        ("", "EMPTY", "Enter"),
        (" \u200b ", "EMPTY", "Enter"),
        ("+", "EMPTY", "digits"),
        ("(425) 414-7755", "NO_COUNTRY_CODE", "country code"),
        ("+1 800 FLOWERS", "CHARACTER", "“F”"),
        ("+44+20", "CHARACTER", "“+”"),
        ("+1 425 414 7755 ext. 5", "EXTENSION", "extension"),
        ("+14254147755x5", "EXTENSION", "extension"),
        ("+14254147755;ext=5", "EXTENSION", "extension"),
        ("+999 123456", "UNKNOWN_COUNTRY_CODE", "+999"),
        ("+1 425 414", "TOO_SHORT", "United States"),
        ("+44 20 7946", "TOO_SHORT", "United Kingdom"),
        ("+1 425 414 77551", "TOO_LONG", "United States"),
        ("+1425414775512345678", "TOO_LONG", "15 digits"),
    ],
)
def test_says_why_it_cannot_read(typed, code, word):
    with pytest.raises(Unreadable) as refused:
        read(typed)
    assert refused.value.code == code
    assert word in refused.value.reason
    assert str(refused.value) == refused.value.reason


@settings(deadline=None)
@given(st.text(st.sampled_from("+0123456789 ()-.x/é"), max_size=24))
def test_reads_into_the_form_of_the_api_or_says_why(typed):
    try:
        number = read(typed, "GB")
    except Unreadable as refused:
        assert refused.reason
    else:
        assert is_number(number)
        assert number[0] == "+"


@pytest.mark.parametrize(
    ("number", "people_see"),
    [
        ("+14254147755", "+1 425-414-7755"),
        ("14254147755", "+1 425-414-7755"),
        ("+442079460958", "+44 20 7946 0958"),
        ("+999123456", "+999123456"),
    ],
)
def test_shows_numbers_as_people_read_them(number, people_see):
    assert shown(number) == people_see


@pytest.mark.parametrize("code", ["555", "55010", "1234567"])
def test_short_codes_are_shown_as_they_are(code):
    assert shown(code) == code
