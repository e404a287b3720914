"""The rules in force as conditions over ready-made values, and as each peer wants to read them.

A rule that rests on `visit` in the policy becomes a threshold here: so many days, not lifted. The values come in two
shapes. `flat`: every person has every value, NOTHING where there is no such fact. `lean`: one object for each rule that
the person has a fact for, and nothing else.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from yimatong.core.policy.model import Policy

NOTHING = 9999
"""Days where there is no fact: longer than any rule lasts."""
Values = dict[str, Any]
COLOURS = ("red", "yellow")


@dataclass(frozen=True, slots=True)
class Condition:
    """One rule: it holds for `days` days after the fact, or, where `by_end`, until the fact's own end.

    `name` is the rule's `id` as a variable. `lifts` says that tests can lift it; `permits` suspend it.
    """

    id: str
    colour: str
    days: int
    by_end: bool
    lifts: bool
    permits: tuple[str, ...]

    @property
    def name(self) -> str:
        """The id as the peers can spell a variable."""
        return self.id.replace(".", "_")


def conditions(policy: Policy, day: date) -> tuple[Condition, ...]:
    """The rules in force, reds first as the policy orders them."""
    return tuple(
        Condition(
            id=rule.id,
            colour=rule.colour.value,
            days=entry.lasts.days,
            by_end=entry.lasts.or_fact_end,
            lifts=bool(entry.lifted_by),
            permits=entry.suspended_by,
        )
        for rule, entry in policy.rules_on(day)
    )


def permits(rules: tuple[Condition, ...]) -> tuple[str, ...]:
    """The permits that any rule asks for."""
    return tuple(sorted({permit for rule in rules for permit in rule.permits}))


def flat(lean: Values, rules: tuple[Condition, ...]) -> Values:
    """The lean values with every name there, one below the other: `red_key_area_days`, `red_key_area_lifted` ..."""
    values: Values = {"declared": lean.get("declared", False)}
    values |= {permit: lean.get(permit, False) for permit in permits(rules)}
    for rule in rules:
        nothing = {"days": NOTHING, "open": False, "dated": False, "lifted": False}
        values |= {f"{rule.name}_{part}": lean.get(rule.name, nothing)[part] for part in parts(rule)}
    return values


def parts(rule: Condition) -> tuple[str, ...]:
    """The values that a rule looks at: days since the fact, and flags."""
    return ("days", *(("open", "dated") if rule.by_end else ()), *(("lifted",) if rule.lifts else ()))


def zen_each(rules: tuple[Condition, ...]) -> list[str]:
    """An expression of the ZEN language for each rule, over the flat values: whether it holds."""
    return [_zen(rule, lean=False) for rule in rules]


def zen_all(rules: tuple[Condition, ...]) -> str:
    """One expression over the flat values that says of every rule whether it holds."""
    return "[" + ", ".join(zen_each(rules)) + "]"


def zen_colour(rules: tuple[Condition, ...]) -> str:
    """One expression over the lean values that says the colour alone; it stops at the first red."""
    red, yellow = (" or ".join(f"({_zen(rule, lean=True)})" for rule in rules if rule.colour == c) for c in COLOURS)
    return f"not declared ? 'unknown' : ({red}) ? 'red' : ({yellow}) ? 'yellow' : 'green'"


def _zen(rule: Condition, *, lean: bool) -> str:
    def value(part: str) -> str:
        return f"{rule.name}.{part}" if lean else f"{rule.name}_{part}"

    holds = [f"{value('open')} and ({value('dated')} or {value('days')} <= {rule.days})"] if rule.by_end else []
    holds = holds or [f"{value('days')} <= {rule.days}"]
    holds += [f"not {value('lifted')}"] * rule.lifts + [f"{permit} != true" for permit in rule.permits]
    return " and ".join([f"{rule.name} != null", *holds] if lean else holds)


def zen_table(rules: tuple[Condition, ...]) -> dict[str, Any]:
    """A decision table (JDM) over the flat values: a row a rule and alternative, first hit counts."""
    names = ["declared", *permits(rules), *(f"{rule.name}_{part}" for rule in rules for part in parts(rule))]
    rows = [({"declared": "false"}, "unknown"), *(row for rule in rules for row in _table_rows(rule)), ({}, "green")]
    table = {
        "hitPolicy": "first",
        "inputs": [{"id": name, "name": name, "field": name} for name in names],
        "outputs": [{"id": "colour", "name": "colour", "field": "colour"}],
        "rules": [
            {"_id": str(number), **{name: cells.get(name, "") for name in names}, "colour": f"'{colour}'"}
            for number, (cells, colour) in enumerate(rows)
        ],
    }
    nodes = [
        {"id": "in", "name": "in", "type": "inputNode"},
        {"id": "table", "name": "table", "type": "decisionTableNode", "content": table},
        {"id": "out", "name": "out", "type": "outputNode"},
    ]
    edges = [
        {"id": "a", "type": "edge", "sourceId": "in", "targetId": "table"},
        {"id": "b", "type": "edge", "sourceId": "table", "targetId": "out"},
    ]
    return {"nodes": nodes, "edges": edges}


def _table_rows(rule: Condition) -> list[tuple[dict[str, str], str]]:
    flags = {f"{rule.name}_lifted": "false"} if rule.lifts else {}
    flags |= dict.fromkeys(rule.permits, "false")
    days = {f"{rule.name}_days": f"<= {rule.days}"}
    if not rule.by_end:
        return [(days | flags, rule.colour)]
    opened = flags | {f"{rule.name}_open": "true"}
    return [(opened | {f"{rule.name}_dated": "true"}, rule.colour), (opened | days, rule.colour)]


def certlogic_each(rules: tuple[Condition, ...]) -> list[Any]:
    """A CertLogic rule for each of ours, over the flat values: whether it holds."""
    return [_certlogic(rule, lean=False) for rule in rules]


def certlogic_colour(rules: tuple[Condition, ...]) -> Any:
    """The colour alone over the lean values. CertLogic has no `or`: a chain of ifs that stops at the first that holds."""
    chain: Any = "green"
    for rule in reversed(rules):
        chain = {"if": [_certlogic(rule, lean=True), rule.colour, chain]}
    return {"if": [{"var": "declared"}, chain, "unknown"]}


def _certlogic(rule: Condition, *, lean: bool) -> Any:
    def value(part: str) -> Any:
        return {"var": f"{rule.name}.{part}" if lean else f"{rule.name}_{part}"}

    recent = {"<=": [value("days"), rule.days]}
    holds: list[Any] = [{"var": rule.name}] if lean else []
    holds += [value("open"), {"if": [value("dated"), True, recent]}] if rule.by_end else [recent]
    holds += [{"!": [value("lifted")]}] * rule.lifts + [{"!": [{"var": permit}]} for permit in rule.permits]
    return {"and": holds} if len(holds) > 1 else holds[0]


def plain(rules: tuple[Condition, ...]) -> Callable[[Values], list[bool]]:
    """Which rules hold as a Python function over the flat values, with no engine at all."""
    tests = [_python(rule) for rule in rules]
    return lambda values: [holds(values) for holds in tests]


def _python(rule: Condition) -> Callable[[Values], bool]:
    days, opened, dated, lifted = (f"{rule.name}_{part}" for part in ("days", "open", "dated", "lifted"))
    if rule.by_end and rule.lifts:
        return lambda v: v[opened] and (v[dated] or v[days] <= rule.days) and not v[lifted]
    if rule.by_end:
        return lambda v: v[opened] and (v[dated] or v[days] <= rule.days)
    if rule.lifts:
        return lambda v: v[days] <= rule.days and not v[lifted] and not any(v[permit] for permit in rule.permits)
    return lambda v: v[days] <= rule.days
