"""Voice messages: a text that is read aloud in a call. Their lifecycle is the carrier's (messaging/carrier/calls.py).

Money: what the estimated length costs at the price of a minute begun is reserved when the call is accepted, so that
calls under way cannot pass the spend limit together; when it ends, the minutes that it took replace the reservation,
and a call that nobody answered costs nothing (the sample record of event_types.json: NO_ANSWER, 0 minutes, 0.0 USD).
"""

import uuid
from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date
from typing import NamedTuple

from django.db.models import F

from messaging.caller import Caller
from messaging.models import Message, RegionalAccount, Spend
from messaging.operations import checks
from messaging.operations.checks.send import Send
from messaging.operations.registry import operation
from messaging.operations.sending import Checked, Sent, accept, only_checked
from messaging.text.speech import default_voice, minutes_begun

TEXT = "TEXT"


@operation(logged=False, changes_settings=False)  # counts calls under a lock, so it shares no commit
def send_voice_message(
    caller: Caller,
    *,
    destination_phone_number: str,
    origination_identity: str,
    message_body: str | None = None,
    message_body_text_type: str | None = None,
    voice_id: str | None = None,
    configuration_set_name: str | None = None,
    max_price_per_minute: str | None = None,
    time_to_live: int | None = None,
    context: Mapping[str, str] | None = None,
    dry_run: bool = False,
    protect_configuration_id: str | None = None,
    message_feedback_enabled: bool | None = None,
) -> Sent:
    """Accept a voice message, or with dry_run only check it. Source: SendVoiceMessage.

    message_body_text_type is TEXT or SSML, max_price_per_minute decimal US dollars for a minute begun, time_to_live
    seconds within which the call is answered. Raises what the checks of messaging/operations/checks raise.
    """
    send = voice_send(
        caller,
        destination_phone_number=destination_phone_number,
        origination_identity=origination_identity,
        message_body=message_body,
        message_body_text_type=message_body_text_type,
        voice_id=voice_id,
        configuration_set_name=configuration_set_name,
        max_price_per_minute=max_price_per_minute,
        time_to_live=time_to_live,
        context=context,
        protect_configuration_id=protect_configuration_id,
        message_feedback_enabled=message_feedback_enabled,
    )
    if not dry_run:
        count_calls_alone(caller)
    checks.pass_all(send)
    if dry_run:
        return only_checked(send)
    message = accept(send)
    return Sent(str(message.message_id), message)


@operation()
def check_voice_message(caller: Caller, **parameters: object) -> Checked:
    """Run every check of a voice message to the end and send nothing; parameters are those of send_voice_message."""
    given = {name: value for name, value in parameters.items() if value not in (None, "") and name != "dry_run"}
    send = voice_send(caller, **{"destination_phone_number": "", "origination_identity": "", **given})  # type: ignore[arg-type]
    said = checks.verdicts(send)
    return Checked(send, said, send.candidates)


def voice_send(
    caller: Caller,
    *,
    destination_phone_number: str,
    origination_identity: str,
    message_body: str | None = None,
    message_body_text_type: str | None = None,
    voice_id: str | None = None,
    configuration_set_name: str | None = None,
    max_price_per_minute: str | None = None,
    time_to_live: int | None = None,
    context: Mapping[str, str] | None = None,
    protect_configuration_id: str | None = None,
    message_feedback_enabled: bool | None = None,
    verification: bool = False,
    free: bool = False,
) -> Send:
    """The request before its checks, with what the API takes where nothing is said (send.voice_default)."""
    return Send(
        caller,
        destination_phone_number,
        message_body or "",
        origination_identity,
        configuration_set_name=configuration_set_name or "",
        max_price=max_price_per_minute or "",
        time_to_live=time_to_live,
        context=context or {},
        message_feedback_enabled=message_feedback_enabled,
        protect_configuration_id=protect_configuration_id or "",
        channel="VOICE",
        message_body_text_type=message_body_text_type or TEXT,
        voice_id=voice_id or default_voice(),
        verification=verification,
        free=free,
    )


def count_calls_alone(caller: Caller) -> None:
    """Let no other call of the account be counted until this one is written or refused; nothing else waits for it."""
    list(RegionalAccount.objects.select_for_update(no_key=True).filter(pk=caller.owner_id).values_list("pk"))


class Ended(NamedTuple):
    """A call that is over: its message and how long it was answered, in seconds."""

    message_id: uuid.UUID
    seconds: int


def settle(calls: Sequence[Ended]) -> None:
    """Put what calls took and cost in the place of what was reserved, in the caller's transaction.

    One query for all, one update a call and one a month of an account. They come as fast as calls end.
    """
    if not calls:
        return
    seconds = dict(calls)
    refunds: dict[tuple[int, date], int] = defaultdict(int)
    for row in Message.objects.filter(pk__in=seconds).order_by("pk"):
        lasted = seconds[row.pk]
        reserved, minutes = row.price + row.carrier_fee, minutes_begun(lasted)
        each, fee = row.price // row.parts, row.carrier_fee // row.parts
        Message.objects.filter(pk=row.pk).update(
            duration_seconds=lasted, parts=minutes, price=each * minutes, carrier_fee=fee * minutes
        )
        if row.billed:
            refunds[row.owner_id, row.created_timestamp.date().replace(day=1)] += reserved - (each + fee) * minutes
    for (owner, month), amount in sorted(refunds.items()):
        if amount:
            rows = Spend.objects.filter(owner_id=owner, month=month, channel="VOICE")
            rows.update(amount=F("amount") - amount)
