"""What leaves the console of a registration: its files, a dossier to print, and JSON that the API takes."""

import json
import shlex

from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from console.attachments import download
from console.callers import caller_of, url_to
from console.fragments import page
from console.registration_costs import fees_of, wait_words
from console.registration_export import exported
from console.registration_sheets import Sheet, sheet_of
from console.views.registration_tabs import links, version_in
from console.views.registrations import REGISTRATIONS
from messaging import clock
from registrations.operations.attachments import opened


@require_safe
@never_cache
def registration_attachment(request: HttpRequest, registration_attachment_id: str) -> HttpResponse:
    """A file, as a download of its checked type and as nothing else."""
    return download(*opened(caller_of(request), registration_attachment_id))


@require_safe
def registration_dossier(request: HttpRequest, key: str) -> HttpResponse:
    """Everything of a version on one page, for paper or PDF."""
    sheet = sheet_of(caller_of(request), key, version_in(request))
    context = {
        "title": _("Dossier: %(name)s") % {"name": sheet.name},
        "crumbs": [
            {"label": REGISTRATIONS.title, "url": url_to(sheet.caller, REGISTRATIONS.url_name)},
            {"label": sheet.name, "url": url_to(sheet.caller, "registration-detail", sheet.row.name)},
        ],
        "sheet": sheet,
        "row": sheet.row,
        "version": sheet.version,
        "definition": sheet.definition,
        "parts": sheet.parts(),
        "change": False,
        "links": links(sheet.caller, sheet.row),
        "fees": fees_of(sheet.definition, sheet.answers),
        "wait": wait_words(sheet.definition, sheet.known),
        "now": clock.now(),
        "replay": _replay(sheet),
    }
    return page(request, "registrations/dossier.html", context)


def _replay(sheet: Sheet) -> str:
    """The command that files it elsewhere; --dry-run, because it may cost money there."""
    words = ["python", "manage.py", "replay_registration", sheet.row.registration_id]
    if not sheet.current:
        words += ["--version-number", str(sheet.version.version_number)]
    return shlex.join([*words, "--region", sheet.caller.region, "--dry-run"])


@require_safe
def registration_export(request: HttpRequest, key: str) -> HttpResponse:
    """The calls that make this registration anywhere, as JSON, files included."""
    sheet = sheet_of(caller_of(request), key, version_in(request))
    body = json.dumps(exported(sheet), ensure_ascii=False, indent=2) + "\n"
    response = HttpResponse(body, content_type="application/json; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{sheet.row.registration_id}.json"'
    return response


scoped_urlpatterns = [
    path(
        "registration-attachments/<str:registration_attachment_id>/",
        registration_attachment,
        name="registration-attachment",
    ),
    path("registrations/<str:key>/dossier/", registration_dossier, name="registration-dossier"),
    path("registrations/<str:key>/export/", registration_export, name="registration-export"),
]
