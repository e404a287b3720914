"""One person judged now, for a desk or an appeal: shown, never published.

The same expressions as the nightly run, compiled for PostgreSQL and prepared once a connection, policy and day. Facts
recorded a second ago count; what is derived from stays is as the run in force derived it.
"""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

import psycopg
from django.db import connections
from psycopg.rows import dict_row

from yimatong.core.colour import Colour
from yimatong.core.engine.postgres import online_sql
from yimatong.core.judgement import Reason, Verdict
from yimatong.core.policy.model import Policy
from yimatong.core.time import minute_down
from yimatong.records import policies
from yimatong.stations.judgements import standstills
from yimatong.stations.judgements.answers import Explanation
from yimatong.stations.judgements.engines import require_in_force
from yimatong.stations.judgements.errors import mistake
from yimatong.stations.judgements.explaining import PAGES, Said, derived_in_force, of_one_run, tell
from yimatong.stations.judgements.lines import line
from yimatong.stations.judgements.models import Run

STILL = """(
    SELECT * FROM engine_facts WHERE fact <> ALL(%(numbers)s::bigint[])
    UNION ALL SELECT (r ->> 0)::bigint, (r ->> 1)::integer, r ->> 2, r ->> 3, (r ->> 4)::integer, (r ->> 5)::integer, (r ->> 6)::integer
    FROM jsonb_array_elements(%(judged)s::jsonb) r
) AS engine_facts"""


def judge_person(person: int, *, as_of: datetime, using: str = PAGES) -> Explanation:
    """What a judgement at an instant would say of a person by the policy in force, explained; nothing is stored.

    `nothing-in-force` before the first run, `person-unknown` where nobody has that number.
    """
    return of_one_run(lambda run: _judge(person, run, as_of, using), using)


def _judge(person: int, run: Run | None, as_of: datetime, using: str) -> Explanation:
    if run is None:
        raise mistake("nothing-in-force")
    policy = policies.kept(run.policy_id)
    verdict, reasons = verdict_of(person, policy, minute_down(as_of), using=using)
    said = Said(verdict.colour, verdict.since, verdict.until, verdict.next_change, reasons, derived_in_force(person))
    of_run = line(run, current=run.number)
    return tell(person, said, policy, as_of=as_of, known_at=as_of, run=of_run, published=False)


def verdict_of(person: int, policy: Policy, as_of: int, *, using: str = PAGES) -> tuple[Verdict, tuple[Reason, ...]]:
    """The verdict and reasons of one person at an instant, as every engine would say them.

    `person-unknown`; `policy-not-in-force` on a day without rules.
    """
    require_in_force(policy, as_of)
    statement, given = _with_still(online_sql(policy, policy.zone.date(as_of)), person, using)
    rows = _rows(statement, {"person": person, "as_of": as_of} | given, using)
    if not rows:
        raise mistake("person-unknown")
    first = rows[0]
    verdict = Verdict(
        person=person,
        colour=Colour(first["colour"]),
        rules=_split(first["rules"]),
        facts=_split(first["facts"]),
        since=first["since"],
        until=first["until"],
        next_change=first["next_change"],
    )
    reasons = (
        Reason(
            person=person,
            rule=row["reason_rule"],
            colour=row["reason_colour"],
            fact=row["reason_fact"],
            since=row["reason_since"],
            until=row["reason_until"],
        )
        for row in rows
        if row["reason_rule"] is not None
    )
    return verdict, tuple(reasons)


def _with_still(statement: str, person: int, using: str) -> tuple[str, dict[str, Any]]:
    """The statement with the person's facts as they were judged, where some were edited past the product (standstills.py)."""
    rows = standstills.of_person(person, "facts", using)
    if not rows:
        return statement, {}
    judged = [one for row in rows for one in row.judged]
    numbers = [one[0] for row in rows for one in (*row.judged, *row.found)]
    return statement.replace("FROM engine_facts ", f"FROM {STILL} "), {"numbers": numbers, "judged": json.dumps(judged)}


def _rows(statement: str, given: dict[str, Any], using: str) -> list[dict[str, Any]]:
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
    with psycopg.Cursor(raw, row_factory=dict_row) as cursor:
        return cursor.execute(statement, given, prepare=True).fetchall()


def _split(joined: str) -> tuple[str, ...]:
    return tuple(joined.split(",")) if joined else ()
