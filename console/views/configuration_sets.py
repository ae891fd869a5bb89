"""Configuration sets: defaults of a send and where its events go."""

from collections.abc import Callable, Sequence
from typing import Any

from django.contrib import messages
from django.db.models import Count, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from console.callers import caller_of, url_to
from console.forms.configuration_sets import CreateForm, DefaultsForm, EventDestinationForm
from console.fragments import done, page
from console.listing import list_page
from console.lists import Command, Create, Empty, ListSpec
from console.resources import COMMON_TABS, Deletion, Dependant, Resource, Tab
from console.tables import Column
from console.tagging import TagRows
from messaging.caller import Caller
from messaging.errors import Refusal, Text
from messaging.filters import CONFIGURATION_SET_FILTERS, Property, ResourceFilters
from messaging.models import ConfigurationSet, EventDestination, MessageType
from messaging.operations.configuration_sets import (
    create_configuration_set,
    delete_configuration_set,
    delete_default_message_type,
    delete_default_sender_id,
    named_set,
    set_default_message_feedback_enabled,
    set_default_message_type,
    set_default_sender_id,
)
from messaging.operations.event_destinations import (
    create_event_destination,
    delete_event_destination,
    destinations_of,
    update_event_destination,
)


def _rows(caller: Caller) -> QuerySet[ConfigurationSet]:
    rows: QuerySet[ConfigurationSet] = ConfigurationSet.objects.for_caller(caller).select_related("owner")
    return rows.annotate(destinations=Count("event_destinations"))


CONFIGURATION_SETS = ListSpec(
    name="configuration-sets",
    title=gettext_lazy("Configuration sets"),
    purpose=gettext_lazy("Named defaults for sends, and the destinations of their events."),
    url_name="configuration-set-list",
    action="DescribeConfigurationSets",
    rows=_rows,
    filters=CONFIGURATION_SET_FILTERS,
    key="configuration_set_name",
    detail="configuration-set-detail",
    sort="name",
    columns=(
        Column("name", gettext_lazy("Name"), value="configuration_set_name", sort="configuration_set_name"),
        Column(
            "message_type",
            gettext_lazy("Default message type"),
            "choice",
            "default_message_type",
            sort="default_message_type",
            labels=dict(MessageType.choices),
        ),
        Column("sender_id", gettext_lazy("Default sender ID"), value="default_sender_id", sort="default_sender_id"),
        Column("feedback", gettext_lazy("Message feedback"), "flag", "default_message_feedback_enabled"),
        Column("destinations", gettext_lazy("Event destinations"), "number"),
        Column("protect", gettext_lazy("Protect configuration"), "id", "protect_configuration_id", hidden=True),
        Column("created", gettext_lazy("Created"), "time", "created_timestamp", sort="created_timestamp"),
        Column("arn", gettext_lazy("ARN"), "id", hidden=True),
    ),
    search_hint=gettext_lazy("Search by name"),
    empty=Empty(
        gettext_lazy("A configuration set holds defaults that a send names."),
        gettext_lazy("It also says where the events of its messages go: logs, files or topics."),
    ),
    create=Create(gettext_lazy("Create configuration set"), "configuration-set-create", "CreateConfigurationSet"),
    command=Command("describe-configuration-sets"),
)

EVENT_DESTINATION_FILTERS = ResourceFilters(
    EventDestination,
    {
        "kind": Property(
            gettext_lazy("Destination"), "kind", "choice", EventDestination.Kind.choices, console_only=True
        ),
        "enabled": Property(gettext_lazy("Enabled"), "enabled", "flag", console_only=True),
    },
)


def _destination_rows(caller: Caller, key: str) -> QuerySet[EventDestination]:
    return destinations_of(_find(caller, key))


EVENT_DESTINATIONS = ListSpec(
    name="event-destinations",
    title=gettext_lazy("Event destinations"),
    url_name="configuration-set-destinations",
    action="DescribeConfigurationSets",
    rows=_destination_rows,
    filters=EVENT_DESTINATION_FILTERS,
    key="event_destination_name",
    detail="event-destination-edit",
    detail_takes_args=True,
    sort="name",
    columns=(
        Column("name", gettext_lazy("Name"), value="event_destination_name", sort="event_destination_name"),
        Column(
            "kind",
            gettext_lazy("Destination"),
            "choice",
            sort="kind",
            labels=dict(EventDestination.Kind.choices),
        ),
        Column(
            "enabled",
            gettext_lazy("State"),
            "status",
            lambda row: "ENABLED" if row.enabled else "DISABLED",
            sort="enabled",
        ),
        Column("events", gettext_lazy("Events"), "list", "matching_event_types"),
        Column("target", gettext_lazy("ARN"), "id", "target_arn"),
    ),
    empty=Empty(
        gettext_lazy("Events of the set's messages go nowhere yet."),
        gettext_lazy("Add a log group, a delivery stream or a topic to follow what becomes of messages."),
    ),
    create=Create(gettext_lazy("Add event destination"), "event-destination-create", "CreateEventDestination"),
    command=Command("describe-configuration-sets", lambda key: ["--configuration-set-names", key], filters=False),
)


def _find(caller: Caller, key: str) -> ConfigurationSet:
    return named_set(caller, key)


def _destinations(caller: Caller, row: ConfigurationSet) -> Sequence[Dependant]:
    return [
        Dependant(
            found.event_destination_name,
            url_to(caller, "event-destination-edit", row.name, found.event_destination_name),
            _("event destination, deleted with it"),
        )
        for found in row.event_destinations.all()
    ]


def _consequences(row: ConfigurationSet) -> list[Text]:
    return [
        _("Sends that name this set are refused from then on."),
        _("Its event destinations are deleted with it. This cannot be undone."),
    ]


CONFIGURATION_SET = Resource(
    kind="configuration-set",
    path="configuration-sets/<str:key>/",
    spec=CONFIGURATION_SETS,
    find=_find,
    title=lambda row: row.configuration_set_name,
    update_action="SetDefaultMessageType",
    edit_url="configuration-set-edit",
    tabs=(
        Tab("detail", gettext_lazy("Overview")),
        Tab("destinations", gettext_lazy("Event destinations")),
        *COMMON_TABS,
    ),
    deletion=Deletion(
        operation=delete_configuration_set,
        parameter="configuration_set_name",
        action="DeleteConfigurationSet",
        verb=gettext_lazy("Delete configuration set"),
        consequences=_consequences,
        dependants=_destinations,
    ),
)


@require_safe
def configuration_set_list(request: HttpRequest) -> HttpResponse:
    return list_page(request, CONFIGURATION_SETS)


@require_http_methods(["GET", "POST"])
def configuration_set_create(request: HttpRequest) -> HttpResponse:
    caller = caller_of(request)
    caller.require("CreateConfigurationSet")
    form = CreateForm(request.POST if request.method == "POST" else None)
    rows, status = TagRows.of([]), 200
    if request.method == "POST":
        rows = TagRows.posted(request.POST)
        if rows.rearranged(request.POST):
            form = CreateForm(initial=request.POST.dict())
        else:
            status = 422
            if form.is_valid() & rows.is_valid():
                try:
                    row = create_configuration_set(caller, tags=rows.tags, **form.cleaned_data)
                except Refusal as refusal:
                    form.refuse(refusal)
                else:
                    messages.success(request, _("The configuration set “%(name)s” was created.") % {"name": row.name})
                    return done(request, "configuration-set-detail", row.name)
    list_url = url_to(caller, CONFIGURATION_SETS.url_name)
    context = {
        "title": _("Create configuration set"),
        "crumbs": [{"label": CONFIGURATION_SETS.title, "url": list_url}],
        "form": form,
        "tag_rows": rows,
        "has_errors": status == 422,
        "submit_label": _("Create configuration set"),
        "cancel_url": list_url,
    }
    return page(request, "resources/create.html", context, status=status)


@require_safe
def configuration_set_detail(request: HttpRequest, key: str) -> HttpResponse:
    row = _find(caller_of(request), key)
    context = {
        **CONFIGURATION_SET.context(request, row, "detail"),
        "destinations": destinations_of(row)[:5],
    }
    return page(request, "configuration_sets/detail.html", context, fragment="tab")


def _set_or_clear(caller: Caller, name: str, value: str, put: Callable[[], Any], drop: Callable[..., Any]) -> None:
    if value:
        put()
    else:
        drop(caller, configuration_set_name=name)


def save_defaults(caller: Caller, name: str, changed: Sequence[str], values: dict[str, Any]) -> None:
    """Call the operation of each default that was changed."""
    if "default_message_type" in changed:
        given = values["default_message_type"]
        _set_or_clear(
            caller,
            name,
            given,
            lambda: set_default_message_type(caller, configuration_set_name=name, message_type=given),
            delete_default_message_type,
        )
    if "default_sender_id" in changed:
        sender = values["default_sender_id"]
        _set_or_clear(
            caller,
            name,
            sender,
            lambda: set_default_sender_id(caller, configuration_set_name=name, sender_id=sender),
            delete_default_sender_id,
        )
    if "default_message_feedback_enabled" in changed:
        set_default_message_feedback_enabled(
            caller,
            configuration_set_name=name,
            message_feedback_enabled=values["default_message_feedback_enabled"],
        )


@require_http_methods(["GET", "POST"])
def configuration_set_edit(request: HttpRequest, key: str) -> HttpResponse:
    caller = caller_of(request)
    caller.require("SetDefaultMessageType")
    row = _find(caller, key)
    initial = {name: getattr(row, name) for name in DefaultsForm.base_fields}
    form = DefaultsForm(request.POST if request.method == "POST" else None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            save_defaults(caller, row.name, form.changed_data, form.cleaned_data)
        except Refusal as refusal:
            form.refuse(refusal)
        else:
            messages.success(request, _("The defaults of the set were saved."))
            return done(request, "configuration-set-detail", row.name)
    context = {**CONFIGURATION_SET.context(request, row, "edit"), "form": form}
    return page(request, "resources/edit.html", context, status=422 if form.errors else 200)


@require_safe
def configuration_set_destinations(request: HttpRequest, key: str) -> HttpResponse:
    context = CONFIGURATION_SET.context(request, _find(caller_of(request), key), "destinations")
    return list_page(request, EVENT_DESTINATIONS, key, template="resources/list_tab.html", context=context)


@require_http_methods(["GET", "POST"])
def event_destination_edit(request: HttpRequest, key: str, name: str = "") -> HttpResponse:
    """Add a destination, or change one."""
    caller = caller_of(request)
    row = _find(caller, key)
    before = destinations_of(row).filter(event_destination_name=name).first() if name else None
    if name and before is None:
        raise Http404
    if not name:
        caller.require("CreateEventDestination")
    fields = ("event_destination_name", "kind", "target_arn", "iam_role_arn", "matching_event_types", "enabled")
    initial = {field: getattr(before, field) for field in fields} if before else None
    form = EventDestinationForm(request.POST if request.method == "POST" else None, initial=initial, fixed=bool(name))
    if request.method == "POST" and form.is_valid():
        save = update_event_destination if name else create_event_destination
        try:
            save(caller, configuration_set_name=row.name, **form.parameters)
        except Refusal as refusal:
            form.refuse(refusal)
        else:
            saved = form.cleaned_data["event_destination_name"]
            messages.success(request, _("The event destination “%(name)s” was saved.") % {"name": saved})
            return done(request, "configuration-set-destinations", row.name)
    context = {
        **CONFIGURATION_SET.context(request, row, "destinations"),
        "heading": name or _("Add event destination"),
        "form": form,
        "name": name,
        "destinations_url": url_to(caller, "configuration-set-destinations", row.name),
        "may_save": caller.may("UpdateEventDestination"),
        "delete_destination_url": url_to(caller, "event-destination-delete", row.name, name)
        if name and caller.may("DeleteEventDestination")
        else "",
    }
    return page(request, "configuration_sets/destination.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
def event_destination_delete(request: HttpRequest, key: str, name: str) -> HttpResponse:
    """It can be made again, so a confirmation is enough."""
    caller = caller_of(request)
    caller.require("DeleteEventDestination")
    row = _find(caller, key)
    if not row.event_destinations.filter(event_destination_name=name).exists():
        raise Http404
    if request.method == "POST":
        delete_event_destination(caller, configuration_set_name=row.name, event_destination_name=name)
        messages.success(request, _("The event destination “%(name)s” was deleted.") % {"name": name})
        return done(request, "configuration-set-destinations", row.name)
    context = {
        **CONFIGURATION_SET.context(request, row, ""),
        "heading": _("Delete event destination: %(name)s") % {"name": name},
        "verb": _("Delete event destination"),
        "consequences": [
            _("Events of the set's messages no longer go there."),
            _("Events that are still on their way to it are dropped."),
        ],
        "cancel_url": url_to(caller, "event-destination-edit", row.name, name),
    }
    return page(request, "resources/delete.html", context, fragment="dialog")


# “+” can be no name, so that a set or a destination may be called “create”.
scoped_urlpatterns = [
    path("configuration-sets/", configuration_set_list, name="configuration-set-list"),
    path("configuration-sets/+/create/", configuration_set_create, name="configuration-set-create"),
    path("configuration-sets/<str:key>/", configuration_set_detail, name="configuration-set-detail"),
    path("configuration-sets/<str:key>/edit/", configuration_set_edit, name="configuration-set-edit"),
    path(
        "configuration-sets/<str:key>/event-destinations/",
        configuration_set_destinations,
        name="configuration-set-destinations",
    ),
    path(
        "configuration-sets/<str:key>/event-destinations/+/create/",
        event_destination_edit,
        name="event-destination-create",
    ),
    path(
        "configuration-sets/<str:key>/event-destinations/<str:name>/",
        event_destination_edit,
        name="event-destination-edit",
    ),
    path(
        "configuration-sets/<str:key>/event-destinations/<str:name>/delete/",
        event_destination_delete,
        name="event-destination-delete",
    ),
    *CONFIGURATION_SET.patterns(),
]
