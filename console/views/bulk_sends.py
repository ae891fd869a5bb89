"""Bulk sends: list, create and change; their rows; the result as a file; delete."""

from collections.abc import Iterator
from functools import partial
from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseBase, QueryDict
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from console import exports
from console.callers import caller_of, owner_of, url_to
from console.forms.bulk_sends import BulkSendForm, CreateBulkSendForm
from console.forms.confirm import ConfirmForm
from console.fragments import done, page
from console.held_uploads import posted
from console.listing import list_page
from console.lists import Create, Empty, ListSpec
from console.number_files import uploaded
from console.preview import Preview, chosen_countries, country_choices, is_edit
from console.protect_names import choices_of
from console.senders import Senders
from console.tables import Column
from console.views.message_parts import preview_of
from messaging.caller import Caller
from messaging.errors import Refusal
from messaging.filters import Property, ResourceFilters
from messaging.message_filters import NumberProperty
from messaging.models import BulkSend, BulkSendRow, ConfigurationSet, SenderId
from messaging.operations.bulk_sends import (
    RETRIABLE,
    create_bulk_send,
    delete_bulk_send,
    update_bulk_send,
)
from messaging.operations.number_files import MOST_ROWS
from messaging.operations.rate_cards import card_of
from messaging.queries import sent_lately
from messaging.text import placeholders

CHUNK = 2_000
MOST_CHOICES = 200
MANY_ROWS = 10_000  # from here on deleting asks for the name


def _rows(caller: Caller) -> QuerySet[BulkSend]:
    rows: QuerySet[BulkSend] = BulkSend.objects.for_caller(caller)
    return rows.defer("rates", "lanes")


BULK_SENDS = ListSpec(
    name="bulk-sends",
    title=gettext_lazy("Bulk send"),
    purpose=gettext_lazy("One text to the numbers of a file: checked row by row first, then sent as fast as allowed."),
    url_name="bulk-send-list",
    action="DescribeBulkSends",
    rows=_rows,
    filters=ResourceFilters(
        BulkSend,
        {
            "status": Property(gettext_lazy("Status"), "status", "choice", BulkSend.Status.choices, console_only=True),
            "created": Property(gettext_lazy("Created"), "created_timestamp", "time", console_only=True),
            "actor": Property(gettext_lazy("Started by"), "actor", console_only=True),
        },
        search=["bulk_send_name__icontains", "file_name__icontains"],
    ),
    key="bulk_send_id",
    detail="bulk-send-detail",
    sort="-created",
    columns=(
        Column("name", gettext_lazy("Name"), "words", "bulk_send_name", sort="bulk_send_name"),
        Column("status", gettext_lazy("Status"), "status", sort="status"),
        Column("rows", gettext_lazy("Rows"), "number", sort="rows"),
        Column("ready", gettext_lazy("Will go"), "number", sort="ready"),
        Column("parts", gettext_lazy("Message parts"), "number", hidden=True),
        Column("price", gettext_lazy("Price"), "money", sort="price", unit="USD"),
        Column("file", gettext_lazy("File"), "words", "file_name"),
        Column("created", gettext_lazy("Created"), "time", "created_timestamp", sort="pk"),
        Column("scheduled", gettext_lazy("Scheduled for"), "time", "scheduled_at", hidden=True),
        Column("started", gettext_lazy("Started"), "time", "started_at", hidden=True),
        Column("finished", gettext_lazy("Ended"), "time", "finished_at", hidden=True),
        Column("actor", gettext_lazy("By"), "words"),
        Column("bulk_send_id", gettext_lazy("Bulk send ID"), "id", hidden=True),
    ),
    search_hint=gettext_lazy("Part of a name or file name"),
    empty=Empty(
        gettext_lazy("Nothing has been sent in bulk yet."),
        gettext_lazy("Upload numbers and write a text; nothing goes before you have seen what every row does."),
    ),
    create=Create(gettext_lazy("Create bulk send"), "bulk-send-create", "CreateBulkSend"),
)


def find(caller: Caller, key: str) -> BulkSend:
    """The caller's bulk send with its check. Raises NotFound. One query."""
    row: BulkSend = BulkSend.objects.select_related("check_job").named(caller, key)
    return row


def _file_rows(caller: Caller, key: str) -> QuerySet[BulkSendRow]:
    rows: QuerySet[BulkSendRow] = BulkSendRow.objects.filter(
        bulk_send__owner_id=caller.owner_id, bulk_send__bulk_send_id=key
    )
    return rows


ROWS = ListSpec(
    name="bulk-send-rows",
    title=gettext_lazy("Rows"),
    url_name="bulk-send-rows",
    action="DescribeBulkSends",
    rows=_file_rows,
    filters=ResourceFilters(
        BulkSendRow,
        {
            "state": Property(gettext_lazy("State"), "state", "choice", BulkSendRow.State.choices, console_only=True),
            "reason": Property(gettext_lazy("Reason"), "reason", console_only=True),
            "destination": NumberProperty(
                gettext_lazy("Destination"), "destination_phone_number", "id", console_only=True
            ),
            "iso-country-code": Property(gettext_lazy("Country"), "iso_country_code", console_only=True),
            "parts": Property(gettext_lazy("Message parts"), "parts", "number", console_only=True),
            "tries": Property(gettext_lazy("Tries"), "tries", "number", console_only=True),
        },
        search=["destination_phone_number__startswith"],
    ),
    sort="number",
    columns=(
        Column("number", gettext_lazy("Row"), "number", sort="number"),
        Column("destination", gettext_lazy("Destination"), "phone", "destination_phone_number"),
        Column("state", gettext_lazy("State"), "status"),
        Column("reason", gettext_lazy("Reason"), "words", hidden=True),
        Column("detail", gettext_lazy("Why"), "prose"),
        Column("parts", gettext_lazy("Message parts"), "number", sort="parts"),
        Column("price", gettext_lazy("Price"), "money", sort="price", unit="USD"),
        Column("tries", gettext_lazy("Tries"), "number", sort="tries", hidden=True),
        Column("due", gettext_lazy("Next try"), "time", "due_at", hidden=True),
        Column("country", gettext_lazy("Country"), value="iso_country_code", hidden=True),
        Column("message", gettext_lazy("Message id"), "id", "message_id", to="message-detail"),
    ),
    search_hint=gettext_lazy("Beginning of a number"),
    empty=Empty(
        gettext_lazy("The file has not been checked yet."), gettext_lazy("The check says what every row will do.")
    ),
)


@require_safe
@never_cache
def bulk_send_list(request: HttpRequest) -> HttpResponseBase:
    return list_page(request, BULK_SENDS, context={"info": "bulk-sends"})


def crumbs(caller: Caller, row: BulkSend | None = None) -> list[dict[str, Any]]:
    found = [{"label": BULK_SENDS.title, "url": url_to(caller, "bulk-send-list")}]
    if row is not None:
        found.append({"label": row.bulk_send_name, "url": url_to(caller, "bulk-send-detail", row.bulk_send_id)})
    return found


def tabs(caller: Caller, row: BulkSend, current: str) -> list[dict[str, Any]]:
    return [
        {"label": label, "url": url_to(caller, name, row.bulk_send_id), "current": name == current}
        for label, name in ((_("Progress"), "bulk-send-detail"), (_("Rows"), "bulk-send-rows"))
    ]


@require_safe
@never_cache
def bulk_send_rows(request: HttpRequest, key: str) -> HttpResponseBase:
    """What every row of the file will do, or has done."""
    caller = caller_of(request)
    row = find(caller, key)
    context = {
        "title": _("Rows of %(name)s") % {"name": row.bulk_send_name},
        "crumbs": crumbs(caller, row),
        "tabs": tabs(caller, row, "bulk-send-rows"),
        "bulk_send": row,
    }
    return list_page(request, ROWS, key, template="bulk_sends/rows.html", context=context)


def _choices(caller: Caller) -> dict[str, Any]:
    """What the form offers. Five queries."""
    identities = Senders(caller, "").choices
    senders = SenderId.objects.for_caller(caller).order_by("sender_id").values_list("sender_id", flat=True).distinct()
    names = [(name, name) for name in senders[:MOST_CHOICES]]
    sets = ConfigurationSet.objects.for_caller(caller).order_by("configuration_set_name")
    found = sets.values_list("configuration_set_name", flat=True)[:MOST_CHOICES]
    return {
        "identities": [*identities, *([(_("Sender IDs"), names)] if names else [])],
        "sets": [("", _("None")), *((name, name) for name in found)],
        "protections": [("", _("As the configuration set or the account says")), *choices_of(caller)],
    }


def _preview(request: HttpRequest, text: str) -> dict[str, Any]:
    """The live preview of the text as one of its rows could be. One query."""
    caller = caller_of(request)
    lately = sent_lately(caller)
    if request.method == "POST":
        shown = preview_of(request, chosen_countries(request.POST, lately.countries))
    else:
        shown = Preview(
            placeholders.example(text),
            typed=text,
            countries=lately.countries,
            originator_type=lately.originator_type,
            card=card_of(owner_of(request)),
        )
    return {"preview": shown, "country_choices": country_choices(), "info": "bulk-sends"}


def _typed(data: QueryDict) -> dict[str, Any]:
    """What was typed so far, after a button of the preview: shown again without judging it yet."""
    pairs = zip(data.getlist("context_key"), data.getlist("context_value"), strict=False)
    return {
        **data.dict(),
        "retry_statuses": data.getlist("retry_statuses"),
        "context": {key: value for key, value in pairs if key or value},
    }


FIRST = {"retry_statuses": list(RETRIABLE), "max_tries": 3, "first_wait_seconds": 300, "wait_growth": 3}


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def bulk_send_create(request: HttpRequest) -> HttpResponse:
    """Text, options and file; then its columns and the check are on its own page."""
    caller = caller_of(request)
    caller.require("CreateBulkSend")
    editing = is_edit(request.POST)
    given = posted(request) if request.method == "POST" else None
    form = CreateBulkSendForm(
        *(given if given and not editing else ()),
        initial=_typed(request.POST) if editing else FIRST,
        **_choices(caller),
    )
    if given and editing:
        form.files = given[1]
    if form.is_valid():
        made = uploaded(form, partial(create_bulk_send, caller, **form.settings), folder="bulk-sends")
        if made is not None:
            messages.success(request, _("The bulk send was created. Nothing is sent before you have checked it."))
            return done(request, "bulk-send-detail", made.bulk_send_id)
    context = {
        "title": _("Create bulk send"),
        "crumbs": crumbs(caller),
        "form": form,
        "submit": _("Go on to the columns"),
        "cancel": url_to(caller, "bulk-send-list"),
        "most_rows": MOST_ROWS,
        "new": True,
        **_preview(request, ""),
    }
    return page(request, "bulk_sends/form.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def bulk_send_edit(request: HttpRequest, key: str) -> HttpResponse:
    """Text and options, before anything is sent."""
    caller = caller_of(request)
    caller.require("UpdateBulkSend")
    row = find(caller, key)
    editing = is_edit(request.POST)
    initial = _typed(request.POST) if editing else {name: getattr(row, name) for name in BulkSendForm.base_fields}
    posted = request.POST if request.method == "POST" and not editing else None
    form = BulkSendForm(posted, initial=initial, **_choices(caller))
    if form.is_valid():
        try:
            update_bulk_send(caller, bulk_send_id=key, **form.settings)
        except Refusal as refusal:
            form.refuse(refusal)
        else:
            messages.success(request, _("The bulk send was saved. Check it again before you start it."))
            return done(request, "bulk-send-detail", key)
    context = {
        "title": _("Edit bulk send"),
        "crumbs": crumbs(caller, row),
        "form": form,
        "submit": _("Save bulk send"),
        "cancel": url_to(caller, "bulk-send-detail", key),
        **_preview(request, row.message_body),
    }
    return page(request, "bulk_sends/form.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def bulk_send_delete(request: HttpRequest, key: str) -> HttpResponse:
    caller = caller_of(request)
    caller.require("DeleteBulkSend")
    row = find(caller, key)
    posted = request.POST if request.method == "POST" else None
    form = ConfirmForm(posted, word=row.bulk_send_name.strip()) if row.rows >= MANY_ROWS else None
    if request.method == "POST" and (form is None or form.is_valid()):
        delete_bulk_send(caller, bulk_send_id=key)
        messages.success(request, _("“%(name)s” was deleted.") % {"name": row.bulk_send_name})
        return done(request, "bulk-send-list")
    context = {
        "title": _("Delete bulk send"),
        "crumbs": crumbs(caller, row),
        "consequences": [
            _("The file, its rows and what became of them are deleted."),
            _("The messages that were sent stay where they are."),
        ],
        "verb": _("Delete bulk send"),
        "form": form,
        "cancel_url": url_to(caller, "bulk-send-detail", key),
    }
    return page(request, "bulk_sends/delete.html", context, status=422 if form and form.errors else 200)


@require_safe
def bulk_send_result(request: HttpRequest, key: str) -> HttpResponseBase:
    """Every row of the file with what became of it, as CSV."""
    caller = caller_of(request)
    caller.require("DescribeBulkSends")
    row = find(caller, key)
    return exports.streamed("csv", _lines(row), f"{row.bulk_send_id}-result")


def _lines(row: BulkSend) -> Iterator[str]:
    """A chunk of rows in memory at a time."""
    yield exports.csv_line(
        [_("Row"), _("Number"), _("Country"), _("State"), _("Reason"), _("Why"), _("Message parts"), _("Price in USD"),
         _("Tries"), _("Message id"), _("Earlier message ids")]
    )  # fmt: skip
    last = 0
    while True:
        chunk = list(BulkSendRow.objects.filter(bulk_send=row, number__gt=last).order_by("number")[:CHUNK])
        yield "".join(
            exports.csv_line(
                [one.number, one.destination_phone_number, one.iso_country_code, one.state, one.reason, one.detail,
                 one.parts, f"{one.price / 100_000:.5f}", one.tries, one.message_id or "",
                 " ".join(one.earlier_message_ids)]
            )
            for one in chunk
        )  # fmt: skip
        if len(chunk) < CHUNK:
            return
        last = chunk[-1].number


_ONE = "bulk-sends/<str:key>/"
scoped_urlpatterns = [
    path("bulk-sends/", bulk_send_list, name="bulk-send-list"),
    path("bulk-sends/create/", bulk_send_create, name="bulk-send-create"),
    path(f"{_ONE}edit/", bulk_send_edit, name="bulk-send-edit"),
    path(f"{_ONE}rows/", bulk_send_rows, name="bulk-send-rows"),
    path(f"{_ONE}result/", bulk_send_result, name="bulk-send-result"),
    path(f"{_ONE}delete/", bulk_send_delete, name="bulk-send-delete"),
]
