"""Sign-in and what belongs to a person: password, second factors, sessions. What needs a mail server is closed."""

from typing import Any

from allauth.account import views as account
from allauth.usersessions.models import UserSession
from django.contrib import messages
from django.contrib.auth import HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.models import Session
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import include, path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from console import callers
from console.adapters import in_words, seconds_to_wait
from console.fragments import leave, page


@require_safe
@never_cache
def home(request: HttpRequest) -> HttpResponse:
    """To the account and Region last used, or to a page that says that there is none yet."""
    place = callers.place_of(request)
    return redirect(place.url) if place else page(request, "account/no_account.html")


@require_http_methods(["GET", "HEAD", "POST"])
def closed(request: HttpRequest, **_kwargs: Any) -> HttpResponse:
    """Where others would send a mail: an administrator adds members and resets passwords."""
    return page(request, "account/ask_administrator.html", status=404 if request.method == "POST" else 200)


def too_many(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """429: too many attempts from here, with how long to wait."""
    wait = max(seconds_to_wait(request, action) for action in ("login", "change_password", "reauthenticate")) or 60
    response = page(request, "account/too_many.html", {"wait": in_words(wait)}, status=429)
    response.headers["Retry-After"] = str(wait)
    return response


@require_safe
@never_cache
def session_list(request: HttpRequest) -> HttpResponse:
    """Where the person is signed in. Sessions that have ended are forgotten on the way, without a query each."""
    sessions = list(UserSession.objects.filter(user=request.user.pk).order_by("-last_seen_at"))
    if request.session.session_key not in {session.session_key for session in sessions}:
        UserSession.objects.create_from_request(request)
        sessions = list(UserSession.objects.filter(user=request.user.pk).order_by("-last_seen_at"))
    stored = Session.objects.filter(session_key__in=[s.session_key for s in sessions], expire_date__gt=timezone.now())
    proof = (str(request.user.pk), request.user.get_session_auth_hash())  # type: ignore[union-attr]
    alive = {row.session_key for row in stored if proof == _proof(row.get_decoded())}
    gone = [session.pk for session in sessions if session.session_key not in alive]
    if gone:
        UserSession.objects.filter(pk__in=gone).delete()
    shown = [session for session in sessions if session.session_key in alive]
    here = request.session.session_key
    return page(request, "usersessions/usersession_list.html", {"sessions": shown, "here": here})


def _proof(data: dict[str, Any]) -> tuple[str, str]:
    """Who a stored session belongs to and by which password; another password has ended it."""
    return data.get(SESSION_KEY, ""), data.get(HASH_SESSION_KEY, "")


@require_POST
def session_end(request: HttpRequest, pk: int) -> HttpResponse:
    """Sign out one of the person's own sessions elsewhere."""
    session = UserSession.objects.filter(user=request.user.pk, pk=pk).first()
    if session is None:
        raise Http404
    if session.session_key == request.session.session_key:
        return leave(request, reverse("account_logout"))
    session.end()
    messages.success(request, _("The session has ended."))
    return leave(request, reverse("usersessions_list"))


@require_POST
def session_end_others(request: HttpRequest) -> HttpResponse:
    """Sign out everywhere but here."""
    for session in UserSession.objects.filter(user=request.user.pk).exclude(session_key=request.session.session_key):
        session.end()
    messages.success(request, _("All other sessions have ended."))
    return leave(request, reverse("usersessions_list"))


too_many.open_to_all = closed.open_to_all = True  # type: ignore[attr-defined]

urlpatterns = [
    path("", home, name="home"),
    path("user/login/", account.login, name="account_login"),
    path("user/logout/", account.logout, name="account_logout"),
    path("user/inactive/", account.account_inactive, name="account_inactive"),
    path("user/reauthenticate/", account.reauthenticate, name="account_reauthenticate"),
    path("user/password/change/", account.password_change, name="account_change_password"),
    path("user/password/reset/", closed, name="account_reset_password"),
    path("user/signup/", closed, name="account_signup"),
    path("user/sessions/", session_list, name="usersessions_list"),
    path("user/sessions/others/end/", session_end_others, name="session-end-others"),
    path("user/sessions/<int:pk>/end/", session_end, name="session-end"),
    path("user/2fa/", include("allauth.mfa.urls")),
]
