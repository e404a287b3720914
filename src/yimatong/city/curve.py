"""The epidemic's course by day: the real daily counts of the city where a file of them is given, else a made curve."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from pathlib import Path

from yimatong.core import given
from yimatong.core.errors import YimatongError
from yimatong.core.text import message as _
from yimatong.core.time import EPOCH_DAY

REAL_PEOPLE = 8_542_000
"""Ningbo's residents at the end of 2019: what the real counts are counts of."""
FEWEST = 12
"""Confirmed cases that even the smallest city has, so that there is something to see."""
PEOPLE_A_CASE = 4000
"""A small city has a case more for so many people, up to the real number."""

MADE = (
    ((2020, 1, 22), 3, 0),
    ((2020, 1, 29), 40, 0),
    ((2020, 2, 5), 125, 6),
    ((2020, 2, 12), 152, 26),
    ((2020, 2, 19), 156, 88),
    ((2020, 2, 26), 157, 122),
    ((2020, 3, 15), 157, 157),
)
"""The made curve: (day, confirmed, cured), both cumulative, straight lines between them."""


@dataclass(frozen=True, slots=True)
class Count:
    """Cumulative counts at the end of a day (since 1970-01-01)."""

    day: int
    confirmed: int
    cured: int


def real_counts(path: Path, city: int = 330200) -> tuple[Count, ...]:
    """The daily counts of one city from a file with columns date, cityCode, confirmed and cured; YimatongError if none."""
    try:
        lines = io.StringIO(given.text(path, 16 * given.MEBIBYTE), newline="")
        rows = [row for row in csv.DictReader(lines) if row["cityCode"] == str(city)]
        counts = {
            day: Count(day, _count(row["confirmed"]), _count(row["cured"]))
            for row in rows
            for day in [date.fromisoformat(row["date"]).toordinal() - EPOCH_DAY]
        }
    except (KeyError, ValueError, TypeError, csv.Error, given.GivenError):
        counts = {}
    if not counts:
        raise YimatongError(
            "city-counts-unreadable",
            _("the file has no daily counts of this city"),
            place=path.name,
            remedy=_("it needs the columns date, cityCode, confirmed and cured; without a file a made curve is used"),
        )
    return tuple(counts[day] for day in sorted(counts))


def _count(text: str) -> int:
    """A number of cases; ValueError for what is none, or more than the world has people."""
    if not (text.isascii() and text.isdigit() and len(text) < 11):
        raise ValueError("count")
    return int(text)


def made_counts() -> tuple[Count, ...]:
    """A made curve that resembles the real one, day by day."""
    points = [(date(*when).toordinal() - EPOCH_DAY, confirmed, cured) for when, confirmed, cured in MADE]
    counts = [Count(*points[0])]
    for (day, confirmed, cured), (until, more, better) in pairwise(points):
        for step in range(1, until - day + 1):
            part = step / (until - day)
            counts.append(
                Count(day + step, round(confirmed + (more - confirmed) * part), round(cured + (better - cured) * part))
            )
    return tuple(counts)


def scaled(counts: tuple[Count, ...], people: int, last: int) -> tuple[Count, ...]:
    """The counts up to day `last` for a city of another size: in proportion above the real size, gently below it."""
    known = [count for count in counts if count.day <= last]
    real = known[-1].confirmed if known else 0
    wanted = max(round(real * people / REAL_PEOPLE), min(real, max(FEWEST, people // PEOPLE_A_CASE)))
    factor = wanted / real if real else 0.0
    highest_confirmed = highest_cured = 0
    result = []
    for count in known:
        highest_confirmed = max(highest_confirmed, round(count.confirmed * factor))
        highest_cured = max(highest_cured, round(count.cured * factor))
        result.append(Count(count.day, highest_confirmed, min(highest_cured, highest_confirmed)))
    return tuple(result)


def daily(counts: tuple[Count, ...]) -> tuple[list[int], list[int]]:
    """The day of each confirmed case and of each recovery, in order."""
    cases: list[int] = []
    cures: list[int] = []
    for count in counts:
        cases += [count.day] * (count.confirmed - len(cases))
        cures += [count.day] * (count.cured - len(cures))
    return cases, cures
