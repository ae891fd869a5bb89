"""The end of a registration's form: everything at a glance, what would be returned, the cost, and the submission;
then taking a version back, authenticating the company, and making the next version.
"""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from console.callers import caller_of, url_to
from console.forms.base import ConsoleForm
from console.forms.confirm import ConfirmForm
from console.forms.registrations import AttestForm
from console.fragments import done, page
from console.registration_costs import fees_of, wait_words
from console.registration_sheets import Sheet, sheet_of
from console.statuses import DANGER, INFO, WARNING
from console.views.registration_wizard import frame
from console.views.registrations import REGISTRATION
from messaging.errors import Refusal, Text
from registrations import checks
from registrations.checks import Finding, Severity
from registrations.models import RegistrationStatus, VersionStatus
from registrations.operations.decisions import complete_registration_authentication
from registrations.operations.naming import registration_named, version_numbered
from registrations.operations.versions import (
    create_registration_version,
    discard_registration_version,
    readiness,
    submit_registration_version,
)

TONES = {Severity.REFUSED: DANGER, Severity.RISKY: WARNING, Severity.ADVICE: INFO}


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def registration_review(request: HttpRequest, key: str) -> HttpResponse:
    """Summary, checks, cost, attestation; a POST submits."""
    caller = caller_of(request)
    caller.require("SubmitRegistrationVersion")
    sheet = sheet_of(caller, key)
    if sheet.version.registration_version_status != VersionStatus.DRAFT:
        return done(request, "registration-detail", sheet.row.name)
    form = AttestForm(request.POST if request.method == "POST" else None)
    refusal: Refusal | None = None
    if request.method == "POST" and form.is_valid():
        try:
            submit_registration_version(
                caller, registration_id=sheet.row.name, aws_review=form.cleaned_data["aws_review"]
            )
        except Refusal as found:
            refusal = found
            if not sheet.problems:
                form.refuse(found)
        else:
            messages.success(request, _("Version %(number)s was submitted.") % {"number": sheet.version.version_number})
            return done(request, "registration-detail", sheet.row.name)
    status = 422 if refusal or form.errors else 200
    return page(request, "registrations/review.html", _context(sheet, form, asked=status == 422), status=status)


def _context(sheet: Sheet, form: AttestForm, *, asked: bool) -> dict[str, Any]:
    fields = sheet.definition.fields
    findings = checks.run(sheet.definition, sheet.answers, sheet.brand)
    return {
        **frame(sheet, "review"),
        "form": form,
        "asked": asked,
        "has_errors": asked,
        "parts": sheet.parts(),
        "change": sheet.editable,
        "faults": [(fields[p], words, sheet.field_url(fields[p])) for p, words in sheet.problems.items()],
        "waiting_for": readiness(sheet.row),
        "associate_url": url_to(sheet.caller, "registration-associate", sheet.row.name),
        "findings": [_shown(sheet, finding) for finding in findings],
        "fees": fees_of(sheet.definition, sheet.answers),
        "wait": wait_words(sheet.definition, sheet.known),
    }


def severity_words(severity: Severity) -> Text:
    """How bad a finding is, in words."""
    return {
        Severity.REFUSED: _("Would be returned"),
        Severity.RISKY: _("May be returned"),
        Severity.ADVICE: _("Could be better"),
    }[severity]


def _shown(sheet: Sheet, finding: Finding) -> dict[str, Any]:
    entry = sheet.definition.fields.get(finding.field_path)
    return {
        "tone": TONES[finding.severity],
        "severity": severity_words(finding.severity),
        "title": entry.title if entry else _("The form as a whole"),
        "why": finding.why,
        "cure": finding.cure,
        "reason": finding.reason,
        "url": sheet.field_url(entry) if entry and sheet.editable else "",
    }


@require_http_methods(["GET", "HEAD", "POST"])
def registration_discard(request: HttpRequest, key: str) -> HttpResponse:
    """Take a submitted version back, after its word was typed."""
    caller = caller_of(request)
    caller.require("DiscardRegistrationVersion")
    row = registration_named(caller, key)
    version = version_numbered(row)
    form = ConfirmForm(request.POST if request.method == "POST" else None, word="discard")
    if request.method == "POST" and form.is_valid():
        try:
            discard_registration_version(caller, registration_id=row.registration_id)
        except Refusal as refusal:
            form.refuse(refusal)
        else:
            messages.success(request, _("Version %(number)s was discarded.") % {"number": version.version_number})
            return done(request, "registration-detail", row.registration_id)
    context = {
        **REGISTRATION.context(request, row, ""),
        "heading": _("Discard version %(number)s") % {"number": version.version_number},
        "form": form,
        "verb": _("Discard version"),
        "consequences": [
            _("Version %(number)s is gone for good; nobody reviews it.") % {"number": version.version_number},
            _("Its answers are the start of the next version, which you make and submit anew."),
            _("Fees that were charged are not paid back."),
        ],
    }
    return page(request, "resources/delete.html", context, fragment="dialog", status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def registration_new_version(request: HttpRequest, key: str) -> HttpResponse:
    """Make the next version, which starts with every answer of the last one, and go to its form."""
    caller = caller_of(request)
    caller.require("CreateRegistrationVersion")
    sheet = sheet_of(caller, key)
    form = ConsoleForm(request.POST if request.method == "POST" else None)
    if sheet.version.registration_version_status == VersionStatus.DRAFT:
        return done(request, "registration-form", sheet.row.name)
    if request.method == "POST":
        try:
            create_registration_version(caller, registration_id=sheet.row.name)
        except Refusal as refusal:
            form.is_valid()
            form.refuse(refusal)
        else:
            return done(request, "registration-form", sheet.row.name)
    context = {
        **REGISTRATION.context(request, sheet.row, ""),
        "heading": _("Update registration"),
        "form": form,
        "sheet": sheet,
        "returned": list(sheet.returned.values()),
        "number": sheet.version.version_number + 1,
    }
    return page(request, "registrations/new_version.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def registration_authenticate(request: HttpRequest, key: str) -> HttpResponse:
    """Follow the link of the authentication mail, which nobody sends here: the review goes on after it."""
    caller = caller_of(request)
    caller.require("CompleteRegistrationAuthentication")
    sheet = sheet_of(caller, key)
    form = ConsoleForm(request.POST if request.method == "POST" else None)
    if request.method == "POST":
        try:
            complete_registration_authentication(caller, registration_id=sheet.row.name)
        except Refusal as refusal:
            form.is_valid()
            form.refuse(refusal)
        else:
            messages.success(request, _("The company is authenticated; the review goes on."))
            return done(request, "registration-detail", sheet.row.name)
    context = {
        **REGISTRATION.context(request, sheet.row, ""),
        "heading": _("Complete authentication"),
        "form": form,
        "waits": sheet.row.registration_status == RegistrationStatus.REQUIRES_AUTHENTICATION,
        "mail": next((answer[0] for path, answer in sheet.answers.items() if path.endswith("Email")), ""),
    }
    return page(request, "registrations/authenticate.html", context, status=422 if form.errors else 200)


scoped_urlpatterns = [
    path("registrations/<str:key>/authenticate/", registration_authenticate, name="registration-authenticate"),
    path("registrations/<str:key>/review/", registration_review, name="registration-review"),
    path("registrations/<str:key>/discard/", registration_discard, name="registration-discard"),
    path("registrations/<str:key>/versions/create/", registration_new_version, name="registration-new-version"),
]
