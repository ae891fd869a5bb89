"""One view, one template, two answers: the whole page or one named fragment of it."""

from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.cache import patch_vary_headers

from console.callers import caller_of, url_to
from console.held_uploads import let_go

TAB = "tab"  # the part of a resource's page that its tabs swap


def wants_fragment(request: HttpRequest) -> bool:
    """Whether htmx asked for a part: neither boosted nor a history restore."""
    htmx = getattr(request, "htmx", None)
    return htmx is not None and bool(htmx) and not htmx.boosted and not htmx.history_restore_request


def target_of(request: HttpRequest) -> str:
    """The id of the element that htmx asks for; nothing when it, or anybody else, wants the whole page."""
    return (getattr(getattr(request, "htmx", None), "target", "") or "") if wants_fragment(request) else ""


def page(
    request: HttpRequest,
    template: str,
    context: dict[str, Any] | None = None,
    *,
    fragment: str | Mapping[str, str] = "",
    status: int = 200,
    event: str = "",
) -> HttpResponse:
    """Render `template`, or only its `fragment` when htmx asks for a part.

    fragment may map targets (ids) to fragments, where a page offers several; the one under "" is for any other target.
    Messages waiting go along with a fragment out of band; `event` is sent as HX-Trigger with it.
    """
    if isinstance(fragment, Mapping):
        fragment = fragment.get(target_of(request), fragment.get("", ""))
    partly = bool(fragment) and wants_fragment(request)
    response = render(request, f"{template}#{fragment}" if partly else template, context or {}, status=status)
    if partly:
        response.write(waiting_messages(request))
        if target_of(request) == TAB:  # where the page stands is said above the tabs
            response.write(render_to_string("resources/above_tabs.html", context, request=request))
        if event:
            response.headers["HX-Trigger"] = event
    patch_vary_headers(response, ["HX-Request", "HX-Target"])
    return response


def waiting_messages(request: HttpRequest) -> str:
    """The messages waiting as elements that htmx appends to the live regions; nothing when there are none."""
    return render_to_string("components/flash_oob.html", request=request) if messages.get_messages(request) else ""


def done(request: HttpRequest, url_name: str, *args: Any, event: str = "") -> HttpResponse:
    """After a change: the event for htmx when there is one (the list listens), a 303 to the page otherwise.

    The answer with an event is 204, or 200 that swaps nothing but the messages waiting. Files that were kept for the
    form are not kept any more.
    """
    let_go(request)
    if event and wants_fragment(request):
        flashes = waiting_messages(request)
        if flashes:
            return HttpResponse(flashes, headers={"HX-Trigger": event, "HX-Reswap": "none"})
        return HttpResponse(status=204, headers={"HX-Trigger": event})
    return leave(request, url_to(caller_of(request), url_name, *args))


def leave(request: HttpRequest, url: str) -> HttpResponse:
    """To another page after a change: HX-Redirect for a fragment request, 303 otherwise."""
    if wants_fragment(request):
        return HttpResponse(status=204, headers={"HX-Redirect": url})
    response = HttpResponseRedirect(url)
    response.status_code = 303
    return response
