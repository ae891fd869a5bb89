"""What several lists declare in the same words: columns, bulk actions, rows."""

from collections.abc import Callable
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from console.forms.phone_numbers import BulkTagForm
from console.lists import BulkAction
from console.tables import Column
from messaging.caller import Caller
from messaging.models import Owned
from messaging.operations.tags import tag_resource

CREATED = Column("created", gettext_lazy("Created"), "time", "created_timestamp", sort="created_timestamp")
ARN = Column("arn", gettext_lazy("ARN"), "id", hidden=True)


def protected(*, hidden: bool = False) -> Column:
    """Whether deletion protection is on."""
    return Column(
        "protected", gettext_lazy("Deletion protection"), "flag", "deletion_protection_enabled", hidden=hidden
    )


def rows_of(model: type[Owned], *related: str) -> Callable[[Caller], QuerySet[Any]]:
    """The caller's rows of a table, with the rows that they point to."""

    def rows(caller: Caller) -> QuerySet[Any]:
        found: QuerySet[Any] = model.objects.for_caller(caller)
        return found.select_related(*related) if related else found

    return rows


def _tag(caller: Caller, row: Owned, given: dict[str, Any]) -> None:
    tag_resource(caller, resource_arn=row.arn, tags=[{"key": given["key"], "value": given["value"]}])


ADD_TAG = BulkAction(
    "tag",
    gettext_lazy("Add tag"),
    "TagResource",
    _tag,
    changes=lambda row, given: _("Gets the tag %(key)s = %(value)s.") % given,
    form=BulkTagForm,
)


def protect(action: str, update: Callable[..., Any], *members: str) -> BulkAction:
    """Turning deletion protection on by an operation whose parameters, named as the row's members, say which row."""

    def apply(caller: Caller, row: Owned, given: dict[str, Any]) -> None:
        update(caller, **{name: getattr(row, name) for name in members}, deletion_protection_enabled=True)

    return BulkAction(
        "protect",
        gettext_lazy("Protect from deletion"),
        action,
        apply,
        changes=lambda row, given: _("Deletion protection is turned on."),
        skip=lambda row, given: _("It is protected already.") if row.deletion_protection_enabled else "",
    )
