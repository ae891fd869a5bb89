"""Voice messages: when a phone may ring, and where it stands."""

from collections.abc import Iterator

from django.utils.translation import gettext as _

from messaging.advice.model import Advice, Subject, severity
from messaging.advice.timing import by_day, hours_at, zones_of
from messaging.country_names import country_name
from messaging.text import e164

SUNDAY = 6


def hours(subject: Subject) -> Iterator[Advice]:
    """By the hour and the day of the week; public holidays are in no table here."""
    rule_id = "voice.hours"
    at, zones = subject.at, zones_of(subject.destination)
    if at is None or not zones:
        return
    sunday = [zone for zone in zones if at.astimezone(zone).weekday() == SUNDAY]
    night = [zone for zone in zones if not by_day(at, zone)]
    if not sunday and not night:
        return
    everywhere = len({*sunday, *night}) == len(zones)
    words = {"time": hours_at(at, zones)}
    yield Advice(
        rule_id,
        severity(rule_id) if everywhere else "info",
        _("It is %(time)s on a Sunday at the destination.") % words
        if sunday
        else _("It is %(time)s at the destination.") % words,
        _("Many countries forbid calls before 9:00, after 20:00, on Sundays and on public holidays."),
        _("Call on a working day between 9:00 and 20:00 local time."),
    )


def known_country(subject: Subject) -> Iterator[Advice]:
    """A number of +1 outside the United States and Canada."""
    rule_id = "voice.known_country"
    if not e164.is_number(subject.destination):
        return
    number = e164.normalise(subject.destination)
    country = e164.country_of(number) if number.startswith("+1") else None
    if country and country not in ("US", "CA"):
        yield Advice(
            rule_id,
            severity(rule_id),
            _("The number is in %(country)s, though it begins with +1.") % {"country": country_name(country)},
            _("The code +1 is shared by many countries, and calls to some are many times dearer."),
            _("Limit the price per minute, or block the country with a protect configuration."),
        )
