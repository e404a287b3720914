"""A policy as the engine sees it: dated rules of a closed vocabulary, nothing that can be executed."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from yimatong.core.checkpoints.model import Checkpoints
from yimatong.core.colour import Colour
from yimatong.core.facts import WATCHED, Area, Derived
from yimatong.core.names import LEVELS, name_of, visit_of
from yimatong.core.text import Text as Text  # noqa: PLC0414  (mypy: the name is passed on)
from yimatong.core.time import Zone

Anchor = Literal["start", "end"]


@dataclass(frozen=True, slots=True)
class Reference:
    """Where the law says so: an instrument of instruments.yaml and its clause."""

    instrument: str
    clause: str


@dataclass(frozen=True, slots=True)
class When:
    """One kind of fact, direct or derived (facts.Kind, facts.Derived), and the details of it that count."""

    fact: str
    details: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Lasts:
    """How long a reason lasts.

    It holds from the fact's start to the last minute of day `anchor day + days`: the anchor's day is day 0.
    `counted_from` end means the fact's end, or its start where it has no end. With `or_fact_end` a fact that has an
    end of its own ends the reason at that minute instead (a closed case, an order with its date).
    """

    days: int
    counted_from: Anchor
    or_fact_end: bool


@dataclass(frozen=True, slots=True)
class NegativeTests:
    """Lifts a reason: `count` negative samples, each at least `min_hours` after the one before, the last at most
    `within_days` days after the day of the first, all sampled at or after the reason's `after` anchor.

    A positive sample on any day from the first's to the last's breaks the series, an invalid one between them
    (instants, closed) too. `holder` restricts the lift to people with a valid permit of that class at as_of.
    """

    count: int
    within_days: int
    min_hours: int
    after: Anchor
    holder: str | None


@dataclass(frozen=True, slots=True)
class DailyReports:
    """Lifts a reason: a declaration on each of `days` consecutive local days, the first after the anchor's day.

    A day on which a symptom of the person begins does not count and breaks the series.
    """

    days: int
    after: Anchor


Lift = NegativeTests | DailyReports


@dataclass(frozen=True, slots=True)
class InForce:
    """The values of a rule from its first to its last day (of the judgement, both included).

    `also` cites what a city's variation of the rule rests on.
    """

    first: date
    last: date
    lasts: Lasts
    lifted_by: tuple[Lift, ...]
    suspended_by: tuple[str, ...]
    reference: Reference
    also: tuple[Reference, ...] = ()


@dataclass(frozen=True, slots=True)
class Disposition:
    """What follows from a reason: for who is in the city, and for who is not here yet."""

    in_city: str
    away: str


@dataclass(frozen=True, slots=True)
class Rule:
    """One legal sentence. `in_force` entries are by date and do not overlap."""

    id: str
    requirement: str
    order: int
    title: Text
    colour: Colour
    when: tuple[When, ...]
    in_force: tuple[InForce, ...]
    because: Text
    what_ends_it: Text
    disposition: Disposition
    reading: Text
    not_modelled: Text | None
    reviewed_on: date
    source: str
    """File and line of the rule, for messages."""

    def on(self, day: date) -> InForce | None:
        """The entry in force on a calendar day, or None."""
        return next((entry for entry in self.in_force if entry.first <= day <= entry.last), None)


@dataclass(frozen=True, slots=True)
class Derivation:
    """What the engine derives and how: the policy's numbers, no code.

    `exposure_minutes` at the same place as a case of `exposure_of` details, inside [local midnight `infectious_days`
    days before onset (the report where no onset is known), the report]. Travel is a stay outside the divisions
    `province_low` to `province_high` that is no visit of a level or group in `travel_excludes`.
    """

    exposure_minutes: int
    exposure_of: tuple[str, ...]
    infectious_days: int
    province_low: int
    province_high: int
    travel_excludes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Swatch:
    """How a colour is shown: hex, shape and word; the wording and palette are the policy's."""

    hex: str
    shape: str
    word: Text


@dataclass(frozen=True, slots=True)
class DispositionKind:
    """A named disposition with its length in days (None: until discharged)."""

    id: str
    title: Text
    days: int | None


@dataclass(frozen=True, slots=True)
class Instrument:
    """A legal text that rules refer to, with the clauses that are cited: their ids and short quotations."""

    id: str
    title: Text
    issued_by: Text
    issued_on: date
    number: str | None
    source: str
    clauses: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class AreaGround:
    """Why an area is in the policy: its title, what it rests on, and how that is read."""

    title: Text
    reference: Reference
    reading: Text


@dataclass(frozen=True, slots=True)
class Phase:
    """A stretch of days of a city's rollout, first and last included, such as a trial before it is enforced."""

    id: str
    title: Text
    first: date
    last: date


@dataclass(frozen=True, slots=True)
class Section:
    """A heading of the published page: the promise in plain words, then the rules whose requirement is this id.

    `lists` adds a table: nothing, derivation, tests_red, tests_yellow, holders, permits or reports.
    """

    id: str
    title: Text
    text: Text
    lists: str


@dataclass(frozen=True, slots=True)
class Policy:
    """A loaded, checked policy: the province's rules with the city's variations already applied.

    `digest` is the SHA-256 (hex) of every file the pack was loaded from, parents included. `checkpoints` is None where
    the pack has no checkpoints.yaml.
    """

    id: str
    title: Text
    version: str
    zone: Zone
    first: date
    last: date
    rules: tuple[Rule, ...]
    derivation: Derivation
    areas: tuple[Area, ...]
    area_titles: dict[int, Text]
    palette: dict[Colour, Swatch]
    dispositions: dict[str, DispositionKind]
    instruments: dict[str, Instrument]
    digest: str
    phases: tuple[Phase, ...] = ()
    sections: tuple[Section, ...] = ()
    area_grounds: dict[int, AreaGround] = field(default_factory=dict)
    checkpoints: Checkpoints | None = None
    area_groups: dict[str, Text] = field(default_factory=dict)
    """Groups by which the policy names areas of its own, with what one area of it is called."""

    @property
    def watched(self) -> tuple[str, ...]:
        """The levels and groups whose areas make a stay a visit."""
        return (*WATCHED, *self.area_groups)

    def level_name(self, level: str) -> Text:
        """What an area of a level, or of a group of the policy's own, is called."""
        return self.area_groups.get(level) or LEVELS[level]

    def fact_name(self, kind: str, detail: str) -> Text:
        """What a kind and detail is called; a visit of an area of a group of the policy's own by the group's name."""
        if kind == Derived.VISIT and detail in self.area_groups:
            return visit_of(self.area_groups[detail])
        return name_of(kind, detail)

    def rules_on(self, day: date) -> tuple[tuple[Rule, InForce], ...]:
        """The rules in force on a day with their values, in the policy's order."""
        pairs = ((rule, rule.on(day)) for rule in self.rules)
        return tuple((rule, entry) for rule, entry in pairs if entry is not None)
