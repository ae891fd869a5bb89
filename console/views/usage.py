"""The usage report of a month: messages by country, channel and originator type, fees, leases; as page and CSV."""

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.urls import path
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from console import exports, spending
from console.callers import caller_of, owner_of, url_to
from console.fragments import page
from console.preview import usd
from console.views.spending import month_asked
from messaging.errors import Text
from messaging.models import Charge, ChargeKind, RegionalAccount
from messaging.operations.usage import Line, counted, month_charges, month_lines, months_with_usage, usage_types

MOST_ROWS = 100  # on the page; the file has them all
KINDS = dict(ChargeKind.choices)
HEAD = (
    "month", "region", "usage_type", "charge", "about", "country", "channel", "originator_type", "quantity", "unit",
    "amount_usd",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Row:
    """One line of messages as shown."""

    country: str
    channel: Text
    originator_type: Text
    messages: int
    parts: int
    price: str
    carrier_fee: str
    total: str


def _row(line: Line) -> Row:
    return Row(
        spending.country(line.iso_country_code),
        spending.CHANNELS[line.channel],
        spending.TYPES.get(line.originator_type, line.originator_type),
        line.messages,
        line.parts,
        usd(line.price, 5),
        usd(line.carrier_fee, 5) if line.carrier_fee else "",
        usd(line.total, 5),
    )


def _report(request: HttpRequest) -> tuple[RegionalAccount, date, list[date], list[Line], list[Charge]]:
    caller, owner = caller_of(request), owner_of(request)
    caller.require("DescribeUsage")
    months = months_with_usage(owner.pk)
    month = month_asked(request, months)
    return owner, month, months, month_lines(counted(owner.pk), month), list(month_charges(owner.pk, month))


@require_safe
@never_cache
def usage_report(request: HttpRequest) -> HttpResponse:
    """One month; the others by the form at the top."""
    owner, month, months, lines, charges = _report(request)
    kinds = usage_types(owner.region, lines)
    billed, charged = sum(line.total for line in lines), sum(charge.amount for charge in charges)
    context: dict[str, Any] = {
        "info": "spending",
        "title": _("Usage report"),
        "purpose": _("What was billed in a month, as the documented usage types name it."),
        "tabs": spending.tabs(caller_of(request), "usage-report"),
        "months": [(one, one == month) for one in months],
        "month": month,
        "rows": [_row(line) for line in lines[:MOST_ROWS]],
        "more_rows": max(len(lines) - MOST_ROWS, 0),
        "usage_types": [
            (one.usage_type, usd(one.quantity, 5) if one.is_money else one.quantity, one.is_money)
            for one in kinds[:MOST_ROWS]
        ],
        "more_types": max(len(kinds) - MOST_ROWS, 0),
        "charges": [(KINDS[one.kind], one.about, one.charged_at, usd(one.amount, 2)) for one in charges[:MOST_ROWS]],
        "more_charges": max(len(charges) - MOST_ROWS, 0),
        "messages_total": usd(billed, 2),
        "charges_total": usd(charged, 2),
        "total": usd(billed + charged, 2),
        "download_url": f"{url_to(caller_of(request), 'usage-report-download')}?month={month:%Y-%m}",
    }
    return page(request, "spending/usage.html", context)


@require_safe
@never_cache
def usage_report_download(request: HttpRequest) -> HttpResponseBase:
    """The month as CSV: a row for each usage type, MMS and voice without one, then the other charges."""
    owner, month, _months, lines, charges = _report(request)
    response = StreamingHttpResponse(_csv(owner, month, lines, charges), content_type="text/csv; charset=utf-8")
    name = f"usage-{owner.account_id}-{owner.region}-{month:%Y-%m}.csv"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _csv(owner: RegionalAccount, month: date, lines: list[Line], charges: list[Charge]) -> Iterator[str]:
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\r\n")
    for record in (HEAD, *_records(owner, month, lines, charges)):
        writer.writerow([exports.safe_cell(value) for value in record])
        yield buffer.getvalue()
        buffer.seek(0)
        buffer.truncate()


def _records(
    owner: RegionalAccount, month: date, lines: list[Line], charges: list[Charge]
) -> Iterator[tuple[object, ...]]:
    when = f"{month:%Y-%m}"
    for one in usage_types(owner.region, lines):
        line = one.line
        about = (line.iso_country_code, line.channel, line.originator_type)
        if one.is_money:
            yield (when, owner.region, one.usage_type, "", "", *about, "", "USD", _dollars(one.quantity))
        else:
            yield (when, owner.region, one.usage_type, "", "", *about, one.quantity, "message parts", "")
    for line in lines:
        if line.channel != "SMS":
            about = (line.iso_country_code, line.channel, line.originator_type)
            yield (when, owner.region, "", "", "", *about, line.parts, "message parts", _dollars(line.total))
    for charge in charges:
        yield (
            when, owner.region, "", charge.kind, charge.about, charge.iso_country_code, "", "", 1, "",
            _dollars(charge.amount),
        )  # fmt: skip


def _dollars(units: int) -> str:
    return f"{units / 100_000:.5f}"


scoped_urlpatterns = [
    path("spending/usage/", usage_report, name="usage-report"),
    path("spending/usage/usage.csv", usage_report_download, name="usage-report-download"),
]
