"""Two-way and opt-out settings, the same on a phone number and on a pool."""

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from console import returning
from console.callers import caller_of, url_to
from console.forms.two_way import InboundTestForm, OptOutSettingsForm, TwoWayForm
from console.fragments import done, leave, page
from console.resources import Resource
from messaging.caller import Caller
from messaging.errors import Refusal
from messaging.models import InboundMessage, OutboxEntry, PhoneNumber, Pool
from messaging.operations.handover import published
from messaging.operations.inbound import inbound_payload, receive_inbound_message
from messaging.operations.origination_settings import TOPIC
from messaging.operations.topics import describe_topics


@dataclass(frozen=True, slots=True)
class Published:
    """An inbound message, the exact text that the topic got or would get, and where that stands."""

    inbound: InboundMessage
    payload: str
    entry: OutboxEntry | None


def own_topic(caller: Caller, arn: str) -> str:
    """The name of a topic of this account and Region, which has a page; nothing for any other destination."""
    prefix = f"arn:aws:sns:{caller.region}:{caller.account_id}:"
    return arn[len(prefix) :] if TOPIC.fullmatch(arn) and arn.startswith(prefix) else ""


def two_way_patterns(resource: Resource, update: Callable[..., Any], parameter: str) -> list[URLPattern]:
    """The tabs `<kind>-two-way` and `<kind>-opt-out-list`, and `<kind>-two-way-edit`, below the resource.

    update(caller, **{parameter: id}, **changes) changes the settings.
    """
    kind = resource.kind

    @require_http_methods(["GET", "HEAD", "POST"])
    @never_cache
    def two_way(request: HttpRequest, key: str) -> HttpResponse:
        """The settings; on a number also a test: a POST is a message from a handset."""
        caller = caller_of(request)
        row = resource.find(caller, key)
        form = InboundTestForm(request.POST if request.method == "POST" else None)
        if request.method == "POST":
            caller.require("ReceiveInboundMessage")
            if isinstance(row, PhoneNumber) and form.is_valid():
                try:
                    got = receive_inbound_message(caller, destination_number=row.phone_number, **form.cleaned_data)
                except Refusal as refusal:
                    form.refuse(refusal)
                else:
                    here = url_to(caller, f"{kind}-two-way", row.name)
                    return leave(request, f"{here}?received={got.inbound.inbound_message_id}")
        holder = getattr(row, "pool", None) or row
        context = {
            **resource.context(request, row, "two-way"),
            "holder": holder,
            "owner_pool": getattr(row, "pool", None),
            "is_number": isinstance(row, PhoneNumber),
            "topic": own_topic(caller, holder.two_way_channel_arn),
            "example": published(inbound_payload(_example(row))),
            "form": form,
            "can_test": isinstance(row, PhoneNumber) and caller.may("ReceiveInboundMessage"),
            "received": _received(caller, row, request.GET.get("received", "")),
        }
        status = 422 if request.method == "POST" else 200
        return page(request, "resources/two_way.html", context, fragment="tab", status=status)

    @require_http_methods(["GET", "HEAD", "POST"])
    def two_way_edit(request: HttpRequest, key: str) -> HttpResponse:
        caller = caller_of(request)
        caller.require(resource.update_action)
        row = resource.find(caller, key)
        topics = describe_topics(caller)
        form = TwoWayForm(request.POST if request.method == "POST" else None, caller=caller, row=row, topics=topics)
        if request.method == "POST" and form.is_valid():
            try:
                update(caller, **{parameter: row.name}, **form.parameters)
            except Refusal as refusal:
                form.refuse(refusal)
            else:
                messages.success(request, _("The two-way settings were saved."))
                return done(request, f"{kind}-two-way", row.name)
        context = {
            **resource.context(request, row, "two-way"),
            "heading": _("Edit two-way settings"),
            "form": form,
            "topics": topics,
            "owner_pool": getattr(row, "pool", None),
            "cancel_url": url_to(caller, f"{kind}-two-way", row.name),
        }
        return page(request, "resources/two_way_edit.html", context, status=422 if form.errors else 200)

    @require_http_methods(["GET", "HEAD", "POST"])
    def opt_out_list(request: HttpRequest, key: str) -> HttpResponse:
        """The list that is heeded, who answers HELP and STOP, and the way to another list."""
        caller = caller_of(request)
        if request.method == "POST":
            caller.require(resource.update_action)
        row = resource.find(caller, key)
        here = url_to(caller, f"{kind}-opt-out-list", row.name)
        if request.method == "POST" and "create_list" in request.POST:
            kept = {"self_managed_opt_outs_enabled": "on"} if "self_managed_opt_outs_enabled" in request.POST else {}
            signed = returning.signed(f"{here}?{urlencode(kept)}" if kept else here)
            return leave(request, f"{url_to(caller, 'opt-out-list-create')}?{urlencode({'return': signed})}")
        form = OptOutSettingsForm(
            request.POST if request.method == "POST" else None,
            caller=caller,
            row=row,
            chosen=request.GET.get("opt_out_list_name", ""),
        )
        if "self_managed_opt_outs_enabled" in request.GET:
            form.initial["self_managed_opt_outs_enabled"] = True
        if request.method == "POST" and form.is_valid():
            try:
                update(caller, **{parameter: row.name}, **form.changes)
            except Refusal as refusal:
                form.refuse(refusal)
            else:
                text = _("It now uses the opt-out list “%(name)s”.") % {"name": form.cleaned_data["opt_out_list_name"]}
                moved = "opt_out_list_name" in form.changes
                messages.success(request, text if moved else _("The settings were saved."))
                return leave(request, here)
        context = {
            **resource.context(request, row, "opt-out-list"),
            "form": form,
            "owner_pool": getattr(row, "pool", None),
            "two_way_edit_url": url_to(caller, f"{kind}-two-way-edit", row.name),
            "ready": row.two_way_enabled and TOPIC.fullmatch(row.two_way_channel_arn),
            "can_create": caller.may("CreateOptOutList"),
        }
        return page(request, "resources/opt_outs.html", context, fragment="tab", status=422 if form.errors else 200)

    return [
        path(f"{resource.path}two-way/", two_way, name=f"{kind}-two-way"),
        path(f"{resource.path}two-way/edit/", two_way_edit, name=f"{kind}-two-way-edit"),
        path(f"{resource.path}opt-out-list/", opt_out_list, name=f"{kind}-opt-out-list"),
    ]


def _example(row: PhoneNumber | Pool) -> InboundMessage:
    """A message as it could arrive, made up."""
    return InboundMessage(
        inbound_message_id=uuid.UUID("cae173d2-66b9-564c-8309-21f858e9fb84"),
        origination_number="+14255550182",
        destination_number=row.phone_number if isinstance(row, PhoneNumber) else "+12125550101",
        message_keyword="JOIN",
        message_body="JOIN",
    )


def _received(caller: Caller, row: Any, given: str) -> Published | None:
    """The inbound message that `?received=` names, when it came to this number."""
    try:
        key = uuid.UUID(given)
    except ValueError:
        return None
    found = InboundMessage.objects.for_caller(caller).filter(pk=key, phone_number_id=row.name).first()
    if found is None:
        return None
    entry = OutboxEntry.objects.for_caller(caller).filter(event_id=key, event_destination=None).first()
    return Published(found, published(inbound_payload(found)), entry)
