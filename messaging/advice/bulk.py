"""Advice on many messages at once: how many rows a piece of advice is for, and what only their number brings."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.utils.formats import number_format
from django.utils.translation import gettext as _

from messaging.advice.model import TABLES, Advice, Subject, severity
from messaging.advice.timing import FROM, UNTIL, by_day, is_one_time_password, zones_of


@dataclass(frozen=True, slots=True)
class Summed:
    """The first advice of a rule, and how many of the rows looked at have such."""

    advice: Advice
    rows: int


def summed(found: Iterable[Iterable[Advice]]) -> list[Summed]:
    """Sum up the advice on every row, the gravest and commonest first."""
    first: dict[str, Advice] = {}
    count: Counter[str] = Counter()
    for row in found:
        for rule_id, one in {one.rule_id: one for one in row}.items():
            first.setdefault(rule_id, one)
            count[rule_id] += 1
    return sorted(
        (Summed(one, count[rule_id]) for rule_id, one in first.items()),
        key=lambda sum_: (sum_.advice.rank, -sum_.rows),
    )


def throughput(subject: Subject, duration: timedelta) -> Iterator[Advice]:
    """A send that begins by day where a number is and ends at night."""
    rule_id = "timing.throughput"
    zones = zones_of(subject.destination)
    if subject.at is None or not zones or is_one_time_password(subject):
        return
    if any(_leaves_day(subject.at, duration, zone) for zone in zones):
        yield Advice(
            rule_id,
            severity(rule_id),
            _("The send may run past the daytime of its recipients."),
            _("Recipients times parts divided by the rate is how long it takes at the least."),
            _("Start earlier, or pause it: it is day from %(from)s to %(until)s local time.")
            % {"from": f"{FROM}:00", "until": f"{UNTIL}:00"},
        )


def _leaves_day(at: datetime, duration: timedelta, zone: ZoneInfo) -> bool:
    begins = at.astimezone(zone)
    ends_day = begins.replace(hour=UNTIL, minute=0, second=0, microsecond=0)
    return by_day(at, zone) and begins + duration > ends_day


def long_code_volume(parts: Mapping[str, int]) -> Iterator[Advice]:
    """Message parts by long code: several hundred a day are too many for one."""
    rule_id = "originators.long_code_volume"
    most = TABLES["long_code_messages"]
    for number, count in parts.items():
        if count >= most:
            words = {"number": number, "count": number_format(count, force_grouping=True)}
            yield Advice(
                rule_id,
                "info",
                _("The long code %(number)s would send %(count)s message parts.") % words,
                _("Carriers may mark a long code that sends several hundred messages a day as unsolicited."),
                _("Use a 10DLC number, a toll-free number or a short code for so many."),
            )
