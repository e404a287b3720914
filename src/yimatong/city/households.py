"""Who lives together: sizes of households, ages, sexes, birthdays, and who goes out to work."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from yimatong.city.dice import generator

SIZES = np.array([1, 2, 3, 4, 5, 6])
SHARES = np.array([0.24, 0.30, 0.23, 0.14, 0.06, 0.03])
"""Households of each size; the mean is 2.57 people."""
WORKING = (18, 60)
EMPLOYED = 0.78
ADULT_AT = 18


@dataclass(frozen=True, slots=True)
class Residents:
    """Everybody, in the order of their homes: arrays of one entry a resident.

    `household` counts from 0 and never falls; `born` is a day since 1970-01-01; `woman` and `works` are flags.
    """

    household: NDArray[np.int32]
    age: NDArray[np.int16]
    born: NDArray[np.int32]
    woman: NDArray[np.bool_]
    works: NDArray[np.bool_]

    def __len__(self) -> int:
        return len(self.household)


def residents(people: int, seed: int, today: int) -> Residents:
    """`people` residents in households; ages are of the day `today`."""
    chance = generator(seed, 1)
    sizes = _sizes(chance, people)
    household = np.repeat(np.arange(len(sizes), dtype=np.int32), sizes)
    first = np.repeat(np.cumsum(sizes) - sizes, sizes)
    member = np.arange(people) - first
    age, woman = _ages(chance, sizes, household, member)
    born = (today - age * 365.2425 - chance.integers(1, 365, people)).astype(np.int32)
    adult = (age >= WORKING[0]) & (age < WORKING[1])
    return Residents(household, age, born, woman, adult & (chance.random(people) < EMPLOYED))


def _sizes(chance: np.random.Generator, people: int) -> NDArray[np.int64]:
    """Sizes of households that sum to `people` exactly; the last one takes what is left."""
    drawn = chance.choice(SIZES, size=people // 2 + 10, p=SHARES)
    ends = np.cumsum(drawn)
    count = int(np.searchsorted(ends, people)) + 1
    sizes = drawn[:count].copy()
    sizes[-1] -= int(ends[count - 1]) - people
    return sizes


def _ages(
    chance: np.random.Generator, sizes: NDArray[np.int64], household: NDArray[np.int32], member: NDArray[np.int64]
) -> tuple[NDArray[np.int16], NDArray[np.bool_]]:
    """A head, a partner, then children and grandparents; ages in years, and who is a woman."""
    count, people = len(sizes), len(household)
    young = chance.random(count) < np.where(sizes <= 2, 0.45, 1.0)
    head = np.where(young, chance.integers(24, 48, count), chance.integers(52, 86, count))
    head_woman = chance.random(count) < 0.35
    heads, gap = head[household], chance.integers(24, 33, people)
    grandparent = (member >= 3) & (chance.random(people) < 0.6)
    age = np.select(
        [member == 0, member == 1, grandparent],
        [heads, heads + chance.integers(-4, 5, people), heads + gap],
        default=heads - gap,
    )
    woman = np.where(member == 0, head_woman[household], ~head_woman[household])
    woman = np.where(member > 1, chance.random(people) < 0.49, woman)
    age = np.where(age < 0, chance.integers(0, 12, people), np.minimum(age, 97))
    return age.astype(np.int16), woman
