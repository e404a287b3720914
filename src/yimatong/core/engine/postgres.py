"""One person online: the same expressions compiled for PostgreSQL into one statement to be prepared.

The statement reads views that the stations provide: engine_people, engine_facts, and the derived tables of the last
published run, engine_visits, engine_travels, engine_exposures and engine_neighbours, with the columns of
core.facts.COLUMNS and plan.tables.MADE. Facts recorded since that run count at once; what is derived from
stays is as of that run.
"""

from __future__ import annotations

from datetime import date
from functools import lru_cache

import ibis

from yimatong.core.engine.plan.policy_tables import PolicyTables, Row, policy_tables
from yimatong.core.engine.plan.tables import MADE, POLICY
from yimatong.core.engine.steps import DERIVED, PolicyKey, judging_steps
from yimatong.core.facts import COLUMNS
from yimatong.core.policy.model import Policy

_SQL_TYPES = {"int32": "integer", "int64": "bigint", "string": "text"}


def online_sql(policy: Policy, day: date) -> str:
    """The statement for one policy and one day, with the parameters %(person)s and %(as_of)s.

    It returns one row a reason, sorted by rule (one row with nulls where there is none): the columns of a verdict
    (person, colour, rules, facts, since, until, next_change), then reason_rule, reason_colour, reason_fact, reason_since
    and reason_until. No row at all: there is no such person. The same text comes back for the same policy and day.
    """
    return _cached(PolicyKey(policy), day)


@lru_cache(maxsize=32)
def _cached(key: PolicyKey, day: date) -> str:
    rows = policy_tables(key.policy, day)
    as_of = ibis.table({"as_of": "int32"}, name="moment").as_of.as_scalar()
    steps = [
        f'"{step.name}" AS ({ibis.to_sql(step.expression, dialect="postgres")})'
        for step in judging_steps(key.policy, rows, as_of)
    ]
    parts = [*_given(rows), *steps]
    return "WITH " + ",\n".join(parts) + _ANSWER


_ANSWER = """
SELECT v.person, v.colour, v.rules, v.facts, v.since, v.until, v.next_change,
    r.rule AS reason_rule, r.colour AS reason_colour, r.fact AS reason_fact, r.since AS reason_since, r.until AS reason_until
FROM verdicts v LEFT JOIN reasons r ON r.person = v.person ORDER BY r.rule"""


def _given(rows: PolicyTables) -> list[str]:
    """The inputs under the names that the plan uses, narrowed to the one person."""
    inputs = {name: {column: kind.rstrip("?") for column, kind in COLUMNS[name]} for name in ("people", "facts")}
    inputs |= {name: MADE[name] for name in DERIVED}
    return [
        "moment AS (SELECT %(as_of)s::integer AS as_of)",
        *(_of_person(name, columns) for name, columns in inputs.items()),
        *(_values(name, getattr(rows, name)) for name in POLICY),
    ]


def _of_person(name: str, columns: dict[str, str]) -> str:
    """One input of one person; text sorts by code point, as in the other engines."""
    listed = ", ".join(f'"{c}" COLLATE "C" AS "{c}"' if kind == "string" else f'"{c}"' for c, kind in columns.items())
    return f'"{name}" AS (SELECT {listed} FROM engine_{name} WHERE person = %(person)s::integer)'


def _values(name: str, rows: tuple[Row, ...]) -> str:
    columns = POLICY[name]
    types = [_SQL_TYPES[kind] for kind in columns.values()]
    collate = [' COLLATE "C"' if kind == "text" else "" for kind in types]
    nothing = ", ".join(f"NULL::{kind}{c}" for kind, c in zip(types, collate, strict=True))
    lines = [
        "SELECT " + ", ".join(f"{_literal(v)}::{kind}{c}" for v, kind, c in zip(row, types, collate, strict=True))
        for row in rows
    ]
    listed = ", ".join(f'"{column}"' for column in columns)
    body = " UNION ALL ".join(lines) if lines else f"SELECT {nothing} WHERE false"
    return f'"{name}" ({listed}) AS ({body})'


def _literal(value: str | int | None) -> str:
    """A value of the policy as SQL; `%` is doubled because the statement takes parameters."""
    if value is None:
        return "NULL"
    if isinstance(value, int):
        return str(value)
    return "'" + value.replace("'", "''").replace("%", "%%") + "'"
