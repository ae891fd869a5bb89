"""The worker's share of money and statistics: months charged, days and events counted, alarms looked at.

One query when idle.
"""

from datetime import UTC, datetime

from django.db import connection

from messaging import clock
from messaging.models import (
    Alarm,
    MessageEvent,
    MonthlyCharge,
    RegionalAccount,
    Spend,
    StatisticProgress,
    UsageProgress,
)
from messaging.operations.alarms import evaluate_due_alarms
from messaging.operations.charges import charge_due_months
from messaging.operations.statistics import count_settled_events
from messaging.operations.usage import SETTLE, count_closed_days

_IDLE = (
    f"SELECT EXISTS (SELECT 1 FROM {MonthlyCharge._meta.db_table} WHERE due_at <= %s), "  # noqa: S608 - our own names
    f"EXISTS (SELECT 1 FROM {Alarm._meta.db_table} WHERE due_at <= %s), "
    f"EXISTS (SELECT 1 FROM {UsageProgress._meta.db_table} WHERE counted_until < %s "
    "AND (closing_seen IS NULL OR closing_seen <= %s)) "
    f"OR EXISTS (SELECT 1 FROM {Spend._meta.db_table} s WHERE NOT EXISTS "
    f"(SELECT 1 FROM {UsageProgress._meta.db_table} p WHERE p.owner_id = s.owner_id)), "
    f"EXISTS (SELECT 1 FROM {RegionalAccount._meta.db_table} a WHERE NOT EXISTS "
    f"(SELECT 1 FROM {StatisticProgress._meta.db_table} p WHERE p.owner_id = a.id)) "
    f"OR EXISTS (SELECT 1 FROM {StatisticProgress._meta.db_table} p "
    "WHERE (p.closing_seen IS NULL OR p.closing_seen <= %s) AND EXISTS "
    f"(SELECT 1 FROM {MessageEvent._meta.db_table} e WHERE e.owner_id = p.owner_id AND e.event_id >= p.counted_until))"
)


def keep_books() -> int:
    """Do what is due of it; returns how many rows that concerned."""
    now, adapt = clock.now(), connection.ops.adapt_datetimefield_value
    settled = adapt(datetime.now(UTC) - SETTLE)
    with connection.cursor() as cursor:
        today = connection.ops.adapt_datefield_value(now.date())
        cursor.execute(_IDLE, [adapt(now), adapt(now), today, settled, settled])
        months, alarms, days, events = cursor.fetchone()
    done = charge_due_months() if months else 0
    if days:
        done += count_closed_days()
    if events:
        done += count_settled_events()
    if alarms:
        done += evaluate_due_alarms()
    return done
