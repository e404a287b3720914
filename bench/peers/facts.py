"""The ready-made values of a person, for engines that derive nothing: from recorded facts and from our derived tables."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from bench.peers.rules import Values
from yimatong.core.engine.derived import Derivations, Exposure, Neighbour, Travel, Visit
from yimatong.core.engine.reference.lifting import is_lifted
from yimatong.core.engine.sources import Sources
from yimatong.core.facts import Fact, Kind
from yimatong.core.policy.model import InForce, Policy, Rule

ROWS = {"visits": Visit, "travels": Travel, "exposures": Exposure, "neighbours": Neighbour}
DISCHARGED = {Kind.CASE: "hospital", Kind.ORDER: "quarantine"}


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of one person: recorded facts, derived facts, and the colour and rules that our engine gave."""

    person: int
    facts: tuple[Fact, ...]
    derived: Derivations
    colour: str
    rules: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Ground:
    """A fact as a rule looks at it."""

    kind: str
    detail: str
    start: int
    end: int | None


def known(sources: Sources, judged: Path, people: int) -> list[Known]:
    """So many people spread over the whole city, with everything known of them and the colour in `judged`."""
    with duckdb.connect() as session:
        verdicts = f"read_parquet('{judged}/verdicts.parquet')"
        session.execute(
            f"""CREATE TEMP TABLE drawn AS SELECT person, colour, rules FROM {verdicts}
            ORDER BY hash(person), person LIMIT {people}"""
        )
        files = ", ".join(f"'{path}'" for path in sources.facts)
        facts = _by_person(
            session,
            f'SELECT fact, person, kind, detail, start, "end", onset FROM read_parquet([{files}])',
            lambda row: Fact(row[0], row[1], Kind(row[2]), *row[3:]),
        )
        derived = {
            name: _by_person(session, _columns(name, kind, judged), lambda row, kind=kind: kind(*row))
            for name, kind in ROWS.items()
        }
        drawn = session.execute("SELECT person, colour, rules FROM drawn ORDER BY person").fetchall()
    return [
        Known(
            person,
            tuple(facts[person]),
            Derivations(**{name: tuple(rows[person]) for name, rows in derived.items()}),
            colour,
            tuple(filter(None, held.split(","))),
        )
        for person, colour, held in drawn
    ]


def _columns(name: str, kind: Any, judged: Path) -> str:
    columns = ", ".join(f'"{column}"' for column in kind.__dataclass_fields__)
    return f"SELECT {columns} FROM read_parquet('{judged}/{name}.parquet')"


def _by_person(session: duckdb.DuckDBPyConnection, select: str, make: Any) -> dict[int, list[Any]]:
    found: dict[int, list[Any]] = defaultdict(list)
    for row in session.execute(f"SELECT * FROM ({select}) SEMI JOIN drawn USING (person)").fetchall():
        made = make(row)
        found[made.person].append(made)
    return found


def values(person: Known, policy: Policy, as_of: int) -> Values:
    """The lean values of one person (rules.py): of several facts for a rule, the one that keeps it longest."""
    facts = tuple(fact for fact in person.facts if fact.start <= as_of)
    valid = {fact.detail for fact in facts if fact.kind is Kind.PERMIT and (fact.end is None or as_of <= fact.end)}
    found: Values = {"declared": any(fact.kind is Kind.DECLARATION for fact in facts)}
    grounds = [*_recorded(facts), *_derived(person.derived)]
    for rule, entry in policy.rules_on(policy.zone.date(as_of)):
        found |= {permit: True for permit in entry.suspended_by if permit in valid}
        lasting = [
            (not _is_lifted(ground, entry, facts, valid, policy), _until(ground, entry, policy), number)
            for number, ground in enumerate(grounds)
            if _meets(rule, ground)
        ]
        if lasting:
            stands, _last, number = max(lasting)
            found[rule.id.replace(".", "_")] = _parts(grounds[number], entry, policy, as_of) | {"lifted": not stands}
    return found


def _parts(ground: Ground, entry: InForce, policy: Policy, as_of: int) -> Values:
    dated = entry.lasts.or_fact_end and ground.end is not None
    days = policy.zone.day(as_of) - policy.zone.day(_anchor(ground, entry))
    return {"days": days, "open": ground.end is None or as_of <= ground.end, "dated": dated}


def _anchor(ground: Ground, entry: InForce) -> int:
    return ground.start if entry.lasts.counted_from == "start" or ground.end is None else ground.end


def _until(ground: Ground, entry: InForce, policy: Policy) -> int:
    if entry.lasts.or_fact_end and ground.end is not None:
        return ground.end
    return policy.zone.last_minute(policy.zone.day(_anchor(ground, entry)) + entry.lasts.days)


def _is_lifted(ground: Ground, entry: InForce, facts: tuple[Fact, ...], valid: set[str], policy: Policy) -> bool:
    return any(is_lifted(lift, ground.start, ground.end, facts, valid, policy.zone) for lift in entry.lifted_by)


def _meets(rule: Rule, ground: Ground) -> bool:
    return any(ground.kind == when.fact and ground.detail in when.details for when in rule.when)


def _recorded(facts: tuple[Fact, ...]) -> Iterator[Ground]:
    """Recorded facts; a case and an order end with a discharge where that comes first."""
    for fact in facts:
        wanted = DISCHARGED.get(fact.kind)
        ends = [
            other.start
            for other in facts
            if other.kind is Kind.DISCHARGE and other.detail == wanted and other.start >= fact.start
        ]
        yield Ground(fact.kind.value, fact.detail, fact.start, min([*ends, *_given(fact.end)], default=None))


def _derived(derived: Derivations) -> Iterator[Ground]:
    for visit in derived.visits:
        yield Ground("visit", visit.level, visit.start, visit.end)
    for travel in derived.travels:
        yield Ground("travel", "other_province", travel.start, travel.end)
    for exposure in derived.exposures:
        yield Ground("exposure", "confirmed", exposure.end, exposure.end)
    for neighbour in derived.neighbours:
        yield Ground("neighbour", neighbour.source, neighbour.end, neighbour.end)


def _given(end: int | None) -> Iterable[int]:
    return () if end is None else (end,)
