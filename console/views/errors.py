"""Pages of things that went wrong. Each says what happened, what it means and what to do next."""

import logging
import re
import sys
import uuid
from typing import Any

from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from console.refusals import problem, titles

logger = logging.getLogger("switchboard.errors")

# Never sent back to the browser: what has one of these in its name, and the codes of verification and second factors.
NEVER_KEPT = re.compile(r"password|secret|token|(^|verification_)code$")
WAIT_SECONDS = 30
KEPT_FIELDS, KEPT_CHARACTERS = 100, 20_000


def bad_request(request: HttpRequest, exception: Any = None) -> HttpResponse:
    """400, or 413 when the request was too large."""
    if isinstance(exception, RequestDataTooBig | TooManyFieldsSent | TooManyFilesSent):
        return too_large(request)
    return problem(
        request,
        400,
        what=_("The browser sent something that Switchboard cannot read."),
        steps=[_("Go back, reload the page and try again.")],
    )


def too_large(request: HttpRequest) -> HttpResponse:
    """413."""
    return problem(
        request,
        413,
        what=_("What was sent is larger than Switchboard accepts in one request."),
        steps=[_("Send a smaller file, or split it into several.")],
    )


def forbidden(request: HttpRequest, exception: Any = None) -> HttpResponse:
    """403 that no refusal explains."""
    return problem(
        request,
        403,
        what=_("Your role in this account does not allow this."),
        steps=[_("Ask an administrator of the account; the Members page says who that is.")],
    )


def not_found(request: HttpRequest, exception: Any = None) -> HttpResponse:
    """404: no such page, or none that this person may know of."""
    return problem(
        request,
        404,
        what=_("There is nothing at this address, or nothing that you have access to."),
        steps=[
            _("Check the address, and that you are in the right account and Region."),
            _("If somebody sent you the link, ask them for access to their account."),
        ],
    )


def server_error(request: HttpRequest) -> HttpResponse:
    """500, or 503 when the database does not answer: rendered without either, since that may be what failed."""
    if isinstance(sys.exc_info()[1], OperationalError | InterfaceError):
        return unavailable(request)
    return _plain(
        request,
        500,
        _("This is an error of Switchboard, not of yours. It has been written to the server's log."),
        _("Try again. If it happens again, give the request id to whoever runs this installation."),
    )


def unavailable(request: HttpRequest) -> HttpResponse:
    """503 with how long to wait."""
    response = _plain(
        request,
        503,
        _("The database does not answer. Switchboard may be starting or under heavy load."),
        _("Reload the page in a moment; nothing that was accepted is lost."),
    )
    response.headers["Retry-After"] = str(WAIT_SECONDS)
    return response


def _plain(request: HttpRequest, status: int, what: str, step: str) -> HttpResponse:
    number = getattr(getattr(request, "caller", None), "request_id", None) or str(uuid.uuid4())
    logger.error("Request %s failed with %s: %s %s", number, status, request.method, request.path)
    context = {
        "title": titles()[status],
        "status": status,
        "what": what,
        "steps": [step],
        "request_id": number,
        "frame": "bare.html",
    }
    template = "errors/problem.html#message" if getattr(request, "htmx", None) else "errors/problem.html"
    return HttpResponse(render_to_string(template, context), status=status, headers={"X-Request-Id": number})


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """403 for a form whose token is missing or too old; what was typed is kept, to be sent again on purpose."""
    kept = [
        (name, value)
        for name, values in request.POST.lists()
        if not NEVER_KEPT.search(name.lower())
        for value in values
    ]
    small = len(kept) <= KEPT_FIELDS and sum(len(str(value)) for _name, value in kept) <= KEPT_CHARACTERS
    shown = kept if small and not request.FILES else []
    return problem(
        request,
        403,
        title=_("This form needs to be sent again"),
        what=_("The page was open for long, or you signed in again meanwhile, so the form could not be trusted."),
        steps=[_("Look at what will be sent and send it again.")]
        if shown
        else [_("Open the page again and repeat it.")],
        template="errors/csrf.html",
        kept=shown,
        action=request.get_full_path(),
        resend=bool(shown),
    )
