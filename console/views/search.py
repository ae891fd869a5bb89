"""The palette: pages, actions, and resources by id, ARN, name or number. Its form works without scripts as a page."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import NoReverseMatch, path
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from console import cells, navigation
from console.callers import caller_of, url_to
from console.fragments import page
from messaging.caller import Caller
from messaging.models import (
    BulkSend,
    ConfigurationSet,
    Message,
    OptOutList,
    PhoneNumber,
    Pool,
    ProtectConfiguration,
    SenderId,
    VerifiedDestinationNumber,
)
from messaging.operations.tags import tag_name
from messaging.text import e164
from registrations.models import Registration, SupportCase

LIMIT = 5  # of each kind
SHORTEST = 2  # characters before resources are looked for
RECIPIENT_DIGITS = 7  # and of a number before it is offered as a recipient


@dataclass(frozen=True, slots=True)
class Found:
    """One result: what it is called, what kind of thing it is, where it leads."""

    label: str | Promise
    kind: str | Promise
    url: str
    icon: str
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Source:
    """A kind of resource: the fields whose beginning is compared, each over an index; `label` names a row."""

    model: Any
    action: str
    url_name: str
    kind: Promise
    icon: str
    fields: tuple[str, ...]
    label: str
    number: bool = False
    tagged: bool = False  # also found by what people call it: its tag Name


SOURCES = (
    Source(PhoneNumber, "DescribePhoneNumbers", "phone-number-detail", gettext_lazy("Phone number"), "phone",
           ("phone_number", "phone_number_id"), "phone_number", True, True),
    Source(Pool, "DescribePools", "pool-detail", gettext_lazy("Phone pool"), "rectangle-stack",
           ("pool_id",), "pool_id", tagged=True),
    Source(ConfigurationSet, "DescribeConfigurationSets", "configuration-set-detail", gettext_lazy("Configuration set"),
           "adjustments-horizontal", ("configuration_set_name",), "configuration_set_name"),
    Source(OptOutList, "DescribeOptOutLists", "opt-out-list-detail", gettext_lazy("Opt-out list"), "no-symbol",
           ("opt_out_list_name",), "opt_out_list_name"),
    Source(SenderId, "DescribeSenderIds", "sender-id-detail", gettext_lazy("Sender ID"), "tag",
           ("sender_id",), "sender_id"),
    Source(VerifiedDestinationNumber, "DescribeVerifiedDestinationNumbers", "verified-number-detail",
           gettext_lazy("Verified destination number"), "check-badge",
           ("destination_phone_number", "verified_destination_number_id"), "destination_phone_number", True),
    Source(ProtectConfiguration, "DescribeProtectConfigurations", "protect-detail",
           gettext_lazy("Protect configuration"), "shield-check",
           ("protect_configuration_id",), "protect_configuration_id", tagged=True),
    Source(Registration, "DescribeRegistrations", "registration-detail", gettext_lazy("Registration"),
           "clipboard-document-check", ("registration_id",), "registration_id", tagged=True),
    Source(SupportCase, "DescribeSupportCases", "support-case-detail", gettext_lazy("Support case"), "lifebuoy",
           ("case_id",), "case_id"),
    Source(BulkSend, "DescribeBulkSends", "bulk-send-detail", gettext_lazy("Bulk send"), "megaphone",
           ("bulk_send_id",), "bulk_send_id"),
)  # fmt: skip

# Pages that the side navigation does not have: label, page, the action that it needs, icon.
PAGES = (
    (gettext_lazy("Statistics"), "statistics", "DescribeMessages", "signal"),
    (gettext_lazy("Inbound messages"), "inbound-list", "DescribeInboundMessages", "chat-bubble-left-right"),
    (gettext_lazy("Handset behaviours"), "behaviour-list", "DescribeHandsetBehaviours", "device-phone-mobile"),
    (gettext_lazy("Event types"), "event-type-list", "DescribeConfigurationSets", "signal"),
    (gettext_lazy("Usage report"), "usage-report", "DescribeUsage", "banknotes"),
    (gettext_lazy("Rate card"), "rate-card", "DescribeRateCard", "banknotes"),
    (gettext_lazy("Alarms"), "alarm-list", "DescribeAlarms", "banknotes"),
    (gettext_lazy("Which rule applies?"), "protect-which", "GetProtectConfigurationCountryRuleSet", "shield-check"),
    (gettext_lazy("Message templates"), "message-template-list", "DescribeMessageTemplates", "tag"),
    (gettext_lazy("Buckets"), "media-buckets", "DescribeMediaBuckets", "photo"),
    (gettext_lazy("Notifications"), "notification-list", "DescribeNotifications", "bell"),
    (gettext_lazy("Connections"), "connection-list", "DescribeConnections", "cog-6-tooth"),
)
ACTIONS = (
    (gettext_lazy("Request originator (phone number or sender ID)"), "originator-request", "RequestPhoneNumber"),
    (gettext_lazy("Choose an originator"), "originator-chooser", "DescribePhoneNumbers"),
    (gettext_lazy("Request a simulator number"), "phone-number-create", "RequestPhoneNumber"),
    (gettext_lazy("Request sender ID"), "sender-id-request", "RequestSenderId"),
    (gettext_lazy("Add and verify a destination number"), "verified-number-create", "CreateVerifiedDestinationNumber"),
    (gettext_lazy("Create phone pool"), "pool-create", "CreatePool"),
    (gettext_lazy("Create configuration set"), "configuration-set-create", "CreateConfigurationSet"),
    (gettext_lazy("Create protect configuration"), "protect-create", "CreateProtectConfiguration"),
    (gettext_lazy("Create registration"), "registration-create", "CreateRegistration"),
    (gettext_lazy("Create case"), "support-case-create", "CreateSupportCase"),
    (gettext_lazy("Create alarm"), "alarm-create", "CreateAlarm"),
    (gettext_lazy("Create opt-out list"), "opt-out-list-create", "CreateOptOutList"),
    (gettext_lazy("Create access key"), "access-key-create", "CreateAccessKey"),
    (gettext_lazy("Add member"), "member-add", "AddMember"),
    (gettext_lazy("Send a test message"), "test-send", "SendTextMessage"),
    (gettext_lazy("Explain this send"), "explain", "SendTextMessage"),
    (gettext_lazy("Create bulk send"), "bulk-send-create", "CreateBulkSend"),
    (gettext_lazy("Look up many numbers"), "lookup-many", "LookUpNumbers"),
    (gettext_lazy("Upload file"), "media-upload", "PutMediaFile"),
)


@require_safe
def search(request: HttpRequest) -> HttpResponse:
    """Results for ?q=: a page, or the options of the palette."""
    query = request.GET.get("q", "").strip()[:200]
    results = list(results_for(caller_of(request), query))
    context = {
        "title": _("Search"),
        "query": query,
        "results": results,
        "purpose": _("Pages, actions, and resources by id, ARN, name or phone number."),
    }
    return page(request, "search/results.html", context, fragment="options")


def results_for(caller: Caller, query: str) -> Iterator[Found]:
    """Pages and actions that contain every word of the query, then resources that begin with it.

    A kind of resource costs a query for each of its fields that can begin so, and one for its names.
    """
    words = query.casefold().split()
    resource = query
    if query.startswith("arn:"):
        # The id follows the type (a sender ID is followed by its country); an ARN of elsewhere leads nowhere here.
        if not query.startswith(caller.arn("")):
            return
        resource = query.partition("/")[2].partition("/")[0]
    for _label, links in navigation.links(caller, ""):
        for link in links:
            if _has(link.label, words):
                yield Found(link.label, _("Page"), link.url, link.icon)
    for label, url_name, action, icon in PAGES:
        if caller.may(action) and _has(label, words):
            yield Found(label, _("Page"), url_to(caller, url_name), icon)
    for label, url_name, action in ACTIONS:
        url = _url(caller, url_name)
        if url and caller.may(action) and _has(label, words):
            yield Found(label, _("Action"), url, "plus")
    if len(resource) >= SHORTEST:
        yield from _resources(caller, resource)


def _has(label: str | Promise, words: list[str]) -> bool:
    """Whether the label contains the words as typed, or has a word that begins with each: "create pool" finds
    "Create phone pool".
    """
    folded = str(label).casefold()
    begin = folded.split()
    return " ".join(words) in folded or all(any(one.startswith(word) for one in begin) for word in words)


def _resources(caller: Caller, text: str) -> Iterator[Found]:
    digits = "+" + "".join(c for c in text if c.isdigit()) if text.lstrip("+(").strip()[:1].isdigit() else ""
    for source in SOURCES:
        if not caller.may(source.action):
            continue
        rows = source.model.objects.for_caller(caller)
        if source.tagged:
            rows = rows.annotate(tag_name=tag_name(caller, source.model))
        found: dict[Any, Any] = {}
        for field in source.fields:
            if not _can_match(source, field, text, digits):
                continue
            start = digits if source.number and field == source.label and len(digits) > 1 else text
            if len(found) < LIMIT:
                found |= {row.pk: row for row in rows.filter(**{f"{field}__startswith": start}).order_by(field)[:LIMIT]}
        if source.tagged and len(found) < LIMIT:
            found |= {row.pk: row for row in rows.filter(tag_name__icontains=text).order_by("tag_name")[:LIMIT]}
        for row in list(found.values())[:LIMIT]:
            label = str(getattr(row, source.label))
            shown = cells.international(label) if source.number else label
            if source.tagged and row.tag_name:
                shown = f"{shown} – {row.tag_name}" if source.number else row.tag_name
            yield Found(shown, source.kind, _url(caller, source.url_name, row.name), source.icon, row.name)
    yield from _recipient(caller, digits or text)
    yield from _message(caller, text)


ID_STARTS = {
    "phone_number_id": "phone-",
    "pool_id": "pool-",
    "verified_destination_number_id": "verified-",
    "protect_configuration_id": "protect-",
    "registration_id": "registration-",
    "case_id": "case-",
    "bulk_send_id": "bulk-",
}


def _can_match(source: Source, field: str, text: str, digits: str) -> bool:
    """Whether anything can begin so in a field: numbers with digits, ids with what all ids of their kind begin with."""
    if source.number and field == source.label:
        return bool(digits)
    start = ID_STARTS.get(field, "")
    return text.startswith(start) or start.startswith(text)


def _recipient(caller: Caller, text: str) -> Iterator[Found]:
    """The page of any number long enough and of a country that there is, whether anything is known of it or not."""
    is_number = len(text) > RECIPIENT_DIGITS and e164.is_number(text) and e164.country_of(text) is not None
    if is_number and caller.may("DescribeRecipient"):
        number = e164.normalise(text)
        url = url_to(caller, "recipient-detail", number)
        yield Found(cells.international(number), _("Recipient"), url, "device-phone-mobile")


def _message(caller: Caller, text: str) -> Iterator[Found]:
    url = _url(caller, "message-detail", text)
    if not url or not caller.may("DescribeMessages") or len(text) != 36:
        return
    name = Message.NAME_FIELD
    if name and Message.objects.for_caller(caller).filter(**{name: text}).exists():
        yield Found(text, _("Message"), url, "chat-bubble-left-right")


def _url(caller: Caller, name: str, *args: Any) -> str:
    try:
        return url_to(caller, name, *args)
    except NoReverseMatch:
        return ""


scoped_urlpatterns = [path("search/", search, name="search")]
