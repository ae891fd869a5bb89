"""Handsets: what arrived on the phones at the other end, what they answer, and how they behave."""

import uuid
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from console import undo
from console.callers import caller_of, url_to
from console.cells import international
from console.declarations import rows_of
from console.forms.handsets import BehaviourForm, ReplyForm, outcome_choices
from console.forms.refused import put_on
from console.forms.test_send import number_as_sent
from console.fragments import done, page, wants_fragment
from console.listing import list_page
from console.lists import Empty, ListSpec
from console.message_words import meaning
from console.numbers import whole
from console.tables import Column
from console.voice import called
from messaging.caller import Caller
from messaging.carrier.behaviours import magic_suffixes
from messaging.country_names import country_name
from messaging.errors import NotFound, Refusal
from messaging.message_filters import HANDSET_FILTERS
from messaging.models import Handset, HandsetBehaviour, Message
from messaging.operations.handsets import (
    Screen,
    delete_handset_behaviour,
    describe_handset_behaviours,
    describe_handset_messages,
    put_handset_behaviour,
)
from messaging.operations.inbound import receive_inbound_message
from messaging.queries import consents, numbers_to_answer
from messaging.reference import simulator_number
from messaging.text import e164

SCREEN = 40  # messages on a screen at once; older ones by a link
LATEST = 8  # messages whose state stands beside the screen
QUICK_ANSWERS = ("STOP", "START", "HELP")
SET_NAMES = ("outcomes", "carrier_delay_seconds", "handset_delay_seconds", "carrier_name", "seed")  # of a behaviour
# The screen looks for something new every 2 s ten times, every 5 s sixty times, then only when asked.
LOOKS = ((10, 2), (70, 5))


HANDSETS = ListSpec(
    name="handsets",
    title=gettext_lazy("Handsets"),
    purpose=gettext_lazy("The phones at the other end: every destination that was written to or that wrote."),
    url_name="handset-list",
    action="DescribeHandsets",
    rows=rows_of(Handset),
    filters=HANDSET_FILTERS,
    key="phone_number",
    detail="handset-detail",
    sort="-active",
    columns=(
        Column("number", gettext_lazy("Number"), "phone", "phone_number", sort="phone_number"),
        Column("active", gettext_lazy("Last activity"), "time", "last_activity_at", sort="last_activity_at"),
        Column("country", gettext_lazy("Country"), value=lambda row: country_name(row.iso_country_code)),
        Column("created", gettext_lazy("First seen"), "time", "created_timestamp", hidden=True),
    ),
    search_hint=gettext_lazy("Beginning of a number, such as +1425"),
    empty=Empty(
        gettext_lazy("No handset has been written to yet."),
        gettext_lazy("Send a test message; its destination then has a screen here that can answer."),
    ),
)


@require_safe
@never_cache
def handset_list(request: HttpRequest) -> HttpResponse:
    return list_page(request, HANDSETS, template="handsets/list.html")


@require_safe
def handset_open(request: HttpRequest) -> HttpResponse:
    """To the screen of any number that was typed, whether something was sent to it or not."""
    try:
        number = e164.read(request.GET.get("number", ""))
    except e164.Unreadable:
        number = number_as_sent(request.GET.get("number", ""))
    if not e164.is_number(number):
        messages.warning(request, _("“%(number)s” is not a phone number.") % {"number": request.GET.get("number", "")})
        return done(request, "handset-list")
    return done(request, "handset-detail", e164.normalise(number))


def _number_of(phone_number: str) -> str:
    """E.164 of what stands in the path; a page for anything else is not there."""
    if not e164.is_number(phone_number):
        raise NotFound("handset", phone_number)
    return e164.normalise(phone_number)


class Watched:
    """A handset's screen and when to look again; `?before=` is an older stretch of it, which does not change."""

    def __init__(self, request: HttpRequest, caller: Caller, number: str) -> None:
        self.looked = whole(request.GET.get("look", ""))
        self.before = _before(request)
        self.screen: Screen = describe_handset_messages(caller, phone_number=number, before=self.before, limit=SCREEN)
        self.bubbles = self.screen.bubbles[::-1]
        self.calls = {bubble.id: called(bubble.call) for bubble in self.bubbles if bubble.call}
        self.latest = list(
            Message.objects.for_caller(caller).filter(destination_phone_number=number).order_by("-message_id")[:LATEST]
        )
        self.under_way = sum(1 for message in self.latest if not message.is_final)
        self.consents = consents(caller, number)

    @property
    def delay(self) -> str:
        if self.before:
            return ""
        for most, seconds in LOOKS:
            if self.looked < most:
                return f"{seconds}s"
        return ""

    @property
    def next_url(self) -> str:
        return f"?look={self.looked + 1}"


def _before(request: HttpRequest) -> uuid.UUID | None:
    """Where the stretch that is asked for ends; what is no message id asks for the newest."""
    try:
        return uuid.UUID(request.GET.get("before", ""))
    except ValueError:
        return None


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def handset_detail(request: HttpRequest, phone_number: str) -> HttpResponse:
    """The screen; a POST is an answer of its owner."""
    caller = caller_of(request)
    caller.require("DescribeHandsets")
    number = _number_of(phone_number)
    if request.method != "POST" and wants_fragment(request):
        return page(request, "handsets/detail.html", _screen(request, caller, number), fragment="screen")
    numbers = numbers_to_answer(caller, number)
    choices = [(row.phone_number, international(row.phone_number)) for row in numbers]
    form = ReplyForm(request.POST if request.method == "POST" else None, numbers=choices)
    if request.method == "POST":
        answer = _answered(request, caller, number, form)
        if answer is not None:
            return answer
    behaviour = _behaviour_of(caller, number)
    context = {
        **_screen(request, caller, number),
        "info": "handsets",
        "title": _("Handset %(number)s") % {"number": international(number)},
        "crumbs": [
            {"label": _("Handsets"), "url": url_to(caller, "handset-list")},
        ],
        "form": form,
        "has_numbers": bool(choices),
        "quick_answers": QUICK_ANSWERS,
        "can_answer": caller.may("ReceiveInboundMessage"),
        "can_behave": caller.may("PutHandsetBehaviour"),
        "simulator": simulator_number(number),
        "behaviour": shown(behaviour) if behaviour else None,
        "country": country_name(e164.country_of(number) or ""),
    }
    return page(request, "handsets/detail.html", context, status=422 if form.errors else 200)


def _screen(request: HttpRequest, caller: Caller, number: str) -> dict[str, Any]:
    return {"number": number, "watched": Watched(request, caller, number)}


def _answered(request: HttpRequest, caller: Caller, number: str, form: ReplyForm) -> HttpResponse | None:
    """Take the answer in and go back to the screen; nothing when it was refused, which is then on the form."""
    caller.require("ReceiveInboundMessage")
    quick = request.POST.get("quick", "")
    if quick in QUICK_ANSWERS:
        form.data = {**request.POST.dict(), "message_body": quick}
    if not form.is_valid():
        return None
    try:
        receive_inbound_message(caller, origination_number=number, **form.cleaned_data)
    except Refusal as refusal:
        put_on(form, refusal)
        return None
    return done(request, "handset-detail", number)


def _behaviour_of(caller: Caller, number: str) -> HandsetBehaviour | None:
    """The behaviour that holds for a number: its own, the longest prefix, its country. One query."""
    scopes = HandsetBehaviour.Scope
    country = e164.country_of(number) or ""
    fitting = [
        row
        for row in describe_handset_behaviours(caller)
        if (row.scope == scopes.NUMBER and row.match == number)
        or (row.scope == scopes.PREFIX and number.startswith(row.match))
        or (row.scope == scopes.COUNTRY and row.match == country)
    ]
    order = [scopes.COUNTRY, scopes.PREFIX, scopes.NUMBER]
    return max(fitting, key=lambda row: (order.index(scopes(row.scope)), len(row.match)), default=None)


@dataclass(frozen=True, slots=True)
class Shown:
    """A behaviour in words."""

    row: HandsetBehaviour
    scope: Any
    match: str
    outcomes: list[tuple[str, int]]


def shown(row: HandsetBehaviour) -> Shown:
    """Outcomes with their likelihood in percent."""
    whole = sum(item["weight"] for item in row.outcomes) or 1
    return Shown(
        row,
        HandsetBehaviour.Scope(row.scope).label,
        international(row.match) if row.scope == HandsetBehaviour.Scope.NUMBER else row.match,
        [(item["outcome"], round(100 * item["weight"] / whole)) for item in row.outcomes],
    )


@dataclass(frozen=True, slots=True)
class Ending:
    """A magic suffix in words."""

    digits: str
    outcome: str
    meaning: Any
    seconds: float


@require_safe
@never_cache
def behaviour_list(request: HttpRequest) -> HttpResponse:
    caller = caller_of(request)
    context = {
        "info": "handsets",
        "title": _("Handset behaviours"),
        "purpose": _("What becomes of messages: the most exact behaviour holds, then a number’s last digits decide."),
        "crumbs": [
            {"label": _("Handsets"), "url": url_to(caller, "handset-list")},
        ],
        "behaviours": [shown(row) for row in describe_handset_behaviours(caller)[:200]],
        "endings": [
            Ending(digits, row.outcome, meaning(row.outcome), row.carrier_delay + row.handset_delay)
            for digits, row in magic_suffixes().items()
        ],
        "can_behave": caller.may("PutHandsetBehaviour"),
    }
    return page(request, "handsets/behaviours.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def behaviour_edit(request: HttpRequest) -> HttpResponse:
    """Set a behaviour: a new one, or, by `?scope=&match=`, the one that is there for just that."""
    caller = caller_of(request)
    caller.require("PutHandsetBehaviour")
    scope, match = request.GET.get("scope", ""), request.GET.get("match", "")
    row = HandsetBehaviour.objects.for_caller(caller).filter(scope=scope, match=match).first() if match else None
    initial: dict[str, Any] = {"scope": scope or HandsetBehaviour.Scope.NUMBER, "match": match}
    if row is not None:
        initial |= {name: getattr(row, name) for name in SET_NAMES}
    form = BehaviourForm(request.POST if request.method == "POST" else None, initial=initial, fixed=row is not None)
    if form.is_valid():
        try:
            put_handset_behaviour(caller, **form.parameters)
        except Refusal as refusal:
            put_on(form, refusal)
        else:
            messages.success(request, _("The behaviour holds from now on."))
            if form.cleaned_data["scope"] == HandsetBehaviour.Scope.NUMBER:
                return done(request, "handset-detail", number_in(form.cleaned_data["match"]))
            return done(request, "behaviour-list")
    context = {
        "title": _("Set behaviour"),
        "crumbs": [
            {"label": _("Handsets"), "url": url_to(caller, "handset-list")},
            {"label": _("Behaviours"), "url": url_to(caller, "behaviour-list")},
        ],
        "form": form,
        "row": row,
        "outcomes": outcome_choices(),
        "cancel": url_to(caller, "behaviour-list"),
    }
    return page(request, "handsets/behaviour.html", context, status=422 if form.errors else 200)


def number_in(match: str) -> str:
    """A number as its page has it."""
    return match if match.startswith("+") else f"+{match}"


@require_POST
def behaviour_delete(request: HttpRequest, behaviour_id: str) -> HttpResponse:
    """Drop a behaviour; the next most exact one holds then. Undo sets it again."""
    row = delete_handset_behaviour(caller_of(request), behaviour_id=behaviour_id)
    undo.offer(
        request,
        _("The behaviour for %(match)s is gone.") % {"match": shown(row).match},
        "put_handset_behaviour",
        **{name: getattr(row, name) for name in ("scope", "match", *SET_NAMES)},
    )
    return done(request, "behaviour-list")


scoped_urlpatterns = [
    path("handsets/", handset_list, name="handset-list"),
    path("handsets/open/", handset_open, name="handset-open"),
    path("handsets/behaviours/", behaviour_list, name="behaviour-list"),
    path("handsets/behaviours/set/", behaviour_edit, name="behaviour-edit"),
    path("handsets/behaviours/<str:behaviour_id>/delete/", behaviour_delete, name="behaviour-delete"),
    path("handsets/<str:phone_number>/", handset_detail, name="handset-detail"),
]
