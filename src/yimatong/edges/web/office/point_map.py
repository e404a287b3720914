"""The map on which an official shows where an issuing point is: plain SVG, clicked with a script, or two numbers without one."""

from __future__ import annotations

from dataclasses import dataclass

from yimatong.edges.web.everybody.maps import HIGH, WIDE, View, background, bar_of
from yimatong.stations.issuing.models import Point

SCALES = {"near": 0.006, "middle": 0.03, "far": 0.2}
"""Degrees of latitude from the middle to the edge, by scale: about half a kilometre, three, twenty."""
MIDDLE = (121.55, 29.87)
"""Ningbo's middle, where nothing of the street has a position yet."""


@dataclass(frozen=True)
class Placing:
    """What the template draws, and what the script needs to turn a click into degrees (`west`, `north`, `across`, `down`)."""

    scale: str
    view: View
    outlines: tuple[str, ...]
    names: tuple[tuple[str, float, float], ...]
    others: tuple[tuple[str, float, float, bool], ...]
    """The other points: title, place, and whether its title stands to the left of it."""
    mark: tuple[float, float] | None
    bar: float
    bar_label: str
    wide: int = WIDE
    high: int = HIGH

    @property
    def bar_end(self) -> float:
        """Where the bar ends."""
        return 12 + self.bar


def placing(point: Point, scale: str) -> Placing:
    """The map around a point, or around the others of its street and district where it has no position yet."""
    scale = scale if scale in SCALES else "near"
    here = (point.longitude, point.latitude)
    placed = Point.objects.filter(stopped_at=None, longitude__isnull=False, latitude__isnull=False).exclude(pk=point.pk)
    others = [(one.title, (one.longitude or 0.0, one.latitude or 0.0), one.division) for one in placed]
    near = sorted(others, key=lambda one: (one[2] != point.division, one[2] // 1000 != point.division // 1000))
    middle = (here[0], here[1]) if here[0] is not None and here[1] is not None else near[0][1] if near else MIDDLE
    away = SCALES[scale]
    view = View.around([(middle[0], middle[1] - away), (middle[0], middle[1] + away)])
    outlines, names = background(view)
    marks = [(title, *view.at(position)) for title, position, _division in others]
    mark = view.at((here[0], here[1])) if here[0] is not None and here[1] is not None else None
    seen = tuple(
        (title, round(x, 1), round(y, 1), x > WIDE * 0.7) for title, x, y in marks if 0 < x < WIDE and 0 < y < HIGH
    )
    return Placing(scale, view, outlines, names, seen, mark, *bar_of(view))
