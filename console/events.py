"""What the pages of events have in common."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from console.callers import url_to
from messaging.caller import Caller

SECTIONS = ((_("Events"), "event-list"), (_("Statistics"), "statistics"))


def tabs(caller: Caller, current: str) -> list[dict[str, Any]]:
    """The sections, for components/tabs.html."""
    return [{"label": label, "url": url_to(caller, name), "current": name == current} for label, name in SECTIONS]
