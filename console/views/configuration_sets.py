"""Configuration sets: defaults of a send and where its events go."""

from collections.abc import Callable, Sequence
from typing import Any

from django.contrib import messages
from django.db.models import Count, QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from console.callers import caller_of, url_to
from console.declarations import ADD_TAG, ARN, CREATED
from console.forms.configuration_sets import CreateForm, DefaultsForm
from console.fragments import done, page
from console.listing import list_page
from console.lists import Command, Create, Empty, ListSpec
from console.resources import COMMON_TABS, Deletion, Dependant, Resource, Tab
from console.tables import Column
from console.tagging import TagRows
from messaging.caller import Caller
from messaging.errors import Refusal, Text
from messaging.filters import CONFIGURATION_SET_FILTERS
from messaging.models import ConfigurationSet, MessageType
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
from messaging.operations.event_destinations import destinations_of


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
        CREATED,
        ARN,
    ),
    search_hint=gettext_lazy("Search by name"),
    empty=Empty(
        gettext_lazy("A configuration set holds defaults that a send names."),
        gettext_lazy("It also says where the events of its messages go: logs, files or topics."),
    ),
    create=Create(gettext_lazy("Create configuration set"), "configuration-set-create", "CreateConfigurationSet"),
    command=Command("describe-configuration-sets"),
    bulk=(ADD_TAG,),
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
    caller = caller_of(request)
    row = _find(caller, key)
    context = {
        **CONFIGURATION_SET.context(request, row, "detail"),
        "destinations": destinations_of(row)[:5],
        "quick_url": url_to(caller, "event-destination-quick", row.name)
        if caller.may("CreateEventDestinations")
        else "",
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
    return CONFIGURATION_SET.edit_page(
        request,
        row,
        form,
        lambda: save_defaults(caller, row.name, form.changed_data, form.cleaned_data),
        said=_("The defaults of the set were saved."),
    )


# “+” can be no name, so that a set or a destination may be called “create”.
scoped_urlpatterns = [
    path("configuration-sets/", configuration_set_list, name="configuration-set-list"),
    path("configuration-sets/+/create/", configuration_set_create, name="configuration-set-create"),
    path("configuration-sets/<str:key>/", configuration_set_detail, name="configuration-set-detail"),
    path("configuration-sets/<str:key>/edit/", configuration_set_edit, name="configuration-set-edit"),
    *CONFIGURATION_SET.patterns(),
]
