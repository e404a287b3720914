"""Many scenes as one town, so that an engine made for millions is started a few dozen times and not a thousand.

Each scene at each of its instants becomes a copy of its own: people, places, stairwells and facts are numbered apart, and
an area becomes the scene's own places that lie in it, so that no scene can touch another. Copies are moved by whole days,
which keeps every local day and hour, until all that are judged at the same minute of a day are judged at one instant.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, fields, replace
from datetime import date

from yimatong.core.facts import Area, Town
from yimatong.core.policy.model import Policy
from yimatong.core.policy.scenes import Expected, Specimen
from yimatong.core.time import LAST_INSTANT, MINUTES_A_DAY, day_of

APART = 10_000
"""How far the numbers of one copy lie from the next; scenes use smaller ones."""
CANONICAL = day_of(date(2020, 2, 20))
INSTANTS = ("start", "end", "onset", "arrive", "leave")


@dataclass(frozen=True, slots=True)
class Crowd:
    """One town and one instant; `expected` has, for each person number, the expectation and the minutes it was moved."""

    as_of: int
    town: Town
    expected: dict[int, tuple[Expected, int]]


def timeless(policy: Policy) -> Policy:
    """The policy with its rules in force on every day and its areas taken out: crowds bring their own."""
    rules = []
    for rule in policy.rules:
        assert len(rule.in_force) == 1, f"{rule.id} changes its values, and its scenes may not be moved in time"
        rules.append(replace(rule, in_force=(replace(rule.in_force[0], first=date.min, last=date.max),)))
    return replace(policy, rules=tuple(rules), areas=())


def crowds(specimens: Iterable[Specimen], policy: Policy) -> Iterator[Crowd]:
    """Yield one crowd for each minute of a day at which something is expected."""
    by_minute: dict[int, list[tuple[Specimen, int]]] = defaultdict(list)
    for specimen in specimens:
        for at in sorted({expected.at for expected in specimen.expected}):
            by_minute[(at + policy.zone.offset) % MINUTES_A_DAY].append((specimen, at))
    for minute, instants in sorted(by_minute.items()):
        yield _crowd(policy.zone.first_minute(CANONICAL) + minute, instants, policy)


def _crowd(as_of: int, instants: list[tuple[Specimen, int]], policy: Policy) -> Crowd:
    rows: dict[str, list[object]] = defaultdict(list)
    expected: dict[int, tuple[Expected, int]] = {}
    for copy, (specimen, at) in enumerate(instants, 1):
        moved = as_of - at
        own = replace(specimen.town, areas=_areas_as_places((*policy.areas, *specimen.town.areas), specimen.town))
        for table in fields(Town):
            rows[table.name] += [_moved(row, copy * APART, moved) for row in getattr(own, table.name)]
        expected |= {one.person + copy * APART: (one, moved) for one in specimen.expected if one.at == at}
    return Crowd(as_of, Town(**{name: tuple(found) for name, found in rows.items()}), expected)


def _areas_as_places(areas: Iterable[Area], town: Town) -> tuple[Area, ...]:
    """Each area once for every place of the scene that lies in it."""
    places = {(stay.place, stay.division) for stay in town.stays}
    return tuple(
        replace(area, place=place, low=0, high=0)
        for area in areas
        for place, division in sorted(places)
        if (place == area.place if area.place is not None else area.low <= division <= area.high)
    )


def _moved(row: object, apart: int, minutes: int) -> object:
    changes: dict[str, int] = {}
    for column in fields(row):  # type: ignore[arg-type]
        value = getattr(row, column.name)
        if column.name in ("person", "place", "stairwell", "fact") and value is not None:
            changes[column.name] = value + apart
        if column.name in INSTANTS and value is not None:
            changes[column.name] = min(value + minutes, LAST_INSTANT)
    return replace(row, **changes)  # type: ignore[type-var]
