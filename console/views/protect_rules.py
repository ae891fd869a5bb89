"""The country rules of a protect configuration: the matrix, and a bulk edit that shows first what it changes."""

import json
from collections.abc import Iterable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.urls import path
from django.utils.formats import number_format
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from console.callers import caller_of, owner_of, url_to
from console.commands import command
from console.forms.protect_configurations import (
    OTHERS,
    CopyForm,
    RulesForm,
)
from console.fragments import leave, page
from console.protect_matrix import (
    CHANNEL_NAMES,
    EDITABLE,
    STATUS_NAMES,
    Change,
    Matrix,
    Narrowing,
    changes_to,
    maps,
    status_in,
    statuses_of,
    stored_change,
)
from console.protect_names import choices_of
from console.views.protect_configurations import PROTECT, find
from console.world import WORLD_REGIONS
from messaging.caller import Caller
from messaging.models import ProtectConfiguration
from messaging.operations.protect_rules import (
    update_protect_configuration_country_rule_set,
)
from messaging.operations.rate_cards import card_of
from messaging.queries import TRAFFIC_DAYS, TRAFFIC_MOST, traffic_lately
from messaging.reference import countries

READS = "GetProtectConfigurationCountryRuleSet"
CHANGES = "UpdateProtectConfigurationCountryRuleSet"


@require_safe
def protect_rules(request: HttpRequest, key: str) -> HttpResponse:
    caller = caller_of(request)
    caller.require(READS)
    row = find(caller, key)
    return _rules_page(request, row, Narrowing.read(request.GET.dict()))


def _rules_page(
    request: HttpRequest,
    row: ProtectConfiguration,
    narrowing: Narrowing,
    form: RulesForm | None = None,
    copying: CopyForm | None = None,
    ticked: Iterable[str] = (),
) -> HttpResponse:
    caller = caller_of(request)
    statuses, traffic = statuses_of(row), traffic_lately(caller)
    path = url_to(caller, "protect-rules", row.name)
    others = [choice for choice in choices_of(caller) if choice[0] != row.name]
    start = {"channels": [narrowing.channel] if narrowing.channel in EDITABLE else list(EDITABLE)}
    shown = form if form is not None and form.errors else copying
    context = {
        **PROTECT.context(request, row, "rules"),
        "channels": [
            {
                "label": _("%(channel)s rules") % {"channel": name},
                "url": f"{path}?{urlencode({'channel': channel})}",
                "current": channel == narrowing.channel,
            }
            for channel, name in CHANNEL_NAMES.items()
        ],
        "channel_name": CHANNEL_NAMES[narrowing.channel],
        "channel_names": list(CHANNEL_NAMES.values()),
        "by_api_only": narrowing.channel not in EDITABLE,
        "maps": maps(statuses, narrowing.channel),
        "matrix": Matrix(statuses, narrowing, traffic, card_of(owner_of(request)).prices),
        "narrowing": narrowing,
        "regions": WORLD_REGIONS.items(),
        "modes": STATUS_NAMES.items(),
        "heads": _heads(path, narrowing),
        "rules_url": path,
        "traffic_days": TRAFFIC_DAYS,
        "traffic_most": None if traffic.whole else TRAFFIC_MOST,
        "can_change": caller.may(CHANGES),
        "form": shown if shown is not None and shown.errors else None,
        "rules_form": form if form is not None else RulesForm(initial=start),
        "copy_form": copying if copying is not None else CopyForm(initial=start, others=others) if others else None,
        "ticked": set(ticked),
        "preview_url": url_to(caller, "protect-rules-preview", row.name),
    }
    failed = context["form"] is not None
    return page(request, "protect_configurations/rules.html", context, fragment="tab", status=422 if failed else 200)


def _heads(path: str, narrowing: Narrowing) -> dict[str, dict[str, str]]:
    """Where a click on a head sorts to, and how it is sorted now."""
    kept = {"channel": narrowing.channel, "region": narrowing.region, "mode": narrowing.mode, "q": narrowing.text}
    now, down = narrowing.sort.lstrip("-"), narrowing.sort.startswith("-")
    found = {}
    for key in ("name", "code", "price", "messages"):
        first = "-" if key in ("price", "messages") else ""
        follows = (("" if down else "-") if now == key else first) + key
        query = urlencode({name: value for name, value in {**kept, "sort": follows}.items() if value})
        order = ("descending" if down else "ascending") if now == key else ""
        found[key] = {"url": f"{path}?{query}", "order": order}
    return found


@require_POST
def protect_rules_preview(request: HttpRequest, key: str) -> HttpResponse:
    """What a bulk edit or a copy would change, and the traffic it concerns; nothing is stored yet."""
    caller = caller_of(request)
    caller.require(CHANGES)
    row = find(caller, key)
    narrowing = Narrowing.read(request.POST.dict())
    statuses, traffic = statuses_of(row), traffic_lately(caller)
    ticked = _ticked(request.POST, narrowing, statuses)
    if "copy" in request.POST:
        others = [choice for choice in choices_of(caller) if choice[0] != row.name]
        copying = CopyForm(request.POST, others=others)
        if not copying.is_valid():
            return _rules_page(request, row, narrowing, copying=copying, ticked=ticked)
        other = statuses_of(find(caller, copying.cleaned_data["protect_configuration_id"]))
        channels = copying.cleaned_data["channels"]
        wanted = {(channel, code): status_in(other, channel, code) for channel in channels for code in countries()}
        changes = changes_to(statuses, wanted, traffic)
        if not changes:
            copying.add_error(None, _("The rules are the same already."))
            return _rules_page(request, row, narrowing, copying=copying, ticked=ticked)
        return _preview_page(request, row, narrowing, changes)
    form = RulesForm(request.POST if narrowing.channel in EDITABLE else _for_api(request.POST, narrowing.channel))
    if narrowing.channel not in EDITABLE:
        form.fields["channels"].choices = [(narrowing.channel, narrowing.channel)]  # type: ignore[attr-defined]
    if not form.is_valid():
        return _rules_page(request, row, narrowing, form, ticked=ticked)
    chosen = {*ticked, *form.cleaned_data["codes"]}
    if not chosen:
        form.add_error("codes", _("Tick countries in the table, or give their codes."))
        return _rules_page(request, row, narrowing, form, ticked=ticked)
    if form.cleaned_data["scope"] == OTHERS:
        chosen = set(countries()) - chosen
    status = form.cleaned_data["protect_status"]
    wanted = {(channel, code): status for channel in form.cleaned_data["channels"] for code in chosen}
    changes = changes_to(statuses, wanted, traffic)
    if not changes:
        form.add_error(None, _("Nothing would change: these countries have this rule already."))
        return _rules_page(request, row, narrowing, form, ticked=ticked)
    return _preview_page(request, row, narrowing, changes)


def _for_api(data: QueryDict, channel: str) -> QueryDict:
    """The form as if the channel shown, which pages do not change, had been chosen: for the command that does."""
    copy = data.copy()
    copy.setlist("channels", [channel])
    return copy


def _ticked(data: QueryDict, narrowing: Narrowing, statuses: Any) -> set[str]:
    """The countries ticked in the table: one by one, or by the heads of their groups as shown."""
    chosen = {code for code in data.getlist("c") if code in countries()}
    groups = set(data.getlist("group"))
    if groups:
        shown = Matrix(statuses, narrowing, traffic=None, prices={}).shown  # type: ignore[arg-type]
        chosen |= {place.code for place in shown if place.region in groups or "" in groups}
    return chosen


def _preview_page(
    request: HttpRequest, row: ProtectConfiguration, narrowing: Narrowing, changes: list[Change]
) -> HttpResponse:
    caller = caller_of(request)
    by_api = narrowing.channel not in EDITABLE and "copy" not in request.POST
    context = {
        **PROTECT.context(request, row, "rules"),
        "heading": _("Confirm status change"),
        "changes": [(change, _traffic_words(change)) for change in changes],
        "commands": [_command(request, caller, row, change) for change in changes] if by_api else [],
        "channel_name": CHANNEL_NAMES[narrowing.channel],
        "channel": narrowing.channel,
        "apply_url": url_to(caller, "protect-rules-apply", row.name),
        "cancel_url": f"{url_to(caller, 'protect-rules', row.name)}?{urlencode({'channel': narrowing.channel})}",
    }
    return page(request, "protect_configurations/rules_preview.html", context)


def _traffic_words(change: Change) -> str:
    if not change.traffic:
        return _("None of them had traffic in the last %(days)s days.") % {"days": TRAFFIC_DAYS}
    named = ", ".join(f"{name} ({number_format(count, force_grouping=True)})" for name, count in change.traffic[:10])
    return _("%(count)s of them had traffic in the last %(days)s days: %(countries)s.") % {
        "count": len(change.traffic),
        "days": TRAFFIC_DAYS,
        "countries": named + ("…" if len(change.traffic) > 10 else ""),
    }


def _command(request: HttpRequest, caller: Caller, row: ProtectConfiguration, change: Change) -> str:
    updates = json.dumps({code: {"ProtectStatus": change.status} for code in change.countries})
    options = ["--protect-configuration-id", row.name, "--number-capability", change.channel]
    return command(
        request,
        caller,
        "update-protect-configuration-country-rule-set",
        [*options, "--country-rule-set-updates", updates],
    )


@require_POST
def protect_rules_apply(request: HttpRequest, key: str) -> HttpResponse:
    """Set the rules that a preview has shown."""
    caller = caller_of(request)
    row = find(caller, key)
    changes = [change for text in request.POST.getlist("change") if (change := stored_change(text))]
    for channel in EDITABLE:
        updates = {
            code: update for found in changes if found.channel == channel for code, update in found.updates.items()
        }
        if updates:
            update_protect_configuration_country_rule_set(
                caller, protect_configuration_id=row.name, number_capability=channel, country_rule_set_updates=updates
            )
    if changes:
        messages.success(request, _("The country rules were changed and apply at once."))
    channel = Narrowing.read(request.POST.dict()).channel
    return leave(request, f"{url_to(caller, 'protect-rules', row.name)}?{urlencode({'channel': channel})}")


PREFIX = "protect-configurations/<str:key>"
scoped_urlpatterns = [
    path(f"{PREFIX}/rules/", protect_rules, name="protect-rules"),
    path(f"{PREFIX}/rules/preview/", protect_rules_preview, name="protect-rules-preview"),
    path(f"{PREFIX}/rules/apply/", protect_rules_apply, name="protect-rules-apply"),
]
