"""Built-in log groups: their records, searched, and each one's JSON."""

import json
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from console.callers import caller_of, url_to
from console.fragments import page
from console.listing import list_page
from console.lists import Empty, ListSpec
from console.tables import Column
from console.views.deliveries import newest_only
from messaging.caller import Caller
from messaging.errors import NotFound
from messaging.models import LogRecord
from messaging.operations.connections import describe_connections
from messaging.operations.log_groups import describe_log_groups, log_group_arn
from messaging.outbox_filters import RECORD_FILTERS, searchable


def _all(caller: Caller, key: str) -> QuerySet[LogRecord]:
    rows: QuerySet[LogRecord] = LogRecord.objects.for_caller(caller).filter(log_group=log_group_arn(caller, key))
    return rows


def _rows(caller: Caller, key: str) -> QuerySet[LogRecord]:
    return searchable(_all(caller, key))


RECORDS = ListSpec(
    name="log-records",
    title=gettext_lazy("Records"),
    url_name="log-group-detail",
    action="DescribeLogGroups",
    rows=_rows,
    filters=RECORD_FILTERS,
    key="pk",
    detail="log-record",
    sort="-written",
    columns=(
        Column("event_type", gettext_lazy("Event type")),
        Column("written", gettext_lazy("Written"), "time", "created_timestamp", sort="id"),
        Column("status", gettext_lazy("Status"), "status", "message_status"),
        Column("destination", gettext_lazy("Destination"), "phone"),
        Column("country", gettext_lazy("Country")),
        Column("message", gettext_lazy("Message id"), "id", "message_key", hidden=True),
        Column("event", gettext_lazy("Event id"), "id", "event_id", hidden=True),
        Column("record", gettext_lazy("Record"), "prose", lambda row: row.written, hidden=True),
    ),
    search_hint=gettext_lazy("Anything in a record"),
    empty=Empty(
        gettext_lazy("Nothing has been written to this log group yet."),
        gettext_lazy("Events come as soon as a message is sent with a configuration set whose destination it is."),
    ),
)


def connected_elsewhere(caller: Caller, service: str) -> str:
    """Where a service of the account goes when it is connected, for those who may know: its URL, or a word."""
    if not caller.may("DescribeConnections"):
        return ""
    found = next(one for one in describe_connections(caller) if one.service == service)
    if found.endpoint is None:
        return ""
    return found.endpoint.url or _("the provider’s own endpoint")


@require_safe
def log_group_list(request: HttpRequest) -> HttpResponse:
    caller = caller_of(request)
    context = {
        "title": _("Log groups"),
        "purpose": _("Where events are written as records that can be searched."),
        "groups": describe_log_groups(caller),
        "elsewhere": connected_elsewhere(caller, "LOGS"),
    }
    return page(request, "log_groups/list.html", context)


@require_safe
@never_cache
def log_group_detail(request: HttpRequest, key: str) -> HttpResponse:
    """The records of a group; one is there as soon as a destination names it."""
    caller = caller_of(request)
    arn = log_group_arn(caller, key)

    def context(listing: Any) -> dict[str, Any]:
        return {
            "title": key,
            "arn": arn,
            "crumbs": [{"label": _("Log groups"), "url": url_to(caller, "log-group-list")}],
            **newest_only(listing, _all(caller, key)),
        }

    return list_page(request, RECORDS, key, template="log_groups/detail.html", context=context)


@require_safe
@never_cache
def log_record(request: HttpRequest, pk: int) -> HttpResponse:
    """One record: its JSON."""
    caller = caller_of(request)
    caller.require("DescribeLogGroups")
    row: LogRecord | None = LogRecord.objects.for_caller(caller).filter(pk=pk).first()
    if row is None:
        raise NotFound("log-record", str(pk))
    key = row.log_group.removeprefix(log_group_arn(caller, ""))
    context = {
        "title": row.record.get("eventType", _("Record")),
        "crumbs": [
            {"label": _("Log groups"), "url": url_to(caller, "log-group-list")},
            {"label": key, "url": url_to(caller, "log-group-detail", key)},
        ],
        "row": row,
        "json": json.dumps(row.record, indent=2, ensure_ascii=False),
        "message_id": row.record.get("messageId", ""),
    }
    return page(request, "log_groups/record.html", context, fragment="dialog")


scoped_urlpatterns = [
    path("log-groups/", log_group_list, name="log-group-list"),
    path("log-groups/<path:key>/", log_group_detail, name="log-group-detail"),
    path("log-records/<int:pk>/", log_record, name="log-record"),
]
