"""Which origination identity carries a message, and why not each other one."""

import zlib
from dataclasses import dataclass

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from messaging.caller import Caller
from messaging.errors import Conflict, Invalid, NotFound, Resource, Text
from messaging.models import NumberType, PhoneNumber, Pool
from messaging.operations.identities import phone_number_named, pool_named
from messaging.operations.opt_out_lists import default_list
from messaging.operations.snapshot import Snapshot
from messaging.reference import simulator_number

SHARED_ROUTE = "SHARED_ROUTE"
SHARED_SENDER = "NOTICE"  # behaviour_rules.json, pool.shared_routes
WITHOUT_SHARED_ROUTES = {"US", "CN"}  # throughput.json: not available in some countries, including the US and China


@dataclass(frozen=True, slots=True)
class Originator:
    """The identity that a message is sent from. number is None for a shared route."""

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


def why_not(number: PhoneNumber, country: str, destination: str) -> Text:
    """Why a number cannot carry a text to a destination, or an empty text when it can."""
    if number.status != PhoneNumber.Status.ACTIVE:
        return _("It is not active yet.")
    if not number.sms:
        return _("It does not carry SMS.")
    if number.number_type == NumberType.SIMULATOR:
        target = simulator_number(destination)
        if target is None or target.country != number.iso_country_code:
            return _("A simulator number sends only to simulator destinations of its own country.")
    elif number.iso_country_code != country and not number.international_sending_enabled:
        return _("It works for its own country only.")
    return ""


def resolve(
    caller: Caller, account: Snapshot, *, origination_identity: str, country: str, destination: str, message_type: str
) -> tuple[Originator, list[Candidate]]:
    """The originator of a text message and everything that was considered.

    origination_identity is a phone number, a pool, or empty for “any that fits”. message_type is empty when none was
    given. Raises NotFound; Invalid INVALID_IDENTITY_FOR_DESTINATION_COUNTRY; Conflict RESOURCE_NOT_ACTIVE,
    NO_ORIGINATION_IDENTITIES_FOUND.
    """
    if not origination_identity:
        numbers = account.remember("numbers", lambda: _numbers(PhoneNumber.objects.for_caller(caller)))
        return _choose(caller, account, numbers, None, country, destination, message_type, shared=True)
    if origination_identity.startswith("pool-") or ":pool/" in origination_identity:
        pool, numbers = account.remember(
            ("pool", origination_identity), lambda: _pool_and_numbers(caller, origination_identity)
        )
        shared = pool.shared_routes_enabled
        return _choose(caller, account, numbers, pool, country, destination, message_type, shared=shared)
    number = account.remember(("number", origination_identity), lambda: _number(caller, origination_identity))
    _refuse_unfit(number, country, destination)
    return _of_number(number, number.pool, "given"), [Candidate(number.phone_number, number.phone_number_id)]


def _numbers(rows: QuerySet[PhoneNumber]) -> list[PhoneNumber]:
    return list(rows.select_related("pool__opt_out_list", "opt_out_list").order_by("id"))


def _pool_and_numbers(caller: Caller, origination_identity: str) -> tuple[Pool, list[PhoneNumber]]:
    pool = pool_named(caller, origination_identity)
    if pool is None:
        raise NotFound("pool", origination_identity)
    return pool, _numbers(pool.phone_numbers.all())


def _number(caller: Caller, origination_identity: str) -> PhoneNumber:
    number = phone_number_named(caller, origination_identity)
    if number is None:
        kind = "phone-number" if origination_identity[:1] in "+0123456789p" else "sender-id"
        raise NotFound(kind, origination_identity)
    return number


def _refuse_unfit(number: PhoneNumber, country: str, destination: str) -> None:
    reason = why_not(number, country, destination)
    if not reason:
        return
    if number.status != PhoneNumber.Status.ACTIVE:
        raise Conflict(
            _("%(number)s is not active yet.") % {"number": number.phone_number},
            reason="RESOURCE_NOT_ACTIVE",
            resource=Resource("phone-number", number.phone_number_id),
            next_step=_("Wait until it is active, or send from another originator."),
        )
    raise Invalid(
        _("%(number)s cannot send to %(destination)s. %(why)s")
        % {"number": number.phone_number, "destination": destination, "why": reason},
        reason="CHANNEL_NOT_ENABLED" if not number.sms else "INVALID_IDENTITY_FOR_DESTINATION_COUNTRY",
        fields={"origination_identity": _("Choose an originator that reaches this destination.")},
    )


def _choose(
    caller: Caller,
    account: Snapshot,
    numbers: list[PhoneNumber],
    pool: Pool | None,
    country: str,
    destination: str,
    message_type: str,
    *,
    shared: bool,
) -> tuple[Originator, list[Candidate]]:
    considered = [(number, why_not(number, country, destination)) for number in numbers]
    fitting = [number for number, reason in considered if not reason]
    # A transactional number goes first where no type is given (pool.transactional_default).
    wanted = message_type or "TRANSACTIONAL"
    typed = [number for number in fitting if number.message_type == wanted] or fitting
    # Real numbers before simulator ones; and one recipient always hears from the same number.
    real = [number for number in typed if number.number_type != NumberType.SIMULATOR] or typed
    chosen = real[zlib.crc32(destination.encode()) % len(real)] if real else None
    candidates = [
        Candidate(
            n.phone_number, n.phone_number_id, reason or ("" if n is chosen else _("Another one that fits was chosen."))
        )
        for n, reason in considered
    ]
    if chosen is not None:
        return _of_number(chosen, pool or chosen.pool, "pool" if pool else "account"), candidates
    if shared and country not in WITHOUT_SHARED_ROUTES:
        used = pool.opt_out_list if pool else account.remember("default-list", lambda: default_list(caller))
        route = Originator(SHARED_SENDER, "", SHARED_ROUTE, None, pool, used.pk, used.opt_out_list_name, "shared-route")
        return route, [*candidates, Candidate(SHARED_SENDER, "")]
    raise Conflict(
        _("This pool has no originator that can send to %(destination)s.") % {"destination": destination}
        if pool
        else _("This account has no originator that can send to %(destination)s.") % {"destination": destination},
        reason="NO_ORIGINATION_IDENTITIES_FOUND",
        resource=Resource("pool", pool.pool_id) if pool else None,
        next_step=_("Request a phone number for the country, or add one to the pool."),
    )


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
