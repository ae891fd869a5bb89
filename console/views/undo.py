"""The Undo button of a flash."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from console import undo
from console.callers import caller_of, url_to
from console.fragments import leave
from messaging.errors import Refusal


@require_POST
def undo_last(request: HttpRequest, token: str) -> HttpResponse:
    """Restore what the token stands for and go back to the page that showed the flash."""
    caller = caller_of(request)
    try:
        restored = undo.perform(request, token)
    except Refusal as refusal:
        messages.error(request, f"{refusal} {refusal.next_step}".strip())
    else:
        if restored:
            messages.success(request, _("Undone: it is as it was."))
        else:
            messages.error(request, _("This can no longer be undone: Undo works for ten minutes."))
    back = request.headers.get("Referer", "")
    safe = url_has_allowed_host_and_scheme(back, allowed_hosts={request.get_host()}, require_https=request.is_secure())
    return leave(request, back if back and safe else url_to(caller, "overview"))


scoped_urlpatterns = [path("undo/<str:token>/", undo_last, name="undo")]
