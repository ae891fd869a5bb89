"""Everything of every list that is not the list itself: columns, saved views, bulk actions, long exports."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.urls import NoReverseMatch, path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from console import bulk, exports, undo
from console.callers import caller_of, preferences_of, url_to
from console.forms.confirm import ConfirmForm
from console.forms.lists import LayoutForm, SavedViewForm, full_order, moved
from console.fragments import done, leave, page
from console.listing import Listing, layout_of, view_url, views_of
from console.lists import ListSpec, find
from console.operations.views import delete_view, save_table_layout, save_view
from messaging.errors import Refusal


def _list_url(request: HttpRequest, spec: ListSpec, data: QueryDict) -> str:
    """The list that a page under /lists/ belongs to. Raises Denied; Http404 for arguments that it does not take."""
    caller = caller_of(request)
    caller.require(spec.action)
    try:
        return url_to(caller, spec.url_name, *data.getlist("arg"))
    except NoReverseMatch as error:
        raise Http404 from error


def _with_query(url: str, query: str) -> str:
    return f"{url}?{query}" if query else url


@require_http_methods(["GET", "POST"])
def list_columns(request: HttpRequest, name: str) -> HttpResponse:
    """Columns and their order, page size, density, wrapping. Moving a column shows the page again, saving nothing."""
    spec = find(name)
    data = request.POST if request.method == "POST" else request.GET
    back = _with_query(_list_url(request, spec, data), data.get("query", ""))
    layout, preferences = layout_of(request.user, name), preferences_of(request)
    if request.method == "POST":
        order = full_order(spec, data.getlist("order"))
        shown = set(data.getlist("shown")) | {order[0]}
        form = LayoutForm(data)
        for step, by in (("up", -1), ("down", 1)):
            if step in data:
                order = moved(order, data[step], by)
                context = {**_columns_context(spec, form, order, shown, data, back), "moved": f"{step} {data[step]}"}
                return page(request, "lists/columns.html", context)
        if form.is_valid():
            values = dict(form.cleaned_data)
            density = values.pop("density")
            chosen = [key for key in order if key in shown]
            save_table_layout(caller_of(request), list_name=name, columns=chosen, **values)
            if density != preferences.density:
                from console.operations.preferences import update_preferences

                update_preferences(caller_of(request), density=density)
            messages.success(request, _("The columns were saved."))
            return leave(request, back)
        status = 422
    else:
        shown = {column.key for column in spec.chosen(layout.columns)}
        order = full_order(spec, layout.columns)
        initial = {
            "page_size": layout.page_size,
            "density": preferences.density,
            "wrap_lines": layout.wrap_lines,
            "sticky_first": layout.sticky_first,
        }
        form, status = LayoutForm(initial=initial), 200
    return page(request, "lists/columns.html", _columns_context(spec, form, order, shown, data, back), status=status)


def _columns_context(
    spec: ListSpec, form: LayoutForm, order: list[str], shown: set[str], data: QueryDict, back: str
) -> dict[str, Any]:
    columns = [(spec.column(key), key in shown) for key in order]
    return {
        "title": _("Columns of %(title)s") % {"title": spec.title},
        "crumbs": [{"label": spec.title, "url": back}],
        "spec": spec,
        "form": form,
        "columns": columns,
        "back": back,
        "args": data.getlist("arg"),
        "query": data.get("query", ""),
    }


@require_http_methods(["GET", "POST"])
def list_view_save(request: HttpRequest, name: str) -> HttpResponse:
    """Keep the current filters, order and columns under a name."""
    spec, caller = find(name), caller_of(request)
    data = request.POST if request.method == "POST" else request.GET
    path_to_list, query = _list_url(request, spec, data), data.get("query", "")
    own = [view for view in views_of(request.user, caller, name) if view.user_id == request.user.pk]
    over = next((view for view in own if str(view.pk) == data.get("over")), None)
    initial = {"name": over.name, "shared": over.shared, "is_default": over.is_default, "over": over.pk} if over else {}
    form = SavedViewForm(request.POST if request.method == "POST" else None, own=own, initial=initial)
    if request.method == "POST" and form.is_valid():
        values = dict(form.cleaned_data)
        view_id = int(values.pop("over") or 0) or None
        try:
            view = save_view(caller, list_name=name, query=query, view_id=view_id, **values)
        except Refusal as refusal:
            form.refuse(refusal)
        else:
            messages.success(request, _("The view “%(name)s” was saved.") % {"name": view.name})
            return leave(request, view_url(path_to_list, view))
    context = {
        "title": _("Save view of %(title)s") % {"title": spec.title},
        "crumbs": [{"label": spec.title, "url": _with_query(path_to_list, query)}],
        "spec": spec,
        "form": form,
        "back": _with_query(path_to_list, query),
        "args": data.getlist("arg"),
        "query": query,
    }
    return page(request, "lists/view.html", context, status=422 if form.errors else 200)


@require_POST
def list_view_default(request: HttpRequest, name: str, view_id: int) -> HttpResponse:
    """Make one of one's own views the one that the list opens with, or stop that."""
    spec, caller = find(name), caller_of(request)
    back = _list_url(request, spec, request.POST)
    view = next((v for v in views_of(request.user, caller, name) if v.pk == view_id), None)
    if view is not None:
        view = save_view(
            caller,
            list_name=name,
            name=view.name,
            query=view.query,
            shared=view.shared,
            is_default=not view.is_default,
            view_id=view_id,
        )
        messages.success(
            request,
            _("The list now opens with “%(name)s”.") % {"name": view.name}
            if view.is_default
            else _("The list now opens without a view."),
        )
        back = view_url(back, view)
    return leave(request, back)


@require_POST
def list_view_delete(request: HttpRequest, name: str, view_id: int) -> HttpResponse:
    """Delete one of one's own views; Undo saves it again."""
    spec, caller = find(name), caller_of(request)
    back = _list_url(request, spec, request.POST)
    view = delete_view(caller, view_id=view_id)
    undo.offer(
        request,
        _("The view “%(name)s” was deleted.") % {"name": view.name},
        "save_view",
        list_name=view.list_name,
        **{name: getattr(view, name) for name in ("name", "query", "shared", "is_default")},
    )
    return leave(request, _with_query(back, f"{view.query}{'&' if view.query else ''}view=none"))


@require_POST
def list_bulk(request: HttpRequest, name: str, action_name: str) -> HttpResponse:
    """Preview a bulk action on the selection that was posted, then, confirmed, start its job."""
    spec, caller = find(name), caller_of(request)
    action = spec.bulk_action(action_name)
    caller.require(action.action)
    back = _with_query(_list_url(request, spec, request.POST), request.POST.get("query", ""))
    selection = bulk.Selection.posted(spec, caller, request.POST)
    if not selection.everything and not selection.ids:
        messages.warning(
            request, _("Nothing was selected: tick the rows that “%(action)s” is for.") % {"action": action.label}
        )
        return leave(request, back)
    step = request.POST.get("step", "")
    form = action.form(request.POST if step else None) if action.form else None
    ready = form is None or form.is_valid()
    previewed = form is None or (bool(step) and ready)
    parameters = dict(form.cleaned_data) if form and previewed else {}
    shown = bulk.preview(action, selection, parameters if previewed else None)
    count_form = (
        ConfirmForm(request.POST if step == "confirm" else None, word=str(shown.count)) if action.irreversible else None
    )
    counted = count_form is None or count_form.is_valid()
    if step == "confirm" and ready and counted and shown.count:
        job = bulk.start(action, selection, parameters, shown.count)
        return done(request, "job-detail", job.job_id)
    invalid = bool(step) and not (ready and (counted or step != "confirm"))
    context = {
        "title": action.label,
        "crumbs": [{"label": spec.title, "url": back}],
        "has_errors": invalid,
        "spec": spec,
        "action": action,
        "preview": shown,
        "form": form,
        "previewed": previewed,
        "count_form": count_form,
        "carried": bulk.queries_of(selection),
        "back": back,
    }
    return page(request, "lists/bulk.html", context, status=422 if invalid else 200)


@require_POST
def list_export(request: HttpRequest, name: str) -> HttpResponse:
    """Start the job that writes a long export."""
    spec = find(name)
    _list_url(request, spec, request.POST)
    request.GET = QueryDict(request.POST.get("query", ""))
    listing = Listing(request, spec, *request.POST.getlist("arg"))
    job = exports.start(listing, request.POST.get("format", ""))
    return done(request, "job-detail", job.job_id)


scoped_urlpatterns = [
    path("lists/<slug:name>/columns/", list_columns, name="list-columns"),
    path("lists/<slug:name>/views/", list_view_save, name="list-view-save"),
    path("lists/<slug:name>/views/<int:view_id>/default/", list_view_default, name="list-view-default"),
    path("lists/<slug:name>/views/<int:view_id>/delete/", list_view_delete, name="list-view-delete"),
    path("lists/<slug:name>/bulk/<slug:action_name>/", list_bulk, name="list-bulk"),
    path("lists/<slug:name>/export/", list_export, name="list-export"),
]
