"""The city as one value: its residents, its map, who works where, and the days that are told."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from yimatong.city.dice import generator
from yimatong.city.households import Residents, residents
from yimatong.city.layout import Ints, Layout, layout, lived_in
from yimatong.city.work import commuters, workplaces
from yimatong.core.errors import YimatongError
from yimatong.core.text import Text, message as _, message_in
from yimatong.core.time import Zone

SMALLEST, LARGEST = 500, 10_000_000
SHORTEST, LONGEST = 10, 28
"""Days of stays: enough for a week and its tests, and a bit each of a 32-bit mask."""


@dataclass(frozen=True, slots=True)
class Days:
    """The days of stays: `count` local days, the last the one before `as_of`'s."""

    zone: Zone
    as_of: int
    count: int

    @property
    def first(self) -> int:
        """The first day's number."""
        return self.zone.day(self.as_of) - self.count

    def midnight(self, day: int) -> int:
        """The first minute of the day with that index, 0 being the first."""
        return self.zone.first_minute(self.first + day)

    def weekend(self, day: int) -> bool:
        """Whether the day with that index is a Saturday or a Sunday (1970-01-01 was a Thursday)."""
        return (self.first + day + 3) % 7 >= 5


@dataclass(frozen=True)
class City:
    """Everybody and everywhere. A resident is counted from 0 in the order of homes; `person` is the number known outside.

    `workers` are residents in the order of their workplaces, `desks` the place number of each. `street` is the index of each
    resident's street, `home` the place number of the flat, `gate` that of the compound's gate.
    """

    people: int
    seed: int
    days: Days
    residents: Residents
    layout: Layout
    person: Ints
    workers: Ints
    desks: Ints
    street: Ints
    home: Ints
    gate: Ints

    @cached_property
    def stairwell(self) -> Ints:
        """Stairwell number (from 1) of each resident."""
        return self.layout.flat_stairwell[self.residents.household] + np.int32(1)

    @cached_property
    def household_starts(self) -> NDArray[np.int64]:
        """First resident of each household, one entry more than households."""
        household = self.residents.household
        return np.concatenate([np.flatnonzero(np.diff(household, prepend=-1)), [len(household)]])


def found(people: int, seed: int, days: Days) -> City:
    """Found a city; YimatongError for a size or a number of days that it cannot have."""
    if not SMALLEST <= people <= LARGEST:
        raise _out_of_range("city-size", message_in("figure", "people"), people, SMALLEST, LARGEST)
    if not SHORTEST <= days.count <= LONGEST:
        raise _out_of_range("city-days", message_in("figure", "days"), days.count, SHORTEST, LONGEST)
    everybody = residents(people, seed, days.zone.day(days.as_of))
    streets = lived_in(people)
    work = workplaces(everybody, streets, seed)
    plan = layout(everybody, streets, work.by_street(len(streets)), seed)
    workers, workplace = commuters(everybody, work, seed)
    street = np.repeat(np.arange(len(streets), dtype=np.int32), np.diff(plan.starts))
    compound = plan.building_compound[plan.stairwell_building[plan.flat_stairwell]]
    return City(
        people,
        seed,
        days,
        everybody,
        plan,
        person=(generator(seed, 5).permutation(people) + 1).astype(np.int32),
        workers=workers,
        desks=plan.number_of("workplace", workplace, work.street[workplace]),
        street=street,
        home=plan.number_of("flat", everybody.household, street),
        gate=plan.number_of("gate", compound[everybody.household], street),
    )


def _out_of_range(code: str, what: Text, value: int, low: int, high: int) -> YimatongError:
    return YimatongError(
        code,
        _("{what} is {value}; it must lie between {low} and {high}", what=what, value=value, low=low, high=high),
        remedy=_("choose another value"),
    )
