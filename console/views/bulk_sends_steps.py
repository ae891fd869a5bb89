"""One bulk send and its steps: columns, dry run, start, pause, go on, stop; its progress asks for itself again."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from console.bulk_send_advice import LOOKED_AT, advice_on_bulk_send
from console.bulk_send_progress import Progress
from console.callers import caller_of, owner_of, url_to
from console.forms.bulk_sends import MANY, BulkSendForm, CountedStartForm, WhenForm
from console.forms.opt_out_imports import CheckForm
from console.fragments import done, page, target_of
from console.number_files import beginning
from console.polling import polled
from console.send_commands import send_commands
from console.views.bulk_sends import crumbs, find, tabs
from messaging import clock
from messaging.errors import Refusal
from messaging.models import BulkSend, BulkSendRow
from messaging.operations import snapshot
from messaging.operations.bulk_send_checks import check_bulk_send
from messaging.operations.bulk_sends import (
    NEXT,
    pause_bulk_send,
    resume_bulk_send,
    start_bulk_send,
    stop_bulk_send,
)
from messaging.operations.checks.money import spent_this_month
from messaging.operations.number_files import sample
from messaging.text import parts, placeholders

EXAMPLES = 3
OPTIONS = ("message_type", "configuration_set_name", "protect_configuration_id", "max_price", "time_to_live", "keyword")


@require_safe
@never_cache
def bulk_send_detail(request: HttpRequest, key: str) -> HttpResponse:
    """Where a bulk send stands and what can be done next."""
    caller = caller_of(request)
    caller.require("DescribeBulkSends")
    return _detail(request, find(caller, key))


def _detail(request: HttpRequest, row: BulkSend, refused: CheckForm | None = None) -> HttpResponse:
    caller = caller_of(request)
    progress = Progress(row, polled(request))
    may = {action: row.status in statuses for action, statuses in NEXT.items()}
    for action in may:
        may[action] = may[action] and caller.may("UpdateBulkSend") and not progress.checking
    context: dict[str, Any] = {
        "info": "bulk-sends",
        "title": row.bulk_send_name,
        "crumbs": crumbs(caller),
        "tabs": tabs(caller, row, "bulk-send-detail"),
        "bulk_send": row,
        "progress": progress,
        "polled": progress.polled + 1,
        "may": may,
        "rows_url": url_to(caller, "bulk-send-rows", row.bulk_send_id),
    }
    if target_of(request) != "progress":
        context |= _whole(request, row, refused, may["change"])
    status = 422 if refused and refused.errors else 200
    return page(request, "bulk_sends/detail.html", context, fragment={"progress": "progress"}, status=status)


def _whole(request: HttpRequest, row: BulkSend, refused: CheckForm | None, can_change: bool) -> dict[str, Any]:
    """What does not change while it runs."""
    caller = caller_of(request)
    found = beginning(row) if can_change else None
    template = placeholders.parsed(row.message_body)
    first = BulkSendRow.objects.filter(bulk_send=row, state__in=[*_SENDABLE])
    examples = list(first.order_by("number").only("destination_phone_number", "variables")[:LOOKED_AT])
    texts = [(one.destination_phone_number, template.rendered(one.variables)) for one in examples[:EXAMPLES]]
    given = {name: getattr(row, name) for name in ("origination_identity", *OPTIONS, "context")}
    example = texts[0] if texts else ("+14254147755", row.message_body)
    return {
        "sample": found,
        "check_form": refused
        or (CheckForm(initial={"column": row.column, "has_head": row.has_head}, found=found) if found else None),
        "advice": advice_on_bulk_send(caller, row, examples)
        if row.is_idle or row.status == BulkSend.Status.SCHEDULED
        else [],
        "examples": [(number, text, parts.count(text)) for number, text in texts],
        "options": [(BulkSendForm.base_fields[name].label, given[name]) for name in OPTIONS if given[name]],
        "commands": send_commands(
            request, caller, {"destination_phone_number": example[0], "message_body": example[1], **given}
        ),
    }


_SENDABLE = [state for state in BulkSendRow.State.values if state != BulkSendRow.State.LEFT_OUT]


@require_POST
def bulk_send_check(request: HttpRequest, key: str) -> HttpResponse:
    caller = caller_of(request)
    caller.require("CheckBulkSend")
    row = find(caller, key)
    form = CheckForm(request.POST, found=sample(row.stored))
    if form.is_valid():
        try:
            check_bulk_send(caller, bulk_send_id=key, **form.cleaned_data)
        except Refusal as refusal:
            form.refuse(refusal)
        else:
            return done(request, "bulk-send-detail", key)
    return _detail(request, row, form)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def bulk_send_start(request: HttpRequest, key: str) -> HttpResponse:
    """The totals once more, when it starts, and the count to type when it is large."""
    caller = caller_of(request)
    caller.require("StartBulkSend")
    row = find(caller, key)
    posted = request.POST if request.method == "POST" else None
    form = CountedStartForm(posted, word=str(row.ready)) if row.ready >= MANY else WhenForm(posted)
    if form.is_valid():
        try:
            row = start_bulk_send(caller, bulk_send_id=key, scheduled_at=form.cleaned_data["scheduled_at"])
        except Refusal as refusal:
            form.refuse(refusal)
        else:
            said = _("It is scheduled.") if row.status == BulkSend.Status.SCHEDULED else _("It has started.")
            messages.success(request, said)
            return done(request, "bulk-send-detail", key)
    account = snapshot.of(owner_of(request))
    left = account.spend_limits["TEXT"] - spent_this_month(caller.owner_id, "TEXT")
    context = {
        "title": _("Start bulk send"),
        "crumbs": crumbs(caller, row),
        "bulk_send": row,
        "progress": Progress(row),
        "form": form,
        "left": left,
        "too_dear": row.price > left,
        "now": timezone.localtime(clock.now()),
        "cancel": url_to(caller, "bulk-send-detail", key),
    }
    return page(request, "bulk_sends/start.html", context, status=422 if form.errors else 200)


@require_POST
def bulk_send_pause(request: HttpRequest, key: str) -> HttpResponse:
    pause_bulk_send(caller_of(request), bulk_send_id=key)
    messages.success(request, _("It has paused; what was sent goes on."))
    return done(request, "bulk-send-detail", key)


@require_POST
def bulk_send_resume(request: HttpRequest, key: str) -> HttpResponse:
    resume_bulk_send(caller_of(request), bulk_send_id=key)
    messages.success(request, _("It goes on."))
    return done(request, "bulk-send-detail", key)


@require_http_methods(["GET", "HEAD", "POST"])
def bulk_send_stop(request: HttpRequest, key: str) -> HttpResponse:
    """Ask before it ends for good."""
    caller = caller_of(request)
    caller.require("StopBulkSend")
    row = find(caller, key)
    if request.method == "POST":
        stop_bulk_send(caller, bulk_send_id=key)
        messages.success(request, _("It was stopped."))
        return done(request, "bulk-send-detail", key)
    open_rows = Progress(row).open
    context = {
        "title": _("Stop bulk send"),
        "crumbs": crumbs(caller, row),
        "consequences": [
            _("Rows that are not sent yet, or wait for another try: %(count)s. They never go.") % {"count": open_rows},
            _("Messages that were sent go on, and what becomes of them is still noted."),
            _("A stopped bulk send cannot be started again."),
        ],
        "verb": _("Stop bulk send"),
        "cancel_url": url_to(caller, "bulk-send-detail", key),
    }
    return page(request, "bulk_sends/delete.html", context)


_ONE = "bulk-sends/<str:key>/"
scoped_urlpatterns = [
    path(_ONE, bulk_send_detail, name="bulk-send-detail"),
    path(f"{_ONE}check/", bulk_send_check, name="bulk-send-check"),
    path(f"{_ONE}start/", bulk_send_start, name="bulk-send-start"),
    path(f"{_ONE}pause/", bulk_send_pause, name="bulk-send-pause"),
    path(f"{_ONE}resume/", bulk_send_resume, name="bulk-send-resume"),
    path(f"{_ONE}stop/", bulk_send_stop, name="bulk-send-stop"),
]
