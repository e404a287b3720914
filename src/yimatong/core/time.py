"""Instants and days, said once.

An instant is a whole number of minutes since 1970-01-01T00:00Z (int32, good until the year 6053).
A day is a whole number of local days since 1970-01-01 in the policy's zone. Intervals are closed on
both sides everywhere. Rounding happens once, at capture, in the person's favour: an arrival is
rounded up to the next full minute, a leave down.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, tzinfo
from functools import cache
from math import ceil, floor
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

MINUTES_A_DAY = 1440
EPOCH_DAY = date(1970, 1, 1).toordinal()
CONSTANT = (date(2019, 1, 1), date(2039, 12, 31))
"""Days in which the offset of an installation's zone may not change."""
LAST_INSTANT = 2_147_483_647
"""What an open end (NULL) means when two ends are compared."""


@dataclass(frozen=True)
class Zone:
    """A time zone of one constant offset, so that days can be counted with integers in every engine.

    `offset` is in minutes east of UTC. Asia/Shanghai has been +480 without a break since 1991-09-15.
    """

    name: str
    offset: int

    @classmethod
    def named(cls, name: str, first: date, last: date) -> Zone:
        """The zone by its IANA name; ValueError when its offset changes between the two days."""
        zone = ZoneInfo(name)
        offsets = {_offset(zone, day) for day in _every_day(first, last)}
        if len(offsets) != 1:
            raise ValueError(f"{name} changes its offset between {first} and {last}")
        return cls(name, offsets.pop())

    @classmethod
    @cache
    def constant(cls, name: str) -> Zone:
        """The zone that an installation may live in; ValueError for no IANA name, and for an offset that changes in CONSTANT's days."""
        if not is_zone(name):
            raise ValueError(f"{name} is no IANA time zone")
        return cls.named(name, *CONSTANT)

    @property
    def tz(self) -> tzinfo:
        """The same for Python's own datetimes."""
        return ZoneInfo(self.name)

    def day(self, minute: int) -> int:
        """The local day of an instant."""
        return (minute + self.offset) // MINUTES_A_DAY

    def first_minute(self, day: int) -> int:
        """Local midnight at which the day begins."""
        return day * MINUTES_A_DAY - self.offset

    def last_minute(self, day: int) -> int:
        """The last full minute of the day."""
        return self.first_minute(day + 1) - 1

    def date(self, minute: int) -> date:
        """The calendar date of an instant."""
        return date.fromordinal(self.day(minute) + EPOCH_DAY)

    def datetime(self, minute: int) -> datetime:
        """The instant as an aware datetime of this zone's offset."""
        return to_datetime(minute).astimezone(self.tz)


SHANGHAI = Zone("Asia/Shanghai", 480)


def is_zone(name: str) -> bool:
    """Whether this is the IANA name of a time zone; a folder of zones is none."""
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return False
    return True


def day_of(calendar: date) -> int:
    """The day number of a calendar date."""
    return calendar.toordinal() - EPOCH_DAY


def minute_up(moment: datetime) -> int:
    """The first full minute at or after an aware datetime (arrivals, starts)."""
    return ceil(_aware(moment).timestamp() / 60)


def minute_down(moment: datetime) -> int:
    """The last full minute at or before an aware datetime (leaves, ends, as_of)."""
    return floor(_aware(moment).timestamp() / 60)


def to_datetime(minute: int) -> datetime:
    """The aware UTC datetime of an instant."""
    return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(minutes=minute)


def _aware(moment: datetime) -> datetime:
    if moment.tzinfo is None:
        raise ValueError("an instant needs a time zone")
    return moment


def _offset(zone: ZoneInfo, day: date) -> int:
    moment = datetime(day.year, day.month, day.day, 12, tzinfo=zone)
    gap = moment.utcoffset()
    assert gap is not None
    return int(gap.total_seconds() // 60)


def _every_day(first: date, last: date) -> list[date]:
    return [first + timedelta(days=n) for n in range((last - first).days + 1)]
