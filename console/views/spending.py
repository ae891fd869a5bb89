"""Spending: limits with what is left of them, the month's spend over time, where it went; and changing a limit."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import path
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from console import spending
from console.callers import caller_of, owner_of, url_to
from console.charts import Chart, Series
from console.forms.spend_limits import DEFAULT, ENFORCE, SpendLimitForm
from console.fragments import done, page
from console.preview import usd
from console.support_cases import case_url
from messaging import clock
from messaging.caller import Caller
from messaging.errors import Refusal, Text
from messaging.models import RegionalAccount
from messaging.operations import spend_limits
from messaging.operations.usage import Counted, Line, counted, month_days, month_lines, month_totals, months_with_usage
from messaging.queries import Meter, spend_meters
from messaging.text.months import following, month_of

NAMES: dict[str, Text] = {
    "TEXT": gettext_lazy("Text messages"),
    "MEDIA": gettext_lazy("Media messages"),
    "VOICE": gettext_lazy("Voice messages"),
}
METRICS = {"SMS": "TextMessageMonthlySpend", "MMS": "MediaMessageMonthlySpend", "VOICE": "VoiceMessageMonthlySpend"}
SET: dict[str, Callable[..., object]] = {
    "TEXT": spend_limits.set_text_message_spend_limit_override,
    "MEDIA": spend_limits.set_media_message_spend_limit_override,
    "VOICE": spend_limits.set_voice_message_spend_limit_override,
}
DELETE: dict[str, Callable[..., object]] = {
    "TEXT": spend_limits.delete_text_message_spend_limit_override,
    "MEDIA": spend_limits.delete_media_message_spend_limit_override,
    "VOICE": spend_limits.delete_voice_message_spend_limit_override,
}
CENT = 1_000
NO_LIMIT = "–"  # behaviour_rules.json, spend.dash
MOST_COUNTRIES = 20


@dataclass(frozen=True, slots=True)
class Limit:
    """A channel's limits as shown: without an enforced limit there is a dash (behaviour_rules.json, spend.dash)."""

    channel: str
    name: Text
    meter: Meter
    account_limit: str
    enforced_limit: str
    remaining: str
    projection: str
    edit_url: str
    raise_url: str

    @property
    def spent(self) -> str:
        return usd(self.meter.spent, 2)


def limits_of(caller: Caller, owner: RegionalAccount) -> list[Limit]:
    """The three channels with their limits and what is left. One query."""
    may = {"TEXT": "SetTextMessageSpendLimitOverride", "MEDIA": "SetMediaMessageSpendLimitOverride"}
    found = []
    for meter in spend_meters(owner):
        override = spend_limits.override(owner, meter.channel)
        action = may.get(meter.channel, "SetVoiceMessageSpendLimitOverride")
        found.append(
            Limit(
                meter.channel,
                NAMES[meter.channel],
                meter,
                usd(spend_limits.account_limit(owner, meter.channel), 2),
                usd(override, 2) if override is not None else NO_LIMIT,
                usd(max(meter.limit - meter.spent, 0), 2),
                usd(projected(meter.spent), 2) if meter.spent else "",
                url_to(caller, "spend-limit-edit", meter.channel) if caller.may(action) else "",
                raise_url(caller, meter.channel),
            )
        )
    return found


def raise_url(caller: Caller, channel: str) -> str:
    """The case that asks for a higher account limit; that of text messages takes media along."""
    return case_url(caller, "spend_limit_increase", channel="VOICE" if channel == "VOICE" else "TEXT")


def projected(spent: int) -> int:
    """What the month costs if it goes on as it began."""
    now = clock.now()
    month = month_of(now)
    begun = now - now.replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    return int(spent * ((following(month) - month) / max(begun, timedelta(hours=1))))


def _months_chart(owner: RegionalAccount, months: list[date]) -> Chart:
    """What each month cost, by channel."""
    totals = month_totals(owner.pk)
    shown = months[::-1]
    return Chart(
        title=_("Spend by month, in USD"),
        cents=True,
        labels=[date_format(month, "M Y") for month in shown],
        series=[
            Series(label, [round(totals.get((month, limit), 0) / CENT) for month in shown])
            for limit, label in (("TEXT", _("SMS")), ("MEDIA", _("MMS")), ("VOICE", _("Voice")))
        ],
        id="months",
    )


def days_chart(account: Counted, month: date, today: date) -> Chart:
    """The month to date at the end of each day, by channel, in USD: what the spend metrics show."""
    found = month_days(account, month)
    end = min(following(month), today + timedelta(days=1))
    days = [month + timedelta(days=at) for at in range((end - month).days)]
    series = []
    for channel, label in spending.CHANNELS.items():
        so_far, values = 0, []
        for day in days:
            so_far += found.get((day, channel), 0)
            values.append(round(so_far / CENT))
        series.append(Series(label, values))
    return Chart(
        title=_("Month to date by day, in USD"),
        labels=[str(day.day) for day in days],
        series=series,
        id="days",
        cents=True,
        sums=False,
    )


@dataclass(frozen=True, slots=True)
class Share:
    """One row of where the money went."""

    label: str
    channel: Text
    originator_type: Text
    messages: int
    parts: int
    total: str


def shares(lines: list[Line]) -> list[Share]:
    """The dearest lines of a month as shown."""
    return [
        Share(
            spending.country(line.iso_country_code),
            spending.CHANNELS[line.channel],
            spending.TYPES.get(line.originator_type, line.originator_type),
            line.messages,
            line.parts,
            usd(line.total, 2),
        )
        for line in lines[:MOST_COUNTRIES]
    ]


def month_asked(request: HttpRequest, months: list[date]) -> date:
    """The month of `?month=2026-03` where there is something to show, else the present one."""
    given = request.GET.get("month", "")
    return next((month for month in months if f"{month:%Y-%m}" == given), months[0])


@require_safe
@never_cache
def spending_page(request: HttpRequest) -> HttpResponse:
    """Limits, the months, the days of one month, and where its money went."""
    caller, owner = caller_of(request), owner_of(request)
    caller.require("DescribeSpendLimits")
    months = months_with_usage(owner.pk)
    month = month_asked(request, months)
    account = counted(owner.pk)
    lines = month_lines(account, month)
    context = {
        "info": "spending",
        "title": _("Spending"),
        "purpose": _("What messages cost this month, what may still be spent, and where it goes."),
        "tabs": spending.tabs(caller, "spending"),
        "limits": limits_of(caller, owner),
        "months": [(one, one == month) for one in months],
        "month": month,
        "chart": days_chart(account, month, clock.now().date()) if lines else None,
        "months_chart": _months_chart(owner, months) if len(months) > 1 else None,
        "metrics": METRICS,
        "shares": shares(lines),
        "more": max(len(lines) - MOST_COUNTRIES, 0),
        "may_alarm": caller.may("CreateAlarm"),
    }
    return page(request, "spending/spending.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def spend_limit_edit(request: HttpRequest, channel: str) -> HttpResponse:
    """The dialog “Edit spending limit” of one channel."""
    caller, owner = caller_of(request), owner_of(request)
    if channel not in SET:
        raise Http404
    caller.require(f"Set{channel.capitalize()}MessageSpendLimitOverride")
    most = spend_limits.account_limit(owner, channel) // spend_limits.UNITS_PER_DOLLAR
    override = spend_limits.override(owner, channel)
    initial = {
        "choice": DEFAULT if override is None else ENFORCE,
        "monthly_limit": None if override is None else override // spend_limits.UNITS_PER_DOLLAR,
    }
    back = "overview" if request.GET.get("from") == "overview" else "spending"
    form = SpendLimitForm(request.POST if request.method == "POST" else None, most=most, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            if form.cleaned_data["choice"] == ENFORCE:
                SET[channel](caller, monthly_limit=form.cleaned_data["monthly_limit"])
            else:
                DELETE[channel](caller)
        except Refusal as refusal:
            form.refuse(refusal)
        else:
            messages.success(request, _("The spend limit was saved."))
            return done(request, back)
    context = {
        "title": _("Edit spending limit: %(channel)s") % {"channel": NAMES[channel]},
        "crumbs": spending.crumbs(caller),
        "intro": _("Sending stops at the enforced limit at once. The account limit is %(limit)s a month.")
        % {"limit": usd(spend_limits.account_limit(owner, channel), 2)},
        "raise_url": raise_url(caller, channel),
        "form": form,
        "submit": _("Save changes"),
        "cancel": url_to(caller, back),
    }
    status = 422 if form.errors else 200
    return page(request, "spending/limit.html", context, fragment="dialog", status=status)


scoped_urlpatterns: list[Any] = [
    path("spending/", spending_page, name="spending"),
    path("spending/limits/<str:channel>/", spend_limit_edit, name="spend-limit-edit"),
]
