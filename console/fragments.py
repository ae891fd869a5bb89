"""One view, one template, two answers: the whole page or one named fragment of it."""

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.cache import patch_vary_headers

from console.callers import caller_of, url_to


def wants_fragment(request: HttpRequest) -> bool:
    """Whether htmx asked for a part: neither boosted nor a history restore."""
    htmx = request.htmx  # type: ignore[attr-defined]
    return bool(htmx) and not htmx.boosted and not htmx.history_restore_request


def page(
    request: HttpRequest, template: str, context: dict[str, Any] | None = None, *, fragment: str = "", status: int = 200
) -> HttpResponse:
    """Render `template`, or only its `fragment` when htmx asks for a part."""
    name = f"{template}#{fragment}" if fragment and wants_fragment(request) else template
    response = render(request, name, context or {}, status=status)
    patch_vary_headers(response, ["HX-Request", "HX-Target"])
    return response


def done(request: HttpRequest, url_name: str, *args: Any, event: str = "") -> HttpResponse:
    """After a change: 204 with an event for htmx when there is one (the list listens), a 303 to the page otherwise."""
    if event and wants_fragment(request):
        return HttpResponse(status=204, headers={"HX-Trigger": event})
    url = url_to(caller_of(request), url_name, *args)
    if wants_fragment(request):
        return HttpResponse(status=204, headers={"HX-Redirect": url})
    response = HttpResponseRedirect(url)
    response.status_code = 303
    return response
