"""The same pass at two places in less time than the way takes: pure, without names."""

from __future__ import annotations

from math import asin, cos, radians, sin, sqrt

EARTH_KM = 6371.0
Sighting = tuple[float, float, int]
"""Latitude and longitude in degrees, and the minute."""


def kilometres(a: tuple[float, float], b: tuple[float, float]) -> float:
    """The way over the ground between two places (degrees), as the crow flies."""
    north, east = radians(b[0] - a[0]), radians(b[1] - a[1])
    half = sin(north / 2) ** 2 + cos(radians(a[0])) * cos(radians(b[0])) * sin(east / 2) ** 2
    return 2 * EARTH_KM * asin(sqrt(min(1.0, half)))


def impossible(a: Sighting, b: Sighting, kmh: int, floor: int) -> bool:
    """Whether nobody gets from one sighting to the other in time: the way at `kmh` takes more than the minutes between them.

    A minute is whole, so one is added to the time; a way of at most `floor` minutes is never impossible (clocks differ).
    """
    minutes = kilometres(a[:2], b[:2]) * 60 / kmh
    return minutes > floor and minutes > abs(a[2] - b[2]) + 1
