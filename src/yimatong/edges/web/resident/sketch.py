"""A sketch map of issuing points as plain SVG: it needs no script, no other host, and says the numbers of the list beside it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from yimatong.edges.web.everybody.maps import HIGH, WIDE, View, background, bar_of
from yimatong.edges.web.resident.points import Listed

MARK = 24
"""How far marks stand apart at least, so that their numbers can be read."""


@dataclass(frozen=True)
class Mark:
    """A point on the map: its number in the list, where it stands, whether it is open now."""

    at: int
    x: float
    y: float
    is_open: bool


@dataclass(frozen=True)
class Sketch:
    """What the template draws: outlines of districts as path data, their names, the marks, and a bar of so many kilometres."""

    outlines: tuple[str, ...]
    names: tuple[tuple[str, float, float], ...]
    marks: tuple[Mark, ...]
    bar: float
    bar_label: str
    wide: int = WIDE
    high: int = HIGH

    @property
    def bar_end(self) -> float:
        """Where the bar ends."""
        return 12 + self.bar


def sketch(listed: Sequence[Listed]) -> Sketch | None:
    """The map of the points that have a position; None where none has."""
    there = [(one, (one.shown.point.longitude, one.shown.point.latitude)) for one in listed]
    placed = [(one, (east, north)) for one, (east, north) in there if east is not None and north is not None]
    if not placed:
        return None
    view = View.around([position for _one, position in placed])
    marks: list[Mark] = []
    for one, position in placed:
        x, y = view.at(position)
        while any(abs(x - mark.x) < MARK and abs(y - mark.y) < MARK for mark in marks):
            y += MARK
        marks.append(Mark(one.at, round(x, 1), round(y, 1), one.shown.open_now))
    outlines, names = background(view)
    return Sketch(outlines, names, tuple(marks), *bar_of(view))
