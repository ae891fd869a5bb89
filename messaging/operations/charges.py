"""Charges other than messages: recorded by whoever causes them, the monthly ones again as each month begins.

Rules: billing.json, charges. A month is charged whole, from the one in which something is requested to the one in which
it is released, whatever becomes of its registration. Money is in units of 0.00001 USD.
"""

from datetime import UTC, date, datetime, time

from django.db.models import F

from messaging import clock
from messaging.models import Charge, MonthlyCharge, RegionalAccount, Spend
from messaging.text.months import following, month_of
from messaging.transactions import write_transaction

BATCH = 200


def record_charge(
    owner: RegionalAccount | int, kind: str, amount: int, about: str, at: datetime | None = None, *, country: str = ""
) -> Charge | None:
    """Charge an account in a Region once, inside the caller's transaction. None when there is nothing to charge.

    owner is the RegionalAccount or its key, kind one of ChargeKind, about the id of what it is for, at the simulated
    time (now), country an ISO code where there is one.
    """
    if amount <= 0:
        return None
    at = at or clock.now()
    return Charge.objects.create(
        owner_id=_key(owner),
        kind=kind,
        amount=amount,
        about=about,
        iso_country_code=country,
        charged_at=at,
        month=month_of(at),
    )


def begin_monthly_charge(
    owner: RegionalAccount | int, kind: str, amount: int, about: str, at: datetime | None = None, *, country: str = ""
) -> MonthlyCharge | None:
    """Charge for the month of `at` and for each that begins until end_monthly_charge. None when it costs nothing.

    A second call for what is being charged already changes nothing.
    """
    if amount <= 0:
        return None
    at = at or clock.now()
    row, _made = MonthlyCharge.objects.get_or_create(
        owner_id=_key(owner),
        kind=kind,
        about=about,
        ended_at=None,
        defaults={"amount": amount, "iso_country_code": country, "begun_at": at, "due_at": _begin_of(at)},
    )
    _charge_until(row, at)
    return row


def end_monthly_charge(owner: RegionalAccount | int, kind: str, about: str, at: datetime | None = None) -> None:
    """Charge up to the month of `at` and no further; nothing happens where nothing is being charged."""
    at = at or clock.now()
    for row in MonthlyCharge.objects.filter(owner_id=_key(owner), kind=kind, about=about, ended_at=None):
        _charge_until(row, at)
        MonthlyCharge.objects.filter(pk=row.pk).update(ended_at=at, due_at=None)


def add_spend(owner_id: int, channel: str, amount: int) -> None:
    """Count what was sent without being asked for, such as an automatic reply, as spent, whatever the limit."""
    key = {"owner_id": owner_id, "month": month_of(clock.now()), "channel": channel}
    Spend.objects.bulk_create([Spend(**key)], ignore_conflicts=True)
    Spend.objects.filter(**key).update(amount=F("amount") + amount)


def charge_due_months() -> int:
    """Charge the months that have begun; returns how many rows that concerned. One query when there are none."""
    now = clock.now()
    due = MonthlyCharge.objects.filter(due_at__lte=now)
    if not due.exists():  # an idle look locks nothing
        return 0
    with write_transaction():
        rows = list(due.select_for_update(skip_locked=True, of=("self",)).order_by("due_at")[:BATCH])
        for row in rows:
            _charge_until(row, now)
    return len(rows)


def _charge_until(row: MonthlyCharge, at: datetime) -> None:
    """Charge each month from the one that is due to that of `at`, all of them after a jump of the clock."""
    if row.due_at is None:
        return
    month, last = month_of(row.due_at), month_of(at)
    charges = []
    while month <= last:
        begun = max(row.begun_at, _begin_of(month))
        charges.append(
            Charge(
                owner_id=row.owner_id,
                kind=row.kind,
                amount=row.amount,
                about=row.about,
                iso_country_code=row.iso_country_code,
                charged_at=begun,
                month=month,
                monthly=True,
            )
        )
        month = following(month)
    # The constraint makes it once a month, also for what is given back and requested again within the month.
    Charge.objects.bulk_create(charges, ignore_conflicts=True)
    row.due_at = _begin_of(month)
    MonthlyCharge.objects.filter(pk=row.pk).update(due_at=row.due_at)


def _begin_of(day: date) -> datetime:
    return datetime.combine(month_of(day), time.min, UTC)


def _key(owner: RegionalAccount | int) -> int:
    return owner if isinstance(owner, int) else owner.pk
