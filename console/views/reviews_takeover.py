"""Taking a review over from somebody who holds it too long."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from console.callers import caller_of, url_to
from console.forms.reviews import TakeOverForm
from console.fragments import done, page
from console.views.reviews_screen import Standing, addressed, crumbs
from messaging.errors import Refusal
from registrations.operations.review_takeovers import take_over_review
from registrations.operations.reviews import review_named


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def review_take_over(request: HttpRequest, key: int) -> HttpResponse:
    """Ask for the reason, then hold the version; back to the screen when it is free or cannot be taken."""
    caller = caller_of(request)
    caller.require("TakeOverReview")
    version = review_named(caller, key)
    standing = Standing.of(caller, version)
    if not standing.takeable:
        return done(request, "review-detail", version.pk)
    form = TakeOverForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            take_over_review(caller, **addressed(version), **form.cleaned_data)
        except Refusal as refusal:
            form.refuse(refusal)
        else:
            messages.success(request, _("You hold this version now."))
            return done(request, "review-detail", version.pk)
    context = {
        "title": _("Take over the review"),
        "crumbs": crumbs(caller, version),
        "consequences": [
            _("%(who)s can no longer decide on this version, and reads your reason.") % {"who": standing.holder},
            _("What they have noted so far is kept for them. You begin with what stands accepted."),
        ],
        "verb": _("Take over"),
        "form": form,
        "cancel_url": url_to(caller, "review-detail", version.pk),
    }
    return page(request, "reviews/revoke.html", context, fragment="dialog", status=422 if form.errors else 200)


scoped_urlpatterns = [path("reviews/<int:key>/take-over/", review_take_over, name="review-take-over")]
