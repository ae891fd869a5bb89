"""Simulator: the clock that every rule about time reads, and an empty account for the next test."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from console.callers import caller_of, owner_of, url_to
from console.forms.simulator import ResetForm
from console.fragments import done, page
from console.numbers import whole
from messaging.errors import Refusal
from messaging.operations.clock import MOST_SECONDS, RATES, advance_clock, describe_clock, set_clock_rate
from messaging.operations.reset import reset_account

# Seconds and words of the jumps: a verification code, a day, the longest wait for a receipt, a registration.
JUMPS = [
    (900, gettext_lazy("15 minutes")),
    (86_400, gettext_lazy("24 hours")),
    (259_200, gettext_lazy("72 hours")),
    (3_628_800, gettext_lazy("6 weeks")),
]


@require_safe
@never_cache
def simulator(request: HttpRequest) -> HttpResponse:
    caller = caller_of(request)
    state = describe_clock(caller)
    context = {
        "title": _("Simulator"),
        "purpose": _("Time and traffic of this installation, for trying what would take hours or weeks."),
        "state": state,
        "ahead": round(state.ahead_seconds),
        "rates": RATES,
        "jumps": JUMPS,
        "can_move": caller.may("AdvanceClock"),
        "can_reset": caller.may("ResetAccount"),
        "api": f"{request.scheme}://{request.get_host()}{url_to(caller, 'simulator')}api/",
    }
    return page(request, "simulator/page.html", context)


@require_POST
def clock_rate(request: HttpRequest) -> HttpResponse:
    """Let simulated time run faster or as fast as real time."""
    return _moved(request, set_clock_rate, rate=whole(request.POST.get("rate", "")))


@require_POST
def clock_advance(request: HttpRequest) -> HttpResponse:
    """Jump ahead; what falls due on the way is done at once."""
    return _moved(request, advance_clock, seconds=whole(request.POST.get("seconds", ""), most=MOST_SECONDS))


def _moved(request: HttpRequest, operation: Any, **parameters: int) -> HttpResponse:
    try:
        state = operation(caller_of(request), **parameters)
    except Refusal as refusal:
        if not refusal.fields:
            raise
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("It is now %(now)s.") % {"now": f"{state.now:%Y-%m-%d %H:%M:%S} UTC"})
    return done(request, "simulator")


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def account_reset(request: HttpRequest) -> HttpResponse:
    """Everything of the account in this Region goes; its twelve digits are typed first."""
    caller, owner = caller_of(request), owner_of(request)
    caller.require("ResetAccount")
    form = ResetForm(request.POST if request.method == "POST" else None, account_id=owner.account_id)
    if form.is_valid():
        reset_account(caller)
        messages.success(request, _("The account is empty in this Region."))
        return done(request, "overview")
    context = {
        "title": _("Reset account"),
        "crumbs": [{"label": _("Simulator"), "url": url_to(caller, "simulator")}],
        "form": form,
        "cancel": url_to(caller, "simulator"),
        "place": f"{owner.account_id} / {caller.region}",
    }
    return page(request, "simulator/reset.html", context, status=422 if form.errors else 200)


scoped_urlpatterns = [
    path("simulator/", simulator, name="simulator"),
    path("simulator/rate/", clock_rate, name="clock-rate"),
    path("simulator/advance/", clock_advance, name="clock-advance"),
    path("simulator/reset/", account_reset, name="account-reset"),
]
