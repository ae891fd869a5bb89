"""When and whom: the hour at the destination, and whether a mobile could be there."""

import re
from collections.abc import Iterator
from datetime import datetime
from functools import lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from messaging.advice.model import TABLES, Advice, Subject, Words, severity
from messaging.reference import simulator_number
from messaging.text import e164

FROM, UNTIL = TABLES["hours"]["from"], TABLES["hours"]["until"]
_CODE_WORD = Words({"code": TABLES["one_time_password"]})
_CODE = re.compile(r"(?<![\w-])(?:\d{4,8}|\d{3}[ -]\d{3}|[A-Z]-\d{4,8})(?!\w)")


def is_one_time_password(subject: Subject) -> bool:
    """Whether a text carries a code to sign in with: it is wanted at any hour. A code in a promotion is a discount."""
    if subject.message_type == "PROMOTIONAL":
        return False
    return _CODE.search(subject.text) is not None and any(_CODE_WORD.matches(subject))


@lru_cache(maxsize=16384)
def zones_of(number: str) -> tuple[ZoneInfo, ...]:
    """The time zones where a number may be, by its prefix; none for a simulator number or where that is not known."""
    if not e164.is_number(number) or simulator_number(number) is not None:
        return ()
    import phonenumbers
    from phonenumbers import timezone

    try:
        names = timezone.time_zones_for_number(phonenumbers.parse(e164.normalise(number)))
    except phonenumbers.NumberParseException:
        return ()
    return tuple(zone for zone in map(_zone, names) if zone is not None)


@lru_cache(maxsize=1024)
def _zone(name: str) -> ZoneInfo | None:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        return None  # “Etc/Unknown”, or a name that this machine's table has not


def by_day(at: datetime, zone: ZoneInfo) -> bool:
    """Whether it is between 9:00 and 20:00 there."""
    return FROM <= at.astimezone(zone).hour < UNTIL


def hours_at(at: datetime, zones: tuple[ZoneInfo, ...]) -> str:
    """The local time, or the span of local times where a number may be in several zones: “03:10”, “22:10–01:10”."""
    found = sorted({at.astimezone(zone).replace(tzinfo=None) for zone in zones})
    first, last = f"{found[0]:%H:%M}", f"{found[-1]:%H:%M}"
    return first if first == last else f"{first}–{last}"


def daytime(subject: Subject) -> Iterator[Advice]:
    """A warning where it is night wherever the number may be, a hint where it is night in some of its zones."""
    rule_id = "timing.daytime"
    at, zones = subject.at, zones_of(subject.destination)
    if at is None or not zones or is_one_time_password(subject):
        return
    night = [zone for zone in zones if not by_day(at, zone)]
    if not night:
        return
    why = _("Messages at night lead to opt-outs.")
    if subject.message_type == "PROMOTIONAL":
        why = _("Messages at night lead to opt-outs; some countries refuse promotional messages in quiet hours.")
    words = {"time": hours_at(at, zones), "from": f"{FROM}:00", "until": f"{UNTIL}:00"}
    yield Advice(
        rule_id,
        severity(rule_id) if len(night) == len(zones) else "info",
        _("It is %(time)s at the destination.") % words
        if len(night) == len(zones)
        else ngettext(
            "It is %(time)s at the destination: night in %(count)d of its time zones.",
            "It is %(time)s at the destination: night in %(count)d of its time zones.",
            len(night),
        )
        % {**words, "count": len(night)},
        why,
        _("Send between %(from)s and %(until)s local time.") % words,
    )


@lru_cache(maxsize=16384)
def _kind(number: str) -> str:
    """ "invalid", "landline", "mobile" (may be one) or "" for no number and for a simulator number."""
    if not e164.is_number(number) or simulator_number(number) is not None:
        return ""
    import phonenumbers

    try:
        parsed = phonenumbers.parse(e164.normalise(number))
    except phonenumbers.NumberParseException:
        return "invalid"
    if not phonenumbers.is_valid_number(parsed):
        return "invalid"
    mobile = (phonenumbers.PhoneNumberType.MOBILE, phonenumbers.PhoneNumberType.FIXED_LINE_OR_MOBILE)
    return "mobile" if phonenumbers.number_type(parsed) in mobile else "landline"


def validate_numbers(subject: Subject) -> Iterator[Advice]:
    rule_id = "lists.validate_numbers"
    kind = _kind(subject.destination)
    if kind in ("", "mobile"):
        return
    yield Advice(
        rule_id,
        severity(rule_id),
        _("No such number is in the numbering plan.")
        if kind == "invalid"
        else _("By the numbering plan it is no mobile number."),
        _("Messages to invalid numbers are billed as well."),
        _("Check the number before sending."),
    )
