"""The ground of a map as plain SVG: the outlines of the city's districts, and a bar of so many kilometres."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from math import cos, radians
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles import finders

WIDE, HIGH, EDGE = 360, 240, 34
LEAST = 0.012
"""Degrees of latitude that a map shows at least, a bit more than a kilometre."""
BARS = (0.2, 0.5, 1, 2, 5, 10, 20, 50)
DEGREE = 111.2
"""Kilometres of a degree of latitude."""
Position = tuple[float, float]


def bar_of(view: View) -> tuple[float, str]:
    """The length of a bar of round kilometres in the drawing, and what it is called."""
    kilometres = max((bar for bar in BARS if bar * view.per_kilometre < WIDE / 3), default=BARS[0])
    label = f"{kilometres:g} km" if kilometres >= 1 else f"{kilometres * 1000:g} m"
    return round(kilometres * view.per_kilometre, 1), label


@dataclass(frozen=True)
class View:
    """The part of the world that the map shows: west, north, and signs of the drawing a degree."""

    west: float
    north: float
    across: float
    down: float

    @classmethod
    def around(cls, positions: Sequence[Position]) -> View:
        """All positions inside the edge, as large as they fit."""
        easts, norths = [east for east, _ in positions], [north for _, north in positions]
        middle = (max(easts) + min(easts)) / 2, (max(norths) + min(norths)) / 2
        narrow = cos(radians(middle[1]))
        span = max(
            (max(easts) - min(easts)) * narrow * (HIGH - 2 * EDGE) / (WIDE - 2 * EDGE), max(norths) - min(norths), LEAST
        )
        down = (HIGH - 2 * EDGE) / span
        across = down * narrow
        return cls(middle[0] - WIDE / 2 / across, middle[1] + HIGH / 2 / down, across, down)

    def at(self, position: Position) -> Position:
        """Where a position stands in the drawing."""
        return (position[0] - self.west) * self.across, (self.north - position[1]) * self.down

    @property
    def per_kilometre(self) -> float:
        """How long a kilometre is in the drawing."""
        return self.down / DEGREE


def background(view: View) -> tuple[tuple[str, ...], tuple[tuple[str, float, float], ...]]:
    """The outlines of districts inside a view as path data, and their names with where they stand."""
    paths, names = [], []
    for name, middle, rings in _districts(str(settings.YIMATONG_CITY)):
        drawn = [path for ring in rings if (path := _path(ring, view))]
        paths += drawn
        x, y = view.at(middle)
        if drawn and 20 < x < WIDE - 20 and 20 < y < HIGH - 20:
            names.append((name, round(x, 1), round(y, 1)))
    return tuple(paths), tuple(names)


def _path(ring: Sequence[Position], view: View) -> str:
    """A ring as path data, empty where all of it lies on one side of the map."""
    at = [view.at(position) for position in ring]
    xs, ys = [x for x, _ in at], [y for _, y in at]
    if max(xs) < 0 or min(xs) > WIDE or max(ys) < 0 or min(ys) > HIGH:
        return ""
    return "M" + "L".join(f"{x:.0f} {y:.0f}" for x, y in at) + "Z"


@lru_cache(maxsize=2)
def _districts(city: str) -> tuple[tuple[str, Position, tuple[tuple[Position, ...], ...]], ...]:
    """The outlines of the city's districts as they were built for the office's map; none where there is no map of it."""
    file = finders.find(f"web/maps/{city}.json") or finders.find(f"web/maps/{city[:4]}00.json")
    if not file:
        return ()
    features = json.loads(Path(str(file)).read_text(encoding="utf-8"))["features"]
    return tuple(
        (
            one["properties"]["name"],
            tuple(one["properties"]["cp"]),
            tuple(tuple(map(tuple, ring)) for polygon in one["geometry"]["coordinates"] for ring in polygon),
        )
        for one in features
    )
