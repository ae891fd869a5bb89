"""Read-only reference tables: Regions, countries, keywords, events, quotas, throughput, actions, prices.

Every loader reads its file in messaging/data once and returns frozen rows; callers must not change the dicts.
Each file says where it comes from in its "source" key or its first comment lines.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Final, Literal

from messaging.data_texts import DataTexts
from messaging.errors import Text
from messaging.text import e164
from messaging.text.tables import DATA, document, read_rows, rows

Channel = Literal["SMS", "MMS", "VOICE"]

COUNTRY_TEXTS = DataTexts(DATA, "countries.csv", read_rows, shown=frozenset({"sender_id_note", "note"}))
QUOTA_TEXTS = DataTexts(DATA, "quotas.json", json.loads, shown=frozenset({"resources.name"}))


@dataclass(frozen=True, slots=True)
class Region:
    """A Region: code "us-east-1", name, whether it has voice, and the prefix of its usage types ("USE1")."""

    code: str
    name: str
    voice: bool
    billing_prefix: str


@cache
def regions() -> dict[str, Region]:
    """The 29 Regions by code, in the order they are listed."""
    found = (Region(r["code"], r["name"], _yes(r["voice"]), r["billing_prefix"]) for r in rows("regions.csv"))
    return {region.code: region for region in found}


@dataclass(frozen=True, slots=True)
class Country:
    """A country or territory and what reaches it.

    calling_codes are as printed ("1-264"), prefixes their digits ("1264"). long_codes is yes, no or
    inbound_only; sender_id yes, no or registration_required; voice yes, no or support_case. note is empty or
    one remark.
    """

    iso2: str
    name: str
    calling_codes: tuple[str, ...]
    prefixes: tuple[str, ...]
    short_codes: bool
    long_codes: str
    sender_id: str
    sender_id_note: Text
    two_way_sms: bool
    mms_short_code: bool
    mms_long_code: bool
    mms_toll_free: bool
    voice: str
    note: Text

    @property
    def mms(self) -> bool:
        """Whether any originator carries MMS here."""
        return self.mms_short_code or self.mms_long_code or self.mms_toll_free


@cache
def countries() -> dict[str, Country]:
    """The 214 countries and territories by ISO code, by name."""
    found = sorted(map(_country, COUNTRY_TEXTS.load(DATA / "countries.csv")), key=lambda country: country.name)
    return {country.iso2: country for country in found}


def _country(row: dict[str, str]) -> Country:
    return Country(
        iso2=row["iso2"],
        name=row["name"],
        calling_codes=tuple(row["calling_codes"].split(";")),
        prefixes=tuple(row["e164_prefixes"].split(";")),
        short_codes=_yes(row["short_codes"]),
        long_codes=row["long_codes"],
        sender_id=row["sender_id"],
        sender_id_note=row["sender_id_note"],
        two_way_sms=_yes(row["two_way_sms"]),
        mms_short_code=_yes(row["mms_short_code"]),
        mms_long_code=_yes(row["mms_long_code"]),
        mms_toll_free=_yes(row["mms_toll_free"]),
        voice=row["voice"],
        note=row["note"],
    )


@dataclass(frozen=True, slots=True)
class SimulatorNumber:
    """A destination of the carrier simulator: country (ISO code), whether it succeeds, number in E.164."""

    country: str
    succeeds: bool
    phone_number: str


@cache
def simulator_numbers() -> dict[str, SimulatorNumber]:
    """The 50 simulator destinations by number: in each of 25 countries one succeeds and one fails."""
    return {row["phone_number"]: _simulator_number(row) for row in rows("simulator_numbers.csv")}


def _simulator_number(row: dict[str, str]) -> SimulatorNumber:
    return SimulatorNumber(row["iso2"], row["outcome"] == "success", row["phone_number"])


def simulator_number(number: str) -> SimulatorNumber | None:
    """Return the simulator destination with this number (API form, with or without plus), or None."""
    return simulator_numbers().get(e164.normalise(number))


def country_of(number: str) -> str:
    """The ISO code of a destination's country, simulator destinations as in their table; empty for no country."""
    known = simulator_number(number)
    return known.country if known else e164.country_of(number) or ""


@dataclass(frozen=True, slots=True)
class RequiredKeyword:
    """A keyword every number and pool has: KeywordAction, default reply, purpose, what replies must hold."""

    keyword: str
    action: str
    reply: str
    purpose: str
    reply_must_contain: str


@cache
def opt_out_keywords() -> frozenset[str]:
    """The 10 keywords that opt the sender out wherever they are first in a message, in capitals."""
    return frozenset(document("keywords.json")["opt_out_keywords"])


@cache
def required_keywords() -> dict[str, RequiredKeyword]:
    """HELP and STOP with their default replies."""
    return {row["keyword"]: RequiredKeyword(**row) for row in document("keywords.json")["required"]}


@cache
def toll_free_keywords() -> dict[str, tuple[str, ...]]:
    """What the network itself understands on US toll-free numbers: keys opt_out and opt_in."""
    return {kind: tuple(words) for kind, words in document("keywords.json")["toll_free_us"].items()}


@cache
def media_types() -> dict[str, int]:
    """The 19 MIME types that an MMS can carry, each with the most bytes of a file."""
    return {row["mime_type"]: int(row["max_bytes"]) for row in rows("mms_media.csv")}


@dataclass(frozen=True, slots=True)
class EventType:
    """An event type of the service model; channel is SMS, MMS, VOICE or ALL.

    message_status is the status a message has after it, None for the types that stand for several. final is
    None where it depends on what follows.
    """

    event_type: str
    channel: str
    console_label: str
    meaning: str
    message_status: str | None
    final: bool | None


@cache
def event_types() -> dict[str, EventType]:
    """The 43 event types of SMS, MMS and voice by name, in the order they are listed."""
    return {row["event_type"]: EventType(**row) for row in document("event_types.json")["event_types"]}


@dataclass(frozen=True, slots=True)
class MessageStatus:
    """A message status and the channels that know it.

    final is None where it depends on what follows; retry_later says whether sending again later can help;
    description is the text of messageStatusDescription.
    """

    status: str
    channels: tuple[str, ...]
    meaning: str
    final: bool | None
    retry_later: bool
    description: str


@cache
def message_statuses() -> tuple[MessageStatus, ...]:
    """The 27 statuses; SPAM is there twice, once for SMS and MMS and once for voice."""
    listed = document("event_types.json")["statuses"]
    return tuple(MessageStatus(**{**row, "channels": tuple(row["channels"])}) for row in listed)


def message_status(status: str, channel: Channel) -> MessageStatus:
    """Return a status as a channel knows it. Raises KeyError for a status the channel does not have."""
    for row in message_statuses():
        if row.status == status and channel in row.channels:
            return row
    raise KeyError(status, channel)


@dataclass(frozen=True, slots=True)
class Quota:
    """A quota of resources. value counts unit within scope ("account, per Region", "pool" and so on).

    reason is that of ServiceQuotaExceededException, limit_name that of DescribeAccountLimits, each None where
    the API has none. source is "user guide", "service model" or "assumption" (the value is ours).
    """

    id: str
    name: Text
    value: int
    unit: str
    scope: str
    adjustable: bool
    reason: str | None
    limit_name: str | None
    source: str


@cache
def quotas() -> dict[str, Quota]:
    """Resource quotas by id, such as "pools" or "origination_identities_per_pool"."""
    return {row["id"]: Quota(**row) for row in QUOTA_TEXTS.load(DATA / "quotas.json")["resources"]}


@cache
def account_limits() -> dict[str, Quota]:
    """The quotas DescribeAccountLimits reports, by its limit name."""
    return {quota.limit_name: quota for quota in quotas().values() if quota.limit_name}


@dataclass(frozen=True, slots=True)
class VoiceQuota:
    """A voice quota in the sandbox and in production; None is no maximum. None of them can be raised."""

    id: str
    name: str
    sandbox: int | None
    production: int | None
    unit: str
    scope: str
    reason: str | None


@cache
def voice_quotas() -> dict[str, VoiceQuota]:
    """Voice quotas by id, such as "voice_calls_per_minute"."""
    return {row["id"]: VoiceQuota(**row) for row in document("quotas.json")["voice"]}


@cache
def voice_sandbox_countries() -> frozenset[str]:
    """ISO codes of the countries that can be called from the voice sandbox."""
    return frozenset(document("quotas.json")["voice_sandbox_countries"])


@cache
def request_rates() -> dict[str, int]:
    """Requests per second by operation; an operation without a rate is not limited by one."""
    return dict(document("quotas.json")["rates"])


@dataclass(frozen=True, slots=True)
class Throughput:
    """Parts per second of an originator type in a country; None where that varies, 0 where it cannot."""

    originator: str
    country: str
    sms_mps: int | None
    mms_mps: int | None


@cache
def throughputs() -> dict[tuple[str, str], Throughput]:
    """Throughput by (originator type, ISO code); the country "*" stands for all without their own row."""
    found = (Throughput(**row) for row in document("throughput.json")["limits"])
    return {(limit.originator, limit.country): limit for limit in found}


def throughput(originator_type: str, country: str) -> Throughput | None:
    """Return the throughput of an originator type in a country, or None where it cannot send at all."""
    table = throughputs()
    counted_as = "US" if country in _us_territories() else country
    return table.get((originator_type, counted_as)) or table.get((originator_type, "*"))


@cache
def _us_territories() -> frozenset[str]:
    return frozenset(document("throughput.json")["us_territories"])


@dataclass(frozen=True, slots=True)
class ApiAction:
    """An API action: what it does, the resource types it acts on ("*" for the account), and two classes.

    access_level is Read, Write, Tagging or Permissions management; only sending is not cloudtrail_logged.
    """

    action: str
    access_level: str
    cloudtrail_logged: bool
    resource_types: tuple[str, ...]
    description: str


@cache
def api_actions() -> dict[str, ApiAction]:
    """Every operation of the service model by name."""
    return {row["action"]: _action(row) for row in rows("api_actions.csv")}


def _action(row: dict[str, str]) -> ApiAction:
    return ApiAction(
        action=row["action"],
        access_level=row["access_level"],
        cloudtrail_logged=_yes(row["cloudtrail_logged"]),
        resource_types=tuple(row["resource_types"].split(";")),
        description=row["description"],
    )


RATE_CARD_DATE: Final = "2026-01-01"
"""The date of the built-in rate card, which is illustrative: no provider's prices."""
SIMULATOR: Final = "SIMULATOR"


@dataclass(frozen=True, slots=True)
class Price:
    """The price of one message part (of one minute begun, for voice), in units of 0.00001 USD."""

    message_price: int
    carrier_fee: int

    @property
    def total(self) -> int:
        """Message price and carrier fee together."""
        return self.message_price + self.carrier_fee


@cache
def rate_card() -> dict[tuple[str, str, str], Price]:
    """The built-in rate card by (ISO code, channel, originator type); "*" stands for types without a row."""
    return {
        (row["country"], row["channel"], row["originator_type"]): Price(
            int(row["message_price"]), int(row["carrier_fee"])
        )
        for row in rows("rate_card.csv")
    }


def price(
    country: str,
    channel: Channel,
    originator_type: str,
    *,
    to_simulator: bool = False,
    card: Mapping[tuple[str, str, str], Price] | None = None,
) -> Price | None:
    """Return the price of a part to a country, or None when the rate card has none: never zero.

    originator_type is a NumberType of the service model, SENDER_ID or SHARED_ROUTE. Sending from a simulator
    number, or to one (to_simulator), costs what it costs in the US, whatever the country. card is an account's own
    (operations/rate_cards.py), by default the built-in one.
    """
    if to_simulator or originator_type == SIMULATOR:
        country, originator_type = "US", SIMULATOR
    if card is None:
        card = rate_card()
    return card.get((country, channel, originator_type)) or card.get((country, channel, "*"))


def _yes(value: str) -> bool:
    return value == "yes"
