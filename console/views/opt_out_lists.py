"""Opt-out lists: look a number up first, browse second."""

from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from console import returning
from console.callers import caller_of, url_to
from console.cells import international
from console.declarations import ADD_TAG, ARN, CREATED, rows_of
from console.forms.opt_out_lists import AddForm, CreateForm, LookUpForm, RemoveForm
from console.fragments import done, leave, page, target_of
from console.listing import list_page
from console.lists import BulkAction, Command, Create, Empty, ListSpec
from console.resources import COMMON_TABS, Deletion, Dependant, Resource, Tab
from console.tables import Column
from console.tag_names import called, with_names
from console.tagging import TagRows
from messaging.caller import Caller
from messaging.errors import Invalid, Refusal, Text
from messaging.filters import OPT_OUT_LIST_FILTERS, OPTED_OUT_FILTERS
from messaging.models import OptedOutNumber, OptOutList, PhoneNumber, Pool
from messaging.operations.opt_out_lists import (
    create_opt_out_list,
    delete_opt_out_list,
    delete_opted_out_number,
    parsed_number,
    put_opted_out_number,
    removable_from,
)

SHOWN_DEPENDANTS = 20


OPT_OUT_LISTS = ListSpec(
    name="opt-out-lists",
    title=gettext_lazy("Opt-out lists"),
    purpose=gettext_lazy("Destination numbers that must get nothing from the originators linked to a list."),
    url_name="opt-out-list-list",
    action="DescribeOptOutLists",
    rows=rows_of(OptOutList, "owner"),
    filters=OPT_OUT_LIST_FILTERS,
    key="opt_out_list_name",
    detail="opt-out-list-detail",
    sort="name",
    columns=(
        Column("name", gettext_lazy("Name"), value="opt_out_list_name", sort="opt_out_list_name"),
        CREATED,
        ARN,
    ),
    search_hint=gettext_lazy("Search by name"),
    empty=Empty(gettext_lazy("Every account has the list Default.")),
    create=Create(gettext_lazy("Create opt-out list"), "opt-out-list-create", "CreateOptOutList"),
    command=Command("describe-opt-out-lists"),
    bulk=(ADD_TAG,),
)

BY = {True: gettext_lazy("Recipient"), False: gettext_lazy("Operator or program")}


def _number_rows(caller: Caller, name: str) -> QuerySet[OptedOutNumber]:
    row: OptOutList = OptOutList.objects.named(caller, name)
    return OptedOutNumber.objects.filter(opt_out_list=row)


def _remove_many(caller: Caller, row: OptedOutNumber, parameters: dict[str, Any]) -> None:
    delete_opted_out_number(
        caller,
        opt_out_list_name=row.opt_out_list.opt_out_list_name,
        opted_out_number=row.opted_out_number,
        reason=parameters["reason"],
    )


OPTED_OUT_NUMBERS = ListSpec(
    name="opted-out-numbers",
    title=gettext_lazy("Opted-out numbers"),
    url_name="opt-out-list-detail",
    action="DescribeOptedOutNumbers",
    rows=_number_rows,
    filters=OPTED_OUT_FILTERS,
    key="opted_out_number",
    detail="opted-out-number-remove",
    detail_takes_args=True,
    sort="number",
    columns=(
        Column("number", gettext_lazy("Number"), "phone", "opted_out_number", sort="opted_out_number"),
        Column("since", gettext_lazy("Opted out"), "time", "opted_out_timestamp", sort="opted_out_timestamp"),
        Column("how", gettext_lazy("Asked by"), "choice", "end_user_opted_out", labels=BY),  # type: ignore[arg-type]
        Column("actor", gettext_lazy("Added by"), "words"),
        Column("reason", gettext_lazy("Reason"), "prose", hidden=True),
    ),
    search_hint=gettext_lazy("Beginning of a number, such as +1425"),
    empty=Empty(
        gettext_lazy("Nobody on this list has opted out."),
        gettext_lazy("A number comes here when its owner answers STOP, or when you add it."),
    ),
    create=Create(gettext_lazy("Add number"), "opted-out-number-add", "PutOptedOutNumber"),
    command=Command("describe-opted-out-numbers", lambda name: ["--opt-out-list-name", name]),
    bulk=(
        BulkAction(
            "remove",
            gettext_lazy("Remove"),
            "DeleteOptedOutNumber",
            _remove_many,
            changes=lambda row, parameters: _("Comes off the list and can get messages again."),
            consequence=gettext_lazy("Remove only numbers whose owners have agreed to get messages again."),
            form=RemoveForm,
            irreversible=True,
        ),
    ),
)


def _find(caller: Caller, key: str) -> OptOutList:
    row: OptOutList = OptOutList.objects.select_related("owner").named(caller, key)
    return row


def _in_use(caller: Caller, row: OptOutList) -> Sequence[Dependant]:
    """What must be moved to another list before this one can go."""
    found = [
        Dependant(number.phone_number, url_to(caller, "phone-number-detail", number.phone_number_id), _("Phone number"))
        for number in PhoneNumber.objects.filter(opt_out_list=row)[:SHOWN_DEPENDANTS]
    ]
    return found + [
        Dependant(called(pool), url_to(caller, "pool-detail", pool.pool_id), _("Pool"))
        for pool in with_names(caller, Pool.objects.filter(opt_out_list=row))[:SHOWN_DEPENDANTS]
    ]


def _consequences(row: OptOutList) -> list[Text]:
    return [
        _("Every number on the list is forgotten: it counts as opted in from then on."),
        _("This cannot be undone."),
    ]


OPT_OUT_LIST = Resource(
    kind="opt-out-list",
    path="opt-out-lists/<str:key>/",
    spec=OPT_OUT_LISTS,
    find=_find,
    title=lambda row: row.opt_out_list_name,
    update_action="PutOptedOutNumber",
    tabs=(
        Tab("detail", gettext_lazy("Numbers")),
        Tab("used", gettext_lazy("Linked originators")),
        Tab("imports", gettext_lazy("Import")),
        *COMMON_TABS,
    ),
    deletion=Deletion(
        operation=delete_opt_out_list,
        parameter="opt_out_list_name",
        action="DeleteOptOutList",
        verb=gettext_lazy("Delete opt-out list"),
        consequences=_consequences,
        blocked=_in_use,
    ),
)


@require_safe
def opt_out_list_list(request: HttpRequest) -> HttpResponse:
    return list_page(request, OPT_OUT_LISTS)


@require_http_methods(["GET", "POST"])
def opt_out_list_create(request: HttpRequest) -> HttpResponse:
    caller = caller_of(request)
    caller.require("CreateOptOutList")
    back = returning.return_path(request)
    form = CreateForm(request.POST if request.method == "POST" else None)
    rows, status = TagRows.of([]), 200
    if request.method == "POST":
        rows = TagRows.posted(request.POST)
        if rows.rearranged(request.POST):
            form = CreateForm(initial=request.POST.dict())
        elif form.is_valid() & rows.is_valid():
            try:
                row = create_opt_out_list(caller, tags=rows.tags, **form.cleaned_data)
            except Refusal as refusal:
                form.refuse(refusal)
            else:
                messages.success(request, _("The opt-out list “%(name)s” was created.") % {"name": row.name})
                if back:
                    return leave(request, returning.extended(back, "opt_out_list_name", row.name))
                return done(request, "opt-out-list-detail", row.name)
        status = 422 if form.errors or not rows.is_valid() else 200
    list_url = url_to(caller, OPT_OUT_LISTS.url_name)
    context = {
        "title": _("Create opt-out list"),
        "crumbs": [{"label": OPT_OUT_LISTS.title, "url": list_url}],
        "form": form,
        "tag_rows": rows,
        "has_errors": status == 422,
        "return_value": returning.signed(back) if back else "",
        "submit_label": _("Create opt-out list"),
        "cancel_url": back or list_url,
    }
    return page(request, "resources/create.html", context, status=status)


@require_safe
def opt_out_list_detail(request: HttpRequest, key: str) -> HttpResponse:
    """Look-up first: one indexed read. Below it the list's numbers."""
    caller = caller_of(request)
    row = _find(caller, key)
    asked = request.GET.get("number", "").strip()
    form = LookUpForm(request.GET if asked else None)
    context = {**OPT_OUT_LIST.context(request, row, "detail"), "look_up": form, "answer": look_up(caller, row, form)}
    if target_of(request) == "answer":
        return page(request, "opt_out_lists/detail.html", context, fragment="answer")
    return list_page(request, OPTED_OUT_NUMBERS, key, template="opt_out_lists/detail.html", context=context)


def look_up(caller: Caller, row: OptOutList, form: LookUpForm) -> dict[str, Any] | None:
    """What is known of the number that was asked for: the entry if it is on the list, and when it may leave."""
    if not form.is_bound or not form.is_valid():
        return None
    try:
        number = parsed_number(form.cleaned_data["number"], "number")
    except Invalid as refusal:
        form.refuse(refusal)
        return None
    entry = OptedOutNumber.objects.filter(opt_out_list=row, opted_out_number=number).first()
    removable = removable_from(row, number) if entry else None
    may_remove = entry is not None and removable is None and caller.may("DeleteOptedOutNumber")
    return {"number": number, "entry": entry, "removable_from": removable, "may_remove": may_remove}


@require_safe
def opt_out_list_used(request: HttpRequest, key: str) -> HttpResponse:
    """The originators that heed this list."""
    caller = caller_of(request)
    row = _find(caller, key)
    context = {
        **OPT_OUT_LIST.context(request, row, "used"),
        "phone_numbers": row.phone_numbers.order_by("phone_number")[:100],
        "pools": [(pool, called(pool)) for pool in with_names(caller, row.pools.order_by("pool_id"))[:100]],
    }
    return page(request, "opt_out_lists/used.html", context, fragment="tab")


@require_http_methods(["GET", "POST"])
def opted_out_number_add(request: HttpRequest, key: str) -> HttpResponse:
    caller = caller_of(request)
    caller.require("PutOptedOutNumber")
    row = _find(caller, key)
    initial = {"opted_out_number": request.GET.get("number", "")}
    form = AddForm(request.POST if request.method == "POST" else None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            entry = put_opted_out_number(caller, opt_out_list_name=row.name, **form.cleaned_data)
        except Refusal as refusal:
            form.refuse(refusal)
        else:
            messages.success(request, _("%(number)s is on the list.") % {"number": entry.opted_out_number})
            return done(request, "opt-out-list-detail", row.name, event=OPTED_OUT_NUMBERS.event)
    context = {
        **OPT_OUT_LIST.context(request, row, ""),
        "heading": _("Add a number to %(list)s") % {"list": row.name},
        "form": form,
    }
    status = 422 if form.errors else 200
    return page(request, "opt_out_lists/add.html", context, fragment="dialog", status=status)


@require_http_methods(["GET", "POST"])
def opted_out_number_remove(request: HttpRequest, key: str, number: str) -> HttpResponse:
    """One entry, and the way off the list: a reason, and once in 30 days."""
    caller = caller_of(request)
    row = _find(caller, key)
    entry = OptedOutNumber.objects.filter(opt_out_list=row, opted_out_number=number).first()
    if entry is None:
        raise Http404
    may_remove = caller.may("DeleteOptedOutNumber")
    form = RemoveForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            delete_opted_out_number(caller, opt_out_list_name=row.name, opted_out_number=number, **form.cleaned_data)
        except Refusal as refusal:
            form.refuse(refusal)
        else:
            messages.success(request, _("%(number)s was removed from the list.") % {"number": number})
            return done(request, "opt-out-list-detail", row.name, event=OPTED_OUT_NUMBERS.event)
    context = {
        **OPT_OUT_LIST.context(request, row, ""),
        "heading": _("%(number)s on %(list)s") % {"number": international(number), "list": row.name},
        "entry": entry,
        "form": form,
        "may_remove": may_remove,
        "removable_from": removable_from(row, number),
    }
    status = 422 if form.errors else 200
    return page(request, "opt_out_lists/remove.html", context, fragment="dialog", status=status)


# “+” can be no name, so that a list may be called “create”.
scoped_urlpatterns = [
    path("opt-out-lists/", opt_out_list_list, name="opt-out-list-list"),
    path("opt-out-lists/+/create/", opt_out_list_create, name="opt-out-list-create"),
    path("opt-out-lists/<str:key>/", opt_out_list_detail, name="opt-out-list-detail"),
    path("opt-out-lists/<str:key>/used-by/", opt_out_list_used, name="opt-out-list-used"),
    path("opt-out-lists/<str:key>/numbers/add/", opted_out_number_add, name="opted-out-number-add"),
    path("opt-out-lists/<str:key>/numbers/<str:number>/", opted_out_number_remove, name="opted-out-number-remove"),
    *OPT_OUT_LIST.patterns(),
]
