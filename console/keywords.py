"""Keyword pages, the same on a phone number and on a pool."""

from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from console import undo
from console.callers import caller_of, url_to
from console.forms.origination import KeywordForm
from console.fragments import done, page
from console.listing import list_page
from console.lists import Command, Create, Empty, ListSpec
from console.preview import FIELD, SHARED_ROUTE, Edited, Preview, country_choices, edited, is_edit, text_in
from console.resources import Resource
from console.tables import Column
from messaging.advice import Subject
from messaging.caller import Caller
from messaging.errors import NotFound, Refusal
from messaging.filters import KEYWORD_FILTERS
from messaging.models import Keyword, NumberType, PhoneNumber, Pool
from messaging.operations import quotas
from messaging.operations.keywords import REQUIRED, KeywordOn, delete_keyword, keywords_of, put_keyword
from messaging.operations.rate_cards import card_of


def keyword_spec(resource: Resource) -> ListSpec:
    """The keywords of one number or pool."""

    def rows(caller: Caller, key: str) -> Any:
        return keywords_of(resource.find(caller, key))

    return ListSpec(
        name=f"{resource.kind}-keywords",
        title=gettext_lazy("Keywords"),
        url_name=f"{resource.kind}-keywords",
        action="DescribeKeywords",
        rows=rows,
        filters=KEYWORD_FILTERS,
        key="keyword",
        detail=f"{resource.kind}-keyword",
        detail_takes_args=True,
        sort="keyword",
        columns=(
            Column("keyword", gettext_lazy("Keyword"), "words", sort="keyword"),
            Column(
                "action",
                gettext_lazy("Action"),
                "choice",
                "keyword_action",
                sort="keyword_action",
                labels=dict(Keyword.Action.choices),
            ),
            Column("reply", gettext_lazy("Reply"), "prose", "keyword_message"),
            Column("required", gettext_lazy("Required"), "flag", lambda row: row.keyword in REQUIRED),
        ),
        search_hint=gettext_lazy("Beginning of a keyword"),
        empty=Empty(gettext_lazy("A keyword is a word that an inbound message begins with.")),
        create=Create(gettext_lazy("Add keyword"), f"{resource.kind}-keyword-create", "PutKeyword"),
        command=Command("describe-keywords", lambda key: ["--origination-identity", key]),
    )


def keyword_patterns(resource: Resource) -> list[URLPattern]:
    """The URLs of the keyword pages below the resource."""
    spec = keyword_spec(resource)

    @require_safe
    def keywords(request: HttpRequest, key: str) -> Any:
        caller = caller_of(request)
        row = resource.find(caller, key)
        quota = quotas.KEYWORDS_PER_POOL if isinstance(row, Pool) else quotas.KEYWORDS_PER_NUMBER
        context = {
            **resource.context(request, row, "keywords"),
            "owner_pool": getattr(row, "pool", None),
            "toll_free": _is_toll_free(row),
            "keyword_limit": quotas.limit(row.owner, quota),
        }
        return list_page(request, spec, key, template="resources/keywords.html", context=context)

    @require_http_methods(["GET", "POST"])
    def edit(request: HttpRequest, key: str, keyword: str = "") -> HttpResponse:
        return keyword_edit(request, resource, key, keyword)

    @require_POST
    def delete(request: HttpRequest, key: str, keyword: str) -> HttpResponse:
        caller = caller_of(request)
        row = resource.find(caller, key)
        gone = delete_keyword(caller, origination_identity=row.name, keyword=keyword)
        text = _("The keyword “%(keyword)s” was deleted.") % {"keyword": gone.keyword}
        undo.offer(request, text, "put_keyword", origination_identity=row.name, **_as_it_was(gone))
        return done(request, f"{resource.kind}-keywords", row.name)

    kind, below = resource.kind, f"{resource.path}keywords/"
    return [
        path(below, keywords, name=f"{kind}-keywords"),
        path(f"{below}create/", edit, name=f"{kind}-keyword-create"),
        path(f"{below}edit/<path:keyword>/", edit, name=f"{kind}-keyword"),
        path(f"{below}delete/<path:keyword>/", delete, name=f"{kind}-keyword-delete"),
    ]


def _preview(
    holder: PhoneNumber | Pool, text: str, data: Mapping[str, Any], keyword: str, edit: Edited | None = None
) -> Preview:
    """The reply as the senders of the keyword get it: from this number, or from the first of the pool."""
    numbers = [holder] if isinstance(holder, PhoneNumber) else list(holder.phone_numbers.order_by("pk")[:4])
    kind = numbers[0].number_type if numbers else SHARED_ROUTE
    return Preview(
        text,
        before=edit.before if edit else None,
        changed=edit.changed if edit else False,
        sender=numbers[0].phone_number if numbers else "",
        originator_type=kind,
        about=Subject(
            text,
            originator_type=kind,
            is_reply=True,
            reply_to=(keyword or data.get("keyword", "")).strip().upper(),
            reply_action=data.get("keyword_action", ""),
        ),
        countries=[number.iso_country_code for number in numbers],
        card=card_of(holder.owner),
    )


def keyword_edit(request: HttpRequest, resource: Resource, key: str, keyword: str) -> HttpResponse:
    """Add a keyword, or change what one that is there does. Either can be undone."""
    caller = caller_of(request)
    if request.method == "POST" or not keyword:  # without the right to change it, a keyword can still be looked at
        caller.require("PutKeyword")
    row = resource.find(caller, key)
    before: Keyword | None = keywords_of(row).filter(keyword=keyword).first() if keyword else None
    if keyword and before is None:
        raise NotFound("keyword", keyword)
    initial = (
        {"keyword": before.keyword, "keyword_action": before.keyword_action, "message_body": before.keyword_message}
        if before
        else {}
    )
    required, posted = keyword in REQUIRED, request.method == "POST"
    options: dict[str, Any] = {"fixed": keyword, "required_action": required}
    if posted and is_edit(request.POST):
        edit = edited(request.POST)
        form = KeywordForm(initial={**initial, **request.POST.dict(), "message_body": edit.text}, **options)
        preview = _preview(row, edit.text, request.POST, keyword, edit)
    else:
        form = KeywordForm(request.POST if posted else None, initial=initial, **options)
        text = text_in(request.POST.get(FIELD, "")) if posted else initial.get(FIELD, "")
        preview = _preview(row, text, request.POST if posted else initial, keyword)
    if form.is_valid() and (saved := _saved(caller, row, form)):
        text = _("The keyword “%(keyword)s” was saved.") % {"keyword": saved.keyword}
        here = {"origination_identity": row.name}
        if before is None:
            undo.offer(request, text, "delete_keyword", keyword=saved.keyword, **here)
        elif form.changed_data:
            undo.offer(request, text, "put_keyword", **here, **_as_it_was(before))
        else:
            messages.success(request, text)
        return done(request, f"{resource.kind}-keywords", row.name)
    context = {
        **resource.context(request, row, "keywords"),
        "heading": keyword or _("Add keyword"),
        "form": form,
        "keyword": before,
        "required": required,
        "toll_free": _is_toll_free(row),
        "owner_pool": getattr(row, "pool", None),
        "delete_keyword_url": url_to(caller, f"{resource.kind}-keyword-delete", row.name, keyword)
        if keyword and not required and caller.may("DeleteKeyword")
        else "",
        "keywords_url": url_to(caller, f"{resource.kind}-keywords", row.name),
        "may_put": caller.may("PutKeyword"),
        "preview": preview,
        "country_choices": country_choices(),
    }
    return page(request, "resources/keyword.html", context, status=422 if form.errors else 200)


def _saved(caller: Caller, row: PhoneNumber | Pool, form: KeywordForm) -> KeywordOn | None:
    """The keyword, or nothing when it was refused, which then stands on the form."""
    try:
        return put_keyword(caller, origination_identity=row.name, **form.parameters)
    except Refusal as refusal:
        form.refuse(refusal)
        return None


def _as_it_was(row: Keyword | KeywordOn) -> dict[str, str]:
    return {name: getattr(row, name) for name in ("keyword", "keyword_message", "keyword_action")}


def _is_toll_free(row: PhoneNumber | Pool) -> bool:
    return isinstance(row, PhoneNumber) and row.number_type == NumberType.TOLL_FREE
