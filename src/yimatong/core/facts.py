"""What may move a colour: the closed list of facts about people, and areas, homes and stays.

Every column is an int32 unless said otherwise; instants are minutes (core/time.py), intervals are
closed, and a None end is open. `person` is a number that records hands out, never an ID number.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """The kinds of fact about a person that are recorded one by one."""

    DECLARATION = "declaration"
    CASE = "case"
    CONTACT = "contact"
    ORDER = "order"
    SYMPTOM = "symptom"
    TEST = "test"
    PERMIT = "permit"
    PRESENCE = "presence"
    DISCHARGE = "discharge"


DETAILS: dict[Kind, tuple[str, ...]] = {
    Kind.DECLARATION: ("self", "desk", "police", "platform"),
    Kind.CASE: ("confirmed", "suspected", "asymptomatic"),
    Kind.CONTACT: ("confirmed", "symptomatic"),
    Kind.ORDER: ("central", "home", "other"),
    Kind.SYMPTOM: ("fever", "dyspnoea", "respiratory"),
    Kind.TEST: ("negative", "positive", "invalid"),
    Kind.PERMIT: ("goods_driver", "commuter", "returning_worker"),
    Kind.PRESENCE: ("in_city", "away"),
    Kind.DISCHARGE: ("hospital", "quarantine"),
}
"""The closed list of details of each kind. A contact's detail says whom it was with: a confirmed case, or
somebody with symptoms. A test's start is the moment of sampling."""


class Level(StrEnum):
    """The levels of a risk area. `low` is in the national list, is recorded, and moves no colour by itself."""

    KEY = "key"
    SPECIFIED = "specified"
    HIGHER_RISK = "higher_risk"
    CONTROL_ZONE = "control_zone"
    LOW = "low"


class Derived(StrEnum):
    """What the engine derives from stays, cases, areas and homes before it judges."""

    VISIT = "visit"
    TRAVEL = "travel"
    EXPOSURE = "exposure"
    NEIGHBOUR = "neighbour"


DERIVED_DETAILS: dict[Derived, tuple[str, ...]] = {
    Derived.VISIT: ("key", "specified", "higher_risk", "control_zone"),
    Derived.TRAVEL: ("other_province",),
    Derived.EXPOSURE: ("confirmed",),
    Derived.NEIGHBOUR: ("case", "contact"),
}


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody to be judged, with the 9-digit division of the home."""

    person: int
    division: int


@dataclass(frozen=True, slots=True)
class Fact:
    """One recorded fact about one person. `onset` is the first day of illness of a case, where known."""

    fact: int
    person: int
    kind: Kind
    detail: str
    start: int
    end: int | None = None
    onset: int | None = None


@dataclass(frozen=True, slots=True)
class Home:
    """A home or lodging on a stairwell (楼道)."""

    person: int
    stairwell: int
    start: int
    end: int | None = None


@dataclass(frozen=True, slots=True)
class Area:
    """A risk area in time: the divisions `low` to `high` (9 digits), or the one `place`."""

    area: int
    level: Level
    low: int
    high: int
    place: int | None
    start: int
    end: int | None = None


@dataclass(frozen=True, slots=True)
class Stay:
    """A stay at a place: arrival rounded up, leave rounded down to the full minute."""

    person: int
    place: int
    division: int
    arrive: int
    leave: int


@dataclass(frozen=True, slots=True)
class Town:
    """Everything a judgement is given, all of it."""

    people: tuple[Person, ...] = ()
    facts: tuple[Fact, ...] = ()
    homes: tuple[Home, ...] = ()
    areas: tuple[Area, ...] = ()
    stays: tuple[Stay, ...] = ()


COLUMNS: dict[str, tuple[tuple[str, str], ...]] = {
    "people": (("person", "int32"), ("division", "int32")),
    "facts": (
        ("fact", "int64"),
        ("person", "int32"),
        ("kind", "string"),
        ("detail", "string"),
        ("start", "int32"),
        ("end", "int32?"),
        ("onset", "int32?"),
    ),
    "homes": (("person", "int32"), ("stairwell", "int32"), ("start", "int32"), ("end", "int32?")),
    "areas": (
        ("area", "int32"),
        ("level", "string"),
        ("low", "int32"),
        ("high", "int32"),
        ("place", "int32?"),
        ("start", "int32"),
        ("end", "int32?"),
    ),
    "stays": (
        ("person", "int32"),
        ("place", "int32"),
        ("division", "int32"),
        ("arrive", "int32"),
        ("leave", "int32"),
    ),
}
"""The engine's five tables: name -> (column, type); a `?` marks a column that may be NULL."""
