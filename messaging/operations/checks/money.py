"""What a message costs, and whether the month's spend limit of its channel leaves room for it."""

import re
from datetime import date

from django.db import connection
from django.utils.translation import gettext_lazy as _

from messaging import clock, statements
from messaging.errors import Invalid, OverQuota, Resource
from messaging.models import Spend
from messaging.operations.checks.send import Found, Send
from messaging.operations.rate_cards import price_for

PRICE_SHAPE = re.compile(r"[0-9]{0,2}\.[0-9]{1,5}")
# Every send that is billed asks it: building such a query anew costs many times more than running it.
_SPENT = f"SELECT amount FROM {Spend._meta.db_table} WHERE owner_id = %s AND month = %s AND channel = %s"  # noqa: S608
OVER_LIMIT = {
    "TEXT": _("The monthly spend limit for text messages, %(limit)s USD, is reached."),
    "MEDIA": _("The monthly spend limit for media messages, %(limit)s USD, is reached."),
    "VOICE": _("The monthly spend limit for voice messages, %(limit)s USD, is reached."),
}


def check_price(send: Send) -> Found:
    assert send.originator and send.counted
    send.price = price_for(
        send.account, send.country, send.channel, send.originator.type, to_simulator=send.to_simulator
    )
    limit = units_of(send.max_price) if send.max_price else None
    if limit is not None and (send.price is None or send.price.total > limit):
        part = f"{send.price.total / 100_000:.5f}" if send.price else "?"
        raise Invalid(
            _("A message part costs %(price)s USD, more than the %(limit)s USD that MaxPrice allows.")
            % {"price": part, "limit": send.max_price},
            reason="PRICE_OVER_THRESHOLD",
            fields={"max_price": _("Allow more for a part, or leave the limit out.")},
        )
    if send.price is None:
        return Found(_("No price"))
    return Found(_("%(total)s USD for the message"), {"total": f"{send.total / 100_000:.5f}"})


def check_spend_limit(send: Send) -> Found:
    if not send.billed:
        return Found(_("Nothing is billed for simulator destinations"))
    limit = send.account.spend_limits[send.spend_channel]
    spent = spent_this_month(send.account.owner_id, send.spend_channel)
    if spent + send.total > limit:
        raise over_spend_limit(send.spend_channel, limit)
    left = f"{(limit - spent) / 100_000:.2f}"
    return Found(_("%(left)s USD left this month"), {"left": left}, Resource("account", send.account.account_id))


def units_of(price_text: str) -> int:
    """Units of 0.00001 USD of a MaxPrice such as "0.05". Raises Invalid."""
    if not PRICE_SHAPE.fullmatch(price_text):
        raise Invalid(
            _("“%(price)s” is not a price.") % {"price": price_text},
            fields={"max_price": _("Write US dollars with a point and up to five decimals, such as 0.05.")},
        )
    whole, _point, decimals = price_text.partition(".")
    return int(whole or 0) * 100_000 + int(decimals.ljust(5, "0"))


def this_month() -> date:
    """The first day of the current month of simulated time, in UTC."""
    return clock.now().date().replace(day=1)


def spent_this_month(owner_id: int, channel: str) -> int:
    """What a channel has cost this month, in 0.00001 USD."""
    row = statements.first(_SPENT, [owner_id, connection.ops.adapt_datefield_value(this_month()), channel])
    return int(row[0]) if row else 0


def over_spend_limit(channel: str, limit: int) -> OverQuota:
    """The refusal of a message that would pass the monthly spend limit of TEXT, MEDIA or VOICE."""
    return OverQuota(
        OVER_LIMIT[channel] % {"limit": f"{limit / 100_000:.2f}"},
        reason=f"MONTHLY_SPEND_LIMIT_REACHED_FOR_{channel}",
        next_step=_("Wait for the next month or ask for a higher limit."),
    )
