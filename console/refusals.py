"""How a refusal looks in HTML: a page that says what happened, what it means and what to do next."""

import math
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from console.fragments import page
from messaging.errors import Conflict, Denied, Invalid, NotFound, OverQuota, Refusal, Text, Throttled
from messaging.permissions import Role, table

STATUS: dict[type[Refusal], int] = {
    NotFound: 404,
    Denied: 403,
    Conflict: 409,
    OverQuota: 409,
    Invalid: 422,
    Throttled: 429,
}
SPARE_REQUEST_ID = "-"


def titles() -> dict[int, str]:
    """What each kind of trouble is called."""
    return {
        400: _("The request could not be understood"),
        403: _("You may not do this"),
        404: _("Page not found"),
        409: _("The state of the resource forbids this"),
        413: _("Too much was sent"),
        422: _("There is a problem"),
        429: _("Too many requests"),
        500: _("Something went wrong"),
        503: _("Switchboard is not available right now"),
    }


def signed_out(request: HttpRequest) -> HttpResponse:
    """401 for a fragment request whose session has ended; the page shows a flash and keeps its form."""
    return HttpResponse(status=401, headers={"HX-Trigger": "session-ended"})


def refused(request: HttpRequest, refusal: Refusal) -> HttpResponse:
    """The page of a refusal that no form shows."""
    status = next((code for kind, code in STATUS.items() if isinstance(refusal, kind)), 409)
    steps: list[Text] = [refusal.next_step] if refusal.next_step else []
    headers = {}
    if isinstance(refusal, Denied) and refusal.action:
        steps.insert(0, _("Roles that may: %(roles)s.") % {"roles": who_may(refusal.action)})
    if isinstance(refusal, Throttled):
        wait = max(1, math.ceil(refusal.retry_seconds))
        headers["Retry-After"] = str(wait)
        steps.append(ngettext("Try again in %(wait)d second.", "Try again in %(wait)d seconds.", wait) % {"wait": wait})
    return problem(request, status, what=str(refusal), steps=steps, reason=refusal.reason, headers=headers)


def who_may(action: str) -> str:
    """Which roles may perform an API action, in words."""
    roles, _reads = table().get(action, (frozenset(), False))
    return ", ".join(str(role.label) for role in Role if role in roles)


def request_id(request: HttpRequest) -> str:
    """The id under which the activity log and the server's log know this request."""
    return getattr(getattr(request, "caller", None), "request_id", SPARE_REQUEST_ID)


def problem(
    request: HttpRequest,
    status: int,
    *,
    what: Text,
    steps: list[Text] | None = None,
    title: str = "",
    reason: str = "",
    template: str = "errors/problem.html",
    headers: dict[str, str] | None = None,
    **context: Any,
) -> HttpResponse:
    """A page about something that went wrong: `what` happened, the next steps, the reason for programs, the request id.

    A fragment request gets the same words as one message, to be appended to the page it stays on.
    """
    known = {
        "title": title or titles().get(status, titles()[500]),
        "status": status,
        "what": what,
        "steps": steps or [],
        "reason": reason,
        "request_id": request_id(request),
        "frame": getattr(request, "frame", "bare.html"),
        "help_url": reverse("help-topic", args=["roles"]) if status == 403 else "",
        **context,
    }
    response = page(request, template, known, fragment="message", status=status)
    for name, value in (headers or {}).items():
        response.headers[name] = value
    return response
