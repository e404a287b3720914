"""Where people work: workplaces of 4 to 40 people, most of them not far from home."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from yimatong.city.dice import generator
from yimatong.city.gazetteer import Street
from yimatong.city.households import Residents

SMALLEST, LARGEST = 4, 40
FAR = 0.12
"""The share of workers who work anywhere in the city."""
NEAR = 0.03
"""How far from home the others work, as a part of the city in the order of its streets (one standard deviation)."""


@dataclass(frozen=True, slots=True)
class Workplaces:
    """`sizes[w]` people work at workplace w, which lies in street `street[w]`; streets come in order."""

    sizes: NDArray[np.int64]
    street: NDArray[np.int64]

    def by_street(self, streets: int) -> NDArray[np.int64]:
        """How many workplaces each street has."""
        return np.bincount(self.street, minlength=streets)


def workplaces(people: Residents, streets: tuple[Street, ...], seed: int) -> Workplaces:
    """As many desks as there are workers, spread over the streets by their weights."""
    chance, workers = generator(seed, 3), int(people.works.sum())
    drawn = (SMALLEST + (LARGEST - SMALLEST) * chance.random(workers // SMALLEST + 1) ** 2).astype(np.int64)
    ends = np.cumsum(drawn)
    count = int(np.searchsorted(ends, workers)) + 1
    sizes = drawn[:count].copy()
    sizes[-1] -= int(ends[count - 1]) - workers
    weights = np.array([street.weight for street in streets])
    middle = (np.cumsum(sizes) - sizes / 2) / workers
    street = np.searchsorted(np.cumsum(weights) / weights.sum(), middle)
    return Workplaces(sizes, np.minimum(street, len(streets) - 1))


def commuters(people: Residents, places: Workplaces, seed: int) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """The workers in the order of their workplaces, and the workplace of each (counted from 0 over the whole city)."""
    chance = generator(seed, 4)
    workers = np.flatnonzero(people.works).astype(np.int32)
    wish = workers / len(people) + chance.normal(0, NEAR, len(workers))
    wish = np.where(chance.random(len(workers)) < FAR, chance.random(len(workers)), wish)
    order = np.argsort(wish, kind="stable")
    return workers[order], np.repeat(np.arange(len(places.sizes), dtype=np.int32), places.sizes)
