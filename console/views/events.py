"""Events: every step of every message, searched over millions of them, and the record of one as it is published."""

import json
import uuid
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from console.callers import caller_of, url_to
from console.events import tabs
from console.fragments import page
from console.listing import Listing, list_page
from console.lists import Empty, ListSpec
from console.message_words import meaning
from console.statuses import look
from console.tables import Column
from console.views.messages import bounded
from messaging.caller import Caller
from messaging.errors import NotFound
from messaging.event_filters import EVENT_FILTERS
from messaging.message_filters import STATUS_CHOICES
from messaging.models import MessageEvent, OutboxEntry
from messaging.operations.events import event_record

# Of the message, what neither the list nor a record says.
UNSAID = ("message_body", "media_urls", "destination_country_parameters")
RECORDS = "event_type,record"  # the columns of a file of whole records


def _bare(caller: Caller) -> QuerySet[MessageEvent]:
    return MessageEvent.objects.filter(owner_id=caller.owner_id)


def _rows(caller: Caller) -> QuerySet[MessageEvent]:
    return _bare(caller).select_related("message").defer(*(f"message__{name}" for name in UNSAID))


def record_of(event: MessageEvent) -> dict[str, Any]:
    """The documented record of an event."""
    return event_record(event.message, event)


EVENTS = ListSpec(
    name="events",
    title=gettext_lazy("Events"),
    purpose=gettext_lazy("Every step of every message, newest first, with its record as event destinations get it."),
    url_name="event-list",
    action="DescribeMessages",
    rows=_rows,
    filters=EVENT_FILTERS.labelled("status", [(status, look(status).label) for status, _code in STATUS_CHOICES]),
    key="event_id",
    detail="event-detail",
    sort="-occurred",
    columns=(
        Column("event_type", gettext_lazy("Event type")),
        Column("occurred", gettext_lazy("Time"), "time", "occurred_at", sort="event_id"),
        Column("status", gettext_lazy("Status"), "status"),
        Column(
            "destination",
            gettext_lazy("Destination"),
            "phone",
            "message.destination_phone_number",
            to="handset-detail",
        ),
        Column("originator", gettext_lazy("Originator"), "phone", "message.origination_identity"),
        Column("country", gettext_lazy("Country"), value="message.iso_country_code", hidden=True),
        Column(
            "set",
            gettext_lazy("Configuration set"),
            "words",
            "message.configuration_set_name",
            to="configuration-set-detail",
            hidden=True,
        ),
        Column("message", gettext_lazy("Message id"), "id", "message_id", to="message-detail", hidden=True),
        Column("description", gettext_lazy("Description"), "prose", hidden=True),
        Column("final", gettext_lazy("Final"), "flag", "is_final", hidden=True),
        Column("event", gettext_lazy("Event id"), "id", "event_id", hidden=True),
        Column("record", gettext_lazy("Event record"), "json", record_of, hidden=True),
    ),
    search_hint=gettext_lazy("Event id, message id or beginning of a number"),
    empty=Empty(
        gettext_lazy("Nothing has happened yet."),
        gettext_lazy("Every message that is accepted begins with an event; the carrier’s answers follow."),
    ),
)


@require_safe
@never_cache
def event_list(request: HttpRequest) -> HttpResponse:
    caller = caller_of(request)

    def context(listing: Listing) -> dict[str, Any]:
        return {
            **bounded(listing, _bare(caller)),
            "records_url": listing.url(export="jsonl", columns=RECORDS),
            "tabs": tabs(caller, "event-list"),
        }

    return list_page(request, EVENTS, template="events/list.html", context=context)


@require_safe
@never_cache
def event_detail(request: HttpRequest, event_id: uuid.UUID) -> HttpResponse:
    """One event: its record, where it went, and the other steps of its message."""
    caller = caller_of(request)
    caller.require("DescribeMessages")
    event = _rows(caller).filter(pk=event_id).first()
    if event is None:
        raise NotFound("event", str(event_id))
    sent = OutboxEntry.objects.filter(owner_id=caller.owner_id, event_id=event_id).order_by("pk")
    deliveries = list(sent.select_related("event_destination__configuration_set"))
    record = deliveries[0].payload if deliveries else record_of(event)  # what went out stays as it was
    context = {
        "title": event.event_type,
        "crumbs": [{"label": EVENTS.title, "url": url_to(caller, EVENTS.url_name)}],
        "event": event,
        "message": event.message,
        "meaning": meaning(event.status),
        "record": json.dumps(record, indent=2, ensure_ascii=False),
        "deliveries": deliveries if caller.may("DescribeDeliveries") else [],
        "steps": list(MessageEvent.objects.filter(message_id=event.message_id).order_by("sequence")),
    }
    return page(request, "events/detail.html", context)


scoped_urlpatterns = [
    path("events/", event_list, name="event-list"),
    path("events/<uuid:event_id>/", event_detail, name="event-detail"),
]
