"""Notifications: what happened while one looked elsewhere, and the bell of the top bar that counts them."""

from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.loader import render_to_string
from django.urls import NoReverseMatch, path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from console import bell, callers
from console.callers import caller_of, url_to
from console.fragments import done, leave
from console.listing import Listing, list_page
from console.lists import Empty, ListSpec, RowAction
from console.numbers import whole
from console.tables import Column
from messaging.caller import Caller
from messaging.filters import Property, ResourceFilters
from messaging.models import Notification
from messaging.operations.notifications import for_reader, mark_all_notifications_read, mark_notifications_read

LARGEST_KEY = 2**63 - 1

NOTIFICATION_FILTERS = ResourceFilters(
    Notification,
    {
        "read": Property(gettext_lazy("Read"), "is_read", "flag", console_only=True),
        "kind": Property(gettext_lazy("About"), "kind", "choice", Notification.Kind.choices, console_only=True),
        "severity": Property(
            gettext_lazy("Importance"), "severity", "choice", Notification.Severity.choices, console_only=True
        ),
        "time": Property(gettext_lazy("Time"), "created_timestamp", "time", console_only=True),
    },
)


def _rows(caller: Caller) -> QuerySet[Notification]:
    rows: QuerySet[Notification] = for_reader(caller.owner_id, caller.actor)
    return rows


NOTIFICATIONS = ListSpec(
    name="notifications",
    title=gettext_lazy("Notifications"),
    purpose=gettext_lazy("What happened in this account and Region that you may want to know."),
    url_name="notification-list",
    action="DescribeNotifications",
    rows=_rows,
    filters=NOTIFICATION_FILTERS,
    detail="notification-open",
    sort="-time",
    columns=(
        Column("title", gettext_lazy("What happened"), "prose", "words"),
        Column("state", gettext_lazy("State"), "status", lambda row: "READ" if row.is_read else "UNREAD"),
        Column("severity", gettext_lazy("Importance"), "status"),
        Column("time", gettext_lazy("Time"), "time", "created_timestamp", sort="pk"),
        Column("kind", gettext_lazy("About"), "choice", hidden=True, labels=dict(Notification.Kind.choices)),
    ),
    empty=Empty(
        gettext_lazy("Nothing to tell."),
        gettext_lazy("Finished jobs, alarms and decisions on what you asked for appear here."),
    ),
    row_action=RowAction(
        gettext_lazy("Mark as read"),
        "notification-read",
        "MarkNotificationsRead",
        when=lambda row: not row.is_read,
    ),
)


def _newest(listing: Listing) -> dict[str, Any]:
    newest = for_reader(listing.caller.owner_id, listing.caller.actor).filter(is_read=False)
    return {"newest": newest.order_by("-pk").values_list("pk", flat=True).first() or 0}


@require_safe
@never_cache
def notification_list(request: HttpRequest) -> HttpResponse:
    return list_page(request, NOTIFICATIONS, template="notifications/list.html", context=_newest)


@require_safe
@never_cache
def notification_open(request: HttpRequest, pk: int) -> HttpResponse:
    """To the page that a notification is about. Whoever opens it has read it, as with a letter."""
    caller = caller_of(request)
    caller.require("DescribeNotifications")
    row = _rows(caller).filter(pk=pk).first()
    if row is None:
        raise Http404
    mark_notifications_read(caller, notification_ids=[pk])
    try:
        return HttpResponseRedirect(url_to(caller, *row.link) if row.link else _list_url(caller))
    except NoReverseMatch:  # a page of an earlier version
        return HttpResponseRedirect(_list_url(caller))


def _list_url(caller: Caller) -> str:
    return url_to(caller, NOTIFICATIONS.url_name)


@require_POST
def notification_read(request: HttpRequest, pk: int) -> HttpResponse:
    """Back to the list as it was narrowed."""
    caller, query = caller_of(request), request.POST.get("query", "")
    mark_notifications_read(caller, notification_ids=[pk])
    return leave(request, f"{_list_url(caller)}?{query}" if query else _list_url(caller))


@require_POST
def notification_read_all(request: HttpRequest) -> HttpResponse:
    """All up to the newest that the page showed; without one, all."""
    through = whole(request.POST.get("through", ""), most=LARGEST_KEY)
    mark_all_notifications_read(caller_of(request), through=through)
    messages.success(request, _("All notifications are marked as read."))
    return done(request, "notification-list")


@require_safe
@never_cache
def notification_bell(request: HttpRequest) -> HttpResponse:
    """The bell alone, which asks for itself again. `polled` and `seen` are what it knew."""
    caller = caller_of(request)
    caller.require("DescribeNotifications")
    polled, seen = (whole(request.GET.get(name, "")) for name in ("polled", "seen"))
    unread = callers.unread_notifications(request)
    return HttpResponse(
        render_to_string("components/bell.html", bell.context(caller, unread, polled=polled, seen=seen))
    )


scoped_urlpatterns = [
    path("notifications/", notification_list, name="notification-list"),
    path("notifications/bell/", notification_bell, name="notification-bell"),
    path("notifications/read/", notification_read_all, name="notification-read-all"),
    path("notifications/<int:pk>/", notification_open, name="notification-open"),
    path("notifications/<int:pk>/read/", notification_read, name="notification-read"),
]
