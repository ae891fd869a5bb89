"""Members of the account and what each role may do."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from console import once
from console.callers import caller_of, place_of
from console.forms.access_keys import ConfirmForm
from console.forms.members import AddMemberForm, MemberForm, ResetPasswordForm
from console.forms.refused import put_on
from console.fragments import done, page
from console.listing import list_page
from console.lists import Create, Empty, ListSpec
from console.models import Membership
from console.operations.members import (
    AddedMember,
    add_member,
    describe_members,
    find,
    is_last_administrator,
    remove_member,
    reset_member_password,
    update_member,
)
from console.tables import Column
from messaging.errors import NotFound, Refusal
from messaging.filters import Property, ResourceFilters
from messaging.permissions import Role

MEMBER_FILTERS = ResourceFilters(
    Membership,
    {
        "role": Property(gettext_lazy("Role"), "role", "choice", Role.choices, console_only=True),
        "user-name": Property(gettext_lazy("User name"), "user__username", console_only=True),
        "added": Property(gettext_lazy("Added"), "added_at", "time", console_only=True),
        "last-sign-in": Property(gettext_lazy("Last sign-in"), "user__last_login", "time", console_only=True),
    },
    search=["user__username__icontains"],
)

MEMBERS = ListSpec(
    name="members",
    title=gettext_lazy("Members"),
    purpose=gettext_lazy("The people who may enter this account, and with which role."),
    url_name="member-list",
    action="DescribeMembers",
    rows=describe_members,
    filters=MEMBER_FILTERS,
    key="user.username",
    detail="member-detail",
    sort="user_name",
    search_hint=gettext_lazy("User name"),
    columns=(
        Column("user_name", gettext_lazy("User name"), "words", "user.username", sort="user__username"),
        Column("role", gettext_lazy("Role"), "choice", sort="role", labels=dict(Role.choices)),
        Column("last_sign_in", gettext_lazy("Last sign-in"), "time", "user.last_login", sort="user__last_login"),
        Column("added", gettext_lazy("Added"), "time", "added_at", sort="added_at"),
    ),
    empty=Empty(gettext_lazy("A member is a person with a role in this account.")),
    create=Create(gettext_lazy("Add member"), "member-add", "AddMember"),
)


@require_safe
def member_list(request: HttpRequest) -> HttpResponse:
    return list_page(request, MEMBERS, template="members/list.html")


@require_http_methods(["GET", "HEAD", "POST"])
def member_add(request: HttpRequest) -> HttpResponse:
    caller = caller_of(request)
    caller.require("AddMember")
    form = AddMemberForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            added = add_member(caller, **form.cleaned_data)
        except Refusal as refusal:
            put_on(form, refusal)
        else:
            return _tell(request, added, _("%(name)s is now a member of this account."))
    return page(request, "members/add.html", {"form": form}, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def member_detail(request: HttpRequest, user_name: str) -> HttpResponse:
    """One member, with the one-time password right after it was made; a POST changes the role."""
    caller, membership = caller_of(request), _found(request, user_name)
    if request.method == "POST":
        caller.require("UpdateMember")
    form = MemberForm(request.POST if request.method == "POST" else None, initial={"role": membership.role})
    if form.is_valid():
        try:
            update_member(caller, user_name=user_name, **form.cleaned_data)
        except Refusal as refusal:
            put_on(form, refusal)
        else:
            messages.success(request, _("The role of %(name)s has been changed.") % {"name": user_name})
            return _after(request, "member-detail", user_name)
    context = {
        "membership": membership,
        "form": form,
        "one_time_password": once.show(request, _name(user_name)),
        "can_change": caller.may("UpdateMember"),
        "last_administrator": is_last_administrator(membership),
    }
    return page(request, "members/detail.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def member_reset_password(request: HttpRequest, user_name: str) -> HttpResponse:
    caller, membership = caller_of(request), _found(request, user_name)
    caller.require("ResetMemberPassword")
    form = ResetPasswordForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            added = reset_member_password(caller, user_name=user_name, **form.cleaned_data)
        except Refusal as refusal:
            put_on(form, refusal)
        else:
            return _tell(request, added, _("%(name)s has a new one-time password, and every session has ended."))
    return _asked(request, "members/reset_password.html", membership, form)


@require_http_methods(["GET", "HEAD", "POST"])
def member_remove(request: HttpRequest, user_name: str) -> HttpResponse:
    caller, membership = caller_of(request), _found(request, user_name)
    caller.require("RemoveMember")
    form = ConfirmForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            remove_member(caller, user_name=user_name)
        except Refusal as refusal:
            put_on(form, refusal)
        else:
            messages.success(request, _("%(name)s is no longer a member.") % {"name": user_name})
            return _after(request, "member-list", event=MEMBERS.event)
    return _asked(request, "members/remove.html", membership, form)


@require_safe
def role_list(request: HttpRequest) -> HttpResponse:
    """What each role may do, API action by API action, narrowed by text."""
    caller_of(request).require("DescribeMembers")
    text = request.GET.get("q", "").strip()
    groups = role_groups(text)
    context = {"groups": groups, "roles": list(Role), "q": text, "total": sum(len(rows) for _kind, rows in groups)}
    return page(request, "members/roles.html", context, fragment="results")


def role_groups(text: str) -> list[tuple[str, list[tuple[str, bool, list[bool]]]]]:
    """Groups of (action, whether it only reads, a yes or no for each role), named by what the action concerns."""
    from messaging.permissions import OWN_ACTIONS, table

    headings = {True: _("Actions of the API"), False: _("Actions of this console")}
    groups: dict[str, list[tuple[str, bool, list[bool]]]] = {heading: [] for heading in headings.values()}
    for action, (roles, reads) in sorted(table().items()):
        if text.lower() in action.lower():
            groups[headings[action not in OWN_ACTIONS]].append((action, reads, [role in roles for role in Role]))
    return [(heading, rows) for heading, rows in groups.items() if rows]


def _found(request: HttpRequest, user_name: str) -> Membership:
    try:
        return find(caller_of(request), user_name)
    except NotFound as error:
        raise Http404 from error


def _tell(request: HttpRequest, added: AddedMember, said: str) -> HttpResponse:
    """To the member's page, which shows the one-time password, if there is one, this once."""
    if added.one_time_password:
        once.keep(request, _name(added.user_name), added.one_time_password)
    messages.success(request, said % {"name": added.user_name})
    return _after(request, "member-detail", added.user_name)


def _after(request: HttpRequest, url_name: str, *args: str, event: str = "") -> HttpResponse:
    """On to the next page, unless the person has just lost the account: then to the root."""
    place = place_of(request)
    caller = caller_of(request)
    mine = Membership.objects.filter(user=request.user.pk, account_id=caller.account_id).exists()
    if mine:
        return done(request, url_name, *args, event=event)
    return HttpResponse(status=303, headers={"Location": place.url if place else "/"})


def _asked(request: HttpRequest, template: str, membership: Membership, form: forms.Form) -> HttpResponse:
    context: dict[str, Any] = {"membership": membership, "form": form}
    return page(request, template, context, status=422 if form.errors else 200)


def _name(user_name: str) -> str:
    return f"one-time-password {user_name}"


scoped_urlpatterns = [
    path("members/", member_list, name="member-list"),
    path("members/add/", member_add, name="member-add"),
    path("members/roles/", role_list, name="role-list"),
    path("members/named/<str:user_name>/", member_detail, name="member-detail"),
    path("members/named/<str:user_name>/reset-password/", member_reset_password, name="member-reset-password"),
    path("members/named/<str:user_name>/remove/", member_remove, name="member-remove"),
]
