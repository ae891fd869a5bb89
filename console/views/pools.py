"""Phone pools: originators that stand in for one another."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.db.models import Count, QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from console import returning, undo
from console.callers import caller_of, url_to
from console.declarations import ADD_TAG, ARN, CREATED, protect, protected
from console.forms.origination import PoolSettingsForm
from console.forms.pools import AddOriginatorForm, CreateForm
from console.fragments import done, leave, page
from console.keywords import keyword_patterns
from console.listing import list_page
from console.lists import BulkAction, Command, Create, Empty, ListSpec, RowAction
from console.resources import COMMON_TABS, Deletion, Dependant, Resource, Tab
from console.tables import Column
from console.tag_names import called, with_name, with_names
from console.tagging import TagRows
from console.two_way import two_way_patterns
from console.views.phone_numbers import PHONE_NUMBER_COLUMNS, named_by_tags
from messaging.caller import Caller
from messaging.errors import NotFound, Refusal, Text
from messaging.filters import PHONE_NUMBER_FILTERS, POOL_FILTERS
from messaging.models import MessageType, PhoneNumber, Pool
from messaging.operations.identities import pool_named
from messaging.operations.pools import (
    associate_origination_identity,
    create_pool,
    delete_pool,
    disassociate_origination_identity,
    mismatches,
    update_pool,
)
from messaging.operations.tags import NAME_KEY

MESSAGE_TYPES = dict(MessageType.choices)


def _rows(caller: Caller) -> QuerySet[Pool]:
    rows: QuerySet[Pool] = Pool.objects.for_caller(caller).select_related("owner", "opt_out_list")
    return with_names(
        caller, rows.annotate(originators=Count("phone_numbers", distinct=True) + Count("sender_ids", distinct=True))
    )


POOLS = ListSpec(
    name="pools",
    title=gettext_lazy("Phone pools"),
    purpose=gettext_lazy("Originators with the same settings that a message can be sent through as one."),
    url_name="pool-list",
    action="DescribePools",
    rows=_rows,
    filters=POOL_FILTERS,
    key="pool_id",
    detail="pool-detail",
    sort="-created",
    columns=(
        Column("name", gettext_lazy("Pool name"), "name", called),
        Column("pool_id", gettext_lazy("Pool ID"), "id", hidden=True),
        Column("status", gettext_lazy("Status"), "status", sort="status"),
        Column("message_type", gettext_lazy("Message type"), "choice", sort="message_type", labels=MESSAGE_TYPES),
        Column("originators", gettext_lazy("Originators"), "number"),
        Column("two_way", gettext_lazy("Two-way"), "flag", "two_way_enabled", sort="two_way_enabled"),
        Column(
            "opt_out_list",
            gettext_lazy("Opt-out list"),
            "words",
            "opt_out_list_name",
            sort="opt_out_list__opt_out_list_name",
            to="opt-out-list-detail",
        ),
        Column("shared_routes", gettext_lazy("Shared routes"), "flag", "shared_routes_enabled", hidden=True),
        Column(
            "self_managed", gettext_lazy("Self-managed opt-outs"), "flag", "self_managed_opt_outs_enabled", hidden=True
        ),
        protected(hidden=True),
        CREATED,
        ARN,
    ),
    search_hint=gettext_lazy("Name or beginning of a pool ID"),
    empty=Empty(
        gettext_lazy("A pool groups originators with the same settings."),
        gettext_lazy("Sends through a pool go on when one originator fails, and its settings are kept in one place."),
    ),
    create=Create(gettext_lazy("Create pool"), "pool-create", "CreatePool"),
    command=Command("describe-pools"),
    bulk=(ADD_TAG, protect("UpdatePool", update_pool, "pool_id")),
)


def _member_rows(caller: Caller, key: str) -> QuerySet[PhoneNumber]:
    rows: QuerySet[PhoneNumber] = PhoneNumber.objects.for_caller(caller)
    rows = rows.filter(pool__pool_id=key).select_related("owner", "opt_out_list", "pool")
    return named_by_tags(caller, rows)


def _leave(caller: Caller, row: PhoneNumber, parameters: dict[str, Any]) -> None:
    pool_id = row.pool.pool_id if row.pool else ""
    disassociate_origination_identity(caller, pool_id=pool_id, origination_identity=row.phone_number_id)


ORIGINATORS = ListSpec(
    name="pool-originators",
    title=gettext_lazy("Originators"),
    url_name="pool-originators",
    action="ListPoolOriginationIdentities",
    rows=_member_rows,
    filters=PHONE_NUMBER_FILTERS,
    key="phone_number_id",
    detail="phone-number-detail",
    sort="number",
    columns=[replace(column, hidden=True) if column.key == "pool" else column for column in PHONE_NUMBER_COLUMNS],
    empty=Empty(gettext_lazy("The pool has no originators.")),
    create=Create(gettext_lazy("Add originator"), "pool-originator-add", "AssociateOriginationIdentity"),
    command=Command("list-pool-origination-identities", lambda key: ["--pool-id", key], filters=False),
    row_action=RowAction(gettext_lazy("Remove"), "pool-originator-remove", "DisassociateOriginationIdentity"),
    bulk=(
        BulkAction(
            "remove",
            gettext_lazy("Remove from pool"),
            "DisassociateOriginationIdentity",
            _leave,
            changes=lambda row, parameters: _("Leaves the pool and keeps its settings."),
            consequence=gettext_lazy("The pool can no longer send through these originators. The last one stays."),
        ),
    ),
)


def _find(caller: Caller, key: str) -> Pool:
    pool = pool_named(caller, key)
    if pool is None:
        raise NotFound("pool", key)
    return pool


def _members(caller: Caller, pool: Pool) -> Sequence[Dependant]:
    return [
        Dependant(number.phone_number, url_to(caller, "phone-number-detail", number.phone_number_id), _("Originator"))
        for number in pool.phone_numbers.order_by("phone_number")[:100]
    ] + [
        Dependant(
            sender_id.sender_id,
            url_to(caller, "sender-id-detail", sender_id.name),
            _("Sender ID, %(country)s") % {"country": sender_id.iso_country_code},
        )
        for sender_id in pool.sender_ids.order_by("sender_id")[:100]
    ]


def _protection(caller: Caller, pool: Pool) -> Sequence[Dependant]:
    if not pool.deletion_protection_enabled:
        return []
    return [Dependant(_("Turn off deletion protection"), url_to(caller, "pool-edit", pool.pool_id))]


def _consequences(pool: Pool) -> list[Text]:
    return [
        _("Sends that name this pool are refused from then on."),
        _("Its originators stay in the account and keep the settings of the pool."),
        _("Its keywords and their replies are deleted. This cannot be undone."),
    ]


POOL = Resource(
    kind="pool",
    path="pools/<str:key>/",
    spec=POOLS,
    find=_find,
    title=called,
    status=lambda row: row.status,
    name_row=with_name,
    update_action="UpdatePool",
    edit_url="pool-edit",
    tabs=(
        Tab("detail", gettext_lazy("Overview")),
        Tab("originators", gettext_lazy("Originators")),
        Tab("keywords", gettext_lazy("Keywords")),
        Tab("two-way", gettext_lazy("Two-way SMS")),
        Tab("opt-out-list", gettext_lazy("Opt-out list")),
        *COMMON_TABS,
    ),
    deletion=Deletion(
        operation=delete_pool,
        parameter="pool_id",
        action="DeletePool",
        verb=gettext_lazy("Delete pool"),
        consequences=_consequences,
        dependants=_members,
        word=called,
        blocked=_protection,
        done=gettext_lazy("The pool %(name)s was deleted."),
    ),
)


def free_numbers(caller: Caller) -> QuerySet[PhoneNumber]:
    """Numbers that can be in a pool: active and in none."""
    rows: QuerySet[PhoneNumber] = PhoneNumber.objects.for_caller(caller)
    return rows.filter(pool=None, status=PhoneNumber.Status.ACTIVE).order_by("phone_number")


def _to_new_number(request: HttpRequest, back: str) -> HttpResponse:
    """Off to request a number; the form comes back with its input and the new number chosen."""
    kept = [(name, value) for name in request.POST for value in request.POST.getlist(name)]
    dropped = {"csrfmiddlewaretoken", "request_number", "origination_identity"}
    query = urlencode([pair for pair in kept if pair[0] not in dropped])
    target = url_to(caller_of(request), "phone-number-create")
    signed = returning.signed(f"{back}?{query}" if query else back)
    return leave(request, f"{target}?{urlencode({'return': signed})}")


@require_safe
def pool_list(request: HttpRequest) -> HttpResponse:
    return list_page(request, POOLS)


@require_http_methods(["GET", "POST"])
def pool_create(request: HttpRequest) -> HttpResponse:
    caller = caller_of(request)
    caller.require("CreatePool")
    free = free_numbers(caller)
    if request.method == "GET":
        rows = TagRows.posted(request.GET) if "tag_key" in request.GET else TagRows.of([])
        initial = {name: request.GET[name] for name in CreateForm.base_fields if name in request.GET}
        return _create_page(request, CreateForm(initial=initial, free=free), rows)
    if "request_number" in request.POST:
        return _to_new_number(request, request.path)
    rows = TagRows.posted(request.POST)
    if rows.rearranged(request.POST):
        return _create_page(request, CreateForm(initial=request.POST.dict(), free=free), rows)
    form = CreateForm(request.POST, free=free)
    if form.is_valid() & rows.is_valid():
        first = form.cleaned_data["origination_identity"]
        try:
            pool = create_pool(
                caller,
                origination_identity=first.phone_number_id,
                message_type=first.message_type,
                deletion_protection_enabled=form.cleaned_data["deletion_protection_enabled"],
                tags=[*_name_tag(form.cleaned_data["pool_name"]), *rows.tags],
            )
        except Refusal as refusal:
            form.refuse(refusal)
        else:
            messages.success(
                request, _("The pool %(pool)s was created.") % {"pool": form.cleaned_data["pool_name"] or pool.pool_id}
            )
            return done(request, "pool-detail", pool.pool_id)
    return _create_page(request, form, rows, status=422)


def _name_tag(name: str) -> list[dict[str, str]]:
    return [{"key": NAME_KEY, "value": name}] if name else []


def _create_page(request: HttpRequest, form: CreateForm, rows: TagRows, status: int = 200) -> HttpResponse:
    list_url = url_to(caller_of(request), POOLS.url_name)
    context = {
        "title": _("Create pool"),
        "crumbs": [{"label": POOLS.title, "url": list_url}],
        "form": form,
        "tag_rows": rows,
        "has_errors": status == 422,
        "submit_label": _("Create pool"),
        "cancel_url": list_url,
        "any_free": bool(form.fields["origination_identity"].queryset),  # type: ignore[attr-defined]
        "may_request": caller_of(request).may("RequestPhoneNumber"),
    }
    return page(request, "pools/create.html", context, status=status)


@require_safe
def pool_detail(request: HttpRequest, key: str) -> HttpResponse:
    pool = _find(caller_of(request), key)
    context = {**POOL.context(request, pool, "detail"), "originators": pool.phone_numbers.order_by("phone_number")[:5]}
    context["sender_ids"] = pool.sender_ids.order_by("sender_id")[:5]
    return page(request, "pools/detail.html", context, fragment="tab")


@require_http_methods(["GET", "POST"])
def pool_edit(request: HttpRequest, key: str) -> HttpResponse:
    caller = caller_of(request)
    caller.require("UpdatePool")
    pool = _find(caller, key)
    form = PoolSettingsForm(request.POST if request.method == "POST" else None, row=pool)
    return POOL.edit_page(
        request,
        pool,
        form,
        lambda: update_pool(caller, pool_id=pool.pool_id, **form.changes),
        said=_("The settings of the pool were saved."),
        note=_("Two-way SMS and the opt-out list have sections of their own."),
    )


@require_safe
def pool_originators(request: HttpRequest, key: str) -> HttpResponse:
    pool = _find(caller_of(request), key)
    context = POOL.context(request, pool, "originators")
    context["sender_ids"] = pool.sender_ids.order_by("sender_id")
    return list_page(request, ORIGINATORS, key, template="pools/originators.html", context=context)


@require_http_methods(["GET", "POST"])
def pool_originator_add(request: HttpRequest, key: str) -> HttpResponse:
    caller = caller_of(request)
    caller.require("AssociateOriginationIdentity")
    pool = _find(caller, key)
    free = free_numbers(caller)
    if request.method == "POST" and "request_number" in request.POST:
        return _to_new_number(request, request.path)
    initial = {"origination_identity": request.GET.get("origination_identity")}
    form = AddOriginatorForm(request.POST if request.method == "POST" else None, free=free, initial=initial)
    if request.method == "POST" and form.is_valid():
        number = form.cleaned_data["origination_identity"]
        try:
            associate_origination_identity(caller, pool_id=pool.pool_id, origination_identity=number.phone_number_id)
        except Refusal as refusal:
            form.refuse(refusal)
            for _reason, what in mismatches(number, pool)[1:]:
                form.add_error(None, str(what))
        else:
            undo.offer(
                request,
                _("%(number)s was added to the pool.") % {"number": number.phone_number},
                "disassociate_origination_identity",
                pool_id=pool.pool_id,
                origination_identity=number.phone_number_id,
            )
            return done(request, "pool-originators", pool.pool_id)
    context = {
        **POOL.context(request, pool, "originators"),
        "heading": _("Add originator"),
        "cancel_url": url_to(caller, "pool-originators", pool.pool_id),
        "form": form,
        "any_free": bool(free),
        "may_request": caller.may("RequestPhoneNumber"),
    }
    return page(request, "pools/add_originator.html", context, status=422 if form.errors else 200)


@require_POST
def pool_originator_remove(request: HttpRequest, key: str, phone_number_id: str) -> HttpResponse:
    """Take an originator out; Undo puts it back."""
    caller = caller_of(request)
    pool = _find(caller, key)
    disassociate_origination_identity(caller, pool_id=pool.pool_id, origination_identity=phone_number_id)
    undo.offer(
        request,
        _("The originator was removed from the pool."),
        "associate_origination_identity",
        pool_id=pool.pool_id,
        origination_identity=phone_number_id,
    )
    return done(request, "pool-originators", pool.pool_id)


scoped_urlpatterns = [
    path("pools/", pool_list, name="pool-list"),
    path("pools/create/", pool_create, name="pool-create"),
    path("pools/<str:key>/", pool_detail, name="pool-detail"),
    path("pools/<str:key>/edit/", pool_edit, name="pool-edit"),
    path("pools/<str:key>/originators/", pool_originators, name="pool-originators"),
    path("pools/<str:key>/originators/add/", pool_originator_add, name="pool-originator-add"),
    path(
        "pools/<str:key>/originators/<str:phone_number_id>/remove/",
        pool_originator_remove,
        name="pool-originator-remove",
    ),
    *keyword_patterns(POOL),
    *two_way_patterns(POOL, update_pool, "pool_id"),
    *POOL.patterns(),
]
