"""One person judged now, for a desk, a gate that takes an application, or an appeal: shown, never published.

The reference engine judges the person's own facts, as recorded to this second. What follows from stays and neighbours is what the
run in force derived, together with what follows now from the person's own stays, the areas, and the cases and contacts on their
stairwell. What only others' stays tell (a case at the same place) is as of that run; the next finds it within seconds.

Why so: decisions 85 and 121.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import psycopg
from django.db import connections

from yimatong.core.engine import reference
from yimatong.core.engine.derived import Derivations, Exposure, Neighbour, Travel, Visit
from yimatong.core.engine.plan.tables import MADE
from yimatong.core.engine.steps import DERIVED
from yimatong.core.facts import COLUMNS, Area, Fact, Home, Kind, Level, Person, Stay, Town
from yimatong.core.judgement import Reason, Verdict
from yimatong.core.policy.model import Policy
from yimatong.core.time import minute_down
from yimatong.records import policies
from yimatong.stations.judgements import standstills
from yimatong.stations.judgements.answers import Explanation
from yimatong.stations.judgements.engines import require_in_force
from yimatong.stations.judgements.errors import mistake
from yimatong.stations.judgements.evidence import DerivedRow
from yimatong.stations.judgements.explaining import PAGES, Said, of_one_run, tell
from yimatong.stations.judgements.lines import line
from yimatong.stations.judgements.models import Run

Recorded = dict[str, list[tuple[Any, ...]]]


def _read(name: str, where: str = "person = %(person)s", *, under: str = "") -> str:
    """The rows of one of the engine's tables, each as its columns in their order."""
    columns = [column for column, _ in COLUMNS[name]] if name in COLUMNS else list(MADE[name])
    listed = ", ".join(f'"{column}"' for column in columns)
    return f"SELECT '{under or name}', jsonb_build_array({listed}) FROM engine_{name} WHERE {where}"


STAIRWELLS = "(SELECT stairwell FROM engine_homes WHERE person = %(person)s)"
ILL_NEARBY = (
    "kind IN ('case', 'contact') AND detail = 'confirmed' AND person <> %(person)s"
    f" AND person IN (SELECT person FROM engine_homes WHERE stairwell IN {STAIRWELLS})"
)
MET = """EXISTS (SELECT FROM engine_stays stay WHERE stay.person = %(person)s AND CASE WHEN engine_areas.place IS NULL
    THEN stay.division BETWEEN engine_areas.low AND engine_areas.high ELSE stay.place = engine_areas.place END)"""
"""The areas where the person ever was: lists grow with the years, and a person's own stays do not."""
ALL = " UNION ALL ".join(
    (
        *(_read(name) for name in ("people", "facts", "stays", *DERIVED)),
        _read("homes", f"stairwell IN {STAIRWELLS}"),
        _read("facts", ILL_NEARBY, under="nearby"),
        _read("areas", MET),
        """SELECT 'standstills', '[]' FROM standstills WHERE ends_id IS NULL AND (person = %(person)s OR "table" = 'areas')""",
    )
)
"""One question for everything: asking takes longer than reading."""


def judge_person(person: int, *, as_of: datetime, using: str = PAGES) -> Explanation:
    """What a judgement at an instant would say of a person by the policy in force, explained; nothing is stored.

    `nothing-in-force` before the first run, `person-unknown` where nobody has that number, `policy-not-in-force`.
    """
    return of_one_run(lambda run: _judge(person, run, as_of, using), using)


def _judge(person: int, run: Run | None, as_of: datetime, using: str) -> Explanation:
    if run is None:
        raise mistake("nothing-in-force")
    policy = policies.kept(run.policy_id)
    verdict, reasons, derived = judged(person, policy, minute_down(as_of), using=using)
    said = Said(verdict.colour, verdict.since, verdict.until, verdict.next_change, reasons, derived)
    of_run = line(run, current=run.number)
    return tell(person, said, policy, as_of=as_of, known_at=as_of, run=of_run, published=False)


def judged(
    person: int, policy: Policy, as_of: int, *, using: str = PAGES
) -> tuple[Verdict, tuple[Reason, ...], Mapping[str, DerivedRow]]:
    """The verdict and reasons of one person at an instant, as every engine would say them, and the derived rows by evidence.

    `person-unknown`; `policy-not-in-force` on a day without rules.
    """
    require_in_force(policy, as_of)
    recorded = _recorded(person, using)
    if not recorded["people"]:
        raise mistake("person-unknown")
    own = tuple(Fact(row[0], row[1], Kind(row[2]), *row[3:]) for row in recorded["facts"])
    derived = reference.together(_in_force(recorded), reference.derive(_alone(recorded, own), policy, as_of))
    verdict, reasons = reference.judge_person(person, own, derived, policy, as_of)
    rows: list[DerivedRow] = [*derived.visits, *derived.travels, *derived.exposures, *derived.neighbours]
    return verdict, reasons, {row.evidence: row for row in rows if row.person == person}


def _alone(recorded: Recorded, own: tuple[Fact, ...]) -> Town:
    """The person alone, with the areas, and with those on the same stairwell who are ill or a contact."""
    nearby = (Fact(row[0], row[1], Kind(row[2]), *row[3:]) for row in recorded["nearby"])
    return Town(
        people=tuple(Person(*row) for row in recorded["people"]),
        facts=(*own, *nearby),
        homes=tuple(Home(*row) for row in recorded["homes"]),
        areas=tuple(Area(row[0], Level(row[1]), *row[2:]) for row in recorded["areas"]),
        stays=tuple(Stay(*row) for row in recorded["stays"]),
    )


def _in_force(recorded: Recorded) -> Derivations:
    """What the run in force derived about the person."""
    return Derivations(
        visits=tuple(Visit(*row) for row in recorded["visits"]),
        travels=tuple(Travel(*row) for row in recorded["travels"]),
        exposures=tuple(Exposure(*row) for row in recorded["exposures"]),
        neighbours=tuple(Neighbour(*row) for row in recorded["neighbours"]),
    )


def _recorded(person: int, using: str) -> Recorded:
    """All that is read about a person, by name; as it was judged where it was edited past the product (standstills.py)."""
    found: Recorded = defaultdict(list)
    for name, row in _rows(ALL, {"person": person}, using):
        found[name].append(tuple(json.loads(row)))
    for edit in standstills.of_person(person, using) if found["standstills"] else ():
        judged = [tuple(row) for row in edit.judged]
        edited = {_known_by(edit.table, row) for row in (*edit.found, *judged)}
        found[edit.table] = [row for row in found[edit.table] if _known_by(edit.table, row) not in edited] + judged
    return found


def _known_by(table: str, row: Sequence[Any]) -> object:
    """What tells a row from others: facts and areas have a number, homes and stays are known by all they say."""
    return row[0] if table in {"facts", "areas"} else tuple(row)


def _rows(statement: str, given: dict[str, Any], using: str) -> list[Any]:
    """Run the statement past Django's cursor, which binds by itself and so can't prepare."""
    wrapper = connections[using]
    wrapper.ensure_connection()
    raw = wrapper.connection
    assert isinstance(raw, psycopg.Connection)
    if raw.prepare_threshold is None:
        raw.prepare_threshold = 5
        with raw.cursor() as cursor:
            # One plan for everybody: planning this statement takes longer than running it.
            cursor.execute("SET plan_cache_mode = force_generic_plan")
    with psycopg.Cursor(raw) as cursor:
        return cursor.execute(statement, given, prepare=True).fetchall()
