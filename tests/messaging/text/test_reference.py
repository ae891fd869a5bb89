"""The reference tables: whole, consistent with one another and with the words of the service model."""

import re
from pathlib import Path

import botocore.loaders
import phonenumbers
import pytest

from messaging import reference
from messaging.reference import price, throughput
from messaging.text.alphabet import is_gsm
from messaging.text.parts import count
from messaging.text.tables import DATA, document, rows

MODEL = botocore.loaders.Loader().load_service_model("pinpoint-sms-voice-v2", "service-2")


def enum(shape: str) -> set[str]:
    return set(MODEL["shapes"][shape]["enum"])


@pytest.mark.parametrize(
    ("loader", "entries"),
    [
        (reference.regions, 29),
        (reference.countries, 214),
        (reference.simulator_numbers, 50),
        (reference.opt_out_keywords, 10),
        (reference.required_keywords, 2),
        (reference.event_types, 43),
        (reference.message_statuses, 27),
        (reference.request_rates, 68),
        (reference.account_limits, 8),
    ],
)
def test_loads_every_entry_once(loader, entries):
    assert len(loader()) == entries
    assert loader() is loader()


@pytest.mark.parametrize("path", sorted(DATA.iterdir()), ids=lambda path: path.name)
def test_every_table_says_where_it_comes_from(path):
    if path.suffix == ".json":
        assert document(path.name)["source"]
    else:
        comments = [line for line in path.read_text(encoding="utf-8").splitlines() if line.startswith("#")]
        assert re.search(r"(?i)source:", " ".join(comments))
        assert len({len(row) for row in rows(path.name)}) == 1


def test_regions_with_voice_and_their_prefixes():
    regions = reference.regions()
    assert sum(region.voice for region in regions.values()) == 20
    assert (regions["eu-west-1"].billing_prefix, regions["us-east-1"].name) == ("EU", "US East (N. Virginia)")
    assert len({region.billing_prefix for region in regions.values()}) == 29


def test_countries_have_codes_the_numbering_plan_knows():
    plan = {str(code) for code in phonenumbers.COUNTRY_CODE_TO_REGION_CODE}
    for country in reference.countries().values():
        assert re.fullmatch("[A-Z]{2}", country.iso2)
        assert country.prefixes == tuple(code.replace("-", "") for code in country.calling_codes)
        assert all(code.split("-")[0] in plan for code in country.calling_codes)
        assert country.long_codes in {"yes", "no", "inbound_only"}
        assert country.sender_id in {"yes", "no", "registration_required"}
        assert country.voice in {"yes", "no", "support_case"}


def test_countries_by_what_they_carry():
    countries = reference.countries().values()
    assert {country.iso2 for country in countries if country.mms} == {"US", "CA"}
    assert sum(country.voice != "no" for country in countries) == 59
    assert sum(country.sender_id == "registration_required" for country in countries) == 15
    assert {country.iso2 for country in countries if country.long_codes == "inbound_only"} == {
        "PK",
        "PH",
        "SA",
        "AE",
    }
    assert [country.name for country in countries] == sorted(country.name for country in countries)


def test_each_simulator_country_has_one_success_and_one_failure():
    numbers = reference.simulator_numbers().values()
    outcomes = sorted((number.country, number.succeeds) for number in numbers)
    countries = {number.country for number in numbers}
    assert outcomes == sorted((country, succeeds) for country in countries for succeeds in (True, False))
    assert countries <= set(reference.countries())


def test_finds_a_simulator_number_with_or_without_plus():
    found = reference.simulator_number("14254147755")
    assert found is not None
    assert (found.country, found.succeeds) == ("US", True)
    assert reference.simulator_number("+14254147755") is found
    assert reference.simulator_number("+14255550100") is None


def test_keywords():
    assert {"STOP", "ARRET", "OPT-OUT"} <= reference.opt_out_keywords()
    help_keyword, stop = (reference.required_keywords()[word] for word in ("HELP", "STOP"))
    assert (help_keyword.action, stop.action) == ("AUTOMATIC_RESPONSE", "OPT_OUT")
    assert {help_keyword.action, stop.action} <= enum("KeywordAction")
    assert all(is_gsm(row.reply) and count(row.reply).parts == 1 for row in (help_keyword, stop))
    assert reference.toll_free_keywords() == {"opt_out": ("STOP",), "opt_in": ("UNSTOP", "START")}


def test_event_types_are_those_of_the_model_except_rcs():
    assert set(reference.event_types()) == {name for name in enum("EventType") if not name.startswith("RCS_")}


@pytest.mark.parametrize("event", reference.event_types().values(), ids=lambda event: event.event_type)
def test_every_event_leads_to_a_status_of_its_channel(event):
    assert event.meaning
    if event.message_status is None:
        assert event.event_type.endswith(("ALL", "TEXT_PROTECT_BLOCKED"))
    else:
        status = reference.message_status(event.message_status, event.channel)
        assert status.final == event.final
        assert status.description


def test_statuses_tell_channels_apart():
    assert reference.message_status("SPAM", "VOICE") is not reference.message_status("SPAM", "SMS")
    assert reference.message_status("DELIVERED", "SMS").description == "Message has been accepted by phone"
    with pytest.raises(KeyError):
        reference.message_status("RINGING", "SMS")


@pytest.mark.parametrize(
    ("quota", "value", "reason"),
    [
        ("phone_numbers", 25, "PHONE_NUMBERS_PER_ACCOUNT"),
        ("pools", 25, "POOLS_PER_ACCOUNT"),
        ("configuration_sets", 25, "CONFIGURATION_SETS_PER_ACCOUNT"),
        ("opt_out_lists", 25, "OPT_OUT_LISTS_PER_ACCOUNT"),
        ("event_destinations", 5, "EVENT_DESTINATIONS_PER_CONFIGURATION_SET"),
        ("keywords_per_number", 30, "KEYWORDS_PER_PHONE_NUMBER"),
        ("origination_identities_per_pool", 100, "ORIGINATION_IDENTITIES_PER_POOL"),
        ("verified_destination_numbers", 10, "VERIFIED_DESTINATION_NUMBERS_PER_ACCOUNT"),
        ("protect_configurations", 25, "PROTECT_CONFIGURATIONS_PER_ACCOUNT"),
        ("ten_dlc_numbers_per_campaign", 49, "PHONE_NUMBERS_PER_REGISTRATION"),
        ("tags_per_resource", 200, "TAGS_PER_RESOURCE"),
    ],
)
def test_quotas_of_the_guide_and_the_model(quota, value, reason):
    found = reference.quotas()[quota]
    assert (found.value, found.reason) == (value, reason)
    assert found.source in {"user guide", "service model"}


def test_quota_words_are_those_of_the_model():
    quotas = [*reference.quotas().values(), *reference.voice_quotas().values()]
    assert {quota.reason for quota in quotas if quota.reason} <= enum("ServiceQuotaExceededExceptionReason")
    assert set(reference.account_limits()) == enum("AccountLimitName")
    assert MODEL["shapes"]["TagList"]["max"] == reference.quotas()["tags_per_resource"].value


def test_voice_quotas():
    quotas = reference.voice_quotas()
    assert (quotas["voice_calls_per_minute"].sandbox, quotas["voice_calls_per_minute"].production) == (5, 20)
    assert quotas["voice_per_24h"].production is None
    assert quotas["voice_characters"].production == MODEL["shapes"]["VoiceMessageBody"]["max"]
    assert len(reference.voice_sandbox_countries()) == 11
    assert reference.voice_sandbox_countries() <= set(reference.countries())


def test_request_rates_name_operations():
    rates = reference.request_rates()
    assert set(rates) <= set(MODEL["operations"])
    assert {name for name, rate in rates.items() if rate == 10} == {
        "PutOptedOutNumber",
        "DeleteOptedOutNumber",
        "ListTagsForResource",
    }
    assert set(rates.values()) == {1, 10}


@pytest.mark.parametrize(
    ("originator", "country", "mps"),
    [
        ("SHORT_CODE", "US", (100, 40)),
        ("SHORT_CODE", "FR", (None, 0)),
        ("TEN_DLC", "US", (1, 1)),
        ("TEN_DLC", "PR", (1, 1)),
        ("TOLL_FREE", "US", (3, 3)),
        ("LONG_CODE", "CA", (1, 1)),
        ("LONG_CODE", "DE", (10, 0)),
        ("LONG_CODE", "US", (0, 0)),
        ("SENDER_ID", "GB", (10, 0)),
        ("SENDER_ID", "US", (0, 0)),
        ("SHARED_ROUTE", "JP", (20, 0)),
        ("SHARED_ROUTE", "CN", (0, 0)),
    ],
)
def test_throughput(originator, country, mps):
    found = throughput(originator, country)
    assert found is not None
    assert (found.sms_mps, found.mms_mps) == mps


def test_no_throughput_where_the_originator_does_not_exist():
    assert throughput("TEN_DLC", "FR") is None
    assert throughput("TOLL_FREE", "DE") is None


def test_actions_are_the_operations_of_the_model():
    actions = reference.api_actions()
    assert set(actions) == set(MODEL["operations"])
    levels = {action.access_level for action in actions.values()}
    assert levels == {"Read", "Write", "Tagging", "Permissions management"}
    for name, action in actions.items():
        reads = name.startswith(("Describe", "List", "Get", "CarrierLookup"))
        assert (action.access_level == "Read") == reads
        sends = re.match("Send(?!Destination)", name) is not None
        assert action.cloudtrail_logged != sends


def test_every_country_has_an_sms_and_a_voice_price():
    card = reference.rate_card()
    for channel in ("SMS", "VOICE"):
        assert {country for country, kind, _ in card if kind == channel} == set(reference.countries())
    assert {country for country, kind, _ in card if kind == "MMS"} == {"US", "CA"}


@pytest.mark.parametrize(("row", "found"), reference.rate_card().items(), ids=lambda value: str(value)[:40])
def test_prices_are_sensible(row, found):
    assert 500 <= found.message_price <= 40_000
    assert 0 <= found.carrier_fee <= 600
    assert bool(found.carrier_fee) == (row[0] in {"US", "CA", "PR", "VI", "GU"} and row[1] != "VOICE")
    assert found.total == found.message_price + found.carrier_fee


def test_rate_card_prices_what_the_country_table_offers():
    card = reference.rate_card()
    for country in reference.countries().values():
        if country.long_codes == "yes" and country.iso2 not in {"US", "PR", "GU", "VI"}:
            assert (country.iso2, "SMS", "LONG_CODE") in card
        if country.sender_id != "no":
            assert (country.iso2, "SMS", "SENDER_ID") in card


def test_simulator_costs_what_it_costs_in_the_us():
    us = price("US", "SMS", "SIMULATOR")
    assert us is not None
    assert us == price("US", "SMS", "TEN_DLC")
    assert us == price("GB", "SMS", "SIMULATOR") == price("GB", "SMS", "LONG_CODE", to_simulator=True)
    assert price("GB", "SMS", "LONG_CODE") != us


def test_no_price_is_none_and_not_zero():
    assert price("US", "SMS", "SENDER_ID") is None
    assert price("FR", "MMS", "LONG_CODE") is None
    assert price("CU", "SMS", "SHARED_ROUTE") is None
    assert price("FR", "VOICE", "LONG_CODE") == price("FR", "VOICE", "TOLL_FREE")


def test_rate_card_says_it_is_illustrative():
    first = (Path(DATA) / "rate_card.csv").read_text(encoding="utf-8").splitlines()[0]
    assert "Illustrative" in first
    assert reference.RATE_CARD_DATE in first
