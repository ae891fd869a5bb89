"""Event destinations of a configuration set: where events go, and trying it out."""

from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from console.callers import caller_of, url_to
from console.forms.event_destinations import EventDestinationForm, EventTypeForm, QuickForm
from console.fragments import done, page
from console.listing import list_page
from console.lists import BulkAction, Command, Create, Empty, ListSpec
from console.tables import Column
from console.views.configuration_sets import CONFIGURATION_SET
from messaging.caller import Caller
from messaging.errors import Refusal
from messaging.filters import Property, ResourceFilters
from messaging.models import ConfigurationSet, EventDestination
from messaging.operations.configuration_sets import named_set
from messaging.operations.event_destinations import (
    QUICK_NAMES,
    create_event_destination,
    create_event_destinations,
    delete_event_destination,
    destination_named,
    destinations_of,
    target_of,
    update_event_destination,
)
from messaging.operations.event_examples import send_test_event, single_types
from messaging.reference import quotas

EVENT_DESTINATION_FILTERS = ResourceFilters(
    EventDestination,
    {
        "kind": Property(
            gettext_lazy("Destination"), "kind", "choice", EventDestination.Kind.choices, console_only=True
        ),
        "enabled": Property(gettext_lazy("Enabled"), "enabled", "flag", console_only=True),
    },
    search=["event_destination_name__icontains"],
)


def _rows(caller: Caller, key: str) -> QuerySet[EventDestination]:
    return destinations_of(named_set(caller, key)).select_related("configuration_set")


def _switch(enabled: bool) -> Any:
    def apply(caller: Caller, row: EventDestination, parameters: dict[str, Any]) -> Any:
        return update_event_destination(
            caller,
            configuration_set_name=row.configuration_set.configuration_set_name,
            event_destination_name=row.event_destination_name,
            enabled=enabled,
        )

    return apply


def _delete(caller: Caller, row: EventDestination, parameters: dict[str, Any]) -> Any:
    return delete_event_destination(
        caller,
        configuration_set_name=row.configuration_set.configuration_set_name,
        event_destination_name=row.event_destination_name,
    )


EVENT_DESTINATIONS = ListSpec(
    name="event-destinations",
    title=gettext_lazy("Event destinations"),
    url_name="configuration-set-destinations",
    action="DescribeConfigurationSets",
    rows=_rows,
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
    bulk=(
        BulkAction(
            "enable",
            gettext_lazy("Turn event publishing on"),
            "UpdateEventDestination",
            apply=_switch(True),
            changes=lambda row, parameters: _("Gets events from then on."),
            skip=lambda row, parameters: _("It is on already.") if row.enabled else "",
        ),
        BulkAction(
            "disable",
            gettext_lazy("Turn event publishing off"),
            "UpdateEventDestination",
            apply=_switch(False),
            changes=lambda row, parameters: _("Gets no more events."),
            skip=lambda row, parameters: "" if row.enabled else _("It is off already."),
        ),
        BulkAction(
            "delete",
            gettext_lazy("Delete event destinations"),
            "DeleteEventDestination",
            apply=_delete,
            changes=lambda row, parameters: _("Is deleted."),
            consequence=gettext_lazy("Events of the set's messages no longer go there."),
            irreversible=True,
        ),
    ),
)


@require_safe
def configuration_set_destinations(request: HttpRequest, key: str) -> HttpResponse:
    caller = caller_of(request)
    row = named_set(caller, key)
    context = {
        **CONFIGURATION_SET.context(request, row, "destinations"),
        "most": quotas()["event_destinations"].value,
        "quick_url": url_to(caller, "event-destination-quick", row.name)
        if caller.may("CreateEventDestinations")
        else "",
    }
    return list_page(request, EVENT_DESTINATIONS, key, template="event_destinations/list.html", context=context)


def _known_targets(caller: Caller) -> list[str]:
    """The targets that destinations of the account name, for the list behind the field. One query."""
    rows = EventDestination.objects.filter(configuration_set__owner_id=caller.owner_id)
    return list(rows.order_by("target_arn").values_list("target_arn", flat=True).distinct()[:100])


def _base(request: HttpRequest, row: ConfigurationSet, heading: str) -> dict[str, Any]:
    caller = caller_of(request)
    context = CONFIGURATION_SET.context(request, row, "destinations")
    url = url_to(caller, "configuration-set-destinations", row.name)
    crumbs = [*context["crumbs"], {"label": EVENT_DESTINATIONS.title, "url": url}]
    return {**context, "crumbs": crumbs, "heading": heading, "title": heading, "destinations_url": url}


@require_http_methods(["GET", "POST"])
def event_destination_create(request: HttpRequest, key: str) -> HttpResponse:
    caller = caller_of(request)
    caller.require("CreateEventDestination")
    row = named_set(caller, key)
    form = EventDestinationForm(request.POST if request.method == "POST" else None, caller=caller)
    if request.method == "POST" and form.is_valid():
        try:
            made = create_event_destination(caller, configuration_set_name=row.name, **form.parameters)
            if not form.cleaned_data["enabled"]:
                update_event_destination(
                    caller,
                    configuration_set_name=row.name,
                    event_destination_name=made.row.event_destination_name,
                    enabled=False,
                )
        except Refusal as refusal:
            form.refuse(refusal)
        else:
            return _saved(request, row, made.row.event_destination_name)
    context = {
        **_base(request, row, _("Add event destination")),
        "form": form,
        "known_targets": _known_targets(caller),
        "submit_label": _("Create event destination"),
    }
    return page(request, "event_destinations/form.html", context, status=422 if form.errors else 200)


def _saved(request: HttpRequest, row: ConfigurationSet, name: str) -> HttpResponse:
    messages.success(request, _("The event destination “%(name)s” was saved.") % {"name": name})
    return done(request, "configuration-set-destinations", row.name)


@require_http_methods(["GET", "POST"])
def event_destination_edit(request: HttpRequest, key: str, name: str) -> HttpResponse:
    """One destination, to look at and, for those who may, to change, to try and to delete."""
    caller = caller_of(request)
    row = named_set(caller, key)
    before = destination_named(row, name)
    form = EventDestinationForm(request.POST if request.method == "POST" else None, caller=caller, before=before)
    if request.method == "POST":
        caller.require("UpdateEventDestination")
        if form.is_valid():
            try:
                update_event_destination(
                    caller,
                    configuration_set_name=row.name,
                    enabled=form.cleaned_data["enabled"],
                    **form.parameters,
                )
            except Refusal as refusal:
                form.refuse(refusal)
            else:
                return _saved(request, row, name)
    context = {
        **_base(request, row, name),
        "form": form,
        "destination": before,
        "known_targets": _known_targets(caller),
        "submit_label": _("Save event destination"),
        "may_save": caller.may("UpdateEventDestination"),
        "may_test": caller.may("SendTestEvent"),
        "test_form": EventTypeForm(types=single_types(before.matching_event_types)),
        "delete_destination_url": url_to(caller, "event-destination-delete", row.name, name)
        if caller.may("DeleteEventDestination")
        else "",
    }
    return page(request, "event_destinations/form.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
def event_destination_delete(request: HttpRequest, key: str, name: str) -> HttpResponse:
    """It can be made again, so a confirmation is enough."""
    caller = caller_of(request)
    caller.require("DeleteEventDestination")
    row = named_set(caller, key)
    destination_named(row, name)
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


@require_POST
def event_destination_test(request: HttpRequest, key: str, name: str) -> HttpResponse:
    """Send a test event and go to its delivery."""
    caller = caller_of(request)
    try:
        entry = send_test_event(
            caller,
            configuration_set_name=key,
            event_destination_name=name,
            event_type=request.POST.get("event_type", ""),
        )
    except Refusal as refusal:
        if not refusal.reason:
            raise
        messages.error(request, f"{refusal.message} {refusal.next_step}")
        return done(request, "event-destination-edit", key, name)
    messages.success(request, _("The test event is on its way."))
    return done(request, "delivery-detail", entry.pk)


@require_http_methods(["GET", "POST"])
def event_destination_quick(request: HttpRequest, key: str) -> HttpResponse:
    """One destination of each kind in one go."""
    caller = caller_of(request)
    caller.require("CreateEventDestinations")
    row = named_set(caller, key)
    form = QuickForm(
        request.POST if request.method == "POST" else None,
        matching=("ALL",),
        initial={"iam_role_arn": f"arn:aws:iam::{caller.account_id}:role/switchboard-events"},
    )
    if request.method == "POST" and form.is_valid():
        try:
            create_event_destinations(
                caller,
                configuration_set_name=row.name,
                matching_event_types=form.matching_event_types,
                iam_role_arn=form.cleaned_data["iam_role_arn"],
            )
        except Refusal as refusal:
            form.refuse(refusal)
        else:
            messages.success(request, _("A log group, a delivery stream and a topic now get the events of this set."))
            return done(request, "configuration-set-destinations", row.name)
    context = {
        **_base(request, row, _("Quick set-up")),
        "form": form,
        "made": [(name, kind.label, target_of(caller, kind, row.name)) for kind, name in QUICK_NAMES.items()],
        "submit_label": _("Create three event destinations"),
    }
    return page(request, "event_destinations/quick.html", context, status=422 if form.errors else 200)


BASE = "configuration-sets/<str:key>/event-destinations/"
# “+” can be no name, so that a destination may be called “create”.
scoped_urlpatterns = [
    path(BASE, configuration_set_destinations, name="configuration-set-destinations"),
    path(f"{BASE}+/create/", event_destination_create, name="event-destination-create"),
    path(f"{BASE}+/quick/", event_destination_quick, name="event-destination-quick"),
    path(f"{BASE}<str:name>/", event_destination_edit, name="event-destination-edit"),
    path(f"{BASE}<str:name>/delete/", event_destination_delete, name="event-destination-delete"),
    path(f"{BASE}<str:name>/test/", event_destination_test, name="event-destination-test"),
]
