"""Days and windows of the city as the passes count them."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from yimatong.core.credential import windows_of
from yimatong.core.credential.epochs import MARGIN, WINDOW_HOURS
from yimatong.core.time import EPOCH_DAY, SHANGHAI, minute_down

WINDOWS = len(windows_of(0))
"""Windows a day."""
HOURS = WINDOW_HOURS
KEYS = 28
"""Window keys of a phone: seven days of four windows."""
SET_BACK = 3600
"""Seconds by which a clock is set back without its lists seeming to come from the future."""
LOCAL = ZoneInfo("Asia/Shanghai")
MOST_AHEAD = 7
"""Days that strips can ever be made ahead: so long a recalled credential stays in the lists of the days to come."""


def seconds(now: datetime) -> int:
    """Unix time of an instant, in whole seconds."""
    return int(now.timestamp())


def after(last: int, now: datetime) -> int:
    """The second at which the next of a series of signed lists is issued: now, or that of the last where it lies less than an hour ahead.

    A clock that is set back by minutes makes no list older than the one before. A last one further ahead was issued by a clock that was
    wrong: to go on from it would keep every later list in that future, and take today's for over.
    """
    return last if seconds(now) < last <= seconds(now) + SET_BACK else seconds(now)


def is_fresh(issued: int, moment: int, refresh: int) -> bool:
    """Whether what was issued then need not be signed anew yet; what a wrong clock issued ahead of time has to be."""
    return 0 <= moment - issued < refresh


def day_of(now: datetime) -> int:
    """The city's day of an instant, counted from 1970-01-01."""
    return SHANGHAI.day(minute_down(now))


def paper_epoch(moment: datetime) -> int:
    """The paper epoch of an instant: the city's month, January 1970 being 1 (February 2020: 602)."""
    local = moment.astimezone(LOCAL)
    return (local.year - 1970) * 12 + local.month


def paper_life(epoch: int) -> tuple[int, int]:
    """The first and the last second at which a paper of an epoch can be issued, ten minutes before its month included."""
    year, month = divmod(epoch - 1, 12)
    start = datetime(1970 + year, month + 1, 1, tzinfo=LOCAL)
    following = (start + timedelta(days=32)).replace(day=1)
    return seconds(start) - MARGIN, seconds(following) - 1


def first_key(day: int) -> int:
    """The number of the window key of a day's first window; the others follow."""
    return day * WINDOWS % KEYS


def name_of(day: int) -> str:
    """`2020-02-20`."""
    return date.fromordinal(day + EPOCH_DAY).isoformat()


def day_named(name: str) -> int:
    """The day of a name; ValueError for anything else."""
    day = date.fromisoformat(name)
    if day.isoformat() != name:
        raise ValueError(name)
    return day.toordinal() - EPOCH_DAY
