"""Verified destination numbers: what the sandbox may send to. Rules: sandbox.json, verified_destination_numbers."""

import math
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from xml.sax.saxutils import escape

from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.translation import gettext_lazy as _

from messaging import clock
from messaging.caller import Caller
from messaging.errors import Conflict, Invalid, OverQuota, Resource, Throttled
from messaging.identifiers import new_id
from messaging.models import VerifiedDestinationNumber
from messaging.operations import checks, originators, quotas
from messaging.operations.checks.send import Send
from messaging.operations.checks.voice import SSML
from messaging.operations.opt_out_lists import parsed_number
from messaging.operations.registry import operation
from messaging.operations.sending import accept
from messaging.operations.tags import forget_tags, write_tags
from messaging.operations.voice_messages import count_calls_alone
from messaging.reference import quotas as reference_quotas
from messaging.text.speech import verification_voices
from messaging.text.tables import document

CODE_LIFETIME = timedelta(minutes=15)
DELETE_WAIT = timedelta(hours=24)
# The guide gives no numbers for these two; ours keep a guesser and a hurried hand away.
WRONG_TRIES = 5
RESEND_WAIT = timedelta(seconds=30)
DEFAULT_LANGUAGE = "EN_US"
TEXT, VOICE = "TEXT", "VOICE"


@dataclass(frozen=True, slots=True)
class CodeSent:
    """The message that carries a verification code."""

    message_id: str
    number: VerifiedDestinationNumber

    @property
    def arn(self) -> str:
        return self.number.arn


@dataclass(frozen=True, slots=True)
class CodeState:
    """How a number's verification stands: times of simulated time, seconds, counts.

    expires_at is None when no code is valid now; tries_left counts against the present code; wait_seconds is until the
    next code may be sent; codes_left counts today's.
    """

    expires_at: datetime | None
    tries_left: int
    wait_seconds: int
    codes_left: int


@operation()
def create_verified_destination_number(
    caller: Caller,
    *,
    destination_phone_number: str,
    rcs_agent_id: str | None = None,
    tags: Sequence[Mapping[str, str]] = (),
) -> VerifiedDestinationNumber:
    """Add a number that is to be verified, PENDING at first. Source: CreateVerifiedDestinationNumber.

    Raises Invalid; Conflict RESOURCE_ALREADY_EXISTS; OverQuota VERIFIED_DESTINATION_NUMBERS_PER_ACCOUNT.
    """
    number = parsed_number(destination_phone_number, "destination_phone_number")
    if rcs_agent_id:
        raise Invalid(
            _("RCS agents are not offered here."),
            reason="UNSPECIFIED_PARAMETER_NOT_SUPPORTED",
            fields={"rcs_agent_id": _("Leave the RCS agent out.")},
        )
    quotas.need_account_room(caller, "VERIFIED_DESTINATION_NUMBERS")
    if VerifiedDestinationNumber.objects.for_caller(caller).filter(destination_phone_number=number).exists():
        raise Conflict(
            _("%(number)s has been added already.") % {"number": number},
            reason="RESOURCE_ALREADY_EXISTS",
            resource=Resource("verified-destination-number", number),
            fields={"destination_phone_number": _("Verify the number that is there, or give another one.")},
        )
    row = VerifiedDestinationNumber.objects.create(
        owner_id=caller.owner_id,
        verified_destination_number_id=new_id("verified-destination-number"),
        destination_phone_number=number,
    )
    write_tags(caller, row.arn, tags)
    return row


@operation()
def send_destination_number_verification_code(
    caller: Caller,
    *,
    verified_destination_number_id: str,
    verification_channel: str,
    language_code: str | None = None,
    origination_identity: str | None = None,
    configuration_set_name: str | None = None,
    context: Mapping[str, str] | None = None,
    destination_country_parameters: Mapping[str, str] | None = None,
) -> CodeSent:
    """Send a fresh six-digit code, valid 15 minutes; the first to a number is free. Source: as named.

    It travels like any text or, as VOICE, like any call, so it can be read on the handset; a voice of the language says
    it digit by digit. Raises NotFound; Conflict VERIFICATION_ALREADY_COMPLETE, NO_ORIGINATION_IDENTITIES_FOUND;
    OverQuota VERIFICATION_ATTEMPTS_PER_DAY; Throttled within 30 seconds of the last code; what sending raises.
    """
    row = _owned(caller, verified_destination_number_id)
    _refuse_verified(row)
    _count_code(row)
    code = f"{secrets.randbelow(10**6):06d}"
    make = _as_call if verification_channel == VOICE else _as_text
    send = make(
        caller,
        row,
        code,
        language_code or DEFAULT_LANGUAGE,
        origination_identity=origination_identity or "",
        configuration_set_name=configuration_set_name or "",
        context=context or {},
        destination_country_parameters=destination_country_parameters or {},
    )
    checks.pass_all(send)
    if send.originator and send.originator.type == originators.SHARED_ROUTE:
        raise Conflict(
            _("A verification code needs an origination identity of the account."),
            reason="NO_ORIGINATION_IDENTITIES_FOUND",
            next_step=_("Request a phone number for the country, or test with simulator numbers."),
        )
    message = accept(send)
    row.code_hash, row.code_sent_at, row.code_attempts = _hashed(row, code), clock.now(), 0
    row.save()
    return CodeSent(str(message.message_id), row)


def _as_text(caller: Caller, row: VerifiedDestinationNumber, code: str, language: str, **given: Any) -> Send:
    return Send(
        caller,
        row.destination_phone_number,
        document("verification_texts.json")["texts"][language].format(code=code),
        message_type="TRANSACTIONAL",
        time_to_live=int(CODE_LIFETIME.total_seconds()),
        verification=True,
        free=row.codes_sent == 1,
        **given,
    )


def _as_call(caller: Caller, row: VerifiedDestinationNumber, code: str, language: str, **given: Any) -> Send:
    """A call that says the code twice. One of many at once is counted like any other."""
    count_calls_alone(caller)
    said = document("verification_texts.json")["texts"][language]
    spelled = f'<say-as interpret-as="digits">{code}</say-as>'
    sentence = escape(said).format(code=spelled)
    return Send(
        caller,
        row.destination_phone_number,
        f'<speak><p>{sentence}</p><break time="1s"/><p>{sentence}</p></speak>',
        message_type="TRANSACTIONAL",
        time_to_live=int(CODE_LIFETIME.total_seconds()),
        channel="VOICE",
        message_body_text_type=SSML,
        voice_id=verification_voices()[language],
        verification=True,
        free=row.codes_sent == 1,
        **given,
    )


@operation()
def verify_destination_number(
    caller: Caller, *, verified_destination_number_id: str, verification_code: str
) -> VerifiedDestinationNumber:
    """Take the code that arrived; the number is VERIFIED. Source: VerifyDestinationNumber.

    Raises NotFound; Conflict VERIFICATION_ALREADY_COMPLETE, VERIFICATION_CODE_EXPIRED (15 minutes, or too many wrong
    tries); Invalid VERIFICATION_CODE_MISMATCH.
    """
    row = _owned(caller, verified_destination_number_id)
    _refuse_verified(row)
    about = Resource("verified-destination-number", row.verified_destination_number_id)
    if not _is_valid(row, clock.now()):
        raise Conflict(
            _("There is no code that is valid now."),
            reason="VERIFICATION_CODE_EXPIRED",
            resource=about,
            fields={"verification_code": _("Send a new code; each is valid for 15 minutes and a few tries.")},
        )
    if not constant_time_compare(_hashed(row, verification_code), row.code_hash):
        row.code_attempts += 1
        row.save(update_fields=["code_attempts"])
        refusal = Invalid(
            _("The code is not the one that was sent. Tries left: %(left)s.")
            % {"left": WRONG_TRIES - row.code_attempts},
            reason="VERIFICATION_CODE_MISMATCH",
            fields={"verification_code": _("Type the code from the newest message.")},
        )
        refusal.keeps_changes = True  # a wrong try counts
        raise refusal
    row.status, row.verified_at, row.code_hash = VerifiedDestinationNumber.Status.VERIFIED, clock.now(), ""
    row.save(update_fields=["status", "verified_at", "code_hash"])
    return row


@operation()
def delete_verified_destination_number(
    caller: Caller, *, verified_destination_number_id: str
) -> VerifiedDestinationNumber:
    """Remove a number, 24 hours after it was added at the earliest. Source: DeleteVerifiedDestinationNumber.

    Raises NotFound; Conflict RESOURCE_DELETION_NOT_ALLOWED.
    """
    row = _owned(caller, verified_destination_number_id)
    free_at = deletable_at(row)
    if free_at is not None:
        raise Conflict(
            _("%(number)s was added less than 24 hours ago; it can be deleted from %(date)s.")
            % {"number": row.destination_phone_number, "date": f"{free_at:%Y-%m-%d %H:%M} UTC"},
            reason="RESOURCE_DELETION_NOT_ALLOWED",
            resource=Resource("verified-destination-number", row.verified_destination_number_id),
        )
    forget_tags(caller, row.arn)
    VerifiedDestinationNumber.objects.filter(pk=row.pk).delete()
    return row


def verified_number_named(caller: Caller, id_or_arn: str) -> VerifiedDestinationNumber:
    """The caller's destination number by id or ARN. Raises NotFound."""
    rows = VerifiedDestinationNumber.objects.select_related("owner")
    row: VerifiedDestinationNumber = rows.named(caller, id_or_arn)
    return row


def code_state(row: VerifiedDestinationNumber) -> CodeState:
    """What can be done about a number's code now."""
    now, sent_at = clock.now(), row.code_sent_at
    tries_left = WRONG_TRIES - row.code_attempts
    valid = _is_valid(row, now)
    wait = (sent_at + RESEND_WAIT - now).total_seconds() if sent_at else 0
    used = row.sends_today if row.sends_day == now.date() else 0
    return CodeState(
        sent_at + CODE_LIFETIME if sent_at and valid else None,
        tries_left if valid else 0,
        max(0, math.ceil(wait)),
        max(0, reference_quotas()["verification_attempts_per_day"].value - used),
    )


def deletable_at(row: VerifiedDestinationNumber) -> datetime | None:
    """From when the number can be deleted, or None when it can be now."""
    free_at: datetime = row.created_timestamp + DELETE_WAIT
    return free_at if clock.now() < free_at else None


def _is_valid(row: VerifiedDestinationNumber, now: datetime) -> bool:
    """Whether the present code can still be taken."""
    return row.code_sent_at is not None and now < row.code_sent_at + CODE_LIFETIME and row.code_attempts < WRONG_TRIES


def _owned(caller: Caller, id_or_arn: str) -> VerifiedDestinationNumber:
    row: VerifiedDestinationNumber = VerifiedDestinationNumber.objects.select_related("owner").named(
        caller, id_or_arn, lock=True
    )
    return row


def _refuse_verified(row: VerifiedDestinationNumber) -> None:
    if row.status == VerifiedDestinationNumber.Status.VERIFIED:
        raise Conflict(
            _("%(number)s is verified already.") % {"number": row.destination_phone_number},
            reason="VERIFICATION_ALREADY_COMPLETE",
            resource=Resource("verified-destination-number", row.verified_destination_number_id),
        )


def _count_code(row: VerifiedDestinationNumber) -> None:
    now, allowed = clock.now(), reference_quotas()["verification_attempts_per_day"].value
    if row.code_sent_at is not None and now < row.code_sent_at + RESEND_WAIT:
        left = (row.code_sent_at + RESEND_WAIT - now).total_seconds()
        raise Throttled(
            _("A code was sent a moment ago. The next one can be sent in %(seconds)s seconds.")
            % {"seconds": int(left) + 1},
            retry_seconds=left,
        )
    if row.sends_day != now.date():
        row.sends_day, row.sends_today = now.date(), 0
    if row.sends_today >= allowed:
        raise OverQuota(
            _("A number can get %(limit)s codes a day.") % {"limit": allowed},
            reason="VERIFICATION_ATTEMPTS_PER_DAY",
            next_step=_("Try again tomorrow."),
        )
    row.sends_today += 1
    row.codes_sent += 1


def _hashed(row: VerifiedDestinationNumber, code: str) -> str:
    return salted_hmac(f"verification:{row.verified_destination_number_id}", code, algorithm="sha256").hexdigest()
