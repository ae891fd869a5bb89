"""Tabs of a registration: its form as it is, its versions, its timeline, what it goes with."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from console import returning
from console.callers import caller_of, url_to
from console.cells import international
from console.forms.registrations import AssociateForm
from console.fragments import done, page
from console.numbers import whole
from console.registration_sheets import sheet_of
from console.review_words import person
from console.views.registrations import MOST_OFFERED, REGISTRATION
from messaging import clock
from messaging.caller import Caller
from messaging.errors import Refusal, Text
from messaging.models import PhoneNumber, SenderId
from messaging.operations.tags import names_of
from registrations.definitions import Association, registration_types
from registrations.models import Registration, RegistrationAssociation, RegistrationVersion, VersionStatus
from registrations.operations.associations import create_registration_association, open_specs
from registrations.operations.naming import registration_named
from registrations.operations.versions import needed


def version_in(request: HttpRequest) -> int | None:
    """The version that the URL asks for."""
    return whole(request.GET.get("version", "")) or None


@require_safe
def registration_answers(request: HttpRequest, key: str) -> HttpResponse:
    """Every section with its answers; ?version= shows an earlier one."""
    sheet = sheet_of(caller_of(request), key, version_in(request))
    context = {
        **REGISTRATION.context(request, sheet.row, "answers"),
        "sheet": sheet,
        "parts": sheet.parts(),
        "change": sheet.editable,
        "version": sheet.version,
    }
    return page(request, "registrations/answers.html", context, fragment="tab")


@require_safe
def registration_versions(request: HttpRequest, key: str) -> HttpResponse:
    """Every version, what was decided of it, and what was returned."""
    caller = caller_of(request)
    caller.require("DescribeRegistrationVersions")
    row = registration_named(caller, key)
    versions = row.versions.prefetch_related("decisions__verdicts").order_by("-version_number")
    context = {
        **REGISTRATION.context(request, row, "versions"),
        "versions": [(version, _returned(row, version)) for version in versions],
    }
    return page(request, "registrations/versions.html", context, fragment="tab")


def _returned(row: Registration, version: RegistrationVersion) -> list[Text]:
    fields = row.definition.fields
    return [
        fields[verdict.field_path].title if verdict.field_path in fields else _("The registration as a whole")
        for decision in version.decisions.all()
        for verdict in decision.verdicts.all()
        if not verdict.accepted
    ]


@dataclass(frozen=True, slots=True)
class Event:
    """What components/timeline.html shows of one step."""

    status: str
    what: Text
    at: datetime
    by: str = ""
    detail: Text = ""


@require_safe
def registration_timeline(request: HttpRequest, key: str) -> HttpResponse:
    """Every step of every version, and when the next one is expected."""
    caller = caller_of(request)
    caller.require("DescribeRegistrationVersions")
    row = registration_named(caller, key)
    versions = list(row.versions.prefetch_related("steps").order_by("version_number"))
    events = [
        Event(
            step.status,
            _("Version %(number)s: %(status)s")
            % {"number": version.version_number, "status": step.get_status_display()},
            step.at,
            person(step.actor),
            version.feedback if step.status in (VersionStatus.APPROVED, VersionStatus.DENIED) else "",
        )
        for version in versions
        for step in version.steps.all()
    ]
    last = versions[-1]
    expected = _expected(row, last)
    context = {
        **REGISTRATION.context(request, row, "timeline"),
        "timeline": events,
        "expected": expected,
        "is_late": bool(expected and expected < clock.now()),
    }
    return page(request, "registrations/timeline.html", context, fragment="tab")


def _expected(row: Registration, version: RegistrationVersion) -> datetime | None:
    """When the next step is expected: the decision, or the provisioning."""
    if version.registration_version_status in ("SUBMITTED", "AWS_REVIEWING", "REVIEWING", "REQUIRES_OFFLINE_REVIEW"):
        return version.expected_at
    return row.due_at


# What it goes with


@dataclass(frozen=True, slots=True)
class Link:
    """A resource that goes with a registration."""

    kind: Text
    label: str
    url: str
    status: str
    since: datetime


def links(caller: Caller, row: Registration) -> list[Link]:
    """What a registration goes with, and the registrations that are built on it. Two queries."""
    children = row.associated_from.select_related("registration").order_by("id")
    found = own_links(caller, row)
    for entry in children[:MOST_OFFERED]:
        child = entry.registration
        url = url_to(caller, "registration-detail", child.registration_id)
        title = _("Built on it: %(what)s") % {"what": child.definition.title}
        found.append(Link(title, child.registration_id, url, child.registration_status, entry.created_timestamp))
    return found


def own_links(caller: Caller, row: Registration) -> list[Link]:
    """What a registration goes with. One query."""
    own = row.associations.select_related("phone_number", "sender_id", "other").order_by("id")
    return [_link(caller, entry) for entry in own[:MOST_OFFERED]]


def _link(caller: Caller, entry: RegistrationAssociation) -> Link:
    since = entry.created_timestamp
    if entry.phone_number:
        number = entry.phone_number
        url = url_to(caller, "phone-number-detail", number.phone_number_id)
        return Link(_("Phone number"), international(number.phone_number), url, number.status, since)
    if entry.sender_id:
        sender = entry.sender_id
        url = url_to(caller, "sender-id-detail", sender.name)
        return Link(_("Sender ID"), sender.name, url, "ACTIVE" if sender.registered else "PENDING", since)
    other = entry.other
    assert other is not None
    url = url_to(caller, "registration-detail", other.registration_id)
    return Link(other.definition.title, other.registration_id, url, other.registration_status, since)


@require_safe
def registration_resources(request: HttpRequest, key: str) -> HttpResponse:
    caller = caller_of(request)
    caller.require("ListRegistrationAssociations")
    row = registration_named(caller, key)
    context = {
        **REGISTRATION.context(request, row, "resources"),
        "links": links(caller, row),
        "specs": [(spec, needed(spec)) for spec in row.definition.associations],
        "can_associate": caller.may("CreateRegistrationAssociation") and bool(open_specs(row)),
    }
    return page(request, "registrations/resources.html", context, fragment="tab")


@require_http_methods(["GET", "HEAD", "POST"])
def registration_associate(request: HttpRequest, key: str) -> HttpResponse:
    """Choose a resource of the supported kinds that goes with nothing else yet."""
    caller = caller_of(request)
    caller.require("CreateRegistrationAssociation")
    row = registration_named(caller, key)
    specs = open_specs(row)
    offered = [choice for spec in specs for choice in _free(caller, row, spec)]
    form = AssociateForm(
        request.POST if request.method == "POST" else None,
        resources=offered,
        initial={"resource_id": request.GET.get("resource_id")},
    )
    if request.method == "POST" and form.is_valid():
        try:
            create_registration_association(
                caller, registration_id=row.registration_id, resource_id=form.cleaned_data["resource_id"]
            )
        except Refusal as refusal:
            form.refuse(refusal)
        else:
            messages.success(request, _("The resource goes with this registration now."))
            return done(request, "registration-resources", row.registration_id)
    context = {
        **REGISTRATION.context(request, row, "resources"),
        "heading": _("Add resource"),
        "form": form,
        "offered": offered,
        "supported": [needed(spec) for spec in row.definition.associations],
        "request_url": _request_url(request, specs),
        "is_open": bool(specs) or not row.definition.associations,
        "cancel_url": url_to(caller, "registration-resources", row.registration_id),
    }
    return page(request, "registrations/associate.html", context, status=422 if form.errors else 200)


def _request_url(request: HttpRequest, specs: Sequence[Association]) -> str:
    """Where a number for the registration is requested, coming back here; nothing when it takes none now."""
    spec = next((spec for spec in specs if spec.number_type), None)
    if spec is None:
        return ""
    query = {
        "iso_country_code": spec.iso_country_code,
        "number_type": spec.number_type,
        "return": returning.signed(request.path),
    }
    return f"{url_to(caller_of(request), 'originator-request')}?{urlencode(query)}"


def _free(caller: Caller, row: Registration, spec: Association) -> list[tuple[str, str]]:
    """Resources of one supported kind that can be associated: (id, label)."""
    if spec.resource_type == "registration":
        rows = Registration.objects.for_caller(caller).filter(registration_type=spec.registration_type)
        if spec.required_status:
            rows = rows.filter(registration_status=spec.required_status)
        found = list(rows.exclude(associated_from__registration=row)[:MOST_OFFERED])
        names = names_of(caller, *found) if found else {}
        title = registration_types()[spec.registration_type].title
        return [
            (other.registration_id, f"{names.get(other.registration_id) or other.registration_id} – {title}")
            for other in found
        ]
    if spec.resource_type == "sender-id":
        senders = SenderId.objects.for_caller(caller).filter(iso_country_code=spec.iso_country_code)
        free = senders.exclude(registrations__registration=row)[:MOST_OFFERED]
        return [(sender.name, sender.name) for sender in free]
    numbers = PhoneNumber.objects.for_caller(caller).filter(
        number_type=spec.number_type, iso_country_code=spec.iso_country_code, registrations__isnull=True
    )
    return [
        (number.phone_number_id, f"{international(number.phone_number)} – {number.get_number_type_display()}")
        for number in numbers.order_by("phone_number")[:MOST_OFFERED]
    ]


scoped_urlpatterns = [
    path("registrations/<str:key>/answers/", registration_answers, name="registration-answers"),
    path("registrations/<str:key>/versions/", registration_versions, name="registration-versions"),
    path("registrations/<str:key>/timeline/", registration_timeline, name="registration-timeline"),
    path("registrations/<str:key>/resources/", registration_resources, name="registration-resources"),
    path("registrations/<str:key>/resources/add/", registration_associate, name="registration-associate"),
]
