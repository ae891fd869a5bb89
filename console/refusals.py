"""How a refusal looks in HTML."""

from django.http import HttpRequest, HttpResponse

from messaging.errors import Refusal


def signed_out(request: HttpRequest) -> HttpResponse:
    """401 for a fragment request whose session has ended; the page shows a flash and keeps its form."""
    return HttpResponse(status=401, headers={"HX-Trigger": "session-ended"})


def refused(request: HttpRequest, refusal: Refusal) -> HttpResponse:
    """The page of a refusal that no form shows."""
    return HttpResponse(str(refusal), status=409)
