"""Importing numbers into an opt-out list: upload, columns and sample, check, import."""

from functools import partial
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from console import exports
from console.callers import caller_of, url_to
from console.forms.base import ConsoleForm
from console.forms.opt_out_imports import CheckForm, StartForm, UploadForm
from console.fragments import done, page
from console.held_uploads import posted
from console.number_files import SHOWN, beginning, in_words, problems_csv, uploaded
from console.polling import poll_context
from console.views.opt_out_lists import OPT_OUT_LIST
from messaging.caller import Caller
from messaging.errors import NotFound, Refusal
from messaging.models import OptOutImport, OptOutList
from messaging.operations.number_files import DUPLICATE, INVALID, MOST_ROWS, sample
from messaging.operations.opt_out_imports import (
    ALREADY,
    check_opt_out_import,
    discard_opt_out_import,
    import_opted_out_numbers,
    problems,
    upload_opt_out_import,
)

MOST_SHOWN = 1_000
KINDS = {
    INVALID: gettext_lazy("Not a number"),
    DUPLICATE: gettext_lazy("Twice in the file"),
    ALREADY: gettext_lazy("Already on the list"),
}


@require_http_methods(["GET", "HEAD", "POST"])
def opt_out_list_imports(request: HttpRequest, key: str) -> HttpResponse:
    """The imports of a list, and the upload of another file."""
    caller = caller_of(request)
    caller.require("DescribeOptedOutNumbers")
    row = OPT_OUT_LIST.find(caller, key)
    form = UploadForm()
    if request.method == "POST":
        caller.require("UploadOptOutImport")
        form = UploadForm(*posted(request))
        if form.is_valid():
            made = uploaded(form, partial(upload_opt_out_import, caller, opt_out_list_name=row.name))
            if made is not None:
                return done(request, "opt-out-import-detail", row.name, made.import_id)
    context = {
        **OPT_OUT_LIST.context(request, row, "imports"),
        "imports": OptOutImport.objects.filter(opt_out_list=row).order_by("-pk")[:50],
        "form": form,
        "most_rows": MOST_ROWS,
        "can_import": caller.may("ImportOptedOutNumbers"),
    }
    return page(request, "opt_out_lists/imports.html", context, fragment="tab", status=422 if form.errors else 200)


def _find(caller: Caller, row: OptOutList, import_id: str) -> OptOutImport:
    found = (
        OptOutImport.objects.for_caller(caller)
        .select_related("check_job", "import_job")
        .filter(opt_out_list=row, import_id=import_id)
        .first()
    )
    if found is None:
        raise NotFound("opt-out-import", import_id)
    found.opt_out_list = row
    return found


@require_safe
@never_cache
def opt_out_import_detail(request: HttpRequest, key: str, import_id: str) -> HttpResponse:
    """Where an import stands, and the next step."""
    caller = caller_of(request)
    caller.require("DescribeOptedOutNumbers")
    row = OPT_OUT_LIST.find(caller, key)
    return _detail(request, _find(caller, row, import_id))


def _detail(request: HttpRequest, row: OptOutImport, refused: ConsoleForm | None = None) -> HttpResponse:
    caller, states = caller_of(request), OptOutImport.Status
    job = row.import_job if row.status in (states.IMPORTING, states.DONE) else row.check_job
    running = job is not None and job.is_open
    stopped = job is not None and not job.is_open and row.status in (states.CHECKING, states.IMPORTING)
    found = beginning(row)
    most = MOST_SHOWN if request.GET.get("shown") == str(MOST_SHOWN) else SHOWN
    wrong = list(in_words(problems(row), KINDS, most)) if row.status != states.CHECKING else []
    more = most == SHOWN and row.invalid + row.duplicates + row.already > len(wrong)
    initial = {"column": row.column, "has_head": row.has_head}
    context: dict[str, Any] = {
        **OPT_OUT_LIST.context(request, row.opt_out_list, "imports"),
        "heading": row.file_name,
        "import": row,
        "job": job,
        "stopped": stopped,
        "running": running,
        **poll_context(request, live=running),
        "sample": found,
        "check_form": refused or (CheckForm(initial=initial, found=found) if found else None),
        "start_form": StartForm(),
        "problems": wrong,
        "more_url": f"{request.path}?shown={MOST_SHOWN}" if more else "",
        "can_import": caller.may("ImportOptedOutNumbers"),
        "imports_url": url_to(caller, "opt-out-list-imports", row.opt_out_list.name),
    }
    status = 422 if refused and refused.errors else 200
    return page(request, "opt_out_lists/import.html", context, fragment={"progress": "progress"}, status=status)


@require_POST
def opt_out_import_check(request: HttpRequest, key: str, import_id: str) -> HttpResponse:
    caller = caller_of(request)
    caller.require("CheckOptOutImport")
    row = _find(caller, OPT_OUT_LIST.find(caller, key), import_id)
    form = CheckForm(request.POST, found=sample(row.stored))
    if form.is_valid():
        try:
            check_opt_out_import(caller, import_id=import_id, **form.cleaned_data)
        except Refusal as refusal:
            form.refuse(refusal)
        else:
            return done(request, "opt-out-import-detail", key, import_id)
    return _detail(request, row, form)


@require_POST
def opt_out_import_start(request: HttpRequest, key: str, import_id: str) -> HttpResponse:
    caller = caller_of(request)
    caller.require("ImportOptedOutNumbers")
    _find(caller, OPT_OUT_LIST.find(caller, key), import_id)
    form = StartForm(request.POST)
    reason = form.cleaned_data["reason"] if form.is_valid() else ""
    import_opted_out_numbers(caller, import_id=import_id, reason=reason)
    return done(request, "opt-out-import-detail", key, import_id)


@require_POST
def opt_out_import_discard(request: HttpRequest, key: str, import_id: str) -> HttpResponse:
    caller = caller_of(request)
    _find(caller, OPT_OUT_LIST.find(caller, key), import_id)
    row = discard_opt_out_import(caller, import_id=import_id)
    messages.success(request, _("The file %(file)s was discarded; the list stays as it is.") % {"file": row.file_name})
    return done(request, "opt-out-list-imports", key)


@require_safe
def opt_out_import_problems(request: HttpRequest, key: str, import_id: str) -> HttpResponseBase:
    """Every row of the file that adds no number, as CSV."""
    caller = caller_of(request)
    caller.require("DescribeOptedOutNumbers")
    row = _find(caller, OPT_OUT_LIST.find(caller, key), import_id)
    return exports.streamed("csv", problems_csv(problems(row), KINDS), f"{row.opt_out_list.name}-problems")


_IMPORT = "opt-out-lists/<str:key>/imports/<str:import_id>/"
scoped_urlpatterns = [
    path("opt-out-lists/<str:key>/imports/", opt_out_list_imports, name="opt-out-list-imports"),
    path(_IMPORT, opt_out_import_detail, name="opt-out-import-detail"),
    path(f"{_IMPORT}check/", opt_out_import_check, name="opt-out-import-check"),
    path(f"{_IMPORT}start/", opt_out_import_start, name="opt-out-import-start"),
    path(f"{_IMPORT}discard/", opt_out_import_discard, name="opt-out-import-discard"),
    path(f"{_IMPORT}problems/", opt_out_import_problems, name="opt-out-import-problems"),
]
