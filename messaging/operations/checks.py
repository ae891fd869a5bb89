"""The checks of a text message, in order. One walk serves three questions: send it, DryRun, and “what would happen?”.

Each check reads what it needs from the Send, writes what it finds there, and refuses by raising. The walk either stops
at the first refusal (sending) or goes on to the end and notes every verdict (checking before sending).
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import NamedTuple

from django.utils.translation import gettext_lazy as _

from messaging import clock
from messaging.caller import Caller
from messaging.errors import Conflict, Invalid, OverQuota, Refusal, Resource, Text
from messaging.models import ConfigurationSet, OptedOutNumber, Spend, Tier, VerifiedDestinationNumber
from messaging.operations import originators, snapshot
from messaging.operations.configuration_sets import named_set
from messaging.operations.opt_out_lists import is_opted_out, parsed_number
from messaging.reference import Price, countries, price, simulator_number
from messaging.text import e164, limits, parts

UNSENDABLE = {"CU", "IR", "KP", "SY", "SD"}  # country_rules.json, unsendable
MAX_CONTEXT = 5
PRICE_SHAPE = re.compile(r"[0-9]{0,2}\.[0-9]{1,5}")


@dataclass(slots=True)
class Send:
    """One request to send a text, and what the checks have found out about it."""

    caller: Caller
    destination_phone_number: str
    message_body: str
    origination_identity: str = ""
    message_type: str = ""
    keyword: str = ""
    configuration_set_name: str = ""
    max_price: str = ""
    time_to_live: int | None = None
    context: Mapping[str, str] = field(default_factory=dict)
    destination_country_parameters: Mapping[str, str] = field(default_factory=dict)
    message_feedback_enabled: bool | None = None
    verification: bool = False  # a code to a number that is not verified yet
    free: bool = False
    # Found on the way:
    destination: str = ""
    country: str = ""
    to_simulator: bool = False
    configuration_set: ConfigurationSet | None = None
    originator: originators.Originator | None = None
    candidates: list[originators.Candidate] = field(default_factory=list)
    account: snapshot.Snapshot = field(init=False)
    counted: parts.Count | None = None
    price: Price | None = None

    def __post_init__(self) -> None:
        self.account = snapshot.take(self.caller.owner_id)

    @property
    def total(self) -> int:
        """What the whole message costs, in 0.00001 USD."""
        return self.price.total * self.counted.parts if self.price and self.counted else 0

    @property
    def billed(self) -> bool:
        """Whether it counts against the spend limit: a simulator destination stays inside the service."""
        return not self.to_simulator and not self.free and self.total > 0


class Outcome(StrEnum):
    PASSED = "passed"
    REFUSED = "refused"
    NOT_REACHED = "not reached"


@dataclass(frozen=True, slots=True)
class Verdict:
    """What one check said: the value and rule it read, the refusal if it refused, what setting it looked at."""

    name: str
    label: Text
    outcome: Outcome
    detail: Text = ""
    refusal: Refusal | None = None
    about: Resource | None = None


class Found(NamedTuple):
    """What a check found in order: a sentence, the values that go into it when somebody reads it, what it read."""

    text: Text
    values: Mapping[str, object] = {}
    about: Resource | None = None


@dataclass(frozen=True, slots=True)
class Check:
    """One rule of sending. reason is the code it refuses with; needs are the members of Send it cannot do without."""

    name: str
    label: Text
    reason: str
    run: Callable[[Send], Found]
    needs: tuple[str, ...] = ()


def _destination(send: Send) -> Found:
    send.destination = parsed_number(send.destination_phone_number, "destination_phone_number")
    known = simulator_number(send.destination)
    send.to_simulator = known is not None
    country = known.country if known else e164.country_of(send.destination)
    if country is None:
        raise Invalid(
            _("%(number)s belongs to no country that is known.") % {"number": send.destination},
            fields={"destination_phone_number": _("Check the country code.")},
        )
    send.country = country
    return Found(_("%(number)s, %(country)s"), {"number": send.destination, "country": country})


def _country(send: Send) -> Found:
    if send.country in UNSENDABLE or send.country not in countries():
        raise Invalid(
            _("Messages cannot be sent to the country %(country)s.") % {"country": send.country},
            reason="DESTINATION_COUNTRY_BLOCKED",
            fields={"destination_phone_number": _("Choose a destination in a supported country.")},
        )
    return Found(_("%(country)s is supported"), {"country": send.country})


def _configuration_set(send: Send) -> Found:
    if not send.configuration_set_name:
        return Found(_("None: no events are published"))
    name = send.configuration_set_name
    send.configuration_set = row = send.account.remember(("set", name), lambda: named_set(send.caller, name))
    if not send.message_type:
        send.message_type = row.default_message_type
    if send.message_feedback_enabled is None:
        send.message_feedback_enabled = row.default_message_feedback_enabled
    return Found(row.configuration_set_name, {}, Resource("configuration-set", row.configuration_set_name))


def _originator(send: Send) -> Found:
    send.originator, send.candidates = originators.resolve(
        send.caller,
        send.account,
        origination_identity=send.origination_identity,
        wanted=originators.Wanted(
            send.destination,
            send.country,
            send.message_type,
            send.configuration_set.default_sender_id if send.configuration_set else "",
        ),
    )
    number = send.originator.number
    send.message_type = send.message_type or (number.message_type if number else "TRANSACTIONAL")
    about = _identity(send.originator)
    return Found(_("%(identity)s (%(type)s)"), {"identity": send.originator.shown, "type": send.originator.type}, about)


def _identity(originator: originators.Originator) -> Resource | None:
    if originator.number:
        return Resource("phone-number", originator.id)
    return Resource("sender-id", originator.id) if originator.type == originators.SENDER_ID else None


def _sandbox(send: Send) -> Found:
    about = Resource("account", send.account.account_id)
    if send.account.tier == Tier.PRODUCTION:
        return Found(_("Production account"), {}, about)
    if send.verification:
        return Found(_("Sandbox account, verification code"), {}, about)
    if not send.to_simulator and is_verified(send.account.owner_id, send.destination):
        return Found(_("Sandbox account, verified destination number"), {}, about)
    if not send.to_simulator:
        raise Conflict(
            _("The account is in the sandbox, and %(number)s is not a verified destination number.")
            % {"number": send.destination},
            reason="DESTINATION_PHONE_NUMBER_NOT_VERIFIED",
            resource=Resource("verified-destination-number", send.destination),
            fields={"destination_phone_number": _("Verify this number, or send to a simulator such as +14254147755.")},
            next_step=_("Verify the number, send to a simulator destination, or ask for production access."),
        )
    return Found(_("Sandbox account, simulator destination"), {}, about)


def is_verified(owner_id: int, number: str) -> bool:
    """Whether a destination number of the account is verified."""
    verified = VerifiedDestinationNumber.Status.VERIFIED
    rows = VerifiedDestinationNumber.objects.filter(owner_id=owner_id, destination_phone_number=number)
    return rows.filter(status=verified).exists()


def _opt_out(send: Send) -> Found:
    assert send.originator
    list_id = send.originator.opt_out_list_id
    if is_opted_out(list_id, send.destination):
        found = OptedOutNumber.objects.select_related("opt_out_list").get(
            opt_out_list_id=list_id, opted_out_number=send.destination
        )
        name = found.opt_out_list.opt_out_list_name
        raise Conflict(
            _("%(number)s has opted out: it is on the opt-out list %(list)s since %(since)s.")
            % {"number": send.destination, "list": name, "since": f"{found.opted_out_timestamp:%Y-%m-%d %H:%M} UTC"},
            reason="DESTINATION_PHONE_NUMBER_OPTED_OUT",
            resource=Resource("opt-out-list", name),
            fields={"destination_phone_number": _("This recipient has opted out.")},
            next_step=_("Do not write to this recipient until they opt in again (START)."),
        )
    about = Resource("opt-out-list", send.originator.opt_out_list_name)
    return Found(_("Not on the opt-out list of the originator"), {}, about)


def _body(send: Send) -> Found:
    shape = limits.shape_breach(send.message_body)
    if shape:
        raise Invalid(
            _("A message has 1 to %(allowed)s characters and is not only white space.") % {"allowed": limits.BODY_MAX},
            reason="MAXIMUM_SIZE_EXCEEDED" if shape.found > shape.allowed else "MISSING_PARAMETER",
            fields={"message_body": _("Write 1 to %(allowed)s characters.") % {"allowed": limits.BODY_MAX}},
        )
    send.counted = parts.count(send.message_body)
    breach = limits.send_breach(send.counted)
    if breach:
        raise Invalid(
            _("The text has %(found)s characters in %(encoding)s; at most %(allowed)s can be sent.")
            % {"found": breach.found, "encoding": send.counted.encoding, "allowed": breach.allowed},
            reason="MAXIMUM_SIZE_EXCEEDED",
            fields={"message_body": _("Shorten the text, or replace what forces UCS-2.")},
        )
    said = {"encoding": send.counted.encoding, "characters": send.counted.characters, "parts": send.counted.parts}
    return Found(_("%(encoding)s, %(characters)s characters, message parts: %(parts)s"), said)


def _options(send: Send) -> Found:
    if len(send.context) > MAX_CONTEXT:
        raise Invalid(
            _("A message has at most %(allowed)s context keys.") % {"allowed": MAX_CONTEXT},
            fields={"context": _("Leave some keys out.")},
        )
    return Found(_("Time to live %(seconds)s s"), {"seconds": send.time_to_live or 259_200})


def _price(send: Send) -> Found:
    assert send.originator and send.counted
    send.price = price(send.country, "SMS", send.originator.type, to_simulator=send.to_simulator)
    limit = units_of(send.max_price) if send.max_price else None
    if limit is not None and (send.price is None or send.price.total > limit):
        part = f"{send.price.total / 100_000:.5f}" if send.price else "?"
        raise Invalid(
            _("A message part costs %(price)s USD, more than the %(limit)s USD that MaxPrice allows.")
            % {"price": part, "limit": send.max_price},
            reason="PRICE_OVER_THRESHOLD",
            fields={"max_price": _("Allow more for a part, or leave the limit out.")},
        )
    if send.price is None:
        return Found(_("No price"))
    return Found(_("%(total)s USD for the message"), {"total": f"{send.total / 100_000:.5f}"})


def _spend_limit(send: Send) -> Found:
    if not send.billed:
        return Found(_("Nothing is billed for simulator destinations"))
    limit = send.account.text_spend_limit
    spent = spent_this_month(send.account.owner_id, "TEXT")
    if spent + send.total > limit:
        raise over_spend_limit(limit)
    left = f"{(limit - spent) / 100_000:.2f}"
    return Found(_("%(left)s USD left this month"), {"left": left}, Resource("account", send.account.account_id))


CHECKS: tuple[Check, ...] = (
    Check("destination", _("Destination"), "INVALID_PARAMETER", _destination),
    Check("country", _("Country"), "DESTINATION_COUNTRY_BLOCKED", _country, ("country",)),
    Check("configuration-set", _("Configuration set"), "ResourceNotFoundException", _configuration_set),
    Check("originator", _("Originator"), "INVALID_IDENTITY_FOR_DESTINATION_COUNTRY", _originator, ("country",)),
    Check("sandbox", _("Sandbox"), "DESTINATION_PHONE_NUMBER_NOT_VERIFIED", _sandbox, ("destination",)),
    Check("opt-out", _("Opt-out"), "DESTINATION_PHONE_NUMBER_OPTED_OUT", _opt_out, ("originator", "destination")),
    Check("body", _("Message body"), "MAXIMUM_SIZE_EXCEEDED", _body),
    Check("options", _("Options"), "INVALID_PARAMETER", _options),
    Check("price", _("Price"), "PRICE_OVER_THRESHOLD", _price, ("originator", "counted")),
    Check(
        "spend-limit",
        _("Spend limit"),
        "MONTHLY_SPEND_LIMIT_REACHED_FOR_TEXT",
        _spend_limit,
        ("counted", "price"),
    ),
)


def pass_all(send: Send) -> None:
    """Run the checks in order; the first refusal is raised."""
    for check in CHECKS:
        check.run(send)


def verdicts(send: Send) -> list[Verdict]:
    """Run every check that can run, whatever the others said."""
    said = []
    for check in CHECKS:
        if any(not getattr(send, need) for need in check.needs):
            said.append(Verdict(check.name, check.label, Outcome.NOT_REACHED, _("Waits for a check above")))
            continue
        try:
            found = check.run(send)
        except Refusal as refusal:
            said.append(Verdict(check.name, check.label, Outcome.REFUSED, refusal.message, refusal, refusal.resource))
        else:
            detail = found.text % found.values if found.values else found.text
            said.append(Verdict(check.name, check.label, Outcome.PASSED, detail, None, found.about))
    return said


def units_of(price_text: str) -> int:
    """Units of 0.00001 USD of a MaxPrice such as "0.05". Raises Invalid."""
    if not PRICE_SHAPE.fullmatch(price_text):
        raise Invalid(
            _("“%(price)s” is not a price.") % {"price": price_text},
            fields={"max_price": _("Write US dollars with a point and up to five decimals, such as 0.05.")},
        )
    whole, _point, decimals = price_text.partition(".")
    return int(whole or 0) * 100_000 + int(decimals.ljust(5, "0"))


def this_month() -> date:
    """The first day of the current month of simulated time, in UTC."""
    return clock.now().date().replace(day=1)


def spent_this_month(owner_id: int, channel: str) -> int:
    """What a channel has cost this month, in 0.00001 USD."""
    row = Spend.objects.filter(owner_id=owner_id, month=this_month(), channel=channel).values_list("amount", flat=True)
    return row.first() or 0


def over_spend_limit(limit: int) -> OverQuota:
    """The refusal of a text that would pass the monthly spend limit."""
    return OverQuota(
        _("The monthly spend limit for text messages, %(limit)s USD, is reached.")
        % {"limit": f"{limit / 100_000:.2f}"},
        reason="MONTHLY_SPEND_LIMIT_REACHED_FOR_TEXT",
        next_step=_("Wait for the next month or ask for a higher limit."),
    )
