"""Making another account on this server."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from console.callers import caller_of
from console.forms.accounts import AccountForm
from console.forms.refused import put_on
from console.fragments import leave, page
from console.operations.accounts import create_account
from messaging.errors import Refusal


@require_http_methods(["GET", "HEAD", "POST"])
def account_create(request: HttpRequest) -> HttpResponse:
    """A new account, entered at once in the Region that one comes from."""
    caller = caller_of(request)
    caller.require("CreateAccount")
    form = AccountForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            account = create_account(caller, user_name=request.user.get_username(), **form.cleaned_data)
        except Refusal as refusal:
            put_on(form, refusal)
        else:
            messages.success(request, _("You are now in the new account %(name)s.") % {"name": account})
            return leave(request, reverse("overview", args=(account.account_id, caller.region)))
    context = {"form": form, "title": _("Create account")}
    return page(request, "accounts/create.html", context, status=422 if form.errors else 200)


scoped_urlpatterns = [path("accounts/create/", account_create, name="account-create")]
