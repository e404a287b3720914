"""Homes as people write them become stairwells of the gazetteer."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from yimatong.edges.feeds.checking import Checked
from yimatong.records.actions import places
from yimatong.records.models import Place

ONLY = "—"
"""The name of a building's stairwell where the file names none: the whole building is one."""

Address = tuple[int, str | None, str, str]
ADDRESS = ("division", "compound", "building", "stairwell")


def stairwells(checked: Checked) -> pa.Array:
    """The stairwell number of each row, NULL where it names no home; compounds and buildings that are new are recorded."""
    columns = checked.columns
    told = pc.and_(pc.is_valid(columns["building"]), pc.is_valid(columns["home_from"])).to_numpy(zero_copy_only=False)
    at = np.flatnonzero(told & checked.good)
    found = np.full(len(told), 0, dtype=np.int32)
    first, which = _different([columns[name].take(pa.array(at)) for name in ADDRESS])
    rows = zip(*(columns[name].take(pa.array(at[first])).to_pylist() for name in ADDRESS), strict=True)
    addresses: list[Address] = [
        (division, compound, building, stairwell or ONLY) for division, compound, building, stairwell in rows
    ]
    numbers = _numbers(set(addresses))
    found[at] = np.array([numbers[address] for address in addresses], dtype=np.int32)[which]
    return pa.array(found, mask=found == 0)


def _different(columns: Sequence[pa.Array]) -> tuple[np.ndarray, np.ndarray]:
    """The rows that differ from one another, each by its first place; and for every row which of them it is."""
    which = np.zeros(len(columns[0]), dtype=np.int64)
    for column in columns:
        coded = column.dictionary_encode(null_encoding="encode")
        codes = coded.indices.to_numpy(zero_copy_only=False)
        both = pa.array(which * len(coded.dictionary) + codes).dictionary_encode()
        which = both.indices.to_numpy().astype(np.int64)
    return np.unique(which, return_index=True)[1], which


def _numbers(addresses: set[Address]) -> dict[Address, int]:
    """The stairwell of each address."""
    if not addresses:
        return {}
    ordered = sorted(addresses, key=lambda address: (address[0], address[1] or "", address[2], address[3]))
    compounds = places.ensure_places(
        (Place.Kind.COMPOUND.value, compound, division, None) for division, compound, _, _ in ordered if compound
    )

    def building_of(address: Address) -> tuple[str, str, int, int | None]:
        division, compound, building, _ = address
        parent = compounds[Place.Kind.COMPOUND.value, compound, division, None] if compound else None
        return Place.Kind.BUILDING.value, building, division, parent

    buildings = places.ensure_places(building_of(address) for address in ordered)
    entrances = {address: (buildings[building_of(address)], address[3]) for address in ordered}
    numbers = places.ensure_stairwells(entrances.values())
    return {address: numbers[entrance] for address, entrance in entrances.items()}
