"""Messages: a list that stays quick over millions of them, and one message with its timeline."""

import json
import uuid
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from console.callers import caller_of, url_to
from console.fragments import page, wants_fragment
from console.listing import Listing, list_page
from console.lists import Create, Empty, ListSpec
from console.message_words import WHY_CHOSEN, meaning
from console.numbers import whole
from console.preview import ENCODING_LABELS, marked_parts
from console.send_commands import parameters_of, send_commands
from console.statuses import look
from console.tables import Column
from console.voice import called
from messaging.caller import Caller
from messaging.errors import NotFound, Text
from messaging.message_filters import (
    INBOUND_FILTERS,
    MESSAGE_FILTERS,
    SEARCHED,
    STATUS_CHOICES,
    AgedFilters,
    instant_of,
)
from messaging.models import Channel, Handset, InboundMessage, Keyword, Message, MessageEvent, MessageType
from messaging.operations.events import event_record
from messaging.operations.media_fetch import file_name
from messaging.text import parts

# How often a page looks for new events: every 2 s ten times, every 5 s twelve times, then only when asked.
QUICK, QUICK_SECONDS = 10, 2
AGAIN = {"SMS": "test-send", "MMS": "test-send-media", "VOICE": "test-send-voice"}  # the page that sends once more
SLOW, SLOW_SECONDS = 12, 5


def _rows(caller: Caller) -> QuerySet[Message]:
    rows: QuerySet[Message] = Message.objects.for_caller(caller)
    return rows


def _price(message: Message) -> int:
    return message.price + message.carrier_fee


MESSAGES = ListSpec(
    name="messages",
    title=gettext_lazy("Messages"),
    purpose=gettext_lazy("Every message that was accepted, newest first, and where it stands."),
    url_name="message-list",
    action="DescribeMessages",
    rows=_rows,
    # The words of the badges, so that a filter reads like the column.
    filters=MESSAGE_FILTERS.labelled("status", [(status, look(status).label) for status, _code in STATUS_CHOICES]),
    key="message_id",
    detail="message-detail",
    sort="-created",
    columns=(
        Column("message", gettext_lazy("Message id"), "id", "message_id"),
        Column("created", gettext_lazy("Time"), "time", "created_timestamp", sort="message_id"),
        Column("status", gettext_lazy("Status"), "status"),
        Column("destination", gettext_lazy("Destination"), "phone", "destination_phone_number", to="handset-detail"),
        Column("originator", gettext_lazy("Originator"), "phone", "origination_identity"),
        Column("channel", gettext_lazy("Channel"), "choice", labels=dict(Channel.choices), hidden=True),
        Column("parts", gettext_lazy("Parts"), "number"),
        Column("price", gettext_lazy("Price"), "money", _price, unit="USD", hidden=True),
        Column("text", gettext_lazy("Text"), "prose", "message_body", hidden=True),
        Column(
            "media",
            gettext_lazy("Media"),
            "list",
            lambda row: [file_name(url) for url in row.media_urls],
            hidden=True,
        ),
        Column("country", gettext_lazy("Country"), value="iso_country_code", hidden=True),
        Column(
            "type",
            gettext_lazy("Message type"),
            "choice",
            "message_type",
            hidden=True,
            labels=dict(MessageType.choices),
        ),
        Column("set", gettext_lazy("Configuration set"), "words", "configuration_set_name", hidden=True),
        Column("pool", gettext_lazy("Pool"), "id", "pool_id", hidden=True),
        Column("encoding", gettext_lazy("Encoding"), "choice", hidden=True, labels=ENCODING_LABELS),
        Column("characters", gettext_lazy("Characters"), "number", hidden=True),
        Column("carrier", gettext_lazy("Carrier"), "words", "carrier_name", hidden=True),
        Column("actor", gettext_lazy("Sent by"), "words", hidden=True),
    ),
    search_hint=gettext_lazy("Message id or beginning of a number"),
    empty=Empty(
        gettext_lazy("Nothing has been sent yet."),
        gettext_lazy("A message stands here as soon as it is accepted, with every event that follows."),
    ),
    create=Create(gettext_lazy("Send a test message"), "test-send", "SendTextMessage"),
)

ACTIONS = dict(Keyword.Action.choices)


def _inbound_rows(caller: Caller) -> QuerySet[InboundMessage]:
    rows: QuerySet[InboundMessage] = InboundMessage.objects.for_caller(caller)
    return rows


INBOUND = ListSpec(
    name="inbound",
    title=gettext_lazy("Inbound messages"),
    purpose=gettext_lazy("What handsets sent to the account’s numbers, and what their keywords did."),
    url_name="inbound-list",
    action="DescribeInboundMessages",
    rows=_inbound_rows,
    filters=INBOUND_FILTERS,
    key="inbound_message_id",
    sort="-created",
    columns=(
        Column("created", gettext_lazy("Time"), "time", "created_timestamp", sort="inbound_message_id"),
        Column("handset", gettext_lazy("Handset"), "phone", "origination_number", to="handset-detail"),
        Column("number", gettext_lazy("Our number"), "phone", "destination_number"),
        Column("text", gettext_lazy("Text"), "prose", "message_body"),
        Column("keyword", gettext_lazy("Keyword"), "words", "message_keyword"),
        Column("action", gettext_lazy("Action"), "choice", "keyword_action", labels=ACTIONS),
        Column("reply", gettext_lazy("Reply"), "id", "reply_message_id", to="message-detail", hidden=True),
        Column("message", gettext_lazy("Inbound message id"), "id", "inbound_message_id", hidden=True),
    ),
    search_hint=gettext_lazy("Beginning of a handset’s number"),
    empty=Empty(
        gettext_lazy("No handset has written yet."),
        gettext_lazy("Open a handset and answer a message, or send one by the simulator API."),
    ),
)


@dataclass(frozen=True, slots=True)
class Bounded:
    """Where a search that no index answers ended: how many rows were looked at, since when, and the older ones."""

    count: str
    since: Any
    older: str


def bounded(listing: Listing, rows: QuerySet[Any]) -> dict[str, Any]:
    """The context `bounded` of a list with AgedFilters, None when the whole table was searched."""
    filters = listing.spec.filters
    assert isinstance(filters, AgedFilters)
    used, text = listing.narrowed.used, listing.narrowed.text
    key = filters.bound(rows, used, text)
    if key is None:
        return {"bounded": None}
    since = instant_of(key)
    kept = [token for token in used if not (token[0] == filters.time and token[1] == "<")]
    older = listing.url_with([*kept, (filters.time, "<", since.isoformat(timespec="seconds").replace("+00:00", "Z"))])
    return {"bounded": Bounded(number_format(SEARCHED, force_grouping=True), since, older)}


@require_safe
@never_cache
def message_list(request: HttpRequest) -> HttpResponse:
    caller = caller_of(request)
    return list_page(request, MESSAGES, template="messages/list.html", context=lambda it: bounded(it, _rows(caller)))


@require_safe
@never_cache
def inbound_list(request: HttpRequest) -> HttpResponse:
    caller = caller_of(request)
    return list_page(
        request, INBOUND, template="messages/list.html", context=lambda it: bounded(it, _inbound_rows(caller))
    )


@dataclass(frozen=True, slots=True)
class Part:
    """One message part as it went out."""

    number: int
    text: str
    used: int
    capacity: int


@dataclass(frozen=True, slots=True)
class Step:
    """One line of the timeline: the event, what it means, and its documented record."""

    event: MessageEvent
    meaning: Text
    record: str


class Watch:
    """The timeline of a message that may still go on, and when to look again."""

    def __init__(self, message: Message, *, looked: int) -> None:
        self.message, self.looked = message, looked
        self.steps = [
            Step(event, meaning(event.status), json.dumps(event_record(message, event), indent=2, ensure_ascii=False))
            for event in message.events.all()
        ]

    @property
    def ended(self) -> bool:
        return self.message.is_final

    @property
    def delay(self) -> str:
        """Until the next look, as htmx has it; nothing when it is over or was looked at often enough."""
        if self.ended or self.looked >= QUICK + SLOW:
            return ""
        return f"{QUICK_SECONDS if self.looked < QUICK else SLOW_SECONDS}s"

    @property
    def next_url(self) -> str:
        return f"?look={self.looked + 1}&seen={len(self.steps)}"


def found_message(caller: Caller, message_id: uuid.UUID) -> Message:
    """The caller's message with its events. Raises NotFound. Two queries, four with media."""
    rows = Message.objects.for_caller(caller).filter(pk=message_id)
    row: Message | None = rows.prefetch_related("events", "media__content").first()
    if row is None:
        raise NotFound("message", str(message_id))
    return row


@require_safe
@never_cache
def message_detail(request: HttpRequest, message_id: uuid.UUID) -> HttpResponse:
    caller = caller_of(request)
    caller.require("DescribeMessages")
    message = found_message(caller, message_id)
    watch = Watch(message, looked=whole(request.GET.get("look", "")))
    context: dict[str, Any] = {"message": message, "watch": watch}
    if wants_fragment(request):
        new = watch.steps[whole(request.GET.get("seen", "")) :]
        context["said"] = new[-1].event.status if new else ""
        return page(request, "messages/detail.html", context, fragment="timeline")
    return page(request, "messages/detail.html", {**context, **_facts(request, caller, message)})


def _facts(request: HttpRequest, caller: Caller, message: Message) -> dict[str, Any]:
    cut = parts.analyse(message.message_body)
    return {
        "info": "messages",
        "title": _("Message to %(number)s") % {"number": message.destination_phone_number},
        "crumbs": [
            {"label": _("Messages"), "url": url_to(caller, "message-list")},
        ],
        "parts": [
            Part(number, text, used, cut.capacity)
            for number, (text, used) in enumerate(zip(cut.contents, cut.used, strict=True), start=1)
        ],
        "marked": marked_parts(cut.contents),
        "call": called(message) if message.channel == Channel.VOICE else None,
        "encoding": ENCODING_LABELS.get(message.encoding, ""),
        "total": _price(message),
        "why": WHY_CHOSEN.get(message.chosen_because, message.chosen_because),
        "time_to_live": round((message.expires_at - message.created_timestamp).total_seconds()),
        "has_handset": Handset.objects.for_caller(caller)
        .filter(phone_number=message.destination_phone_number)
        .exists(),
        "commands": send_commands(request, caller, parameters_of(message), channel=message.channel),
        "again_url": url_to(caller, AGAIN[message.channel]),
        "can_send": caller.may("SendTextMessage"),
        "can_give_feedback": caller.may("PutMessageFeedback"),
    }


scoped_urlpatterns = [
    path("messages/", message_list, name="message-list"),
    path("messages/inbound/", inbound_list, name="inbound-list"),
    path("messages/<uuid:message_id>/", message_detail, name="message-detail"),
]
