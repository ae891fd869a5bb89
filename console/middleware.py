"""What every page request passes: sign-in, account and Region from the path, language and time zone of the person."""

import zoneinfo
from collections.abc import Callable
from typing import Any

from allauth.account.adapter import get_adapter
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.auth import REDIRECT_FIELD_NAME
from django.core.cache import cache
from django.core.exceptions import BadRequest, ObjectDoesNotExist
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.cache import patch_vary_headers
from django.utils.http import url_has_allowed_host_and_scheme, urlencode

from console import callers, refusals
from console.adapters import TOO_MANY
from console.models import Preferences
from console.operations.preferences import remember_place
from messaging.errors import Refusal

LANGUAGE_COOKIE = "switchboard_language"
SEEN_SECONDS = 300  # a session's “last seen” is at most this old
YEAR = 365 * 24 * 3600
# What a person who must first change the password, or set up a second factor, may still do.
WITHOUT_PASSWORD = {"account_change_password", "account_logout", "account_reauthenticate"}

Respond = Callable[[HttpRequest], HttpResponseBase]


def spoken(language: str) -> bool:
    """Whether the console speaks a language; Django itself knows many more."""
    return language in dict(settings.LANGUAGES)


class HealthMiddleware:
    """/healthz and /readyz before host checks, redirects, sessions and languages: probes have none of these."""

    def __init__(self, get_response: Respond) -> None:
        from console.views import health

        self.get_response = get_response
        self.answers: dict[str, Callable[[HttpRequest], HttpResponse]] = {
            "/healthz": health.healthz,
            "/readyz": health.readyz,
        }

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        answer = self.answers.get(request.path)
        return answer(request) if answer else self.get_response(request)


class LanguageMiddleware:
    """The language before sign-in: cookie, then Accept-Language. ConsoleMiddleware lets the profile go first."""

    def __init__(self, get_response: Respond) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        chosen = request.COOKIES.get(LANGUAGE_COOKIE, "")
        language = chosen if spoken(chosen) else translation.get_language_from_request(request)
        translation.activate(language)
        request.LANGUAGE_CODE = language
        response = self.get_response(request)
        response.headers.setdefault("Content-Language", translation.get_language())
        translation.deactivate()
        return response


class ConsoleMiddleware:
    """Everything but the open pages needs sign-in; pages of an account need a membership."""

    def __init__(self, get_response: Respond) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        request.preferences = self._preferences(request)  # type: ignore[attr-defined]
        request.frame = "bare.html"  # type: ignore[attr-defined]
        if request.user.is_authenticated:
            note_seen(request)
        response = self.get_response(request)
        if hasattr(request, "scoped"):
            remember(request, response)
        timezone.deactivate()
        patch_vary_headers(response, ["Cookie"])
        return response

    def _preferences(self, request: HttpRequest) -> Preferences:
        if not request.user.is_authenticated:
            return Preferences(theme=request.COOKIES.get("switchboard_theme", ""))
        try:
            preferences: Preferences = request.user.preferences  # read with the user, see console.backends
        except ObjectDoesNotExist:
            preferences = Preferences(user=request.user)
        if preferences.language:
            translation.activate(preferences.language)
            request.LANGUAGE_CODE = preferences.language
        try:
            timezone.activate(zoneinfo.ZoneInfo("UTC" if preferences.show_utc else preferences.time_zone))
        except (zoneinfo.ZoneInfoNotFoundError, ValueError):
            timezone.activate(zoneinfo.ZoneInfo("UTC"))
        return preferences

    def process_view(
        self, request: HttpRequest, view: Callable[..., HttpResponse], args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> HttpResponseBase | None:
        """Resolve account and Region of the path away, so that views take only what is their own."""
        if has_nul(request, is_form=not getattr(view, "csrf_exempt", False)):
            raise BadRequest("NUL in a request")
        signed_in = request.user.is_authenticated
        if not signed_in:
            if getattr(view, "open_to_all", False) or (view.__module__ or "").startswith("allauth."):
                return None
            return to_sign_in(request)
        name = request.resolver_match.url_name if request.resolver_match else ""
        if request.preferences.must_change_password:  # type: ignore[attr-defined]
            return None if name in WITHOUT_PASSWORD else self._go(request, "account_change_password")
        if "account" not in kwargs:
            self._visit(request)
            return None
        callers.enter(request, kwargs.pop("account"), kwargs.pop("region"))
        if callers.lacks_mfa(request):
            return self._go(request, "mfa_index")
        request.scoped = True  # type: ignore[attr-defined]
        request.frame = "base.html"  # type: ignore[attr-defined]
        return None

    def _visit(self, request: HttpRequest) -> None:
        """Pages of the person, not of an account, are framed by the account last used, when there is one."""
        place = callers.place_of(request)
        if place is None:
            return
        try:
            callers.enter(request, place.account_id, place.region)
        except Http404:
            return
        if not callers.lacks_mfa(request):
            request.frame = "base.html"  # type: ignore[attr-defined]

    def _go(self, request: HttpRequest, name: str) -> HttpResponseBase:
        url = reverse(name)
        if request.htmx:  # type: ignore[attr-defined]
            return HttpResponse(status=204, headers={"HX-Redirect": url})
        return HttpResponseRedirect(url)

    def process_template_response(self, request: HttpRequest, response: TemplateResponse) -> TemplateResponse:
        """An invalid form is 422, or 429 while a rate limit holds; sign-in pages answer 200 by themselves."""
        if request.method == "POST" and response.status_code == 200:
            for form in (response.context_data or {}).values():
                if getattr(form, "is_bound", False) and form.errors:
                    waiting = any(error.code == TOO_MANY for error in form.non_field_errors().as_data())
                    response.status_code = 429 if waiting else 422
                    if waiting:
                        response.headers["Retry-After"] = str(getattr(request, "retry_after", 60))
        return response

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """A refusal that no form could show becomes its page (404, 403, 409, 429)."""
        return refusals.refused(request, exception) if isinstance(exception, Refusal) else None


def has_nul(request: HttpRequest, *, is_form: bool) -> bool:
    """Whether the address or the form has a NUL: no browser sends one, and no database keeps one in a text."""
    if "%00" in request.META.get("QUERY_STRING", "") or "\0" in request.path:
        return True
    return is_form and any("\0" in value for _name, values in request.POST.lists() for value in values)


def to_sign_in(request: HttpRequest) -> HttpResponseBase:
    """To sign-in and back: to the page itself, or after a form to the page that showed it. A fragment gets 401."""
    if request.htmx:  # type: ignore[attr-defined]
        return refusals.signed_out(request)
    here = request.get_full_path()
    if request.method not in ("GET", "HEAD"):
        referer = request.headers.get("Referer", "")
        safe = url_has_allowed_host_and_scheme(
            referer, allowed_hosts={request.get_host()}, require_https=request.is_secure()
        )
        here = referer if referer and safe else "/"
    sign_in = reverse("account_login")
    return HttpResponseRedirect(sign_in if here == "/" else f"{sign_in}?{urlencode({REDIRECT_FIELD_NAME: here})}")


def note_seen(request: HttpRequest) -> None:
    """Keep “last seen” of the session list fresh: one UPDATE every few minutes."""
    key = request.session.session_key
    if not key or not cache.add(f"session-seen:{key}", True, SEEN_SECONDS):
        return
    UserSession.objects.filter(session_key=key).update(
        last_seen_at=timezone.now(),
        ip=get_adapter().get_client_ip(request),
        user_agent=request.headers.get("User-Agent", "")[: UserSession._meta.get_field("user_agent").max_length],
    )


def remember(request: HttpRequest, response: HttpResponseBase) -> None:
    """Note the account and Region where a person opened a page: for this browser, and on a change for others too."""
    if request.method != "GET" or response.status_code != 200:
        return
    caller, preferences = callers.caller_of(request), callers.preferences_of(request)
    place, before = callers.Place(caller.account_id, caller.region), callers.place_in_cookie(request)
    if before == place:
        return
    if before or preferences.last_account:
        remember_place(preferences, place.account_id, place.region)
    response.set_cookie(
        callers.PLACE_COOKIE, str(place), max_age=YEAR, httponly=True, samesite="Lax", secure=request.is_secure()
    )
