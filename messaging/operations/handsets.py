"""Virtual handsets: how they behave, and what their screens show."""

import re
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Prefetch, Q, QuerySet, prefetch_related_objects
from django.utils.translation import gettext_lazy as _

from messaging.caller import Caller
from messaging.carrier.behaviours import final_outcomes
from messaging.errors import Invalid, NotFound, Text
from messaging.identifiers import new_id
from messaging.models import Channel, Handset, HandsetBehaviour, InboundMessage, Message, MessageMedia
from messaging.operations.opt_out_lists import parsed_number
from messaging.operations.registry import operation
from messaging.operations.sender_display import shown_senders
from messaging.reference import countries, simulator_number
from messaging.text.parts import analyse

PREFIX = re.compile(r"\+[1-9][0-9]{0,14}")
MOST_OUTCOMES = 20
MOST_WEIGHT = 1_000_000
MOST_SECONDS = 30 * 86_400
MOST_SEED = 2**31 - 1
CARRIER_NAME_LENGTH = 60
PAGE = 50

# What reached the handset: a receipt of the device, a carrier that takes messages and sends no receipts, or a call that
# rang: heard, or missed.
HEARD, MISSED = "COMPLETED", "NO_ANSWER"
RECEIVED = Q(status__in=["DELIVERED", HEARD, MISSED]) | Q(status="SUCCESSFUL", is_final=True)


@operation()
def put_handset_behaviour(
    caller: Caller,
    *,
    scope: str,
    match: str,
    outcomes: Sequence[Mapping[str, object]],
    carrier_delay_seconds: int = 0,
    handset_delay_seconds: int = 1,
    carrier_name: str = "",
    seed: int = 0,
) -> HandsetBehaviour:
    """Set how handsets behave, for a NUMBER, a PREFIX of numbers or a COUNTRY; an earlier one of the same is replaced.

    outcomes are {"outcome": final status or "NO_RECEIPT", "weight": 1 or more}; delays are seconds of simulated time,
    30 days at most. The most exact behaviour holds; messages already with the carrier keep theirs. Raises Invalid.
    """
    values = {
        "outcomes": _outcomes(outcomes),
        "carrier_delay_seconds": _within("carrier_delay_seconds", carrier_delay_seconds, MOST_SECONDS),
        "handset_delay_seconds": _within("handset_delay_seconds", handset_delay_seconds, MOST_SECONDS),
        "seed": _within("seed", seed, MOST_SEED),
        "carrier_name": carrier_name,
    }
    if len(carrier_name) > CARRIER_NAME_LENGTH:
        raise _invalid("carrier_name", _("A carrier's name has at most %(most)s characters."), CARRIER_NAME_LENGTH)
    row, _created = HandsetBehaviour.objects.update_or_create(
        owner_id=caller.owner_id,
        scope=scope,
        match=_match(scope, match),
        defaults=values,
        create_defaults={**values, "behaviour_id": new_id("behaviour")},
    )
    return row


@operation()
def delete_handset_behaviour(caller: Caller, *, behaviour_id: str) -> HandsetBehaviour:
    """Drop a behaviour and return it as it was. Raises NotFound."""
    row = HandsetBehaviour.objects.for_caller(caller).filter(behaviour_id=behaviour_id).first()
    if row is None:
        raise NotFound("handset-behaviour", behaviour_id)
    HandsetBehaviour.objects.filter(pk=row.pk).delete()
    return row


@operation()
def describe_handset_behaviours(caller: Caller) -> QuerySet[HandsetBehaviour]:
    """The account's behaviours, in the order they were made."""
    return HandsetBehaviour.objects.for_caller(caller).order_by("id")


@operation()
def describe_handsets(caller: Caller) -> QuerySet[Handset]:
    """Every destination that something was carried to or that wrote to the account, the liveliest first."""
    return Handset.objects.for_caller(caller).order_by("-last_activity_at", "id")


@dataclass(frozen=True, slots=True)
class Bubble:
    """One message on a handset's screen.

    incoming is from the handset's view: True for what it received. counterpart is the account's number or sender ID,
    shown_as what the handset shows instead where that is something else; parts are the exact contents of each message
    part; status is that of a received message, media what it carried; call is the voice message of a call, which has no
    parts.
    """

    id: uuid.UUID
    incoming: bool
    at: datetime
    counterpart: str
    body: str
    parts: tuple[str, ...]
    status: str = ""
    keyword: str = ""
    media: tuple[MessageMedia, ...] = ()
    call: Message | None = None
    shown_as: str = ""


@dataclass(frozen=True, slots=True)
class Screen:
    """A stretch of a handset's screen, newest first; before is where the older one begins (None: that was all)."""

    phone_number: str
    bubbles: tuple[Bubble, ...]
    before: uuid.UUID | None


@operation()
def describe_handset_messages(
    caller: Caller, *, phone_number: str, before: uuid.UUID | None = None, limit: int = PAGE
) -> Screen:
    """What a handset received and sent, newest first; messages that did not arrive are not on it. Two indexed queries,
    and one each for the media of MMS and the register of Singapore where such messages are among them.

    Raises Invalid for what is not a number. A handset that nobody wrote to has an empty screen.
    """
    number = parsed_number(phone_number, "phone_number")
    received = Message.objects.for_caller(caller).filter(RECEIVED, destination_phone_number=number)
    sent = InboundMessage.objects.for_caller(caller).filter(origination_number=number)
    if before is not None:
        received, sent = received.filter(message_id__lt=before), sent.filter(inbound_message_id__lt=before)
    arrived = list(received.order_by("-message_id")[: limit + 1])
    media = Prefetch("media", MessageMedia.objects.select_related("content"))
    prefetch_related_objects([row for row in arrived if row.channel == Channel.MMS], media)
    instead = shown_senders(caller, arrived)
    bubbles = [_received(row, instead.get(row, "")) for row in arrived]
    bubbles += [_sent(row) for row in sent.order_by("-inbound_message_id")[: limit + 1]]
    bubbles.sort(key=lambda bubble: bubble.id, reverse=True)
    shown = tuple(bubbles[:limit])
    return Screen(number, shown, shown[-1].id if len(bubbles) > limit else None)


def _received(row: Message, shown_as: str) -> Bubble:
    return Bubble(
        row.message_id,
        True,
        row.created_timestamp,
        row.origination_identity,
        row.message_body,
        _parts(row),
        row.status,
        media=tuple(row.media.all()) if row.channel == Channel.MMS else (),
        call=row if row.channel == Channel.VOICE else None,
        shown_as=shown_as,
    )


def _parts(row: Message) -> tuple[str, ...]:
    """What arrives on its own: the parts of a text; of an MMS its text as a whole, if it has one; of a call nothing."""
    if row.channel == Channel.VOICE:
        return ()
    if row.channel == Channel.MMS:
        return (row.message_body,) if row.message_body else ()
    return tuple(analyse(row.message_body).contents)


def _sent(row: InboundMessage) -> Bubble:
    return Bubble(
        row.inbound_message_id,
        False,
        row.created_timestamp,
        row.destination_number,
        row.message_body,
        tuple(analyse(row.message_body).contents),
        keyword=row.message_keyword,
    )


def _match(scope: str, match: str) -> str:
    """What a behaviour matches, in the form that messages have it. Raises Invalid."""
    scopes = HandsetBehaviour.Scope
    if scope == scopes.NUMBER:
        number = parsed_number(match, "match")
        if simulator_number(number):
            raise _invalid("match", _("Simulator numbers always end as documented; choose another number."))
        return number
    if scope == scopes.PREFIX:
        prefix = match if match.startswith("+") else f"+{match}"
        if not PREFIX.fullmatch(prefix):
            raise _invalid("match", _("A prefix is a plus sign and 1 to 15 digits, such as +1206."))
        return prefix
    if scope == scopes.COUNTRY:
        if match not in countries():
            raise _invalid("match", _("A country is two capital letters, such as US."))
        return match
    raise _invalid("scope", _("The scope is NUMBER, PREFIX or COUNTRY."))


def _outcomes(outcomes: Sequence[Mapping[str, object]]) -> list[dict[str, object]]:
    if not 1 <= len(outcomes) <= MOST_OUTCOMES:
        raise _invalid("outcomes", _("Give 1 to %(most)s outcomes."), MOST_OUTCOMES)
    checked: list[dict[str, object]] = []
    for given in outcomes:
        outcome, weight = given.get("outcome"), given.get("weight", 1)
        if outcome not in final_outcomes():
            known = ", ".join(final_outcomes())
            raise _invalid("outcomes", _("An outcome is one of: %(most)s."), known)
        if isinstance(weight, bool) or not isinstance(weight, int) or not 1 <= weight <= MOST_WEIGHT:
            raise _invalid("outcomes", _("A weight is a whole number from 1 to %(most)s."), MOST_WEIGHT)
        checked.append({"outcome": outcome, "weight": weight})
    return checked


def _within(name: str, value: int, most: int) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= most:
        raise _invalid(name, _("Give a whole number from 0 to %(most)s."), most)
    return value


def _invalid(name: str, message: Text, most: object = "") -> Invalid:
    said = str(message) % {"most": most} if most else message
    return Invalid(said, fields={name: said})
