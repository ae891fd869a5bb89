"""One recipient: a number across every opt-out list, what was sent to it and what it sent."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from console.callers import caller_of, url_to
from console.cells import international
from console.forms.fields import typed_number
from console.fragments import done, page
from messaging.country_names import country_name
from messaging.errors import NotFound
from messaging.models import Handset, InboundMessage, Message, OptedOutNumber, OptOutList, OptOutRemoval
from messaging.operations.opt_out_lists import removable_after
from messaging.text import e164

LATEST = 10
LISTS = 50  # more than an account may have by default


@dataclass(frozen=True, slots=True)
class OnList:
    """Where the number stands with one list. removable_from is set while an operator may not take it off again."""

    opt_out_list: OptOutList
    entry: OptedOutNumber | None
    removable_from: datetime | None


@require_safe
@never_cache
def recipient_detail(request: HttpRequest, number: str) -> HttpResponse:
    caller = caller_of(request)
    caller.require("DescribeRecipient")
    if not e164.is_number(number):
        raise NotFound("recipient", number)
    number = e164.normalise(number)
    entries = {
        entry.opt_out_list_id: entry
        for entry in OptedOutNumber.objects.filter(opt_out_list__owner_id=caller.owner_id, opted_out_number=number)
    }
    removals = {
        row.opt_out_list_id: removable_after(row)
        for row in OptOutRemoval.objects.filter(opt_out_list__owner_id=caller.owner_id, opted_out_number=number)
    }
    lists = OptOutList.objects.for_caller(caller).order_by("opt_out_list_name")[:LISTS]
    sent = Message.objects.for_caller(caller).filter(destination_phone_number=number).order_by("-message_id")
    received = InboundMessage.objects.for_caller(caller).filter(origination_number=number)
    context: dict[str, Any] = {
        "title": _("Recipient %(number)s") % {"number": international(number)},
        "purpose": country_name(e164.country_of(number) or ""),
        "crumbs": [{"label": gettext_lazy("Opt-out lists"), "url": url_to(caller, "opt-out-list-list")}],
        "number": number,
        "lists": [OnList(row, entries.get(row.pk), removals.get(row.pk)) for row in lists],
        "opted_out": len(entries),
        "sent": sent[:LATEST],
        "received": received.order_by("-inbound_message_id")[:LATEST],
        "has_handset": Handset.objects.for_caller(caller).filter(phone_number=number).exists(),
        "can_add": caller.may("PutOptedOutNumber"),
        "can_remove": caller.may("DeleteOptedOutNumber"),
    }
    return page(request, "recipients/detail.html", context)


@require_safe
def recipient_open(request: HttpRequest) -> HttpResponse:
    """To the page of a number that was typed."""
    typed = request.GET.get("number", "")
    number = typed_number(typed)
    if not e164.is_number(number):
        messages.warning(request, _("“%(number)s” is not a phone number.") % {"number": typed})
        return done(request, "opt-out-list-list")
    return done(request, "recipient-detail", e164.normalise(number))


scoped_urlpatterns = [
    path("recipients/open/", recipient_open, name="recipient-open"),
    path("recipients/<str:number>/", recipient_detail, name="recipient-detail"),
]
