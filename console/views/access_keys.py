"""Access keys: list, create with the secret shown once, detail, disable, delete."""

import csv
import io

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from console import once
from console.callers import caller_of
from console.forms.access_keys import AccessKeyForm, ConfirmForm, DeleteAccessKeyForm, DescriptionForm
from console.forms.refused import put_on
from console.fragments import done, page
from console.listing import list_page
from console.lists import Create, Empty, ListSpec
from console.models import AccessKey
from console.operations.access_keys import (
    create_access_key,
    delete_access_key,
    describe_access_keys,
    find,
    in_use,
    update_access_key,
)
from console.tables import Column
from messaging.errors import NotFound, Refusal
from messaging.filters import Property, ResourceFilters
from messaging.permissions import Role

PROFILE = "switchboard"

ACCESS_KEY_FILTERS = ResourceFilters(
    AccessKey,
    {
        "role": Property(gettext_lazy("Role"), "role", "choice", Role.choices, console_only=True),
        "enabled": Property(gettext_lazy("Enabled"), "enabled", "flag", console_only=True),
        "read-only": Property(gettext_lazy("Read only"), "read_only", "flag", console_only=True),
        "description": Property(gettext_lazy("Description"), "description", console_only=True),
        "created": Property(gettext_lazy("Created"), "created_at", "time", console_only=True),
        "last-used": Property(gettext_lazy("Last used"), "last_used_at", "time", console_only=True),
    },
    search=["access_key_id__startswith", "description__icontains"],
)

ACCESS_KEYS = ListSpec(
    name="access-keys",
    title=gettext_lazy("Access keys"),
    purpose=gettext_lazy("What your programs sign their API requests with."),
    url_name="access-key-list",
    action="DescribeAccessKeys",
    rows=describe_access_keys,
    filters=ACCESS_KEY_FILTERS,
    key="access_key_id",
    detail="access-key-detail",
    sort="-created",
    search_hint=gettext_lazy("Access key ID or description"),
    columns=(
        Column("access_key_id", gettext_lazy("Access key ID"), "id", sort="access_key_id"),
        Column("description", gettext_lazy("Description"), "words", sort="description"),
        Column("role", gettext_lazy("Role"), "choice", sort="role", labels=dict(Role.choices)),
        Column("read_only", gettext_lazy("Read only"), "flag", sort="read_only"),
        Column("enabled", gettext_lazy("Enabled"), "flag", sort="enabled"),
        Column("last_used", gettext_lazy("Last used"), "time", "last_used_at", sort="last_used_at"),
        Column("last_used_action", gettext_lazy("Last action"), hidden=True),
        Column("last_used_region", gettext_lazy("Last Region"), hidden=True),
        Column("created", gettext_lazy("Created"), "time", "created_at", sort="created_at", hidden=True),
        Column("created_by", gettext_lazy("Created by"), value="created_by.username", hidden=True),
    ),
    empty=Empty(
        gettext_lazy("An access key lets a program call the API of this account."),
        gettext_lazy("Create one, paste its id and secret into boto3 or the command line, and send."),
    ),
    create=Create(gettext_lazy("Create access key"), "access-key-create", "CreateAccessKey"),
)


@require_safe
def access_key_list(request: HttpRequest) -> HttpResponse:
    return list_page(request, ACCESS_KEYS)


@require_http_methods(["GET", "HEAD", "POST"])
def access_key_create(request: HttpRequest) -> HttpResponse:
    caller = caller_of(request)
    caller.require("CreateAccessKey")
    form = AccessKeyForm(request.POST if request.method == "POST" else None, caller=caller)
    if form.is_valid():
        try:
            made = create_access_key(caller, **form.cleaned_data)
        except Refusal as refusal:
            put_on(form, refusal)
        else:
            once.keep(request, _name(made.access_key_id), made.secret)
            return done(request, "access-key-secret", made.access_key_id)
    return page(request, "access_keys/create.html", {"form": form}, status=422 if form.errors else 200)


@require_safe
@never_cache
def access_key_secret(request: HttpRequest, access_key_id: str) -> HttpResponse:
    """The page that shows a new key's secret, once."""
    key = _found(request, access_key_id)
    secret = once.show(request, _name(access_key_id))
    context = {"key": key, "secret": secret, "minutes": once.MINUTES, "snippets": snippets(request, key, secret)}
    return page(request, "access_keys/secret.html", context)


@require_POST
@never_cache
def access_key_download(request: HttpRequest, access_key_id: str) -> HttpResponse:
    """The new key as a file, format `csv` or `credentials`, while its secret is kept."""
    _found(request, access_key_id)
    secret = once.again(request, _name(access_key_id))
    if not secret:
        raise Http404
    if request.POST.get("format") == "credentials":
        text = f"[{PROFILE}]\naws_access_key_id = {access_key_id}\naws_secret_access_key = {secret}\n"
        return _file(text, "text/plain", "credentials")
    sheet = io.StringIO()
    rows = csv.writer(sheet)
    rows.writerow(["Access key ID", "Secret access key"])
    rows.writerow([access_key_id, secret])
    return _file(sheet.getvalue(), "text/csv", f"{access_key_id}.csv")


@require_POST
def access_key_stored(request: HttpRequest, access_key_id: str) -> HttpResponse:
    """“I have stored it”: the secret is forgotten here."""
    key = _found(request, access_key_id)
    once.forget(request, _name(access_key_id))
    messages.success(request, _("The access key %(id)s is ready for use.") % {"id": key.access_key_id})
    return done(request, "access-key-detail", key.access_key_id)


@require_http_methods(["GET", "HEAD", "POST"])
def access_key_detail(request: HttpRequest, access_key_id: str) -> HttpResponse:
    """One key; a POST changes its description."""
    key = _found(request, access_key_id)
    given = request.POST if request.method == "POST" else None
    if given is not None:
        caller_of(request).require("UpdateAccessKey")
    form = DescriptionForm(given, initial={"description": key.description})
    if form.is_valid():
        try:
            update_access_key(caller_of(request), access_key_id=access_key_id, **form.cleaned_data)
        except Refusal as refusal:
            put_on(form, refusal)
        else:
            messages.success(request, _("The description has been saved."))
            return done(request, "access-key-detail", access_key_id)
    context = {"key": key, "form": form, "in_use": in_use(key), "snippets": snippets(request, key)}
    return page(request, "access_keys/detail.html", context, status=422 if form.errors else 200)


@require_POST
def access_key_update(request: HttpRequest, access_key_id: str) -> HttpResponse:
    """Enable (`enabled=on`) or disable a key."""
    enabled = request.POST.get("enabled") == "on"
    key = update_access_key(caller_of(request), access_key_id=access_key_id, enabled=enabled)
    said = _("The access key %(id)s is enabled.") if enabled else _("The access key %(id)s is disabled.")
    messages.success(request, said % {"id": key.access_key_id})
    return done(request, "access-key-detail", access_key_id)


@require_http_methods(["GET", "HEAD", "POST"])
def access_key_delete(request: HttpRequest, access_key_id: str) -> HttpResponse:
    """Confirm, or type the id of a key used within seven days."""
    caller = caller_of(request)
    caller.require("DeleteAccessKey")
    key = _found(request, access_key_id)
    kind = DeleteAccessKeyForm if in_use(key) else ConfirmForm
    form: forms.Form = kind(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            delete_access_key(caller, access_key_id=access_key_id, **form.cleaned_data)
        except Refusal as refusal:
            put_on(form, refusal)
        else:
            messages.success(request, _("The access key %(id)s has been deleted.") % {"id": access_key_id})
            return done(request, "access-key-list", event=ACCESS_KEYS.event)
    context = {"key": key, "form": form, "in_use": in_use(key)}
    return page(request, "access_keys/delete.html", context, status=422 if form.errors else 200)


def _found(request: HttpRequest, access_key_id: str) -> AccessKey:
    """The key, for whoever may see keys at all. Raises Denied; Http404."""
    caller = caller_of(request)
    caller.require("DescribeAccessKeys")
    try:
        return find(caller, access_key_id)
    except NotFound as error:
        raise Http404 from error


def snippets(request: HttpRequest, key: AccessKey, secret: str = "") -> list[tuple[str, str]]:
    """What to paste to call this server with the key: (title, text) for boto3 and the command line."""
    endpoint, region = request.build_absolute_uri("/").rstrip("/"), caller_of(request).region
    secret = secret or _("<the secret>")
    boto3 = f"""import boto3

client = boto3.client(
    "pinpoint-sms-voice-v2",
    endpoint_url="{endpoint}",
    region_name="{region}",
    aws_access_key_id="{key.access_key_id}",
    aws_secret_access_key="{secret}",
)
print(client.describe_account_attributes())"""
    shell = f"""export AWS_ACCESS_KEY_ID={key.access_key_id}
export AWS_SECRET_ACCESS_KEY='{secret}'
export AWS_DEFAULT_REGION={region}
aws pinpoint-sms-voice-v2 describe-account-attributes --endpoint-url {endpoint}"""
    return [("boto3", boto3), (_("Command line"), shell)]


def _name(access_key_id: str) -> str:
    return f"access-key {access_key_id}"


def _file(text: str, kind: str, name: str) -> HttpResponse:
    return HttpResponse(
        text,
        content_type=f"{kind}; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"},
    )


scoped_urlpatterns = [
    path("access-keys/", access_key_list, name="access-key-list"),
    path("access-keys/create/", access_key_create, name="access-key-create"),
    path("access-keys/<slug:access_key_id>/", access_key_detail, name="access-key-detail"),
    path("access-keys/<slug:access_key_id>/secret/", access_key_secret, name="access-key-secret"),
    path("access-keys/<slug:access_key_id>/download/", access_key_download, name="access-key-download"),
    path("access-keys/<slug:access_key_id>/stored/", access_key_stored, name="access-key-stored"),
    path("access-keys/<slug:access_key_id>/update/", access_key_update, name="access-key-update"),
    path("access-keys/<slug:access_key_id>/delete/", access_key_delete, name="access-key-delete"),
]
