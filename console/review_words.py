"""What several pages of reviewers say in the same words: who, how long, what the checks found."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from messaging import clock
from registrations import checks
from registrations.models import RegistrationVersion

SOON = 0.75  # of the time to the target: from here on a review is due soon


def person(actor: str) -> str:
    """Who, as people say it: without the kind of actor in front."""
    if actor == "system":
        return _("Simulated reviewer")
    return actor.removeprefix("user:")


def span(time: timedelta) -> str:
    """A length of time in its two largest units."""
    minutes = max(int(time.total_seconds() // 60), 0)
    days, hours = minutes // 1440, minutes // 60 % 24
    if days and not hours:
        return _("%(days)d d") % {"days": days}
    if days:
        return _("%(days)d d %(hours)d h") % {"days": days, "hours": hours}
    if hours:
        return _("%(hours)d h %(minutes)d min") % {"hours": hours, "minutes": minutes % 60}
    return _("%(minutes)d min") % {"minutes": minutes}


@dataclass(frozen=True, slots=True)
class Age:
    """How long a version has waited, or had waited when it was decided, against the documented wait."""

    waited: timedelta
    target: timedelta | None

    @classmethod
    def of(cls, version: RegistrationVersion, until: datetime | None = None) -> "Age":
        submitted = version.submitted_at or clock.now()
        target = version.expected_at - submitted if version.expected_at else None
        return cls((until or clock.now()) - submitted, target)

    @property
    def words(self) -> str:
        if self.target is None:
            return span(self.waited)
        return _("%(waited)s of %(target)s") % {"waited": span(self.waited), "target": span(self.target)}

    @property
    def status(self) -> str:
        """IN_TIME, DUE_SOON from three quarters of the wait, OVERDUE after it."""
        if self.target is None or self.waited < self.target * SOON:
            return "IN_TIME"
        return "DUE_SOON" if self.waited <= self.target else "OVERDUE"


def flags(found: Sequence[checks.Finding]) -> str:
    """What the automatic checks found, counted."""
    bad = sum(finding.severity is checks.Severity.REFUSED for finding in found)
    risky = sum(finding.severity is checks.Severity.RISKY for finding in found)
    words = []
    if bad:
        words.append(ngettext("%(count)d to return", "%(count)d to return", bad) % {"count": bad})
    if risky:
        words.append(ngettext("%(count)d risk", "%(count)d risks", risky) % {"count": risky})
    return ", ".join(words)
