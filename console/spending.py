"""What the pages about money share: their sections, and the names of channels and originator types."""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from console.callers import url_to
from console.preview import usd
from messaging.caller import Caller
from messaging.country_names import country_name
from messaging.errors import Text
from messaging.message_filters import ORIGINATOR_TYPES

CHANNELS: dict[str, Text] = {
    "SMS": gettext_lazy("SMS"),
    "MMS": gettext_lazy("MMS"),
    "VOICE": gettext_lazy("Voice"),
}
TYPES: dict[str, Text] = {
    **dict(ORIGINATOR_TYPES),
    "SENDER_ID": gettext_lazy("Sender ID"),
    "*": gettext_lazy("All other types"),
}
SECTIONS = (
    (gettext_lazy("Spending"), "spending", "DescribeSpendLimits"),
    (gettext_lazy("Usage report"), "usage-report", "DescribeUsage"),
    (gettext_lazy("Rate card"), "rate-card", "DescribeRateCard"),
    (gettext_lazy("Alarms"), "alarm-list", "DescribeAlarms"),
)


def tabs(caller: Caller, current: str) -> list[dict[str, Any]]:
    """The sections that this caller may read, for components/tabs.html."""
    return [
        {"label": label, "url": url_to(caller, name), "current": name == current}
        for label, name, action in SECTIONS
        if caller.may(action)
    ]


def crumbs(caller: Caller, *, to: str = "", label: Text = "") -> list[dict[str, Any]]:
    """The way back from a page below a section."""
    found: list[dict[str, Any]] = [{"label": _("Spending"), "url": url_to(caller, "spending")}]
    return [*found, {"label": label, "url": url_to(caller, to)}] if to else found


def country(code: str) -> str:
    """“France (FR)” in the reader's language."""
    return f"{country_name(code)} ({code})"


def price(units: int) -> str:
    """A price of a part: four places unless a fifth is needed."""
    return usd(units, 4 if units % 10 == 0 else 5)
