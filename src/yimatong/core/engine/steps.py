"""The steps of a judgement in their order, as expressions that an engine compiles and materialises. Why so: decision 2."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

import ibis
from ibis.expr.types import IntegerValue, Table

from yimatong.core.engine.plan import deadlines, derivation, judging
from yimatong.core.engine.plan.policy_tables import PolicyTables, policy_tables
from yimatong.core.policy.model import Policy

DERIVED = ("visits", "travels", "exposures", "neighbours")
"""The derived tables that a run keeps: evidence for the person, input of the one-person judgement."""

OUTCOME = ("verdicts", "reasons", *DERIVED)
"""What a run writes."""


@dataclass(frozen=True, slots=True)
class Step:
    """One table to be made from those before it."""

    name: str
    expression: Table


def derivation_steps(policy: Policy, as_of: int | IntegerValue) -> Iterator[Step]:
    """From the lake to the derived tables."""
    yield Step("divisions", derivation.divisions())
    yield Step("zones", derivation.zones(policy))
    yield Step("marked", derivation.marked(policy, as_of))
    yield Step("entries", derivation.entries(policy, as_of))
    yield Step("visits", derivation.visits())
    yield Step("travels", derivation.travels(policy))
    yield Step("cases", derivation.cases(policy, as_of))
    yield Step("islands", derivation.islands(policy))
    yield Step("exposures", derivation.exposures(policy))
    yield Step("neighbours", derivation.neighbours(as_of))


def judging_steps(policy: Policy, policy_rows: PolicyTables, as_of: int | IntegerValue) -> Iterator[Step]:
    """From facts, recorded and derived, to the verdicts."""
    yield Step("instances", judging.instances(policy, as_of))
    yield Step("reasons", judging.reasons(policy, policy_rows, as_of))
    yield Step("remarkable", judging.remarkable(as_of))
    yield Step("verdicts", judging.verdicts())


def deadline_step(policy: Policy, as_of: int | IntegerValue) -> Step:
    """After the verdicts: when the next of them could change by time alone."""
    return Step("deadline", deadlines.deadline(policy, as_of))


@dataclass(frozen=True, slots=True)
class Statement:
    """A step as SQL text of one dialect."""

    name: str
    sql: str


@dataclass(frozen=True, slots=True)
class Statements:
    """A whole judgement as SQL text, and the policy's tables that the text reads."""

    policy_rows: PolicyTables
    deriving: tuple[Statement, ...]
    judging: tuple[Statement, ...]
    deadline: Statement


class PolicyKey:
    """A policy by its digest, so that what was compiled from it can be remembered."""

    def __init__(self, policy: Policy) -> None:
        self.policy = policy

    def __hash__(self) -> int:
        return hash(self.policy.digest)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, PolicyKey) and self.policy.digest == other.policy.digest


def statements(policy: Policy, as_of: int, dialect: str) -> Statements:
    """The judgement of one policy at one instant, compiled for `duckdb` or `pyspark`.

    Compiling takes half a second, and depends on the instant by the rules in force alone: it is done once for all instants that have
    the same, with a number in the instant's place that is nobody's.
    """
    return _statements(PolicyKey(policy), as_of, dialect)


@lru_cache(maxsize=32)
def _statements(key: PolicyKey, as_of: int, dialect: str) -> Statements:
    rows = policy_tables(key.policy, key.policy.zone.date(as_of))
    pattern = _compiled(key, rows, dialect)

    def at_the_instant(steps: tuple[Statement, ...]) -> tuple[Statement, ...]:
        return tuple(Statement(step.name, step.sql.replace(str(SOME_INSTANT), str(as_of))) for step in steps)

    deriving, judging = at_the_instant(pattern.deriving), at_the_instant(pattern.judging)
    return Statements(rows, deriving, judging, *at_the_instant((pattern.deadline,)))


SOME_INSTANT = 2_018_273_645
"""Stands for the instant in what is compiled: a minute of the year 5807, with digits that no name or number of a policy has."""


@lru_cache(maxsize=32)
def _compiled(key: PolicyKey, rows: PolicyTables, dialect: str) -> Statements:
    """The statements as of SOME_INSTANT. It is an expression and no int, so that nothing is computed from it before its time."""
    as_of = ibis.literal(SOME_INSTANT, "int32")

    def compiled(steps: Iterator[Step]) -> tuple[Statement, ...]:
        return tuple(Statement(step.name, str(ibis.to_sql(step.expression, dialect=dialect))) for step in steps)

    deriving, judging = derivation_steps(key.policy, as_of), judging_steps(key.policy, rows, as_of)
    return Statements(rows, compiled(deriving), compiled(judging), *compiled(iter([deadline_step(key.policy, as_of)])))


def forget() -> None:
    """Forget every compiled statement: the plan itself has changed (tests/mutants)."""
    _statements.cache_clear()
    _compiled.cache_clear()
