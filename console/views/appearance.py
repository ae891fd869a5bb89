"""Theme, density, language and times, as the person's menu sets them; before sign-in a cookie remembers."""

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import path
from django.utils import translation
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from console.callers import preferences_of
from console.models import Preferences
from console.operations import preferences
from console.shell import DENSITY_COOKIE

YEAR = 365 * 24 * 3600
COOKIES = {"theme": "switchboard_theme", "density": DENSITY_COOKIE, "language": "switchboard_language"}


def chosen(data: Any) -> dict[str, Any]:
    """The changes that a form asks for; what is unknown is left out."""
    changes: dict[str, Any] = {}
    theme = data.get("theme")
    if theme in ("system", *Preferences.Theme.values):
        changes["theme"] = "" if theme == "system" else theme
    if data.get("density") in Preferences.Density.values:
        changes["density"] = data["density"]
    if translation.check_for_language(data.get("language", "")):
        changes["language"] = data["language"]
    if data.get("show_utc") in ("true", "false"):
        changes["show_utc"] = data["show_utc"] == "true"
    return changes


@require_POST
def appearance(request: HttpRequest) -> HttpResponse:
    """Set what is given and go back to the page; scripts get 204."""
    changes = chosen(request.POST)
    caller = getattr(request, "caller", None)
    if caller is not None and changes:
        preferences.update_preferences(caller, **changes)
    elif request.user.is_authenticated:
        preferences.change(preferences_of(request).user, **changes)
    back = request.POST.get("next", "/")
    safe = url_has_allowed_host_and_scheme(back, {request.get_host()}, require_https=request.is_secure())
    response: HttpResponse
    if request.headers.get("X-Requested-With") == "fetch":
        response = HttpResponse(status=204)
    else:
        response = HttpResponseRedirect(back if safe else "/")
        response.status_code = 303
    for name, cookie in COOKIES.items():
        if name in changes:
            response.set_cookie(cookie, changes[name], max_age=YEAR, samesite="Lax", secure=request.is_secure())
    return response


appearance.open_to_all = True  # type: ignore[attr-defined]

urlpatterns = [path("appearance/", appearance, name="appearance")]
