"""Forms of the list framework: a saved view, the columns of a table, the count typed before a bulk action."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from console.forms.base import ConsoleForm, offer
from console.lists import PAGE_SIZES, ListSpec
from console.models import Preferences, SavedView
from console.operations.views import NAME_LIMIT


class SavedViewForm(ConsoleForm):
    """Name, sharing and default of a view; over an existing view of one's own, or as a new one."""

    name = forms.CharField(label=_("Name"), max_length=NAME_LIMIT)
    shared = forms.BooleanField(
        label=_("Share with everybody in this account"),
        required=False,
        help_text=_("Others can use the view, only you can change it."),
    )
    is_default = forms.BooleanField(
        label=_("Open this list with this view"), required=False, help_text=_("For you alone; one view per list.")
    )
    over = forms.ChoiceField(label=_("Save as"), required=False)

    def __init__(self, *args: Any, own: list[SavedView], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, over=[("", _("A new view")), *((str(view.pk), view.name) for view in own)])


class LayoutForm(forms.Form):
    """Page size, density and wrapping; the columns stand beside it as rows of their own."""

    page_size = forms.TypedChoiceField(
        label=_("Rows on a page"), choices=[(size, str(size)) for size in PAGE_SIZES], coerce=int
    )
    density = forms.ChoiceField(label=_("Density"), choices=Preferences.Density.choices)
    wrap_lines = forms.BooleanField(label=_("Wrap lines"), required=False)
    sticky_first = forms.BooleanField(label=_("Keep the first column in view"), required=False)


def moved(order: list[str], key: str, by: int) -> list[str]:
    """The keys with one moved up or down; the first stays first, since it names the row."""
    if key not in order[1:]:
        return order
    at = order.index(key)
    to = min(max(at + by, 1), len(order) - 1)
    order = [other for other in order if other != key]
    return [*order[:to], key, *order[to:]]


def full_order(spec: ListSpec, keys: list[str]) -> list[str]:
    """Every column's key: the given ones first, in their order, then the others as declared."""
    known = [column.key for column in spec.columns]
    given = [key for key in dict.fromkeys(keys) if key in known and key != known[0]]
    return [known[0], *given, *(key for key in known[1:] if key not in given)]
