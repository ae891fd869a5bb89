"""The bell of the top bar: how many notifications are unread, and when it looks again."""

from typing import Any

from console.callers import url_to
from messaging.caller import Caller

MANY = 99  # a counter that is read at a glance counts no further
# How often an open page asks: every 30 s for ten minutes, every two minutes for two hours, then no more.
QUICK, QUICK_SECONDS = 20, 30
SLOW, SLOW_SECONDS = 60, 120


def poll_delay(polled: int) -> int:
    """Seconds until the bell asks again, 0 for never."""
    if polled < QUICK:
        return QUICK_SECONDS
    return SLOW_SECONDS if polled < QUICK + SLOW else 0


def context(caller: Caller, unread: int, *, polled: int = 0, seen: int | None = None) -> dict[str, Any]:
    """What components/bell.html needs. seen is the count that the page showed before."""
    return {
        "url": url_to(caller, "notification-list"),
        "poll_url": f"{url_to(caller, 'notification-bell')}?polled={polled + 1}&seen={unread}",
        "count": "" if not unread else str(unread) if unread <= MANY else f"{MANY}+",
        "unread": unread,
        "delay": poll_delay(polled),
        "said": seen is not None and unread > seen,
    }
