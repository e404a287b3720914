"""What the judgements station tells pages and commands: plain values, no models, no lazy queries.

Every instant is an aware datetime in the policy's zone; every interval is closed; None means "open" or "not known".
`queries.overview()` answers with an Overview, `queries.explain(person)` with an Explanation.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from yimatong.core.colour import Colour
from yimatong.core.policy.model import Text

Counts = dict[Colour, int]
"""People of every colour; all four keys are always there."""


@dataclass(frozen=True, slots=True)
class RunLine:
    """One run in the history.

    `kind` is full, touched, as_of or replay; `state` is started, snapshotted, judged, published, finished (as_of and
    replay: they publish nothing), repeated (nothing had changed since run `same_as`), failed or abandoned. `counts` and
    `changed` (verdicts that differ from those in force before) are None until the run was judged. `error` is the code of
    what stopped it.
    """

    run: int
    kind: str
    state: str
    policy: str
    policy_version: str
    policy_digest: str
    engine: str
    as_of: datetime
    known_at: datetime | None
    started_at: datetime
    finished_at: datetime | None
    seconds: float | None
    by: str
    people: int | None
    touched: int | None
    changed: int | None
    counts: Counts | None
    error: str | None
    same_as: int | None
    in_force: bool
    """True for the run whose verdicts everybody sees now."""


@dataclass(frozen=True, slots=True)
class DistrictCount:
    """People of one district or county (6-digit code) by colour. People from elsewhere are counted at home."""

    division: int
    name: Text
    people: int
    counts: Counts


@dataclass(frozen=True, slots=True)
class ReasonCount:
    """How many people a rule holds for now, also where a stricter colour covers it; in the policy's order."""

    rule: str
    requirement: str
    title: Text
    colour: Colour
    people: int


@dataclass(frozen=True, slots=True)
class DayCount:
    """The colours in force at the end of a local day (of the last run published with an as_of on that day)."""

    day: date
    counts: Counts
    reasons: dict[str, int]
    """People by rule id; a rule that held for nobody is absent."""


@dataclass(frozen=True, slots=True)
class Overview:
    """The control office's first page. Before the first run `run` is None and every count is 0."""

    run: RunLine | None
    people: int
    counts: Counts
    districts: tuple[DistrictCount, ...]
    reasons: tuple[ReasonCount, ...]
    runs: tuple[RunLine, ...]
    """The newest first, at most 50."""
    days: tuple[DayCount, ...]
    """The oldest first, one entry a day that was judged, at most 60."""


@dataclass(frozen=True, slots=True)
class Clause:
    """Where the law says so, ready to print."""

    instrument: Text
    issued_by: Text
    issued_on: date
    number: str | None
    clause: str
    quotation: str | None
    """The clause's own words, where the policy quotes them."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """What a reason rests on.

    `fact` is the evidence's name (`case/12`, `visit/key/420106001/77@26334000`). `recorded` tells whether it is a fact that
    somebody recorded (then source, delivery, legal basis and recorded_at say who and why) or one that was derived
    from stays, cases and homes (then `place` and `division` say where).
    """

    fact: str
    kind: str
    detail: str
    sentence: Text
    start: datetime
    end: datetime | None
    recorded: bool
    source: str | None
    delivery: str | None
    delivery_number: int | None
    legal_basis: str | None
    recorded_at: datetime | None
    struck: bool
    division: int | None
    division_name: Text | None
    place: int | None
    place_name: Text | None
    """Of a neighbour: the building and its stairwell."""
    still: bool = False
    """It is not recorded as it was judged: the verdict stands still, until two officials have recorded it anew (standstills.py)."""


@dataclass(frozen=True, slots=True)
class ReasonExplained:
    """One rule that holds: which, why, by which clause, on what evidence, since when, until when, what ends it."""

    rule: str
    requirement: str
    colour: Colour
    title: Text
    because: Text
    what_ends_it: Text
    reading: Text
    clause: Clause
    disposition: Text
    evidence: Evidence
    since: datetime
    until: datetime


@dataclass(frozen=True, slots=True)
class PastVerdict:
    """What was in force from the publication of one run until a later run said something else."""

    run: int
    as_of: datetime
    published_at: datetime
    colour: Colour
    rules: tuple[str, ...]
    titles: tuple[Text, ...]


@dataclass(frozen=True, slots=True)
class Explanation:
    """Why a person has this colour. Without a verdict yet the colour is unknown and `run` is None.

    `published` is True for the verdict in force, False for one judged just now (judge_person, as-of): shown, not stored.
    """

    person: int
    division: int | None
    division_name: Text | None
    colour: Colour
    since: datetime | None
    until: datetime | None
    next_change: datetime | None
    as_of: datetime | None
    known_at: datetime | None
    policy: str | None
    policy_version: str | None
    run: RunLine | None
    published: bool
    reasons: tuple[ReasonExplained, ...]
    """The strictest first, then in the policy's order."""
    history: tuple[PastVerdict, ...]
    """The newest first."""
