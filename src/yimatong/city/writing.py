"""The days of stays into the lake: piece by piece of the city, each piece sorted by itself.

A piece is a run of streets. Place numbers rise with the streets, so the sorted pieces, one after the other, are the
sorted day: nothing bigger than a piece is ever sorted or held.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from yimatong.city.layout import Ints
from yimatong.city.model import City
from yimatong.city.routine import Calendar, Stays, around_home, at_desks, joined
from yimatong.core.lake import STAY_COLUMNS, DayWriter, path_of
from yimatong.core.lake.form import date_of

PIECE = 60_000
"""Residents a piece, or one street where a street has more: about 300,000 stays."""
THREADS = 2

_INDEX_BITS, _MINUTE_BITS = 23, 11

Told = Callable[[int], None]
"""Called after each day with its rows."""


@dataclass(frozen=True, slots=True)
class Special:
    """Stays outside the routine, of all days: sorted by day, then place. `day` counts from 0."""

    day: Ints
    stays: Stays

    @classmethod
    def of(cls, day: Ints, stays: Stays) -> Special:
        """The same stays, sorted."""
        order = np.lexsort((stays.who, stays.arrive, stays.place, day))
        return cls(day[order], Stays(stays.who[order], stays.place[order], stays.arrive[order], stays.leave[order]))

    def between(self, day: int, low: int, high: int) -> Stays:
        """The stays of one day at the places `low` to `high`."""
        start, end = np.searchsorted(self.day, [day, day + 1])
        places = self.stays.place[start:end]
        first, last = start + np.searchsorted(places, low), start + np.searchsorted(places, high, side="right")
        s = self.stays
        return Stays(s.who[first:last], s.place[first:last], s.arrive[first:last], s.leave[first:last])


def write_stays(city: City, calendar: Calendar, special: Special, lake: Path, told: Told | None = None) -> int:
    """Write every day into the lake and return the number of stays; two days at a time, each on a thread."""

    def one(day: int) -> int:
        with DayWriter(path_of(lake, date_of(city.days.first + day)), city.days.zone) as writer:
            for table in day_tables(city, calendar, special, day):
                writer.write(table)
        if told:
            told(writer.rows)
        return writer.rows

    with ThreadPoolExecutor(THREADS) as pool:
        return sum(pool.map(one, range(city.days.count)))


def day_tables(city: City, calendar: Calendar, special: Special, day: int) -> Iterator[pa.Table]:
    """One day's stays in the lake's order, a piece at a time."""
    block = city.layout.block
    low, high = int(block[0, 0]), int(block[-1, 1])
    yield _table(city, special.between(day, 0, low - 1), day)
    for first, last in pieces(city):
        yield _table(city, _piece(city, calendar, special, first, last, day), day)
    yield _table(city, special.between(day, high + 1, 2**31 - 1), day)


def pieces(city: City) -> list[tuple[int, int]]:
    """Runs of streets [first, last) of about PIECE residents."""
    runs, first = [], 0
    starts = city.layout.starts
    for street in range(1, len(starts)):
        if starts[street] - starts[first] >= PIECE or street == len(starts) - 1:
            runs.append((first, street))
            first = street
    return runs


def _piece(city: City, calendar: Calendar, special: Special, first: int, last: int, day: int) -> Stays:
    low, high = int(city.layout.block[first, 0]), int(city.layout.block[last - 1, 1])
    workers = np.searchsorted(city.desks, [low, high + 1])
    return joined(
        [
            around_home(city, calendar, int(city.layout.starts[first]), int(city.layout.starts[last]), day),
            at_desks(city, calendar, int(workers[0]), int(workers[1]), day),
            special.between(day, low, high),
        ]
    )


def _table(city: City, stays: Stays, day: int) -> pa.Table:
    """Sorted by place, then arrival: one sort of whole numbers that carry the place, the minute and the row."""
    if len(stays) == 0:
        return pa.table({name: pa.array([], pa.int32()) for name in STAY_COLUMNS})
    base = int(stays.place.min())
    key = (stays.place.astype(np.int64) - base) << (_MINUTE_BITS + _INDEX_BITS)
    key |= stays.arrive.astype(np.int64) << _INDEX_BITS
    key |= np.arange(len(stays))
    key.sort()
    row = key & ((1 << _INDEX_BITS) - 1)
    place = (key >> (_MINUTE_BITS + _INDEX_BITS)).astype(np.int32) + np.int32(base)
    arrive = ((key >> _INDEX_BITS) & ((1 << _MINUTE_BITS) - 1)).astype(np.int32)
    midnight = city.days.midnight(day)
    columns = (
        city.person[stays.who[row]],
        place,
        division_of(city, place),
        arrive + np.int32(midnight),
        np.minimum(stays.leave[row] + np.int32(midnight), city.days.as_of),
    )
    return pa.table({name: pa.array(c.astype(np.int32)) for name, c in zip(STAY_COLUMNS, columns, strict=True)})


def division_of(city: City, place: NDArray[np.int32]) -> Ints:
    """The division of each place; the places must be sorted."""
    streets = [*city.layout.streets, *city.layout.away]
    first = np.concatenate([city.layout.block[:, 0], city.layout.away_block[:, 0]])
    order = np.argsort(first)
    bounds = np.searchsorted(place, first[order])
    divisions = np.array([streets[index].division for index in order], dtype=np.int32)
    return np.repeat(divisions, np.diff(np.append(bounds, len(place))))
