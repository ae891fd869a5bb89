"""What US carriers let through of 10DLC traffic: AT&T counts parts a minute of a campaign, T-Mobile messages a day of
a brand (throughput.json, ten_dlc_carriers). Verizon publishes no limit. A message over it is stopped by the carrier.

The guide does not say which status such a message gets; CARRIER_BLOCKED with the limit in its description is ours, as
is counting T-Mobile's day in UTC.
"""

import uuid
from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

from messaging.carrier.networks import unvetted_limit
from messaging.models import CampaignRates, NumberType, PhoneNumber
from messaging.operations.throughput import DAILY, DAY, MINUTE, Use, admit, instant
from messaging.transactions import write_transaction

ATT, TMOBILE = "AT&T", "T-Mobile"


class Campaign(NamedTuple):
    """Whose limits count: a campaign and its brand. A number without a registration stands for both."""

    campaign_id: str
    brand_id: str
    parts_per_minute: int | None
    messages_per_day: int | None


def stopped(messages: Sequence[tuple[Any, str]], at: datetime) -> dict[uuid.UUID, str]:
    """Which of these messages the carriers stop, and their words. Takes (message, network); no query without 10DLC."""
    counted = [
        (message, network)
        for message, network in messages
        if message.originator_type == NumberType.TEN_DLC and network in (ATT, TMOBILE)
    ]
    if not counted:
        return {}
    campaigns = _campaigns([message for message, _network in counted])
    uses = [_use(message, network, campaigns[message.origination_identity_id], at) for message, network in counted]
    with write_transaction():
        passed = admit(uses)
    return {
        message.message_id: _words(network, campaigns[message.origination_identity_id])
        for (message, network), ok in zip(counted, passed, strict=True)
        if not ok
    }


def _campaigns(messages: Sequence[Any]) -> dict[str, Campaign]:
    """The campaign behind each originating number. Two queries."""
    names = {message.origination_identity_id for message in messages}
    registered = dict(
        PhoneNumber.objects.filter(phone_number_id__in=names).values_list("phone_number_id", "registration_id")
    )
    rows = CampaignRates.objects.filter(campaign_id__in=[known for known in registered.values() if known])
    granted = {
        row.campaign_id: Campaign(row.campaign_id, row.brand_id, row.parts_per_minute, row.messages_per_day)
        for row in rows
    }
    return {name: granted.get(registered.get(name, "")) or _unvetted(registered.get(name) or name) for name in names}


def _unvetted(name: str) -> Campaign:
    return Campaign(name, name, unvetted_limit(ATT, "parts_per_minute"), unvetted_limit(TMOBILE, "messages_per_day"))


def _use(message: Any, network: str, campaign: Campaign, at: datetime) -> Use:
    if network == ATT:
        limit = campaign.parts_per_minute
        return Use(message.owner_id, f"att:{campaign.campaign_id}", instant(at), MINUTE, limit, message.parts)
    # A day is counted and not refilled: every message of it is admitted as of its first instant.
    midnight = at.replace(hour=0, minute=0, second=0, microsecond=0)
    return Use(
        message.owner_id, f"{DAILY}tmobile:{campaign.brand_id}:{midnight:%m%d}", instant(midnight), DAY,
        campaign.messages_per_day, 1,
    )  # fmt: skip


def _words(network: str, campaign: Campaign) -> str:
    if network == ATT:
        return f"AT&T takes {campaign.parts_per_minute} message parts a minute from this 10DLC campaign."
    return f"T-Mobile takes {campaign.messages_per_day} messages a day from this 10DLC brand."
