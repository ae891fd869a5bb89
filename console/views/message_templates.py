"""Message templates registered for India and China: list, register, look at, delete."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from console.callers import caller_of, url_to
from console.declarations import rows_of
from console.forms.message_templates import MessageTemplateForm
from console.fragments import done, page
from console.listing import list_page
from console.lists import Create, Empty, ListSpec
from console.tables import Column
from messaging.caller import Caller
from messaging.country_names import country_name
from messaging.errors import Refusal
from messaging.filters import Property, ResourceFilters
from messaging.models import MessageTemplate
from messaging.operations.message_templates import CHINA, INDIA, delete_message_template, register_message_template

MESSAGE_TEMPLATES = ListSpec(
    name="message-templates",
    title=gettext_lazy("Message templates"),
    purpose=gettext_lazy("The texts that are registered for India and China, the two countries that ask for it."),
    url_name="message-template-list",
    action="DescribeMessageTemplates",
    rows=rows_of(MessageTemplate),
    filters=ResourceFilters(
        MessageTemplate,
        {
            "country": Property(
                gettext_lazy("Country"),
                "iso_country_code",
                "choice",
                [(INDIA, gettext_lazy("India")), (CHINA, gettext_lazy("China"))],
                console_only=True,
            ),
        },
        search=["template_id__istartswith", "entity_id__istartswith"],
    ),
    key="message_template_id",
    detail="message-template-detail",
    sort="-created",
    columns=(
        Column("template", gettext_lazy("Template ID"), "id", "template_id", sort="template_id"),
        Column("country", gettext_lazy("Country"), value=lambda row: country_name(row.iso_country_code)),
        Column("entity", gettext_lazy("Entity ID"), "id", "entity_id", sort="entity_id"),
        Column("text", gettext_lazy("Registered text"), "prose", "message_template"),
        Column("created", gettext_lazy("Added"), "time", "created_timestamp", sort="created_timestamp"),
    ),
    search_hint=gettext_lazy("Beginning of an entity or template ID"),
    empty=Empty(
        gettext_lazy("No template is registered for this account."),
        gettext_lazy("Nothing goes to China without one, and sender IDs send to India with one only."),
    ),
    create=Create(gettext_lazy("Add template"), "message-template-create", "RegisterMessageTemplate"),
)


@require_safe
def message_template_list(request: HttpRequest) -> HttpResponse:
    return list_page(request, MESSAGE_TEMPLATES)


def _crumbs(caller: Caller, row: MessageTemplate | None = None) -> list[dict[str, Any]]:
    found = [{"label": MESSAGE_TEMPLATES.title, "url": url_to(caller, "message-template-list")}]
    if row is not None:
        url = url_to(caller, "message-template-detail", row.message_template_id)
        found.append({"label": row.template_id, "url": url})
    return found


@require_http_methods(["GET", "HEAD", "POST"])
def message_template_create(request: HttpRequest) -> HttpResponse:
    """Note a template that was registered outside."""
    caller = caller_of(request)
    caller.require("RegisterMessageTemplate")
    form = MessageTemplateForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            row = register_message_template(caller, **form.cleaned_data)
        except Refusal as refusal:
            form.refuse(refusal)
        else:
            messages.success(request, _("The template %(template)s was added.") % {"template": row.template_id})
            return done(request, "message-template-detail", row.message_template_id)
    context = {
        "title": _("Add template"),
        "crumbs": _crumbs(caller),
        "form": form,
        "submit": _("Add template"),
        "cancel": url_to(caller, "message-template-list"),
    }
    return page(request, "message_templates/create.html", context, status=422 if form.errors else 200)


@require_safe
def message_template_detail(request: HttpRequest, key: str) -> HttpResponse:
    caller = caller_of(request)
    caller.require("DescribeMessageTemplates")
    row: MessageTemplate = MessageTemplate.objects.named(caller, key)
    context = {
        "title": _("Template %(template)s") % {"template": row.template_id},
        "crumbs": _crumbs(caller),
        "row": row,
        "country": country_name(row.iso_country_code),
        "can_delete": caller.may("DeleteMessageTemplate"),
    }
    return page(request, "message_templates/detail.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def message_template_delete(request: HttpRequest, key: str) -> HttpResponse:
    caller = caller_of(request)
    caller.require("DeleteMessageTemplate")
    row: MessageTemplate = MessageTemplate.objects.named(caller, key)
    if request.method == "POST":
        delete_message_template(caller, message_template_id=key)
        messages.success(request, _("The template %(template)s was deleted.") % {"template": row.template_id})
        return done(request, "message-template-list")
    context = {
        "title": _("Delete template %(template)s") % {"template": row.template_id},
        "crumbs": _crumbs(caller, row),
        "consequences": [
            _("Messages that need it are refused or stopped from now on."),
            _("What the registry outside holds stays as it is."),
        ],
        "verb": _("Delete template"),
        "cancel_url": url_to(caller, "message-template-detail", key),
    }
    return page(request, "spending/confirm.html", context, fragment="dialog")


scoped_urlpatterns = [
    path("message-templates/", message_template_list, name="message-template-list"),
    path("message-templates/create/", message_template_create, name="message-template-create"),
    path("message-templates/<str:key>/", message_template_detail, name="message-template-detail"),
    path("message-templates/<str:key>/delete/", message_template_delete, name="message-template-delete"),
]
