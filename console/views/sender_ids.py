"""Sender IDs: names in place of a number, per country."""

from collections.abc import Sequence
from typing import Any

from django.db.models import QuerySet, Value
from django.db.models.functions import Concat
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

import console.converters  # noqa: F401 – registers `sender` before the patterns below
from console import undo
from console.callers import caller_of, url_to
from console.declarations import ADD_TAG, ARN, CREATED, protect, protected
from console.forms.sender_ids import AddToPoolForm, SettingsForm
from console.fragments import done, page
from console.listing import list_page
from console.lists import BulkAction, Command, Create, Empty, ListSpec, RowAction
from console.registration_links import goes_with
from console.resources import COMMON_TABS, Deletion, Dependant, Resource, Tab
from console.tables import Column
from console.tag_names import called, with_names
from messaging.caller import Caller
from messaging.country_names import country_name
from messaging.errors import NotFound, Refusal, Text
from messaging.filters import POOL_FILTERS, SENDER_ID_FILTERS
from messaging.models import MessageType, Pool, SenderId
from messaging.operations.offers import offer
from messaging.operations.pools import associate_origination_identity, disassociate_origination_identity
from messaging.operations.sender_display import display_of, displays
from messaging.operations.sender_ids import needs_registration, release_sender_id, sender_id_named, update_sender_id
from messaging.reference import countries

MESSAGE_TYPES = dict(MessageType.choices)


def registration_words(row: SenderId) -> Text:
    """Whether the sender ID may be used, as far as its country asks for registration."""
    if row.registered:
        return _("Registered")
    return _("Registration needed") if needs_registration(row.iso_country_code) else _("None needed")


def country_words(code: str) -> str:
    return f"{country_name(code)} ({code})"


def _rows(caller: Caller) -> QuerySet[SenderId]:
    rows: QuerySet[SenderId] = SenderId.objects.for_caller(caller).select_related("owner")
    # The key of a row as its ARN has it, in the database too, so that ticked rows can be found by it.
    return rows.annotate(key=Concat("sender_id", Value("/"), "iso_country_code")).prefetch_related("pools")


def _release(caller: Caller, row: SenderId, parameters: dict[str, Any]) -> None:
    release_sender_id(caller, sender_id=row.sender_id, iso_country_code=row.iso_country_code)


def _kept(row: SenderId, parameters: dict[str, Any]) -> Text:
    """Why a release would leave this one out, as the operation will say too."""
    if row.deletion_protection_enabled:
        return _("Deletion protection is on.")
    return _("It is in a pool.") if row.pools.all() else ""


SENDER_IDS = ListSpec(
    name="sender-ids",
    title=gettext_lazy("Sender IDs"),
    purpose=gettext_lazy("Names that recipients see in place of a number, one per country. They send only."),
    url_name="sender-id-list",
    action="DescribeSenderIds",
    rows=_rows,
    filters=SENDER_ID_FILTERS,
    key="key",
    detail="sender-id-detail",
    sort="-created",
    columns=(
        Column("sender_id", gettext_lazy("Sender ID"), "words", sort="sender_id"),
        Column(
            "country",
            gettext_lazy("Country"),
            value=lambda row: country_words(row.iso_country_code),
            sort="iso_country_code",
        ),
        Column("message_types", gettext_lazy("Message types"), "list", labels=MESSAGE_TYPES),
        Column("registration", gettext_lazy("Registration"), value=registration_words, sort="registered"),
        Column("pools", gettext_lazy("Pools"), "number", lambda row: len(row.pools.all())),
        protected(),
        CREATED,
        Column("iso_country_code", gettext_lazy("Country code"), hidden=True),
        Column(
            "price",
            gettext_lazy("Price"),
            "money",
            "monthly_leasing_units",
            hidden=True,
            unit=gettext_lazy("USD a month"),
        ),
        ARN,
    ),
    search_hint=gettext_lazy("Beginning of a sender ID"),
    empty=Empty(
        gettext_lazy("A sender ID shows recipients your name instead of a number."),
        gettext_lazy("Many countries support them; some ask for a registration first. Nobody can answer one."),
    ),
    create=Create(gettext_lazy("Request sender ID"), "sender-id-request", "RequestSenderId"),
    command=Command("describe-sender-ids"),
    bulk=(
        ADD_TAG,
        protect("UpdateSenderId", update_sender_id, "sender_id", "iso_country_code"),
        BulkAction(
            "release",
            gettext_lazy("Release"),
            "ReleaseSenderId",
            _release,
            changes=lambda row, given: _("Is given up."),
            skip=_kept,
            consequence=gettext_lazy("Sends that name a released sender ID may be refused from then on."),
            irreversible=True,
        ),
    ),
)


def _find(caller: Caller, key: str) -> SenderId:
    row = sender_id_named(caller, key, "")
    if row is None:
        raise NotFound("sender-id", key)
    return row


def _of_sender_id(caller: Caller, key: str) -> QuerySet[Pool]:
    rows: QuerySet[Pool] = Pool.objects.for_caller(caller).select_related("owner", "opt_out_list")
    return with_names(caller, rows.filter(sender_ids=_find(caller, key)))


SENDER_ID_POOLS = ListSpec(
    name="sender-id-pools",
    title=gettext_lazy("Pools"),
    url_name="sender-id-pools",
    action="DescribePools",
    rows=_of_sender_id,
    filters=POOL_FILTERS,
    key="pool_id",
    detail="pool-detail",
    sort="-created",
    columns=(
        Column("name", gettext_lazy("Pool name"), "name", called),
        Column("pool_id", gettext_lazy("Pool ID"), "id"),
        Column("status", gettext_lazy("Status"), "status", sort="status"),
        Column("message_type", gettext_lazy("Message type"), "choice", sort="message_type", labels=MESSAGE_TYPES),
        CREATED,
    ),
    empty=Empty(
        gettext_lazy("The sender ID is in no pool."),
        gettext_lazy("In a pool it stands in where no number of the pool reaches its country."),
    ),
    create=Create(gettext_lazy("Add to pool"), "sender-id-pool-add", "AssociateOriginationIdentity"),
    row_action=RowAction(gettext_lazy("Remove"), "sender-id-pool-remove", "DisassociateOriginationIdentity"),
)


def _pools(caller: Caller, row: SenderId) -> Sequence[Dependant]:
    return [
        Dependant(called(pool), url_to(caller, "pool-detail", pool.pool_id), _("pool, stays"))
        for pool in with_names(caller, row.pools.order_by("pool_id"))[:100]
    ]


def _blocked(caller: Caller, row: SenderId) -> Sequence[Dependant]:
    found = []
    if row.deletion_protection_enabled:
        found.append(Dependant(_("Turn off deletion protection"), url_to(caller, "sender-id-edit", row.name)))
    if row.pools.exists():
        found.append(Dependant(_("Take it out of its pools"), url_to(caller, "sender-id-pools", row.name)))
    return found


def _consequences(row: SenderId) -> list[Text]:
    country = country_name(row.iso_country_code)
    found: list[Text] = [
        _("%(sender_id)s is given up for %(country)s. Its registration, if it has one, is lost with it.")
        % {"sender_id": row.sender_id, "country": country}
    ]
    if needs_registration(row.iso_country_code):
        found.append(_("Sends that name it are refused from then on."))
    else:
        found.append(
            _("Sends may still name it, as any name: %(country)s asks for no registration.") % {"country": country}
        )
    return found


def _release_named(caller: Caller, *, name: str) -> SenderId:
    sender_id, _slash, country = name.partition("/")
    return release_sender_id(caller, sender_id=sender_id, iso_country_code=country)


SENDER_ID = Resource(
    kind="sender-id",
    path="sender-ids/<sender:key>/",
    spec=SENDER_IDS,
    find=_find,
    title=lambda row: f"{row.sender_id} – {country_name(row.iso_country_code)}",
    update_action="UpdateSenderId",
    edit_url="sender-id-edit",
    tabs=(Tab("detail", gettext_lazy("Overview")), Tab("pools", gettext_lazy("Pools")), *COMMON_TABS),
    deletion=Deletion(
        operation=_release_named,
        parameter="name",
        action="ReleaseSenderId",
        verb=gettext_lazy("Release sender ID"),
        consequences=_consequences,
        dependants=_pools,
        blocked=_blocked,
        word=lambda row: row.sender_id,
        done=gettext_lazy("%(name)s was released."),
    ),
)


@require_safe
def sender_id_list(request: HttpRequest) -> HttpResponse:
    return list_page(request, SENDER_IDS, template="sender_ids/list.html", context={"info": "sender-ids"})


@require_safe
def sender_id_request(request: HttpRequest) -> HttpResponse:
    """The wizard, with the type chosen already."""
    return HttpResponseRedirect(f"{url_to(caller_of(request), 'originator-request')}?number_type=SENDER_ID")


@require_safe
def sender_id_detail(request: HttpRequest, key: str) -> HttpResponse:
    row = _find(caller_of(request), key)
    country = countries()[row.iso_country_code]
    found = offer("SENDER_ID", row.iso_country_code)
    context = {
        **SENDER_ID.context(request, row, "detail"),
        "country": country_words(row.iso_country_code),
        "country_name": country_name(row.iso_country_code),
        "notes": [note for note in (country.sender_id_note, country.note) if note],
        "registration": registration_words(row),
        "goes_with": goes_with(request, row, found.registration if found else ""),
        "must_register": needs_registration(row.iso_country_code) and not row.registered,
        "displays": displays(row.iso_country_code),
        "as_it_is": display_of(row),
        "message_types": [MESSAGE_TYPES[name] for name in row.message_types],
    }
    return page(request, "sender_ids/detail.html", context, fragment="tab")


@require_http_methods(["GET", "POST"])
def sender_id_edit(request: HttpRequest, key: str) -> HttpResponse:
    caller = caller_of(request)
    caller.require("UpdateSenderId")
    row = _find(caller, key)
    initial = {"deletion_protection_enabled": row.deletion_protection_enabled}
    form = SettingsForm(request.POST if request.method == "POST" else None, initial=initial)
    return SENDER_ID.edit_page(
        request,
        row,
        form,
        lambda: update_sender_id(
            caller, sender_id=row.sender_id, iso_country_code=row.iso_country_code, **form.cleaned_data
        ),
        said=_("The settings of the sender ID were saved."),
        note=_("The name, the country and the message types are fixed; request another sender ID to change them."),
    )


@require_safe
def sender_id_pools(request: HttpRequest, key: str) -> HttpResponse:
    context = SENDER_ID.context(request, _find(caller_of(request), key), "pools")
    return list_page(request, SENDER_ID_POOLS, key, template="resources/list_tab.html", context=context)


@require_http_methods(["GET", "POST"])
def sender_id_pool_add(request: HttpRequest, key: str) -> HttpResponse:
    caller = caller_of(request)
    caller.require("AssociateOriginationIdentity")
    row = _find(caller, key)
    pools = with_names(caller, Pool.objects.for_caller(caller).exclude(sender_ids=row).order_by("pool_id"))
    form = AddToPoolForm(request.POST if request.method == "POST" else None, pools=pools)
    if request.method == "POST" and form.is_valid():
        member = {
            "pool_id": form.cleaned_data["pool_id"].pool_id,
            "origination_identity": row.sender_id,
            "iso_country_code": row.iso_country_code,
        }
        try:
            associate_origination_identity(caller, **member)
        except Refusal as refusal:
            form.refuse(refusal)
        else:
            undo.offer(
                request,
                _("%(sender_id)s was added to the pool.") % {"sender_id": row.sender_id},
                "disassociate_origination_identity",
                **member,
            )
            return done(request, "sender-id-pools", row.name)
    context = {
        **SENDER_ID.context(request, row, "pools"),
        "heading": _("Add to pool"),
        "cancel_url": url_to(caller, "sender-id-pools", row.name),
        "form": form,
        "any_pool": pools.exists(),
        "can_create": caller.may("CreatePool"),
    }
    return page(request, "sender_ids/pool_add.html", context, status=422 if form.errors else 200)


@require_POST
def sender_id_pool_remove(request: HttpRequest, key: str, pool_id: str) -> HttpResponse:
    """Take the sender ID out of a pool; Undo puts it back."""
    caller = caller_of(request)
    row = _find(caller, key)
    member = {"pool_id": pool_id, "origination_identity": row.sender_id, "iso_country_code": row.iso_country_code}
    disassociate_origination_identity(caller, **member)
    undo.offer(request, _("The sender ID was removed from the pool."), "associate_origination_identity", **member)
    return done(request, "sender-id-pools", row.name)


scoped_urlpatterns = [
    path("sender-ids/", sender_id_list, name="sender-id-list"),
    path("sender-ids/request/", sender_id_request, name="sender-id-request"),
    path("sender-ids/<sender:key>/", sender_id_detail, name="sender-id-detail"),
    path("sender-ids/<sender:key>/edit/", sender_id_edit, name="sender-id-edit"),
    path("sender-ids/<sender:key>/pools/", sender_id_pools, name="sender-id-pools"),
    path("sender-ids/<sender:key>/pools/add/", sender_id_pool_add, name="sender-id-pool-add"),
    path("sender-ids/<sender:key>/pools/<str:pool_id>/remove/", sender_id_pool_remove, name="sender-id-pool-remove"),
    *SENDER_ID.patterns(),
]
