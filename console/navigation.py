"""The side navigation: groups, labels and order as on every page. An entry whose page is not built is not shown."""

from dataclasses import dataclass
from functools import lru_cache

from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from messaging.caller import Caller
from messaging.permissions import Role, may


@dataclass(frozen=True, slots=True)
class Entry:
    """One link: the URL name of its page, the action whose permission it needs, the key after `g`.

    also holds the beginnings of paths, below account and Region, of further pages that belong to it. counts names the
    number of waiting things that came with the account (console.callers).
    """

    label: Promise
    url_name: str
    icon: str
    action: str = ""
    key: str = ""
    also: tuple[str, ...] = ()
    counts: str = ""


GROUPS: list[tuple[Promise | str, list[Entry]]] = [
    ("", [Entry(_("Overview"), "overview", "home", key="o")]),
    (
        _("Shortcuts"),
        [
            Entry(_("Message part preview"), "message-parts", "calculator", key="w"),
            Entry(
                _("Test SMS sending"),
                "test-send",
                "paper-airplane",
                "SendTextMessage",
                key="t",
                also=("explain/",),
            ),
            Entry(_("Look-up"), "lookup", "magnifying-glass", "CarrierLookup"),
            Entry(_("Bulk send"), "bulk-send-list", "megaphone", "DescribeBulkSends", key="b"),
        ],
    ),
    (
        _("Configurations"),
        [
            Entry(_("Phone pools"), "pool-list", "rectangle-stack", "DescribePools", key="p"),
            Entry(
                _("Phone numbers"),
                "phone-number-list",
                "phone",
                "DescribePhoneNumbers",
                key="n",
                also=("originators/request/", "originators/choose/", "originators/requested/number/"),
            ),
            Entry(
                _("Sender IDs"),
                "sender-id-list",
                "tag",
                "DescribeSenderIds",
                key="s",
                also=("originators/requested/sender-id/", "message-templates/"),
            ),
            Entry(
                _("Registrations"), "registration-list", "clipboard-document-check", "DescribeRegistrations", key="r"
            ),
            Entry(_("Review queue"), "review-list", "eye", "DescribeReviews", counts="waiting_reviews"),
            Entry(
                _("Configuration sets"),
                "configuration-set-list",
                "adjustments-horizontal",
                "DescribeConfigurationSets",
                key="c",
            ),
            Entry(_("Media"), "media-list", "photo", "DescribeMediaFiles"),
            Entry(
                _("Opt-out lists"),
                "opt-out-list-list",
                "no-symbol",
                "DescribeOptOutLists",
                key="l",
                also=("recipients/",),
            ),
            Entry(
                _("Deactivation reports"),
                "deactivation-report-list",
                "document-minus",
                "DescribeDeactivationReports",
            ),
            Entry(
                _("Verified destination numbers"),
                "verified-number-list",
                "check-badge",
                "DescribeVerifiedDestinationNumbers",
                key="v",
            ),
        ],
    ),
    (
        _("Protect"),
        [Entry(_("Protect configurations"), "protect-list", "shield-check", "DescribeProtectConfigurations", key="x")],
    ),
    (
        _("Monitoring"),
        [
            Entry(_("Messages"), "message-list", "chat-bubble-left-right", "DescribeMessages", key="m"),
            Entry(_("Events"), "event-list", "signal", "DescribeMessages", key="e", also=("statistics/",)),
            Entry(_("Handsets"), "handset-list", "device-phone-mobile", "DescribeHandsets", key="h"),
            Entry(_("Deliveries"), "delivery-list", "inbox-stack", "DescribeDeliveries"),
            Entry(_("Log groups"), "log-group-list", "document-text", "DescribeLogGroups"),
            Entry(_("Delivery streams"), "delivery-stream-list", "folder", "DescribeDeliveryStreams"),
            Entry(_("Topics"), "topic-list", "inbox-arrow-down", "DescribeTopics"),
            Entry(_("Spending"), "spending", "banknotes", "DescribeSpendLimits", key="d"),
        ],
    ),
    (
        _("Account"),
        [
            Entry(_("Support cases"), "support-case-list", "lifebuoy", "DescribeSupportCases"),
            Entry(_("Access keys"), "access-key-list", "key", "DescribeAccessKeys"),
            Entry(_("Members"), "member-list", "users", "DescribeMembers"),
            Entry(_("Activity log"), "activity-list", "list-bullet", "DescribeActivity"),
            Entry(_("Jobs"), "job-list", "queue-list", "DescribeJobs"),
            Entry(_("Simulator"), "simulator", "clock", "DescribeClock"),
            Entry(_("Settings"), "settings", "cog-6-tooth"),
        ],
    ),
]


@dataclass(frozen=True, slots=True)
class Link:
    label: Promise
    url: str
    icon: str
    key: str
    current: bool
    waiting: int = 0


def links(caller: Caller, current: str, counted: object = None) -> list[tuple[Promise | str, list[Link]]]:
    """The groups with the links that this caller may follow. `current` is the path of the page shown.

    counted is what has the numbers of waiting things as attributes.
    """
    return [
        (
            label,
            [
                Link(
                    entry.label,
                    url,
                    entry.icon,
                    entry.key,
                    _is_here(entry, url, current),
                    (getattr(counted, entry.counts, None) or 0) if entry.counts else 0,
                )
                for entry, url in shown
            ],
        )
        for label, shown in _places(caller.account_id, caller.region, caller.role, caller.read_only)
    ]


def _is_here(entry: Entry, url: str, current: str) -> bool:
    if current == url or (current.startswith(url) and entry.url_name != "overview"):
        return True
    return bool(entry.also) and "/".join(current.split("/")[3:]).startswith(entry.also)


@lru_cache(maxsize=256)
def _places(
    account_id: str, region: str, role: Role, read_only: bool
) -> list[tuple[Promise | str, list[tuple[Entry, str]]]]:
    """What a role may open in an account and Region, with its URL; remembered, since neither changes while we run."""
    groups = []
    for label, entries in GROUPS:
        shown = []
        for entry in entries:
            if entry.action and not may(role, entry.action, read_only=read_only):
                continue
            try:
                shown.append((entry, reverse(entry.url_name, args=(account_id, region))))
            except NoReverseMatch:
                continue
        if shown:
            groups.append((label, shown))
    return groups
