"""Days and windows as the passes count them: by the clock of the codes, which is one in every city (core/credential/epochs.py)."""

from __future__ import annotations

from datetime import date, datetime

from yimatong.core.credential import windows_of
from yimatong.core.credential.epochs import CLOCK, MARGIN, WINDOW_HOURS
from yimatong.core.time import EPOCH_DAY, minute_down

WINDOWS = len(windows_of(0))
"""Windows a day."""
HOURS = WINDOW_HOURS
KEYS = 28
"""Window keys of a phone: seven days of four windows."""
SET_BACK = 3600
"""Seconds by which a clock is set back without its lists seeming to come from the future."""
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
    """The day of an instant by the clock of the codes, counted from 1970-01-01."""
    return CLOCK.day(minute_down(now))


def paper_epoch(moment: datetime) -> int:
    """The paper epoch of an instant: the month by the clock of the codes, January 1970 being 1 (February 2020: 602)."""
    day = CLOCK.date(minute_down(moment))
    return (day.year - 1970) * 12 + day.month


def paper_life(epoch: int) -> tuple[int, int]:
    """The first and the last second at which a paper of an epoch can be issued, ten minutes before its month included."""
    start, following = (CLOCK.first_minute(_first_day(one)) * 60 for one in (epoch, epoch + 1))
    return start - MARGIN, following - 1


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


def _first_day(epoch: int) -> int:
    year, month = divmod(epoch - 1, 12)
    return date(1970 + year, month + 1, 1).toordinal() - EPOCH_DAY
