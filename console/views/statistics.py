"""Statistics: what became of messages by time, status, country, originator and configuration set; as page and CSV."""

import csv
import io
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.urls import path
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from console import exports
from console.callers import caller_of, url_to
from console.cells import international
from console.charts import Chart, RowChart, Series
from console.events import tabs
from console.forms.statistics import PeriodForm
from console.fragments import page
from console.message_words import meaning
from console.spending import country
from console.statuses import look
from messaging import clock
from messaging.errors import Text
from messaging.operations.statistics import Figures, Period, period

MOST_ROWS = 10  # of a dimension on the page; the file has them all
HEAD = (
    "dimension", "value", "accepted", "delivered", "failed", "under_way", "delivery_rate_percent", "median_seconds",
    "p95_seconds",
)  # fmt: skip


def _asked(request: HttpRequest) -> tuple[PeriodForm, Period]:
    caller = caller_of(request)
    caller.require("DescribeMessages")
    form = PeriodForm(request.GET, now=clock.now())
    begin, end, span_hours = form.period()
    channel = form.cleaned_data.get("channel", "") if form.is_valid() else ""
    return form, period(caller.owner_id, begin, end, span_hours=span_hours, channel=channel)


def _series(figures: Sequence[Figures]) -> list[Series]:
    return [
        Series(_("Delivered"), [one.delivered for one in figures]),
        Series(_("Under way"), [max(one.under_way, 0) for one in figures], colour=4),
        Series(_("Failed"), [one.failed for one in figures], colour=5),
    ]


def _start(at: datetime, found: Period) -> str:
    if found.span_hours == 1:
        return at.strftime("%H:00" if (found.end - found.begin).days <= 1 else "%d. %H:00")
    return at.strftime("%m-%d" if (found.end - found.begin).days <= 31 else "%Y-%m-%d")


def _by_time(found: Period) -> Chart:
    return Chart(
        title=_("Messages by the hour (UTC)") if found.span_hours == 1 else _("Messages by the day (UTC)"),
        labels=[_start(start, found) for start in found.starts],
        series=_series([found.figures_at(start) for start in found.starts]),
        id="by-time",
    )


def _set(name: str) -> Text:
    return name or _("Without a configuration set")


DIMENSIONS: dict[str, Callable[[str], Text]] = {"country": country, "originator": international, "set": _set}


def _charts(found: Period) -> list[tuple[Text, RowChart, int]]:
    """A chart for each dimension with its heading, and how many values have no room on it."""
    titles = {
        "country": (_("By country"), _("Country")),
        "originator": (_("By originator"), _("Originator")),
        "set": (_("By configuration set"), _("Configuration set")),
    }
    charts: list[tuple[Text, RowChart, int]] = []
    for name, shown in DIMENSIONS.items():
        title, head = titles[name]
        ranked = found.ranked(name)
        rows = ranked[:MOST_ROWS]
        labels = [shown(value) for value, _figures in rows]
        chart = RowChart(
            title=title,
            labels=labels,
            series=_series([figures for _value, figures in rows]),
            head=head,
            id=f"by-{name}",
        )
        charts.append((title, chart, len(ranked) - len(rows)))
    return charts


def _reasons(found: Period) -> RowChart | None:
    reasons = found.total.reasons
    if not reasons:
        return None
    return RowChart(
        title=_("Failure reasons"),
        labels=[look(status).label for status in reasons],
        series=[Series(_("Messages"), list(reasons.values()), colour=5)],
        head=_("Status"),
        id="reasons",
    )


def _per_cent(figures: Figures) -> str:
    return "" if figures.delivery_rate is None else f"{number_format(round(figures.delivery_rate, 1), 1)} %"


def _seconds(seconds: float | None) -> str:
    """A duration, right to a twentieth: no more digits than that."""
    if seconds is None:
        return ""
    if seconds < 90:
        return _("%(number)s s") % {"number": number_format(round(seconds, 1), 1)}
    if seconds < 5400:
        return _("%(number)s min") % {"number": number_format(round(seconds / 60, 1), 1)}
    return _("%(number)s h") % {"number": number_format(round(seconds / 3600, 1), 1)}


def _tiles(found: Period) -> list[dict[str, Any]]:
    total = found.total
    grouped = {name: number_format(getattr(total, name), force_grouping=True) for name in ("accepted", "failed")}
    most = _seconds(found.seconds_to_deliver(0.95))
    return [
        {"name": _("Messages"), "figure": grouped["accepted"], "note": _under_way(total)},
        {"name": _("Delivery rate"), "figure": _per_cent(total) or "–", "note": _("Of those that came to an end")},
        {"name": _("Failed"), "figure": grouped["failed"]},
        {
            "name": _("Time to deliver, median"),
            "figure": _seconds(found.seconds_to_deliver(0.5)) or "–",
            "note": _("95 of 100 within %(time)s") % {"time": most} if most else "",
        },
    ]


def _under_way(total: Figures) -> Text:
    if total.under_way <= 0:
        return ""
    return _("%(count)s still under way") % {"count": number_format(total.under_way, force_grouping=True)}


@require_safe
@never_cache
def statistics(request: HttpRequest) -> HttpResponse:
    """The figures of a time, chosen by the form at the top."""
    caller = caller_of(request)
    form, found = _asked(request)
    reasons = found.total.reasons
    context = {
        "title": _("Statistics"),
        "purpose": _("What became of the messages that were accepted in a time, and how long it took."),
        "tabs": tabs(caller, "statistics"),
        "form": form,
        "found": found,
        "tiles": _tiles(found),
        "by_time": _by_time(found),
        "charts": _charts(found),
        "reasons": _reasons(found),
        "meanings": [(status, count, meaning(status)) for status, count in reasons.items()],
        "download_url": f"{url_to(caller, 'statistics-download')}?{request.GET.urlencode()}",
    }
    return page(request, "events/statistics.html", context, status=422 if form.errors else 200)


@require_safe
def statistics_download(request: HttpRequest) -> HttpResponseBase:
    """The same figures as CSV, every value of every dimension."""
    _form, found = _asked(request)
    response = StreamingHttpResponse(_csv(found), content_type="text/csv; charset=utf-8")
    name = f"statistics-{found.begin:%Y-%m-%d}-{found.end:%Y-%m-%d}.csv"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["Cache-Control"] = "no-store"
    return response


def _csv(found: Period) -> Iterator[str]:
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\r\n")
    for record in _records(found):
        writer.writerow([exports.safe_cell(value) for value in record])
        yield buffer.getvalue()
        buffer.seek(0)
        buffer.truncate()


def _records(found: Period) -> Iterator[tuple[Any, ...]]:
    yield HEAD
    median, most = (found.seconds_to_deliver(share) for share in (0.5, 0.95))
    times = tuple("" if seconds is None else f"{seconds:.3f}" for seconds in (median, most))
    yield ("all", f"{found.begin:%Y-%m-%dT%H:%MZ}/{found.end:%Y-%m-%dT%H:%MZ}", *_plain(found.total), *times)
    for start in found.starts:
        span = "hour" if found.span_hours == 1 else "day"
        yield (span, f"{start:%Y-%m-%dT%H:%MZ}", *_plain(found.figures_at(start)), "", "")
    for status, count in sorted(found.total.outcomes.items()):
        yield ("status", status, count, "", "", "", "", "", "")
    for dimension, name in (("country", "country"), ("originator", "originator"), ("set", "configuration_set")):
        for value, figures in found.ranked(dimension):
            yield (name, value, *_plain(figures), "", "")


def _plain(figures: Figures) -> tuple[Any, ...]:
    rate = "" if figures.delivery_rate is None else f"{figures.delivery_rate:.2f}"
    return figures.accepted, figures.delivered, figures.failed, figures.under_way, rate


scoped_urlpatterns = [
    path("statistics/", statistics, name="statistics"),
    path("statistics/statistics.csv", statistics_download, name="statistics-download"),
]
