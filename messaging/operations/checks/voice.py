"""What a voice message says, where it may call, how often, and what a minute of it costs.

Rules: sandbox.json and quotas.json (voice), behaviour_rules.json (send.max_price, send.voice_default). How often is
counted in messages of simulated time; the operation holds a lock from the count to the message (voice_messages.py).
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final, cast

from django.db import connection
from django.utils.translation import gettext_lazy as _

from messaging import clock
from messaging.errors import Invalid, OverQuota, Resource, Text, Throttled
from messaging.identifiers import earliest_uuid
from messaging.models import Message, Tier
from messaging.operations.checks.money import units_of
from messaging.operations.checks.send import Found, Send
from messaging.operations.rate_cards import price_for
from messaging.reference import Price, VoiceQuota, regions, voice_quotas, voice_sandbox_countries
from messaging.text import parts, speech, ssml

NO_ENCODING = cast(parts.Encoding, "")
SSML: Final = "SSML"
DAY, MINUTE, SECOND = timedelta(days=1), timedelta(minutes=1), timedelta(seconds=1)

# One condition is a constant, so that SQLite knows that the index of voice messages holds them all.
_CALLS = (
    f"SELECT COUNT(*) FROM {Message._meta.db_table} "  # noqa: S608
    "WHERE owner_id = %s AND channel = 'VOICE' AND message_id >= %s"
)
WRONG: dict[str, Text] = {
    "malformed": _("The SSML is not well-formed XML: %(why)s."),
    "document-type": _("SSML has no document type, and so no entities of its own."),
    "instruction": _("SSML has no processing instructions."),
    "root": _("SSML begins with <speak>, not with <%(element)s>."),
    "nested-root": _("There is a second <%(element)s> inside the first."),
    "unknown-element": _("<%(element)s> is no element that a voice can read."),
    "unknown-attribute": _("<%(element)s> has no attribute %(attribute)s."),
    "attribute-value": _("“%(value)s” is no value of the attribute %(attribute)s of <%(element)s>."),
    "missing-attribute": _("<%(element)s> needs the attribute %(attribute)s."),
    "needs-one": _("<%(element)s> needs at least one attribute."),
    "not-empty": _("<%(element)s> holds no text and no other elements."),
    "long-break": _("A pause is at most %(most)s seconds."),
    "nothing-said": _("The SSML has no text that is said."),
}


def problem(error: ssml.SsmlError) -> Text:
    """What is wrong with an SSML text, in words, with the place."""
    words = str(WRONG[error.kind]) % error.names if error.names else str(WRONG[error.kind])
    return _("%(problem)s Line %(line)s, column %(column)s.") % {
        "problem": words,
        "line": error.line,
        "column": error.column,
    }


def check_voice_country(send: Send) -> Found:
    if not regions()[send.account.region].voice:
        raise Invalid(
            _("Voice is not offered in the Region %(region)s.") % {"region": send.account.region},
            reason="CHANNEL_NOT_ENABLED",
            next_step=_("Send voice messages from another Region."),
        )
    if send.account.tiers["VOICE"] == Tier.PRODUCTION:
        return Found(_("Production account: any country can be called"))
    if send.country not in voice_sandbox_countries():
        raise Invalid(
            _("From the voice sandbox %(country)s cannot be called, only %(countries)s.")
            % {"country": send.country, "countries": ", ".join(sorted(voice_sandbox_countries()))},
            reason="DESTINATION_COUNTRY_BLOCKED",
            fields={"destination_phone_number": _("Choose a destination in one of these countries.")},
            next_step=_("Ask for voice production access."),
        )
    return Found(_("%(country)s can be called from the voice sandbox"), {"country": send.country})


def check_script(send: Send) -> Found:
    body = send.message_body
    if not body.strip():
        raise Invalid(
            _("A voice message says something."),
            reason="MISSING_PARAMETER",
            fields={"message_body": _("Write what is to be said.")},
        )
    if len(body) > speech.TOTAL_MAX:
        raise _too_long(len(body), speech.TOTAL_MAX, _("%(found)s characters; a voice message has at most %(most)s."))
    script = script_of(body, send.message_body_text_type)
    if script.characters > speech.BILLABLE_MAX:
        words = _("%(found)s characters are said; at most %(most)s can be, markup not counted.")
        raise _too_long(script.characters, speech.BILLABLE_MAX, words)
    longest = limit_of(send, "voice_message_length")
    if longest and script.seconds > longest:
        words = _("Saying it takes about %(found)s seconds; a voice message lasts at most %(most)s here.")
        raise _too_long(script.seconds, longest, words)
    send.counted = parts.Count(NO_ENCODING, script.characters, speech.minutes_begun(script.seconds))
    send.duration_seconds = script.seconds
    said = {"characters": script.characters, "seconds": script.seconds, "voice": send.voice_id}
    return Found(_("%(voice)s, billable characters: %(characters)s, about %(seconds)s seconds"), said)


def script_of(body: str, text_type: str) -> speech.Script:
    """What is said. Raises Invalid where SSML cannot be read."""
    if text_type != SSML:
        return speech.plain(body)
    try:
        return ssml.read(body)
    except ssml.SsmlError as error:
        said = problem(error)
        raise Invalid(said, reason="INVALID_PARAMETER", fields={"message_body": said}) from error


def limit_of(send: Send, quota: str) -> int | None:
    """A voice quota of the account's tier, None for no maximum."""
    row: VoiceQuota = voice_quotas()[quota]
    return row.production if send.account.tiers["VOICE"] == Tier.PRODUCTION else row.sandbox


def _too_long(found: int, most: int, words: Text) -> Invalid:
    said = str(words) % {"found": found, "most": most}
    return Invalid(said, reason="MAXIMUM_SIZE_EXCEEDED", fields={"message_body": _("Shorten what is said.")})


def check_price_per_minute(send: Send) -> Found:
    """The call is paid by minutes begun; what its estimated length costs is reserved now and settled at its end."""
    assert send.originator and send.counted
    per_minute = price_for(
        send.account, send.country, send.channel, send.originator.type, to_simulator=send.to_simulator
    )
    limit = units_of(send.max_price) if send.max_price else None
    if limit is not None and (per_minute is None or per_minute.total > limit):
        minute = f"{per_minute.total / 100_000:.5f}" if per_minute else "?"
        raise Invalid(
            _("A minute costs %(price)s USD, more than the %(limit)s USD that MaxPricePerMinute allows.")
            % {"price": minute, "limit": send.max_price},
            reason="PRICE_OVER_THRESHOLD",
            fields={"max_price_per_minute": _("Allow more for a minute, or leave the limit out.")},
        )
    send.price = Price(0, 0) if send.free else per_minute
    if send.price is None:
        return Found(_("No price"))
    said = {"total": f"{send.total / 100_000:.5f}", "minutes": send.counted.parts}
    return Found(_("At most %(total)s USD, for minutes begun: %(minutes)s"), said)


def check_calls(send: Send) -> Found:
    """How often may be called. Three queries of indexes, four in the sandbox."""
    now, about = clock.now(), Resource("account", send.account.account_id)
    _check_day(send, now, about)
    per_minute = limit_of(send, "voice_calls_per_minute")
    if per_minute and _calls(send, now - MINUTE) >= per_minute:
        raise Throttled(
            _("An account makes at most %(most)s calls a minute here.") % {"most": per_minute},
            retry_seconds=MINUTE.total_seconds(),
        )
    assert send.originator
    per_second = limit_of(send, "voice_per_originator_second")
    newest = Message.objects.filter(owner_id=send.account.owner_id, message_id__gte=earliest_uuid(now - SECOND))
    latest = newest.filter(channel="VOICE", origination_identity=send.originator.shown)
    if per_second and latest.count() >= per_second:
        raise Throttled(
            _("%(number)s makes at most %(most)s call a second.")
            % {"number": send.originator.shown, "most": per_second},
            retry_seconds=SECOND.total_seconds(),
        )
    return Found(_("At most %(most)s calls a minute"), {"most": per_minute}, about)


def _check_day(send: Send, now: datetime, about: Resource) -> None:
    counts: tuple[tuple[str, Callable[[], int], Text], ...] = (
        (
            "voice_per_recipient_24h",
            lambda: Message.objects.filter(
                owner_id=send.account.owner_id,
                destination_phone_number=send.destination,
                message_id__gte=earliest_uuid(now - DAY),
                channel="VOICE",
            ).count(),
            _("%(number)s has been called %(most)s times in 24 hours; that is the most for one recipient."),
        ),
        (
            "voice_per_24h",
            lambda: _calls(send, now - DAY),
            _("%(most)s calls have been made in 24 hours; that is the most in the voice sandbox."),
        ),
    )
    for quota, count, words in counts:
        most = limit_of(send, quota)
        if most is not None and count() >= most:
            raise OverQuota(
                words % {"number": send.destination, "most": most},
                reason="DAILY_DESTINATION_CALL_LIMIT",
                resource=about,
                next_step=_("Call again later."),
            )


def _calls(send: Send, since: datetime) -> int:
    """The account's voice messages since then, by their index."""
    key = earliest_uuid(since)
    with connection.cursor() as cursor:
        cursor.execute(_CALLS, [send.account.owner_id, key.hex if connection.vendor == "sqlite" else key])
        found: int = cursor.fetchone()[0]
    return found
