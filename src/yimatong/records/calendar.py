"""The city's days and hours: every local day, midnight and hour of the product is computed here, in the installation's zone.

zone() -> Zone                            settings.TIME_ZONE (YIMATONG_TIME_ZONE), of one constant offset
local(moment) -> datetime                 an instant on the city's clock
instant(day, time) -> datetime            and back: what somebody wrote into a form
day(moment), today() -> date              the city's day of an instant; of now, in city time (records.clock)
day_number(moment), date_of(number)       the same as days since 1970-01-01
begins(day), ends(day) -> datetime        its first and its last full minute, both inside
bounds(day) -> (datetime, datetime)       its first instant, and the next day's, for queries
last_second(day) -> datetime              23:59:59
minute, since, until, days_before         what began or ended on a day that somebody named
day_of_column(name)                       a database's day of a column of instants
refuse_other(policy, zone)                `policy-zone-differs` where a policy names another zone

A policy in force counts its days in this very zone: the product does not start, judge or put one into force that names another.
"""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from django.conf import settings
from django.db.models.functions import TruncDate

from yimatong.core.time import EPOCH_DAY, Zone, day_of, minute_down, to_datetime
from yimatong.records import clock
from yimatong.records.errors import another_zone


def zone() -> Zone:
    """The installation's zone; its settings refuse one whose offset changes."""
    return Zone.constant(settings.TIME_ZONE)


def local(moment: datetime) -> datetime:
    """An instant on the city's clock (aware)."""
    return moment.astimezone(zone().tz)


def instant(of: date, at: time) -> datetime:
    """The instant of a day and a time of the city's clock (aware)."""
    return datetime.combine(of, at.replace(tzinfo=None), tzinfo=zone().tz)


def day(moment: datetime) -> date:
    """The city's day of an instant."""
    return zone().date(minute_down(moment))


def today() -> date:
    """The city's day now, in city time."""
    return day(clock.now())


def day_number(moment: datetime) -> int:
    """The city's day of an instant, counted from 1970-01-01."""
    return zone().day(minute_down(moment))


def date_of(number: int) -> date:
    """The calendar date of a day that is counted from 1970-01-01."""
    return date.fromordinal(number + EPOCH_DAY)


def minute(moment: datetime) -> datetime:
    """The full minute at or before an instant: what begins now counts in a judgement of this very minute."""
    return to_datetime(minute_down(moment))


def begins(of: date) -> datetime:
    """The first minute of a day."""
    return to_datetime(zone().first_minute(day_of(of)))


def ends(of: date) -> datetime:
    """The last minute of a day."""
    return to_datetime(zone().last_minute(day_of(of)))


def last_second(of: date) -> datetime:
    """The last second of a day."""
    return ends(of) + timedelta(seconds=59)


def bounds(of: date) -> tuple[datetime, datetime]:
    """A day's first instant, and the next one's."""
    return begins(of), begins(of + timedelta(days=1))


def since(of: date | None, now: datetime) -> datetime:
    """From when something counts that began on a day: its first minute, now where it is today or not said."""
    return now if of is None or of >= day(now) else begins(of)


def until(of: date, now: datetime) -> datetime:
    """To when something counts that ended on a day: its last minute, and never later than now."""
    return min(ends(of), now)


def days_before(now: datetime, days: int) -> datetime:
    """The first minute of the day that many days before today."""
    return begins(day(now) - timedelta(days=days))


def day_of_column(name: str) -> TruncDate:
    """The city's day of a column of instants, as the database computes it."""
    return TruncDate(name, tzinfo=zone().tz)


def refuse_other(policy: str, named: Zone) -> None:
    """Raise `policy-zone-differs` where a policy names another zone than the installation: two calendars give one instant two days."""
    if named.name != zone().name:
        raise another_zone(policy, named.name, zone().name)
