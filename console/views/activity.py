"""The activity log: who did what, through which door, with what result."""

import json

from django.db.models import BooleanField, Case, QuerySet, Value, When
from django.db.models.fields.json import KeyTextTransform
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import path
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from console.callers import caller_of
from console.fragments import page
from console.listing import list_page
from console.lists import Empty, ListSpec
from console.tables import Column
from messaging.caller import Caller, Door
from messaging.filters import Property, ResourceFilters
from messaging.models import Activity

DOORS = {
    Door.PAGE: gettext_lazy("Console page"),
    Door.WIRE: gettext_lazy("API"),
    Door.SIMULATOR: gettext_lazy("Simulator control"),
    Door.TASK: gettext_lazy("Background work"),
    Door.COMMAND: gettext_lazy("Command line"),
    Door.SIGN_IN: gettext_lazy("Sign-in"),
}
DONE = gettext_lazy("Done")

ACTIVITY_FILTERS = ResourceFilters(
    Activity,
    {
        "actor": Property(gettext_lazy("Who"), "actor", console_only=True),
        "door": Property(
            gettext_lazy("Door"), "door", "choice", [(str(d), label) for d, label in DOORS.items()], console_only=True
        ),
        "operation": Property(gettext_lazy("Operation"), "operation", console_only=True),
        "resource": Property(gettext_lazy("Resource"), "resource", console_only=True),
        "refused": Property(gettext_lazy("Refused"), "was_refused", "flag", console_only=True),
        "address": Property(gettext_lazy("From where"), "parameters__address", "id", console_only=True),
        "request-id": Property(gettext_lazy("Request ID"), "request_id", "id", console_only=True),
        "time": Property(gettext_lazy("Time"), "at", "time", console_only=True),
    },
    search=["resource__contains", "operation__istartswith", "actor__icontains"],
)


def _rows(caller: Caller) -> QuerySet[Activity]:
    refused = Case(When(refused="", then=Value(False)), default=Value(True), output_field=BooleanField())
    rows: QuerySet[Activity] = Activity.objects.for_caller(caller)
    address = KeyTextTransform("address", "parameters")  # of sign-ins
    return rows.defer("parameters").annotate(was_refused=refused, address=address)


ACTIVITY = ListSpec(
    name="activity",
    title=gettext_lazy("Activity log"),
    purpose=gettext_lazy("Every change, every refusal and every sign-in: who, through which door, with what result."),
    url_name="activity-list",
    action="DescribeActivity",
    rows=_rows,
    filters=ACTIVITY_FILTERS,
    key="pk",
    detail="activity-detail",
    sort="-time",
    search_hint=gettext_lazy("Resource, operation or who"),
    columns=(
        Column("time", gettext_lazy("Time"), "time", "at", sort="pk"),
        Column("operation", gettext_lazy("Operation"), sort="operation"),
        Column("resource", gettext_lazy("Resource"), "id"),
        Column("result", gettext_lazy("Result"), "prose", lambda row: row.refused or str(DONE)),
        Column("actor", gettext_lazy("Who"), "words"),
        Column(
            "door",
            gettext_lazy("Door"),
            "choice",
            hidden=True,
            labels={str(door): label for door, label in DOORS.items()},
        ),
        Column("address", gettext_lazy("From where"), hidden=True),
        Column("detail", gettext_lazy("Why refused"), "prose", hidden=True),
        Column("request_id", gettext_lazy("Request ID"), "id", hidden=True),
    ),
    empty=Empty(
        gettext_lazy("Nothing has been changed in this account and Region yet."),
        gettext_lazy("Every change by a person, a program or the simulator leaves a line here."),
    ),
)


@require_safe
def activity_list(request: HttpRequest) -> HttpResponse:
    return list_page(request, ACTIVITY)


@require_safe
def activity_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One call with its parameters (secrets and message texts are not in them)."""
    caller = caller_of(request)
    caller.require("DescribeActivity")
    entry = Activity.objects.for_caller(caller).filter(pk=pk).first()
    if entry is None:
        raise Http404
    context = {
        "entry": entry,
        "door": dict(ACTIVITY_FILTERS.properties["door"].choices).get(entry.door, entry.door),
        "parameters": json.dumps(entry.parameters, indent=2, ensure_ascii=False),
    }
    return page(request, "activity/detail.html", context)


scoped_urlpatterns = [
    path("activity/", activity_list, name="activity-list"),
    path("activity/<int:pk>/", activity_detail, name="activity-detail"),
]
