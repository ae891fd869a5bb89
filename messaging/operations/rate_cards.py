"""Rate cards: what a message part costs. The built-in one is illustrative; an administrator imports the real prices.

A card belongs to an account and holds in all its Regions from its effective date (UTC, simulated time) until the next
card of the account; before the first one, and after a restore, the built-in card holds. A file is checked whole before
anything of it is stored. Prices in files are decimal US dollars, in the tables units of 0.00001 USD.
"""

import csv
import io
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date

from django.utils.translation import gettext_lazy as _

from messaging import clock, reference
from messaging.caller import Caller
from messaging.errors import Invalid, Text
from messaging.models import Account, Channel, NumberType, RateCard, RatePrice, RegionalAccount
from messaging.operations.originators import SENDER_ID, SHARED_ROUTE
from messaging.operations.registry import operation, settings_changed
from messaging.operations.snapshot import Snapshot, of
from messaging.reference import Price

Key = tuple[str, str, str]
Prices = Mapping[Key, Price]

COLUMNS = ("country", "channel", "originator_type", "message_price", "carrier_fee")
ORIGINATOR_TYPES = (*NumberType.values, SENDER_ID, SHARED_ROUTE, "*")
AMOUNT = re.compile(r"[0-9]{1,4}(?:\.[0-9]{1,5})?")
MOST_ERRORS = 200
UNITS_PER_DOLLAR = 100_000


@dataclass(frozen=True, slots=True)
class Card:
    """A rate card: its prices, from when it holds, and the imported row behind it, None for the built-in one."""

    effective_date: date
    prices: Prices
    row: RateCard | None = None

    @property
    def is_built_in(self) -> bool:
        return self.row is None


@dataclass(frozen=True, slots=True)
class RowError:
    """What is wrong with one row of a file; the first row is 1."""

    row: int
    problem: Text


@dataclass(slots=True)
class Checked:
    """What a file says: its prices, what is wrong with it, and what it would change in the card in force."""

    prices: dict[Key, Price] = field(default_factory=dict)
    errors: list[RowError] = field(default_factory=list)
    added: int = 0
    changed: int = 0
    removed: int = 0
    same: int = 0
    without: list[str] = field(default_factory=list)  # ISO codes that have an SMS price now and would have none

    @property
    def fits(self) -> bool:
        return bool(self.prices) and not self.errors


def built_in() -> Card:
    """The card that comes with the product: illustrative, no provider's prices."""
    return Card(date.fromisoformat(reference.RATE_CARD_DATE), reference.rate_card())


def cards_of(account_id: str) -> list[Card]:
    """The cards of an account, newest first, without the built-in one. Two queries."""
    found: list[Card] = []
    rows = RateCard.objects.filter(account_id=account_id).order_by("-effective_date").prefetch_related("prices")
    for row in rows:
        prices = {
            (one.iso_country_code, one.channel, one.originator_type): Price(one.message_price, one.carrier_fee)
            for one in row.prices.all()
        }
        found.append(Card(row.effective_date, prices, row))
    return found


def in_force(cards: list[Card], day: date) -> Card:
    """The card that holds on a day."""
    return next((card for card in cards if card.effective_date <= day), None) or built_in()


def price_for(
    account: Snapshot, country: str, channel: reference.Channel, originator_type: str, *, to_simulator: bool = False
) -> Price | None:
    """What a part costs the account today, or None where its card has no price.

    One look-up in a dictionary that the account's snapshot keeps; importing a card raises its settings version.
    """
    cards = account.remember("rate cards", lambda: cards_of(account.account_id))
    card = in_force(cards, clock.now().date()).prices if cards else None
    return reference.price(country, channel, originator_type, to_simulator=to_simulator, card=card)


def card_of(owner: RegionalAccount) -> Card:
    """The card in force for an account in a Region: no query while its settings stand."""
    account = of(owner)
    return in_force(account.remember("rate cards", lambda: cards_of(account.account_id)), clock.now().date())


@operation()
def describe_rate_card(caller: Caller) -> list[Card]:
    """The card in force first, then those imported that begin later, the next one first."""
    cards, today = cards_of(caller.account_id), clock.now().date()
    return [in_force(cards, today), *reversed([card for card in cards if card.effective_date > today])]


def checked(caller: Caller, text: str) -> Checked:
    """Read a file and compare it with the card in force; nothing is stored."""
    found = Checked()
    for number, record in _records(text, found):
        if len(found.errors) >= MOST_ERRORS:
            break
        key, price, problem = _read(record)
        if problem is None and key in found.prices:
            problem = _("This country, channel and originator type stand in the file twice.")
        if problem is not None:
            found.errors.append(RowError(number, problem))
        else:
            found.prices[key] = price
    if not found.prices and not found.errors:
        found.errors.append(RowError(1, _("The file has no prices.")))
    now = in_force(cards_of(caller.account_id), clock.now().date()).prices
    found.added = len(found.prices.keys() - now.keys())
    found.removed = len(now.keys() - found.prices.keys())
    found.same = sum(1 for key, price in found.prices.items() if now.get(key) == price)
    found.changed = len(found.prices) - found.added - found.same
    found.without = sorted(_with_sms(now) - _with_sms(found.prices))
    return found


@operation(resource=lambda row: f"rate-card/{row.effective_date}")
def import_rate_card(caller: Caller, *, csv_text: str, effective_date: date, file_name: str = "") -> RateCard:
    """Let the prices of a file hold from a day on; a card of the account from the same day is replaced.

    Raises Invalid with the first wrong rows when not every row can be read.
    """
    found = checked(caller, csv_text)
    if not found.fits:
        first = "; ".join(
            str(_("Row %(row)s: %(problem)s")) % {"row": one.row, "problem": one.problem} for one in found.errors[:5]
        )
        raise Invalid(
            _("The file cannot be imported. %(first)s") % {"first": first},
            fields={"file": _("Correct the rows and choose the file again.")},
        )
    Account.objects.select_for_update().get(pk=caller.account_id)
    RateCard.objects.filter(account_id=caller.account_id, effective_date=effective_date).delete()
    row = RateCard.objects.create(
        account_id=caller.account_id, effective_date=effective_date, file_name=file_name[:200], actor=caller.actor
    )
    RatePrice.objects.bulk_create(
        (
            RatePrice(
                rate_card=row,
                iso_country_code=country,
                channel=channel,
                originator_type=kind,
                message_price=price.message_price,
                carrier_fee=price.carrier_fee,
            )
            for (country, channel, kind), price in found.prices.items()
        ),
        batch_size=500,
    )
    _changed(caller)
    return row


@operation(resource=lambda gone: f"{gone} rate cards")
def restore_rate_card(caller: Caller) -> int:
    """Drop every imported card of the account: the built-in one holds again. Returns how many cards were dropped."""
    cards = RateCard.objects.filter(account_id=caller.account_id)
    count = cards.count()
    cards.delete()
    _changed(caller)
    return count


def as_csv(prices: Prices) -> Iterator[str]:
    """The lines of a file that import_rate_card takes."""
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\r\n")
    for record in (COLUMNS, *((*key, _dollars(p.message_price), _dollars(p.carrier_fee)) for key, p in prices.items())):
        writer.writerow(record)
        yield buffer.getvalue()
        buffer.seek(0)
        buffer.truncate()


def _changed(caller: Caller) -> None:
    """The card holds in every Region of the account; sends there look again."""
    settings_changed(RegionalAccount.objects.filter(account_id=caller.account_id).values_list("pk", flat=True))


def _dollars(units: int) -> str:
    return f"{units / UNITS_PER_DOLLAR:.5f}"


def _with_sms(prices: Prices) -> set[str]:
    return {country for country, channel, _type in prices if channel == Channel.SMS}


def _records(text: str, found: Checked) -> Iterator[tuple[int, dict[str, str]]]:
    """The rows below the head with their numbers; lines that begin with # are remarks."""
    reader = csv.reader(io.StringIO(text.removeprefix("\ufeff")))
    head: list[str] = []
    try:
        for record in reader:
            cells = [cell.strip() for cell in record]
            if not any(cells) or cells[0].startswith("#"):
                continue
            if not head:
                head = [cell.lower() for cell in cells]
                missing = [name for name in COLUMNS[:4] if name not in head]
                if missing:
                    problem = _("These columns are missing: %(names)s.") % {"names": ", ".join(missing)}
                    found.errors.append(RowError(reader.line_num, problem))
                    return
                continue
            yield reader.line_num, dict(zip(head, cells, strict=False))
    except csv.Error as error:
        found.errors.append(RowError(reader.line_num, _("This is not CSV: %(why)s.") % {"why": error}))


def _read(record: Mapping[str, str]) -> tuple[Key, Price, Text | None]:
    country, channel = record.get("country", "").upper(), record.get("channel", "").upper()
    kind = record.get("originator_type", "").upper()
    amounts = record.get("message_price", ""), record.get("carrier_fee", "") or "0"
    problem: Text | None = None
    if country not in reference.countries():
        problem = _("“%(value)s” is not the ISO code of a country.") % {"value": country}
    elif channel not in Channel.values:
        problem = _("“%(value)s” is not a channel: SMS, MMS or VOICE.") % {"value": channel}
    elif kind not in ORIGINATOR_TYPES:
        problem = _("“%(value)s” is not an originator type: %(types)s.") % {
            "value": kind,
            "types": ", ".join(ORIGINATOR_TYPES),
        }
    else:
        wrong = next((amount for amount in amounts if not AMOUNT.fullmatch(amount)), None)
        if wrong is not None:
            problem = _("“%(value)s” is not a price in US dollars with at most five decimals.") % {"value": wrong}
    units = (0, 0) if problem else (_units(amounts[0]), _units(amounts[1]))
    return (country, channel, kind), Price(*units), problem


def _units(amount: str) -> int:
    whole, _point, decimals = amount.partition(".")
    return int(whole) * UNITS_PER_DOLLAR + int(decimals.ljust(5, "0") or 0)
