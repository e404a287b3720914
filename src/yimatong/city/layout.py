"""The city's map: streets, compounds, buildings, stairwells, flats, and every other place, with their numbers.

Places are numbered so that numbers sort by division: each street, here and elsewhere, has a block of numbers of its own,
with room for later places, and the blocks follow one another in the order of the codes.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from yimatong.city.dice import generator
from yimatong.city.gazetteer import Street, destinations, ningbo
from yimatong.city.households import Residents

Ints = NDArray[np.int32]

KINDS = (
    "compound",
    "building",
    "flat",
    "gate",
    "shop",
    "market",
    "park",
    "bus",
    "clinic",
    "hospital",
    "station",
    "checkpoint",
    "room",
    "workplace",
    "canteen",
)
"""What a street holds, in the order of the numbers. A room is one of a quarantine hotel, a gate that of a compound."""
AWAY_KINDS = ("lodging", "shop")
"""What a street outside Ningbo holds."""

BLOCK_ROUND = 1000
PLACES_AWAY = (24, 8)
WORKERS_A_CANTEEN = 3


@dataclass(frozen=True, slots=True)
class Layout:
    """Where everything is. Streets are those of Ningbo that are lived in, by code; `away` those elsewhere.

    `first[s, k]` is the number of the first place of KINDS[k] in street s, `count[s, k]` how many there are;
    `away_first` and `away_count` likewise for AWAY_KINDS. `block` and `away_block` are the blocks' first and last
    numbers. The rest are the trees: building -> compound, stairwell -> building and flat -> stairwell, counted over
    the whole city from 0, and `starts[s]`, the first resident of a street (one entry more than streets).
    """

    streets: tuple[Street, ...]
    first: Ints
    count: Ints
    block: Ints
    away: tuple[Street, ...]
    away_first: Ints
    away_count: Ints
    away_block: Ints
    compound_village: NDArray[np.bool_]
    compound_street: Ints
    building_compound: Ints
    stairwell_building: Ints
    flat_stairwell: Ints
    starts: Ints

    def kind(self, name: str) -> tuple[Ints, Ints]:
        """First number and count of one kind of place, by street."""
        column = KINDS.index(name)
        return self.first[:, column], self.count[:, column]

    def number_of(self, name: str, index: NDArray[np.integer], street: NDArray[np.integer]) -> Ints:
        """Place numbers of compounds, buildings or flats that are counted over the whole city from 0."""
        first, count = self.kind(name)
        before = np.cumsum(count) - count
        return (first[street] + index - before[street]).astype(np.int32)


def layout(people: Residents, streets: tuple[Street, ...], workplaces: NDArray[np.int64], seed: int) -> Layout:
    """Lay out a city for its residents, with so many workplaces a street."""
    starts, flats = _settle(people, streets)
    chance = generator(seed, 2)
    trees = [_houses(chance, street, count) for street, count in zip(streets, flats, strict=True)]
    count = _counts(np.diff(starts), trees, flats, workplaces)
    away = destinations()
    away_count = np.tile(np.array(_away_counts(len(people)), dtype=np.int32), (len(away), 1))
    block, away_block = _blocks(streets, count.sum(axis=1), away, away_count.sum(axis=1))
    first = (block[:, :1] + np.cumsum(count, axis=1) - count).astype(np.int32)
    away_first = (away_block[:, :1] + np.cumsum(away_count, axis=1) - away_count).astype(np.int32)
    return Layout(streets, first, count, block, away, away_first, away_count, away_block, *_joined(trees), starts)


def lived_in(people: int) -> tuple[Street, ...]:
    """The streets that a city of this size fills: the biggest of every county first, all from 15,600 people on."""
    every = ningbo()
    wanted = min(len(every), max(10, people // 100))
    biggest = sorted(every, key=lambda street: -street.weight)
    counties = {street.county: street for street in reversed(biggest)}
    chosen = [*counties.values(), *(street for street in biggest if street not in counties.values())][:wanted]
    return tuple(sorted(chosen, key=lambda street: street.division))


def _settle(people: Residents, streets: tuple[Street, ...]) -> tuple[Ints, Ints]:
    """First resident of each street (one entry more), and households a street; nobody's household is parted."""
    weights = np.array([street.weight for street in streets])
    households = int(people.household[-1]) + 1
    ends = np.round(np.cumsum(weights) / weights.sum() * households).astype(np.int64)
    ends[-1] = households
    starts = np.searchsorted(people.household, np.concatenate([[0], ends]))
    return starts.astype(np.int32), np.diff(np.concatenate([[0], ends])).astype(np.int32)


@dataclass(frozen=True, slots=True)
class _Tree:
    village: NDArray[np.bool_]
    building_compound: NDArray[np.int64]
    stairwell_building: NDArray[np.int64]
    flat_stairwell: NDArray[np.int64]


def _houses(chance: np.random.Generator, street: Street, flats: int) -> _Tree:
    """Estates of blocks with 12 to 24 flats a stairwell, and villages of houses, cut off after the last flat."""
    estates = 0.94 if street.urban else 0.5 if street.division % 1000 < 200 else 0.15
    compounds = int(flats / (estates * 500 + (1 - estates) * 100)) * 2 + 8
    village = chance.random(compounds) >= estates
    buildings = np.where(village, chance.integers(40, 121, compounds), chance.integers(4, 18, compounds))
    building_compound = np.repeat(np.arange(compounds), buildings)
    stairs = np.where(village[building_compound], 1, chance.integers(2, 5, len(building_compound)))
    stairwell_building = np.repeat(np.arange(len(building_compound)), stairs)
    of_village = village[building_compound[stairwell_building]]
    high = chance.choice([12, 12, 12, 14, 16, 22, 24], compounds)[building_compound[stairwell_building]]
    on_stairs = np.where(of_village, chance.integers(1, 3, len(of_village)), high)
    flat_stairwell = np.repeat(np.arange(len(on_stairs)), on_stairs)[:flats]
    if len(flat_stairwell) < flats:
        raise AssertionError("a street was given too few houses")
    stairwell_building = stairwell_building[: flat_stairwell[-1] + 1]
    building_compound = building_compound[: stairwell_building[-1] + 1]
    return _Tree(village[: building_compound[-1] + 1], building_compound, stairwell_building, flat_stairwell)


def _counts(people: NDArray[np.integer], trees: list[_Tree], flats: Ints, workplaces: NDArray[np.int64]) -> Ints:
    """How many places of each kind every street holds."""
    compounds = np.array([len(tree.village) for tree in trees])
    columns = {
        "compound": compounds,
        "building": np.array([len(tree.building_compound) for tree in trees]),
        "flat": flats,
        "gate": compounds,
        "shop": np.maximum(2, people // 120),
        "market": np.maximum(1, people // 600),
        "park": np.maximum(1, people // 600),
        "bus": np.maximum(2, people // 30),
        "clinic": 1 + people // 20_000,
        "hospital": 1 + people // 50_000,
        "station": np.ones_like(people),
        "checkpoint": np.ones_like(people),
        "room": np.maximum(3, people // 30),
        "workplace": workplaces,
        "canteen": -(-workplaces // WORKERS_A_CANTEEN),
    }
    return np.stack([columns[kind] for kind in KINDS], axis=1).astype(np.int32)


def _away_counts(people: int) -> tuple[int, int]:
    """Lodgings and shops a street outside Ningbo: more for a bigger city."""
    more = max(1, people // 20_000)
    return PLACES_AWAY[0] * more, PLACES_AWAY[1] * more


def _blocks(
    streets: tuple[Street, ...], places: NDArray[np.integer], away: tuple[Street, ...], places_away: NDArray[np.integer]
) -> tuple[Ints, Ints]:
    """First and last number of each street's block, for those here and those elsewhere, in the order of all the codes."""
    divisions = np.array([street.division for street in (*streets, *away)])
    needed = np.concatenate([places, places_away])
    sizes = -(-(needed + needed // 4 + BLOCK_ROUND) // BLOCK_ROUND) * BLOCK_ROUND
    order = np.argsort(divisions)
    last = np.empty(len(order), dtype=np.int64)
    last[order] = np.cumsum(sizes[order])
    blocks = np.stack([last - sizes + 1, last], axis=1).astype(np.int32)
    return blocks[: len(streets)], blocks[len(streets) :]


def _joined(trees: list[_Tree]) -> tuple[NDArray[np.bool_], Ints, Ints, Ints, Ints]:
    """The streets' trees as one, counted over the whole city."""
    compounds = _offsets([len(tree.village) for tree in trees])
    buildings = _offsets([len(tree.building_compound) for tree in trees])
    stairwells = _offsets([len(tree.stairwell_building) for tree in trees])
    return (
        np.concatenate([tree.village for tree in trees]),
        np.repeat(np.arange(len(trees)), [len(tree.village) for tree in trees]).astype(np.int32),
        _shifted([tree.building_compound for tree in trees], compounds),
        _shifted([tree.stairwell_building for tree in trees], buildings),
        _shifted([tree.flat_stairwell for tree in trees], stairwells),
    )


def _offsets(counts: list[int]) -> NDArray[np.int64]:
    return np.concatenate([[0], np.cumsum(counts)[:-1]])


def _shifted(arrays: list[NDArray[np.int64]], by: NDArray[np.int64]) -> Ints:
    return np.concatenate([array + shift for array, shift in zip(arrays, by, strict=True)]).astype(np.int32)
