"""Where a bulk send stands: how many rows are in which state and why, what is left, and when to look again."""

from collections import Counter
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db.models import Count
from django.utils.functional import cached_property
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from console.polling import JOB
from messaging.errors import Text
from messaging.models import BulkSend, BulkSendRow
from messaging.operations.bulk_send_checks import DUPLICATE, MISSING_VARIABLE, NOT_A_NUMBER, duration

Status, State = BulkSend.Status, BulkSendRow.State
MOST_RATES = 20
LIVE_SECONDS = 10  # a bulk send may run for hours: its page looks less and less often but never ends to
OURS: dict[str, Text] = {
    NOT_A_NUMBER: _("Not a number"),
    DUPLICATE: _("Twice in the file"),
    MISSING_VARIABLE: _("Nothing for a placeholder"),
}


@dataclass(frozen=True, slots=True)
class Line:
    """So many rows of one state for one reason."""

    state: str
    reason: str
    words: Text
    count: int


def in_words(time: timedelta) -> str:
    """A duration in its two largest units."""
    seconds = round(time.total_seconds())
    if seconds < 1:
        return gettext("less than a second")
    if seconds < 60:
        return gettext("%(seconds)s s") % {"seconds": seconds}
    minutes, seconds = divmod(seconds, 60)
    if minutes < 60:
        return gettext("%(minutes)s min %(seconds)s s") % {"minutes": minutes, "seconds": seconds}
    hours, minutes = divmod(minutes, 60)
    if hours < 48:
        return gettext("%(hours)s h %(minutes)s min") % {"hours": hours, "minutes": minutes}
    days, hours = divmod(hours, 24)
    return gettext("%(days)s d %(hours)s h") % {"days": days, "hours": hours}


class Progress:
    """One look at a bulk send. One query, which an index answers."""

    def __init__(self, row: BulkSend, polled: int = 0) -> None:
        self.row, self.polled = row, polled
        found = (
            BulkSendRow.objects.filter(bulk_send=row)
            .order_by("state", "reason")
            .values_list("state", "reason")
            .annotate(count=Count("pk"))
        )
        self.lines = [Line(state, reason, OURS.get(reason, ""), count) for state, reason, count in found]
        self.count: Counter[str] = Counter()
        for line in self.lines:
            self.count[line.state] += line.count

    @property
    def checking(self) -> bool:
        job = self.row.check_job
        return self.row.status == Status.CHECKING and job is not None and job.is_open

    @property
    def check_stopped(self) -> bool:
        return self.row.status == Status.CHECKING and not self.checking

    @property
    def checked_bytes(self) -> int:
        """How far in the file the check is."""
        job = self.row.check_job
        return int(job.cursor.get("offset", 0)) if job else 0

    @property
    def started(self) -> bool:
        return not self.row.is_idle

    @property
    def left_out(self) -> int:
        return self.count[State.LEFT_OUT]

    @property
    def open(self) -> int:
        """Rows that are yet to be sent, for the first time or again."""
        return self.count[State.READY] + self.count[State.WAITING]

    @property
    def done(self) -> int:
        return self.row.ready - self.open

    @property
    def figures(self) -> list[tuple[Any, int]]:
        """What has become of the rows so far."""
        shown = (State.READY, State.WAITING, State.SENT, State.DELIVERED, State.FAILED, State.REFUSED, State.STOPPED)
        words = {State.READY: _("To go"), State.WAITING: _("To go again"), State.SENT: _("Under way")}
        return [
            (words.get(state, state.label), self.count[state])
            for state in shown
            if state not in (State.STOPPED, State.REFUSED) or self.count[state]
        ]

    @property
    def reasons(self) -> list[Line]:
        """Rows with a reason, the commonest first."""
        return sorted((line for line in self.lines if line.reason), key=lambda line: -line.count)

    @cached_property
    def takes(self) -> str:
        """How long all of it takes at the originators' MPS, without anybody else sending."""
        return in_words(duration(self.row))

    @property
    def left(self) -> str:
        """The same for what is yet to be sent for the first time."""
        share = self.count[State.READY] / self.row.ready if self.row.ready else 0
        return in_words(duration(self.row) * share)

    @property
    def rates(self) -> list[tuple[str, str, int, int]]:
        """Country, what sends there, its message parts and how many of them it may send a second."""
        return [
            (country, shown, parts, mps)
            for country, meters in sorted(self.row.rates.items())
            for parts, mps, shown in meters.values()
        ][:MOST_RATES]

    @property
    def live(self) -> bool:
        return self.checking or self.row.status in (Status.SCHEDULED, Status.RUNNING) or self.under_way

    @property
    def under_way(self) -> bool:
        """Whether outcomes are still to come although nothing is sent any more."""
        return self.row.status in (Status.PAUSED, Status.STOPPED) and self.count[State.SENT] > 0

    @property
    def poll_seconds(self) -> int:
        return (JOB.delay(self.polled) or LIVE_SECONDS) if self.live else 0
