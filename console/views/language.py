"""The language before sign-in, kept in a cookie; afterwards it is one of the person's settings."""

from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from console.fragments import leave
from console.middleware import LANGUAGE_COOKIE, YEAR, spoken


@require_POST
def language(request: HttpRequest) -> HttpResponse:
    """Remember the language given and go back; one that Switchboard does not speak changes nothing."""
    back = request.POST.get("next", "")
    safe = url_has_allowed_host_and_scheme(back, {request.get_host()}, require_https=request.is_secure())
    response = leave(request, back if safe else "/")
    chosen = request.POST.get("language", "")
    if spoken(chosen):
        secure = request.is_secure()
        response.set_cookie(LANGUAGE_COOKIE, chosen, max_age=YEAR, httponly=True, samesite="Lax", secure=secure)
    return response


language.open_to_all = True  # type: ignore[attr-defined]

urlpatterns = [path("language/", language, name="language")]
