"""Protect configurations: which destinations may be sent to. Their rules have pages of their own (protect_rules.py)."""

from collections import Counter
from collections.abc import Sequence

from django.contrib import messages
from django.db.models import Count, F, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from console.callers import caller_of, url_to
from console.forms.protect_configurations import AssociationForm, CreateForm, OfSetForm, SettingsForm
from console.fragments import done, leave, page
from console.listing import list_page
from console.lists import Command, Create, Empty, ListSpec
from console.protect_matrix import CHANNEL_NAMES, STATUS_NAMES, statuses_of
from console.protect_names import choices_of, names_by_id
from console.resources import COMMON_TABS, Deletion, Dependant, Resource, Tab
from console.tables import Column
from console.tag_names import called, with_name, with_names
from console.tagging import TagRows
from console.world import WORLD_REGIONS, places
from messaging.caller import Caller
from messaging.errors import Refusal
from messaging.filters import PROTECT_CONFIGURATION_FILTERS
from messaging.models import ConfigurationSet, NumberOverride, ProtectConfiguration
from messaging.operations.configuration_sets import named_set
from messaging.operations.protect_configurations import (
    ACCOUNT_DEFAULT,
    CONFIGURATION_SETS,
    NOTHING,
    Replaced,
    associate_protect_configuration,
    delete_protect_configuration,
    disassociate_protect_configuration,
    named_protect,
    replaced_by,
    set_protect_configuration_association,
    sets_of,
    update_protect_configuration,
)
from messaging.operations.protect_rules import set_up_protect_configuration
from messaging.operations.tags import NAME_KEY, tag_resource, untag_resource

CONFIRM_WORD = "confirm"  # console_procedures.json, protect.delete


def _rows(caller: Caller) -> QuerySet[ProtectConfiguration]:
    rows: QuerySet[ProtectConfiguration] = ProtectConfiguration.objects.for_caller(caller).select_related("owner")
    same = ConfigurationSet.objects.for_caller(caller).filter(
        protect_configuration_id=OuterRef("protect_configuration_id")
    )
    counted = same.order_by().values("protect_configuration_id").annotate(found=Count("pk")).values("found")
    overrides = NumberOverride.objects.filter(protect_configuration=OuterRef("pk")).order_by()
    numbers = overrides.values("protect_configuration").annotate(found=Count("pk")).values("found")
    return with_names(
        caller,
        rows.annotate(
            rules_set=Count("rules"), sets=Coalesce(Subquery(counted), 0), overridden=Coalesce(Subquery(numbers), 0)
        ),
    ).annotate(shown_name=F("tag_name"))


PROTECT_CONFIGURATIONS = ListSpec(
    name="protect-configurations",
    title=gettext_lazy("Protect configurations"),
    purpose=gettext_lazy("Which countries and numbers messages may be sent to, by channel."),
    url_name="protect-list",
    action="DescribeProtectConfigurations",
    rows=_rows,
    filters=PROTECT_CONFIGURATION_FILTERS,
    key="protect_configuration_id",
    detail="protect-detail",
    sort="-created",
    columns=(
        Column("protect_configuration_id", gettext_lazy("Protect configuration"), "id"),
        Column("name", gettext_lazy("Name"), "words", "shown_name"),
        Column("account_default", gettext_lazy("Account default"), "flag", "account_default", sort="account_default"),
        Column("sets", gettext_lazy("Configuration sets"), "number"),
        Column("rules", gettext_lazy("Country rules other than Allow"), "number", "rules_set"),
        Column("overrides", gettext_lazy("Number overrides"), "number", "overridden"),
        Column("protected", gettext_lazy("Deletion protection"), "flag", "deletion_protection_enabled", hidden=True),
        Column("created", gettext_lazy("Created"), "time", "created_timestamp", sort="created_timestamp"),
        Column("arn", gettext_lazy("ARN"), "id", hidden=True),
    ),
    search_hint=gettext_lazy("Name or beginning of an ID"),
    empty=Empty(
        gettext_lazy("A protect configuration says which destinations get messages."),
        gettext_lazy(
            "Block the countries that you do not write to, so that nobody runs up a bill there; watch or filter others."
        ),
    ),
    create=Create(gettext_lazy("Create configuration"), "protect-create", "CreateProtectConfiguration"),
    command=Command("describe-protect-configurations"),
)


def find(caller: Caller, key: str) -> ProtectConfiguration:
    """The configuration of a page. Raises NotFound."""
    return named_protect(caller, key)


def _used(caller: Caller, row: ProtectConfiguration) -> Sequence[Dependant]:
    found = [
        Dependant(used.name, url_to(caller, "configuration-set-detail", used.name), _("configuration set"))
        for used in sets_of(caller, row)
    ]
    if row.account_default:
        found.append(Dependant(_("Account default"), url_to(caller, "protect-associations", row.name)))
    return found


def _blocked(caller: Caller, row: ProtectConfiguration) -> Sequence[Dependant]:
    found = []
    if row.deletion_protection_enabled:
        found.append(Dependant(_("Turn off deletion protection"), url_to(caller, "protect-edit", row.name)))
    if row.account_default or sets_of(caller, row):
        query = urlencode({"association": NOTHING, "then": "delete"})
        edit = url_to(caller, "protect-association-edit", row.name)
        found.append(Dependant(_("Remove association"), f"{edit}?{query}"))
    return found


PROTECT = Resource(
    kind="protect",
    path="protect-configurations/<str:key>/",
    spec=PROTECT_CONFIGURATIONS,
    find=find,
    title=called,
    name_row=with_name,
    update_action="UpdateProtectConfiguration",
    edit_url="protect-edit",
    tabs=(
        Tab("detail", gettext_lazy("Overview")),
        Tab("rules", gettext_lazy("Country rules")),
        Tab("overrides", gettext_lazy("Number overrides")),
        Tab("associations", gettext_lazy("Associations")),
        *COMMON_TABS,
    ),
    deletion=Deletion(
        operation=delete_protect_configuration,
        parameter="protect_configuration_id",
        action="DeleteProtectConfiguration",
        verb=gettext_lazy("Delete configuration"),
        consequences=lambda row: [
            _("Its country rules and number overrides are deleted. This cannot be undone."),
            _("Sends that name it themselves are refused from then on."),
        ],
        dependants=_used,
        blocked=_blocked,
        word=lambda row: CONFIRM_WORD,
        done=gettext_lazy("The protect configuration %(name)s was deleted."),
    ),
)


@require_safe
def protect_list(request: HttpRequest) -> HttpResponse:
    return list_page(request, PROTECT_CONFIGURATIONS, template="protect_configurations/list.html")


def _sets(caller: Caller) -> list[ConfigurationSet]:
    return list(ConfigurationSet.objects.for_caller(caller).order_by("configuration_set_name"))


def replaced_words(replaced: Replaced, names: dict[str, str]) -> list[str]:
    """What an association puts an end to, a sentence each."""
    found = []
    if replaced.default:
        own = replaced.default.protect_configuration_id
        found.append(_("%(configuration)s is no longer the account default.") % {"configuration": names.get(own, own)})
    if replaced.released_default:
        found.append(_("The account has no default protect configuration any more."))
    for row in replaced.sets:
        before = row.protect_configuration_id
        found.append(
            _("The configuration set “%(set)s” no longer has %(configuration)s.")
            % {"set": row.configuration_set_name, "configuration": names.get(before, before)}
        )
    found += [
        _("The configuration set “%(set)s” no longer has this configuration.") % {"set": row.configuration_set_name}
        for row in replaced.released
    ]
    return found


@require_http_methods(["GET", "POST"])
def protect_create(request: HttpRequest) -> HttpResponse:
    """Name, blocked countries, association and tags at once; what is replaced is shown before it happens."""
    caller = caller_of(request)
    caller.require("CreateProtectConfiguration")
    sets, names = _sets(caller), names_by_id(caller)
    data = request.POST if request.method == "POST" else None
    rows, status, replaced = TagRows.of([]), 200, []
    ticked = set(request.POST.getlist("country"))
    form = CreateForm(data, sets=sets, names=names)
    if data is not None:
        rows = TagRows.posted(data)
        if rows.rearranged(data):
            given = {name: data.getlist(name) if name == "configuration_set_names" else data.get(name) for name in data}
            form = CreateForm(initial=given, sets=sets, names=names)
        else:
            status = 422
            if form.is_valid() & rows.is_valid():
                clean = form.cleaned_data
                found = replaced_by(caller, None, clean["association"], clean["configuration_set_names"])
                replaced = replaced_words(found, names)
                if replaced and "replace" not in data:
                    status = 200
                else:
                    row = _created(request, form, ticked, rows)
                    if row is not None:
                        return done(request, "protect-detail", row.name)
    by_region = {region: [place for place in places() if place.region == region] for region in WORLD_REGIONS}
    list_url = url_to(caller, PROTECT_CONFIGURATIONS.url_name)
    context = {
        "title": _("Create protect configuration"),
        "crumbs": [{"label": PROTECT_CONFIGURATIONS.title, "url": list_url}],
        "form": form,
        "tag_rows": rows,
        "regions": [
            (WORLD_REGIONS[region], found, sum(place.code in ticked for place in found))
            for region, found in by_region.items()
        ],
        "ticked": ticked,
        "replaced": replaced if status == 200 else [],
        "has_errors": status == 422,
        "cancel_url": list_url,
    }
    return page(request, "protect_configurations/create.html", context, status=status)


def _created(request: HttpRequest, form: CreateForm, ticked: set[str], rows: TagRows) -> ProtectConfiguration | None:
    given = form.cleaned_data
    countries = sorted({*ticked, *given["codes"]})
    try:
        row = set_up_protect_configuration(
            caller_of(request),
            deletion_protection_enabled=given["deletion_protection_enabled"],
            tags=[{"key": NAME_KEY, "value": given["protect_configuration_name"]}, *rows.tags],
            country_rules={"SMS": dict.fromkeys(countries, "BLOCK")} if countries else None,
            association=given["association"],
            configuration_set_names=given["configuration_set_names"],
        )
    except Refusal as refusal:
        form.refuse(refusal)
        return None
    name = given["protect_configuration_name"]
    messages.success(request, _("The protect configuration “%(name)s” was created.") % {"name": name})
    return row


@require_safe
def protect_detail(request: HttpRequest, key: str) -> HttpResponse:
    caller = caller_of(request)
    row = find(caller, key)
    statuses = statuses_of(row)
    counted = []
    for channel, name in CHANNEL_NAMES.items():
        found = Counter(status for (of, _code), status in statuses.items() if of == channel)
        counted.append((name, [(status, found[status]) for status in STATUS_NAMES if found[status]], found.total()))
    context = {
        **PROTECT.context(request, row, "detail"),
        "counted": counted,
        "sets": sets_of(caller, row),
        "overrides": row.overrides.count(),
    }
    return page(request, "protect_configurations/detail.html", context, fragment="tab")


@require_http_methods(["GET", "POST"])
def protect_edit(request: HttpRequest, key: str) -> HttpResponse:
    """Name and deletion protection."""
    caller = caller_of(request)
    caller.require("UpdateProtectConfiguration")
    row = with_name(caller, find(caller, key))
    initial = {
        "protect_configuration_name": row.tag_name,
        "deletion_protection_enabled": row.deletion_protection_enabled,
    }
    form = SettingsForm(request.POST if request.method == "POST" else None, initial=initial)
    said = _("The settings of the protect configuration were saved.")
    return PROTECT.edit_page(request, row, form, lambda: _save(caller, row, form), said=said)


def _save(caller: Caller, row: ProtectConfiguration, form: SettingsForm) -> None:
    given = form.cleaned_data
    if "deletion_protection_enabled" in form.changed_data:
        update_protect_configuration(
            caller,
            protect_configuration_id=row.name,
            deletion_protection_enabled=given["deletion_protection_enabled"],
        )
    if "protect_configuration_name" in form.changed_data:
        name = given["protect_configuration_name"]
        if name:
            tag_resource(caller, resource_arn=row.arn, tags=[{"key": NAME_KEY, "value": name}])
        else:
            untag_resource(caller, resource_arn=row.arn, tag_keys=[NAME_KEY])


@require_safe
def protect_associations(request: HttpRequest, key: str) -> HttpResponse:
    caller = caller_of(request)
    row = find(caller, key)
    context = {**PROTECT.context(request, row, "associations"), "sets": sets_of(caller, row)}
    return page(request, "protect_configurations/associations.html", context, fragment="tab")


@require_http_methods(["GET", "POST"])
def protect_association_edit(request: HttpRequest, key: str) -> HttpResponse:
    """Save tells first what it replaces, when it replaces anything; the second Save does it."""
    caller = caller_of(request)
    caller.require("SetProtectConfigurationAssociation")
    row = find(caller, key)
    names = names_by_id(caller)
    now = ACCOUNT_DEFAULT if row.account_default else CONFIGURATION_SETS if sets_of(caller, row) else NOTHING
    initial = {
        "association": request.GET.get("association", now),
        "configuration_set_names": [found.name for found in sets_of(caller, row)],
    }
    form = AssociationForm(
        request.POST if request.method == "POST" else None,
        initial=initial,
        sets=_sets(caller),
        names=names,
        own=row.name,
    )
    replaced: list[str] = []
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        found = replaced_by(caller, row, given["association"], given["configuration_set_names"])
        replaced = replaced_words(found, names)
        if not replaced or "replace" in request.POST:
            try:
                set_protect_configuration_association(caller, protect_configuration_id=row.name, **given)
            except Refusal as refusal:
                form.refuse(refusal)
            else:
                messages.success(request, _("The association was saved."))
                if request.GET.get("then") == "delete":
                    return leave(request, url_to(caller, "protect-delete", row.name))
                return done(request, "protect-associations", row.name)
    context = {
        **PROTECT.context(request, row, "associations"),
        "form": form,
        "replaced": [] if form.errors else replaced,
        "cancel_url": url_to(caller, "protect-associations", row.name),
    }
    return page(request, "protect_configurations/association_edit.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
def configuration_set_protect_edit(request: HttpRequest, key: str) -> HttpResponse:
    """The protect configuration of a configuration set: another one, or none."""
    caller = caller_of(request)
    caller.require("AssociateProtectConfiguration")
    row = named_set(caller, key)
    before = row.protect_configuration_id
    data = request.POST if request.method == "POST" else None
    form = OfSetForm(data, initial={"protect_configuration_id": before}, configurations=choices_of(caller))
    if request.method == "POST" and form.is_valid():
        wanted = form.cleaned_data["protect_configuration_id"]
        try:
            if wanted:
                associate_protect_configuration(
                    caller, protect_configuration_id=wanted, configuration_set_name=row.name
                )
            elif before:
                disassociate_protect_configuration(
                    caller, protect_configuration_id=before, configuration_set_name=row.name
                )
        except Refusal as refusal:
            form.refuse(refusal)
        else:
            messages.success(request, _("The protect configuration of the set was saved."))
            return done(request, "configuration-set-detail", row.name)
    back = url_to(caller, "configuration-set-detail", row.name)
    context = {
        "title": _("Protect configuration of %(set)s") % {"set": row.name},
        "crumbs": [
            {"label": _("Configuration sets"), "url": url_to(caller, "configuration-set-list")},
            {"label": row.name, "url": back},
        ],
        "form": form,
        "cancel_url": back,
    }
    return page(request, "protect_configurations/of_set.html", context, status=422 if form.errors else 200)


# “+” can be no id.
scoped_urlpatterns = [
    path("protect-configurations/", protect_list, name="protect-list"),
    path("protect-configurations/+/create/", protect_create, name="protect-create"),
    path("protect-configurations/<str:key>/", protect_detail, name="protect-detail"),
    path("protect-configurations/<str:key>/edit/", protect_edit, name="protect-edit"),
    path("protect-configurations/<str:key>/associations/", protect_associations, name="protect-associations"),
    path(
        "protect-configurations/<str:key>/associations/edit/", protect_association_edit, name="protect-association-edit"
    ),
    path(
        "configuration-sets/<str:key>/protect/edit/",
        configuration_set_protect_edit,
        name="configuration-set-protect-edit",
    ),
    *PROTECT.patterns(),
]
