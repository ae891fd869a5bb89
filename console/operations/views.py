"""What a person makes of a list: saved views and the layout of its table."""

from collections.abc import Sequence

from django.contrib.auth import get_user_model
from django.db.models import Q
from django.utils.translation import gettext as _

from console.models import SavedView, TableLayout
from messaging.caller import Caller
from messaging.errors import Conflict, Denied, Invalid, NotFound, Resource
from messaging.operations.registry import operation

NAME_LIMIT, QUERY_LIMIT = 60, 2000
PAGE_SIZES = (25, 50, 100)


def _person(caller: Caller) -> int:
    """The signed-in person's key. Raises Denied for a caller who is none."""
    kind, _colon, name = caller.actor.partition(":")
    found = get_user_model().objects.filter(username=name).values_list("pk", flat=True).first()
    if kind != "user" or found is None:
        raise Denied(_("Only a person who is signed in has saved views."))
    return int(found)


def _own(caller: Caller, view_id: int) -> SavedView:
    view = SavedView.objects.filter(pk=view_id, account_id=caller.account_id).first()
    if view is None:
        raise NotFound("saved view", str(view_id))
    if view.user_id != _person(caller):
        raise Denied(
            _("Only the person who saved a view may change it."), next_step=_("Save it as a view of your own.")
        )
    return view


@operation(logged=False)
def save_view(
    caller: Caller,
    *,
    list_name: str,
    name: str,
    query: str,
    shared: bool = False,
    is_default: bool = False,
    view_id: int | None = None,
) -> SavedView:
    """Keep a list's query string under a name, as a new view or over the person's own view_id.

    query holds filters, sort, page size and columns. is_default takes the place of an earlier default of this list.
    Raises Invalid, Conflict when the name is taken, NotFound, Denied.
    """
    name = name.strip()
    if not name or len(name) > NAME_LIMIT:
        raise Invalid(
            _("A view needs a name."),
            fields={"name": _("Give a name of 1 to %(limit)s characters.") % {"limit": NAME_LIMIT}},
        )
    if len(query) > QUERY_LIMIT:
        raise Invalid(_("These are more filters than a view can keep."), fields={"name": _("Remove some filters.")})
    person = _person(caller)
    view = (
        _own(caller, view_id)
        if view_id
        else SavedView(account_id=caller.account_id, user_id=person, list_name=list_name)
    )
    mine = SavedView.objects.filter(account_id=caller.account_id, user=person, list_name=view.list_name)
    if mine.filter(name=name).exclude(pk=view.pk).exists():
        raise Conflict(
            _("You already have a view with this name."),
            reason="RESOURCE_ALREADY_EXISTS",
            resource=Resource("saved view", name),
            fields={"name": _("Choose another name, or save over the view that has it.")},
        )
    if is_default:
        mine.filter(~Q(pk=view.pk), is_default=True).update(is_default=False)
    view.name, view.query, view.shared, view.is_default = name, query, shared, is_default
    view.save()
    return view


@operation(logged=False)
def delete_view(caller: Caller, *, view_id: int) -> SavedView:
    """Delete the person's own view and return it as it was. Raises NotFound, Denied."""
    view = _own(caller, view_id)
    SavedView.objects.filter(pk=view.pk).delete()
    return view


@operation(logged=False)
def save_table_layout(
    caller: Caller, *, list_name: str, columns: Sequence[str], page_size: int, wrap_lines: bool, sticky_first: bool
) -> TableLayout:
    """Keep how a person likes one list: its columns in order, rows on a page, wrapping. Raises Invalid, Denied."""
    if page_size not in PAGE_SIZES:
        raise Invalid(_("A page has 25, 50 or 100 rows."), fields={"page_size": _("Choose 25, 50 or 100.")})
    layout, _created = TableLayout.objects.update_or_create(
        user_id=_person(caller),
        list_name=list_name,
        defaults={
            "columns": list(columns),
            "page_size": page_size,
            "wrap_lines": wrap_lines,
            "sticky_first": sticky_first,
        },
    )
    return layout
