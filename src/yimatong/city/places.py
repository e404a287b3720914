"""places, stairwells and divisions: the map as tables, with invented names below the street."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from yimatong.city.dice import part, roll
from yimatong.city.gazetteer import Street, destinations, ningbo
from yimatong.city.layout import AWAY_KINDS, KINDS
from yimatong.city.model import City

PLACES = pa.schema(
    [
        pa.field("place", pa.int32(), nullable=False),
        pa.field("kind", pa.string(), nullable=False),
        pa.field("name", pa.string(), nullable=False),
        pa.field("division", pa.int32(), nullable=False),
        pa.field("parent", pa.int32()),
    ]
)
STAIRWELLS = pa.schema(
    [
        pa.field("stairwell", pa.int32(), nullable=False),
        pa.field("building", pa.int32(), nullable=False),
        pa.field("name", pa.string(), nullable=False),
    ]
)
DIVISIONS = pa.schema(
    [
        pa.field("code", pa.int64(), nullable=False),
        pa.field("name", pa.string(), nullable=False),
        pa.field("level", pa.string(), nullable=False),
        pa.field("parent", pa.int64()),
        pa.field("full_name", pa.string(), nullable=False),
        pa.field("first_place", pa.int32()),
        pa.field("last_place", pa.int32()),
        pa.field("next_place", pa.int32()),
    ]
)
TITLES = {
    "gate": "小区出入口",
    "shop": "便利店",
    "market": "菜市场",
    "park": "公园",
    "bus": "公交车",
    "clinic": "发热门诊",
    "hospital": "医院病区",
    "station": "客运站",
    "checkpoint": "防疫卡点",
    "room": "集中隔离点房间",
    "workplace": "工作场所",
    "canteen": "食堂",
    "lodging": "住处",
}
ESTATE_FIRST = tuple("锦江兰桂翠云东海天月春华雅丽水清金玉紫枫")
ESTATE_SECOND = ("绣", "湾", "庭", "苑", "波", "岸", "景", "和", "悦", "园", "湖", "泰")
ESTATE_LAST = ("花园", "家园", "新村", "公寓", "名邸", "小区", "雅苑")
VILLAGE_FIRST = tuple("上下前后东西南北大小新老")
VILLAGE_SECOND = tuple("桥塘河田岙岭井宅墩浦林山")
PROVINCE_OF_CITY = {11, 12, 31, 50}
"""Municipalities: their counties stand right under the province."""
_PURPOSE = 3300


def places(city: City) -> Iterator[pa.Table]:
    """Every place of Ningbo and of the streets elsewhere, by number, a street at a time."""
    before = [
        index for index, street in enumerate(city.layout.away) if street.division < city.layout.streets[0].division
    ]
    yield from (_away_street(city, index) for index in before)
    yield from (_street(city, index) for index in range(len(city.layout.streets)))
    yield from (_away_street(city, index) for index in range(len(before), len(city.layout.away)))


def stairwells(city: City) -> pa.Table:
    """Every stairwell with its building's place number; numbered through each building as 单元, a house has one."""
    building = city.layout.stairwell_building
    starts = np.flatnonzero(np.diff(building, prepend=-1))
    nth = np.arange(len(building)) - starts[building] + 1
    street = city.layout.compound_street[city.layout.building_compound[building]]
    columns = [
        pa.array(np.arange(1, len(building) + 1, dtype=np.int32)),
        pa.array(city.layout.number_of("building", building, street)),
        _numbered(nth, "单元"),
    ]
    return pa.Table.from_arrays(columns, schema=STAIRWELLS)


def divisions(city: City) -> pa.Table:
    """The divisions in use, from provinces down to streets, with the place numbers kept for each street."""
    blocks = _kept(city)
    rows: dict[int, tuple[object, ...]] = {}
    for street in (*ningbo(), *destinations()):
        _add_above(rows, street)
        code = street.division * 1000
        full = "".join((*street.above, street.name))
        rows[code] = (
            code,
            street.name,
            "street",
            street.county * 10**6,
            full,
            *blocks.get(street.division, (None,) * 3),
        )
    ordered = [rows[code] for code in sorted(rows)]
    return pa.Table.from_arrays(
        [pa.array(column, field.type) for column, field in zip(zip(*ordered, strict=True), DIVISIONS, strict=True)],
        schema=DIVISIONS,
    )


def _kept(city: City) -> dict[int, tuple[int, int, int]]:
    """Of each street the first and the last number of its block, and the first that is still free."""
    plan = city.layout
    here = zip(plan.streets, plan.block.tolist(), plan.count.sum(axis=1).tolist(), strict=True)
    elsewhere = zip(plan.away, plan.away_block.tolist(), plan.away_count.sum(axis=1).tolist(), strict=True)
    return {street.division: (low, high, low + used) for street, (low, high), used in (*here, *elsewhere)}


def _add_above(rows: dict[int, tuple[object, ...]], street: Street) -> None:
    """The province, the city and the county of a street."""
    province, city_code, county = street.division // 10**7, street.division // 10**5, street.county
    names = street.above
    codes = [(province * 10**10, "province")]
    if len(names) == 3:
        codes.append((city_code * 10**8, "city"))
    codes.append((county * 10**6, "county"))
    parent: int | None = None
    for depth, (code, level) in enumerate(codes):
        rows[code] = (code, names[depth], level, parent, "".join(names[: depth + 1]), None, None, None)
        parent = code


def _street(city: City, index: int) -> pa.Table:
    plan, parts = city.layout, []
    compounds = np.flatnonzero(plan.compound_street == index)
    buildings = np.flatnonzero(np.isin(plan.building_compound, compounds))
    for column, kind in enumerate(KINDS):
        first, count = int(plan.first[index, column]), int(plan.count[index, column])
        numbers = np.arange(first, first + count, dtype=np.int32)
        if kind == "compound":
            name, parent = _compound_names(city, compounds), None
        elif kind == "building":
            name, parent = _buildings(city, index, compounds, buildings)
        elif kind == "flat":
            name, parent = _flats(city, index, count)
        else:
            name, parent = _numbered(np.arange(1, count + 1), "", TITLES[kind]), None
        parts.append(_table(numbers, kind, name, plan.streets[index].division, parent))
    return pa.concat_tables(parts)


def _away_street(city: City, index: int) -> pa.Table:
    plan, parts = city.layout, []
    for column, kind in enumerate(AWAY_KINDS):
        first, count = int(plan.away_first[index, column]), int(plan.away_count[index, column])
        numbers = np.arange(first, first + count, dtype=np.int32)
        parts.append(
            _table(numbers, kind, _numbered(np.arange(1, count + 1), "", TITLES[kind]), plan.away[index].division, None)
        )
    return pa.concat_tables(parts)


def _compound_names(city: City, compounds: NDArray[np.int64]) -> pa.Array:
    """Invented names, different within a street: the number after the name tells those apart that chance made alike."""
    bits = roll(city.seed, _PURPOSE, compounds)
    dice = zip(part(bits, 0, 10).tolist(), part(bits, 10, 10).tolist(), part(bits, 20, 10).tolist(), strict=True)
    found: dict[str, int] = {}
    words = []
    for village, (first, second, last) in zip(city.layout.compound_village[compounds].tolist(), dice, strict=True):
        word = _village_name(first, second) if village else _estate_name(first, second, last)
        found[word] = found.get(word, 0) + 1
        words.append(word if found[word] == 1 else f"{word}{found[word]}期")
    return pa.array(words, pa.string())


def _village_name(first: int, second: int) -> str:
    return f"{VILLAGE_FIRST[first % len(VILLAGE_FIRST)]}{VILLAGE_SECOND[second % len(VILLAGE_SECOND)]}村"


def _estate_name(first: int, second: int, last: int) -> str:
    start = f"{ESTATE_FIRST[first % len(ESTATE_FIRST)]}{ESTATE_SECOND[second % len(ESTATE_SECOND)]}"
    return start + ESTATE_LAST[last % len(ESTATE_LAST)]


def _buildings(
    city: City, index: int, compounds: NDArray[np.int64], buildings: NDArray[np.int64]
) -> tuple[pa.Array, NDArray[np.int32]]:
    compound = city.layout.building_compound[buildings]
    nth = np.arange(len(buildings)) - np.searchsorted(compound, compound) + 1
    first = city.layout.kind("compound")[0][index]
    return _numbered(nth, "幢"), (first + compound - compounds[0]).astype(np.int32)


def _flats(city: City, index: int, count: int) -> tuple[pa.Array, NDArray[np.int32]]:
    """Two flats a floor: 3单元502室; the parent is the building."""
    plan = city.layout
    before = int(plan.kind("flat")[1][:index].sum())
    stairwell = plan.flat_stairwell[before : before + count]
    building = plan.stairwell_building[stairwell]
    nth_stairs = stairwell - np.searchsorted(plan.stairwell_building, building) + 1
    nth_flat = np.arange(count) - np.searchsorted(stairwell, stairwell)
    room = (nth_flat // 2 + 1) * 100 + nth_flat % 2 + 1
    name = pc.binary_join_element_wise(_numbered(nth_stairs, "单元"), _numbered(room, "室"), "")
    return name, plan.number_of("building", building, np.full(count, index))


def _numbered(numbers: NDArray[np.integer], unit: str, title: str = "") -> pa.Array:
    text = pa.array(numbers.astype(np.int64)).cast(pa.string())
    return pc.binary_join_element_wise(title, text, unit, "")


def _table(
    numbers: NDArray[np.int32], kind: str, name: pa.Array, division: int, parent: NDArray[np.int32] | None
) -> pa.Table:
    count = len(numbers)
    columns = [
        pa.array(numbers),
        pa.repeat(kind, count),
        name,
        pa.repeat(pa.scalar(division, pa.int32()), count),
        pa.nulls(count, pa.int32()) if parent is None else pa.array(parent),
    ]
    return pa.Table.from_arrays(columns, schema=PLACES)
