"""Keyword pages, the same on a phone number and on a pool."""

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
from console.resources import Resource
from console.tables import Column
from messaging.caller import Caller
from messaging.errors import NotFound, Refusal
from messaging.filters import KEYWORD_FILTERS
from messaging.models import Keyword
from messaging.operations.keywords import REQUIRED, delete_keyword, keywords_of, put_keyword


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
            Column("reply", gettext_lazy("Reply"), "words", "keyword_message"),
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
        row = resource.find(caller_of(request), key)
        context = {**resource.context(request, row, "keywords"), "owner_pool": getattr(row, "pool", None)}
        return list_page(request, spec, key, template="resources/list_tab.html", context=context)

    @require_http_methods(["GET", "POST"])
    def edit(request: HttpRequest, key: str, keyword: str = "") -> HttpResponse:
        return keyword_edit(request, resource, key, keyword)

    @require_POST
    def delete(request: HttpRequest, key: str, keyword: str) -> HttpResponse:
        caller = caller_of(request)
        row = resource.find(caller, key)
        gone = delete_keyword(caller, origination_identity=row.name, keyword=keyword)
        undo.offer(
            request,
            _("The keyword “%(keyword)s” was deleted.") % {"keyword": gone.keyword},
            "put_keyword",
            origination_identity=row.name,
            keyword=gone.keyword,
            keyword_message=gone.keyword_message,
            keyword_action=gone.keyword_action,
        )
        return done(request, f"{resource.kind}-keywords", row.name)

    kind, below = resource.kind, f"{resource.path}keywords/"
    return [
        path(below, keywords, name=f"{kind}-keywords"),
        path(f"{below}create/", edit, name=f"{kind}-keyword-create"),
        path(f"{below}edit/<path:keyword>/", edit, name=f"{kind}-keyword"),
        path(f"{below}delete/<path:keyword>/", delete, name=f"{kind}-keyword-delete"),
    ]


def keyword_edit(request: HttpRequest, resource: Resource, key: str, keyword: str) -> HttpResponse:
    """Add a keyword, or change what one that is there does. A changed reply can be undone."""
    caller = caller_of(request)
    row = resource.find(caller, key)
    before: Keyword | None = keywords_of(row).filter(keyword=keyword).first() if keyword else None
    if keyword and before is None:
        raise NotFound("keyword", keyword)
    initial = {name: getattr(before, name) for name in KeywordForm.base_fields} if before else None
    required = keyword in REQUIRED
    form = KeywordForm(
        request.POST if request.method == "POST" else None, initial=initial, fixed=keyword, required_action=required
    )
    if request.method == "POST" and form.is_valid():
        try:
            saved = put_keyword(caller, origination_identity=row.name, **form.cleaned_data)
        except Refusal as refusal:
            form.refuse(refusal)
        else:
            text = _("The keyword “%(keyword)s” was saved.") % {"keyword": saved.keyword}
            if before and before.keyword_message != saved.keyword_message:
                undo.offer(request, text, "put_keyword", origination_identity=row.name, **(initial or {}))
            else:
                messages.success(request, text)
            return done(request, f"{resource.kind}-keywords", row.name)
    context = {
        **resource.context(request, row, "keywords"),
        "heading": keyword or _("Add keyword"),
        "form": form,
        "keyword": keyword,
        "owner_pool": getattr(row, "pool", None),
        "delete_keyword_url": url_to(caller, f"{resource.kind}-keyword-delete", row.name, keyword)
        if keyword and not required and caller.may("DeleteKeyword")
        else "",
        "keywords_url": url_to(caller, f"{resource.kind}-keywords", row.name),
        "may_put": caller.may("PutKeyword"),
    }
    return page(request, "resources/keyword.html", context, status=422 if form.errors else 200)
