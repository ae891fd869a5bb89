"""Request-rate quotas: so many calls of an operation per second, account and Region (quotas.json, api_rates)."""

import time

from django.db.models import F
from django.utils.translation import gettext_lazy as _

from messaging.caller import Caller
from messaging.errors import Throttled
from messaging.models import RequestRate
from messaging.reference import request_rates
from messaging.transactions import write_transaction

ROUNDING = 1e-6  # seconds: sums of an interval are not exact


def take(caller: Caller, action: str) -> None:
    """Use up one call of the action's rate, or raise Throttled. An action without a printed rate is not limited.

    The generic cell rate algorithm with a burst of one second's worth: next_at is when the bucket is empty again.
    """
    per_second = request_rates().get(action)
    if per_second is None:
        return
    now, interval = time.time(), 1 / per_second
    with write_transaction():
        row, created = RequestRate.objects.get_or_create(
            owner_id=caller.owner_id, action=action, defaults={"next_at": now + interval}
        )
        if created:
            return
        rows = RequestRate.objects.filter(pk=row.pk, next_at__lte=now + 1 - interval + ROUNDING)
        if rows.filter(next_at__lte=now).update(next_at=now + interval) or rows.update(next_at=F("next_at") + interval):
            return
    wait = max(row.next_at - now - 1 + interval, interval)
    raise Throttled(
        _("%(action)s may be called %(rate)s times a second in this account and Region.")
        % {"action": action, "rate": per_second},
        retry_seconds=wait,
    )
