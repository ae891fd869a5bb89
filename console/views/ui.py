"""The icon sprite, the script, and (only in debug) a page that shows every component and pattern in all its states."""

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from console import gallery, icons, scripts
from console.fragments import leave, page

FOREVER = "public, max-age=31536000, immutable"


@require_safe
def sprite(request: HttpRequest, digest: str) -> HttpResponse:
    """The sprite under the address of its content; an old address gets the present one, for a minute."""
    current = digest == icons.digest()
    headers = {"Cache-Control": FOREVER if current else "public, max-age=60"}
    return HttpResponse(icons.sprite(), content_type="image/svg+xml", headers=headers)


@require_safe
def script(request: HttpRequest, digest: str) -> HttpResponse:
    """The script under the address of its content, as the sprite is."""
    current = digest == scripts.digest()
    compressed = "gzip" in request.headers.get("Accept-Encoding", "")
    headers = {"Cache-Control": FOREVER if current else "public, max-age=60", "Vary": "Accept-Encoding"}
    if compressed:
        headers["Content-Encoding"] = "gzip"
    return HttpResponse(scripts.body(compressed=compressed), content_type="text/javascript", headers=headers)


@require_http_methods(["GET", "HEAD", "POST"])
def kit(request: HttpRequest) -> HttpResponse:
    """The components; its forms go nowhere but back, with a message."""
    if not settings.DEBUG:
        raise Http404
    if request.method == "POST":
        messages.success(request, _("Sent. Nothing was changed: this page is only for looking."))
        return leave(request, request.path)
    context = {**gallery.context(), "frame": getattr(request, "frame", "bare.html")}
    return page(request, "ui/kit.html", context, fragment={"dialog": "dialog"})


sprite.open_to_all = script.open_to_all = True  # type: ignore[attr-defined]

urlpatterns = [
    path("ui/icons.<slug:digest>.svg", sprite, name="icons"),
    path("ui/app.<slug:digest>.js", script, name="script"),
    path("ui/", kit, name="ui"),
]
