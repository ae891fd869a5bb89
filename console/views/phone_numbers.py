"""Phone numbers: request, settings, release."""

from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from console import returning
from console.callers import caller_of, url_to
from console.cells import international
from console.declarations import ADD_TAG, ARN, CREATED, protect, protected
from console.forms.origination import PhoneNumberSettingsForm
from console.forms.phone_numbers import SIMULATOR_COUNTRY, SimulatorForm
from console.fragments import done, leave, page
from console.keywords import keyword_patterns
from console.listing import list_page
from console.lists import BulkAction, Command, Create, Empty, ListSpec
from console.registration_links import goes_with
from console.resources import COMMON_TABS, Deletion, Dependant, Resource, Tab
from console.tables import Column
from console.tag_names import with_names
from console.tagging import TagRows
from console.two_way import two_way_patterns
from messaging.caller import Caller
from messaging.errors import NotFound, Refusal, Text
from messaging.filters import CAPABILITIES, PHONE_NUMBER_FILTERS
from messaging.models import MessageType, NumberType, PhoneNumber, Pool
from messaging.operations.identities import phone_number_named
from messaging.operations.offers import offer
from messaging.operations.phone_numbers import release_phone_number, request_phone_number, update_phone_number
from messaging.operations.tags import names_of, tag_name


def _rows(caller: Caller) -> QuerySet[PhoneNumber]:
    rows: QuerySet[PhoneNumber] = PhoneNumber.objects.for_caller(caller)
    return named_by_tags(caller, rows.select_related("owner", "opt_out_list", "pool"))


def named_by_tags(caller: Caller, rows: QuerySet[PhoneNumber]) -> QuerySet[PhoneNumber]:
    """With what people call each number and its pool: their tags Name."""
    return with_names(caller, rows).annotate(pool_name=tag_name(caller, Pool, "pool"))


def _pool_called(number: PhoneNumber) -> str:
    return (number.pool_name or "").strip() or number.pool.pool_id if number.pool else ""  # type: ignore[attr-defined]


PHONE_NUMBER_COLUMNS = (
    Column("number", gettext_lazy("Phone number"), "phone", "phone_number", sort="phone_number"),
    Column("status", gettext_lazy("Status"), "status", sort="status"),
    Column("country", gettext_lazy("Country"), value="iso_country_code", sort="iso_country_code"),
    Column("type", gettext_lazy("Type"), "choice", "number_type", sort="number_type", labels=dict(NumberType.choices)),
    Column("capabilities", gettext_lazy("Capabilities"), "list", "number_capabilities", labels=dict(CAPABILITIES)),
    Column(
        "message_type",
        gettext_lazy("Message type"),
        "choice",
        sort="message_type",
        hidden=True,
        labels=dict(MessageType.choices),
    ),
    Column("name", gettext_lazy("Name"), "words", "tag_name", hidden=True),
    Column("pool", gettext_lazy("Pool"), "name", _pool_called, to="pool-detail", to_value="pool.pool_id"),
    Column("pool_id", gettext_lazy("Pool ID"), "id", "pool.pool_id", sort="pool__pool_id", hidden=True),
    Column(
        "opt_out_list",
        gettext_lazy("Opt-out list"),
        "words",
        "opt_out_list_name",
        sort="opt_out_list__opt_out_list_name",
        to="opt-out-list-detail",
        hidden=True,
    ),
    Column("two_way", gettext_lazy("Two-way"), "flag", "two_way_enabled", sort="two_way_enabled", hidden=True),
    Column("self_managed", gettext_lazy("Self-managed opt-outs"), "flag", "self_managed_opt_outs_enabled", hidden=True),
    protected(hidden=True),
    Column(
        "price",
        gettext_lazy("Price"),
        "money",
        "monthly_leasing_units",
        sort="monthly_leasing_units",
        hidden=True,
        unit=gettext_lazy("USD a month"),
    ),
    CREATED,
    Column("phone_number_id", gettext_lazy("Phone number ID"), "id", hidden=True),
    ARN,
)


def _release(caller: Caller, row: PhoneNumber, parameters: dict[str, Any]) -> None:
    release_phone_number(caller, phone_number_id=row.phone_number_id)


def _kept(row: PhoneNumber, parameters: dict[str, Any]) -> Text:
    """Why a release would leave this number out, as the operation will say too."""
    if row.deletion_protection_enabled:
        return _("Deletion protection is on.")
    return _("It is in a pool.") if row.pool else ""


PHONE_NUMBERS = ListSpec(
    name="phone-numbers",
    title=gettext_lazy("Phone numbers"),
    purpose=gettext_lazy("Numbers that this account sends from and receives on."),
    url_name="phone-number-list",
    action="DescribePhoneNumbers",
    rows=_rows,
    filters=PHONE_NUMBER_FILTERS,
    key="phone_number_id",
    detail="phone-number-detail",
    sort="-created",
    columns=PHONE_NUMBER_COLUMNS,
    search_hint=gettext_lazy("Name, or beginning of a number or ID"),
    empty=Empty(
        gettext_lazy("A phone number sends messages and receives the replies."),
        gettext_lazy("Start with a simulator number: it is free and active at once."),
    ),
    create=Create(gettext_lazy("Request originator"), "originator-request", "RequestPhoneNumber"),
    command=Command("describe-phone-numbers"),
    bulk=(
        ADD_TAG,
        protect("UpdatePhoneNumber", update_phone_number, "phone_number_id"),
        BulkAction(
            "release",
            gettext_lazy("Release"),
            "ReleasePhoneNumber",
            _release,
            changes=lambda row, given: _("Is given back for good."),
            skip=_kept,
            consequence=gettext_lazy("A released number is gone: it cannot be had back."),
            irreversible=True,
        ),
    ),
)


def _find(caller: Caller, key: str) -> PhoneNumber:
    row = phone_number_named(caller, key)
    if row is None:
        raise NotFound("phone-number", key)
    return row


def _name(caller: Caller, row: Any) -> None:
    names = names_of(caller, row, row.pool) if row.pool else names_of(caller, row)
    row.tag_name, row.pool_name = names.get(row.name, ""), names.get(row.pool.name, "") if row.pool else ""


def _blocked(caller: Caller, row: PhoneNumber) -> Sequence[Dependant]:
    found = []
    if row.deletion_protection_enabled:
        found.append(
            Dependant(_("Turn off deletion protection"), url_to(caller, "phone-number-edit", row.phone_number_id))
        )
    if row.pool:
        found.append(Dependant(_("Take it out of its pool"), url_to(caller, "phone-number-pool", row.phone_number_id)))
    return found


def _dependants(caller: Caller, row: PhoneNumber) -> Sequence[Dependant]:
    keywords = row.keywords.count()
    return [
        Dependant(
            _("%(count)s keywords") % {"count": keywords},
            url_to(caller, "phone-number-keywords", row.phone_number_id),
            _("deleted with it"),
        ),
        Dependant(
            row.opt_out_list_name,
            url_to(caller, "opt-out-list-detail", row.opt_out_list_name),
            _("opt-out list, stays"),
        ),
    ]


def _consequences(row: PhoneNumber) -> list[Text]:
    return [
        _("Sends from this number are refused from then on, and inbound messages to it are lost."),
        _("The number goes back to the pool of free numbers: it cannot be had back."),
    ]


PHONE_NUMBER = Resource(
    kind="phone-number",
    path="phone-numbers/<str:key>/",
    spec=PHONE_NUMBERS,
    find=_find,
    title=lambda row: international(row.phone_number),
    status=lambda row: row.status,
    name_row=_name,
    update_action="UpdatePhoneNumber",
    edit_url="phone-number-edit",
    tabs=(
        Tab("detail", gettext_lazy("Overview")),
        Tab("keywords", gettext_lazy("Keywords")),
        Tab("two-way", gettext_lazy("Two-way SMS")),
        Tab("opt-out-list", gettext_lazy("Opt-out list")),
        Tab("pool", gettext_lazy("Pool")),
        *COMMON_TABS,
    ),
    deletion=Deletion(
        operation=release_phone_number,
        parameter="phone_number_id",
        action="ReleasePhoneNumber",
        verb=gettext_lazy("Release phone number"),
        consequences=_consequences,
        dependants=_dependants,
        blocked=_blocked,
        word=lambda row: row.phone_number,
        done=gettext_lazy("%(name)s was released."),
    ),
)


@require_safe
def phone_number_list(request: HttpRequest) -> HttpResponse:
    return list_page(request, PHONE_NUMBERS)


@require_http_methods(["GET", "POST"])
def phone_number_create(request: HttpRequest) -> HttpResponse:
    """Request a simulator number; when another form sent us, back to it with the new number chosen."""
    caller = caller_of(request)
    caller.require("RequestPhoneNumber")
    back = returning.return_path(request)
    form = SimulatorForm(request.POST if request.method == "POST" else None, caller=caller)
    rows, status = TagRows.of([]), 200
    if request.method == "POST":
        rows = TagRows.posted(request.POST)
        if rows.rearranged(request.POST):
            initial = {**request.POST.dict(), "number_capabilities": request.POST.getlist("number_capabilities")}
            form = SimulatorForm(initial=initial, caller=caller)
        elif form.is_valid() & rows.is_valid():
            try:
                row = request_phone_number(
                    caller,
                    iso_country_code=SIMULATOR_COUNTRY,
                    number_type=NumberType.SIMULATOR,
                    tags=rows.tags,
                    **form.cleaned_data,
                )
            except Refusal as refusal:
                form.refuse(refusal)
                status = 422
            else:
                text = _("%(number)s is yours.") % {"number": international(row.phone_number)}
                messages.success(request, text)
                if back:
                    chosen = returning.extended(back, "origination_identity", row.phone_number_id)
                    return leave(request, chosen)
                return done(request, "phone-number-detail", row.phone_number_id)
        else:
            status = 422
    context = {
        "title": _("Request a simulator number"),
        "crumbs": [{"label": PHONE_NUMBERS.title, "url": url_to(caller, PHONE_NUMBERS.url_name)}],
        "form": form,
        "tag_rows": rows,
        "has_errors": status == 422,
        "return_value": returning.signed(back) if back else "",
        "submit_label": _("Request simulator number"),
        "cancel_url": back or url_to(caller, PHONE_NUMBERS.url_name),
    }
    return page(request, "phone_numbers/create.html", context, status=status)


@require_safe
def phone_number_detail(request: HttpRequest, key: str) -> HttpResponse:
    row = _find(caller_of(request), key)
    found = offer(row.number_type, row.iso_country_code)
    context = {
        **PHONE_NUMBER.context(request, row, "detail"),
        "goes_with": goes_with(request, row, found.registration if found else ""),
    }
    return page(request, "phone_numbers/detail.html", context, fragment="tab")


@require_http_methods(["GET", "POST"])
def phone_number_edit(request: HttpRequest, key: str) -> HttpResponse:
    caller = caller_of(request)
    caller.require("UpdatePhoneNumber")
    row = _find(caller, key)
    form = PhoneNumberSettingsForm(request.POST if request.method == "POST" else None, row=row)
    return PHONE_NUMBER.edit_page(
        request,
        row,
        form,
        lambda: update_phone_number(caller, phone_number_id=row.phone_number_id, **form.changes),
        said=_("The settings of the phone number were saved."),
        note=_("Two-way SMS and the opt-out list have sections of their own."),
    )


@require_safe
def phone_number_pool(request: HttpRequest, key: str) -> HttpResponse:
    """The pool that this number is in, with the way out."""
    caller = caller_of(request)
    row = _find(caller, key)
    context = {
        **PHONE_NUMBER.context(request, row, "pool"),
        "can_leave": caller.may("DisassociateOriginationIdentity"),
        "can_create": caller.may("CreatePool"),
    }
    return page(request, "phone_numbers/pool.html", context, fragment="tab")


scoped_urlpatterns = [
    path("phone-numbers/", phone_number_list, name="phone-number-list"),
    path("phone-numbers/create/", phone_number_create, name="phone-number-create"),
    path("phone-numbers/<str:key>/", phone_number_detail, name="phone-number-detail"),
    path("phone-numbers/<str:key>/edit/", phone_number_edit, name="phone-number-edit"),
    path("phone-numbers/<str:key>/pool/", phone_number_pool, name="phone-number-pool"),
    *keyword_patterns(PHONE_NUMBER),
    *two_way_patterns(PHONE_NUMBER, update_phone_number, "phone_number_id"),
    *PHONE_NUMBER.patterns(),
]
