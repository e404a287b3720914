"""The rules in force on one day, as small tables that the plan joins."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from yimatong.core.colour import SEVERITY
from yimatong.core.engine.in_force import rules_in_force
from yimatong.core.policy.model import InForce, Lift, Policy, Rule

Row = tuple[str | int | None, ...]


@dataclass(frozen=True, slots=True)
class PolicyTables:
    """Rows for tables.POLICY, and the lifts that the numbers in `lifts.series` stand for."""

    rules: tuple[Row, ...]
    lifts: tuple[Row, ...]
    suspensions: tuple[Row, ...]
    series: tuple[Lift, ...]


def policy_tables(policy: Policy, day: date) -> PolicyTables:
    """The policy's tables on a day; `series` holds each distinct lift once, numbered from 0."""
    in_force = rules_in_force(policy, day)
    series: list[Lift] = []
    lifts: list[Row] = []
    for rule, entry in in_force:
        for lift in entry.lifted_by:
            if lift not in series:
                series.append(lift)
            lifts.append((rule.id, series.index(lift), int(lift.after == "end"), getattr(lift, "holder", None)))
    return PolicyTables(
        rules=tuple(row for rule, entry in in_force for row in _rule_rows(rule, entry)),
        lifts=tuple(lifts),
        suspensions=tuple((rule.id, permit) for rule, entry in in_force for permit in entry.suspended_by),
        series=tuple(series),
    )


def next_other_rules(policy: Policy, day: date) -> date | None:
    """The first day after a day that is judged by other rules or values; None where none is to the policy's last day."""
    now = policy_tables(policy, day)
    entries = [entry for rule in policy.rules for entry in rule.in_force]
    ahead = {entry.first for entry in entries} | {entry.last + timedelta(days=1) for entry in entries}
    inside = sorted(other for other in ahead if day < other <= policy.last)
    return next((other for other in inside if policy_tables(policy, other) != now), None)


def _rule_rows(rule: Rule, entry: InForce) -> list[Row]:
    lasts = entry.lasts
    values = (
        rule.id,
        SEVERITY[rule.colour],
        lasts.days,
        int(lasts.counted_from == "end"),
        int(lasts.or_fact_end),
    )
    return [(when.fact, detail, *values) for when in rule.when for detail in when.details]
