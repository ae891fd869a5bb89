"""Which origination identity carries a message, and why not each other one."""

import re
import zlib
from dataclasses import dataclass
from typing import NamedTuple

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from messaging.caller import Caller
from messaging.errors import Conflict, Invalid, NotFound, Resource, Text
from messaging.models import Channel, NumberType, OptOutList, PhoneNumber, Pool, SenderId
from messaging.operations import throughput
from messaging.operations.identities import phone_number_named, pool_named
from messaging.operations.opt_out_lists import default_list
from messaging.operations.sender_ids import SHAPE, needs_registration, sender_id_named
from messaging.operations.snapshot import Snapshot
from messaging.reference import countries, simulator_number

SENDER_ID = "SENDER_ID"
SHARED_ROUTE = "SHARED_ROUTE"
SHARED_SENDER = "NOTICE"  # behaviour_rules.json, pool.shared_routes
WITHOUT_SHARED_ROUTES = {"US", "CN"}  # throughput.json: not available in some countries, including the US and China
NOT_CARRIED = {
    "SMS": _("It does not carry SMS."),
    "MMS": _("It does not carry MMS."),
    "VOICE": _("It does not carry voice."),
}
_OTHER_CHOSEN = _("Another one that fits was chosen.")
NOT_CARRIED_REASONS = {
    "SMS": "CHANNEL_NOT_ENABLED",
    "MMS": "CHANNEL_NOT_ENABLED",
    "VOICE": "VOICE_CAPABILITY_NOT_AVAILABLE",
}
NAME = re.compile(r"[A-Za-z0-9_-]{1,11}")


@dataclass(frozen=True, slots=True)
class Originator:
    """The identity that a message is sent from. number is None for a sender ID and a shared route."""

    shown: str
    id: str
    type: str
    number: PhoneNumber | None
    pool: Pool | None
    opt_out_list_id: int
    opt_out_list_name: str
    because: str


@dataclass(frozen=True, slots=True)
class Candidate:
    """An identity that was considered: its name, its id, and why it was not chosen (empty for the chosen one)."""

    shown: str
    id: str
    why_not: Text = ""


class Wanted(NamedTuple):
    """What the message asks of its originator. message_type and default_sender_id may be empty; local: see why_not."""

    destination: str
    country: str
    message_type: str
    default_sender_id: str
    channel: str = Channel.SMS.value
    local: bool = False


class Members(NamedTuple):
    """The identities that a choice is made from, and the pool that holds them, if one does."""

    numbers: list[PhoneNumber]
    sender_ids: list[SenderId]
    pool: Pool | None


def why_not(
    number: PhoneNumber, country: str, destination: str, channel: str = Channel.SMS.value, *, local: bool = False
) -> Text:
    """Why a number cannot carry a message of a channel to a destination, or an empty text when it can.

    local asks for a number of the destination's own country, whatever else it reaches.
    """
    if number.status != PhoneNumber.Status.ACTIVE:
        return _("It is not active yet.")
    if not number.carries(channel):
        return NOT_CARRIED[channel]
    if channel == Channel.MMS and not _carries_media_to(number.number_type, country):
        return _("Numbers of its type do not carry MMS there.")
    if number.number_type == NumberType.SIMULATOR:
        target = simulator_number(destination)
        if target is None or target.country != number.iso_country_code:
            return _("A simulator number sends only to simulator destinations of its own country.")
    # Voice reaches any country (country_rules.json, voice_reach).
    elif number.iso_country_code != country and (
        local or not (number.international_sending_enabled or channel == Channel.VOICE)
    ):
        return _("It works for its own country only.")
    return ""


def _why_not(number: PhoneNumber, wanted: Wanted) -> Text:
    return why_not(number, wanted.country, wanted.destination, wanted.channel, local=wanted.local)


def _carries_media_to(number_type: str, country: str) -> bool:
    """Whether numbers of a type carry MMS to a country (countries.csv; country_rules.json, mms_countries)."""
    row = countries().get(country)
    if row is None:
        return False
    if number_type == NumberType.SIMULATOR:
        return row.mms
    long_code = NumberType.TEN_DLC if country == "US" else NumberType.LONG_CODE  # local US long codes carry no messages
    return {
        NumberType.SHORT_CODE: row.mms_short_code,
        NumberType.TOLL_FREE: row.mms_toll_free,
        long_code: row.mms_long_code,
    }.get(NumberType(number_type), False)


def why_not_sender_id(sender_id: SenderId, country: str, channel: str = Channel.SMS.value) -> Text:
    """Why a sender ID of the account cannot send a message of a channel to a country, or an empty text when it can."""
    if channel != Channel.SMS:
        return _("A sender ID carries text messages only.")
    if sender_id.iso_country_code != country:
        return _("It works for its own country only.")
    if needs_registration(country) and not sender_id.registered:
        return _("Its registration is not complete.")
    return ""


def resolve(
    caller: Caller,
    account: Snapshot,
    *,
    origination_identity: str,
    wanted: Wanted,
    candidates: list[Candidate],
) -> Originator:
    """The originator of a message. What was considered goes into `candidates`, also when none of it will do.

    origination_identity is a phone number, a pool, a sender ID, or empty for “any that fits”. Raises NotFound; Invalid
    INVALID_IDENTITY_FOR_DESTINATION_COUNTRY, SENDER_ID_NOT_SUPPORTED, SENDER_ID_REQUIRES_REGISTRATION,
    SENDER_ID_NOT_REGISTERED; Conflict RESOURCE_NOT_ACTIVE, NO_ORIGINATION_IDENTITIES_FOUND.
    """
    if not origination_identity:
        members = account.remember("everything", lambda: _everything(caller))
        return _choose(caller, account, members, wanted, candidates, shared=True)
    if origination_identity.startswith("pool-") or ":pool/" in origination_identity:
        members = account.remember(("pool", origination_identity), lambda: _of_pool(caller, origination_identity))
        shared = members.pool is not None and members.pool.shared_routes_enabled
        return _choose(caller, account, members, wanted, candidates, shared=shared)
    number = account.remember(
        ("number", origination_identity), lambda: phone_number_named(caller, origination_identity)
    )
    if number is None:
        return _given_sender_id(caller, account, origination_identity, wanted, candidates)
    _refuse_unfit(number, wanted)
    candidates.append(Candidate(number.phone_number, number.phone_number_id))
    return _of_number(number, number.pool, "given")


def _everything(caller: Caller) -> Members:
    senders = SenderId.objects.for_caller(caller).order_by("id")
    return Members(_numbers(PhoneNumber.objects.for_caller(caller)), list(senders), None)


def _of_pool(caller: Caller, origination_identity: str) -> Members:
    pool = pool_named(caller, origination_identity)
    if pool is None:
        raise NotFound("pool", origination_identity)
    return Members(_numbers(pool.phone_numbers.all()), list(pool.sender_ids.order_by("id")), pool)


def _numbers(rows: QuerySet[PhoneNumber]) -> list[PhoneNumber]:
    return list(rows.select_related("pool__opt_out_list", "opt_out_list").order_by("id"))


def _refuse_unfit(number: PhoneNumber, wanted: Wanted) -> None:
    reason = _why_not(number, wanted)
    if not reason:
        return
    if number.status != PhoneNumber.Status.ACTIVE:
        raise Conflict(
            _("%(number)s is not active yet.") % {"number": number.phone_number},
            reason="RESOURCE_NOT_ACTIVE",
            resource=Resource("phone-number", number.phone_number_id),
            next_step=_("Wait until it is active, or send from another originator."),
        )
    carries = number.carries(wanted.channel)
    raise Invalid(
        _("%(number)s cannot send to %(destination)s. %(why)s")
        % {"number": number.phone_number, "destination": wanted.destination, "why": reason},
        reason="INVALID_IDENTITY_FOR_DESTINATION_COUNTRY" if carries else NOT_CARRIED_REASONS[wanted.channel],
        fields={"origination_identity": _("Choose an originator that reaches this destination.")},
    )


def _given_sender_id(
    caller: Caller, account: Snapshot, given: str, wanted: Wanted, candidates: list[Candidate]
) -> Originator:
    """A sender ID named in the request: one of the account's, or in countries without registration any."""
    country = wanted.country
    name = SenderId.name_in(caller, given).partition("/")[0]
    if not NAME.fullmatch(name) or name.isdigit() and len(name) > 6 or given.startswith("phone-"):
        raise NotFound("phone-number", given)
    owned = account.remember(("sender-id", given, country), lambda: sender_id_named(caller, given, country))
    if owned is None and given.startswith("arn:"):
        raise NotFound("sender-id", given)
    if wanted.channel != Channel.SMS:
        raise Invalid(
            _("The sender ID %(sender_id)s carries text messages only.") % {"sender_id": name},
            reason="SENDER_ID_NOT_SUPPORTED",
            fields={"origination_identity": _("Send from a phone number or pool.")},
        )
    _refuse_sender_id(name, owned, country)
    used = account.remember("default-list", lambda: default_list(caller))
    because = "given" if owned else "given-dynamic"
    candidates.append(Candidate(name, f"{name}/{country}"))
    return _of_sender_id(name, country, None, used, because)


def _refuse_sender_id(name: str, owned: SenderId | None, country: str) -> None:
    said = {"sender_id": name, "country": country}
    if countries()[country].sender_id == "no":
        raise Invalid(
            _("%(country)s does not support sender IDs.") % said,
            reason="SENDER_ID_NOT_SUPPORTED",
            fields={"origination_identity": _("Send from a phone number or pool.")},
        )
    if needs_registration(country) and not (owned and owned.registered):
        raise Invalid(
            _("The registration of the sender ID %(sender_id)s for %(country)s is not complete.") % said
            if owned
            else _("%(country)s takes registered sender IDs only, and %(sender_id)s is not one of the account's.")
            % said,
            reason="SENDER_ID_NOT_REGISTERED" if owned else "SENDER_ID_REQUIRES_REGISTRATION",
            fields={"origination_identity": _("Register the sender ID for this country first.")},
        )
    if owned is None and not SHAPE.fullmatch(name):
        raise Invalid(
            _("“%(sender_id)s” cannot be a sender ID.") % said,
            fields={"origination_identity": _("Write 3 to 11 letters, digits or hyphens, with at least one letter.")},
        )


def _choose(
    caller: Caller, account: Snapshot, members: Members, wanted: Wanted, candidates: list[Candidate], *, shared: bool
) -> Originator:
    """Dedicated numbers first, then sender IDs, then the set's default sender ID, then a shared route."""
    pool = members.pool
    because = "pool" if pool else "account"
    default = account.remember("default-list", lambda: default_list(caller))
    considered: list[tuple[PhoneNumber | SenderId, Text]] = [
        *((number, _why_not(number, wanted)) for number in members.numbers),
        *(
            (sender_id, why_not_sender_id(sender_id, wanted.country, wanted.channel))
            for sender_id in members.sender_ids
        ),
    ]
    fitting = [row for row, reason in considered if not reason]
    # A pool fails over: one whose rate is used up is passed over while another one is free.
    full = throughput.busy(account, wanted.channel, wanted.country, fitting) if pool and len(fitting) > 1 else set()
    chosen = _best([row for row in fitting if row.name not in full] or fitting, wanted)
    for row, reason in considered:
        passed_over = _("Its throughput is used up for the moment.") if row.name in full else _OTHER_CHOSEN
        candidates.append(Candidate(_shown(row), row.name, reason or ("" if row is chosen else passed_over)))
    if isinstance(chosen, PhoneNumber):
        return _of_number(chosen, pool or chosen.pool, because)
    used = pool.opt_out_list if pool else default
    if chosen is not None:
        return _of_sender_id(chosen.sender_id, wanted.country, pool, used, because)
    text = wanted.channel == Channel.SMS  # neither the default sender ID nor a shared route carries anything else
    name = wanted.default_sender_id
    if text and name and not pool and countries()[wanted.country].sender_id == "yes":
        originator = _of_sender_id(name, wanted.country, None, default, "default-sender-id")
        candidates.append(Candidate(name, originator.id))
        return originator
    if text and shared and wanted.country not in WITHOUT_SHARED_ROUTES:
        route = Originator(SHARED_SENDER, "", SHARED_ROUTE, None, pool, used.pk, used.opt_out_list_name, "shared-route")
        candidates.append(Candidate(SHARED_SENDER, ""))
        return route
    raise Conflict(
        _("This pool has no originator that can send to %(destination)s.") % {"destination": wanted.destination}
        if pool
        else _("This account has no originator that can send to %(destination)s.")
        % {"destination": wanted.destination},
        reason="NO_ORIGINATION_IDENTITIES_FOUND",
        resource=Resource("pool", pool.pool_id) if pool else None,
        next_step=_("Request a phone number for the country, or add one to the pool."),
    )


def _best(fitting: list[PhoneNumber | SenderId], wanted: Wanted) -> PhoneNumber | SenderId | None:
    """Numbers before sender IDs, real ones before simulator ones, those of the message type before others.

    A transactional number goes first where no type is given (pool.transactional_default). One recipient always hears
    from the same identity, so the choice among equals follows from the destination.
    """
    message_type = wanted.message_type or "TRANSACTIONAL"

    def rank(row: PhoneNumber | SenderId) -> tuple[bool, bool, bool]:
        if isinstance(row, SenderId):
            return True, False, message_type not in row.message_types
        return False, row.number_type == NumberType.SIMULATOR, row.message_type != message_type

    if not fitting:
        return None
    best = min(map(rank, fitting))
    equals = [row for row in fitting if rank(row) == best]
    return equals[zlib.crc32(wanted.destination.encode()) % len(equals)]


def _shown(row: PhoneNumber | SenderId) -> str:
    return row.sender_id if isinstance(row, SenderId) else row.phone_number


def _of_sender_id(name: str, country: str, pool: Pool | None, used: OptOutList, because: str) -> Originator:
    return Originator(name, f"{name}/{country}", SENDER_ID, None, pool, used.pk, used.opt_out_list_name, because)


def _of_number(number: PhoneNumber, pool: Pool | None, because: str) -> Originator:
    used = (pool or number).opt_out_list
    return Originator(
        number.phone_number,
        number.phone_number_id,
        number.number_type,
        number,
        pool,
        used.pk,
        used.opt_out_list_name,
        because,
    )
