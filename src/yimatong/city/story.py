"""What is told of particular residents on top of the ordinary days: stays elsewhere, facts, and local risk areas."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import ArrayLike, NDArray

from yimatong.city.dice import generator
from yimatong.city.layout import Ints
from yimatong.city.model import City
from yimatong.city.routine import LAST_MINUTE, Calendar, Stays, joined
from yimatong.city.writing import Special
from yimatong.core.facts import DETAILS, Area

PAIRS = tuple((kind.value, detail) for kind, details in DETAILS.items() for detail in details)
"""Every kind and detail of facts, in the closed list's order; a fact carries its index."""

NONE = -(2**31)
"""Stands for NULL in the arrays of facts."""


@dataclass(frozen=True, slots=True)
class Facts:
    """Facts as arrays: resident, index in PAIRS, start, end and onset (NONE: NULL)."""

    who: Ints
    pair: NDArray[np.uint8]
    start: Ints
    end: Ints
    onset: Ints

    def __len__(self) -> int:
        return len(self.who)


@dataclass
class Story:
    """The pieces told so far.

    Days count from 0, minutes of stays from their day's midnight; facts' instants are absolute. `free` marks residents of
    whom nothing particular is told yet; `take` hands them out, once each. `confirmed` are the confirmed cases so far:
    the resident and the report. `at_large` are those of them who went about as usual before the day of their report:
    the resident and that day.
    """

    city: City
    calendar: Calendar
    free: NDArray[np.bool_]
    chance: np.random.Generator
    areas: list[Area] = field(default_factory=list)
    confirmed: list[tuple[int, int]] = field(default_factory=list)
    at_large: list[tuple[int, int]] = field(default_factory=list)
    _days: list[Ints] = field(default_factory=list)
    _stays: list[Stays] = field(default_factory=list)
    _facts: list[Facts] = field(default_factory=list)

    @classmethod
    def begun(cls, city: City) -> Story:
        """Nothing told yet."""
        return cls(city, Calendar.empty(city.people), np.ones(city.people, np.bool_), generator(city.seed, 6))

    @property
    def length(self) -> int:
        """Days of stays."""
        return self.city.days.count

    def take(self, count: int, *, among: NDArray[np.integer] | None = None) -> Ints:
        """Up to `count` free residents by chance, in order; they are free no more."""
        if among is None:
            among = self.chance.choice(self.city.people, min(self.city.people, count * 2 + 20), replace=False)
        pool = np.asarray(among)
        chosen = np.sort(pool[self.free[pool]][:count]).astype(np.int32)
        self.free[chosen] = False
        return chosen

    def share(self, of_everybody: float, least: int = 0) -> int:
        """That share of the people, rounded, and `least` at the least."""
        return max(least, round(self.city.people * of_everybody))

    def stay(self, who: ArrayLike, day: ArrayLike, place: ArrayLike, arrive: ArrayLike, leave: ArrayLike) -> None:
        """Tell stays of days that are told away from the routine; what lies outside the days is left out."""
        columns = np.broadcast_arrays(
            *(np.asarray(column, dtype=np.int32) for column in (who, day, place, arrive, leave))
        )
        told = (columns[1] >= 0) & (columns[1] < self.length)
        residents, days, places, arrivals, leaves = (np.atleast_1d(column[told]) for column in columns)
        self._days.append(days)
        self._stays.append(Stays(residents, places, arrivals, leaves))

    def away(self, who: Ints, first: ArrayLike, last: ArrayLike) -> None:
        """The routine tells nothing of these residents from day `first` to day `last`."""
        self._mark(self.calendar.away, who, first, last)

    def indoors(self, who: Ints, first: ArrayLike, last: ArrayLike) -> None:
        """These residents stay at home from day `first` to day `last`."""
        self._mark(self.calendar.indoors, who, first, last)

    def fact(
        self,
        kind: str,
        detail: str,
        who: ArrayLike,
        start: ArrayLike,
        end: ArrayLike = NONE,
        onset: ArrayLike = NONE,
    ) -> None:
        """Record the same kind of fact of each of `who`."""
        pair = np.uint8(PAIRS.index((kind, detail)))
        people, starts, ends, onsets = np.broadcast_arrays(
            *(np.atleast_1d(np.asarray(column, dtype=np.int32)) for column in (who, start, end, onset))
        )
        self._facts.append(Facts(people, np.full(len(people), pair), starts, ends, onsets))

    def minute(self, day: ArrayLike, minute: ArrayLike = 0) -> Ints:
        """The instant of a minute of a day."""
        return (self.city.days.midnight(0) + np.asarray(day) * 1440 + np.asarray(minute)).astype(np.int32)

    def minutes(self, first: int, last: int, count: int) -> Ints:
        """`count` minutes of a day by chance, `last` included."""
        return self.chance.integers(first, last + 1, count).astype(np.int32)

    def place(self, kind: str, who: Ints, step: ArrayLike = 0) -> Ints:
        """A place of the kind in the resident's own street, the `step`-th from its first."""
        first, count = self.city.layout.kind(kind)
        street = self.city.street[who]
        return (first[street] + np.asarray(step) % count[street]).astype(np.int32)

    def specials(self) -> Special:
        """All stays told, in order."""
        days = np.concatenate(self._days) if self._days else np.empty(0, np.int32)
        return Special.of(days, joined(self._stays))

    def facts(self) -> Facts:
        """All facts told, each once, by start, then person; what is the same but for its end keeps the earliest told."""
        every = Facts(*(np.concatenate([getattr(f, name) for f in self._facts]) for name in Facts.__slots__))
        person = self.city.person[every.who]
        order = np.lexsort((every.pair, person, every.start))
        same = (np.diff(every.start[order]) == 0) & (np.diff(person[order]) == 0) & (np.diff(every.pair[order]) == 0)
        kept = order[np.concatenate([[True], ~same])]
        return Facts(*(getattr(every, name)[kept] for name in Facts.__slots__))

    def _mark(self, mask: NDArray[np.uint32], who: Ints, first: ArrayLike, last: ArrayLike) -> None:
        low = np.clip(np.asarray(first, dtype=np.int64), 0, self.length + 1)
        high = np.clip(np.asarray(last, dtype=np.int64), -1, self.length)
        bits = np.where(high >= low, (1 << (high + 1)) - (1 << low), 0).astype(np.uint32)
        np.bitwise_or.at(mask, who, np.broadcast_to(bits, np.shape(who)))


def whole_day(story: Story, who: ArrayLike, day: ArrayLike, place: ArrayLike) -> None:
    """A day spent at one place from midnight to midnight."""
    story.stay(who, day, place, 0, LAST_MINUTE)
