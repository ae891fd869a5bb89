"""Sending: a message is accepted when its row, its first event and its outbox rows are committed."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial

from django.db import connection

from messaging import clock
from messaging.batches import SPENDS, at_the_end
from messaging.caller import Caller
from messaging.errors import Refusal
from messaging.models import Message, Spend
from messaging.operations import acceptance, checks, throughput
from messaging.operations.acceptance import Accepted
from messaging.operations.checks.money import over_spend_limit, this_month
from messaging.operations.checks.send import Outcome, Send, Verdict
from messaging.operations.originators import Candidate
from messaging.operations.registry import operation
from messaging.operations.snapshot import Snapshot


@dataclass(frozen=True, slots=True)
class Sent:
    """What was accepted. accepted is None for a dry run, whose id names nothing."""

    message_id: str
    accepted: Accepted | None

    @property
    def message(self) -> Message | None:
        """The message with all its members."""
        return self.accepted.whole() if self.accepted else None

    @property
    def arn(self) -> str:
        return self.message_id


@dataclass(frozen=True, slots=True)
class Checked:
    """What a send would meet: every verdict, the identities considered, parts and price."""

    send: Send
    verdicts: list[Verdict]
    candidates: list[Candidate]

    @property
    def first_refusal(self) -> Refusal | None:
        """What a send would be refused with, or None when it would go."""
        return next((verdict.refusal for verdict in self.verdicts if verdict.refusal), None)

    @property
    def would_send(self) -> bool:
        return all(verdict.outcome == Outcome.PASSED for verdict in self.verdicts)


@operation(logged=False, changes_settings=False, shares_commit=True)
def send_text_message(
    caller: Caller,
    *,
    destination_phone_number: str,
    origination_identity: str | None = None,
    message_body: str | None = None,
    message_type: str | None = None,
    keyword: str | None = None,
    configuration_set_name: str | None = None,
    max_price: str | None = None,
    time_to_live: int | None = None,
    context: Mapping[str, str] | None = None,
    destination_country_parameters: Mapping[str, str] | None = None,
    dry_run: bool = False,
    protect_configuration_id: str | None = None,
    message_feedback_enabled: bool | None = None,
) -> Sent:
    """Accept a text message, or with dry_run only check it. Source: SendTextMessage.

    max_price is decimal US dollars per message part, time_to_live seconds (5 to 259,200). An accepted message has an
    id; whether it arrives, its events tell. Raises what the checks of messaging/operations/checks raise.
    """
    send = Send(
        caller,
        destination_phone_number,
        message_body or "",
        origination_identity or "",
        message_type or "",
        keyword or "",
        configuration_set_name or "",
        max_price or "",
        time_to_live,
        context or {},
        destination_country_parameters or {},
        message_feedback_enabled,
        protect_configuration_id or "",
    )
    checks.pass_all(send)
    if dry_run:
        return only_checked(send)
    message = accept(send)
    return Sent(str(message.message_id), message)


@operation()
def check_text_message(caller: Caller, **parameters: object) -> Checked:
    """Run every check of a text message to the end and send nothing; parameters are those of send_text_message."""
    given = {name: value for name, value in parameters.items() if value not in (None, "")}
    given.setdefault("destination_phone_number", "")
    given.setdefault("message_body", "")
    send = Send(caller, **given)  # type: ignore[arg-type]
    said = checks.verdicts(send)
    return Checked(send, said, send.candidates)


def only_checked(send: Send) -> Sent:
    """What a dry run answers: an id that names nothing. Raises Throttled when dry runs come too fast."""
    if send.rates:  # none for a simulator number
        throughput.take_dry_run(send.account.owner_id, send.counted.parts if send.counted else 1)
    return Sent(str(uuid.uuid4()), None)


def accept(send: Send) -> Accepted:
    """Write a message that has passed the checks, and what it costs."""
    assert send.originator and send.counted
    seconds = send.time_to_live
    accepted = acceptance.accept(
        clock.now(),
        counted=send.counted,
        price=send.price,
        channel=send.channel,
        time_to_live=timedelta(seconds=seconds) if seconds else acceptance.DEFAULT_TIME_TO_LIVE,
        owner_id=send.caller.owner_id,
        destination_phone_number=send.destination,
        iso_country_code=send.country,
        origination_identity=send.originator.shown,
        origination_identity_id=send.originator.id,
        originator_type=send.originator.type,
        pool_id=send.originator.pool.pool_id if send.originator.pool else "",
        chosen_because=send.originator.because,
        configuration_set_name=send.configuration_set.configuration_set_name if send.configuration_set else "",
        message_type=send.message_type,
        message_body=send.message_body,
        media_urls=list(send.media_urls),
        message_body_text_type=send.message_body_text_type,
        voice_id=send.voice_id,
        billed=send.billed,
        duration_seconds=send.duration_seconds,
        max_price=send.max_price,
        keyword=send.keyword,
        context=dict(send.context),
        destination_country_parameters=dict(send.destination_country_parameters),
        message_feedback_enabled=bool(send.message_feedback_enabled),
        protect_configuration_id=send.protect.protect_configuration_id if send.protect else "",
        protect_status=send.protect.status if send.protect else "",
        actor=send.caller.actor,
        request_id=send.caller.request_id,
    )
    throughput.take(send.account.owner_id, send.rates)
    if send.billed:
        # Last, so that the row which all sends of an account share is locked for as short as can be.
        at_the_end(
            (SPENDS, send.account.owner_id, send.spend_channel),
            partial(spend, send.account, send.spend_channel, send.total),
        )
    return accepted


def spend(account: Snapshot, channel: str, amount: int) -> None:
    """Add a message to the month's spend unless that passes the limit: one conditional update, no two pass together."""
    month, limit = this_month(), account.spend_limits[channel]
    if _spent(account, month, channel, amount, limit):
        return
    rows = Spend.objects.filter(owner_id=account.owner_id, month=month, channel=channel)
    if not rows.exists() and amount <= limit:
        Spend.objects.bulk_create(
            [Spend(owner_id=account.owner_id, month=month, channel=channel)], ignore_conflicts=True
        )
        if _spent(account, month, channel, amount, limit):
            return
    raise over_spend_limit(channel, limit)


# Built once: every send that is billed runs it.
_SPEND = (
    f"UPDATE {Spend._meta.db_table} SET amount = amount + %s "  # noqa: S608
    "WHERE owner_id = %s AND month = %s AND channel = %s AND amount <= %s"
)


def _spent(account: Snapshot, month: date, channel: str, amount: int, limit: int) -> bool:
    """Whether the month had room for the amount, which it then has taken."""
    with connection.cursor() as cursor:
        values = [amount, account.owner_id, connection.ops.adapt_datefield_value(month), channel, limit - amount]
        cursor.execute(_SPEND, values)
        return int(cursor.rowcount) == 1
