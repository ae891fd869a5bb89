"""The bell of the top bar: how many notifications are unread, and when it looks again."""

from typing import Any

from console.callers import url_to
from console.polling import BELL
from messaging.caller import Caller

MANY = 99  # a counter that is read at a glance counts no further


def context(caller: Caller, unread: int, *, polled: int = 0, seen: int | None = None) -> dict[str, Any]:
    """What components/bell.html needs. seen is the count that the page showed before."""
    return {
        "url": url_to(caller, "notification-list"),
        "poll_url": f"{url_to(caller, 'notification-bell')}?polled={polled + 1}&seen={unread}",
        "count": "" if not unread else str(unread) if unread <= MANY else f"{MANY}+",
        "unread": unread,
        "delay": BELL.delay(polled),
        "said": seen is not None and unread > seen,
    }
