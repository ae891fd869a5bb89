"""What handsets send: keywords, opt-outs, opt-ins, replies. Rules: keywords.json; behaviour_rules.json, opt_out.*"""

import re
from dataclasses import dataclass

from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from messaging import clock, wakeups
from messaging.caller import Caller
from messaging.errors import Conflict, Invalid, NotFound, Resource
from messaging.identifiers import time_ordered_uuid
from messaging.models import Handset, InboundMessage, Keyword, Message, OutboxEntry, PhoneNumber, Pool
from messaging.operations import acceptance, keywords
from messaging.operations.charges import add_spend
from messaging.operations.identities import phone_number_named
from messaging.operations.opt_out_lists import opt_in, opt_out, parsed_number
from messaging.operations.origination_settings import TOPIC
from messaging.operations.rate_cards import price_for
from messaging.operations.registry import operation
from messaging.operations.snapshot import take
from messaging.reference import country_of, simulator_number, toll_free_keywords
from messaging.text import parts

BODY_MAX = 1600
INBOUND_EVENT = "INBOUND"  # our own word for the outbox; the service model has no event type for it
FIRST_WORD = re.compile(r"[\w-]+")


@dataclass(frozen=True, slots=True)
class Received:
    """An inbound message, the keyword that matched, and the automatic reply (None when there is none)."""

    inbound: InboundMessage
    reply: Message | None

    @property
    def arn(self) -> str:
        return str(self.inbound.inbound_message_id)


@dataclass(frozen=True, slots=True)
class Answer:
    """What an inbound text calls for: the word that matched, the action, the text to send back."""

    keyword: str = ""
    action: str = ""
    reply: str = ""


@operation(changes_settings=False)
def receive_inbound_message(
    caller: Caller, *, origination_number: str, destination_number: str, message_body: str
) -> Received:
    """Take in what a handset sent to one of the account's numbers, act on its keyword and queue the reply.

    origination_number is the handset, destination_number the account's number, both E.164. Raises Invalid, NotFound;
    Conflict RESOURCE_NOT_ACTIVE for a number that no carrier knows yet.
    """
    handset = parsed_number(origination_number, "origination_number")
    number = phone_number_named(caller, parsed_number(destination_number, "destination_number"))
    if number is None:
        raise NotFound("phone-number", destination_number)
    if number.status != PhoneNumber.Status.ACTIVE:
        raise Conflict(
            _("%(number)s is not active yet.") % {"number": number.phone_number},
            reason="RESOURCE_NOT_ACTIVE",
            resource=Resource("phone-number", number.phone_number_id),
        )
    if not 1 <= len(message_body) <= BODY_MAX or not message_body.strip():
        raise Invalid(
            _("A message has 1 to %(allowed)s characters and is not only white space.") % {"allowed": BODY_MAX},
            fields={"message_body": _("Write 1 to %(allowed)s characters.") % {"allowed": BODY_MAX}},
        )
    holder: PhoneNumber | Pool = number.pool or number
    answer = _answer(holder, message_body)
    if answer.action == Keyword.Action.OPT_OUT:
        opt_out(holder.opt_out_list, handset, by_end_user=True, actor=f"handset:{handset}", reason=answer.keyword)
    elif answer.action == Keyword.Action.OPT_IN:
        opt_in(holder.opt_out_list, handset)
    now, previous = clock.now(), _previous(caller, handset, number)
    reply = _reply(caller, number, holder, handset, answer.reply) if answer.reply else None
    inbound = InboundMessage.objects.create(
        inbound_message_id=time_ordered_uuid(now),
        owner_id=caller.owner_id,
        created_timestamp=now,
        origination_number=handset,
        destination_number=number.phone_number,
        phone_number_id=number.phone_number_id,
        message_body=message_body,
        message_keyword=answer.keyword,
        keyword_action=answer.action,
        previous_published_message_id=previous,
        reply_message_id=reply.message_id if reply else None,
    )
    _publish(holder, inbound)
    Handset.objects.update_or_create(
        owner_id=caller.owner_id,
        phone_number=handset,
        defaults={"last_activity_at": now, "iso_country_code": country_of(handset)},
    )
    return Received(inbound, reply)


def _answer(holder: PhoneNumber | Pool, body: str) -> Answer:
    found = keywords.matching(holder, body)
    if found is not None:
        if holder.self_managed_opt_outs_enabled and found.keyword in keywords.REQUIRED:
            return Answer(found.keyword)  # the sender answers HELP and STOP himself (opt_out.self_managed)
        return Answer(found.keyword, found.keyword_action, found.keyword_message)
    first = FIRST_WORD.match(body.strip().upper())
    if first and first.group() in toll_free_keywords()["opt_in"] and not holder.self_managed_opt_outs_enabled:
        return Answer(
            first.group(), Keyword.Action.OPT_IN, _t("You will receive messages again. Reply STOP to opt out.")
        )
    return Answer()


def inbound_payload(inbound: InboundMessage) -> dict[str, str]:
    """What a topic gets of an inbound message, in the documented order (event_types.json, two_way_inbound_payload)."""
    return {
        "originationNumber": inbound.origination_number,
        "destinationNumber": inbound.destination_number,
        "messageKeyword": inbound.message_keyword,
        "messageBody": inbound.message_body,
        "inboundMessageId": str(inbound.inbound_message_id),
        "previousPublishedMessageId": inbound.previous_published_message_id,
    }


def _publish(holder: PhoneNumber | Pool, inbound: InboundMessage) -> None:
    """Queue the message for the two-way topic. Amazon Connect takes no payload, and nothing here stands in for it."""
    if not holder.two_way_enabled or not TOPIC.fullmatch(holder.two_way_channel_arn):
        return
    OutboxEntry.objects.create(
        owner_id=inbound.owner_id,
        event_id=inbound.inbound_message_id,
        event_type=INBOUND_EVENT,
        topic_arn=holder.two_way_channel_arn,
        payload=inbound_payload(inbound),
        due_at=inbound.created_timestamp,
    )
    wakeups.wake_after_commit()


def _previous(caller: Caller, handset: str, number: PhoneNumber) -> str:
    sent = Message.objects.for_caller(caller).filter(
        destination_phone_number=handset, origination_identity=number.phone_number
    )
    last = sent.order_by("-message_id").values_list("message_id", flat=True).first()
    return str(last) if last else ""


def _reply(caller: Caller, number: PhoneNumber, holder: PhoneNumber | Pool, handset: str, text: str) -> Message:
    """Queue an automatic answer. It goes out even to a number that has just opted out: it confirms the opt-out."""
    known = simulator_number(handset)
    country = country_of(handset) or number.iso_country_code
    counted = parts.count(text)
    cost = price_for(take(caller.owner_id), country, "SMS", number.number_type, to_simulator=known is not None)
    billed = known is None and cost is not None
    if billed and cost:
        add_spend(caller.owner_id, "TEXT", cost.total * counted.parts)
    return acceptance.accept(
        clock.now(),
        counted=counted,
        price=cost,
        billed=billed,
        time_to_live=acceptance.DEFAULT_TIME_TO_LIVE,
        owner_id=caller.owner_id,
        destination_phone_number=handset,
        iso_country_code=country,
        origination_identity=number.phone_number,
        origination_identity_id=number.phone_number_id,
        originator_type=number.number_type,
        pool_id=holder.pool_id if isinstance(holder, Pool) else "",
        chosen_because="reply",
        message_type=number.message_type,
        message_body=text,
        actor="keyword",
        request_id=caller.request_id,
    ).whole()
