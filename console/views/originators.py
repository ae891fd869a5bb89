"""Request an originator step by step, and the guide that says which one to request."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode, urlsplit

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import Resolver404, path, resolve
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

import console.converters  # noqa: F401 – registers `sender` before the patterns below
from console import returning
from console.callers import caller_of, url_to
from console.cells import international
from console.forms.base import ConsoleForm
from console.forms.originators import CountryForm, DirectionForm, RateForm, ReviewForm, SameOriginatorForm
from console.fragments import done, leave, page
from console.originators import CONTINUE, STEP_OF, STEPS, Wizard, by_case_url, terms
from console.registration_links import goes_with, needed_for
from messaging.caller import Caller
from messaging.country_names import country_name
from messaging.errors import NotFound, Refusal, Text
from messaging.models import PhoneNumber, SenderId
from messaging.operations.identities import phone_number_named
from messaging.operations.offers import offer
from messaging.operations.phone_numbers import request_phone_number
from messaging.operations.recommendations import NAMES, YES, Choice, Step, choose
from messaging.operations.sender_ids import needs_registration, request_sender_id, sender_id_named
from messaging.reference import countries


@require_safe
def originator_request(request: HttpRequest) -> HttpResponse:
    """The first step: the country."""
    return _step(request, "country")


@require_http_methods(["GET", "HEAD", "POST"])
def originator_request_step(request: HttpRequest, step: str) -> HttpResponse:
    """A later step. Only the review takes a POST, which makes the request."""
    if step not in dict(STEPS) or step == "country":
        raise Http404
    if request.method == "POST" and step != "review":
        return HttpResponse(status=405, headers={"Allow": "GET, HEAD"})
    return _review(request) if step == "review" else _step(request, step)


def _wizard(request: HttpRequest) -> Wizard:
    caller = caller_of(request)
    caller.require("RequestPhoneNumber")
    return Wizard(caller, request.GET, back=returning.return_path(request))


def _step(request: HttpRequest, step: str) -> HttpResponse:
    """Show a step, or go on from it when its button was pressed and its answers hold."""
    wizard = _wizard(request)
    if not wizard.is_open(step):
        return HttpResponseRedirect(wizard.url(wizard.first_incomplete()))
    judged = CONTINUE in request.GET
    if judged and wizard.is_complete(step):
        return HttpResponseRedirect(wizard.url(wizard.first_incomplete()))
    rows = wizard.tag_rows
    if step == "options" and not judged:
        rows.rearranged(request.GET)
    form = wizard.form(step, bound=judged)
    context = {
        **_frame(wizard, step),
        "form": form,
        "tag_rows": rows if step == "options" else None,
        "carried": wizard.pairs(step),
        "here": wizard.url(step).partition("?")[0],
        "has_errors": judged,
        "wizard": wizard,
    }
    return page(request, f"originators/{step.replace('-', '_')}.html", context, status=422 if judged else 200)


def _frame(wizard: Wizard, step: str) -> dict[str, Any]:
    names = [name for name, _label in STEPS]
    at = names.index(step)
    country = wizard.country
    return {
        "title": _("Request originator"),
        "info": "request-originator",
        "crumbs": [{"label": _("Phone numbers"), "url": url_to(wizard.caller, "phone-number-list")}],
        "steps": wizard.steps(step),
        "step_label": STEPS[at][1],
        "previous_url": wizard.url(names[at - 1]) if at else "",
        "cancel_url": wizard.back or url_to(wizard.caller, "phone-number-list"),
        "country_name": country_name(country.iso2) if country else "",
        "notes": [note for note in (country.note, country.sender_id_note) if note] if country else [],
        "chooser_url": f"{url_to(wizard.caller, 'originator-chooser')}?{urlencode(wizard.pairs())}",
    }


def _review(request: HttpRequest) -> HttpResponse:
    """Everything once more; the button requests it."""
    wizard = _wizard(request)
    if not wizard.is_open("review"):
        return HttpResponseRedirect(wizard.url(wizard.first_incomplete()))
    form, fixes = ReviewForm(request.POST if request.method == "POST" else None), []
    if request.method == "POST" and form.is_valid():
        try:
            return _requested(request, wizard)
        except Refusal as refusal:
            form.refuse(refusal)
            fixes = [
                {"words": words, "url": f"{wizard.url(STEP_OF[name])}#field-{name}"}
                for name, words in refusal.fields.items()
                if name in STEP_OF
            ]
    found = wizard.offer
    assert found
    context = {
        **_frame(wizard, "review"),
        "form": form,
        "has_errors": bool(fixes or form.errors),
        "fixes": fixes,
        "groups": wizard.lines(),
        "offer": found,
        "type_name": NAMES[found.type],
        "terms": terms(found),
        "registration": None if wizard.goes_along else needed_for(wizard.caller, found.registration),
        "submit_label": _("Request sender ID") if wizard.is_sender_id else _("Request phone number"),
        "here": wizard.url("review"),
    }
    return page(request, "originators/review.html", context, status=422 if form.errors else 200)


def _requested(request: HttpRequest, wizard: Wizard) -> HttpResponse:
    """Request it; back to the form that sent us when the number can be chosen there, else to the result."""
    caller, back = wizard.caller, wizard.back
    if wizard.is_sender_id:
        sender = request_sender_id(caller, **wizard.parameters)
        messages.success(request, _("%(sender_id)s is in the account.") % {"sender_id": sender.sender_id})
        return done(request, "originator-requested-sender-id", sender.name)
    number = request_phone_number(caller, **wizard.parameters)
    messages.success(request, _("%(number)s is yours.") % {"number": international(number.phone_number)})
    if back and not wizard.goes_along and _is_of_registrations(back):  # where numbers that wait are chosen too
        return leave(request, returning.extended(back, "resource_id", number.phone_number_id))
    if back and number.status == PhoneNumber.Status.ACTIVE:
        return leave(request, returning.extended(back, "origination_identity", number.phone_number_id))
    return done(request, "originator-requested-number", number.phone_number_id)


def _is_of_registrations(back: str) -> bool:
    try:
        return resolve(urlsplit(back).path).url_name in ("registration-create", "registration-associate")
    except Resolver404:
        return False


@require_safe
def originator_requested_number(request: HttpRequest, key: str) -> HttpResponse:
    """What was requested, when it can be used, what comes next."""
    caller = caller_of(request)
    caller.require("DescribePhoneNumbers")
    row = phone_number_named(caller, key)
    if row is None:
        raise NotFound("phone-number", key)
    found = offer(row.number_type, row.iso_country_code)
    return _result(request, row, found.registration if found else "", international(row.phone_number))


@require_safe
def originator_requested_sender_id(request: HttpRequest, key: str) -> HttpResponse:
    """The same for a sender ID."""
    caller = caller_of(request)
    caller.require("DescribeSenderIds")
    row = sender_id_named(caller, key, "")
    if row is None:
        raise NotFound("sender-id", key)
    found = offer("SENDER_ID", row.iso_country_code)
    return _result(request, row, found.registration if found and not row.registered else "", row.sender_id)


def _result(request: HttpRequest, row: PhoneNumber | SenderId, registration: str, name: str) -> HttpResponse:
    caller, is_number = caller_of(request), isinstance(row, PhoneNumber)
    list_name = "phone-number-list" if is_number else "sender-id-list"
    context = {
        "title": _("Requested: %(name)s") % {"name": name},
        "crumbs": [
            {"label": _("Phone numbers") if is_number else _("Sender IDs"), "url": url_to(caller, list_name)},
        ],
        "row": row,
        "is_number": is_number,
        "goes_with": goes_with(request, row, registration),
        "must_register": is_number or needs_registration(row.iso_country_code),
        "country_name": country_name(row.iso_country_code),
        "detail_url": url_to(caller, "phone-number-detail" if is_number else "sender-id-detail", row.name),
        "can_send": caller.may("SendTextMessage"),
        "can_create_pool": caller.may("CreatePool"),
    }
    return page(request, "originators/requested.html", context)


@dataclass(frozen=True, slots=True)
class Answered:
    """One question of the chooser as it was answered; url asks it again, empty for what the country decides."""

    question: Text
    answer: Text
    url: str = ""


ASKS: dict[str, type[ConsoleForm]] = {"mps": RateForm, "same_originator": SameOriginatorForm}


class Chooser:
    """The guide as one URL has it: the answers, the question that is open, or the recommendation."""

    NAMES = ("iso_country_code", "two_way", "mps", "same_originator")

    def __init__(self, caller: Caller, query: Any) -> None:
        self.caller = caller
        self.given = {name: query[name] for name in self.NAMES if query.get(name)}
        self.country = countries().get(self.given.get("iso_country_code", ""))
        self.choice: Choice | None = None
        if self.country and self.given.get("two_way") in ("yes", "no"):
            answers = {name: self.given.get(name, "") for name in ASKS}
            self.choice = choose(self.country.iso2, two_way=self.given["two_way"] == YES, answers=answers)

    @property
    def open_form(self) -> type[ConsoleForm] | None:
        """The form of the question that comes next, None at the end."""
        if self.country is None:
            return CountryForm
        if self.choice is None:
            return DirectionForm
        return ASKS[self.choice.asks] if self.choice.asks else None

    def url(self, **changes: str | None) -> str:
        pairs = {name: value for name, value in {**self.given, **changes}.items() if value}
        return f"{url_to(self.caller, 'originator-chooser')}?{urlencode(pairs)}"

    @property
    def answered(self) -> list[Answered]:
        if self.country is None:
            return []
        found = [
            Answered(_("Country of the recipients"), country_name(self.country.iso2), self.url(iso_country_code=None))
        ]
        if self.choice is not None:
            words = _("Send and receive") if self.given["two_way"] == YES else _("Only send")
            found.append(Answered(_("What will you do there?"), words, self.url(two_way=None)))
            found += [self._of(step) for step in self.choice.steps]
        return found

    def _of(self, step: Step) -> Answered:
        return Answered(step.question_words, step.answer_words, "" if step.known else self.url(**{step.subject: None}))

    @property
    def wizard_url(self) -> str:
        """The wizard with these answers; the type is chosen there when it can be requested."""
        kept = {"text": "SMS", "mps": "1", **self.given}
        if self.choice and self.choice.type:
            kept["number_type"] = self.choice.type
        if self.choice and self.choice.one_way_only:
            kept["two_way"] = "no"
        return f"{url_to(self.caller, 'originator-request')}type/?{urlencode(kept)}"


@require_safe
def originator_chooser(request: HttpRequest) -> HttpResponse:
    """One question at a time; what the country itself decides is answered already."""
    caller = caller_of(request)
    chooser = Chooser(caller, request.GET)
    form_class = chooser.open_form
    asked = request.GET.get(CONTINUE, "")
    judged = form_class is not None and asked in form_class.base_fields
    if asked and not judged:
        return HttpResponseRedirect(chooser.url())  # answered: on to the next question, at an address of its own
    form = form_class(request.GET if judged else None) if form_class else None
    choice = chooser.choice
    found = offer(choice.type, chooser.country.iso2) if choice and choice.type and chooser.country else None
    context = {
        "title": _("Choose an originator"),
        "info": "request-originator",
        "purpose": _("A few questions, and which kind of sender suits a country and a use."),
        "crumbs": [{"label": _("Request originator"), "url": url_to(caller, "originator-request")}],
        "form": form,
        "has_errors": bool(form and form.errors),
        "question": next(iter(form.fields)) if form else "",
        "carried": [(name, value) for name, value in chooser.given.items() if not form or name not in form.fields],
        "answered": chooser.answered,
        "number": sum(1 for row in chooser.answered if row.url) + 1,
        "choice": choice if choice and choice.recommendation else None,
        "one_way_only": bool(choice and choice.one_way_only),
        "country_name": country_name(chooser.country.iso2) if chooser.country else "",
        "offer": found,
        "terms": terms(found) if found else "",
        "case_url": by_case_url(caller, found) if found else "",
        "wizard_url": chooser.wizard_url,
        "again_url": url_to(caller, "originator-chooser"),
        "can_request": caller.may("RequestPhoneNumber"),
    }
    return page(request, "originators/chooser.html", context, status=422 if form and form.errors else 200)


scoped_urlpatterns = [
    path("originators/request/", originator_request, name="originator-request"),
    path("originators/request/<slug:step>/", originator_request_step, name="originator-request-step"),
    path("originators/choose/", originator_chooser, name="originator-chooser"),
    path("originators/requested/number/<str:key>/", originator_requested_number, name="originator-requested-number"),
    path(
        "originators/requested/sender-id/<sender:key>/",
        originator_requested_sender_id,
        name="originator-requested-sender-id",
    ),
]
