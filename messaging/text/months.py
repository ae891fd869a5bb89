"""Calendar months in UTC, each named by its first day."""

from datetime import UTC, date, datetime


def month_of(at: date) -> date:
    """The first day of the month of a day, or of an instant in UTC."""
    day = at.astimezone(UTC).date() if isinstance(at, datetime) else at
    return day.replace(day=1)


def following(month: date) -> date:
    """The first day of the month after this one."""
    return date(month.year + month.month // 12, month.month % 12 + 1, 1)


def previous(month: date) -> date:
    """The first day of the month before this one."""
    return date(month.year - (month.month == 1), (month.month - 2) % 12 + 1, 1)
