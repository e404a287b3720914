"""Days of the city as instants."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from yimatong.core.time import SHANGHAI, day_of, minute_down, to_datetime


def day(moment: datetime) -> date:
    """The city's day of an instant."""
    return SHANGHAI.date(minute_down(moment))


def minute(moment: datetime) -> datetime:
    """The full minute at or before an instant: what begins now counts in a judgement of this very minute."""
    return to_datetime(minute_down(moment))


def begins(of: date) -> datetime:
    """The first minute of a day."""
    return to_datetime(SHANGHAI.first_minute(day_of(of)))


def ends(of: date) -> datetime:
    """The last minute of a day."""
    return to_datetime(SHANGHAI.last_minute(day_of(of)))


def since(of: date | None, now: datetime) -> datetime:
    """From when something counts that began on a day: its first minute, now where it is today or not said."""
    return now if of is None or of >= day(now) else begins(of)


def until(of: date, now: datetime) -> datetime:
    """To when something counts that ended on a day: its last minute, and never later than now."""
    return min(ends(of), now)


def days_before(now: datetime, days: int) -> datetime:
    """The first minute of the day that many days before today."""
    return begins(day(now) - timedelta(days=days))
