"""Registrations: the list, making one, the page of one with its shared tabs."""

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.db.models import Prefetch, QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from console import returning
from console.callers import caller_of, url_to
from console.cells import international
from console.declarations import ADD_TAG, ARN, CREATED
from console.forms.registrations import CreateForm, TypeForm
from console.forms.widgets import Tile
from console.fragments import leave, page
from console.listing import list_page
from console.lists import Command, Create, Empty, ListSpec
from console.registration_costs import fees_of, steps_around, wait_words
from console.registration_sheets import Sheet, sheet_of
from console.registration_steps import Step, next_step
from console.resources import COMMON_TABS, Deletion, Dependant, Resource, Tab
from console.support_cases import case_url
from console.tables import Column
from console.tag_names import called, with_name, with_names
from console.tagging import TagRows
from messaging.caller import Caller
from messaging.errors import Refusal, Text
from messaging.models import PhoneNumber
from messaging.operations.tags import NAME_KEY, names_of
from messaging.transactions import write_transaction
from registrations.definitions import BEFORE_SUBMIT, Association, RegistrationType, registration_types
from registrations.filters import REGISTRATION_FILTERS, type_choices
from registrations.models import Registration, RegistrationStatus, RegistrationVersion, VersionStatus
from registrations.models.registrations import IN_REVIEW
from registrations.operations.associations import create_registration_association
from registrations.operations.naming import registration_named
from registrations.operations.registrations import create_registration, delete_registration
from registrations.operations.support_objections import REJECTABLE
from registrations.operations.versions import needed, submit_registration_version

MOST_OFFERED = 100  # resources to choose from; more are found by their id


def _rows(caller: Caller) -> QuerySet[Registration]:
    rows: QuerySet[Registration] = with_names(caller, Registration.objects.for_caller(caller).select_related("owner"))
    versions = RegistrationVersion.objects.exclude(registration_version_status=VersionStatus.ARCHIVED)
    return rows.prefetch_related(
        Prefetch("versions", versions.order_by("version_number")), "versions__values__attachment"
    )


def _next_words(row: Registration) -> str:
    return next_step(row, row.current_version).words


REGISTRATIONS = ListSpec(
    name="registrations",
    title=gettext_lazy("Registrations"),
    purpose=gettext_lazy("Forms that countries and carriers want before they let numbers and sender IDs send."),
    url_name="registration-list",
    action="DescribeRegistrations",
    rows=_rows,
    filters=REGISTRATION_FILTERS,
    key="registration_id",
    detail="registration-detail",
    sort="-created",
    columns=(
        Column("name", gettext_lazy("Registration"), "name", called),
        Column("registration_id", gettext_lazy("Registration ID"), "id", hidden=True),
        Column(
            "type",
            gettext_lazy("Type"),
            "choice",
            "registration_type",
            sort="registration_type",
            labels=dict(type_choices()),
        ),
        Column(
            "status", gettext_lazy("Registration status"), "status", "registration_status", sort="registration_status"
        ),
        Column(
            "next",
            gettext_lazy("What to do next"),
            "prose",
            _next_words,
            to="registration-form",
            to_value="registration_id",
        ),
        Column("version", gettext_lazy("Version"), "number", "current_version_number", hidden=True),
        CREATED,
        ARN,
    ),
    search_hint=gettext_lazy("Name, type or beginning of an ID"),
    empty=Empty(
        gettext_lazy("A registration tells a country or its carriers who sends, what for, and how people agreed."),
        gettext_lazy("US toll-free and 10DLC numbers and Singapore sender IDs send nothing without one."),
    ),
    create=Create(gettext_lazy("Create registration"), "registration-create", "CreateRegistration"),
    command=Command("describe-registrations"),
    bulk=(ADD_TAG,),
)


def _dependants(caller: Caller, row: Registration) -> Sequence[Dependant]:
    return [
        Dependant(
            entry.registration.registration_id,
            url_to(caller, "registration-detail", entry.registration.registration_id),
            entry.registration.definition.title,
        )
        for entry in row.associated_from.select_related("registration")[:MOST_OFFERED]
    ]


def _consequences(row: Registration) -> list[Text]:
    return [
        _("The form, all its versions and decisions are deleted. This cannot be undone."),
        _("Numbers and sender IDs that go with it wait for another registration and send nothing."),
        _("Fees that were charged are not paid back."),
    ]


REGISTRATION = Resource(
    kind="registration",
    path="registrations/<str:key>/",
    spec=REGISTRATIONS,
    find=registration_named,
    title=called,
    status=lambda row: row.registration_status,
    name_row=with_name,
    update_action="PutRegistrationFieldValue",
    tabs=(
        Tab("detail", gettext_lazy("Overview")),
        Tab("answers", gettext_lazy("Form")),
        Tab("versions", gettext_lazy("Versions")),
        Tab("timeline", gettext_lazy("Timeline")),
        Tab("resources", gettext_lazy("Associated resources")),
        *COMMON_TABS,
    ),
    deletion=Deletion(
        operation=delete_registration,
        parameter="registration_id",
        action="DeleteRegistration",
        verb=gettext_lazy("Delete registration"),
        consequences=_consequences,
        dependants=_dependants,
        word=lambda row: "delete",
        done=gettext_lazy("The registration %(name)s was deleted."),
    ),
)


@require_safe
def registration_list(request: HttpRequest) -> Any:
    return list_page(request, REGISTRATIONS)


# Create: what to register, then its name and what it needs


@require_http_methods(["GET", "POST"])
def registration_create(request: HttpRequest) -> HttpResponse:
    """Without a type in the URL, choose one; with it, name the form and choose what it goes with."""
    caller = caller_of(request)
    caller.require("CreateRegistration")
    definition = registration_types().get(request.GET.get("registration_type", ""))
    return _choose_type(request) if definition is None else _create(request, definition)


def _choose_type(request: HttpRequest) -> HttpResponse:
    caller = caller_of(request)
    types = registration_types().values()
    tiles = {entry.registration_type: Tile(_meaning(entry), _price(entry)) for entry in types}
    given = request.GET if "continue" in request.GET else None
    form = TypeForm(given, choices=type_choices(), tiles=tiles)
    list_url = url_to(caller, REGISTRATIONS.url_name)
    context = {
        "title": _("Create registration"),
        "info": "registrations",
        "crumbs": [{"label": REGISTRATIONS.title, "url": list_url}],
        "form": form,
        "cancel_url": returning.return_path(request) or list_url,
        "return_value": request.GET.get("return", ""),
        "orders": [entry for entry in types if any(e.registration_type for e in entry.associations)],
    }
    return page(request, "registrations/choose_type.html", context, status=422 if form.errors else 200)


def _meaning(definition: RegistrationType) -> str:
    before, after = steps_around(definition)
    return " ".join(str(words) for words in (definition.short_description, *before, *after))


def _price(definition: RegistrationType) -> str:
    fees = fees_of(definition)
    return f"{'; '.join(fees) if fees else _('No fee')} – {wait_words(definition)}"


def _create(request: HttpRequest, definition: RegistrationType) -> HttpResponse:
    caller = caller_of(request)
    spec = next((entry for entry in definition.associations if entry.association_behavior == BEFORE_SUBMIT), None)
    offered = _offered(caller, spec) if spec else []
    options: dict[str, Any] = {
        "label": _label_of(spec) if spec else "",
        "resources": offered,
        "submits": definition.submits_itself,
    }
    rows = TagRows.of([])
    if request.method == "POST":
        rows = TagRows.posted(request.POST)
        rearranged = rows.rearranged(request.POST)
        form = CreateForm(None if rearranged else request.POST, initial=request.POST.dict(), **options)
        blocked = definition.submits_itself and not offered
        if not rearranged and not blocked and form.is_valid() & rows.is_valid():
            made = _made(caller, definition, form, rows)
            if made is not None:
                return _off(request, made)
    else:
        form = CreateForm(initial={"resource_id": request.GET.get("resource_id")}, **options)
    before, after = steps_around(definition)
    choose_url = url_to(caller, "registration-create")
    context = {
        "title": definition.title,
        "heading": _("Create %(type)s") % {"type": definition.title},
        "info": "registrations",
        "purpose": definition.short_description,
        "crumbs": [
            {"label": REGISTRATIONS.title, "url": url_to(caller, REGISTRATIONS.url_name)},
            {"label": _("Create registration"), "url": choose_url},
        ],
        "form": form,
        "tag_rows": rows,
        "definition": definition,
        "fees": fees_of(definition),
        "wait": wait_words(definition),
        "before": before,
        "after": after,
        "spec": spec,
        "offered": offered,
        "missing": _missing(request, spec) if spec and not offered else None,
        "submit_label": _("Create and submit") if definition.submits_itself else _("Create registration"),
        "cancel_url": returning.return_path(request) or choose_url,
        "has_errors": bool(form.errors),
    }
    return page(request, "registrations/create.html", context, status=422 if form.errors else 200)


def _label_of(spec: Association) -> str:
    if spec.registration_type:
        return _("Available: %(what)s") % {"what": registration_types()[spec.registration_type].title}
    return _("Available: %(what)s") % {"what": needed(spec)}


def _offered(caller: Caller, spec: Association) -> list[tuple[str, str]]:
    """What a registration can go with from the start: (id, label). Two queries."""
    if spec.registration_type:
        rows = Registration.objects.for_caller(caller).filter(registration_type=spec.registration_type)
        if spec.required_status:
            rows = rows.filter(registration_status=spec.required_status)
        found = list(rows.order_by("-created_timestamp")[:MOST_OFFERED])
        names = names_of(caller, *found) if found else {}
        return [(row.registration_id, names.get(row.registration_id) or row.registration_id) for row in found]
    numbers = PhoneNumber.objects.for_caller(caller).filter(
        number_type=spec.number_type, iso_country_code=spec.iso_country_code, registrations__isnull=True
    )
    return [
        (row.phone_number_id, f"{international(row.phone_number)} – {row.get_status_display()}")
        for row in numbers.order_by("phone_number")[:MOST_OFFERED]
    ]


def _missing(request: HttpRequest, spec: Association) -> dict[str, str]:
    """Nothing to choose from: what is needed, and where it is made, coming back here."""
    caller = caller_of(request)
    back = urlencode({"return": returning.signed(request.get_full_path())})
    if spec.registration_type:
        waiting = (
            Registration.objects.for_caller(caller)
            .filter(registration_type=spec.registration_type)
            .exclude(registration_status=RegistrationStatus.CLOSED)
            .order_by("-created_timestamp")
            .first()
        )
        if waiting is not None:
            return {
                "words": _("%(what)s must be complete first; it is %(status)s.")
                % {"what": waiting.definition.title, "status": waiting.get_registration_status_display()},
                "url": url_to(caller, "registration-detail", waiting.registration_id),
                "label": _("Open it"),
            }
        query = urlencode({"registration_type": spec.registration_type})
        return {
            "words": _("It needs %(what)s that is complete.")
            % {"what": registration_types()[spec.registration_type].title},
            "url": f"{url_to(caller, 'registration-create')}?{query}&{back}",
            "label": _("Create it"),
        }
    query = urlencode({"iso_country_code": spec.iso_country_code, "number_type": spec.number_type})
    return {
        "words": _("It needs %(what)s that goes with no other registration.") % {"what": needed(spec)},
        "url": f"{url_to(caller, 'originator-request')}?{query}&{back}",
        "label": _("Request number"),
    }


def _made(caller: Caller, definition: RegistrationType, form: CreateForm, rows: TagRows) -> Registration | None:
    """All of it or nothing: the registration, what it goes with, and its submission when it has no form."""
    name = {"key": NAME_KEY, "value": form.cleaned_data["registration_form_name"]}
    tags = [name, *(tag for tag in rows.tags if tag["key"] != NAME_KEY)]
    resource_id = form.cleaned_data.get("resource_id")
    try:
        with write_transaction():
            row: Registration = create_registration(caller, registration_type=definition.registration_type, tags=tags)
            if resource_id:
                create_registration_association(caller, registration_id=row.registration_id, resource_id=resource_id)
            if definition.submits_itself:
                submit_registration_version(caller, registration_id=row.registration_id)
    except Refusal as refusal:
        form.refuse(refusal)
        return None
    return row


def _off(request: HttpRequest, row: Registration) -> HttpResponse:
    """To the first section of the form, or to the page of what was submitted."""
    caller = caller_of(request)
    if row.definition.submits_itself:
        messages.success(request, _("The registration was submitted."))
        return leave(request, url_to(caller, "registration-detail", row.registration_id))
    messages.success(request, _("The registration was created. Every answer is saved as you go."))
    return leave(request, url_to(caller, "registration-form", row.registration_id))


# The page of one


@require_safe
def registration_detail(request: HttpRequest, key: str) -> HttpResponse:
    sheet = sheet_of(caller_of(request), key)
    context = {**REGISTRATION.context(request, sheet.row, "detail"), **overview(sheet)}
    return page(request, "registrations/detail.html", context, fragment="tab")


def overview(sheet: Sheet) -> dict[str, Any]:
    """What the first tab shows of a registration beside the head."""
    row, version = sheet.row, sheet.version
    step = next_step(row, version)
    if sheet.open_returns and sheet.editable:
        step = Step(_("Correct what was returned, then submit again"), "registration-form")
    return {
        "info": "registrations",
        "sheet": sheet,
        "definition": row.definition,
        "version": version,
        "step": step,
        "step_url": url_to(sheet.caller, step.url_name, row.name) if step.url_name else "",
        "fees": fees_of(row.definition, sheet.answers),
        "wait": wait_words(row.definition, sheet.known),
        "returned": sheet.open_returns,
        "help_url": _help_url(sheet) if sheet.open_returns else "",
        "is_draft": version.registration_version_status == VersionStatus.DRAFT,
        "is_waiting": version.registration_version_status in IN_REVIEW,
        "can_submit": sheet.caller.may("SubmitRegistrationVersion"),
        "can_associate": sheet.caller.may("CreateRegistrationAssociation"),
        "can_authenticate": sheet.caller.may("CompleteRegistrationAuthentication"),
        "rates": row.message_parts_per_minute,
    }


def _help_url(sheet: Sheet) -> str:
    """The support case that asks why a 10DLC registration was returned; nothing for other types."""
    if not sheet.row.registration_type.startswith(REJECTABLE):
        return ""
    return case_url(sheet.caller, "ten_dlc_rejection_query", registration_id=sheet.row.registration_id)


scoped_urlpatterns = [
    path("registrations/", registration_list, name="registration-list"),
    path("registrations/create/", registration_create, name="registration-create"),
    path("registrations/<str:key>/", registration_detail, name="registration-detail"),
    *REGISTRATION.patterns(),
]
