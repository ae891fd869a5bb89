"""How every status looks: one map from API value to tone, icon and label. Colour is never the only sign of a state."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

SUCCESS, NEUTRAL, INFO, REVIEW, WARNING, DANGER = "success", "neutral", "info", "review", "warning", "danger"
TONES = (SUCCESS, NEUTRAL, INFO, REVIEW, WARNING, DANGER)


@dataclass(frozen=True, slots=True)
class Look:
    """The tone (a class of badges, flashes and timelines), the icon's name and the words of a status."""

    tone: str
    icon: str
    label: str | Promise


def _looks(tone: str, icon: str, labels: Mapping[str, str | Promise]) -> dict[str, Look]:
    return {value: Look(tone, icon, label) for value, label in labels.items()}


# Icons by tone, for messages that are not a status (flashes, notices).
ICONS = {
    SUCCESS: "check-circle",
    NEUTRAL: "clock",
    INFO: "information-circle",
    REVIEW: "eye",
    WARNING: "exclamation-triangle",
    DANGER: "x-circle",
}

STATUSES: dict[str, Look] = {
    **_looks(
        SUCCESS,
        "check-circle",
        {
            "ACTIVE": _("Active"),
            "ALLOW": _("Allow"),
            "APPROVED": _("Approved"),
            "COMPLETE": _("Complete"),
            "COMPLETED": _("Completed"),
            "CONNECTED": _("Connected"),
            "DELIVERED": _("Delivered"),
            "DONE": _("Done"),
            "ENABLED": _("Enabled"),
            "IDENTIFIED": _("Identified"),
            "IN_TIME": _("In time"),
            "OK": _("OK"),
            "OPT_IN": _("Opt-in"),
            "PASSED": _("Passed"),
            "PRODUCTION": _("Production"),
            "READ": _("Read"),
            "RECEIVED": _("Received"),
            "SUCCESSFUL": _("Successful"),
            "SUCCESS": _("Good news"),
            "VERIFIED": _("Verified"),
        },
    ),
    **_looks(
        NEUTRAL,
        "clock",
        {
            "BUFFERED": _("Buffered"),
            "CHECKED": _("Checked"),
            "CREATED": _("Created"),
            "DRAFT": _("Draft"),
            "INITIATED": _("Initiated"),
            "INSUFFICIENT_DATA": _("Not enough data"),
            "PENDING": _("Pending"),
            "PENDING_DELETION": _("Pending deletion"),
            "QUEUED": _("Queued"),
            "READY": _("Ready"),
            "RINGING": _("Ringing"),
            "SCHEDULED": _("Scheduled"),
            "UNKNOWN": _("Unknown"),
            "WAITING": _("Waiting"),
        },
    ),
    **_looks(
        NEUTRAL,
        "minus-circle",
        {
            "ARCHIVED": _("Archived"),
            "BUILT_IN": _("Built in"),
            "CANCELLED": _("Cancelled"),
            "CLOSED": _("Closed"),
            "WITHDRAWN": _("Withdrawn"),
            "DELETED": _("Deleted"),
            "DISABLED": _("Disabled"),
            "DISCARDED": _("Discarded"),
            "INACTIVE": _("Inactive"),
            "NOT_USED": _("Not used"),
            "SKIPPED": _("Skipped"),
            "STOPPED": _("Stopped"),
        },
    ),
    **_looks(
        INFO,
        "arrow-path",
        {
            "ACCEPTED": _("Accepted"),
            "ANSWERED": _("Answered"),
            "AUTOMATIC_RESPONSE": _("Automatic response"),
            "ASSOCIATING": _("Associating"),
            "CHECKING": _("Checking"),
            "CREATING": _("Creating"),
            "DELETING": _("Deleting"),
            "DISASSOCIATING": _("Disassociating"),
            "MONITOR": _("Monitor"),
            "PROVISIONING": _("Provisioning"),
            "RUNNING": _("Running"),
            "SENDING": _("Sending"),
            "SENT": _("Sent"),
        },
    ),
    **_looks(INFO, "information-circle", {"INFO": _("For information")}),
    **_looks(INFO, "bell", {"UNREAD": _("Unread")}),
    **_looks(
        REVIEW,
        "eye",
        {
            "AWS_REVIEWING": _("In review by the service"),
            "IN_REVIEW": _("In review"),
            "REQUIRES_AUTHENTICATION": _("Requires authentication"),
            "REVIEWING": _("In review"),
            "OPEN": _("Open"),
            "SUBMITTED": _("Submitted"),
        },
    ),
    **_looks(
        WARNING,
        "exclamation-triangle",
        {
            "DUE_SOON": _("Due soon"),
            "EXPIRED": _("Expired"),
            "EXPIRING": _("Expiring"),
            "FILTER": _("Filter"),
            "LEFT_OUT": _("Left out"),
            "NEAR_LIMIT": _("Near the limit"),
            "OPT_OUT": _("Opt-out"),
            "PAUSED": _("Paused"),
            "REQUIRES_UPDATES": _("Requires updates"),
            "PENDING_CUSTOMER_ACTION": _("Waiting for the submitter"),
            "SANDBOX": _("Sandbox"),
            "TTL_EXPIRED": _("Time to live expired"),
            "WARNING": _("Needs attention"),
        },
    ),
    **_looks(
        DANGER,
        "x-circle",
        {
            "ALARM": _("In alarm"),
            "BLOCK": _("Block"),
            "BLOCKED": _("Blocked"),
            "BUSY": _("Busy"),
            "CARRIER_BLOCKED": _("Blocked by the carrier"),
            "CARRIER_UNREACHABLE": _("Carrier unreachable"),
            "DANGER": _("Something failed"),
            "DENIED": _("Denied"),
            "FAILED": _("Failed"),
            "FILE_INACCESSIBLE": _("File not accessible"),
            "FILE_SIZE_EXCEEDED": _("File too large"),
            "FILE_TYPE_UNSUPPORTED": _("File type not supported"),
            "GIVEN_UP": _("Given up"),
            "INVALID": _("Invalid"),
            "INVALID_MESSAGE": _("Invalid message"),
            "LIMIT_REACHED": _("Limit reached"),
            "NO_ANSWER": _("No answer"),
            "OVERDUE": _("Overdue"),
            "PROTECT_BLOCKED": _("Blocked by protect"),
            "REFUSED": _("Refused"),
            "REJECTED": _("Rejected"),
            "REVOKED": _("Revoked"),
            "SPAM": _("Spam"),
            "UNREACHABLE": _("Unreachable"),
        },
    ),
}  # fmt: skip


def look(value: Any) -> Look:
    """How a status looks; event types (TEXT_DELIVERED) look as their last words; an unknown value stays as it is."""
    name = str(getattr(value, "value", value)).upper()
    while name not in STATUSES and "_" in name:
        name = name.partition("_")[2]
    found = STATUSES.get(name)
    return found or Look(NEUTRAL, "minus-circle", str(value).replace("_", " ").capitalize())


def icons() -> frozenset[str]:
    """The icons that statuses and messages may ask for."""
    return frozenset(known.icon for known in STATUSES.values()) | frozenset(ICONS.values())
