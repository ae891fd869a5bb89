"""Number overrides of a protect configuration: one number allowed or blocked, for good or until a time."""

from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from console import undo
from console.callers import caller_of, url_to
from console.forms.protect_configurations import AT, NEVER, OverrideForm
from console.fragments import done, page
from console.listing import list_page
from console.lists import BulkAction, Command, Create, Empty, ListSpec, RowAction
from console.tables import Column
from console.views.protect_configurations import PROTECT, find
from messaging.caller import Caller
from messaging.country_names import country_name
from messaging.errors import Refusal
from messaging.filters import NUMBER_OVERRIDE_FILTERS
from messaging.models import NumberOverride, ProtectConfiguration
from messaging.operations.protect_decision import is_over
from messaging.operations.protect_rules import (
    delete_protect_configuration_rule_set_number_override,
    put_protect_configuration_number_overrides,
)


def _override_rows(caller: Caller, key: str) -> QuerySet[NumberOverride]:
    rows: QuerySet[NumberOverride] = find(caller, key).overrides.select_related("protect_configuration")
    return rows


def _drop(caller: Caller, row: NumberOverride, parameters: dict[str, Any]) -> None:
    delete_protect_configuration_rule_set_number_override(
        caller,
        protect_configuration_id=row.protect_configuration.protect_configuration_id,
        destination_phone_number=row.destination_phone_number,
    )


NUMBER_OVERRIDES = ListSpec(
    name="number-overrides",
    title=gettext_lazy("Number overrides"),
    url_name="protect-overrides",
    action="ListProtectConfigurationRuleSetNumberOverrides",
    rows=_override_rows,
    filters=NUMBER_OVERRIDE_FILTERS,
    key="destination_phone_number",
    detail="protect-override-edit",
    detail_takes_args=True,
    sort="number",
    columns=(
        Column("number", gettext_lazy("Number"), "phone", "destination_phone_number", sort="destination_phone_number"),
        Column("country", gettext_lazy("Country"), value=lambda row: country_name(row.iso_country_code)),
        Column("action", gettext_lazy("Action"), "status", sort="action"),
        Column("state", gettext_lazy("State"), "status", lambda row: "EXPIRED" if is_over(row) else "ACTIVE"),
        Column("expires", gettext_lazy("Expires"), "time", "expiration_timestamp"),
        Column("created", gettext_lazy("Created"), "time", "created_timestamp", sort="created_timestamp"),
    ),
    search_hint=gettext_lazy("Beginning of a number"),
    empty=Empty(
        gettext_lazy("An override allows or blocks one number, whatever its country's rule says."),
        gettext_lazy("Let support reach a customer in a blocked country, or shut out one number for a week."),
    ),
    create=Create(
        gettext_lazy("Add overrides"), "protect-override-add", "PutProtectConfigurationRuleSetNumberOverride"
    ),
    command=Command(
        "list-protect-configuration-rule-set-number-overrides", lambda key: ["--protect-configuration-id", key]
    ),
    row_action=RowAction(
        gettext_lazy("Delete"), "protect-override-delete", "DeleteProtectConfigurationRuleSetNumberOverride"
    ),
    bulk=(
        BulkAction(
            "delete",
            gettext_lazy("Delete"),
            "DeleteProtectConfigurationRuleSetNumberOverride",
            _drop,
            changes=lambda row, parameters: _("The rule of its country decides about the number again."),
            consequence=gettext_lazy("The overrides are deleted."),
        ),
    ),
)


@require_safe
def protect_overrides(request: HttpRequest, key: str) -> HttpResponse:
    context = PROTECT.context(request, find(caller_of(request), key), "overrides")
    return list_page(request, NUMBER_OVERRIDES, key, template="resources/list_tab.html", context=context)


@require_http_methods(["GET", "POST"])
def protect_override_edit(request: HttpRequest, key: str, number: str = "") -> HttpResponse:
    """Add overrides, many numbers at once, or change one."""
    caller = caller_of(request)
    row = find(caller, key)
    caller.require("PutProtectConfigurationRuleSetNumberOverride")
    before = row.overrides.filter(destination_phone_number=number).first() if number else None
    if number and before is None:
        messages.info(request, _("There is no override of %(number)s any more.") % {"number": number})
        return done(request, "protect-overrides", row.name)
    initial = (
        {
            "action": before.action,
            "expires": AT if before.expiration_timestamp else NEVER,
            "until": before.expiration_timestamp,
        }
        if before
        else None
    )
    form = OverrideForm(request.POST if request.method == "POST" else None, initial=initial, number=number)
    if request.method == "POST" and form.is_valid():
        try:
            count = _put(caller, row, form)
        except Refusal as refusal:
            form.refuse(refusal)
        else:
            messages.success(request, _("Number overrides saved: %(count)s.") % {"count": count})
            return done(request, "protect-overrides", row.name)
    context = {
        **PROTECT.context(request, row, "overrides"),
        "heading": _("Change override") if number else _("Add overrides"),
        "form": form,
        "submit_label": _("Save override") if number else _("Add overrides"),
        "cancel_url": url_to(caller, "protect-overrides", row.name),
    }
    return page(request, "protect_configurations/override.html", context, status=422 if form.errors else 200)


def _put(caller: Caller, row: ProtectConfiguration, form: OverrideForm) -> int:
    numbers: list[str] = form.cleaned_data["destination_phone_numbers"]
    put_protect_configuration_number_overrides(
        caller,
        protect_configuration_id=row.name,
        destination_phone_numbers=numbers,
        action=form.cleaned_data["action"],
        expiration_timestamp=form.expiration_timestamp,
    )
    return len(numbers)


@require_POST
def protect_override_delete(request: HttpRequest, key: str, number: str) -> HttpResponse:
    """Drop an override; Undo puts it back."""
    caller = caller_of(request)
    gone = delete_protect_configuration_rule_set_number_override(
        caller, protect_configuration_id=key, destination_phone_number=number
    )
    said = _("The override of %(number)s was deleted.") % {"number": gone.destination_phone_number}
    if is_over(gone):
        messages.success(request, said)
    else:
        until = gone.expiration_timestamp
        undo.offer(
            request,
            said,
            "put_number_override",
            protect_configuration_id=key,
            destination_phone_number=gone.destination_phone_number,
            action=gone.action,
            expiration_timestamp=until.isoformat() if until else None,
        )
    return done(request, "protect-overrides", key)


PREFIX = "protect-configurations/<str:key>/overrides"
scoped_urlpatterns = [
    path(f"{PREFIX}/", protect_overrides, name="protect-overrides"),
    path(f"{PREFIX}/add/", protect_override_edit, name="protect-override-add"),
    path(f"{PREFIX}/<str:number>/", protect_override_edit, name="protect-override-edit"),
    path(f"{PREFIX}/<str:number>/delete/", protect_override_delete, name="protect-override-delete"),
]
