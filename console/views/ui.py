"""The icon sprite, and (only in debug) a page that shows every component and pattern in all its states."""

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import path
from django.views.decorators.http import require_safe

from console import icons

FOREVER = "public, max-age=31536000, immutable"


@require_safe
def sprite(request: HttpRequest, digest: str) -> HttpResponse:
    """The sprite under the address of its content; an old address gets the present one, for a minute."""
    current = digest == icons.digest()
    headers = {"Cache-Control": FOREVER if current else "public, max-age=60"}
    return HttpResponse(icons.sprite(), content_type="image/svg+xml", headers=headers)


sprite.open_to_all = True  # type: ignore[attr-defined]

urlpatterns = [path("ui/icons.<slug:digest>.svg", sprite, name="icons")]
