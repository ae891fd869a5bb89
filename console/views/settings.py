"""Settings of a person: theme, density, language, time zone, shortcuts; and the way to password, factors, sessions."""

from typing import Any

from django.contrib import messages
from django.contrib.auth import REDIRECT_FIELD_NAME
from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import override
from django.views.decorators.http import require_http_methods, require_POST

from console.callers import caller_of, preferences_of, url_to
from console.forms.refused import put_on
from console.forms.settings import SettingsForm, stored
from console.fragments import page, wants_fragment
from console.middleware import LANGUAGE_COOKIE, YEAR
from console.models import Preferences
from console.operations.preferences import update_preferences
from messaging.errors import Invalid, Refusal

THEME_COOKIE = "switchboard_theme"
WORDS = ("theme", "density", "language", "time_zone")
SWITCHES = ("show_utc", "single_key_shortcuts", "navigation_collapsed", "onboarding_dismissed")
ON, OFF = {"on", "true", "1"}, {"off", "false", "0", ""}


@require_http_methods(["GET", "HEAD", "POST"])
def settings(request: HttpRequest) -> HttpResponse:
    preferences = preferences_of(request)
    initial = {name: getattr(preferences, name) for name in SettingsForm.base_fields}
    form = SettingsForm(request.POST if request.method == "POST" else None, initial=initial)
    if form.is_valid():
        try:
            changed = update_preferences(caller_of(request), **form.cleaned_data)
        except Refusal as refusal:
            put_on(form, refusal)
        else:
            with override(changed.language or None):
                messages.success(request, _("Your settings have been saved."))
            return _back(request, url_to(caller_of(request), "settings"), changed)
    context = {"form": form, "can_connect": caller_of(request).may("DescribeConnections")}
    return page(request, "settings/settings.html", context, status=422 if form.errors else 200)


@require_POST
def preferences_update(request: HttpRequest) -> HttpResponse:
    """Change only the preferences posted, then back to `next`: what the top bar's menu and the side navigation do."""
    changes: dict[str, Any] = {name: stored(request.POST[name]) for name in WORDS if name in request.POST}
    for name in SWITCHES:
        if name in request.POST:
            value = request.POST[name].lower()
            if value not in ON | OFF:
                raise BadRequest(f"{name} is on or off")
            changes[name] = value in ON
    try:
        preferences = update_preferences(caller_of(request), **changes)
    except Invalid as refusal:
        raise BadRequest(str(refusal)) from refusal
    if wants_fragment(request) and not request.POST.get(REDIRECT_FIELD_NAME):
        return _remembering(HttpResponse(status=204), request, preferences)
    wanted = request.POST.get(REDIRECT_FIELD_NAME) or request.headers.get("Referer", "")
    return _back(request, wanted, preferences)


def _back(request: HttpRequest, wanted: str, preferences: Preferences) -> HttpResponse:
    """A 303 to a page of this very server; anything else leads to the root."""
    safe = url_has_allowed_host_and_scheme(
        wanted, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    url = wanted if wanted and safe else "/"
    name = "HX-Redirect" if wants_fragment(request) else "Location"
    response = HttpResponse(status=204 if name == "HX-Redirect" else 303, headers={name: url})
    return _remembering(response, request, preferences)


def _remembering(response: HttpResponse, request: HttpRequest, preferences: Preferences) -> HttpResponse:
    """Theme and language also as cookies, for the sign-in page."""
    for name, value in ((THEME_COOKIE, preferences.theme), (LANGUAGE_COOKIE, preferences.language)):
        if value:
            response.set_cookie(name, value, max_age=YEAR, httponly=True, samesite="Lax", secure=request.is_secure())
        elif name in request.COOKIES:
            response.delete_cookie(name, samesite="Lax")
    return response


scoped_urlpatterns = [
    path("settings/", settings, name="settings"),
    path("settings/preferences/", preferences_update, name="preferences-update"),
]
