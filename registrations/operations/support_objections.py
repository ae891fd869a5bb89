"""What speaks against granting a support case: the documented preconditions, looked up. Source: support_cases.json.

A reviewer sees them beside the case; the automatic one refuses for them.
"""

import re

from django.utils.translation import gettext as _

from messaging import reference
from messaging.errors import Text
from messaging.models import Message, NumberType, PhoneNumber, RegionalAccount, Tier
from messaging.operations import offers
from messaging.operations.spend_limits import UNITS_PER_DOLLAR, account_limit
from messaging.operations.throughput import quota_id
from registrations.models import Registration, RegistrationStatus, SupportCase
from registrations.support_flows import flows

NEEDS_ALL = ("spend_limit_increase", "short_code")  # fields marked optional are needed all the same
CAMPAIGN, REJECTABLE = "US_TEN_DLC_CAMPAIGN_REGISTRATION", "US_TEN_DLC_"
INDIA, SINGAPORE = "IN", "SG"
RATE = re.compile(r"(sms|mms)_mps:([A-Z_]+):([A-Z]{2})")
SPEND_QUOTA = "monthly_spend"  # has a case of its own


def raisable(quota: str) -> bool:
    """Whether a quota of this id can be raised: an adjustable one, or the rate of an originator type to a country."""
    rate = RATE.fullmatch(quota)
    if rate:
        return reference.throughput(rate[2], rate[3]) is not None
    row = reference.quotas().get(quota)
    return row is not None and row.adjustable and quota != SPEND_QUOTA


def default_of(quota: str) -> int:
    """The value of a quota without any case."""
    rate = RATE.fullmatch(quota)
    if not rate:
        return int(reference.quotas()[quota].value)
    found = reference.throughput(rate[2], rate[3])
    return int((found.sms_mps if rate[1] == "sms" else found.mms_mps) or 0) if found else 0


def raisable_quotas(owner_id: int) -> list[tuple[str, Text]]:
    """(id, name) of every quota that can be raised, with the rates of the originators that the account has."""
    found: list[tuple[str, Text]] = [(row.id, row.name) for row in reference.quotas().values() if raisable(row.id)]
    kinds = PhoneNumber.objects.filter(owner_id=owner_id).exclude(number_type=NumberType.SIMULATOR)
    for number_type, country in kinds.values_list("number_type", "iso_country_code").distinct().order_by():
        for channel in ("SMS", "MMS"):
            name = quota_id(channel, number_type, country)
            if raisable(name) and default_of(name):
                what = {"channel": channel, "type": NumberType(number_type).label, "country": country}
                found.append((name, _("%(channel)s parts per second, %(type)s, %(country)s") % what))
    return found


def objections(case: SupportCase) -> list[str]:
    """Why a case should not be granted, in words; empty when nothing speaks against it. Few queries."""
    flow = flows()[case.flow]
    found = []
    if flow.id in NEEDS_ALL:
        found += [
            _("“%(field)s” is empty, and is needed all the same.") % {"field": field.label}
            for field in flow.case_fields
            if not case.answers.get(field.key)
        ]
    country = case.answers.get("iso_country_code", "")
    if country in flow.refused_countries:
        found.append(_("In this country a short code, a 10DLC number or a toll-free number is used instead."))
    if flow.id == "sender_id" and country == INDIA:
        found.append(_("India has a case of its own: register with a DLT portal first."))
    if flow.id == "sender_id" and country == SINGAPORE:
        found.append(_("Sender IDs of Singapore are registered by their registration form, not by a case."))
    if flow.id in ("ten_dlc_rejection_query", "ten_dlc_conversion"):
        found += _about_ten_dlc(case)
    regions = [asked["region"] for asked in case.requests]
    owners = {
        row.region: row for row in RegionalAccount.objects.filter(account_id=case.owner.account_id, region__in=regions)
    }
    for asked in case.requests:
        owner = owners.get(asked["region"]) or RegionalAccount(region=asked["region"])
        found += _about_request(case, owner, asked["quota"], int(asked["new_value"] or 0))
    return found


def _about_request(case: SupportCase, owner: RegionalAccount, quota: str, value: int) -> list[str]:
    what = {"region": owner.region}
    if case.flow == "sms_production_access" and owner.tier == Tier.PRODUCTION:
        return [_("SMS and MMS have left the sandbox in %(region)s already.") % what]
    if case.flow == "voice_production_access":
        if owner.voice_tier == Tier.PRODUCTION:
            return [_("Voice has left the sandbox in %(region)s already.") % what]
        if not Message.objects.filter(owner__account_id=case.owner.account_id, channel="VOICE").exists():
            return [_("No voice message has been sent from the account yet.")]
    if case.flow == "spend_limit_increase":
        now = account_limit(owner, case.answers.get("channel", "TEXT")) // UNITS_PER_DOLLAR
        if value <= now:
            return [_("The account limit in %(region)s is %(now)s USD already.") % {**what, "now": now}]
    if case.flow == "quota_increase":
        now = int(owner.quotas.get(quota, default_of(quota)))
        if value <= now:
            return [_("The quota in %(region)s is %(now)s already.") % {**what, "now": now}]
    return []


def _about_ten_dlc(case: SupportCase) -> list[str]:
    wanted = Registration.objects.filter(
        owner_id=case.owner_id, registration_id=case.answers.get("registration_id", "")
    ).first()
    if wanted is None:
        return [_("The account has no registration of this ID in this Region.")]
    if case.flow == "ten_dlc_rejection_query":
        if not wanted.registration_type.startswith(REJECTABLE) or wanted.latest_denied_version_number is None:
            return [_("The registration is not one for 10DLC that was rejected.")]
        return []
    found = []
    if wanted.registration_type != CAMPAIGN or wanted.registration_status != RegistrationStatus.COMPLETE:
        found.append(_("The registration is not an approved campaign."))
    number = PhoneNumber.objects.filter(
        owner_id=case.owner_id, phone_number_id=case.answers.get("phone_number_id", "")
    ).first()
    us_long_code = number and (number.number_type, number.iso_country_code) == (
        NumberType.LONG_CODE,
        offers.UNITED_STATES,
    )
    if not us_long_code:
        found.append(_("The number is not a long code of the United States; request a new 10DLC number instead."))
    return found
