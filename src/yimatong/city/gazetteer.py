"""The streets of Ningbo and a few hundred streets elsewhere, by their official statistical codes.

data/ningbo_streets.csv and data/destinations.csv state facts: 9-digit code and names, as published by the National
Bureau of Statistics. The weights are ours: resident population by county after the 2020 census, in 10,000.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from importlib.resources import files

NINGBO = (330200000, 330299999)

POPULATION = {
    330203: 104,
    330205: 49,
    330206: 83,
    330211: 51,
    330212: 202,
    330213: 58,
    330225: 57,
    330226: 70,
    330281: 125,
    330282: 183,
}
"""County -> resident population in 10,000 (seventh census, rounded)."""

TOWNSHIP, TOWN, STREET = 0.4, 0.9, 1.3
"""How many people live in a 乡, a 镇 and a 街道 of the same county, beside each other."""


@dataclass(frozen=True, slots=True)
class Street:
    """One division of the lowest level used here: 9-digit code, full name from the top, own name, weight."""

    division: int
    above: tuple[str, ...]
    name: str
    weight: float

    @property
    def county(self) -> int:
        """The 6-digit code of the county."""
        return self.division // 1000

    @property
    def urban(self) -> bool:
        """Whether it is a 街道, by its code: 001 to 099."""
        return self.division % 1000 < 100


def ningbo() -> tuple[Street, ...]:
    """Every street of Ningbo by code, with its share of the city's people (the shares sum to 1)."""
    rows = [(int(row["division"]), row["county"], row["street"]) for row in _rows("ningbo_streets.csv")]
    raw = {division: _weight(division) for division, _, _ in rows}
    counties = {county: sum(w for d, w in raw.items() if d // 1000 == county) for county in POPULATION}
    everybody = sum(POPULATION.values())
    return tuple(
        Street(
            division,
            ("浙江省", "宁波市", county),
            street,
            raw[division] / counties[division // 1000] * POPULATION[division // 1000] / everybody,
        )
        for division, county, street in sorted(rows)
    )


def destinations() -> tuple[Street, ...]:
    """Streets outside Ningbo where its people come from and go to, by code."""
    rows = sorted(_rows("destinations.csv"), key=lambda row: row["division"])
    return tuple(
        Street(
            int(row["division"]), tuple(n for n in (row["province"], row["city"], row["county"]) if n), row["street"], 1
        )
        for row in rows
    )


def _weight(division: int) -> float:
    """A street's weight in its county: by what it is, and a little by its code, so that no two are the same size."""
    tail = division % 1000
    kind = STREET if tail < 100 else TOWN if tail < 200 else TOWNSHIP
    return kind * (0.7 + 0.6 * (division * 2654435761 % 2**32) / 2**32)


def _rows(name: str) -> list[dict[str, str]]:
    text = (files("yimatong.city") / "data" / name).read_text(encoding="utf-8")
    return list(csv.DictReader(text.splitlines()))
