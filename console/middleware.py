"""What every page request passes: sign-in, account and Region from the path, language and time zone of the person."""

import zoneinfo
from collections.abc import Callable
from typing import Any

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.utils import timezone, translation
from django.utils.cache import patch_vary_headers

from console import callers, refusals
from console.models import Preferences
from messaging.errors import Refusal

LANGUAGE_COOKIE = "switchboard_language"


class LanguageMiddleware:
    """The language before sign-in: cookie, then Accept-Language. ConsoleMiddleware lets the profile go first."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        chosen = request.COOKIES.get(LANGUAGE_COOKIE, "")
        language = chosen if translation.check_for_language(chosen) else translation.get_language_from_request(request)
        translation.activate(language)
        request.LANGUAGE_CODE = language
        response = self.get_response(request)
        response.headers.setdefault("Content-Language", translation.get_language())
        translation.deactivate()
        return response


class ConsoleMiddleware:
    """Everything but the open pages needs sign-in; pages of an account need a membership."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        request.preferences = self._preferences(request)  # type: ignore[attr-defined]
        response = self.get_response(request)
        timezone.deactivate()
        patch_vary_headers(response, ["Cookie"])
        return response

    def _preferences(self, request: HttpRequest) -> Preferences:
        if not request.user.is_authenticated:
            return Preferences(theme=request.COOKIES.get("switchboard_theme", ""))
        preferences = Preferences.objects.filter(user=request.user.pk).first() or Preferences(user=request.user)
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
        if getattr(view, "open_to_all", False) or (view.__module__ or "").startswith("allauth."):
            return None
        if not request.user.is_authenticated:
            return refusals.signed_out(request) if request.htmx else redirect_to_login(request.get_full_path())  # type: ignore[attr-defined]
        if "account" not in kwargs:
            return None
        callers.enter(request, kwargs.pop("account"), kwargs.pop("region"))
        return view(request, *args, **kwargs)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """A refusal that no form could show becomes its page (404, 403, 409, 429)."""
        return refusals.refused(request, exception) if isinstance(exception, Refusal) else None
