"""How reviews went: time to decision and reasons of refusals, as charts with their tables."""

from datetime import timedelta

from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from console.callers import caller_of, url_to
from console.charts import Chart, Series
from console.fragments import page
from console.review_words import span
from console.views.reviews import tabs, type_title
from registrations.operations.review_statistics import LIMITS, Statistics, describe_review_statistics
from registrations.reasons import reasons


@require_safe
@never_cache
def review_statistics(request: HttpRequest) -> HttpResponse:
    caller = caller_of(request)
    found = describe_review_statistics(caller)
    fields = sum(count for _reason, count in found.reasons)
    known = reasons()
    context = {
        "title": _("Review statistics"),
        "purpose": _("Time to decision and reasons of refusals, by simulated time, of the latest 1,000 decisions."),
        "crumbs": [{"label": _("Review queue"), "url": url_to(caller, "review-list")}],
        "tabs": tabs(caller, "review-statistics"),
        "found": found,
        "chart": _chart(found) if found.decided else None,
        "types": [
            [type_title(one.registration_type), one.decided, one.approved, one.returned, span(one.median)]
            for one in found.types
        ],
        "reasons": [
            (known[name].short_description if name in known else name, count, round(100 * count / fields))
            for name, count in found.reasons
        ],
        "fields": fields,
    }
    return page(request, "reviews/statistics.html", context)


def _chart(found: Statistics) -> Chart:
    return Chart(
        title=_("Time to decision"),
        labels=[
            *(_("up to %(time)s") % {"time": _short(limit)} for limit in LIMITS),
            _("longer"),
        ],
        series=[
            Series(_("Approved"), found.approved, colour=1),
            Series(_("Returned"), found.returned, colour=5),
        ],
        id="time-to-decision",
    )


def _short(limit: timedelta) -> str:
    hours = int(limit.total_seconds() // 3600)
    return _("%(days)d d") % {"days": hours // 24} if hours >= 24 else _("%(hours)d h") % {"hours": hours}


scoped_urlpatterns = [path("reviews/statistics/", review_statistics, name="review-statistics")]
