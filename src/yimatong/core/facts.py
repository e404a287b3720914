"""What may move a colour: the closed list of facts about people, and areas, homes and stays.

A kind, a detail or a level is added here and nowhere else in the program: plan, reference, checks, constraints and sentences are made
from these tables. Its name goes into core/names.py, and the schemas of a policy and the database's constraints are held equal
by tests, which name what is missing.

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

GROUNDS: tuple[Kind, ...] = (Kind.CASE, Kind.CONTACT, Kind.ORDER, Kind.SYMPTOM)
"""The recorded kinds that a rule may rest on. The others say nothing against anybody: they open, lift or place."""

DISCHARGED_FROM: dict[Kind, str] = {Kind.CASE: "hospital", Kind.ORDER: "quarantine"}
"""The detail of the discharge that ends a fact of a kind."""


PERMIT_CLASSES: dict[str, int] = {"goods_driver": 1, "commuter": 2}
"""The special permits that a code carries to a gate, with the class it carries them as; 0 is none."""


class Level(StrEnum):
    """The levels of a risk area that are recorded. A policy adds groups of its own (core.policy.model.Policy.area_groups)."""

    KEY = "key"
    SPECIFIED = "specified"
    HIGHER_RISK = "higher_risk"
    CONTROL_ZONE = "control_zone"
    LOW = "low"


UNWATCHED: tuple[Level, ...] = (Level.LOW,)
"""Levels that are in the national list, are recorded, and move no colour by themselves."""

WATCHED: tuple[str, ...] = tuple(level.value for level in Level if level not in UNWATCHED)
"""Levels whose areas make a stay a visit."""


class Derived(StrEnum):
    """What the engine derives from stays, cases, areas and homes before it judges."""

    VISIT = "visit"
    TRAVEL = "travel"
    EXPOSURE = "exposure"
    NEIGHBOUR = "neighbour"


DERIVED_DETAILS: dict[Derived, tuple[str, ...]] = {
    Derived.VISIT: WATCHED,
    Derived.TRAVEL: ("other_province",),
    Derived.EXPOSURE: ("confirmed",),
    Derived.NEIGHBOUR: ("case", "contact"),
}
"""The details of each derived kind. A visit may also be one of an area of a policy's own group."""


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
    """A risk area in time: the divisions `low` to `high` (9 digits), or the one `place`.

    `level` is a Level, or a group of the policy that names the area. An area of both is two of these, with one number.
    """

    area: int
    level: str
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
