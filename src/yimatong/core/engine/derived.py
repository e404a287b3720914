"""What the engine derives about people before it judges them; each carries its own evidence."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Visit:
    """The governing visit of a person in areas of one level: latest end, latest start, smallest numbers."""

    person: int
    level: str
    division: int
    place: int
    area: int
    start: int
    end: int

    @property
    def evidence(self) -> str:
        return f"visit/{self.level}/{self.division}/{self.place}@{self.start}"


@dataclass(frozen=True, slots=True)
class Travel:
    """The governing other stay outside the province: latest leave, latest arrival, smallest numbers."""

    person: int
    division: int
    place: int
    start: int
    end: int

    @property
    def evidence(self) -> str:
        return f"travel/{self.division}/{self.place}@{self.start}"


@dataclass(frozen=True, slots=True)
class Exposure:
    """The governing close contact with a case; `end` is the last common minute."""

    person: int
    place: int
    end: int

    @property
    def evidence(self) -> str:
        return f"exposure/{self.place}@{self.end}"


@dataclass(frozen=True, slots=True)
class Neighbour:
    """The governing case or close contact on the person's stairwell; `end` is the anchor."""

    person: int
    source: str
    stairwell: int
    end: int

    @property
    def evidence(self) -> str:
        return f"neighbour/{self.source}/{self.stairwell}@{self.end}"


@dataclass(frozen=True, slots=True)
class Derivations:
    """Everything derived for a town, one governing row a person (and level, or source)."""

    visits: tuple[Visit, ...] = ()
    travels: tuple[Travel, ...] = ()
    exposures: tuple[Exposure, ...] = ()
    neighbours: tuple[Neighbour, ...] = ()
