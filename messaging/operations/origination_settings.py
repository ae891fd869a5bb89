"""Settings that phone numbers and pools have in common: two-way, self-managed opt-outs, opt-out list."""

import re

from django.utils.translation import gettext_lazy as _

from messaging.caller import Caller
from messaging.errors import Invalid
from messaging.models import OptOutList, PhoneNumber, Pool
from messaging.reference import countries

TOPIC = re.compile(r"arn:aws[\w-]*:sns:[a-z0-9-]+:\d{12}:[A-Za-z0-9_-]{1,256}")  # a FIFO topic (“.fifo”) does not fit
CONNECT = re.compile(r"connect\.[a-z0-9-]+\.amazonaws\.com")


def owned_list(caller: Caller, name_or_arn: str) -> OptOutList:
    """The caller's opt-out list. Raises NotFound."""
    return OptOutList.objects.select_related("owner").named(caller, name_or_arn)


def checked_two_way(
    row: PhoneNumber | Pool,
    *,
    two_way_enabled: bool | None,
    two_way_channel_arn: str | None,
    two_way_channel_role: str | None,
    self_managed_opt_outs_enabled: bool | None,
) -> None:
    """Lay the given settings on the row when they fit (behaviour_rules.json, two_way.* and opt_out.self_managed*).

    Raises Invalid TWO_WAY_CHANNEL_NOT_PRESENT, TWO_WAY_NOT_ENABLED, TWO_WAY_NOT_SUPPORTED_IN_COUNTRY, INVALID_ARN.
    """
    enabled = row.two_way_enabled if two_way_enabled is None else two_way_enabled
    channel = row.two_way_channel_arn if two_way_channel_arn is None else two_way_channel_arn
    role = row.two_way_channel_role if two_way_channel_role is None else two_way_channel_role
    self_managed = (
        row.self_managed_opt_outs_enabled if self_managed_opt_outs_enabled is None else self_managed_opt_outs_enabled
    )
    if channel and not (TOPIC.fullmatch(channel) or CONNECT.fullmatch(channel)):
        raise Invalid(
            _("“%(channel)s” is not a place that inbound messages can go to.") % {"channel": channel},
            reason="INVALID_ARN",
            fields={"two_way_channel_arn": _("Give the ARN of a standard topic, or connect.<region>.amazonaws.com.")},
        )
    if enabled and not channel:
        raise Invalid(
            _("Two-way messaging needs a destination for inbound messages."),
            reason="TWO_WAY_CHANNEL_NOT_PRESENT",
            fields={"two_way_channel_arn": _("Give the ARN of a topic.")},
        )
    silent = sorted(country for country in two_way_countries(row) if not _two_way_in(country)) if enabled else []
    if silent:
        raise Invalid(
            _("Two-way messaging does not exist in %(country)s.") % {"country": ", ".join(silent)},
            reason="TWO_WAY_NOT_SUPPORTED_IN_COUNTRY",
            fields={"two_way_enabled": _("Leave two-way messaging off for numbers of this country.")},
        )
    if not enabled and two_way_channel_arn:
        raise Invalid(
            _("A destination for inbound messages is given but two-way messaging is off."),
            reason="TWO_WAY_NOT_ENABLED",
            fields={"two_way_enabled": _("Turn two-way messaging on.")},
        )
    if self_managed and not (enabled and TOPIC.fullmatch(channel)):
        raise Invalid(
            _("Self-managed opt-outs need two-way messaging with a topic as destination."),
            reason="TWO_WAY_NOT_ENABLED",
            fields={"self_managed_opt_outs_enabled": _("Turn two-way messaging on with a topic first.")},
        )
    row.two_way_enabled = enabled
    row.two_way_channel_arn = channel if enabled else ""
    row.two_way_channel_role = role if enabled else ""
    row.self_managed_opt_outs_enabled = self_managed


def two_way_countries(row: PhoneNumber | Pool) -> set[str]:
    """The countries whose numbers would receive: that of a number, or those of a pool's numbers."""
    if isinstance(row, PhoneNumber):
        return {row.iso_country_code}
    return set(row.phone_numbers.values_list("iso_country_code", flat=True))


def _two_way_in(country: str) -> bool:
    known = countries().get(country)
    return known is not None and known.two_way_sms
