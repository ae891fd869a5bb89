"""Verified destination numbers: what the sandbox may send to; add, verify by code, delete."""

from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from console.callers import caller_of, owner_of, url_to
from console.cells import international
from console.declarations import ADD_TAG, ARN
from console.forms.verified_numbers import AddForm, CodeForm, SendCodeForm
from console.fragments import done, page
from console.listing import list_page
from console.lists import BulkAction, Command, Create, Empty, ListSpec
from console.resources import COMMON_TABS, Deletion, Dependant, Resource, Tab
from console.tables import Column
from console.tagging import TagRows
from messaging.caller import Caller
from messaging.country_names import country_name
from messaging.errors import Refusal, Text
from messaging.filters import VERIFIED_DESTINATION_NUMBER_FILTERS
from messaging.models import Tier, VerifiedDestinationNumber
from messaging.operations import quotas
from messaging.operations.verified_numbers import (
    code_state,
    create_verified_destination_number,
    deletable_at,
    delete_verified_destination_number,
    send_destination_number_verification_code,
    verified_number_named,
    verify_destination_number,
)
from messaging.text import e164

VERIFIED = VerifiedDestinationNumber.Status.VERIFIED


def _rows(caller: Caller) -> QuerySet[VerifiedDestinationNumber]:
    rows: QuerySet[VerifiedDestinationNumber] = VerifiedDestinationNumber.objects.for_caller(caller)
    return rows.select_related("owner")


def _country(row: VerifiedDestinationNumber) -> str:
    return country_name(e164.country_of(row.destination_phone_number) or "")


def _delete(caller: Caller, row: VerifiedDestinationNumber, parameters: dict[str, Any]) -> None:
    delete_verified_destination_number(caller, verified_destination_number_id=row.verified_destination_number_id)


def _kept(row: VerifiedDestinationNumber, parameters: dict[str, Any]) -> Text:
    return _("It was added less than 24 hours ago.") if deletable_at(row) else ""


VERIFIED_NUMBERS = ListSpec(
    name="verified-numbers",
    title=gettext_lazy("Verified destination numbers"),
    purpose=gettext_lazy(
        "Numbers that an account in the sandbox may send to, once a code has proved that they are yours."
    ),
    url_name="verified-number-list",
    action="DescribeVerifiedDestinationNumbers",
    rows=_rows,
    filters=VERIFIED_DESTINATION_NUMBER_FILTERS,
    key="verified_destination_number_id",
    detail="verified-number-detail",
    sort="-created",
    columns=(
        Column("number", gettext_lazy("Number"), "phone", "destination_phone_number", sort="destination_phone_number"),
        Column("status", gettext_lazy("Status"), "status", sort="status"),
        Column("country", gettext_lazy("Country"), value=_country),
        Column("verified_at", gettext_lazy("Verified"), "time", sort="verified_at"),
        Column("created", gettext_lazy("Added"), "time", "created_timestamp", sort="created_timestamp"),
        Column("verified_destination_number_id", gettext_lazy("ID"), "id", hidden=True),
        ARN,
    ),
    search_hint=gettext_lazy("Beginning of a number"),
    empty=Empty(
        gettext_lazy("In the sandbox, messages go to simulator numbers and to numbers that were verified."),
        gettext_lazy("Add a number, send it a code, type the code: then it can be written to."),
    ),
    create=Create(gettext_lazy("Add destination number"), "verified-number-create", "CreateVerifiedDestinationNumber"),
    command=Command("describe-verified-destination-numbers"),
    bulk=(
        ADD_TAG,
        BulkAction(
            "delete",
            gettext_lazy("Delete"),
            "DeleteVerifiedDestinationNumber",
            _delete,
            changes=lambda row, given: _("Is deleted; it can be added and verified again."),
            skip=_kept,
            consequence=gettext_lazy("The sandbox no longer sends to these numbers."),
        ),
    ),
)


def _blocked(caller: Caller, row: VerifiedDestinationNumber) -> Sequence[Dependant]:
    free_at = deletable_at(row)
    if free_at is None:
        return []
    local = timezone.localtime(free_at)
    return [
        Dependant(
            _("Wait until %(time)s, 24 hours after it was added") % {"time": f"{local:%Y-%m-%d %H:%M %z}"},
            url_to(caller, "simulator"),
            _("in simulated time; the clock can be moved"),
        )
    ]


def _consequences(row: VerifiedDestinationNumber) -> list[Text]:
    return [
        _("An account in the sandbox no longer sends to this number."),
        _("It can be added again; then it gets a new code."),
    ]


VERIFIED_NUMBER = Resource(
    kind="verified-number",
    path="verified-numbers/<str:key>/",
    spec=VERIFIED_NUMBERS,
    find=verified_number_named,
    title=lambda row: international(row.destination_phone_number),
    status=lambda row: row.status,
    update_action="VerifyDestinationNumber",
    tabs=(Tab("detail", gettext_lazy("Overview")), *COMMON_TABS),
    deletion=Deletion(
        operation=delete_verified_destination_number,
        parameter="verified_destination_number_id",
        action="DeleteVerifiedDestinationNumber",
        verb=gettext_lazy("Delete destination number"),
        consequences=_consequences,
        blocked=_blocked,
        must_type=lambda caller, row: False,
        done=gettext_lazy("%(name)s was deleted."),
    ),
)


@require_safe
def verified_number_list(request: HttpRequest) -> HttpResponse:
    return list_page(request, VERIFIED_NUMBERS, context={"info": "verified-numbers"})


@require_http_methods(["GET", "POST"])
def verified_number_create(request: HttpRequest) -> HttpResponse:
    """Add a number; then on to its code."""
    caller = caller_of(request)
    caller.require("CreateVerifiedDestinationNumber")
    rows, status = TagRows.of([]), 200
    form = AddForm(initial={"destination_phone_number": request.GET.get("number", "")})
    if request.method == "POST":
        rows = TagRows.posted(request.POST)
        form = AddForm(request.POST)
        if rows.rearranged(request.POST):
            form = AddForm(initial=request.POST.dict())
        elif form.is_valid() & rows.is_valid():
            try:
                row = create_verified_destination_number(caller, tags=rows.tags, **form.cleaned_data)
            except Refusal as refusal:
                form.refuse(refusal)
                status = 422
            else:
                return done(request, "verified-number-verify", row.verified_destination_number_id)
        else:
            status = 422
    owner, list_url = owner_of(request), url_to(caller, VERIFIED_NUMBERS.url_name)
    context = {
        "title": _("Add destination number"),
        "crumbs": [{"label": VERIFIED_NUMBERS.title, "url": list_url}],
        "form": form,
        "tag_rows": rows,
        "has_errors": status == 422,
        "submit_label": _("Add number and go on"),
        "cancel_url": list_url,
        "sandbox": owner.tier == Tier.SANDBOX,
        "limit": quotas.limit(owner, quotas.VERIFIED_NUMBERS),
    }
    return page(request, "verified_numbers/create.html", context, status=status)


@require_safe
def verified_number_detail(request: HttpRequest, key: str) -> HttpResponse:
    caller = caller_of(request)
    row = verified_number_named(caller, key)
    context = {
        **VERIFIED_NUMBER.context(request, row, "detail"),
        "country": _country(row),
        "verified": row.status == VERIFIED,
        "deletable_at": deletable_at(row),
        "can_verify": caller.may("VerifyDestinationNumber") and row.status != VERIFIED,
        "can_send": caller.may("SendTextMessage"),
    }
    return page(request, "verified_numbers/detail.html", context, fragment="tab")


@require_http_methods(["GET", "POST"])
@never_cache
def verified_number_verify(request: HttpRequest, key: str) -> HttpResponse:
    """Send a code, take the code; the button pressed says which."""
    caller = caller_of(request)
    caller.require("VerifyDestinationNumber")
    row = verified_number_named(caller, key)
    if row.status == VERIFIED:
        return done(request, "verified-number-detail", row.name)
    sending = "send" in request.POST
    send_form = SendCodeForm(request.POST if sending else None)
    code_form = CodeForm(request.POST if request.method == "POST" and not sending else None)
    if sending and send_form.is_valid():
        try:
            send_destination_number_verification_code(
                caller, verified_destination_number_id=row.name, **send_form.cleaned_data
            )
        except Refusal as refusal:
            send_form.refuse(refusal)
        else:
            number = international(row.destination_phone_number)
            messages.success(request, _("A code is on its way to %(number)s.") % {"number": number})
            return done(request, "verified-number-verify", row.name)
    elif request.method == "POST" and not sending and code_form.is_valid():
        try:
            verify_destination_number(caller, verified_destination_number_id=row.name, **code_form.cleaned_data)
        except Refusal as refusal:
            code_form.refuse(refusal)
        else:
            number = international(row.destination_phone_number)
            messages.success(request, _("%(number)s is verified.") % {"number": number})
            return done(request, "verified-number-detail", row.name)
        row.refresh_from_db()
    state = code_state(row)
    context = {
        **VERIFIED_NUMBER.context(request, row, "verify"),
        "heading": _("Verify %(number)s") % {"number": international(row.destination_phone_number)},
        "form": send_form if sending or not state.expires_at and not code_form.is_bound else code_form,
        "send_form": send_form,
        "code_form": code_form,
        "state": state,
        "wait_words": ngettext(
            "Another code can be sent in %(count)d second.",
            "Another code can be sent in %(count)d seconds.",
            state.wait_seconds,
        )
        % {"count": state.wait_seconds},
    }
    failed = bool(send_form.errors or code_form.errors)
    return page(request, "verified_numbers/verify.html", context, status=422 if failed else 200)


scoped_urlpatterns = [
    path("verified-numbers/", verified_number_list, name="verified-number-list"),
    path("verified-numbers/create/", verified_number_create, name="verified-number-create"),
    path("verified-numbers/<str:key>/", verified_number_detail, name="verified-number-detail"),
    path("verified-numbers/<str:key>/verify/", verified_number_verify, name="verified-number-verify"),
    *VERIFIED_NUMBER.patterns(),
]
