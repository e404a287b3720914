"""Homes and lodgings over time: nearly everybody has one home, a few moved lately, a few have two."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from yimatong.city.dice import generator
from yimatong.city.layout import Ints
from yimatong.city.model import City
from yimatong.city.persons import ID_TYPES, id_types
from yimatong.city.story import NONE

MOVED, TWO_HOMES = 0.01, 0.004


@dataclass(frozen=True, slots=True)
class Homes:
    """Homes as arrays: resident, stairwell number, start, end (NONE: open)."""

    who: Ints
    stairwell: Ints
    start: Ints
    end: Ints


def homes(city: City) -> Homes:
    """Everybody's home since some day of the last 15 years; of those who moved the former, of some a second one."""
    chance = generator(city.seed, 7)
    count, stairwells = city.people, len(city.layout.stairwell_building)
    who = np.arange(count, dtype=np.int32)
    start = (city.days.midnight(0) - chance.integers(200, 5500, count) * 1440).astype(np.int32)
    moved, second = (_some(city, chance, share) for share in (MOVED, TWO_HOMES))
    left = (city.days.midnight(0) - chance.integers(-10, 150, len(moved)) * 1440).astype(np.int32)
    former = _elsewhere(city, chance, moved, stairwells)
    also = _elsewhere(city, chance, second, stairwells)
    since = start.copy()
    since[moved] = left
    return Homes(
        np.concatenate([who, moved, second]),
        np.concatenate([city.stairwell, former, also]),
        np.concatenate([since, start[moved], start[second]]),
        np.concatenate([np.full(count, NONE), left - 1, np.full(len(second), NONE)]).astype(np.int32),
    )


def _some(city: City, chance: np.random.Generator, share: float) -> Ints:
    """That share of the residents, and two at the least; only such as are told apart by a document."""
    who = np.sort(chance.choice(city.people, max(8, round(city.people * share)), replace=False)).astype(np.int32)
    return who[id_types(city, who) != ID_TYPES.index("none")]


def _elsewhere(city: City, chance: np.random.Generator, who: Ints, stairwells: int) -> Ints:
    """A stairwell that is not the resident's own."""
    step = chance.integers(1, stairwells, len(who))
    return ((city.stairwell[who] - 1 + step) % stairwells + 1).astype(np.int32)
