"""Epochs: the windows of a day. A pass lives through one of them, with ten minutes at either end.

An epoch is the number of the full hour of UTC+8 at which its window begins, counted from 1970-01-01T00:00 there: days * 24 + hour.
"""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

from yimatong.core.time import SHANGHAI

HOUR = 3600
CLOCK = SHANGHAI
"""What the codes of every city are counted by, wherever it lies: they are read in other cities too."""
AHEAD = CLOCK.offset * 60
"""Seconds by which that clock is ahead of UTC."""
MARGIN = 600
"""A pass begins ten minutes before its window and ends ten minutes after it, so that nobody stands without one."""
WINDOW_HOURS = 6


class Window(NamedTuple):
    """An epoch with its first and last second (Unix time), both inside, and the life of its passes."""

    epoch: int
    start: int
    end: int

    @property
    def nbf(self) -> int:
        return self.start - MARGIN

    @property
    def exp(self) -> int:
        return self.end + MARGIN


@lru_cache(maxsize=64)
def window(epoch: int, hours: int = WINDOW_HOURS) -> Window:
    """The window of an epoch. `end` is the second at which the next one begins."""
    start = epoch * HOUR - AHEAD
    return Window(epoch, start, start + hours * HOUR)


@lru_cache(maxsize=16)
def windows_of(day: int, hours: int = WINDOW_HOURS) -> tuple[Window, ...]:
    """The windows of a local day (days since 1970-01-01); ValueError where the hours do not divide a day."""
    if not 1 <= hours <= 24 or 24 % hours:
        raise ValueError("the hours of a window divide a day")
    return tuple(window(day * 24 + hour, hours) for hour in range(0, 24, hours))


def window_at(now: int, hours: int = WINDOW_HOURS) -> Window:
    """The window that holds a second of Unix time."""
    hour = (now + AHEAD) // HOUR
    return window(hour - hour % 24 % hours, hours)


def epoch_of(nbf: int) -> int | None:
    """The epoch of a pass that begins at `nbf`, or None where no window begins ten minutes later."""
    hours, rest = divmod(nbf + MARGIN + AHEAD, HOUR)
    return None if rest else hours
