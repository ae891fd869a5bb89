"""Deliveries: every event on its way to a destination, each attempt, and sending one or all of them again."""

import json
from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from console.callers import caller_of, url_to
from console.fragments import done, page
from console.listing import Listing, list_page
from console.lists import BulkAction, Empty, ListSpec
from console.numbers import whole
from console.statuses import look
from console.tables import Column
from messaging.caller import Caller
from messaging.errors import NotFound
from messaging.message_filters import SEARCHED
from messaging.models import EventDestination, OutboxEntry
from messaging.operations.handover import published
from messaging.operations.outbox import resend_event
from messaging.outbox_filters import DELIVERY_FILTERS, NewestFilters

LOOKS, LOOK_SECONDS = 10, 2
WAITING = OutboxEntry.Status.WAITING


def _rows(caller: Caller) -> QuerySet[OutboxEntry]:
    rows: QuerySet[OutboxEntry] = OutboxEntry.objects.for_caller(caller)
    return rows.select_related("event_destination__configuration_set").defer("payload")


def where_to(entry: OutboxEntry) -> str:
    """The destination as people call it: set and name, or the topic of a two-way message; nothing once deleted."""
    if entry.topic_arn:
        return entry.topic_arn.rpartition(":")[2]
    found = entry.event_destination
    return f"{found.configuration_set.configuration_set_name} · {found.event_destination_name}" if found else ""


DELIVERIES = ListSpec(
    name="deliveries",
    title=gettext_lazy("Deliveries"),
    purpose=gettext_lazy("Events on their way to destinations: what was tried, what waits, what was given up."),
    url_name="delivery-list",
    action="DescribeDeliveries",
    rows=_rows,
    filters=DELIVERY_FILTERS.labelled("status", [(value, look(value).label) for value in OutboxEntry.Status.values]),
    key="pk",
    detail="delivery-detail",
    sort="-created",
    columns=(
        Column("event_type", gettext_lazy("Event type"), "prose"),
        Column("created", gettext_lazy("Time"), "time", "created_timestamp", sort="id"),
        Column("status", gettext_lazy("Status"), "status"),
        Column("destination", gettext_lazy("Destination"), "prose", where_to),
        Column(
            "kind",
            gettext_lazy("Kind"),
            "choice",
            lambda row: EventDestination.Kind.TOPIC if row.topic_arn else getattr(row.event_destination, "kind", ""),
            hidden=True,
            labels=dict(EventDestination.Kind.choices),
        ),
        Column("attempts", gettext_lazy("Attempts"), "number"),
        Column("due", gettext_lazy("Next attempt"), "time", "due_at"),
        Column("message", gettext_lazy("Message id"), "id", "message_id", hidden=True, to="message-detail"),
        Column("event", gettext_lazy("Event id"), "id", "event_id", hidden=True),
        Column("resent", gettext_lazy("Sent again"), "time", "resent_at", hidden=True),
    ),
    search_hint=gettext_lazy("Whole message id or event id"),
    empty=Empty(
        gettext_lazy("No event has been sent to a destination yet."),
        gettext_lazy("Add an event destination to a configuration set, and send with that set."),
    ),
    bulk=(
        BulkAction(
            "resend",
            gettext_lazy("Send again"),
            "ResendEvent",
            apply=lambda caller, row, parameters: resend_event(caller, entry_id=row.pk),
            changes=lambda row, parameters: _("Is sent once more, with the same event id."),
            consequence=gettext_lazy("Receivers that keep event ids drop what they already have."),
            skip=lambda row, parameters: _("It is still on its way.") if row.status == WAITING else "",
        ),
    ),
)


def newest_only(listing: Listing, rows: QuerySet[Any]) -> dict[str, Any]:
    """How many of the newest rows a list with NewestFilters has searched; nothing when it was all of them."""
    filters = listing.spec.filters
    assert isinstance(filters, NewestFilters)
    limited = filters.bound(rows, listing.narrowed.used, listing.narrowed.text) is not None
    return {"searched": number_format(SEARCHED, force_grouping=True) if limited else ""}


@require_safe
@never_cache
def delivery_list(request: HttpRequest) -> HttpResponse:
    caller = caller_of(request)
    return list_page(
        request, DELIVERIES, template="deliveries/list.html", context=lambda it: newest_only(it, _rows(caller))
    )


def _found(caller: Caller, entry_id: int) -> OutboxEntry:
    caller.require("DescribeDeliveries")
    rows = OutboxEntry.objects.for_caller(caller).select_related("event_destination__configuration_set")
    entry: OutboxEntry | None = rows.prefetch_related("tries").filter(pk=entry_id).first()
    if entry is None:
        raise NotFound("delivery", str(entry_id))
    return entry


@require_safe
@never_cache
def delivery_detail(request: HttpRequest, entry_id: int) -> HttpResponse:
    """One event on its way to one destination. While it waits, its attempts renew themselves for a while."""
    caller = caller_of(request)
    entry = _found(caller, entry_id)
    looked = whole(request.GET.get("look", ""))
    context = {
        "title": entry.event_type,
        "crumbs": [{"label": DELIVERIES.title, "url": url_to(caller, DELIVERIES.url_name)}],
        "entry": entry,
        "tries": list(entry.tries.all())[::-1],
        "destination": entry.event_destination,
        "record": json.dumps(entry.payload, indent=2, ensure_ascii=False),
        "published": published(entry.payload),
        "can_resend": caller.may("ResendEvent"),
        "next_look": looked + 1 if entry.status == WAITING and looked < LOOKS else 0,
        "look_seconds": LOOK_SECONDS,
    }
    return page(request, "deliveries/detail.html", context, fragment="attempts")


@require_POST
def delivery_resend(request: HttpRequest, entry_id: int) -> HttpResponse:
    resend_event(caller_of(request), entry_id=entry_id)
    messages.success(request, _("It is sent once more."))
    return done(request, "delivery-detail", entry_id)


scoped_urlpatterns = [
    path("deliveries/", delivery_list, name="delivery-list"),
    path("deliveries/<int:entry_id>/", delivery_detail, name="delivery-detail"),
    path("deliveries/<int:entry_id>/resend/", delivery_resend, name="delivery-resend"),
]
