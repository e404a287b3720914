"""The tables that the plan reads and makes, by name, and the arithmetic of days."""

from __future__ import annotations

import ibis
from ibis import _
from ibis.expr.types import IntegerValue, Table, Value

from yimatong.core.facts import COLUMNS
from yimatong.core.time import MINUTES_A_DAY, Zone

_TYPES = {"int32": "int32", "int32?": "int32", "int64": "int64", "string": "string"}

MADE: dict[str, dict[str, str]] = {
    "divisions": {"division": "int32"},
    "zones": {
        "division": "int32",
        "area": "int32",
        "level": "string",
        "start": "int32",
        "end": "int32",
    },
    "marked": {"person": "int32", "place": "int32", "division": "int32", "arrive": "int32", "leave": "int32"},
    "entries": {
        "person": "int32",
        "level": "string",
        "division": "int32",
        "place": "int32",
        "area": "int32",
        "start": "int32",
        "end": "int32",
        "arrive": "int32",
        "leave": "int32",
    },
    "visits": {
        "person": "int32",
        "level": "string",
        "division": "int32",
        "place": "int32",
        "area": "int32",
        "start": "int32",
        "end": "int32",
    },
    "travels": {"person": "int32", "division": "int32", "place": "int32", "start": "int32", "end": "int32"},
    "cases": {"person": "int32", "first": "int32", "last": "int32"},
    "islands": {"place": "int32", "first": "int32", "last": "int32"},
    "exposures": {"person": "int32", "place": "int32", "end": "int32"},
    "neighbours": {"person": "int32", "source": "string", "stairwell": "int32", "end": "int32"},
    "instances": {
        "person": "int32",
        "rule": "string",
        "severity": "int32",
        "evidence": "string",
        "start": "int32",
        "last": "int32",
        "until": "int32",
    },
    "reasons": {
        "person": "int32",
        "rule": "string",
        "colour": "string",
        "fact": "string",
        "since": "int32",
        "until": "int32",
    },
    "remarkable": {
        "person": "int32",
        "colour": "string",
        "rules": "string",
        "facts": "string",
        "since": "int32",
        "until": "int32",
        "next_change": "int32",
    },
    "verdicts": {
        "person": "int32",
        "colour": "string",
        "rules": "string",
        "facts": "string",
        "since": "int32",
        "until": "int32",
        "next_change": "int32",
    },
}
"""What the plan's steps make, in their order, with the columns of each."""

POLICY: dict[str, dict[str, str]] = {
    "rules": {
        "fact": "string",
        "detail": "string",
        "rule": "string",
        "severity": "int32",
        "days": "int32",
        "from_end": "int32",
        "or_fact_end": "int32",
    },
    "lifts": {"rule": "string", "series": "int32", "from_end": "int32", "holder": "string"},
    "suspensions": {"rule": "string", "permit": "string"},
}
"""The rules in force on one day, as tables (plan/policy_tables.py)."""


def table(name: str) -> Table:
    """The unbound table of that name: one of core.facts.COLUMNS, MADE or POLICY."""
    if name in COLUMNS:
        return ibis.table({column: _TYPES[kind] for column, kind in COLUMNS[name]}, name=name)
    return ibis.table(MADE.get(name) or POLICY[name], name=name)


def day(minute: IntegerValue, zone: Zone) -> IntegerValue:
    """The local day of an instant."""
    return (minute + zone.offset) // MINUTES_A_DAY


def first_minute(days: IntegerValue, zone: Zone) -> IntegerValue:
    """Local midnight at which a day begins."""
    return days * MINUTES_A_DAY - zone.offset


def last_minute(days: IntegerValue, zone: Zone) -> IntegerValue:
    """The last full minute of a day."""
    return first_minute(days + 1, zone) - 1


def latest(rows: Table, *, by: list[str], end: str = "end") -> Table:
    """The rows of each key that end last: few, so that whoever ranks them ranks few. `end` is never NULL."""
    last = rows.group_by(by).aggregate(last_end=rows[end].max())
    return rows.join(last, [*by, (end, "last_end")]).select(*rows.columns)


def governing(rows: Table, *, by: list[str], first: list[Value]) -> Table:
    """One row for each key: the one that sorts first."""
    ranked = rows.mutate(rank=ibis.row_number().over(group_by=by, order_by=first))
    return ranked.filter(_["rank"] == 0).drop("rank")
