"""One cell of a CSV: whole numbers, words and instants. What is wrong comes back as a code, not as an exception."""

from __future__ import annotations

import re
from datetime import date, datetime
from functools import lru_cache

from yimatong.core.time import Zone, day_of, minute_down, minute_up

DATE = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
NUMBER = re.compile(r"[0-9]{1,18}", re.ASCII)
STARTS = {"start", "arrive", "onset"}
ENDS = {"end", "leave"}


class Wrong(str):
    """The code of what is wrong with a cell."""

    __slots__ = ()


def number(text: str) -> int | Wrong:
    """A whole number, digits only."""
    return int(text) if NUMBER.fullmatch(text) else Wrong("number-wrong")


@lru_cache(maxsize=100_000)
def instant(text: str, zone: Zone, *, is_end: bool) -> int | Wrong:
    """Minutes since 1970 UTC. A bare date is its first minute where something starts, its last where it ends.

    Seconds are rounded in the person's favour: a start up, an end down.
    """
    try:
        if DATE.fullmatch(text):
            day = day_of(date.fromisoformat(text))
            return zone.last_minute(day) if is_end else zone.first_minute(day)
        moment = datetime.fromisoformat(text)
    except ValueError:
        return Wrong("instant-wrong")
    if moment.tzinfo is None:
        return Wrong("instant-without-zone")
    return minute_down(moment) if is_end else minute_up(moment)
