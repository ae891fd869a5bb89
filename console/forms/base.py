"""What our forms share: how a refusal of an operation is laid onto the fields, and how a field gets its choices."""

from collections.abc import Iterable, Mapping
from typing import Any, ClassVar

from django import forms
from django.db.models import QuerySet

from console.forms.refused import put_on
from messaging.errors import Refusal


class ConsoleForm(forms.Form):
    """A form of a page. NAMES maps an operation's parameters to this form's fields where they differ.

    form = PoolForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            pool = create_pool(caller, **form.cleaned_data)
        except Refusal as refusal:
            form.refuse(refusal)
        else:
            return done(request, "pool-detail", pool.pool_id)
    return page(request, "pools/create.html", {"form": form}, status=422 if form.errors else 200)
    """

    NAMES: ClassVar[Mapping[str, str]] = {}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.refusal: Refusal | None = None

    def refuse(self, refusal: Refusal) -> None:
        """Show a refusal: by the fields it names, otherwise at the top with its reason and next step."""
        self.refusal = refusal
        put_on(self, refusal, names=self.NAMES)


def offer(form: forms.BaseForm, **choices: Iterable[Any]) -> None:
    """Set what choice fields of a form offer: pairs of value and label, or of a group's label and such pairs."""
    for name, offered in choices.items():
        field = form.fields[name]
        assert isinstance(field, forms.ChoiceField), name
        field.choices = list(offered)


def offer_rows(form: forms.BaseForm, **rows: QuerySet[Any]) -> None:
    """Set which rows the fields of a form that choose among rows offer."""
    for name, offered in rows.items():
        field = form.fields[name]
        assert isinstance(field, forms.ModelChoiceField), name
        field.queryset = offered


def by_name(names: Iterable[str]) -> list[tuple[str, str]]:
    """Choices that are shown as what they are."""
    return [(name, name) for name in names]
