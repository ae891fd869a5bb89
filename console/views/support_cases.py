"""Support cases of the submitter: list, choose a kind, open one, follow it, reply, withdraw."""

from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from console.callers import caller_of, url_to
from console.forms.support_cases import CaseMessageForm, SupportCaseForm
from console.fragments import done, page
from console.held_uploads import posted
from console.listing import list_page
from console.lists import Create, Empty, ListSpec
from console.numbers import whole
from console.review_words import person
from console.support_cases import facts_of, flow_title, requests_of
from console.tables import Column
from messaging.caller import Caller
from messaging.data_texts import in_english
from messaging.errors import Refusal, Text
from messaging.filters import Property, ResourceFilters
from registrations.models import SupportCase, SupportCaseMessage
from registrations.operations.attachments import create_registration_attachment, delete_registration_attachment
from registrations.operations.support_cases import (
    Status,
    case_named,
    create_support_case,
    describe_support_cases,
    reply_to_support_case,
    withdraw_support_case,
)
from registrations.support_flows import Flow, flows, refusal_note

CASE_FILTERS = ResourceFilters(
    SupportCase,
    {
        "status": Property(gettext_lazy("Status"), "status", "choice", Status.choices, console_only=True),
        "kind": Property(
            gettext_lazy("Case"),
            "flow",
            "choice",
            [(flow.id, flow.name) for flow in flows().values()],
            console_only=True,
        ),
        "opened": Property(gettext_lazy("Opened"), "created_timestamp", "time", console_only=True),
    },
    search=["case_id__startswith"],
)
COLUMNS = (
    Column("case", gettext_lazy("Case"), "prose", lambda row: flow_title(row.flow), sort="flow"),
    Column("status", gettext_lazy("Status"), "status", sort="status"),
    Column(
        "regions",
        gettext_lazy("Region"),
        value=lambda row: ", ".join(dict.fromkeys(asked["region"] for asked in row.requests)) or row.owner.region,
    ),
    Column("opened", gettext_lazy("Opened"), "time", "created_timestamp", sort="created_timestamp"),
    Column("expected", gettext_lazy("Answer expected"), "time", "expected_at", sort="expected_at"),
    Column("by", gettext_lazy("Opened by"), "words", lambda row: person(row.opened_by)),
    Column("decided", gettext_lazy("Decided"), "time", "decided_at", sort="decided_at", hidden=True),
    Column("case_id", gettext_lazy("Case ID"), "id", hidden=True),
)


def _rows(caller: Caller) -> QuerySet[SupportCase]:
    return describe_support_cases(caller).select_related("owner")


SUPPORT_CASES = ListSpec(
    name="support-cases",
    title=gettext_lazy("Your support cases"),
    purpose=gettext_lazy("What people decide on: leaving the sandbox, higher limits, short codes and more."),
    url_name="support-case-list",
    action="DescribeSupportCases",
    rows=_rows,
    filters=CASE_FILTERS,
    key="case_id",
    detail="support-case-detail",
    sort="-opened",
    columns=COLUMNS,
    search_hint=gettext_lazy("Beginning of a case ID"),
    empty=Empty(
        gettext_lazy("No case was opened in this Region."),
        gettext_lazy("A case asks for what no setting gives. A reviewer of this installation answers it."),
    ),
    create=Create(gettext_lazy("Create case"), "support-case-create", "CreateSupportCase"),
)


def crumbs(caller: Caller) -> list[dict[str, str]]:
    return [{"label": _("Your support cases"), "url": url_to(caller, "support-case-list")}]


@require_safe
@never_cache
def support_case_list(request: HttpRequest) -> Any:
    return list_page(request, SUPPORT_CASES)


@require_safe
def support_case_create(request: HttpRequest) -> HttpResponse:
    """The kinds of cases to choose from."""
    caller = caller_of(request)
    caller.require("CreateSupportCase")
    context = {
        "title": _("Create case"),
        "purpose": _("Choose what you want to ask for."),
        "crumbs": crumbs(caller),
        "flows": [(flow, url_to(caller, "support-case-open", flow.id)) for flow in flows().values()],
    }
    return page(request, "support_cases/choose.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def support_case_open(request: HttpRequest, flow: str) -> HttpResponse:
    """The form of one kind of case; fields may come filled in by the query. “Add another request” adds a row."""
    caller = caller_of(request)
    caller.require("CreateSupportCase")
    kind = flows().get(flow)
    if kind is None:
        raise Http404
    count = whole(request.POST.get("count", ""), otherwise=1)
    if "add" in request.POST:
        form = SupportCaseForm(initial=request.POST.dict(), flow=kind, caller=caller, count=count + 1)
        _data, form.files = posted(request)
    elif request.method == "POST":
        form = SupportCaseForm(*posted(request), flow=kind, caller=caller, count=count)
        row = _opened(caller, kind, form)
        if row is not None:
            messages.success(request, _("The case was opened. %(note)s") % {"note": kind.response_time})
            return done(request, "support-case-detail", row.case_id)
    else:
        form = SupportCaseForm(initial=prefilled(request, caller), flow=kind, caller=caller)
    context = {
        "title": flow_title(kind.id),
        "purpose": _("A reviewer decides on it. %(note)s") % {"note": refusal_note()},
        "crumbs": [*crumbs(caller), {"label": _("Create case"), "url": url_to(caller, "support-case-create")}],
        "form": form,
        "flow": kind,
        "preconditions": kind.preconditions,
        "outcome": kind.outcome,
        "response_time": kind.response_time,
        "cancel": url_to(caller, "support-case-list"),
    }
    return page(request, "support_cases/open.html", context, status=422 if form.errors else 200)


def prefilled(request: HttpRequest, caller: Caller) -> dict[str, str]:
    """What the link that led here filled in: fields by their keys, region, quota and new_value for the request."""
    given = {key: str(value) for key, value in request.GET.items()}
    for name in ("region", "quota", "new_value"):
        if name in given:
            given[f"request-0-{name}"] = given.pop(name)
    return {"sending_region": caller.region, **given}


def _opened(caller: Caller, flow: Flow, form: SupportCaseForm) -> SupportCase | None:
    if not form.is_valid():
        return None
    files: list[str] = []
    try:
        files = taken(caller, form.cleaned_data["file"])
        return create_support_case(
            caller,
            flow=flow.id,
            answers=form.answers(),
            requests=form.requests(),
            description=form.cleaned_data["description"],
            contact_language=form.cleaned_data["contact_language"],
            registration_attachment_ids=files,
        )
    except Refusal as refusal:
        _forget(caller, files)
        form.refuse(refusal)
    return None


def _forget(caller: Caller, files: list[str]) -> None:
    """Delete files that were taken for a message that was refused."""
    for name in files:
        delete_registration_attachment(caller, registration_attachment_id=name)


def taken(caller: Caller, file: Any) -> list[str]:
    """The id of an uploaded file that passed the checks of registrations' files, if there is one. Raises Refusal."""
    if not file:
        return []
    row = create_registration_attachment(
        caller, attachment_body=file.read(), said_name=file.name or "", said_type=file.content_type or ""
    )
    return [row.registration_attachment_id]


def talk(row: SupportCase) -> list[dict[str, Any]]:
    """The messages of a case, oldest first. Two queries."""
    rows = SupportCaseMessage.objects.filter(case=row).prefetch_related("attachments")
    return [
        {
            "by_reviewer": message.by_reviewer,
            "who": person(message.author),
            "at": message.at,
            "body": _body(row, message),
            "files": list(message.attachments.all()),
        }
        for message in rows
    ]


def _body(row: SupportCase, message: SupportCaseMessage) -> Text:
    """What a message says; what an approval says by itself, in the reader's language."""
    outcome = flows()[row.flow].outcome
    return outcome if message.by_reviewer and message.body == in_english(outcome) else message.body


def shown(caller: Caller, row: SupportCase) -> dict[str, Any]:
    """What both pages of a case have: the submitter's and the reviewer's."""
    flow = flows()[row.flow]
    return {
        "title": flow_title(row.flow),
        "case": row,
        "flow": flow,
        "opened_by": person(row.opened_by),
        "decided_by": person(row.decided_by) if row.decided_by else "",
        "facts": facts_of(row),
        "requests": requests_of(row),
        "talk": talk(row),
        "granted": [(done["region"], done["about"]) for done in row.granted],
        "outcome": flow.outcome,
    }


@require_safe
@never_cache
def support_case_detail(request: HttpRequest, case_id: str) -> HttpResponse:
    caller = caller_of(request)
    caller.require("DescribeSupportCases")
    return _detail(request, caller, case_named(caller, case_id), CaseMessageForm())


def _detail(request: HttpRequest, caller: Caller, row: SupportCase, form: CaseMessageForm) -> HttpResponse:
    can_reply = caller.may("ReplyToSupportCase") and row.status not in (Status.APPROVED, Status.WITHDRAWN)
    context = {
        **shown(caller, row),
        "crumbs": crumbs(caller),
        "form": form if can_reply or form.errors else None,  # a refusal is said wherever it comes from
        "can_withdraw": row.is_open and caller.may("WithdrawSupportCase"),
        "review_url": url_to(caller, "review-case-detail", row.case_id) if caller.may("DecideSupportCase") else "",
    }
    return page(request, "support_cases/detail.html", context, status=422 if form.errors else 200)


@require_POST
def support_case_reply(request: HttpRequest, case_id: str) -> HttpResponse:
    caller = caller_of(request)
    caller.require("ReplyToSupportCase")
    row = case_named(caller, case_id)
    form = CaseMessageForm(*posted(request))
    if form.is_valid():
        files: list[str] = []
        try:
            files = taken(caller, form.cleaned_data["file"])
            reply_to_support_case(
                caller, case_id=case_id, message=form.cleaned_data["message"], registration_attachment_ids=files
            )
        except Refusal as refusal:
            _forget(caller, files)
            form.refuse(refusal)
        else:
            messages.success(request, _("Your message was added to the case."))
            return done(request, "support-case-detail", case_id)
    return _detail(request, caller, row, form)


@require_POST
def support_case_withdraw(request: HttpRequest, case_id: str) -> HttpResponse:
    caller = caller_of(request)
    caller.require("WithdrawSupportCase")
    try:
        withdraw_support_case(caller, case_id=case_id)
    except Refusal as refusal:
        messages.error(request, f"{refusal} {refusal.next_step}")
    else:
        messages.success(request, _("The case was withdrawn."))
    return done(request, "support-case-detail", case_id)


scoped_urlpatterns = [
    path("support-cases/", support_case_list, name="support-case-list"),
    path("support-cases/create/", support_case_create, name="support-case-create"),
    path("support-cases/create/<slug:flow>/", support_case_open, name="support-case-open"),
    path("support-cases/<str:case_id>/", support_case_detail, name="support-case-detail"),
    path("support-cases/<str:case_id>/reply/", support_case_reply, name="support-case-reply"),
    path("support-cases/<str:case_id>/withdraw/", support_case_withdraw, name="support-case-withdraw"),
]
