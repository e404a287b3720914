"""Many scenes as one town, so that an engine made for millions is started a few dozen times and not a thousand.

Each scene at each of its instants becomes a copy of its own: people, places, stairwells and facts are numbered apart, in their order,
and an area becomes the scene's own places that lie in it, so that no scene can touch another. Copies are moved by whole days, which
keeps every local day and hour, to where others are judged at the same minute of a day by the same rules.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, fields, replace
from typing import Any

from yimatong.core.facts import Area, Town
from yimatong.core.policy.model import InForce, Policy
from yimatong.core.policy.scenes import Expected, Specimen
from yimatong.core.time import LAST_INSTANT, MINUTES_A_DAY

NUMBERED = ("person", "place", "stairwell", "fact")
INSTANTS = ("start", "end", "onset", "arrive", "leave")


@dataclass(frozen=True, slots=True)
class Member:
    """Somebody of a crowd: the scene, what is expected, and the minutes by which the scene was moved."""

    specimen: Specimen
    expected: Expected
    moved: int


@dataclass(frozen=True, slots=True)
class Crowd:
    """One town and one instant at which the policy without its areas (`bare`) judges it; `members` by person number."""

    as_of: int
    town: Town
    members: dict[int, Member]


def bare(policy: Policy) -> Policy:
    """The policy without its areas: crowds bring them as places."""
    return replace(policy, areas=())


def crowds(specimens: Iterable[Specimen], policy: Policy) -> Iterator[Crowd]:
    """Yield one crowd for each minute of a day at which something is expected, and each state of the rules then."""
    alike: dict[tuple[int, tuple[tuple[str, InForce], ...]], list[tuple[Specimen, int]]] = defaultdict(list)
    for specimen in specimens:
        for at in sorted({expected.at for expected in specimen.expected}):
            rules = tuple((rule.id, entry) for rule, entry in policy.rules_on(policy.zone.date(at)))
            alike[(at + policy.zone.offset) % MINUTES_A_DAY, rules].append((specimen, at))
    for instants in alike.values():
        yield _crowd(instants, policy)


def _crowd(instants: list[tuple[Specimen, int]], policy: Policy) -> Crowd:
    as_of = instants[0][1]
    rows: dict[str, list[Any]] = defaultdict(list)
    members: dict[int, Member] = {}
    copy = _Copy()
    for specimen, at in instants:
        town = replace(specimen.town, areas=_areas_as_places((*policy.areas, *specimen.town.areas), specimen.town))
        copy.begin(town, as_of - at)
        for table in fields(Town):
            rows[table.name] += [copy.of(row) for row in getattr(town, table.name)]
        for one in specimen.expected:
            if one.at == at:
                members[copy.numbers["person", one.person]] = Member(specimen, one, as_of - at)
    return Crowd(as_of, Town(**{name: tuple(found) for name, found in rows.items()}), members)


def _areas_as_places(areas: Iterable[Area], town: Town) -> tuple[Area, ...]:
    """Each area once for every place of the scene that lies in it."""
    places = {(stay.place, stay.division) for stay in town.stays}
    return tuple(
        replace(area, place=place, low=0, high=0)
        for area in areas
        for place, division in sorted(places)
        if (place == area.place if area.place is not None else area.low <= division <= area.high)
    )


@dataclass(slots=True)
class _Copy:
    """Numbers the rows of one scene after another, each scene's after those of the scenes before."""

    numbers: dict[tuple[str, int], int] = field(default_factory=dict)
    used: dict[str, int] = field(default_factory=lambda: dict.fromkeys(NUMBERED, 0))
    minutes: int = 0

    def begin(self, town: Town, minutes: int) -> None:
        """Number a scene that is moved by so many minutes."""
        self.numbers, self.minutes = {}, minutes
        for column in NUMBERED:
            rows = [row for table in fields(Town) for row in getattr(town, table.name)]
            met = sorted({number for row in rows if (number := getattr(row, column, None)) is not None})
            self.numbers |= {(column, number): n for n, number in enumerate(met, self.used[column] + 1)}
            self.used[column] += len(met)

    def of(self, row: Any) -> Any:
        """A row of the scene, numbered and moved."""
        given = {
            column: value for column in (*NUMBERED, *INSTANTS) if (value := getattr(row, column, None)) is not None
        }
        changed = {
            column: self.numbers[column, value] if column in NUMBERED else min(value + self.minutes, LAST_INSTANT)
            for column, value in given.items()
        }
        return replace(row, **changed)
