"""The form of a registration: one step per section, each answer saved as it is given."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.urls import path
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from console.callers import caller_of, url_to
from console.fragments import leave, page, wants_fragment
from console.registration_saving import Outcome, cards, remove, save, save_all, typed, upload
from console.registration_sheets import Sheet, sheet_of
from console.review_words import person
from console.tag_names import called
from console.views.registrations import REGISTRATIONS
from messaging import clock
from messaging.errors import NotFound
from registrations.definitions import ATTACHMENT, Field, Resolved, Section
from registrations.operations.naming import field_named

BUTTONS = ("upload", "remove", "theirs", "offer")  # buttons of one field, with its path as their value


@require_safe
def registration_form(request: HttpRequest, key: str) -> HttpResponse:
    """To the first step that is not complete; to the registration itself when nothing can be filled in."""
    sheet = sheet_of(caller_of(request), key)
    return leave(request, sheet.next_url() if sheet.editable else _detail(sheet))


def _detail(sheet: Sheet) -> str:
    return url_to(sheet.caller, "registration-detail", sheet.row.name)


def _section(sheet: Sheet, section_path: str) -> Section:
    found = sheet.definition.section(section_path)
    if found is None:
        raise Http404
    return found


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def registration_section(request: HttpRequest, key: str, section: str) -> HttpResponse:
    """One step. Every button saves what was typed; the button says what is done besides."""
    caller = caller_of(request)
    caller.require("PutRegistrationFieldValue")
    sheet = sheet_of(caller, key)
    shown = _section(sheet, section)
    if not sheet.editable:
        messages.warning(request, _("The form cannot be changed now: its version is no draft."))
        return leave(request, _detail(sheet))
    if request.method != "POST":
        return _step(request, sheet, shown)
    before = _asked(sheet, shown)
    button = next((name for name in BUTTONS if name in request.POST), "")
    path_of_button = request.POST.get(button, "")
    outcomes = save_all(sheet, shown.fields, request.POST, but=path_of_button if button == "theirs" else "")
    outcomes |= _files(request, sheet, shown, button, path_of_button)
    failed = [outcome for outcome in outcomes.values() if not outcome.saved]
    if failed:
        status = 409 if any(outcome.conflict for outcome in failed) else 422
        return _step(request, sheet, shown, outcomes, status)
    if button:
        return leave(request, f"{sheet.section_url(section)}#field-{path_of_button.replace('.', '-')}")
    if "later" in request.POST:
        messages.success(request, _("Everything is saved. Go on whenever you like."))
        return leave(request, _detail(sheet))
    fresh = _asked(sheet, shown) - before
    if fresh:
        messages.info(request, _("Your answers made this step ask for more."))
        return leave(request, sheet.section_url(section))
    return leave(request, sheet.next_url(section))


def _asked(sheet: Sheet, section: Section) -> set[str]:
    """What the section must have, as the answers are."""
    made = (sheet.card(entry) for entry in section.fields)
    return {card.path for card in made if card.required}


def _files(
    request: HttpRequest, sheet: Sheet, section: Section, button: str, path_of_button: str
) -> dict[str, Outcome]:
    """Take the files that came along, and do what a button of one field says."""
    found: dict[str, Outcome] = {}
    for entry in section.fields:
        if entry.field_type == ATTACHMENT and f"file:{entry.field_path}" in request.FILES:
            found[entry.field_path] = upload(sheet, entry, request.FILES[f"file:{entry.field_path}"])
    chosen = next((entry for entry in section.fields if entry.field_path == path_of_button), None)
    if chosen and button == "remove" and chosen.field_path in sheet.values:
        found[chosen.field_path] = remove(sheet, chosen)
    elif chosen and button == "upload" and chosen.field_path not in found:
        found[chosen.field_path] = Outcome((), error=_("Choose a file first."))
    elif chosen and button == "offer":
        found[chosen.field_path] = _take_offer(sheet, chosen)
    return found


def _take_offer(sheet: Sheet, entry: Field) -> Outcome:
    (card,) = cards(sheet, [entry])
    if card.offer is None:
        return Outcome(card.answer)
    outcome = save(sheet, entry, (card.offer.text,), "")
    sheet.read()
    return outcome


def _step(
    request: HttpRequest, sheet: Sheet, section: Section, outcomes: dict[str, Outcome] | None = None, status: int = 200
) -> HttpResponse:
    made = cards(sheet, section.fields, outcomes)
    faulty = [card for card in made if card.error or (outcomes and card.path in outcomes and card.theirs)]
    context = {
        **frame(sheet, section.section_path),
        "section": section,
        "cards": made,
        "faulty": faulty,
        "has_errors": status != 200,
        "has_files": any(card.control == "file" for card in made),
    }
    return page(request, "registrations/section.html", context, status=status)


def frame(sheet: Sheet, current: str) -> dict[str, Any]:
    """What every step of the form shows around it. Two queries at most."""
    version = sheet.version
    sheet.row.tag_name = "" if sheet.name == sheet.row.name else sheet.name
    recently = version.edited_at and (clock.now() - version.edited_at).total_seconds() < 600
    return {
        "title": called(sheet.row),
        "purpose": sheet.definition.title,
        "info": "registrations",
        "crumbs": [
            {"label": REGISTRATIONS.title, "url": url_to(sheet.caller, REGISTRATIONS.url_name)},
            {"label": called(sheet.row), "url": _detail(sheet)},
        ],
        "sheet": sheet,
        "row": sheet.row,
        "definition": sheet.definition,
        "steps": sheet.steps(current),
        "detail_url": _detail(sheet),
        "other_editor": person(version.edited_by) if recently and version.edited_by != sheet.caller.actor else "",
        "returned": sheet.open_returns,
        "saved_at": version.edited_at,
    }


# Autosave


@require_POST
@never_cache
def registration_field(request: HttpRequest, key: str, field_path: str) -> HttpResponse:
    """Save one field and answer with its state; with it come the fields that depend on it, the steps and the time.

    For scripts: without them, the buttons of the step save. 409 shows what another person put there, 422 what is wrong.
    """
    caller = caller_of(request)
    caller.require("PutRegistrationFieldValue")
    sheet = sheet_of(caller, key)
    entry = field_named(sheet.definition, field_path)
    if not wants_fragment(request):
        return leave(request, sheet.field_url(entry))
    if not sheet.editable:
        raise NotFound("registration-version", key)
    before = _dependent(sheet, entry)
    file = request.FILES.get(f"file:{field_path}")
    if entry.field_type == ATTACHMENT and file is not None:
        outcome, template = upload(sheet, entry, file), "registrations/field.html"
    else:
        was = request.POST.get(f"seen:{field_path}", "")
        outcome, template = save(sheet, entry, typed(request.POST, entry), was), "registrations/field_state.html"
        sheet.read()
    sheet.version.refresh_from_db(fields=["edited_at", "edited_by"])
    (card,) = cards(sheet, [entry], {field_path: outcome})
    parts = [render_to_string(template, {"card": card}, request)]
    if outcome.saved:
        # Only what is asked otherwise now: somebody may be typing into the rest.
        changed = [now for now, was in zip(_dependent(sheet, entry), before, strict=True) if now != was]
        for card in cards(sheet, [sheet.definition.fields[path] for path, _resolved in changed]):
            parts.append(render_to_string("registrations/field.html", {"card": card, "oob": True}, request))
        context = {"steps": sheet.steps(entry.section_path), "saved_at": sheet.version.edited_at}
        parts.append(render_to_string("registrations/saved.html", context, request))
    return HttpResponse("".join(parts), status=outcome.status)


def _dependent(sheet: Sheet, entry: Field) -> list[tuple[str, Resolved]]:
    """The fields of the same section that depend on one, as they stand among the answers."""
    others = _section(sheet, entry.section_path).fields
    answers = sheet.answers
    return [(other.field_path, other.resolve(answers)) for other in others if _depends(other, entry.field_path)]


def _depends(entry: Field, field_path: str) -> bool:
    return any(condition.depends_on_field_path == field_path for rule in entry.rules for condition in rule.conditions)


scoped_urlpatterns = [
    path("registrations/<str:key>/form/", registration_form, name="registration-form"),
    path("registrations/<str:key>/form/<slug:section>/", registration_section, name="registration-section"),
    path("registrations/<str:key>/fields/<str:field_path>/", registration_field, name="registration-field"),
]
