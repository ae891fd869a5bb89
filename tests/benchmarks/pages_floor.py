"""Floors of pages: a bare view with Django's default middleware, a plain keyset page, and the list of Django's admin.

Served by tests.benchmarks.floor_wsgi with tests.benchmarks.pages_floor_settings.
"""

from typing import Any

from django.contrib.admin import AdminSite, ModelAdmin
from django.contrib.auth import get_user_model
from django.http import HttpRequest, HttpResponse
from django.template import Context, Template
from django.urls import path
from django.utils.html import escape

from messaging.models import Message, RegionalAccount

PLAIN = """<!doctype html><html lang="en"><title>Messages</title><h1>Messages</h1><table>{% for row in rows %}<tr>
<td>{{ row.message_id }}</td><td>{{ row.created_timestamp }}</td><td>{{ row.status }}</td>
<td>{{ row.destination_phone_number }}</td><td>{{ row.origination_identity }}</td><td>{{ row.parts }}</td>
<td>{{ row.price }}</td></tr>{% endfor %}</table></html>"""
TEMPLATE = Template(PLAIN)


def who(request: HttpRequest) -> Any:
    """Whoever has signed in at the product, whose ways of signing in are none of the floor's."""
    return get_user_model()._default_manager.get(pk=request.session["_auth_user_id"])


class Admin(AdminSite):
    """Open to whoever is signed in."""

    def has_permission(self, request: HttpRequest) -> bool:
        request.user = who(request)
        return True


class Changelist(ModelAdmin):  # type: ignore[type-arg]  # not subscriptable where stubs are not
    """The columns of the other floor, as many rows."""

    list_display = (
        "message_id", "created_timestamp", "status",
        "destination_phone_number", "origination_identity", "parts", "price",
    )  # fmt: skip
    list_per_page = 50
    ordering = ("-message_id",)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return True


admin = Admin()
admin.register(Message, Changelist)


def bare(request: HttpRequest) -> HttpResponse:
    """The posted text back to whoever is signed in: no page may answer without knowing who that is."""
    return HttpResponse(escape(f"{who(request).get_username()}: {request.POST['message_body']}"))


def keyset(request: HttpRequest, region: str) -> HttpResponse:
    """The newest fifty for somebody with a session: three queries, one template loop."""
    if "_auth_user_id" not in request.session:
        return HttpResponse(status=403)
    owner = RegionalAccount.objects.get(region=region)
    rows = Message.objects.filter(owner=owner).order_by("-message_id")[:50]
    return HttpResponse(TEMPLATE.render(Context({"rows": rows})))


urlpatterns = [path("bare/", bare), path("admin/", admin.urls), path("<slug:region>/", keyset)]
