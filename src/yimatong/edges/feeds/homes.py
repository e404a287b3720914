"""Homes as people write them become stairwells of the gazetteer."""

from __future__ import annotations

import pyarrow as pa

from yimatong.edges.feeds.checking import Checked
from yimatong.records.actions import places
from yimatong.records.models import Place

ONLY = "—"
"""The name of a building's stairwell where the file names none: the whole building is one."""

Address = tuple[int, str | None, str, str]


def stairwells(checked: Checked) -> pa.Array:
    """The stairwell number of each row, NULL where it names no home; compounds and buildings that are new are recorded."""
    columns = checked.columns
    rows = zip(
        *(columns[name].to_pylist() for name in ("division", "compound", "building", "stairwell", "home_from")),
        checked.good.tolist(),
        strict=True,
    )
    addresses: list[Address | None] = [
        (division, compound, building, stairwell or ONLY) if good and building and moved_in else None
        for division, compound, building, stairwell, moved_in, good in rows
    ]
    numbers = _numbers({address for address in addresses if address})
    return pa.array([numbers[address] if address else None for address in addresses], pa.int32())


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
