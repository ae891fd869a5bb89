"""What the pages of every resource share: its head and tabs, the tags editor, its activity, its delete page.

A resource declares one Resource; `patterns()` gives the URLs of the shared pages, named `<kind>-tags`,
`<kind>-activity` and `<kind>-delete`.
"""

import dataclasses
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from console import undo
from console.callers import caller_of, url_to
from console.forms.base import ConsoleForm
from console.forms.confirm import ConfirmForm
from console.fragments import TAB, done, page
from console.listing import list_page
from console.lists import ListSpec
from console.tagging import TagRows
from console.views.activity import ACTIVITY
from messaging.caller import Caller
from messaging.errors import Refusal, Text
from messaging.models import Owned
from messaging.operations.tags import tag_resource, tags_of, untag_resource


@dataclass(frozen=True, slots=True)
class Tab:
    """One section of a detail page: the URL name is `<kind>-<name>`."""

    name: str
    label: Text


@dataclass(frozen=True, slots=True)
class Dependant:
    """Something that uses a resource which is about to go."""

    label: Text
    url: str
    what: Text = ""


@dataclass(frozen=True, slots=True)
class Deletion:
    """How a resource goes. gather(caller, row) finds what depends on it; blocked says what must be done first."""

    operation: Callable[..., Any]
    parameter: str
    action: str
    verb: Text  # “Delete pool”
    consequences: Callable[[Any], Sequence[Text]]
    dependants: Callable[[Caller, Any], Sequence[Dependant]] = lambda caller, row: ()
    blocked: Callable[[Caller, Any], Sequence[Dependant]] = lambda caller, row: ()
    must_type: Callable[[Caller, Any], bool] = lambda caller, row: True
    word: Callable[[Any], str] = lambda row: row.name
    done: Text = gettext_lazy("“%(name)s” was deleted.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Resource:
    """One kind of resource. find(caller, key) gives the row, with what its head needs, or raises NotFound."""

    kind: str
    path: str
    spec: ListSpec
    find: Callable[[Caller, str], Any]
    title: Callable[[Any], str]
    update_action: str
    tabs: Sequence[Tab]
    deletion: Deletion
    edit_url: str = ""
    status: Callable[[Any], str] = lambda row: ""
    name_row: Callable[[Caller, Any], Any] = lambda caller, row: row  # looks up what title needs beside the row

    def activity_spec(self) -> ListSpec:
        """The activity log narrowed to one resource."""

        def rows(caller: Caller, key: str) -> Any:
            row: Owned = self.find(caller, key)
            about = Q(resource__in=[row.arn, row.name]) | Q(resource__startswith=f"{row.arn}#")
            return ACTIVITY.rows(caller).filter(about)

        return dataclasses.replace(ACTIVITY, name=f"{self.kind}-activity", url_name=f"{self.kind}-activity", rows=rows)

    def context(self, request: HttpRequest, row: Any, current: str) -> dict[str, Any]:
        """What templates/resources/detail.html needs beside a tab's own content. Raises Denied."""
        caller = caller_of(request)
        caller.require(self.spec.action)
        self.name_row(caller, row)
        tabs = [
            {
                "label": tab.label,
                "url": url_to(caller, f"{self.kind}-{tab.name}", row.name),
                "current": tab.name == current,
                "swap": TAB,
            }
            for tab in self.tabs
        ]
        can_update = caller.may(self.update_action)
        crumbs = [{"label": self.spec.title, "url": url_to(caller, self.spec.url_name)}]
        if current != self.tabs[0].name:
            crumbs.append({"label": self.title(row), "url": url_to(caller, f"{self.kind}-detail", row.name)})
        return {
            "row": row,
            "row_status": self.status(row),
            "title": self.title(row),
            "crumbs": crumbs,
            "tabs": tabs,
            "tab": current,
            "can_update": can_update,
            "can_tag": caller.may("TagResource"),
            "edit_url": url_to(caller, self.edit_url, row.name) if self.edit_url and can_update else "",
            "delete_url": url_to(caller, f"{self.kind}-delete", row.name) if caller.may(self.deletion.action) else "",
            "delete_label": self.deletion.verb,
            "cancel_url": url_to(caller, f"{self.kind}-detail", row.name),
        }

    def edit_page(
        self, request: HttpRequest, row: Any, form: ConsoleForm, save: Callable[[], Any], *, said: Text, note: Text = ""
    ) -> HttpResponse:
        """The settings: `save` changes them as the valid form says, or refuses; `said` tells of it."""
        if request.method == "POST" and form.is_valid():
            try:
                save()
            except Refusal as refusal:
                form.refuse(refusal)
            else:
                messages.success(request, str(said))
                return done(request, f"{self.kind}-detail", row.name)
        context = {**self.context(request, row, "edit"), "heading": _("Edit settings"), "form": form, "note": note}
        return page(request, "resources/edit.html", context, status=422 if form.errors else 200)

    def patterns(self) -> list[URLPattern]:
        """The URLs of the shared pages, below `path`, which ends in the key's converter named `key`."""
        activity = self.activity_spec()

        @require_http_methods(["GET", "POST"])
        def tags(request: HttpRequest, key: str) -> HttpResponse:
            return tags_page(request, self, key)

        @require_safe
        def activity_page(request: HttpRequest, key: str) -> Any:
            row = self.find(caller_of(request), key)
            context = self.context(request, row, "activity")
            return list_page(request, activity, key, template="resources/list_tab.html", context=context)

        @require_http_methods(["GET", "POST"])
        def delete(request: HttpRequest, key: str) -> HttpResponse:
            return delete_page(request, self, key)

        return [
            path(f"{self.path}tags/", tags, name=f"{self.kind}-tags"),
            path(f"{self.path}activity/", activity_page, name=f"{self.kind}-activity"),
            path(f"{self.path}delete/", delete, name=f"{self.kind}-delete"),
        ]


COMMON_TABS = (Tab("tags", gettext_lazy("Tags")), Tab("activity", gettext_lazy("Activity")))


def tags_page(request: HttpRequest, resource: Resource, key: str) -> HttpResponse:
    """The tags of a resource: rows to change, Save at the end; what was before comes back with Undo."""
    caller = caller_of(request)
    row = resource.find(caller, key)
    before = tags_of(caller, row.arn)
    rows = TagRows.of(before)
    status = 200
    if request.method == "POST":
        caller.require("TagResource")
        rows = TagRows.posted(request.POST)
        if not rows.rearranged(request.POST):
            if rows.is_valid() and _saved(request, caller, row, before, rows):
                return done(request, f"{resource.kind}-tags", row.name)
            status = 422
    context = {**resource.context(request, row, "tags"), "tag_rows": rows}
    return page(request, "resources/tags.html", context, fragment="tab", status=status)


def _saved(request: HttpRequest, caller: Caller, row: Owned, before: list[dict[str, str]], rows: TagRows) -> bool:
    old = {tag["key"]: tag["value"] for tag in before}
    new = {tag["key"]: tag["value"] for tag in rows.tags}
    gone = [key for key in old if key not in new]
    changed = [{"key": key, "value": value} for key, value in new.items() if old.get(key) != value]
    try:
        if gone:
            untag_resource(caller, resource_arn=row.arn, tag_keys=gone)
        if changed:
            tag_resource(caller, resource_arn=row.arn, tags=changed)
    except Refusal as refusal:
        rows.refused(refusal)
        return False
    if gone or changed:
        restored = [tag for tag in before if new.get(tag["key"]) != tag["value"]]
        added = [key for key in new if key not in old]
        undo.offer(
            request, _("The tags were saved."), "restore_tags", resource_arn=row.arn, tags=restored, remove=added
        )
    else:
        messages.info(request, _("The tags are as they were."))
    return True


def delete_page(request: HttpRequest, resource: Resource, key: str) -> HttpResponse:
    """What goes, what depends on it, what must be done first; then the word to type, when one is asked for."""
    caller = caller_of(request)
    deletion = resource.deletion
    caller.require(deletion.action)
    row = resource.find(caller, key)
    resource.name_row(caller, row)
    must_type = deletion.must_type(caller, row)
    posted = request.POST if request.method == "POST" else None
    form = ConfirmForm(posted, word=deletion.word(row)) if must_type else ConsoleForm(posted)
    if request.method == "POST" and form.is_valid():
        try:
            deletion.operation(caller, **{deletion.parameter: row.name})
        except Refusal as refusal:
            form.refuse(refusal)
        else:
            messages.success(request, deletion.done % {"name": resource.title(row)})
            return done(request, resource.spec.url_name)
    context = {
        **resource.context(request, row, ""),
        "form": form,
        "verb": deletion.verb,
        "consequences": deletion.consequences(row),
        "dependants": deletion.dependants(caller, row),
        "blocked": deletion.blocked(caller, row),
        "heading": f"{deletion.verb}: {resource.title(row)}",
    }
    return page(request, "resources/delete.html", context, fragment="dialog", status=422 if form.errors else 200)
