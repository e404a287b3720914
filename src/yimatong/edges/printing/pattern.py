"""The fine lines behind a pass, drawn by ourselves: two woven bands and a rosette. What a copier blurs, an eye misses.

It makes a copied or home-made pass look wrong and stops nobody: what counts at a checkpoint is the signed code.
"""

from __future__ import annotations

from functools import cache
from math import cos, pi, sin

WIDTH, HEIGHT = 85.6, 54.0
"""Millimetres of a card."""
COLOUR = "#b3d8c7"
_BANDS = ((15.0, 5.0, 0.0), (31.0, 6.5, 1.0), (43.0, 5.0, 2.0))
_LINES, _STEP = 9, 0.6
_PETALS = 11


@cache
def pattern() -> str:
    """The lines behind a card as SVG, 85.6 x 54 mm, each a tenth of a millimetre wide."""
    waves = [path for middle, height, turn in _BANDS for path in _band(WIDTH, middle, height, turn)]
    return _svg(WIDTH, HEIGHT, [*waves, *_rosette(30.0, 28.0, 16.0)], 0.1)


@cache
def band() -> str:
    """A woven band for a page, 178 x 9 mm."""
    return _svg(178.0, 9.0, _band(178.0, 4.5, 4.2, 0.5), 0.14)


@cache
def rosette() -> str:
    """The rosette alone, 60 x 60 mm, where a seal goes."""
    return _svg(60.0, 60.0, _rosette(30.0, 30.0, 29.0), 0.12)


def _band(width: float, middle: float, height: float, turn: float) -> list[str]:
    """Waves of one band that cross each other: equal lengths, phases apart, swelling along the way."""
    paths = []
    for line in range(_LINES):
        phase = 2 * pi * line / _LINES
        points = []
        for step in range(round(width / _STEP) + 1):
            x = step * _STEP
            swell = 0.55 + 0.45 * sin(pi * x / WIDTH + turn)
            y = middle + height * swell * sin(2 * pi * x / 21.4 + phase) * cos(pi * x / 42.8 + phase / 2)
            points.append((x, y))
        paths.append(_path(points))
    return paths


def _rosette(x0: float, y0: float, radius: float) -> list[str]:
    """Closed curves of as many petals, each turned a little further than the one before."""
    paths = []
    for line in range(8):
        points = []
        for step in range(331):
            angle = 2 * pi * step / 330
            reach = radius * (0.62 + 0.38 * cos(_PETALS * angle + 2 * pi * line / 8)) * (0.58 + 0.06 * line)
            points.append((x0 + reach * cos(angle), y0 + reach * sin(angle)))
        paths.append(_path(points))
    return paths


def _path(points: list[tuple[float, float]]) -> str:
    return "M" + "L".join(f"{x:.2f} {y:.2f}" for x, y in points)


def _svg(width: float, height: float, paths: list[str], line: float) -> str:
    drawn = "".join(f'<path d="{path}"/>' for path in paths)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}mm" height="{height}mm">'
        f'<g fill="none" stroke="{COLOUR}" stroke-width="{line}">{drawn}</g></svg>'
    )
