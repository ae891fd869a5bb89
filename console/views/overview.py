"""Overview: how the account stands, what happened in the last 24 hours, what needs doing, what to do first."""

from dataclasses import dataclass
from typing import Any

from django.db.models import OuterRef
from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from console.callers import caller_of, owner_of, preferences_of, url_to
from console.charts import Chart, Series
from console.fragments import page
from console.models import AccessKey
from console.support_cases import case_url
from console.views.spending import NO_LIMIT, limits_of
from messaging.caller import Caller
from messaging.errors import Text
from messaging.models import RegionalAccount, Tier
from messaging.operations import quotas
from messaging.queries import Day, Holdings, Meter, count, holdings, last_day
from registrations.models import Registration, RegistrationStatus, SupportCase

NEAR_LIMIT = 80  # per cent of a limit from which on it needs attention
MANY_FAILED, ENOUGH_SENT = 20, 10  # per cent failed among at least so many messages
CHANNELS = {"TEXT": "SMS", "MEDIA": "MMS", "VOICE": "VOICE"}


@dataclass(frozen=True, slots=True)
class Step:
    """One of the first steps: whether it is done, and where to do it."""

    label: Text
    why: Text
    url: str
    done: bool


@dataclass(frozen=True, slots=True)
class Todo:
    """Something that needs doing."""

    tone: str
    words: Text
    url: str
    link: Text


@dataclass(frozen=True, slots=True)
class Used:
    """A resource quota: how many there are, how many there may be."""

    label: Text
    used: int
    most: int
    url: str


def first_steps(caller: Caller, have: Holdings, *, sandbox: bool, has_limit: bool, has_key: bool) -> list[Step]:
    """The way from nothing to a program that sends: only what this caller may do."""
    verify = (
        _("Verify a destination number"),
        _("In the sandbox, messages go to simulator numbers and to numbers that were verified."),
        "verified-number-create",
        "CreateVerifiedDestinationNumber",
        have.verified_numbers > 0,
    )
    steps = [
        *([verify] if sandbox else ()),
        (
            _("Get a simulator number"),
            _("It is free, active at once and sends to the simulator destinations."),
            "phone-number-create",
            "RequestPhoneNumber",
            have.phone_numbers > 0,
        ),
        (
            _("See how a text is cut into parts"),
            _("Encoding, parts and cost are counted while you write."),
            "message-parts",
            "PreviewMessageParts",
            have.has_sent,
        ),
        (
            _("Send a test message"),
            _("Watch every check, every event and the handset at the other end."),
            "test-send",
            "SendTextMessage",
            have.has_sent,
        ),
        (
            _("Create a configuration set with an event destination"),
            _("Your systems then hear what became of each message."),
            "configuration-set-create",
            "CreateConfigurationSet",
            have.event_destinations > 0,
        ),
        (
            _("Create a protect configuration"),
            _("Block the countries that you do not write to, so that nobody runs up a bill there."),
            "protect-create",
            "CreateProtectConfiguration",
            have.protect_configurations > 0,
        ),
        (
            _("Set a spend limit"),
            _("Sending stops where you say, below what the account may spend."),
            "spending",
            "SetTextMessageSpendLimitOverride",
            has_limit,
        ),
        (
            _("Create an access key"),
            _("Programs sign their requests with it; any SDK works with this endpoint."),
            "access-key-create",
            "CreateAccessKey",
            has_key,
        ),
    ]
    return [
        Step(label, why, url_to(caller, name), done) for label, why, name, action, done in steps if caller.may(action)
    ]


def waiting(caller: Caller, owner: RegionalAccount, have: Holdings) -> list[Todo]:
    """What waits for somebody here: alarms, registrations that came back, cases that were asked about. One query."""
    mine = {"owner": OuterRef("pk")}
    back, asked = (
        RegionalAccount.objects.filter(pk=owner.pk)
        .values_list(
            count(Registration.objects.filter(**mine, registration_status=RegistrationStatus.REQUIRES_UPDATES)),
            count(SupportCase.objects.filter(**mine, status=SupportCase.Status.PENDING_CUSTOMER_ACTION)),
        )
        .get()
    )
    alarms = ngettext(
        "%(count)d alarm is past its threshold.", "%(count)d alarms are past their threshold.", have.alarms
    )
    returned = ngettext(
        "%(count)d registration came back and waits for changes.",
        "%(count)d registrations came back and wait for changes.",
        back,
    )
    cases = ngettext(
        "%(count)d support case waits for your answer.", "%(count)d support cases wait for your answer.", asked
    )
    rows = (
        ("danger", alarms, have.alarms, "alarm-list", "state:=:ALARM"),
        ("warning", returned, back, "registration-list", "registration-status:=:REQUIRES_UPDATES"),
        ("warning", cases, asked, "support-case-list", "status:=:PENDING_CUSTOMER_ACTION"),
    )
    return [
        Todo(tone, words % {"count": number}, f"{url_to(caller, name)}?f={token}", _("Open"))
        for tone, words, number, name, token in rows
        if number
    ]


def todos(caller: Caller, meters: list[Meter], day: Day, used: list[Used], others: list[Todo]) -> list[Todo]:
    """What somebody should look at, the worst first."""
    found = list(others)
    for meter in meters:
        if meter.share >= NEAR_LIMIT:
            tone = "danger" if meter.share >= 100 else "warning"
            words = _("%(channel)s has used %(share)s %% of its monthly spend limit.") % {
                "channel": CHANNELS[meter.channel],
                "share": meter.share,
            }
            found.append(Todo(tone, words, url_to(caller, "overview") + "#spend", _("See the limits")))
    ended = day.delivered + day.failed
    if ended >= ENOUGH_SENT and day.failed * 100 >= ended * MANY_FAILED:
        words = ngettext(
            "%(count)d message failed in the last 24 hours.",
            "%(count)d messages failed in the last 24 hours.",
            day.failed,
        ) % {"count": day.failed}
        found.append(
            Todo("warning", words, url_to(caller, "message-list") + "?f=final:=:true", _("Look at the messages"))
        )
    for row in used:
        if row.most and row.used * 100 >= row.most * NEAR_LIMIT:
            words = _("%(label)s: %(used)s of %(most)s are used.") % {
                "label": row.label,
                "used": row.used,
                "most": row.most,
            }
            found.append(Todo("danger" if row.used >= row.most else "warning", words, row.url, _("Open")))
    return sorted(found, key=lambda todo: todo.tone != "danger")


def quotas_used(caller: Caller, owner: RegionalAccount, have: Holdings) -> list[Used]:
    rows = [
        (_("Phone numbers"), have.phone_numbers, quotas.PHONE_NUMBERS, "phone-number-list"),
        (_("Phone pools"), have.pools, quotas.POOLS, "pool-list"),
        (_("Configuration sets"), have.configuration_sets, quotas.CONFIGURATION_SETS, "configuration-set-list"),
        (_("Opt-out lists"), have.opt_out_lists, quotas.OPT_OUT_LISTS, "opt-out-list-list"),
    ]
    return [Used(label, used, quotas.limit(owner, quota), url_to(caller, name)) for label, used, quota, name in rows]


def chart_of(day: Day) -> Chart:
    """Bars by hour, in the reader's time zone."""
    return Chart(
        title=_("Messages in the last 24 hours"),
        labels=[timezone.localtime(hour.begins).strftime("%H:00") for hour in day.hours],
        series=[
            Series(_("Delivered"), [hour.delivered for hour in day.hours]),
            Series(_("Under way"), [hour.under_way for hour in day.hours], colour=4),
            Series(_("Failed"), [hour.failed for hour in day.hours], colour=5),
        ],
        id="last-day",
    )


@require_safe
@never_cache
def overview(request: HttpRequest) -> HttpResponse:
    caller, owner = caller_of(request), owner_of(request)
    have, limits, day = holdings(owner), limits_of(caller, owner), last_day(caller)
    has_key = (
        AccessKey.objects.filter(account_id=caller.account_id).exists() if caller.may("CreateAccessKey") else False
    )
    used = quotas_used(caller, owner, have)
    sandbox = owner.tier == Tier.SANDBOX
    has_limit = any(limit.enforced_limit != NO_LIMIT for limit in limits)
    steps = first_steps(caller, have, sandbox=sandbox, has_limit=has_limit, has_key=has_key)
    dismissed = preferences_of(request).onboarding_dismissed
    context: dict[str, Any] = {
        "info": "overview",
        "title": _("Overview"),
        "purpose": _("%(account)s in %(region)s") % {"account": owner.account, "region": caller.region},
        "owner": owner,
        "sandbox": sandbox,
        "production_url": case_url(caller, "sms_production_access"),
        "quota_url": case_url(caller, "quota_increase"),
        "quotas": used,
        "limits": limits,
        "day": day,
        "chart": chart_of(day) if day.total else None,
        "todos": todos(caller, [limit.meter for limit in limits], day, used, waiting(caller, owner, have)),
        "steps": steps,
        "steps_done": sum(1 for step in steps if step.done),
        "dismissed": dismissed,
        "can_send": caller.may("SendTextMessage"),
        "can_create_pool": caller.may("CreatePool"),
        "can_create_set": caller.may("CreateConfigurationSet"),
    }
    return page(request, "overview/overview.html", context)


scoped_urlpatterns = [path("", overview, name="overview")]
