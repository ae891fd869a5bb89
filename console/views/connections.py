"""Connections: which of an account's log groups, delivery streams, topics and buckets are services elsewhere."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import path
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from console.callers import caller_of, url_to
from console.forms.connections import ConnectionForm
from console.fragments import done, page
from messaging.caller import Caller
from messaging.errors import Conflict, Refusal
from messaging.operations.connections import (
    ACCOUNT,
    INSTALLATION,
    Connection,
    delete_connection,
    describe_connections,
    put_connection,
    run_test,
)


def _decided(connection: Connection) -> str:
    """Who has decided so, as a sentence."""
    if connection.decided_by == INSTALLATION:
        return _("By the settings of the installation.")
    return _("By this account.") if connection.decided_by == ACCOUNT else _("Nobody has connected it.")


def _crumbs(caller: Caller) -> list[dict[str, Any]]:
    return [{"label": _("Settings"), "url": url_to(caller, "settings")}]


@require_safe
@never_cache
def connection_list(request: HttpRequest) -> HttpResponse:
    caller = caller_of(request)
    context = {
        "title": _("Connections"),
        "purpose": _("Events and media stay in this installation unless a service elsewhere is connected here."),
        "crumbs": _crumbs(caller),
        "connections": [(one, _decided(one)) for one in describe_connections(caller)],
    }
    return page(request, "connections/list.html", context)


def _found(caller: Caller, service: str) -> Connection:
    found = next((one for one in describe_connections(caller) if one.service == service.upper()), None)
    if found is None:
        raise Http404
    return found


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def connection_edit(request: HttpRequest, service: str) -> HttpResponse:
    caller = caller_of(request)
    caller.require("PutConnection")
    found = _found(caller, service)
    form = ConnectionForm(request.POST if request.method == "POST" else None, connection=found)
    if request.method == "POST" and form.is_valid():
        try:
            put_connection(caller, service=found.service, **form.parameters)
        except Refusal as refusal:
            form.refuse(refusal)
        else:
            messages.success(request, _("The connection was saved."))
            return done(request, "connection-list")
    context = {
        "title": found.label,
        "purpose": _decided(found),
        "crumbs": [*_crumbs(caller), {"label": _("Connections"), "url": url_to(caller, "connection-list")}],
        "connection": found,
        "form": form,
        "cancel_url": url_to(caller, "connection-list"),
    }
    return page(request, "connections/edit.html", context, status=422 if form.errors else 200)


@require_POST
def connection_test(request: HttpRequest, service: str) -> HttpResponse:
    """Ask the service something; the answer is a message on the list."""
    caller = caller_of(request)
    found = _found(caller, service)
    try:
        succeeded, detail = run_test(caller, found.service)
    except Conflict as refusal:
        messages.error(request, str(refusal))
        return done(request, "connection-list")
    if succeeded:
        messages.success(
            request, _("%(service)s: the connection works (%(detail)s).") % {"service": found.label, "detail": detail}
        )
    else:
        messages.error(
            request, _("%(service)s cannot be reached: %(detail)s") % {"service": found.label, "detail": detail}
        )
    return done(request, "connection-list")


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def connection_delete(request: HttpRequest, service: str) -> HttpResponse:
    """Ask, then forget what the account says: the stored secret cannot be had back."""
    caller = caller_of(request)
    caller.require("DeleteConnection")
    found = _found(caller, service)
    if request.method == "POST":
        delete_connection(caller, service=found.service)
        messages.success(request, _("What the account said of this service is forgotten, with its credentials."))
        return done(request, "connection-list")
    context = {
        "title": _("Forget connection: %(service)s") % {"service": found.label},
        "crumbs": [*_crumbs(caller), {"label": _("Connections"), "url": url_to(caller, "connection-list")}],
        "consequences": [
            _("The stored credentials are deleted and cannot be brought back."),
            _("From then on the settings of the installation decide where events and media go."),
        ],
        "verb": _("Forget connection"),
        "cancel_url": url_to(caller, "connection-list"),
    }
    return page(request, "spending/confirm.html", context, fragment="dialog")


scoped_urlpatterns = [
    path("settings/connections/", connection_list, name="connection-list"),
    path("settings/connections/<slug:service>/", connection_edit, name="connection-edit"),
    path("settings/connections/<slug:service>/test/", connection_test, name="connection-test"),
    path("settings/connections/<slug:service>/forget/", connection_delete, name="connection-delete"),
]
