"""Looking numbers up: whether they are valid, of what type, where, and with which carrier.

No network is asked: the numbering plans say all but the carrier, and that is the one whose handset the simulator would
reach (a behaviour's carrier name, or the network drawn for a US number), or else the one that the range was given to.
Mobile country and network codes are not known here and left out, as the API allows. Looking up costs nothing: no price
is documented.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from messaging.caller import Caller
from messaging.carrier.behaviours import carrier_names
from messaging.carrier.networks import network_of
from messaging.errors import Invalid
from messaging.models import OptedOutNumber, VerifiedDestinationNumber
from messaging.operations.registry import operation
from messaging.reference import countries, country_of, simulator_number
from messaging.text import e164
from messaging.text.numbering import Plan, plan_of

MOST_NUMBERS = 500
INVALID = "INVALID"


@dataclass(frozen=True, slots=True)
class Lookup:
    """What is known of a number: the members of CarrierLookupResult, and its plan.

    original_phone_number is empty unless cleansing changed what was given.
    """

    e164_phone_number: str
    phone_number_type: str
    dialing_country_code: str
    iso_country_code: str
    country: str
    carrier: str
    original_phone_number: str
    plan: Plan


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a list that was looked up: what was given, and what was found, or why nothing was."""

    given: str
    found: Lookup | None
    why_not: str = ""
    opted_out: tuple[str, ...] = ()
    verified: bool = False


@operation()
def carrier_lookup(caller: Caller, *, phone_number: str, enable_cleansing: bool | None = None) -> Lookup:
    """Look one number up. Source: CarrierLookup. One query.

    phone_number has a plus sign and may have spaces, brackets, dots, dashes and commas. With enable_cleansing it is
    brought into the form of its numbering plan first. Raises Invalid for what no number can be read from.
    """
    digits = re.sub(r"\D", "", phone_number)
    if not phone_number.startswith("+") or not e164.is_number(f"+{digits}"):
        raise Invalid(
            _("“%(number)s” is not a phone number.") % {"number": phone_number},
            fields={"phone_number": _("Write + and the country code and number, such as +1 425-414-7755.")},
        )
    number, original = f"+{digits}", ""
    if enable_cleansing:
        cleansed = plan_of(number).cleansed
        original = phone_number if cleansed != phone_number else ""
        number = cleansed
    return _found(caller, {number: original})[number]


@operation()
def look_up_numbers(caller: Caller, *, phone_numbers: Sequence[str]) -> list[Row]:
    """Look many numbers up as people write them, in the order given. Three queries.

    Raises Invalid for more than MOST_NUMBERS. What is no number has a line that says why.
    """
    if len(phone_numbers) > MOST_NUMBERS:
        raise Invalid(
            _("At most %(most)s numbers are looked up at once.") % {"most": MOST_NUMBERS},
            fields={"phone_numbers": _("Split the list.")},
        )
    numbers: list[str] = []
    why: list[str] = []
    for given in phone_numbers:
        number, problem = _read(given)
        numbers.append(number)
        why.append(problem)
    wanted = {number for number in numbers if number}
    found = _found(caller, dict.fromkeys(wanted, ""))
    lists, verified = _known(caller, wanted)
    return [
        Row(given, found.get(number), problem, tuple(lists.get(number, ())), number in verified)
        for given, number, problem in zip(phone_numbers, numbers, why, strict=True)
    ]


def _read(given: str) -> tuple[str, str]:
    """The number in a text, valid or not, and nothing; or nothing and why there is none."""
    plain = re.sub(r"[\s().\-\u2010-\u2015/,\[\]{}]", "", given)
    if plain.startswith("+") and e164.is_number(plain):
        return plain, ""
    try:
        return e164.read(given), ""
    except e164.Unreadable as error:
        return "", error.reason


def _found(caller: Caller, numbers: dict[str, str]) -> dict[str, Lookup]:
    """What is known of numbers in E.164, each with the text it was cleansed from. One query."""
    where = {number: country_of(number) for number in numbers}
    named = carrier_names(caller.owner_id, where)
    return {number: _lookup(number, where[number], named.get(number, ""), numbers[number]) for number in numbers}


def _lookup(number: str, country: str, carrier: str, original: str) -> Lookup:
    plan = plan_of(number)
    if simulator_number(number):
        carrier = ""  # simulator numbers are on no network
    elif plan.valid:
        carrier = carrier or network_of(number, country) or plan.carrier
    else:
        carrier = ""
    row = countries().get(country)
    return Lookup(
        number, plan.type, plan.calling_code, country, row.name if row else "", carrier, original, plan
    )  # fmt: skip


def _known(caller: Caller, numbers: Iterable[str]) -> tuple[dict[str, list[str]], set[str]]:
    """The opt-out lists of numbers, and those that are verified. Two queries."""
    wanted = list(numbers)
    entries = OptedOutNumber.objects.filter(opt_out_list__owner_id=caller.owner_id, opted_out_number__in=wanted)
    lists: dict[str, list[str]] = {}
    for number, name in entries.values_list("opted_out_number", "opt_out_list__opt_out_list_name"):
        lists.setdefault(number, []).append(name)
    verified = VerifiedDestinationNumber.objects.for_caller(caller).filter(
        destination_phone_number__in=wanted, status=VerifiedDestinationNumber.Status.VERIFIED
    )
    return lists, set(verified.values_list("destination_phone_number", flat=True))
