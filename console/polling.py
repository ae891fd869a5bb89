"""How often an open page that waits for something asks again: often at first, seldom later, then no more."""

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest

from console.numbers import whole


@dataclass(frozen=True, slots=True)
class Pace:
    """So many times after `quick_seconds`, then so many times after `slow_seconds`."""

    quick_times: int
    quick_seconds: int
    slow_times: int
    slow_seconds: int

    def delay(self, polled: int) -> int:
        """Seconds until a page that has asked so often asks again, 0 for never."""
        if polled < self.quick_times:
            return self.quick_seconds
        return self.slow_seconds if polled < self.quick_times + self.slow_times else 0


JOB = Pace(10, 1, 60, 2)  # every second for ten seconds, every other for two minutes; then its Refresh
BELL = Pace(20, 30, 60, 120)  # every 30 s for ten minutes, every two minutes for two hours


def polled(request: HttpRequest) -> int:
    """How often the page has asked."""
    return whole(request.GET.get("polled", ""))


def poll_context(request: HttpRequest, *, live: bool) -> dict[str, Any]:
    """What a section that asks for itself again while a job is `live` needs: poll_seconds (0 for never) and polled."""
    asked = polled(request)
    return {"poll_seconds": JOB.delay(asked) if live else 0, "polled": asked + 1}
