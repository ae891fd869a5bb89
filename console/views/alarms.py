"""Alarms: list, create with a preview, detail with datapoints and history, edit, delete."""

from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from console import spending
from console.callers import caller_of, url_to
from console.charts import Chart, Series
from console.forms.alarms import PERIODS, AlarmForm
from console.fragments import done, page
from console.listing import list_page
from console.lists import Create, Empty, ListSpec
from console.tables import Column
from messaging import clock
from messaging.caller import Caller
from messaging.errors import Refusal
from messaging.filters import Property, ResourceFilters
from messaging.models import Alarm
from messaging.operations.alarm_news import shown
from messaging.operations.alarms import BREACHES, SCALE, create_alarm, delete_alarm, update_alarm, value_of
from messaging.operations.topics import describe_topics, topic_arn

POINTS, CHANGES = 60, 50
SIGNS = {
    Alarm.Comparison.GREATER: ">",
    Alarm.Comparison.GREATER_OR_EQUAL: "≥",
    Alarm.Comparison.EQUAL: "=",
    Alarm.Comparison.LOWER: "<",
    Alarm.Comparison.LOWER_OR_EQUAL: "≤",
}


def condition(row: Alarm) -> str:
    """“TextMessageMonthlySpend > 10.00 USD”."""
    return f"{row.metric} {SIGNS[Alarm.Comparison(row.comparison)]} {shown(row, row.threshold)}"


def _rows(caller: Caller) -> QuerySet[Alarm]:
    rows: QuerySet[Alarm] = Alarm.objects.for_caller(caller)
    return rows


ALARMS = ListSpec(
    name="alarms",
    title=gettext_lazy("Alarms"),
    purpose=gettext_lazy("They watch spend and delivery, and tell a topic and the members when a threshold is passed."),
    url_name="alarm-list",
    action="DescribeAlarms",
    rows=_rows,
    filters=ResourceFilters(
        Alarm,
        {
            "state": Property(gettext_lazy("State"), "state", "choice", Alarm.State.choices, console_only=True),
            "metric": Property(gettext_lazy("Metric"), "metric", "choice", Alarm.Metric.choices, console_only=True),
            "enabled": Property(gettext_lazy("Switched on"), "enabled", "flag", console_only=True),
        },
        search=["alarm_name__icontains"],
    ),
    key="alarm_id",
    detail="alarm-detail",
    sort="name",
    columns=(
        Column("name", gettext_lazy("Alarm"), "words", "alarm_name", sort="alarm_name"),
        Column("state", gettext_lazy("State"), "status", sort="state"),
        Column("condition", gettext_lazy("Condition"), "prose", condition),
        Column("since", gettext_lazy("Since"), "time", "state_since", sort="state_since"),
        Column("enabled", gettext_lazy("Switched on"), "flag", sort="enabled"),
        Column("topic", gettext_lazy("Topic"), "id", "topic_arn", hidden=True),
        Column("created", gettext_lazy("Created"), "time", "created_timestamp", sort="created_timestamp", hidden=True),
    ),
    search_hint=gettext_lazy("Part of a name"),
    empty=Empty(
        gettext_lazy("An alarm watches what messages cost or how many arrive."),
        gettext_lazy("You hear of it before a spend limit stops sending, or when carriers begin to refuse."),
    ),
    create=Create(gettext_lazy("Create alarm"), "alarm-create", "CreateAlarm"),
)


@require_safe
@never_cache
def alarm_list(request: HttpRequest) -> HttpResponse:
    context = {"tabs": spending.tabs(caller_of(request), "alarm-list")}
    return list_page(request, ALARMS, template="spending/alarms.html", context=context)


def _crumbs(caller: Caller, row: Alarm | None = None) -> list[dict[str, Any]]:
    found = spending.crumbs(caller, to="alarm-list", label=_("Alarms"))
    if row is not None:
        found.append({"label": row.alarm_name, "url": url_to(caller, "alarm-detail", row.alarm_id)})
    return found


@require_safe
@never_cache
def alarm_detail(request: HttpRequest, key: str) -> HttpResponse:
    caller = caller_of(request)
    caller.require("DescribeAlarms")
    row: Alarm = Alarm.objects.named(caller, key)
    points = list(row.datapoints.all()[:POINTS])[::-1]
    context = {
        "title": row.alarm_name,
        "crumbs": _crumbs(caller),
        "alarm": row,
        "condition": condition(row),
        "period": dict(PERIODS)[row.period_seconds],
        "chart": _chart(row, points) if points else None,
        "changes": [
            (one, shown(row, one.value) if one.value is not None else "") for one in row.changes.all()[:CHANGES]
        ],
        "can_edit": caller.may("UpdateAlarm"),
        "can_delete": caller.may("DeleteAlarm"),
        "own_topic": row.topic_arn.startswith(topic_arn(caller, "x")[:-1]),
        "topic_name": row.topic_arn.rpartition(":")[2],
    }
    return page(request, "spending/alarm.html", context)


def _chart(row: Alarm, points: list[Any]) -> Chart:
    """Datapoints as bars: those that fit the condition in the colour of failures. USD, or per cent."""
    scale = 1_000 if row.metric.endswith("Spend") else SCALE
    days = row.period_seconds >= 3600
    return Chart(
        title=_("Datapoints, in USD") if scale == 1_000 else _("Datapoints, in per cent"),
        labels=[timezone.localtime(one.ends_at).strftime("%d. %H:%M" if days else "%H:%M") for one in points],
        series=[
            Series(_("Fits the condition"), [round(p.value / scale) if p.breaching else 0 for p in points], colour=5),
            Series(_("Does not"), [0 if p.breaching else round(p.value / scale) for p in points], colour=1),
        ],
        cents=scale == 1_000,
        id="datapoints",
        sums=False,
    )


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def alarm_create(request: HttpRequest) -> HttpResponse:
    """The form; Preview shows what the alarm would say now, Create alarm makes it."""
    caller = caller_of(request)
    caller.require("CreateAlarm")
    initial = {name: request.GET[name] for name in ("metric", "threshold") if name in request.GET}
    form = _form(request, initial)
    if request.method == "POST" and "preview" not in request.POST and form.is_valid():
        try:
            row = create_alarm(caller, **_settings(caller, form))
        except Refusal as refusal:
            form.refuse(refusal)
        else:
            messages.success(request, _("The alarm “%(name)s” was created.") % {"name": row.alarm_name})
            return done(request, "alarm-detail", row.alarm_id)
    context = {
        "title": _("Create alarm"),
        "crumbs": _crumbs(caller),
        "form": form,
        "submit": _("Create alarm"),
        "cancel": url_to(caller, "alarm-list"),
        "preview": _preview(caller, form),
    }
    return page(request, "spending/alarm_form.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def alarm_edit(request: HttpRequest, key: str) -> HttpResponse:
    caller = caller_of(request)
    caller.require("UpdateAlarm")
    row: Alarm = Alarm.objects.named(caller, key)
    form = _form(request, AlarmForm.of(row), row.topic_arn)
    if request.method == "POST" and "preview" not in request.POST and form.is_valid():
        try:
            update_alarm(caller, alarm_id=row.alarm_id, **_settings(caller, form))
        except Refusal as refusal:
            form.refuse(refusal)
        else:
            messages.success(request, _("The alarm was saved."))
            return done(request, "alarm-detail", row.alarm_id)
    context = {
        "title": _("Edit alarm"),
        "crumbs": _crumbs(caller, row),
        "form": form,
        "submit": _("Save alarm"),
        "cancel": url_to(caller, "alarm-detail", row.alarm_id),
        "preview": _preview(caller, form),
    }
    return page(request, "spending/alarm_form.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def alarm_delete(request: HttpRequest, key: str) -> HttpResponse:
    caller = caller_of(request)
    caller.require("DeleteAlarm")
    row: Alarm = Alarm.objects.named(caller, key)
    if request.method == "POST":
        delete_alarm(caller, alarm_id=row.alarm_id)
        messages.success(request, _("The alarm “%(name)s” was deleted.") % {"name": row.alarm_name})
        return done(request, "alarm-list")
    context = {
        "title": _("Delete alarm “%(name)s”") % {"name": row.alarm_name},
        "crumbs": _crumbs(caller, row),
        "consequences": [
            _("Nobody is told any more when the threshold is passed."),
            _("Its datapoints and its history are deleted. This cannot be undone."),
        ],
        "verb": _("Delete alarm"),
        "cancel_url": url_to(caller, "alarm-detail", row.alarm_id),
    }
    return page(request, "spending/confirm.html", context, fragment="dialog")


def _form(request: HttpRequest, initial: dict[str, Any], topic: str = "") -> AlarmForm:
    topics = [one.topic_arn for one in describe_topics(caller_of(request))]
    known = sorted({*topics, *([topic] if topic else [])})
    return AlarmForm(request.POST if request.method == "POST" else None, initial=initial, topics=known)


def _settings(caller: Caller, form: AlarmForm) -> dict[str, Any]:
    """The form's values with the ARN of a new topic. Raises Invalid for what cannot be the name of one."""
    new = form.cleaned_data["new_topic"]
    return form.settings | ({"topic_arn": topic_arn(caller, new)} if new else {})


def _preview(caller: Caller, form: AlarmForm) -> dict[str, Any] | None:
    """What the metric is at the moment and what the alarm would say to it."""
    if not form.is_bound or not form.is_valid():
        return None
    given = form.settings
    row = Alarm(metric=given["metric"], comparison=given["comparison"], threshold=given["threshold"])
    end = clock.now()
    value = value_of(
        caller.owner_id, row.metric, given["statistic"], end - timedelta(seconds=given["period_seconds"]), end
    )
    return {
        "condition": condition(row),
        "value": shown(row, value) if value is not None else "",
        "breaching": value is not None and BREACHES[row.comparison](value, row.threshold),
    }


scoped_urlpatterns = [
    path("spending/alarms/", alarm_list, name="alarm-list"),
    path("spending/alarms/create/", alarm_create, name="alarm-create"),
    path("spending/alarms/<str:key>/", alarm_detail, name="alarm-detail"),
    path("spending/alarms/<str:key>/edit/", alarm_edit, name="alarm-edit"),
    path("spending/alarms/<str:key>/delete/", alarm_delete, name="alarm-delete"),
]
